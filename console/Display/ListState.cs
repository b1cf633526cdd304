using System.Net;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>On which of the operators' lists an address is. Made from the lists' entries; immutable.</summary>
internal sealed class ListState
{
    public const string Blocked = "blocked";
    public const string Trusted = "trusted_sources";
    public const string Watched = "watched";

    private static readonly string[] Told = [Blocked, Trusted, Watched];
    private readonly Dictionary<(string List, string Value), ListEntry> _exact = [];
    private readonly List<(IPNetwork Network, ListEntry Entry)> _networks = [];

    public ListState(IEnumerable<ListEntry> entries)
    {
        foreach (var entry in entries.Where(e => Told.Contains(e.List)))
        {
            if (entry.Value.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(entry.Value, out var network))
            {
                _networks.Add((network, entry));
            }
            else
            {
                _exact[(entry.List, entry.Value)] = entry;
            }
        }
    }

    public static ListState Empty { get; } = new([]);

    /// <summary>How many entries a list has.</summary>
    public int Count(string list) => _exact.Keys.Count(k => k.List == list) + _networks.Count(n => n.Entry.List == list);

    /// <summary>The entry of a list that is the address or holds it; null: it is not on the list.</summary>
    public ListEntry? Find(string list, string address)
    {
        if (_exact.TryGetValue((list, address), out var entry))
        {
            return entry;
        }

        return _networks.Count > 0 && IPAddress.TryParse(address, out var parsed)
            ? _networks.Find(n => n.Entry.List == list && n.Network.Contains(parsed)).Entry
            : null;
    }

    /// <summary><c>BLOCK 58m00s</c>, <c>ALLOW</c>, <c>WATCH</c> or <c>-</c>.</summary>
    public string Of(string address, DateTimeOffset now)
    {
        if (Find(Blocked, address) is { } blocked)
        {
            return blocked.Expires == 0 ? "BLOCK" : $"BLOCK {Left(blocked.Expires, now)}";
        }

        return Find(Trusted, address) is not null ? "ALLOW" : Find(Watched, address) is not null ? "WATCH" : "-";
    }

    /// <summary>How long until a time, in one unit: <c>58m</c>.</summary>
    public static string Left(long expires, DateTimeOffset now)
    {
        var left = Times.FromNanoseconds(expires) - now;
        return left switch
        {
            { TotalSeconds: <= 0 } => "over",
            { TotalMinutes: < 1 } => $"{(int)left.TotalSeconds}s",
            { TotalHours: < 1 } => $"{(int)Math.Ceiling(left.TotalMinutes)}m",
            { TotalDays: < 2 } => $"{(int)Math.Ceiling(left.TotalHours)}h",
            _ => $"{(int)Math.Ceiling(left.TotalDays)}d",
        };
    }
}
