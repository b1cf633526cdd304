using System.CommandLine;
using SensorNet.Console.Client;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>One run of one command.</summary>
internal sealed class CommandContext(ParseResult parsed, CliHost host, GlobalOptions globals, CancellationToken cancellation)
{
    public CliHost Host => host;

    public CancellationToken Cancellation => cancellation;

    public TextWriter Out => host.Out;

    public bool Json { get; } = parsed.GetValue(globals.Json);

    /// <summary>The folder that --state-dir names; null: none.</summary>
    public string? StateDirectory => Globals.StateDir;

    public ListingWriter Listing { get; } = new(host, parsed.GetValue(globals.Json));

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public GlobalValues Globals { get; } = globals.Read(parsed);

    public ConnectionSettings ResolveSettings() => Globals.Resolve(host, Globals.ReadConfig(host));

    public ICollector Connect() => host.Connect(ResolveSettings());

    /// <summary>A point in time from an option: <c>1h</c> (ago) or ISO 8601; 0 when the option is absent.</summary>
    public long Point(Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return 0;
        }

        return Times.TryParsePoint(text, host.Time.GetUtcNow(), out var point)
            ? point
            : throw new UsageException($"{option.Name} '{Tui.SafeText.Clean(text)}' is neither a length like 15m, 1h, 2d nor a time like 2026-11-21T12:00:00Z.");
    }

    /// <summary>The time between two points; an absent one leaves it open.</summary>
    public TimeRange Range(Option<string?> since, Option<string?> until)
    {
        var range = new TimeRange { From = Point(since), To = Point(until) };
        return range.To == 0 || range.From < range.To ? range : throw new UsageException($"{until.Name} is not after {since.Name}: nothing lies between. A length like 1h is before now.");
    }

    /// <summary>A length of time from an option in seconds; 0 when the option is absent.</summary>
    public ulong Seconds(Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return 0;
        }

        return Times.TryParseLength(text, out var length)
            ? (ulong)length.TotalSeconds
            : throw new UsageException($"{option.Name} '{Tui.SafeText.Clean(text)}' is not a length like 90s, 15m, 1h or 2d.");
    }
}
