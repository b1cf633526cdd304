using System.Net;
using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Lists;

/// <summary>The event that says that an operator has put a source on the block list, or that it went from there.</summary>
internal static class BlockEvent
{
    public static Event Of(ListEntry entry, bool blocked, string actor, long now)
    {
        var e = new Event
        {
            Type = blocked ? EventType.IpBlocked : EventType.IpUnblocked,
            Severity = blocked ? Severity.Warning : Severity.Info,
            EventTime = now,
            LogSource = LogSource.Collector,
            Actor = actor,
            Block = new Block { By = "admin" },
            Message = blocked ? $"{actor} blocked {entry.Value}{(entry.Comment.Length > 0 ? $": {entry.Comment}" : "")}" : $"{entry.Value} is no longer blocked ({actor})",
        };
        if (IPAddress.TryParse(entry.Value, out var address))
        {
            e.SourceIp = ByteString.CopyFrom(address.GetAddressBytes());
        }
        else
        {
            e.Attributes["block.network"] = entry.Value;
        }

        if (blocked && entry.Expires != 0)
        {
            e.Attributes["block.seconds"] = ((entry.Expires - now) / 1_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return e;
    }
}
