using Grpc.Net.Client;

namespace SensorNet.Sensor.Uplink;

/// <summary>One collector of the list.</summary>
/// <param name="Address">As configured, for messages.</param>
/// <param name="IsLocal">On this host: compression would only cost.</param>
/// <param name="Open">Opens a channel with the newest certificate.</param>
internal sealed record CollectorEndpoint(string Address, bool IsLocal, Func<GrpcChannel> Open);
