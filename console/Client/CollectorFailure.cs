namespace SensorNet.Console.Client;

/// <summary>Why a call on the collector failed, as far as the operator can act on it.</summary>
internal enum CollectorFailure : byte
{
    /// <summary>Nobody answers at the address, or the connection broke.</summary>
    Unreachable,

    /// <summary>The collector does not know who we are: no certificate, a wrong or expired one, a wrong token.</summary>
    NotAuthenticated,

    /// <summary>It knows us and says no: the role is too small.</summary>
    NotAllowed,

    /// <summary>The object does not exist.</summary>
    NotFound,

    /// <summary>The object changed since it was read.</summary>
    Conflict,

    /// <summary>The request makes no sense to it (a query with a syntax error, a bad name).</summary>
    Invalid,

    /// <summary>This collector does not offer the call.</summary>
    NotOffered,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>Its own failure.</summary>
    Internal,

    /// <summary>Whoever answers shows a certificate that is not the collector's.</summary>
    WrongCollector,

    /// <summary>The local socket may not be opened by this account.</summary>
    NoPermission,
}
