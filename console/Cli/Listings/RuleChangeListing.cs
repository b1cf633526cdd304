using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Cli.Listings;

/// <summary>A rule's history, and what a check found, as the command line shows them.</summary>
internal static class RuleChangeListing
{
    public static Listing<RuleChange> Listing { get; } = new(
        [
            new("REV", c => c.Revision.ToString(CultureInfo.InvariantCulture), Right: true),
            new("TIME", c => Times.Iso(c.Time)),
            new("ACTOR", c => c.Actor.Length > 0 ? c.Actor : "-"),
            new("OPERATION", c => c.Operation),
            new("BEFORE", c => c.Before, Priority: 1),
            new("AFTER", c => c.After),
            new("COMMENT", c => c.Comment, Priority: 2),
        ],
        WriteJson,
        Stretch: "AFTER");

    public static Listing<RuleProblem> Problems { get; } = new(
        [
            new("FILE", p => p.File),
            new("LINE", p => p.Line == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{p.Line}:{p.Column}"), Right: true),
            new("WEIGHT", p => p.Warning ? "warning" : "error"),
            new("PROBLEM", p => p.Message),
        ],
        WriteProblem,
        Stretch: "PROBLEM");

    public static void WriteProblem(Utf8JsonWriter json, RuleProblem problem)
    {
        json.WriteStartObject();
        json.WriteString("file", problem.File);
        json.NonZero("line", problem.Line);
        json.NonZero("column", problem.Column);
        json.WriteBoolean("warning", problem.Warning);
        json.WriteString("message", problem.Message);
        json.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter json, RuleChange change)
    {
        json.WriteStartObject();
        json.WriteNumber("revision", change.Revision);
        json.Time("time", change.Time);
        json.Text("actor", change.Actor);
        json.WriteString("operation", change.Operation);
        json.Text("before", change.Before);
        json.Text("after", change.After);
        json.Text("comment", change.Comment);
        json.Texts("diff", change.Diff);
        json.WriteEndObject();
    }
}
