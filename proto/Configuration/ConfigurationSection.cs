using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SensorNet.Proto.Configuration;

/// <summary>
/// One mapping of a YAML configuration file, read key by key. Each read names the key, its default and what it means,
/// so the same code gives the options, the reference (<see cref="Entries"/>) and the checks: <see cref="Done"/>
/// refuses keys that nobody asked for, with the nearest name that exists. An environment variable
/// <c>PREFIX__SECTION__KEY</c> overrides the file. Not thread-safe; used once at start.
/// </summary>
public sealed partial class ConfigurationSection
{
    private readonly ConfigurationSource _source;
    private readonly YamlMappingNode? _node;
    private readonly string _path;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<ConfigurationSection> _children = [];

    internal ConfigurationSection(ConfigurationSource source, YamlMappingNode? node, string path)
    {
        _source = source;
        _node = node;
        _path = path;
    }

    /// <summary>Every setting read so far, of this section and those below it, in the order of reading.</summary>
    public IReadOnlyList<ConfigurationEntry> Entries => _source.Entries;

    /// <summary>Where this section stands, for messages: <c>file:line</c>, or the file's name where it is absent.</summary>
    public string Location => _node is null ? _source.Name : _source.Locate(_node);

    /// <summary>Reads a file; null: no file, only defaults and the environment.</summary>
    /// <param name="file">Path of a YAML file.</param>
    /// <param name="environmentPrefix">E.g. <c>SENSORNET_COLLECTOR</c>.</param>
    /// <exception cref="ConfigurationException">The file is missing, unreadable or not a YAML mapping.</exception>
    public static ConfigurationSection Load(string? file, string environmentPrefix)
    {
        if (file is null)
        {
            return new ConfigurationSection(new ConfigurationSource("defaults", environmentPrefix), null, "");
        }

        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ConfigurationException($"{file}: user {Environment.UserName} may not read it. Run this as the service's user, or as root.", e);
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"{file}: cannot be read: {e.Message}", e);
        }

        return Parse(text, file, environmentPrefix);
    }

    /// <summary>Reads YAML text; <paramref name="name"/> stands for the file in messages.</summary>
    /// <exception cref="ConfigurationException">The text is not a YAML mapping.</exception>
    public static ConfigurationSection Parse(string text, string name, string environmentPrefix)
    {
        var source = new ConfigurationSource(name, environmentPrefix);
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new ConfigurationException($"{name}:{e.Start.Line}:{e.Start.Column}: not valid YAML: {e.Message}", e);
        }

        if (stream.Documents.Count == 0)
        {
            return new ConfigurationSection(source, null, "");
        }

        return stream.Documents[0].RootNode switch
        {
            YamlMappingNode mapping => new ConfigurationSection(source, mapping, ""),
            YamlScalarNode { Value: null or "" } => new ConfigurationSection(source, null, ""),
            var other => throw new ConfigurationException($"{source.Locate(other)}: expected settings as `key: value`."),
        };
    }

    /// <summary>The section of that name; an empty one (all defaults) where the file has none.</summary>
    /// <exception cref="ConfigurationException">The key holds something else than a mapping.</exception>
    public ConfigurationSection Section(string key)
    {
        var child = Find(key) switch
        {
            null or YamlScalarNode { Value: null or "" } => new ConfigurationSection(_source, null, Join(key)),
            YamlMappingNode mapping => new ConfigurationSection(_source, mapping, Join(key)),
            var other => throw Fail(other, key, "must be a section of `key: value` lines"),
        };
        _children.Add(child);
        return child;
    }

    /// <summary>The mappings of a list, e.g. several log sources; empty where the file has none.</summary>
    /// <exception cref="ConfigurationException">The key holds something else.</exception>
    public IReadOnlyList<ConfigurationSection> Sections(string key)
    {
        var sections = new List<ConfigurationSection>();
        switch (Find(key))
        {
            case null or YamlScalarNode { Value: null or "" }:
                break;
            case YamlSequenceNode sequence:
                foreach (var item in sequence.Children)
                {
                    sections.Add(item is YamlMappingNode mapping
                        ? new ConfigurationSection(_source, mapping, $"{Join(key)}[{sections.Count}]")
                        : throw Fail(item, key, "must be a list of sections (`- key: value`)"));
                }

                break;
            case var other:
                throw Fail(other, key, "must be a list");
        }

        _children.AddRange(sections);
        return sections;
    }

    /// <summary>The keys that the file gives in this section, for sections whose keys are names (users, hosts).</summary>
    public IReadOnlyList<string> Keys() =>
        _node is null ? [] : [.. _node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "")];

    /// <summary>What to throw of a value that was read and is wrong in a way that only its reader knows.</summary>
    /// <param name="key">A key of this section.</param>
    /// <param name="problem">Goes on behind the key's name: <c>is `x`; it must be a host</c>.</param>
    public ConfigurationException Wrong(string key, string problem)
    {
        var variable = _source.EnvironmentName(Join(key));
        return Environment.GetEnvironmentVariable(variable) is not null
            ? new ConfigurationException($"environment variable {variable} {problem}.")
            : Find(key) is { } node ? Fail(node, key, problem) : new ConfigurationException($"{Location}: `{Join(key)}` {problem}.");
    }

    /// <summary>Refuses every key of the file that was not read, here and below, and every such variable of the environment.</summary>
    /// <exception cref="ConfigurationException">Names the first unknown key, its place and the nearest known one.</exception>
    public void Done()
    {
        if (_path.Length == 0)
        {
            _source.RefuseUnknownVariables();
        }

        foreach (var key in _node?.Children.Keys ?? [])
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (!_known.Contains(name))
            {
                var nearest = NearestWord.Of(name, _known);
                throw new ConfigurationException(
                    $"{_source.Locate(key)}: unknown key `{Join(name)}`."
                    + (nearest is null ? $" Known here: {string.Join(", ", _known.Order())}." : $" Did you mean `{nearest}`?"));
            }
        }

        foreach (var child in _children)
        {
            child.Done();
        }
    }

    private string Join(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private YamlNode? Find(string key)
    {
        _known.Add(key);
        return _node is not null && _node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    private ConfigurationException Fail(YamlNode node, string key, string problem) =>
        new($"{_source.Locate(node)}: `{Join(key)}` {problem}.");
}
