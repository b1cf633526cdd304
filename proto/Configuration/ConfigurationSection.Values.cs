using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace SensorNet.Proto.Configuration;

public sealed partial class ConfigurationSection
{
    private delegate bool Parser<T>(string text, out T value);

    /// <exception cref="ConfigurationException">The key holds a section or a list.</exception>
    public string Text(string key, string defaultValue, string description) =>
        Read(key, defaultValue, description, (string text, out string value) =>
        {
            value = text;
            return true;
        }, v => v, "a text");

    /// <exception cref="ConfigurationException">Not a whole number, or outside the range.</exception>
    public long Integer(string key, long defaultValue, long min, long max, string description) =>
        Read(key, defaultValue, $"{description} ({min} to {max})", (string text, out long value) =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max,
            v => v.ToString(CultureInfo.InvariantCulture), $"a whole number from {min} to {max}");

    /// <exception cref="ConfigurationException">Not a number, or outside the range.</exception>
    public double Number(string key, double defaultValue, double min, double max, string description) =>
        Read(key, defaultValue, description, (string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= min && value <= max,
            v => v.ToString("R", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));

    /// <exception cref="ConfigurationException">Neither true nor false.</exception>
    public bool Flag(string key, bool defaultValue, string description) =>
        Read(key, defaultValue, description, bool.TryParse, v => v ? "true" : "false", "true or false");

    /// <summary>A duration such as <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>4h</c>, <c>30d</c>.</summary>
    /// <exception cref="ConfigurationException">Not a duration, or outside the range.</exception>
    public TimeSpan Duration(string key, TimeSpan defaultValue, TimeSpan min, TimeSpan max, string description) =>
        Read(key, defaultValue, description, (string text, out TimeSpan value) =>
            Units.TryParseDuration(text, out value) && value >= min && value <= max,
            Units.Format, $"a duration from {Units.Format(min)} to {Units.Format(max)}, such as 500ms, 10s, 5m, 4h or 30d");

    /// <summary>A size in octets such as <c>64KiB</c>, <c>32MiB</c>, <c>10GiB</c>.</summary>
    /// <exception cref="ConfigurationException">Not a size, or outside the range.</exception>
    public long Size(string key, long defaultValue, long min, long max, string description) =>
        Read(key, defaultValue, description, (string text, out long value) =>
            Units.TryParseSize(text, out value) && value >= min && value <= max,
            Units.FormatSize, $"a size from {Units.FormatSize(min)} to {Units.FormatSize(max)}, such as 64KiB, 32MiB or 10GiB");

    /// <summary>One of the words given.</summary>
    /// <exception cref="ConfigurationException">Another word.</exception>
    public string Choice(string key, string defaultValue, IReadOnlyList<string> choices, string description) =>
        Read(key, defaultValue, description, (string text, out string value) =>
        {
            value = text;
            return choices.Contains(text);
        }, v => v, $"one of {string.Join(", ", choices)}");

    /// <summary>A list of texts; in the environment, separated by commas.</summary>
    /// <exception cref="ConfigurationException">The key holds something else than a list of texts.</exception>
    public IReadOnlyList<string> List(string key, IReadOnlyList<string> defaultValue, string description)
    {
        var path = Join(key);
        IReadOnlyList<string> value = defaultValue;
        var from = "default";
        switch (Find(key))
        {
            case null or YamlScalarNode { Value: null or "" }:
                break;
            case YamlSequenceNode sequence:
                value = [.. sequence.Children.Select(c => c is YamlScalarNode { Value: { } text } ? text : throw Fail(c, key, "must be a list of texts"))];
                from = _source.Locate(sequence);
                break;
            case YamlScalarNode { Value: { } single } scalar:
                value = [single];
                from = _source.Locate(scalar);
                break;
            case var other:
                throw Fail(other, key, "must be a list of texts");
        }

        var variable = _source.EnvironmentName(path);
        if (Environment.GetEnvironmentVariable(variable) is { } overridden)
        {
            value = overridden.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            from = variable;
        }

        _source.Entries.Add(new ConfigurationEntry(path, FormatList(value), FormatList(defaultValue), description, from));
        return value;
    }

    private static string FormatList(IReadOnlyList<string> items) => $"[{string.Join(", ", items)}]";

    private T Read<T>(string key, T defaultValue, string description, Parser<T> parse, Func<T, string> format, string expected)
    {
        var path = Join(key);
        var (value, from) = (defaultValue, "default");
        switch (Find(key))
        {
            case null:
                break;
            case YamlScalarNode { Value: { } text } scalar:
                value = parse(text, out var parsed) ? parsed : throw Fail(scalar, key, $"is `{text}`; it must be {expected}");
                from = _source.Locate(scalar);
                break;
            case var other:
                throw Fail(other, key, $"must be {expected}");
        }

        var variable = _source.EnvironmentName(path);
        if (Environment.GetEnvironmentVariable(variable) is { } overridden)
        {
            value = parse(overridden, out var parsed)
                ? parsed
                : throw new ConfigurationException($"environment variable {variable} is `{overridden}`; it must be {expected}.");
            from = variable;
        }

        _source.Entries.Add(new ConfigurationEntry(path, format(value), format(defaultValue), description, from));
        return value;
    }
}
