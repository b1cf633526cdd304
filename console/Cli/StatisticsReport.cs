using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>Counts of events: one block of lines for each dimension, with bars on a terminal.</summary>
internal static class StatisticsReport
{
    private const int BarWidth = 30;

    public static void Write(CliHost host, GetStatisticsResponse statistics)
    {
        var output = host.Out;
        var range = statistics.Time is { } time ? $", {Times.Iso(time.From)} to {Times.Iso(time.To)}" : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{statistics.Total} events{range}"));
        foreach (var dimension in statistics.Groups.GroupBy(g => g.Dimension))
        {
            output.WriteLine();
            output.WriteLine("BY " + SafeText.Clean(dimension.Key).ToUpperInvariant());
            var groups = dimension.OrderByDescending(g => g.Count).ToList();
            var widest = groups.Max(g => SafeText.Width(g.Value));
            var most = Math.Max(groups[0].Count, 1);
            foreach (var group in groups)
            {
                var name = group.Value.Length > 0 ? SafeText.Clean(group.Value) : "-";
                var padding = new string(' ', Math.Max(0, widest - SafeText.Width(name)));
                var bar = host.IsTerminal ? "  " + new string('#', (int)(group.Count * BarWidth / (double)most)) : "";
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}{padding}  {group.Count,10}{bar}").TrimEnd());
            }
        }

        foreach (var dimension in statistics.Buckets.GroupBy(b => b.Dimension))
        {
            output.WriteLine();
            output.WriteLine("OVER TIME" + (dimension.Key.Length > 0 ? " BY " + SafeText.Clean(dimension.Key).ToUpperInvariant() : ""));
            foreach (var bucket in dimension)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Times.Iso(bucket.Time)}  {bucket.Count,10}  {SafeText.Clean(bucket.Value)}").TrimEnd());
            }
        }
    }

    public static void WriteJson(Utf8JsonWriter json, GetStatisticsResponse statistics)
    {
        json.WriteStartObject();
        json.WriteNumber("total", statistics.Total);
        json.Time("from", statistics.Time?.From ?? 0);
        json.Time("to", statistics.Time?.To ?? 0);
        json.WriteStartArray("groups");
        foreach (var group in statistics.Groups)
        {
            json.WriteStartObject();
            json.WriteString("by", group.Dimension);
            json.WriteString("value", group.Value);
            json.WriteNumber("count", group.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("buckets");
        foreach (var bucket in statistics.Buckets)
        {
            json.WriteStartObject();
            json.Time("time", bucket.Time);
            json.Text("by", bucket.Dimension);
            json.Text("value", bucket.Value);
            json.WriteNumber("count", bucket.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
