namespace SensorNet.Sensor.Dialogs;

/// <summary>An address of record with at least one binding.</summary>
internal struct Account
{
    public int FirstBinding;
    public int Bindings;

    /// <summary>Its user@domain.</summary>
    public int Block;
    public ushort BlockLength;
}
