namespace SensorNet.Collector;

/// <summary>Why a change is not made.</summary>
internal enum Refusal
{
    /// <summary>There is nothing of that name.</summary>
    NotFound,

    /// <summary>It has been changed meanwhile by somebody else.</summary>
    Conflict,

    /// <summary>Its state does not allow the step.</summary>
    NotAllowed,

    /// <summary>What was given cannot be used.</summary>
    Invalid,
}
