namespace SensorNet.Sensor.Capture;

/// <summary>What one interface delivered and lost since it was opened.</summary>
/// <param name="Received">Packets that passed the filter.</param>
/// <param name="KernelDropped">Of those, the ones that found the buffer full: the sensor was too slow.</param>
/// <param name="InterfaceDropped">Packets that the network card or its driver lost.</param>
internal readonly record struct CaptureStats(long Received, long KernelDropped, long InterfaceDropped);
