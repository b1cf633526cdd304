using System.Globalization;
using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>sip</c>: what the tracker remembers, its timers and its limits.</summary>
internal static class SipSection
{
    /// <exception cref="ConfigurationException">An impossible value.</exception>
    public static TrackerOptions Read(ConfigurationSection section, PortSet ports)
    {
        var plain = new TrackerOptions();
        return plain with
        {
            MaxCalls = Count(section, "max_calls", plain.MaxCalls, "Calls remembered at once."),
            MaxTransactions = Count(section, "max_transactions", plain.MaxTransactions, "Transactions remembered at once."),
            MaxTransactionBytes = (int)section.Size("max_transaction_bytes", plain.MaxTransactionBytes, 64 << 10, int.MaxValue, "Octets of requests kept until their final reply."),
            MaxTextBytes = (int)section.Size("max_text_bytes", plain.MaxTextBytes, 64 << 10, int.MaxValue, "Octets kept for the texts of calls and registrations."),
            MaxBindings = Count(section, "max_bindings", plain.MaxBindings, "Registered contacts remembered at once."),
            MaxBindingsPerUser = (int)section.Integer("max_bindings_per_user", plain.MaxBindingsPerUser, 1, 1000, "Contacts remembered for one address of record."),
            MaxSessions = Count(section, "max_sessions", plain.MaxSessions, "Clients' TCP, TLS and WebSocket connections remembered at once."),
            MaxSources = Count(section, "max_sources", plain.MaxSources, "Source addresses with statistics and rates at once."),
            MaxAttemptPairs = Count(section, "max_attempt_pairs", plain.MaxAttemptPairs, "Pairs of source and account whose refused credentials are counted."),
            T1 = section.Duration("t1", plain.T1, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10), "RFC 3261 T1; a request without an answer is given up after 64 of it."),
            RingTimeout = section.Duration("ring_timeout", plain.RingTimeout, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), "A ringing call is given up this long after its last provisional reply."),
            DialogTimeout = section.Duration("dialog_timeout", plain.DialogTimeout, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), "An answered call without any message for this long is over."),
            ExpiryGrace = section.Duration("expiry_grace", plain.ExpiryGrace, TimeSpan.Zero, TimeSpan.FromHours(1), "A registration is reported as expired this long after its expiry."),
            StatsInterval = section.Duration("stats_interval", plain.StatsInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "Period of sip.source.stats and sip.counters."),
            ScannerInterval = section.Duration("scanner_interval", plain.ScannerInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "One sip.scanner.seen per source in this time."),
            Rates = Rates(section, plain.Rates),
            KeepMessages = section.Choice("keep_messages", "never", ["never", "on_failure", "always"], "Raw messages in events: never, on_failure (failed calls and transactions) or always.") switch
            {
                "always" => KeepMessages.Always,
                "on_failure" => KeepMessages.OnFailure,
                _ => KeepMessages.Never,
            },
            MaxKeptBytes = (int)section.Size("max_kept_bytes", plain.MaxKeptBytes, 1 << 10, 1 << 20, "Octets of raw messages kept for one event."),
            LocalDomains = section.List("local_domains", [], "Domains this host serves; a request for another domain from an unregistered source is then a door knock."),
            ScannerAgents = section.List("scanner_agents", [.. plain.ScannerAgents], "Parts of user agent names that belong to scanners, in lower case."),
            SipPorts = [.. Numbers(ports)],
            OversizeBytes = (int)section.Size("oversize_bytes", plain.OversizeBytes, 512, 65_535, "A longer message is an anomaly."),
            MaxVias = (int)section.Integer("max_vias", plain.MaxVias, 1, 255, "Requests that travelled further are an anomaly."),
            NoisyEventBurst = (int)section.Integer("noisy_event_burst", plain.NoisyEventBurst, 1, 1_000_000, "Probes, parse errors and stand-alone anomalies of one source at once; then noisy_events_per_second."),
            NoisyEventsPerSecond = (int)section.Integer("noisy_events_per_second", plain.NoisyEventsPerSecond, 1, 1_000_000, "Of those, after the burst; what is held back is counted."),
            DoorKnockBurst = (int)section.Integer("door_knock_burst", plain.DoorKnockBurst, 1, 1_000_000, "Door knocks of one source at once; then one in 10 s."),
        };
    }

    private static int Count(ConfigurationSection section, string key, int value, string description) =>
        (int)section.Integer(key, value, 16, 16_777_216, description + " The idlest makes room.");

    // "requests 50/1s": what, how many, in which time.
    private static List<RateLimit> Rates(ConfigurationSection section, IReadOnlyList<RateLimit> plain)
    {
        var texts = section.List(
            "rates",
            [.. plain.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Subject} {r.Limit}/{Units.Format(r.Window)}"))],
            "What one source may send before sip.rate.exceeded tells of it, at most 8: `SUBJECT LIMIT/TIME`, where the subject is requests, INVITE, REGISTER, OPTIONS, other or an event type.");
        var rates = new List<RateLimit>();
        foreach (var text in texts)
        {
            var parts = text.Split([' ', '/'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 3
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                || limit < 1
                || !Units.TryParseDuration(parts[2], out var window)
                || window < TimeSpan.FromSeconds(1)
                || window > TimeSpan.FromDays(1))
            {
                throw section.Wrong("rates", $"has `{text}`; write `requests 50/1s` (a time from 1s to 1d)");
            }

            rates.Add(new RateLimit(parts[0], window, limit));
        }

        try
        {
            RatePlan.Build(rates);
            return rates;
        }
        catch (ArgumentException problem)
        {
            throw section.Wrong("rates", $"is refused: {problem.Message.TrimEnd('.')}");
        }
    }

    private static IEnumerable<ushort> Numbers(PortSet ports)
    {
        foreach (var (first, last) in ports.Ranges)
        {
            for (int port = first; port <= last; port++)
            {
                yield return (ushort)port;
            }
        }
    }
}
