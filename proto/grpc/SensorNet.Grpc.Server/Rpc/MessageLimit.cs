namespace SensorNet.Rpc.Server;

/// <summary>A feature that middleware puts on a request whose messages have to be smaller than the server's limit.</summary>
/// <param name="Octets">Largest message taken.</param>
public sealed record MessageLimit(int Octets);
