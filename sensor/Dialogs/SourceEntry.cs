using System.Runtime.CompilerServices;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Dialogs;

/// <summary>What is known of one source address: the running interval's traffic, its rates and what was told of it.</summary>
internal struct SourceEntry
{
    public const int MaxRates = 8;

    public IpAddress128 Address;

    /// <summary>It stands in the list of sources with traffic in this interval.</summary>
    public bool Active;

    /// <summary>When <c>sip.scanner.seen</c> was last told, 0 never.</summary>
    public long ScannerTold;

    /// <summary>Until then the source counts as one of ours: it registered, or its credentials were accepted.</summary>
    public long KnownUntil;

    /// <summary>Time of its last request.</summary>
    public long LastRequest;
    public SourceInterval Interval;
    public RateList Rates;
    public TokenBucket Noise;
    public TokenBucket Knocks;

    [InlineArray(MaxRates)]
    internal struct RateList
    {
        private RateWindow _first;
    }
}
