namespace SensorNet.Collector.Alerts;

/// <summary>Why a change of an alert is refused.</summary>
internal enum AlertRefusal : byte
{
    /// <summary>There is no such alert (NOT_FOUND).</summary>
    NotFound,

    /// <summary>It has changed since the caller saw it (ABORTED).</summary>
    Conflict,

    /// <summary>It cannot go from its status to the wanted one (FAILED_PRECONDITION).</summary>
    NotAllowed,
}
