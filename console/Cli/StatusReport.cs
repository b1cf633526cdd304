using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>How the collector is.</summary>
internal static class StatusReport
{
    public static void Write(TextWriter output, string address, GetStatusResponse status, WhoAmIResponse me)
    {
        Line("collector", $"{status.CollectorId} at {address}, version {status.Version}");
        Line("up since", $"{Times.Iso(status.Started)} ({Times.Age(status.Started, Times.FromNanoseconds(status.Time))})");
        Line("you are", $"{me.Name} ({Words.Of(me.Role)}{(me.Groups.Count > 0 ? ", groups " + string.Join(", ", me.Groups) : "")})");
        Line("sensors", string.Create(CultureInfo.InvariantCulture, $"{status.SensorsUp} up of {status.SensorsTotal}"));
        Line("events", string.Create(CultureInfo.InvariantCulture, $"{status.Events} stored, {status.EventsPerS:0.0}/s now, {Times.Iso(status.OldestEvent)} to {Times.Iso(status.NewestEvent)}"));
        Line("store", $"{Figures.Bytes(status.StoreBytes)}, disk {Figures.Bytes(status.DiskFreeBytes)} free of {Figures.Bytes(status.DiskTotalBytes)}");
        Line("commit", string.Create(CultureInfo.InvariantCulture, $"p99 {status.CommitP99Us / 1000.0:0.0} ms"));
        Line("rules", string.Create(CultureInfo.InvariantCulture, $"{status.RulesEnabled} on of {status.RulesTotal}"));
        var open = status.OpenAlerts.OrderByDescending(a => Array.IndexOf(Words.LevelNames, a.Key)).Select(a => $"{a.Key} {a.Value}");
        Line("open alerts", status.OpenAlerts.Count == 0 ? "none" : string.Join(", ", open));
        if (status.ReadOnly)
        {
            Line("READ-ONLY", status.ReadOnlyReason);
        }

        void Line(string name, string value) => output.WriteLine($"{name,-12} {SafeText.Clean(value)}");
    }

    public static void WriteJson(Utf8JsonWriter json, (GetStatusResponse Status, WhoAmIResponse Me) both)
    {
        var (status, me) = both;
        json.WriteStartObject();
        json.WriteString("collector_id", status.CollectorId);
        json.WriteString("version", status.Version);
        json.Time("started", status.Started);
        json.Time("time", status.Time);
        json.WriteNumber("events", status.Events);
        json.WriteNumber("events_per_s", double.IsFinite(status.EventsPerS) ? status.EventsPerS : 0);
        json.WriteNumber("store_bytes", status.StoreBytes);
        json.WriteNumber("disk_free_bytes", status.DiskFreeBytes);
        json.WriteNumber("disk_total_bytes", status.DiskTotalBytes);
        json.WriteNumber("sensors_up", status.SensorsUp);
        json.WriteNumber("sensors_total", status.SensorsTotal);
        json.Counts("open_alerts", status.OpenAlerts);
        json.WriteNumber("rules_enabled", status.RulesEnabled);
        json.WriteNumber("rules_total", status.RulesTotal);
        json.WriteNumber("commit_p99_us", status.CommitP99Us);
        json.Time("oldest_event", status.OldestEvent);
        json.Time("newest_event", status.NewestEvent);
        json.WriteBoolean("read_only", status.ReadOnly);
        json.Text("read_only_reason", status.ReadOnlyReason);
        json.WriteStartObject("you");
        json.WriteString("name", me.Name);
        json.WriteString("role", Words.Of(me.Role));
        json.Texts("groups", me.Groups);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
