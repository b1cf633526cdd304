using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using SensorNet.Sensor.Cli;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Cli;

public sealed class EventJsonTests
{
    [Fact]
    public void Fields_have_their_ecs_names_and_kinds_and_absent_ones_are_left_out()
    {
        var json = Write(new Event
        {
            Type = EventType.SipAuthFailed,
            EventTime = 1_700_000_000_123_456_789,
            SourceIp = ByteString.CopyFrom(203, 0, 113, 5),
            SourcePort = 5060,
            User = "100",
            Partial = true,
            Sip = new V1.Sip { Method = "REGISTER", StatusCode = 403, Contact = { "sip:a@b", "sip:c@d" } },
            Attributes = { ["jail"] = "x" },
        });
        Assert.Equal("2023-11-14T22:13:20.123456789Z", json.GetProperty("@timestamp").GetString());
        Assert.Equal("sip.auth.failed", json.GetProperty("event.type").GetString());
        Assert.Equal("203.0.113.5", json.GetProperty("source.ip").GetString());
        Assert.Equal(5060, json.GetProperty("source.port").GetInt32());
        Assert.True(json.GetProperty("event.partial").GetBoolean());
        Assert.Equal(403, json.GetProperty("sip.status_code").GetInt32());
        Assert.Equal(2, json.GetProperty("sip.contact").GetArrayLength());
        Assert.Equal("x", json.GetProperty("attributes.jail").GetString());
        Assert.False(json.TryGetProperty("destination.ip", out _));
    }

    [Fact]
    public void Whatever_an_attacker_writes_one_event_is_one_line_of_valid_json()
    {
        var nasty = string.Concat(Enumerable.Range(0, 0x300).Select(c => (char)c)) + "\u2028\"\\ud800";
        var output = new ArrayBufferWriter<byte>();
        EventJson.Write(new Event { Type = EventType.LogRaw, User = nasty, Message = nasty, Raw = ByteString.CopyFrom([.. Enumerable.Range(0, 256).Select(b => (byte)b)]) }, output);
        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.DoesNotContain('\n', text);
        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(nasty, JsonDocument.Parse(text).RootElement.GetProperty("user.name").GetString());
    }

    private static JsonElement Write(Event e)
    {
        var output = new ArrayBufferWriter<byte>();
        EventJson.Write(e, output);
        return JsonDocument.Parse(output.WrittenMemory).RootElement;
    }
}
