using System.Net;
using System.Net.Sockets;

namespace SensorNet.Collector.Security;

/// <summary>
/// Slows down guessing: a source (IPv4 address or IPv6 /64) that failed five times waits, twice as long after each
/// further failure up to ten minutes; a success or an hour of quiet forgives. Bounded: when the table is full the
/// source that failed longest ago is forgotten. Thread-safe.
/// </summary>
internal sealed class LoginThrottle(TimeProvider clock)
{
    private const int FreeFailures = 5;
    private const int MaxSources = 10_000;
    private static readonly TimeSpan s_firstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_forgiveAfter = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byLastFailure = [];

    /// <summary>How long this source still has to wait; zero: it may try.</summary>
    public TimeSpan Wait(IPAddress? source)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(Key(source), out var node))
            {
                return TimeSpan.Zero;
            }

            var left = node.Value.Until - clock.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <returns>True when this failure should still be told of: beyond a point, the log would be the attacker's.</returns>
    public bool Failed(IPAddress? source)
    {
        var now = clock.GetUtcNow();
        var key = Key(source);
        lock (_gate)
        {
            if (_entries.Remove(key, out var node))
            {
                _byLastFailure.Remove(node);
            }

            var failures = node is null || now - node.Value.Last > s_forgiveAfter ? 1 : node.Value.Failures + 1;
            var until = failures < FreeFailures
                ? now
                : now + TimeSpan.FromTicks(Math.Min(s_longestWait.Ticks, s_firstWait.Ticks << Math.Min(failures - FreeFailures, 10)));
            _entries[key] = _byLastFailure.AddLast(new Entry(key, failures, now, until));
            if (_entries.Count > MaxSources)
            {
                _entries.Remove(_byLastFailure.First!.Value.Key);
                _byLastFailure.RemoveFirst();
            }

            return failures <= FreeFailures * 4 || failures % 100 == 0;
        }
    }

    public void Succeeded(IPAddress? source)
    {
        lock (_gate)
        {
            if (_entries.Remove(Key(source), out var node))
            {
                _byLastFailure.Remove(node);
            }
        }
    }

    private static UInt128 Key(IPAddress? source)
    {
        if (source is null)
        {
            return UInt128.Zero;
        }

        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        address.TryWriteBytes(octets, out _);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            octets[8..].Clear();
            octets[15] = 1;
        }

        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(octets);
    }

    private readonly record struct Entry(UInt128 Key, int Failures, DateTimeOffset Last, DateTimeOffset Until);
}
