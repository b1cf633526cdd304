using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Registrations as the command line shows them.</summary>
internal static class RegistrationListing
{
    public static Listing<Registration> Listing { get; } = new(
        [
            new("AOR", r => Or(r.Aor)),
            new("CONTACT", r => Or(r.Contact)),
            new("SOURCE", r => Addresses.Of(r.SourceIp, r.SourcePort)),
            new("TRANSPORT", r => Words.Of(r.Transport), Priority: 3),
            new("STATE", r => Or(r.State)),
            new("EXPIRES", r => r.ExpiresS == 0 ? "-" : r.ExpiresS.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 2),
            new("SINCE", r => Times.Iso(r.Since), Priority: 4),
            new("CHANGED", r => Times.Iso(r.LastChange), Priority: 1),
            new("HOST", r => Or(r.Host.Length > 0 ? r.Host : r.SensorId), Priority: 5),
            new("USER-AGENT", r => Or(r.UserAgent), Priority: 6),
        ],
        WriteJson,
        Stretch: "CONTACT");

    private static void WriteJson(Utf8JsonWriter json, Registration registration)
    {
        json.WriteStartObject();
        json.WriteString("aor", registration.Aor);
        json.WriteString("contact", registration.Contact);
        json.WriteString("state", registration.State);
        json.Address("source_ip", registration.SourceIp);
        json.NonZero("source_port", registration.SourcePort);
        json.WriteString("transport", Words.Of(registration.Transport));
        json.Text("tls_cipher", registration.TlsCipher);
        json.Text("user_agent", registration.UserAgent);
        json.Time("since", registration.Since);
        json.Time("last_change", registration.LastChange);
        json.NonZero("expires_s", registration.ExpiresS);
        json.Text("sensor_id", registration.SensorId);
        json.Text("host", registration.Host);
        json.WriteEndObject();
    }

    private static string Or(string text) => text.Length > 0 ? text : "-";
}
