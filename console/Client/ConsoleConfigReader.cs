using System.Globalization;
using SensorNet.Console.Tui;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SensorNet.Console.Client;

/// <summary>Reads <c>console.yaml</c>. Whatever it does not understand is an error that names file, line and remedy.</summary>
internal sealed class ConsoleConfigReader
{
    private static readonly string[] ContextKeys = ["collector", "ca", "cert", "key", "token_file", "state_dir", "privacy_keys"];
    private static readonly string[] TopKeys = [.. ContextKeys, "contexts", "context", "theme", "mouse", "bell", "charset", "color"];

    private readonly string _path;

    private ConsoleConfigReader(string path) => _path = path;

    /// <summary>
    /// The file's content; the defaults when it does not exist.
    /// </summary>
    /// <exception cref="ConfigurationException">It exists and cannot be read or understood.</exception>
    public static ConsoleConfig Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new ConsoleConfig();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message}", e);
        }

        return Parse(path, text);
    }

    /// <summary>Reads a text as <see cref="Read"/> reads a file of that path.</summary>
    public static ConsoleConfig Parse(string path, string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new ConfigurationException($"{path}:{e.Start.Line}: not YAML: {SafeText.Clean(e.Message)}", e);
        }

        if (stream.Documents.Count == 0 || stream.Documents[0].RootNode is YamlScalarNode { Value: null or "" })
        {
            return new ConsoleConfig();
        }

        return new ConsoleConfigReader(path).ReadTop(stream.Documents[0].RootNode);
    }

    private ConsoleConfig ReadTop(YamlNode root)
    {
        var keys = Keys(root, TopKeys, "the file");
        var contexts = new Dictionary<string, ContextConfig>(StringComparer.Ordinal);
        if (keys.TryGetValue("contexts", out var node))
        {
            if (node is not YamlMappingNode mapping)
            {
                throw Error(node, "'contexts' must hold one block of keys for each name");
            }

            foreach (var (name, context) in mapping.Children)
            {
                contexts[Text(name, "a context's name")] = ReadContext(Keys(context, ContextKeys, $"context '{name}'"));
            }
        }

        var chosen = OptionalText(keys, "context");
        if (chosen is not null && !contexts.ContainsKey(chosen))
        {
            throw Error(keys["context"], $"context '{chosen}' is not among 'contexts'");
        }

        var defaults = new ConsoleConfig();
        return new ConsoleConfig
        {
            Default = ReadContext(keys),
            Contexts = contexts,
            Context = chosen,
            Theme = Choice(keys, "theme", defaults.Theme, "auto", "dark", "light", "contrast", "colorblind", "mono"),
            Charset = Choice(keys, "charset", defaults.Charset, "auto", "utf-8", "ascii"),
            Color = Choice(keys, "color", defaults.Color, "auto", "truecolor", "256", "16", "none"),
            Mouse = Flag(keys, "mouse", defaults.Mouse),
            Bell = Flag(keys, "bell", defaults.Bell),
        };
    }

    private ContextConfig ReadContext(Dictionary<string, YamlNode> keys)
    {
        var collector = OptionalText(keys, "collector");
        if (collector is not null && ConnectionSettings.Complaint(collector) is { } complaint)
        {
            throw Error(keys["collector"], complaint);
        }

        return new ContextConfig
        {
            Collector = collector,
            Ca = OptionalPath(keys, "ca"),
            Cert = OptionalPath(keys, "cert"),
            Key = OptionalPath(keys, "key"),
            TokenFile = OptionalPath(keys, "token_file"),
            StateDir = OptionalPath(keys, "state_dir"),
            PrivacyKeys = OptionalPath(keys, "privacy_keys"),
        };
    }

    private Dictionary<string, YamlNode> Keys(YamlNode node, string[] known, string where)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw Error(node, $"{where} must hold 'key: value' lines");
        }

        var keys = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            var name = Text(key, "a key");
            if (!known.Contains(name))
            {
                throw Error(key, $"unknown key '{name}'; known here: {string.Join(", ", known)}");
            }

            keys[name] = value;
        }

        return keys;
    }

    private string? OptionalText(Dictionary<string, YamlNode> keys, string key) =>
        keys.TryGetValue(key, out var node) ? Text(node, $"'{key}'") : null;

    /// <summary>A path; relative ones are relative to the configuration file, <c>~/</c> is the home directory.</summary>
    private string? OptionalPath(Dictionary<string, YamlNode> keys, string key)
    {
        if (OptionalText(keys, key) is not { } path)
        {
            return null;
        }

        return path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
            : Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(_path)) ?? "/");
    }

    private string Choice(Dictionary<string, YamlNode> keys, string key, string fallback, params string[] choices)
    {
        var value = OptionalText(keys, key) ?? fallback;
        return choices.Contains(value) ? value : throw Error(keys[key], $"'{key}' is '{value}'; it can be {string.Join(", ", choices)}");
    }

    private bool Flag(Dictionary<string, YamlNode> keys, string key, bool fallback) => OptionalText(keys, key) switch
    {
        null => fallback,
        "true" => true,
        "false" => false,
        var other => throw Error(keys[key], $"'{key}' is '{other}'; it can be true or false"),
    };

    private string Text(YamlNode node, string what) =>
        node is YamlScalarNode { Value: { Length: > 0 } value } ? value : throw Error(node, $"{what} must be a text");

    private ConfigurationException Error(YamlNode node, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_path}:{node.Start.Line}: {SafeText.Clean(message)}"));
}
