using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Silences as the command line shows them.</summary>
internal static class SilenceListing
{
    public static Listing<Silence> Listing { get; } = new(
        [
            new("ID", s => s.Id),
            new("SILENCED", SilenceText.Of),
            new("STARTS", s => Times.Iso(s.Starts), Priority: 3),
            new("EXPIRES", s => s.Expires == 0 ? "never" : Times.Iso(s.Expires)),
            new("ALERTS", s => s.Silenced.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 1),
            new("BY", s => s.File.Length > 0 ? s.File : s.CreatedBy.Length > 0 ? s.CreatedBy : "-", Priority: 2),
            new("REASON", s => s.Reason),
        ],
        WriteJson,
        Stretch: "REASON");

    public static void WriteJson(Utf8JsonWriter json, Silence silence)
    {
        json.WriteStartObject();
        json.WriteString("id", silence.Id);
        json.Text("rule", silence.Rule);
        json.Text("source", silence.Source);
        json.Text("user", silence.User);
        json.Text("host", silence.Host);
        if (silence.MaxLevel != AlertLevel.Unspecified)
        {
            json.WriteString("max_level", Words.Of(silence.MaxLevel));
        }

        json.Text("reason", silence.Reason);
        json.Text("created_by", silence.CreatedBy);
        json.Time("created", silence.Created);
        json.Time("starts", silence.Starts);
        json.Time("expires", silence.Expires);
        json.WriteNumber("silenced", silence.Silenced);
        json.Text("file", silence.File);
        json.WriteEndObject();
    }
}
