namespace SensorNet.Collector.Api.Hosting;

/// <summary>The unix socket belongs to a process that is alive.</summary>
internal sealed class SocketInUseException(string message) : IOException(message);
