using System.CommandLine;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>Options that several commands share; each command gets instances of its own.</summary>
internal static class CommonOptions
{
    public static Option<string?> Since() => new("--since")
    {
        Description = "From then on: a length before now (15m, 1h, 2d) or a UTC time (2026-11-21T12:00:00Z)",
        HelpName = "time",
    };

    public static Option<string?> Until() => new("--until") { Description = "Up to then, in the same forms", HelpName = "time" };

    public static Option<int> Limit(int fallback)
    {
        var option = new Option<int>("--limit", "-n") { Description = "At most so many", DefaultValueFactory = _ => fallback, HelpName = "count" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var value) || value is < 1 or > 1_000_000))
            {
                result.AddError($"--limit '{result.Tokens[0].Value}' is not a number from 1 to 1000000.");
            }
        });
        return option;
    }

    public static Option<string?> Source()
    {
        var option = new Option<string?>("--source") { Description = "Of this address or network (203.0.113.7, 203.0.113.0/24)", HelpName = "address" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !Display.Addresses.IsAddressOrNetwork(result.Tokens[0].Value))
            {
                result.AddError($"--source '{result.Tokens[0].Value}' is neither an address nor a network like 203.0.113.0/24.");
            }
        });
        return option;
    }

    public static Option<string?> User() => new("--user") { Description = "Of this account or address of record", HelpName = "name" };

    public static Option<string?> Host() => new("--host") { Description = "Of this host", HelpName = "name" };

    /// <summary>Event types by their dotted names or any of their aliases.</summary>
    public static Option<EventType[]> Types()
    {
        var option = new Option<EventType[]>("--type", "-t")
        {
            Description = "Of this type (sip.auth.failed, auth-failed ...); may be repeated. 'sensornet events types' lists them",
            HelpName = "type",
            CustomParser = result =>
            {
                var types = new List<EventType>();
                foreach (var token in result.Tokens)
                {
                    var named = EventTypes.Named(token.Value);
                    types.AddRange(named.Select(t => t.Type));
                    if (named.Count == 0)
                    {
                        result.AddError($"--type '{token.Value}' is no event type; 'sensornet events types' lists them.");
                    }
                }

                return [.. types];
            },
        };
        return option;
    }

    /// <summary>An option that takes one of some words.</summary>
    public static Option<string?> Word(string name, string description, string[] words)
    {
        var option = new Option<string?>(name) { Description = $"{description}: {string.Join(", ", words)}", HelpName = "word" };
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!words.Contains(token.Value))
                {
                    result.AddError($"{name} '{token.Value}' is not one of: {string.Join(", ", words)}.");
                }
            }
        });
        return option;
    }
}
