using System.CommandLine;
using SensorNet.Console.Client;

namespace SensorNet.Console.Cli;

/// <summary>The options that every command knows, and how they combine with environment and configuration file.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Collector { get; } = new("--collector", "-c")
    {
        Description = "The collector: unix:/path or https://host:port [default: $SENSORNET_COLLECTOR, console.yaml, unix:/run/sensornet/collector.sock]",
        HelpName = "address",
        Recursive = true,
    };

    public Option<string?> Context { get; } = new("--context")
    {
        Description = "A collector named under 'contexts' in console.yaml",
        HelpName = "name",
        Recursive = true,
    };

    public Option<string?> Ca { get; } = new("--ca")
    {
        Description = "PEM file of the authority that signed the collector's certificate",
        HelpName = "file",
        Recursive = true,
    };

    public Option<string?> Cert { get; } = new("--cert") { Description = "PEM file of your certificate", HelpName = "file", Recursive = true };

    public Option<string?> Key { get; } = new("--key") { Description = "PEM file of its key", HelpName = "file", Recursive = true };

    public Option<string?> StateDir { get; } = new("--state-dir")
    {
        Description = "Folder with the identity that 'sensornet login' keeps [default: one for each collector under ~/.config/sensornet/identities]",
        HelpName = "folder",
        Recursive = true,
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = "File that holds a bearer token",
        HelpName = "file",
        Recursive = true,
    };

    public Option<string?> PrivacyKeys { get; } = new("--privacy-keys")
    {
        Description = "File with privacy keys: what sensors encrypted with one of them is shown in clear",
        HelpName = "file",
        Recursive = true,
    };

    public Option<string?> ConfigFile { get; } = new("--config")
    {
        Description = "Configuration file [default: ~/.config/sensornet/console.yaml]",
        HelpName = "file",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "JSON instead of tables: an array for lists, one object per line for streams",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        foreach (var option in new Option[] { Collector, Context, Ca, Cert, Key, StateDir, TokenFile, PrivacyKeys, ConfigFile, Json })
        {
            root.Options.Add(option);
        }
    }

    /// <summary>The configuration file that the command line or the environment names.</summary>
    /// <exception cref="ConfigurationException">It cannot be used, or a file that was named does not exist.</exception>
    public ConsoleConfig ReadConfig(ParseResult parsed, CliHost host)
    {
        var named = parsed.GetValue(ConfigFile);
        if (named is not null && !File.Exists(named))
        {
            throw new ConfigurationException($"The configuration file {named} does not exist.");
        }

        return ConsoleConfigReader.Read(named ?? ConsolePaths.From(host.Environment).ConfigFile);
    }

    /// <summary>The connection: command line first, then $SENSORNET_COLLECTOR, then the configuration file, then the local socket.</summary>
    /// <exception cref="ConfigurationException">A part of it makes no sense.</exception>
    /// <exception cref="UsageException">The command line names an impossible address or an unknown context.</exception>
    public ConnectionSettings Resolve(ParseResult parsed, CliHost host, ConsoleConfig config)
    {
        var name = parsed.GetValue(Context) ?? config.Context;
        var context = config.Default;
        if (name is not null && !config.Contexts.TryGetValue(name, out context!))
        {
            var known = config.Contexts.Count == 0 ? "none is configured" : "known: " + string.Join(", ", config.Contexts.Keys);
            throw new UsageException($"There is no context '{name}' in the configuration file; {known}.");
        }

        // An address from the environment goes before the file's, unless a context was asked for by name.
        var environment = parsed.GetValue(Context) is null ? host.Environment("SENSORNET_COLLECTOR") : null;
        var explicitAddress = parsed.GetValue(Collector) ?? (environment is { Length: > 0 } ? environment : null);
        var collector = explicitAddress ?? context.Collector ?? ConnectionSettings.DefaultCollector;
        if (ConnectionSettings.Complaint(collector) is { } complaint)
        {
            throw new UsageException(complaint);
        }

        // Credentials of the file belong to the file's collector, never to an address given by hand.
        if (explicitAddress is not null && explicitAddress != context.Collector)
        {
            context = new ContextConfig();
        }

        var stateDirectory = parsed.GetValue(StateDir) ?? context.StateDir ?? ConsolePaths.From(host.Environment).IdentityDirectory(collector);
        return new ConnectionSettings(
            collector,
            parsed.GetValue(Ca) ?? context.Ca,
            parsed.GetValue(Cert) ?? context.Cert,
            parsed.GetValue(Key) ?? context.Key,
            parsed.GetValue(TokenFile) ?? context.TokenFile,
            Path.Combine(stateDirectory, ConsolePaths.IdentityName),
            parsed.GetValue(PrivacyKeys) ?? context.PrivacyKeys);
    }
}
