using System.Globalization;
using SensorNet.Console.Tui;
using SensorNet.Console.Views;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SensorNet.Console.Client;

/// <summary>
/// Reads <c>keys.yaml</c>: <c>action.id: key</c> or <c>action.id: [key, key]</c>, one a line. Whatever it does not
/// understand is an error that names file, line and remedy.
/// </summary>
internal static class KeymapReader
{
    private static readonly HashSet<string> Names = [.. Enum.GetNames<Key>().Where(n => n is not ("None" or "Character")).Select(n => n.ToLowerInvariant()), "space"];

    /// <summary>The file's keys; the usual ones when it does not exist.</summary>
    /// <exception cref="ConfigurationException">It exists and cannot be read or understood.</exception>
    public static Keymap Read(string path)
    {
        if (!File.Exists(path))
        {
            return Keymap.Usual;
        }

        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a text as <see cref="Read"/> reads a file of that path.</summary>
    public static Keymap Parse(string path, string text)
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
            return Keymap.Usual;
        }

        if (stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            throw Error(path, stream.Documents[0].RootNode, "the file must hold 'action.id: key' lines");
        }

        return new Keymap([.. root.Children.Select(pair => Entry(path, pair.Key, pair.Value))], path);
    }

    /// <summary>Whether a key can be named so: a character, or a name of the keyboard with <c>ctrl-</c>, <c>alt-</c> or <c>shift-</c> before it.</summary>
    public static bool IsKey(string name)
    {
        var rest = name;
        foreach (var modifier in new[] { "ctrl-", "alt-", "shift-" })
        {
            rest = rest.Length > modifier.Length && rest.StartsWith(modifier, StringComparison.Ordinal) ? rest[modifier.Length..] : rest;
        }

        return Names.Contains(rest) || (new StringInfo(rest).LengthInTextElements == 1 && rest != " " && SafeText.Clean(rest) == rest);
    }

    private static KeymapEntry Entry(string path, YamlNode action, YamlNode keys)
    {
        if (action is not YamlScalarNode { Value: { Length: > 0 } id })
        {
            throw Error(path, action, "an action's id must be a text");
        }

        var given = keys switch
        {
            YamlScalarNode { Value: { Length: > 0 } one } => [one],
            YamlSequenceNode several when several.Children.All(c => c is YamlScalarNode { Value.Length: > 0 }) => several.Children.Select(c => ((YamlScalarNode)c).Value!).ToArray(),
            _ => throw Error(path, keys, $"'{id}' needs a key or a list of keys"),
        };
        var wrong = given.FirstOrDefault(k => !IsKey(k));
        return wrong is null && given.Length > 0
            ? new KeymapEntry(id, given, action.Start.Line)
            : throw Error(path, keys, $"'{wrong}' is no key; keys are single characters and {string.Join(", ", Names.Order(StringComparer.Ordinal))}, with ctrl-, alt- or shift- before them");
    }

    private static ConfigurationException Error(string path, YamlNode node, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{path}:{node.Start.Line}: {SafeText.Clean(message)}"));
}
