using System.Globalization;
using System.Text.Json;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>One source, user or host in full.</summary>
internal static class EntityReport
{
    public static void Write(TextWriter output, GetEntityActivityResponse activity)
    {
        var entity = activity.Entity;
        output.WriteLine(SafeText.Clean($"{entity.Kind.ToUpperInvariant()}  {entity.Id}"));
        output.WriteLine($"  first      {Times.Iso(entity.FirstSeen)}");
        output.WriteLine($"  last       {Times.Iso(entity.LastSeen)}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  events     {entity.Events}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  failed     {activity.FailedAuthentications} authentications"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  calls      {activity.Calls}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  machines   {activity.VmOperations} operations, {activity.ActiveVms} running"));
        output.WriteLine(SafeText.Clean($"  hosts      {string.Join(", ", entity.Hosts)}"));
        output.WriteLine(SafeText.Clean($"  agents     {string.Join(", ", entity.UserAgents)}"));
        output.WriteLine(SafeText.Clean($"  alerts     {string.Join(", ", entity.AlertIds)}"));
        output.WriteLine();
        output.WriteLine("BY TYPE");
        foreach (var (type, count) in entity.Counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,10}  {SafeText.Clean(type)}"));
        }

        output.WriteLine();
        output.WriteLine("RECENT");
        foreach (var stored in activity.Recent)
        {
            var e = stored.Event;
            output.WriteLine(SafeText.Clean(
                $"  {Times.IsoMillis(e.EventTime)}  {EventTypes.Get(e.Type).Name}  {EventSummary.Source(e)}  {EventSummary.Who(e)}  {EventSummary.Of(e)}").TrimEnd());
        }
    }

    public static void WriteJson(Utf8JsonWriter json, GetEntityActivityResponse activity)
    {
        json.WriteStartObject();
        EntityListing.WriteFields(json, activity.Entity);
        json.WriteNumber("failed_authentications", activity.FailedAuthentications);
        json.WriteNumber("calls", activity.Calls);
        json.WriteNumber("vm_operations", activity.VmOperations);
        json.WriteNumber("active_vms", activity.ActiveVms);
        json.WriteStartArray("recent");
        foreach (var stored in activity.Recent)
        {
            EventListing.WriteJson(json, stored);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
