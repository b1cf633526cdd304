using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Grpc.Core;
using SensorNet.Sensor.Spool;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class IngestMethodTests
{
    [Fact]
    public void A_batch_put_together_from_spooled_octets_is_what_protobuf_itself_would_write()
    {
        var batches = Gen.Choose(0, 5000).ListOf().Zip(Gen.Choose(0, int.MaxValue));
        Prop.ForAll(Arb.From(batches), input =>
        {
            List<int> lengths = [.. input.Item1, 1];
            var first = ((ulong)input.Item2 << 20) + 1;
            var plain = new EventBatch { FirstSeq = first };
            var spooled = new SpoolBatch();
            foreach (var length in lengths)
            {
                var e = new Event { Seq = first + (ulong)spooled.Count, Type = EventType.LogRaw, Message = new string('m', length) };
                plain.Events.Add(e);
                spooled.Add(e.Seq, e.ToByteArray());
            }

            var context = new ArrayContext();
            IngestMethod.Connect.RequestMarshaller.ContextualSerializer(new SensorFrame { Batch = spooled }, context);
            Assert.Equal(new SensorMessage { Batch = plain }.ToByteArray(), context.Written);
            Assert.Equal(context.Announced, context.Written.Length);
        }).QuickCheckThrowOnFailure();
    }

    private sealed class ArrayContext : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _writer = new();

        public byte[] Written => _writer.WrittenSpan.ToArray();

        public int Announced { get; private set; }

        public override void SetPayloadLength(int payloadLength) => Announced = payloadLength;

        public override IBufferWriter<byte> GetBufferWriter() => _writer;

        public override void Complete()
        {
        }
    }
}
