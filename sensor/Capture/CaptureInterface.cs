namespace SensorNet.Sensor.Capture;

/// <summary>An interface that can be captured on.</summary>
/// <param name="Name">What the configuration calls it.</param>
/// <param name="Description">What the system says about it; empty when nothing.</param>
/// <param name="IsUp">It is switched on.</param>
/// <param name="IsLoopback">It is the host's own loopback.</param>
/// <param name="Addresses">IP addresses, as text.</param>
internal sealed record CaptureInterface(
    string Name, string Description, bool IsUp, bool IsLoopback, IReadOnlyList<string> Addresses);
