using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>Keeps single events small, whatever a sensor sends: a block holds 32 of them in memory.</summary>
internal static class EventSize
{
    /// <summary>The attribute that marks a cut event; its value names what was cut.</summary>
    public const string Mark = "cut";

    /// <summary>Cuts an event that is larger than <paramref name="limit"/> encoded bytes to that size, the bulkiest kinds first.</summary>
    public static void Cut(Event e, int limit)
    {
        e.Raw = ByteString.Empty;
        if (e.Sip is { } sip)
        {
            sip.Messages.Clear();
            sip.Trace.Clear();
        }

        var what = "raw, messages, trace";
        if (e.CalculateSize() > limit - 64)
        {
            e.Attributes.Clear();
            e.Counters = null;
            e.Audit = null;
            what += ", attributes";
        }

        if (e.CalculateSize() > limit - 64)
        {
            var essence = new Event
            {
                SensorId = e.SensorId,
                Epoch = e.Epoch,
                Seq = e.Seq,
                Type = e.Type,
                Severity = e.Severity,
                EventTime = e.EventTime,
                SensorTime = e.SensorTime,
                IngestTime = e.IngestTime,
                LogSource = e.LogSource,
                SourceIp = e.SourceIp.Length <= 16 ? e.SourceIp : ByteString.Empty,
                SourcePort = e.SourcePort,
                DestinationIp = e.DestinationIp.Length <= 16 ? e.DestinationIp : ByteString.Empty,
                DestinationPort = e.DestinationPort,
                Host = e.Host.Length <= 255 ? e.Host : "",
                User = e.User.Length <= 255 ? e.User : "",
            };
            Clear(e);
            e.MergeFrom(essence);
            what = "all but identity, times and addresses";
        }

        e.Attributes[Mark] = what;
    }

    private static void Clear(Event e)
    {
        foreach (var field in Event.Descriptor.Fields.InDeclarationOrder())
        {
            field.Accessor.Clear(e);
        }
    }
}
