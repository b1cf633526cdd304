namespace SensorNet.Sensor.Dialogs;

/// <summary>A client's TCP or WebSocket connection to a server, from its first request or its TLS handshake to its end.</summary>
internal struct Session
{
    /// <summary>From the client to the server.</summary>
    public Endpoints Ends;

    /// <summary>When it was first told of, ns.</summary>
    public long Start;

    /// <summary>Last request of the client, or the moment from which its end is waited for.</summary>
    public long Last;

    /// <summary>Hash of the account that was told as registered, 0 none.</summary>
    public ulong Registered;

    /// <summary>User, address of record and user agent.</summary>
    public int Block;
    public ushort BlockLength;
    public ushort TlsVersion;
    public ushort TlsCipher;
    public SessionFlags Flags;
    public int Timer;

    public readonly bool Has(SessionFlags flag) => (Flags & flag) != 0;
}
