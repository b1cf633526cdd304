using SensorNet.Console.Client;

namespace SensorNet.Console.Cli;

/// <summary>
/// What the command line says of collector, identity and configuration (null where it says nothing), and how that combines
/// with environment and configuration file.
/// </summary>
internal sealed record GlobalValues
{
    public string? Collector { get; init; }

    public string? Context { get; init; }

    public string? Ca { get; init; }

    public string? Cert { get; init; }

    public string? Key { get; init; }

    public string? StateDir { get; init; }

    public string? TokenFile { get; init; }

    public string? PrivacyKeys { get; init; }

    public string? ConfigFile { get; init; }

    /// <summary>The configuration file that the command line names, or the usual one.</summary>
    /// <exception cref="ConfigurationException">It cannot be used, or a file that was named does not exist.</exception>
    public ConsoleConfig ReadConfig(CliHost host)
    {
        if (ConfigFile is not null && !File.Exists(ConfigFile))
        {
            throw new ConfigurationException($"The configuration file {ConfigFile} does not exist.");
        }

        // Most have no such file: then no YAML reader is needed, which is a good part of the time to the first screen.
        var path = ConfigFile ?? ConsolePaths.From(host.Environment).ConfigFile;
        return File.Exists(path) ? ConsoleConfigReader.Read(path) : new ConsoleConfig();
    }

    /// <summary>The connection: command line first, then $SENSORNET_COLLECTOR, then the configuration file, then the local socket.</summary>
    /// <exception cref="ConfigurationException">A part of it makes no sense.</exception>
    /// <exception cref="UsageException">The command line names an impossible address or an unknown context.</exception>
    public ConnectionSettings Resolve(CliHost host, ConsoleConfig config)
    {
        var name = Context ?? config.Context;
        var context = config.Default;
        if (name is not null && !config.Contexts.TryGetValue(name, out context!))
        {
            var known = config.Contexts.Count == 0 ? "none is configured" : "known: " + string.Join(", ", config.Contexts.Keys);
            throw new UsageException($"There is no context '{name}' in the configuration file; {known}.");
        }

        // An address from the environment goes before the file's, unless a context was asked for by name.
        var environment = Context is null ? host.Environment("SENSORNET_COLLECTOR") : null;
        var explicitAddress = Collector ?? (environment is { Length: > 0 } ? environment : null);
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

        var stateDirectory = StateDir ?? context.StateDir ?? ConsolePaths.From(host.Environment).IdentityDirectory(collector);
        return new ConnectionSettings(
            collector,
            Ca ?? context.Ca,
            Cert ?? context.Cert,
            Key ?? context.Key,
            TokenFile ?? context.TokenFile,
            Path.Combine(stateDirectory, ConsolePaths.IdentityName),
            PrivacyKeys ?? context.PrivacyKeys);
    }

    /// <summary>What the screens are opened with.</summary>
    /// <exception cref="ConfigurationException">A part of it makes no sense.</exception>
    /// <exception cref="UsageException">The command line names an impossible address or an unknown context.</exception>
    public ScreenRequest ForScreens(CliHost host, string? view)
    {
        var config = ReadConfig(host);
        return new ScreenRequest(Resolve(host, config), config, view, name => new GlobalValues { Context = name }.Resolve(host, config));
    }
}
