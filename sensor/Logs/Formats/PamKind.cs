namespace SensorNet.Sensor.Logs.Formats;

/// <summary>What a PAM module's line says.</summary>
internal enum PamKind : byte
{
    Other,
    AuthenticationFailure,
    SessionOpened,
    SessionClosed,
    Tally,
    UserUnknown,
}
