using Google.Protobuf;
using Grpc.Core;
using SensorNet.V1;

namespace SensorNet.Console.Client;

/// <summary>
/// A part of the live tail. The events stay in the contract's octets (a <see cref="StoredEvent"/> each, as the collector sent
/// it): of a burst only the last screenful is ever looked at, and as objects they take ten times the memory.
/// </summary>
/// <param name="Events">In the order of their positions; <see cref="ICollector.Open"/> makes objects of them.</param>
/// <param name="Skipped">Events that the collector left out because this client reads too slowly.</param>
internal sealed record TailBatch(IReadOnlyList<ByteString> Events, ulong Skipped)
{
    private static readonly uint EventsTag = WireFormat.MakeTag(TailEventsResponse.EventsFieldNumber, WireFormat.WireType.LengthDelimited);
    private static readonly uint SkippedTag = WireFormat.MakeTag(TailEventsResponse.SkippedFieldNumber, WireFormat.WireType.Varint);

    /// <summary>The call, with answers that are read no deeper than to their events.</summary>
    public static Method<TailEventsRequest, TailBatch> Method { get; } = new(
        MethodType.ServerStreaming,
        "sensornet.v1.EventService",
        "TailEvents",
        Marshallers.Create<TailEventsRequest>(request => request.ToByteArray(), TailEventsRequest.Parser.ParseFrom),
        Marshallers.Create(batch => throw new NotSupportedException(), Parse));

    /// <summary>Reads the octets of a <see cref="TailEventsResponse"/>.</summary>
    /// <exception cref="InvalidProtocolBufferException">They are none.</exception>
    public static TailBatch Parse(byte[] octets)
    {
        var events = new List<ByteString>();
        var skipped = 0UL;
        using var input = new CodedInputStream(octets);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == EventsTag)
            {
                events.Add(input.ReadBytes());
            }
            else if (tag == SkippedTag)
            {
                skipped = input.ReadUInt64();
            }
            else
            {
                input.SkipLastField();
            }
        }

        return new TailBatch(events, skipped);
    }
}
