using Google.Protobuf;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Events;

/// <summary>The tracker writes the contract's octets itself: they are those that the contract's own code writes.</summary>
public sealed class SipEventEncodingTests
{
    [Fact]
    public void Every_event_of_every_capture_is_encoded_as_the_contracts_own_code_encodes_it()
    {
        var sink = new ComparingSink();
        foreach (var path in Directory.EnumerateFiles(Repository.TestData("captures"), "*.pcap.gz").Order(StringComparer.Ordinal))
        {
            var tracker = new SipTracker(new TrackerOptions { KeepMessages = KeepMessages.Always }, sink, "h\u00f6st-1");
            var result = new CapturePipeline(new CaptureOptions(), tracker).RunFiles([path], new ReplayOptions(), CancellationToken.None);
            tracker.Finish(result.LastTime);
            Assert.Null(tracker.LastFault);
        }

        Assert.True(sink.Types.Count >= 12, string.Join(' ', sink.Types));
    }

    [Fact]
    public void Octets_that_are_no_text_become_replacement_characters_and_never_break_an_event()
    {
        var texts = new TextBuffer();
        Assert.Equal("a\ufffdb"u8, texts[texts.Put([(byte)'a', 0xC3, (byte)'b'])]);
        Assert.Equal("\u00e4\ufffd"u8, texts[texts.Put("\u00e4\u00f6"u8, longest: 3)]);
        Assert.Equal("\u00e4x.example"u8, texts[texts.PutLower("\u00c4X.Example"u8)]);
    }

    [Fact]
    public void A_text_that_is_repeated_while_the_buffer_grows_stays_whole()
    {
        var texts = new TextBuffer();
        var first = texts.Put("0123456789"u8);
        for (var i = 0; i < 5000; i++)
        {
            texts.Append(first);
        }

        Assert.Equal(50_010, texts.Used);
        Assert.Equal("0123456789"u8, texts[new Text(50_000, 10)]);
    }

    private sealed class ComparingSink : IEventSink
    {
        public HashSet<EventType> Types { get; } = [];

        public void Emit(Event e)
        {
        }

        public void Emit(in EncodedEvent e)
        {
            var octets = e.Octets.ToArray();
            EncodedEvent.SetSensorTime(octets, e.SensorTimeAt, 1);
            var parsed = Event.Parser.ParseFrom(octets);
            Assert.Equal(1, parsed.SensorTime);
            Assert.Equal(parsed.ToByteArray(), octets);
            Assert.Equal(e.Type, parsed.Type);
            Types.Add(e.Type);
        }
    }
}
