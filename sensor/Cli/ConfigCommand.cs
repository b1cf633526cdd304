using System.CommandLine;
using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Cli;

/// <summary><c>config check</c>, <c>config print</c>, <c>config reference</c>.</summary>
internal static class ConfigCommand
{
    public static Command Build(CommonOptions common)
    {
        var check = new Command("check", "Says whether the configuration can be used.\n\nExample:\n  sensornet-sensor config check --config sensor.yaml");
        common.AddTo(check);
        check.SetAction(parsed =>
        {
            var options = common.Load(parsed);
            PrivacyRules.Read(options);
            if (options.Capture.Filter is { Length: > 0 } filter && PacketFilterProblem(filter) is { } problem)
            {
                throw new CommandException(ExitCode.Configuration, $"`capture.filter` is refused by libpcap: {problem}.");
            }

            Console.Out.WriteLine("The configuration is good.");
            return ExitCode.Ok;
        });

        var print = new Command("print", "Prints every setting with its value and where that came from.");
        common.AddTo(print);
        print.SetAction(parsed =>
        {
            foreach (var entry in common.Load(parsed).Entries)
            {
                Console.Out.WriteLine($"{entry.Path}: {entry.Value}  # {entry.Source}");
            }

            return ExitCode.Ok;
        });

        var reference = new Command("reference", "Prints every setting with its default and meaning, as a configuration file to start from.");
        reference.SetAction(_ =>
        {
            WriteReference(Console.Out);
            return ExitCode.Ok;
        });
        return new Command("config", "Checks, prints and explains the configuration.") { check, print, reference };
    }

    // For Ethernet; null where libpcap is not installed, or has nothing against it.
    private static string? PacketFilterProblem(string filter)
    {
        try
        {
            using var handle = LibPcap.OpenDead(LinkType.Ethernet, 65_535);
            LibPcap.Matches(handle, filter, []);
            return null;
        }
        catch (LiveCaptureException)
        {
            return null;
        }
        catch (FormatException problem)
        {
            return problem.Message;
        }
    }

    /// <summary>Writes the reference: every setting, commented out, with its default.</summary>
    public static void WriteReference(TextWriter writer)
    {
        var options = SensorOptions.Read(ConfigurationSection.Parse("", "reference", SensorOptions.EnvironmentPrefix + "_REFERENCE"));
        writer.WriteLine($"# Configuration of sensornet-sensor. Every setting is shown with its default.");
        writer.WriteLine($"# The environment overrides the file: capture.ports is {SensorOptions.EnvironmentPrefix}__CAPTURE__PORTS.");
        string[] open = [];
        foreach (var entry in options.Entries)
        {
            var parts = entry.Path.Split('.');
            var sections = parts[..^1];
            var shared = sections.Zip(open).TakeWhile(p => p.First == p.Second).Count();
            if (sections.Length == 0 || shared < sections.Length || shared < open.Length)
            {
                writer.WriteLine();
            }

            for (var depth = shared; depth < sections.Length; depth++)
            {
                writer.WriteLine($"{new string(' ', 2 * depth)}{sections[depth]}:");
            }

            open = sections;
            var indent = new string(' ', 2 * sections.Length);
            writer.WriteLine($"{indent}# {entry.Description}");
            writer.WriteLine($"{indent}# {parts[^1]}: {entry.Default}");
        }
    }
}
