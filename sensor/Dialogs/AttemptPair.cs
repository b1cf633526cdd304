namespace SensorNet.Sensor.Dialogs;

/// <summary>How often one source's credentials for one account were refused.</summary>
internal struct AttemptPair
{
    public uint Count;
}
