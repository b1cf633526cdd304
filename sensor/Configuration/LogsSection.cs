using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Logs;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>logs</c>: which log files are followed, and how.</summary>
internal static class LogsSection
{
    private static readonly string[] Formats = [.. Enum.GetNames<LogFormat>().Select(n => n.ToLowerInvariant())];

    /// <exception cref="ConfigurationException">An impossible value.</exception>
    public static LogOptions Read(ConfigurationSection section, string stateDirectory, string host)
    {
        var plain = new LogOptions();
        var fromStart = section.Flag("from_start", false, "On first sight of a file: read what is already in it.");
        var files = section.List("files", [], "Log files to follow, each read by what its lines look like, e.g. [/var/log/auth.log, /var/log/kamailio.log].")
            .Select(path => Source(section, path, LogFormat.Auto, fromStart)).ToList();
        foreach (var source in section.Sections("sources"))
        {
            var path = source.Text("path", "", "The file.");
            var format = source.Choice("format", "auto", Formats, "How to read its lines.");
            files.Add(Source(source, path, Enum.Parse<LogFormat>(format, ignoreCase: true), source.Flag("from_start", fromStart, "On first sight of the file: read what is already in it.")));
        }

        if (files.GroupBy(f => f.Path, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new ConfigurationException($"{section.Location}: `logs` names {twice.Key} twice; its lines would be counted twice.");
        }

        return plain with
        {
            Files = files,
            StateDirectory = stateDirectory,
            Host = host,
            Zone = Zone(section),
            EmitRaw = section.Flag("raw", plain.EmitRaw, "Lines that give no other event become log.raw events."),
            RawPerSecond = (int)section.Integer("raw_per_second", plain.RawPerSecond, 1, 1_000_000, "At most so many of them."),
            Parsers = [.. section.List("parsers", [], "YAML files with parsers of your own, tried before the built-in ones.").SelectMany(OperatorParsers.Load)],
            Journal = LogNetworkSection.Journal(section.Section("journal")),
            Syslog = LogNetworkSection.Syslog(section.Section("syslog")),
            SilentAfter = section.Duration("silent_after", plain.SilentAfter, TimeSpan.FromSeconds(10), TimeSpan.FromDays(30), "A file that used to grow is told as log.silent after so long without a line, and 50 times its usual interval."),
            PollInterval = section.Duration("poll_interval", plain.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), "How often a file is looked at."),
        };
    }

    private static LogSourceOptions Source(ConfigurationSection section, string path, LogFormat format, bool fromStart) =>
        Path.IsPathFullyQualified(path)
            ? new LogSourceOptions(path, format, fromStart)
            : throw new ConfigurationException($"{section.Location}: log file `{path}` must be an absolute path.");

    private static TimeZoneInfo Zone(ConfigurationSection section)
    {
        var name = section.Text("time_zone", "", "Zone of lines that name none, e.g. Europe/Berlin; empty: this host's.");
        if (name.Length == 0)
        {
            return TimeZoneInfo.Local;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new ConfigurationException($"{section.Location}: `logs.time_zone` is `{name}`, which this host does not know; write a name such as Europe/Berlin or UTC.");
    }
}
