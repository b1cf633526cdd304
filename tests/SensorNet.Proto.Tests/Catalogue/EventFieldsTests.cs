using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Proto.Tests.Catalogue;

public class EventFieldsTests
{
    [Theory]
    [InlineData("source.ip")]
    [InlineData("src_ip")]
    [InlineData("SRC_IP")]
    [InlineData("ip_address")]
    public void A_field_is_found_by_its_ECS_name_and_by_every_alias(string name)
    {
        Assert.True(EventFields.TryGet(name, out var field));
        Assert.Equal("source.ip", field.Name);
    }

    [Fact]
    public void No_field_of_an_empty_event_exists_but_its_type()
    {
        var present = EventFields.All.Where(f => f.Get(new Event()).Exists).Select(f => f.Name);
        Assert.Equal(["event.type", "event.action", "event.category"], present);
    }

    [Fact]
    public void Present_values_have_the_kind_that_the_catalogue_states()
    {
        var e = FullEvent();
        foreach (var field in EventFields.All)
        {
            var value = field.Get(e);
            Assert.True(!value.Exists || value.Kind == field.Kind, $"{field.Name} is {value.Kind}, not {field.Kind}");
        }
    }

    [Fact]
    public void An_address_reads_as_text()
    {
        Assert.True(EventFields.TryGet("source.ip", out var field));
        var e = new Event { SourceIp = ByteString.CopyFrom(203, 0, 113, 7) };
        Assert.Equal("203.0.113.7", field.Get(e).ToString());
    }

    [Fact]
    public void An_unknown_name_reads_the_attribute_of_that_name()
    {
        var e = new Event { Attributes = { ["a0"] = "bash" } };
        Assert.Equal("bash", EventFields.Resolve("a0").Get(e).Text);
        Assert.Equal("bash", EventFields.Resolve("attributes.a0").Get(e).Text);
        Assert.False(EventFields.Resolve("a1").Get(e).Exists);
    }

    private static Event FullEvent() => new()
    {
        Type = EventType.SipCallEnd,
        Severity = Severity.Warning,
        EventTime = 1,
        SourceIp = ByteString.CopyFrom(203, 0, 113, 7),
        SourcePort = 5060,
        UserKnown = false,
        Sip = new Sip { Method = "BYE", StatusCode = 200, Anomaly = { "oversize" }, Expires = 0, Via = { new SipVia { Branch = "z9hG4bK1" } } },
        Call = new Call { DurationMs = 1500, BillsecMs = 1000 },
        SourceStats = new SourceStats { Requests = 3 },
        Gauge = new Gauge { Asr = 0.5 },
        Resource = new Resource { Value = 95 },
        Rate = new Rate { Count = 2 },
        Enrichment = new Enrichment { SourceTrusted = true },
    };
}
