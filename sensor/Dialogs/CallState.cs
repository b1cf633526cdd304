namespace SensorNet.Sensor.Dialogs;

internal enum CallState : byte
{
    /// <summary>An INVITE is on its way.</summary>
    Trying,

    /// <summary>The last INVITE was challenged.</summary>
    Challenged,
    Answered,

    /// <summary>Over; kept a little while for retransmissions and late legs.</summary>
    Ended,
}
