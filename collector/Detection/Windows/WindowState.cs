namespace SensorNet.Collector.Detection.Windows;

/// <summary>How far a key has come in its newest window. Times are 0 when nothing is known of the key.</summary>
/// <param name="Value">What is counted or computed.</param>
/// <param name="First">Event time of the window's first event.</param>
/// <param name="Last">Of its last event.</param>
/// <param name="AtLeast">There may have been more: not all are kept.</param>
/// <param name="Complete">Of a temporal correlation: what must come together has.</param>
internal readonly record struct WindowState(double Value, long First, long Last, bool AtLeast = false, bool Complete = false);
