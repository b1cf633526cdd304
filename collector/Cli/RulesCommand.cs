using System.CommandLine;
using SensorNet.Collector.Detection;

namespace SensorNet.Collector.Cli;

/// <summary><c>rules check</c>: are these Sigma rules ones that this collector runs.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var directories = new Argument<string[]>("DIR") { Description = "Directories of Sigma rules (*.yml).", Arity = ArgumentArity.OneOrMore };
        var check = new Command("check", "Compiles rules and says, with file and line, what is wrong with them. Example: rules check /etc/sensornet/rules") { directories };
        check.SetAction(parse => Check(parse.GetValue(directories)!));
        return new Command("rules", "Detection rules.") { check };
    }

    private static int Check(string[] directories)
    {
        if (directories.FirstOrDefault(d => !Directory.Exists(d)) is { } absent)
        {
            Console.Error.WriteLine($"sensornet-collector: there is no directory {absent}.");
            return ExitCode.Usage;
        }

        var loaded = RuleLoader.LoadDirectories(directories);
        foreach (var error in loaded.Errors)
        {
            Console.WriteLine(error);
        }

        foreach (var warning in loaded.Rules.Warnings)
        {
            Console.WriteLine($"{warning} (warning)");
        }

        var words = loaded.Rules.Detections.Count(d => d.LooksForWords);
        if (words > 0)
        {
            Console.WriteLine($"{words} rules look for words in lines of logs: those that give no event of their own reach them only from sensors whose configuration says logs.raw: true");
        }

        Console.WriteLine($"{loaded.Rules.All.Count()} rules run, {loaded.Errors.Count} errors, {loaded.Rules.Warnings.Count} warnings");
        return loaded.Errors.Count == 0 ? ExitCode.Ok : ExitCode.Configuration;
    }
}
