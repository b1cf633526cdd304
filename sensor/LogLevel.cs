namespace SensorNet.Sensor;

/// <summary>How much a message of the sensor about itself matters.</summary>
internal enum LogLevel : byte
{
    Debug,
    Information,
    Warning,
    Error,
}
