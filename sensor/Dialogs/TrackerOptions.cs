using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// What the SIP tracker remembers and for how long. The defaults suit a host of up to 100,000 concurrent calls and
/// keep the tracker below 120 MB. <see cref="SipTracker.SetDisabled"/> changes the event types at run time.
/// </summary>
internal sealed record TrackerOptions
{
    /// <summary>Calls remembered at once, answered or not, 16 to 16,777,216.</summary>
    public int MaxCalls { get; init; } = 262_144;

    /// <summary>Transactions remembered at once, 16 to 16,777,216.</summary>
    public int MaxTransactions { get; init; } = 131_072;

    /// <summary>Octets of requests kept until their final reply, 64 KiB to 2 GiB.</summary>
    public int MaxTransactionBytes { get; init; } = 64 << 20;

    /// <summary>Octets kept for the texts of calls and registrations, 64 KiB to 2 GiB.</summary>
    public int MaxTextBytes { get; init; } = 160 << 20;

    /// <summary>Registered contacts remembered at once, 16 to 16,777,216.</summary>
    public int MaxBindings { get; init; } = 262_144;

    /// <summary>Contacts remembered for one address of record, 1 to 1,000; one more forgets the oldest.</summary>
    public int MaxBindingsPerUser { get; init; } = 32;

    /// <summary>Clients' TCP, TLS and WebSocket connections remembered at once, 16 to 16,777,216.</summary>
    public int MaxSessions { get; init; } = 65_536;

    /// <summary>Source addresses with statistics and rates at once, 16 to 16,777,216.</summary>
    public int MaxSources { get; init; } = 65_536;

    /// <summary>Pairs of (source, account) whose refused credentials are counted, 16 to 16,777,216.</summary>
    public int MaxAttemptPairs { get; init; } = 65_536;

    /// <summary>RFC 3261 T1, the round trip estimate, from which 64*T1 timeouts follow.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>An INVITE that was answered provisionally is given up this long after its last provisional reply.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>An answered call without any message for this long is over (unless session timers say longer).</summary>
    public TimeSpan DialogTimeout { get; init; } = TimeSpan.FromHours(4);

    /// <summary>A registration that is not refreshed is reported as expired this long after its expiry.</summary>
    public TimeSpan ExpiryGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Period of <c>sip.source.stats</c> and <c>sip.counters</c>, 1 s to 1 h.</summary>
    public TimeSpan StatsInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One scanner report per source in this time.</summary>
    public TimeSpan ScannerInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// At most 8 limits. By default above what an office behind one address sends when its power comes back, and below any
    /// flood.
    /// </summary>
    public IReadOnlyList<RateLimit> Rates { get; init; } =
    [
        new("requests", TimeSpan.FromSeconds(1), 150),
        new("requests", TimeSpan.FromMinutes(1), 1500),
        new("requests", TimeSpan.FromHours(1), 20_000),
    ];

    /// <summary>Event types that are counted but not emitted.</summary>
    public IReadOnlyCollection<EventType> Disabled { get; init; } = [];

    public KeepMessages KeepMessages { get; init; } = KeepMessages.Never;

    /// <summary>Octets of raw messages kept for one event, 1 KiB to 1 MiB.</summary>
    public int MaxKeptBytes { get; init; } = 32 << 10;

    /// <summary>
    /// Domains this host serves. When any are given, a request for another domain or for a bare address from an
    /// unregistered source is a door knock; when none are, domains are not judged.
    /// </summary>
    public IReadOnlyCollection<string> LocalDomains { get; init; } = [];

    /// <summary>Parts of user agent names that belong to scanners, any letter case.</summary>
    public IReadOnlyCollection<string> ScannerAgents { get; init; } = ScannerList.Default;

    /// <summary>Ports on which a payload that is not SIP is a probe.</summary>
    public IReadOnlyCollection<ushort> SipPorts { get; init; } = [5060, 5061, 5080];

    /// <summary>A message longer than this is an anomaly (<c>oversize</c>), octets.</summary>
    public int OversizeBytes { get; init; } = 8192;

    /// <summary>Requests that travelled further than this many hops are an anomaly (<c>via_loop</c>).</summary>
    public int MaxVias { get; init; } = 70;

    /// <summary>
    /// Probes, parse errors and stand-alone anomalies of one source: this many at once, then
    /// <see cref="NoisyEventsPerSecond"/>. What is held back is counted.
    /// </summary>
    public int NoisyEventBurst { get; init; } = 500;

    public int NoisyEventsPerSecond { get; init; } = 50;

    /// <summary>
    /// Scanners, door knocks, probes and the other noise of all sources that never had credentials accepted: so many at once,
    /// then <see cref="StrangerEventsPerSecond"/>. What is held back is counted.
    /// </summary>
    public int StrangerEventBurst { get; init; } = 20_000;

    public int StrangerEventsPerSecond { get; init; } = 2000;

    /// <summary>Door knocks of one source: this many at once, then one in 10 s.</summary>
    public int DoorKnockBurst { get; init; } = 20;

    /// <exception cref="ArgumentException">A number is out of its range; the message names it.</exception>
    public void Validate()
    {
        foreach (var (name, value) in new[]
                 {
                     (nameof(MaxCalls), MaxCalls), (nameof(MaxTransactions), MaxTransactions), (nameof(MaxBindings), MaxBindings),
                     (nameof(MaxSessions), MaxSessions), (nameof(MaxSources), MaxSources), (nameof(MaxAttemptPairs), MaxAttemptPairs),
                 })
        {
            Check(value is >= 16 and <= 1 << 24, name, value, "16 to 16,777,216");
        }

        Check(MaxTransactionBytes >= 64 << 10, nameof(MaxTransactionBytes), MaxTransactionBytes, "65,536 or more");
        Check(MaxTextBytes >= 64 << 10, nameof(MaxTextBytes), MaxTextBytes, "65,536 or more");
        Check(MaxBindingsPerUser is >= 1 and <= 1000, nameof(MaxBindingsPerUser), MaxBindingsPerUser, "1 to 1,000");
        Check(MaxKeptBytes is >= 1024 and <= 1 << 20, nameof(MaxKeptBytes), MaxKeptBytes, "1,024 to 1,048,576");
        Check(StatsInterval >= TimeSpan.FromSeconds(1) && StatsInterval <= TimeSpan.FromHours(1), nameof(StatsInterval), StatsInterval, "1 s to 1 h");
        Check(T1 > TimeSpan.Zero && T1 <= TimeSpan.FromSeconds(30), nameof(T1), T1, "above 0, up to 30 s");
        Check(RingTimeout > TimeSpan.Zero && DialogTimeout > TimeSpan.Zero && ExpiryGrace >= TimeSpan.Zero, "timeouts", "negative", "positive times");
    }

    private static void Check(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} is {value}; it must be {range}.");
        }
    }
}
