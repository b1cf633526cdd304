using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>Tokens as the command line shows them; their secrets are known to nobody but their holders.</summary>
internal static class TokenListing
{
    public static Listing<Token> Listing { get; } = new(
        [
            new("ID", t => t.Id),
            new("KIND", t => t.Bearer ? "bearer" : "enrolment"),
            new("ROLE", t => Words.Of(t.Role)),
            new("NAME", t => t.Name.Length > 0 ? t.Name : "-"),
            new("USES LEFT", t => t.Bearer ? "-" : t.UsesLeft.ToString(CultureInfo.InvariantCulture), Right: true),
            new("EXPIRES", t => Times.Iso(t.Expires)),
            new("CREATED", t => Times.Iso(t.Created), Priority: 1),
            new("BY", t => t.CreatedBy, Priority: 2),
        ],
        WriteJson,
        Stretch: "NAME");

    private static void WriteJson(Utf8JsonWriter json, Token token)
    {
        json.WriteStartObject();
        json.WriteString("id", token.Id);
        json.WriteBoolean("bearer", token.Bearer);
        json.WriteString("role", Words.Of(token.Role));
        json.Text("name", token.Name);
        json.WriteNumber("uses_left", token.UsesLeft);
        json.Time("created", token.Created);
        json.Time("expires", token.Expires);
        json.Text("created_by", token.CreatedBy);
        json.Texts("groups", token.Groups);
        json.WriteEndObject();
    }
}
