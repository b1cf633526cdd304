namespace SensorNet.Collector.Detection.Windows;

/// <summary>How far a key has come in its newest window. Times are 0 when nothing is known of the key.</summary>
internal readonly record struct WindowState(double Value, long First, long Last);
