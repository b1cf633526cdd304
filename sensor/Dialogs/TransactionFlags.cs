namespace SensorNet.Sensor.Dialogs;

[Flags]
internal enum TransactionFlags : ushort
{
    None = 0,

    /// <summary>A later leg of a request that was seen before: sent on by a proxy.</summary>
    Relay = 1,

    /// <summary>The request carried Authorization or Proxy-Authorization.</summary>
    Credentials = 2,

    /// <summary>The request has a To tag.</summary>
    InDialog = 4,

    /// <summary>An event has told of this transaction.</summary>
    Reported = 8,

    /// <summary>Sent on by a proxy: some other leg of this request was seen.</summary>
    Relayed = 16,

    /// <summary>From outside the dialog's path.</summary>
    Foreign = 32,

    /// <summary>An ACK to an answer that was not seen yet.</summary>
    Acknowledged = 64,

    /// <summary>An INVITE whose sender has taken it back (CANCEL).</summary>
    Cancelled = 128,

    /// <summary>An INVITE whose refusal was not seen, but its ACK.</summary>
    RefusedUnseen = 256,
}
