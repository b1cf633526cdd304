namespace SensorNet.Sensor.Dialogs;

[Flags]
internal enum CallFlags : byte
{
    None = 0,
    Cancelled = 1,
    Credentials = 2,
}
