using Google.Protobuf;
using Grpc.Core;
using SensorNet.Sensor.Spool;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// <c>sensornet.v1.IngestService/Connect</c> with a writer that puts spooled events into a <c>SensorMessage</c> without
/// taking them apart: each event is serialised once in its life.
/// </summary>
internal static class IngestMethod
{
    // SensorMessage.batch = 2, EventBatch.first_seq = 1, EventBatch.events = 2.
    private const byte BatchTag = (SensorMessage.BatchFieldNumber << 3) | 2;
    private const byte FirstSeqTag = EventBatch.FirstSeqFieldNumber << 3;
    private const byte EventsTag = (EventBatch.EventsFieldNumber << 3) | 2;

    public static Method<SensorFrame, CollectorMessage> Connect { get; } = new(
        MethodType.DuplexStreaming,
        "sensornet.v1.IngestService",
        "Connect",
        Marshallers.Create<SensorFrame>(Write, static _ => throw new NotSupportedException("Sensors do not receive these.")),
        Marshallers.Create<CollectorMessage>(
            static (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            static context => CollectorMessage.Parser.ParseFrom(context.PayloadAsReadOnlySequence())));

    private static void Write(SensorFrame frame, SerializationContext context)
    {
        if (frame.Batch is { } batch)
        {
            WriteBatch(batch, context);
            return;
        }

        context.SetPayloadLength(frame.Message!.CalculateSize());
        frame.Message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static void WriteBatch(SpoolBatch batch, SerializationContext context)
    {
        var inner = 1 + CodedOutputStream.ComputeUInt64Size(batch.FirstSeq);
        for (var i = 0; i < batch.Count; i++)
        {
            inner += 1 + CodedOutputStream.ComputeLengthSize(batch[i].Length) + batch[i].Length;
        }

        var total = 1 + CodedOutputStream.ComputeLengthSize(inner) + inner;
        context.SetPayloadLength(total);
        var writer = context.GetBufferWriter();
        var span = writer.GetSpan(total);
        var at = 0;
        span[at++] = BatchTag;
        at += WriteVarint(span[at..], (ulong)inner);
        span[at++] = FirstSeqTag;
        at += WriteVarint(span[at..], batch.FirstSeq);
        for (var i = 0; i < batch.Count; i++)
        {
            var octets = batch[i];
            span[at++] = EventsTag;
            at += WriteVarint(span[at..], (ulong)octets.Length);
            octets.CopyTo(span[at..]);
            at += octets.Length;
        }

        writer.Advance(at);
        context.Complete();
    }

    private static int WriteVarint(Span<byte> span, ulong value)
    {
        var at = 0;
        while (value > 0x7F)
        {
            span[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[at++] = (byte)value;
        return at;
    }
}
