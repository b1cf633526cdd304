namespace SensorNet.Sensor.Dialogs;

/// <summary>When the raw messages of a call or transaction are put into its event.</summary>
internal enum KeepMessages : byte
{
    Never,

    /// <summary>In events of failed calls, refused credentials and failed transactions.</summary>
    OnFailure,

    Always,
}
