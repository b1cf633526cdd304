using System.Globalization;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Changes of alerts as they happen.</summary>
internal static class WatchListing
{
    public static Listing<WatchAlertsResponse> Listing { get; } = new(
        [
            new("LAST", c => Times.Iso(c.Alert.LastSeen)),
            new("CHANGE", c => c.Change.Length > 0 ? c.Change : "open"),
            new("LEVEL", c => Words.Of(c.Alert.Level)),
            new("STATE", c => Words.Of(c.Alert.Status)),
            new("SOURCE", c => AlertSource.Of(c.Alert, named: 3)),
            new("COUNT", c => c.Alert.Count.ToString(CultureInfo.InvariantCulture), Right: true),
            new("ALERT", c => c.Alert.Title.Length > 0 ? c.Alert.Title : c.Alert.RuleName),
            new("ID", c => c.Alert.AlertId),
        ],
        (json, change) =>
        {
            json.WriteStartObject();
            json.WriteString("change", change.Change.Length > 0 ? change.Change : "open");
            AlertListing.WriteFields(json, change.Alert);
            json.WriteEndObject();
        },
        Stretch: "ALERT");
}
