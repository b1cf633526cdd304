using System.CommandLine;

namespace SensorNet.Console.Cli;

/// <summary>The options that every command knows.</summary>
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

    /// <summary>What a command line says.</summary>
    public GlobalValues Read(ParseResult parsed) => new()
    {
        Collector = parsed.GetValue(Collector),
        Context = parsed.GetValue(Context),
        Ca = parsed.GetValue(Ca),
        Cert = parsed.GetValue(Cert),
        Key = parsed.GetValue(Key),
        StateDir = parsed.GetValue(StateDir),
        TokenFile = parsed.GetValue(TokenFile),
        PrivacyKeys = parsed.GetValue(PrivacyKeys),
        ConfigFile = parsed.GetValue(ConfigFile),
    };
}
