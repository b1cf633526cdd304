namespace SensorNet.Console.Client;

/// <summary>Where the console keeps its files, by the XDG base directory rules.</summary>
/// <param name="ConfigDirectory">Configuration and identities, e.g. <c>~/.config/sensornet</c>.</param>
/// <param name="StateDirectory">Screen dumps, exports and crash reports, e.g. <c>~/.local/state/sensornet</c>.</param>
internal sealed record ConsolePaths(string ConfigDirectory, string StateDirectory)
{
    /// <summary>The identity's file in its folder.</summary>
    public const string IdentityName = "identity.pem";

    public string ConfigFile => Path.Combine(ConfigDirectory, "console.yaml");

    public string KeysFile => Path.Combine(ConfigDirectory, "keys.yaml");

    /// <summary>The folder of the identity for a collector, named after its address.</summary>
    public string IdentityDirectory(string collector) => Path.Combine(
        ConfigDirectory,
        "identities",
        string.Concat(collector.Replace("https://", "", StringComparison.Ordinal).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')));

    public static ConsolePaths From(Func<string, string?> environment)
    {
        var home = environment("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new ConsolePaths(
            Path.Combine(Base("XDG_CONFIG_HOME", ".config"), "sensornet"),
            Path.Combine(Base("XDG_STATE_HOME", Path.Combine(".local", "state")), "sensornet"));

        // "All paths set in these environment variables must be absolute. If [...] relative, the implementation should
        // consider the path invalid and ignore it." (XDG base directory specification)
        string Base(string variable, string fallback) =>
            environment(variable) is { } path && Path.IsPathRooted(path) ? path : Path.Combine(home, fallback);
    }
}
