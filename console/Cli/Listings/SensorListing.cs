using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Sensors as the command line shows them.</summary>
internal static class SensorListing
{
    public static Listing<Sensor> Listing { get; } = new(
        [
            new("SENSOR", s => s.Id),
            new("HOST", s => Or(s.Host), Priority: 4),
            new("STATE", s => Or(s.State), Style: s => s.State == "up" ? "green" : "red"),
            new("SINCE", s => Times.Iso(s.ConnectedSince), Priority: 3),
            new("HEARTBEAT", s => Times.Iso(s.LastHeartbeat), Priority: 2),
            new("EVENTS", s => s.Events.ToString(CultureInfo.InvariantCulture), Right: true),
            new("EV/S", s => s.EventsPerS.ToString("0.0", CultureInfo.InvariantCulture), Right: true),
            new("LAG", s => SensorFigures.Lag(s), Right: true),
            new("SPOOL", s => s.SpoolEvents.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 1),
            new("DROPS", s => SensorFigures.Drops(s).ToString(CultureInfo.InvariantCulture), Right: true),
            new("VERSION", s => Or(s.Version), Priority: 5),
            new("PEER", s => Or(s.Peer), Priority: 6),
        ],
        WriteJson,
        Stretch: "PEER");

    public static void WriteJson(Utf8JsonWriter json, Sensor sensor)
    {
        json.WriteStartObject();
        json.WriteString("id", sensor.Id);
        json.Text("host", sensor.Host);
        json.Text("group", sensor.Group);
        json.WriteString("state", sensor.State);
        json.Text("version", sensor.Version);
        json.Time("connected_since", sensor.ConnectedSince);
        json.Time("last_heartbeat", sensor.LastHeartbeat);
        json.NonZero("epoch", sensor.Epoch);
        json.NonZero("acked_seq", sensor.AckedSeq);
        json.WriteNumber("events", sensor.Events);
        json.WriteNumber("events_per_s", double.IsFinite(sensor.EventsPerS) ? sensor.EventsPerS : 0);
        json.WriteNumber("lag_ms", sensor.LagMs);
        json.WriteNumber("spool_events", sensor.SpoolEvents);
        json.WriteNumber("cpu_percent", double.IsFinite(sensor.CpuPercent) ? sensor.CpuPercent : 0);
        json.WriteNumber("rss_bytes", sensor.RssBytes);
        json.Counts("counters", sensor.Counters);
        json.Texts("capabilities", sensor.Capabilities);
        json.Texts("disabled_event_types", sensor.DisabledEventTypes);
        json.Text("certificate_serial", sensor.CertificateSerial);
        json.Time("certificate_expires", sensor.CertificateExpires);
        json.Text("peer", sensor.Peer);
        json.WriteEndObject();
    }

    private static string Or(string text) => text.Length > 0 ? text : "-";
}
