namespace SensorNet.Sensor.Dialogs;

/// <summary>One contact of one address of record, as the registrar holds it.</summary>
internal struct Binding
{
    /// <summary>Hash of the contact.</summary>
    public ulong Key;

    /// <summary>Of the REGISTER that made or last refreshed it.</summary>
    public Endpoints Ends;
    public long Start;

    /// <summary>When it expires unless refreshed, ns.</summary>
    public long Expiry;

    /// <summary>Seconds that the registrar granted last.</summary>
    public uint Granted;
    public int Account;

    /// <summary>Bindings of the same account, -1 at the ends.</summary>
    public int Next;
    public int Previous;

    /// <summary>Contact, user agent and digest user.</summary>
    public int Block;
    public ushort BlockLength;
    public int Timer;
}
