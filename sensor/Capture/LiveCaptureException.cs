namespace SensorNet.Sensor.Capture;

/// <summary>Why live capture cannot start.</summary>
internal enum LiveCaptureError
{
    LibraryMissing,
    NoSuchInterface,
    NoPermission,
    BadFilter,
    AddressInUse,
    Other,
}

/// <summary>Live capture cannot start or go on; the message says what to do about it.</summary>
internal sealed class LiveCaptureException(LiveCaptureError error, string message) : Exception(message)
{
    public LiveCaptureError Error { get; } = error;
}
