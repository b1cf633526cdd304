using System.CommandLine;
using SensorNet.Collector.Configuration;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector.Cli;

/// <summary><c>config check|print|reference</c>: is the file good, what is in effect, what can be set.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var file = new Option<string?>("--config", "-c") { Description = "YAML file to read; without it, the defaults and the environment." };
        var check = new Command("check", "Checks the configuration and says what is wrong with it.") { file };
        check.SetAction(parse =>
        {
            var options = CollectorOptions.Load(parse.GetValue(file));
            Console.WriteLine($"{parse.GetValue(file) ?? "defaults"}: ok, {options.Entries.Count(e => e.Source != "default")} of {options.Entries.Count} settings are set");
            return ExitCode.Ok;
        });

        var print = new Command("print", "Prints every setting in effect and where it comes from.") { file };
        print.SetAction(parse => Write(CollectorOptions.Load(parse.GetValue(file)).Entries, e => $"{e.Value}  # {e.Source}"));

        var reference = new Command("reference", "Prints every setting with its default and meaning.");
        reference.SetAction(_ => Write(CollectorOptions.Load(null).Entries, e => $"{e.Default}  # {e.Description}"));

        return new Command("config", "Checks, prints or explains the configuration.") { check, print, reference };
    }

    // As YAML: sections open as their first setting comes.
    private static int Write(IEnumerable<ConfigurationEntry> entries, Func<ConfigurationEntry, string> value)
    {
        var open = "";
        foreach (var entry in entries)
        {
            var dot = entry.Path.LastIndexOf('.');
            var section = dot < 0 ? "" : entry.Path[..dot];
            if (section != open && section.Length > 0)
            {
                Console.WriteLine($"{section}:");
            }

            open = section;
            Console.WriteLine($"{(dot < 0 ? "" : "  ")}{entry.Path[(dot + 1)..]}: {value(entry)}");
        }

        return ExitCode.Ok;
    }
}
