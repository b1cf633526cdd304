using SensorNet.Proto.Privacy;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Host;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>
/// Reads the configuration again (SIGHUP), gives the running parts what can change under way, and names what cannot. A
/// configuration that is wrong changes nothing. One reload at a time.
/// </summary>
internal sealed class LiveReload(LiveRequest request, SensorOptions started, Log log)
{
    // What is taken at once; the rest needs a restart.
    private static readonly string[] Live =
    [
        "events.disabled", "message_level", "logs.files", "logs.sources", "logs.from_start", "logs.silent_after", "logs.poll_interval", "metrics.", "privacy.",
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<string>> _running = Values(started);

    public required Action<IReadOnlyList<EventType>> Disabled { get; init; }

    public required Action<PrivacyProtector?> Privacy { get; init; }

    public required Action<LogOptions> Logs { get; init; }

    public required Action<HostOptions> Metrics { get; init; }

    /// <summary>False when the limits count other things than before.</summary>
    public required Func<IReadOnlyList<RateLimit>, bool> Rates { get; init; }

    public void Apply()
    {
        lock (_gate)
        {
            try
            {
                var wanted = request.Load();
                var values = Values(wanted);
                var changed = values.Keys.Union(_running.Keys).Where(path => !Same(values, path)).Order(StringComparer.Ordinal).ToList();

                // Before anything else: it may refuse. A key that was added to the key file changes no value.
                Privacy(PrivacyRules.Read(wanted));
                Disabled(wanted.DisabledEvents);
                log.Lowest = wanted.MessageLevel;
                if (changed.Any(p => p.StartsWith("logs.", StringComparison.Ordinal)))
                {
                    Logs(wanted.Logs);
                }

                if (changed.Any(p => p.StartsWith("metrics.", StringComparison.Ordinal)))
                {
                    Metrics(wanted.Metrics);
                }

                var rates = changed.Contains("sip.rates") && Rates(wanted.Sip.Rates);
                var (now, later) = (new List<string>(), new List<string>());
                foreach (var path in changed)
                {
                    var live = Live.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal)) || (path == "sip.rates" && rates);
                    (live ? now : later).Add(path);
                    if (live)
                    {
                        Remember(values, path);
                    }
                }

                log.Reloaded(Words(now, later));
            }
            catch (CommandException problem)
            {
                log.ReloadRefused(problem.Message);
            }
        }
    }

    private static string Words(List<string> now, List<string> later)
    {
        var taken = now.Count == 0 ? "" : $" Changed: {string.Join(", ", now)}.";
        var waiting = later.Count == 0 ? "" : $" These need a restart: {string.Join(", ", later)}.";
        return "The configuration was read again." + (taken.Length + waiting.Length == 0 ? " Nothing is new." : taken + waiting);
    }

    private static Dictionary<string, List<string>> Values(SensorOptions options) =>
        options.Entries.GroupBy(e => e.Path, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(e => e.Value).ToList(), StringComparer.Ordinal);

    private bool Same(Dictionary<string, List<string>> values, string path) =>
        values.TryGetValue(path, out var then) && _running.TryGetValue(path, out var now) && now.SequenceEqual(then, StringComparer.Ordinal);

    private void Remember(Dictionary<string, List<string>> values, string path)
    {
        if (values.TryGetValue(path, out var value))
        {
            _running[path] = value;
        }
        else
        {
            _running.Remove(path);
        }
    }
}
