namespace SensorNet.Collector.Objects;

/// <summary>
/// Tells without reading that a call is not in the store: a Bloom filter of the newest calls, in two halves of which the
/// older is dropped when the newer is full. It answers for calls that began after <see cref="CoveredFrom"/>. Not thread-safe.
/// </summary>
internal sealed class CallFilter
{
    private const int CallsPerHalf = 1 << 18;
    private const int BitsPerCall = 16;
    private const int Probes = 4;

    private ulong[] newer = new ulong[CallsPerHalf * BitsPerCall / 64];
    private ulong[] older = new ulong[CallsPerHalf * BitsPerCall / 64];
    private int count;
    private long latest = long.MinValue;
    private long latestOlder = long.MinValue;

    /// <summary>Every stored call that began later was added; start time in nanoseconds since 1970.</summary>
    public long CoveredFrom { get; private set; } = long.MinValue;

    /// <summary>Calls that began up to this time may be missing.</summary>
    public void LeaveOut(long start) => CoveredFrom = Math.Max(CoveredFrom, start);

    public void Add((string Sensor, string CallId) call, long start)
    {
        if (count == CallsPerHalf)
        {
            LeaveOut(latestOlder);
            (newer, older) = (older, newer);
            (latestOlder, latest) = (latest, long.MinValue);
            Array.Clear(newer);
            count = 0;
        }

        count++;
        latest = Math.Max(latest, start);
        var hash = HashOf(call);
        for (var i = 0; i < Probes; i++)
        {
            newer[WordOf(hash, i)] |= BitOf(hash, i);
        }
    }

    public bool MayContain((string Sensor, string CallId) call)
    {
        var hash = HashOf(call);
        return IsIn(newer, hash) || IsIn(older, hash);
    }

    private static bool IsIn(ulong[] bits, ulong hash)
    {
        for (var i = 0; i < Probes; i++)
        {
            if ((bits[WordOf(hash, i)] & BitOf(hash, i)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    // .NET's hashes of texts are keyed anew in every process; the filter lives no longer.
    private static ulong HashOf((string Sensor, string CallId) call) =>
        ((ulong)(uint)call.CallId.GetHashCode() | ((ulong)(uint)HashCode.Combine(call.CallId.Length, call.Sensor) << 32)) * 0x9E3779B97F4A7C15;

    private static int WordOf(ulong hash, int probe) => (int)(Probe(hash, probe) >> 6);

    private static ulong BitOf(ulong hash, int probe) => 1UL << (int)(Probe(hash, probe) & 63);

    private static uint Probe(ulong hash, int probe) => ((uint)hash + ((uint)probe * ((uint)(hash >> 32) | 1))) % (CallsPerHalf * BitsPerCall);
}
