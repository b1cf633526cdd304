namespace SensorNet.Console.Views;

/// <summary>How the times of a list are told.</summary>
internal enum TimeMode : byte
{
    /// <summary>As a clock shows it, in UTC.</summary>
    Absolute,

    /// <summary>From the first, or before now.</summary>
    Relative,

    /// <summary>From the one before.</summary>
    Delta,
}
