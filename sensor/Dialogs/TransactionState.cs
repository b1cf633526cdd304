namespace SensorNet.Sensor.Dialogs;

internal enum TransactionState : byte
{
    /// <summary>No reply yet.</summary>
    Trying,

    /// <summary>A provisional reply came.</summary>
    Proceeding,

    /// <summary>Answered by 401 or 407; the next request with credentials will take it up.</summary>
    Challenged,

    /// <summary>Over; kept a little while so that retransmissions find it.</summary>
    Completed,
}
