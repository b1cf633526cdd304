using SensorNet.V1;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>What is usual for an entity: networks and user agents that were seen with it in successful events.</summary>
internal sealed class AorProfile
{
    private const int Kept = 16;
    private const char Separator = '\t';
    private const string StrangerFailureKey = "stranger_failure";
    private const string NewestAgentKey = "newest_agent";
    private const string NetworksBeforeKey = "networks_before";
    private const long Minute = 60L * 1_000_000_000;
    private const long Probation = 60 * Minute;

    public AorProfile(string id, long firstSeen) => Row = new Entity { Kind = "baseline", Id = id, FirstSeen = firstSeen, LastSeen = firstSeen };

    private AorProfile(Entity row) => Row = row;

    /// <summary>As it is stored: networks in <c>hosts</c>, the make and order of headers of user agents in <c>user_agents</c>.</summary>
    public Entity Row { get; }

    public static AorProfile Parse(byte[] row) => new(Entity.Parser.ParseFrom(row));

    public bool KnowsNetwork(string network) => Row.Hosts.Contains(network);

    public bool KnowsAgent(string family) => Row.UserAgents.Any(a => a.AsSpan().StartsWith(family) && (a.Length == family.Length || a[family.Length] == Separator));

    /// <summary>Whether this make of user agent was seen, and writing its headers in this order.</summary>
    /// <param name="order">Empty where it is not known; then only the make counts.</param>
    public bool KnowsSoftware(string family, string order) =>
        order.Length == 0 ? KnowsAgent(family) : Row.UserAgents.Contains(Software(family, order)) || Row.UserAgents.Contains(family);

    public bool HasAgents => Row.UserAgents.Count > 0;

    /// <summary>Event time of the newest refused password from a network that was not usual, to a minute; 0: none.</summary>
    public long StrangerFailure => Row.Counts.TryGetValue(StrangerFailureKey, out var time) ? (long)time : 0;

    public bool HasNetworks => Row.Hosts.Count > 0;

    /// <summary>Of a source: how many accounts have registered from it, up to sixteen.</summary>
    public int Accounts => Row.Hosts.Count;

    /// <summary>Remembers both, forgetting the longest known beyond sixteen.</summary>
    /// <returns>Whether one of them is new.</returns>
    public bool Learn(string network, string family, string order, long time)
    {
        Row.LastSeen = Math.Max(Row.LastSeen, time);
        var agent = family.Length > 0 && !KnowsSoftware(family, order) && Add(Row.UserAgents, Software(family, order));
        if (agent)
        {
            Row.Counts[NewestAgentKey] = (ulong)time;
            Row.Counts[NetworksBeforeKey] = (ulong)Row.Hosts.Count;
        }

        var full = Row.Hosts.Count == Kept;
        var added = Add(Row.Hosts, network);
        if (added && full && Row.Counts.TryGetValue(NetworksBeforeKey, out var before) && before > 0)
        {
            Row.Counts[NetworksBeforeKey] = before - 1;
        }

        return added || agent;
    }

    /// <summary>
    /// Whether this user agent came to the account within the last hour, and the network was in use before it came: what
    /// is there belongs to the account's other devices.
    /// </summary>
    public bool CameAfter(string network, string family, string order, long time) =>
        Row.UserAgents.Count > 1 && Row.UserAgents[^1] == Software(family, order)
        && Row.Counts.TryGetValue(NewestAgentKey, out var came) && time - (long)came < Probation
        && Row.Hosts.IndexOf(network) is >= 0 and var index && index < (int)Row.Counts.GetValueOrDefault(NetworksBeforeKey);

    /// <returns>Whether the account is a new one of this source.</returns>
    public bool LearnAccount(string aor) => Row.Hosts.Count < Kept && Add(Row.Hosts, aor);

    /// <returns>Whether the row has changed.</returns>
    public bool NoteStrangerFailure(long time)
    {
        if (time < StrangerFailure + Minute && StrangerFailure != 0)
        {
            return false;
        }

        Row.Counts[StrangerFailureKey] = (ulong)time;
        return true;
    }

    private static string Software(string family, string order) => order.Length == 0 ? family : string.Concat(family, "\t", order);

    private static bool Add(Google.Protobuf.Collections.RepeatedField<string> list, string value)
    {
        if (value.Length == 0 || list.Contains(value))
        {
            return false;
        }

        if (list.Count >= Kept)
        {
            list.RemoveAt(0);
        }

        list.Add(value);
        return true;
    }
}
