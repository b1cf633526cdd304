namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// User agents that were seen lately: whether each is a scanner's. Direct-mapped, 4,096 places, overwritten on collision,
/// so hostile variety costs time per message but no memory.
/// </summary>
internal sealed class AgentCache
{
    private const int Places = 4096;
    private readonly Entry[] _entries = new Entry[Places];
    private readonly byte[][] _marks;

    public AgentCache(IReadOnlyCollection<string> scanners)
    {
        _marks = [.. scanners.Where(s => s.Length > 0).Select(s => System.Text.Encoding.UTF8.GetBytes(s.ToLowerInvariant()))];
    }

    /// <param name="agent">The header's value.</param>
    /// <param name="hash">Its keyed hash.</param>
    public bool IsScanner(ReadOnlySpan<byte> agent, ulong hash)
    {
        ref var entry = ref _entries[(int)(hash >> 40) & (Places - 1)];
        if (entry.Hash != hash)
        {
            entry = new Entry { Hash = hash, Scanner = Matches(agent) };
        }

        return entry.Scanner;
    }

    private bool Matches(ReadOnlySpan<byte> agent)
    {
        Span<byte> lower = stackalloc byte[256];
        var length = Math.Min(agent.Length, lower.Length);
        for (var i = 0; i < length; i++)
        {
            lower[i] = agent[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(agent[i] | 0x20) : agent[i];
        }

        foreach (var mark in _marks)
        {
            if (lower[..length].IndexOf(mark) >= 0)
            {
                return true;
            }
        }

        return lower[..length].SequenceEqual("sipp"u8);
    }

    private struct Entry
    {
        public ulong Hash;
        public bool Scanner;
    }
}
