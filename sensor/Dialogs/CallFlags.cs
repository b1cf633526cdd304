namespace SensorNet.Sensor.Dialogs;

[Flags]
internal enum CallFlags : byte
{
    None = 0,
    Cancelled = 1,
    Credentials = 2,

    /// <summary>Its beginning was not seen; known from an INVITE inside it.</summary>
    MidDialog = 4,

    /// <summary>Its INVITE was not seen; known from the answer.</summary>
    MissingRequest = 8,

    /// <summary>The Request-URI is that of To, the account the user of From: neither is kept beside them.</summary>
    UriIsTo = 16,
    UserIsFrom = 32,
}
