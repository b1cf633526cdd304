using Google.Protobuf;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class DuplicateMarkerTests
{
    private int _seq;

    [Theory]
    [InlineData("203.0.113.5", "100", 1.5, true)]
    [InlineData("203.0.113.5", "100", -2, true)]
    [InlineData("203.0.113.5", "100", 2.5, false)]
    [InlineData("203.0.113.5", "101", 0, false)]
    [InlineData("203.0.113.6", "100", 0, false)]
    public void A_log_record_of_the_same_source_and_account_within_two_seconds_is_marked(string ip, string user, double seconds, bool marked)
    {
        var marker = NewMarker();
        marker.Apply(Packet("203.0.113.5", "100", 100));
        var record = Record(ip, user, 100 + seconds);
        marker.Apply(record);
        Assert.Equal(marked ? "7-1" : "", record.DupOf);
    }

    [Fact]
    public void The_mapped_form_of_an_address_is_the_same_source()
    {
        var marker = NewMarker();
        marker.Apply(Packet("::ffff:203.0.113.5", "100", 100));
        var record = Record("203.0.113.5", "100", 100);
        marker.Apply(record);
        Assert.Equal("7-1", record.DupOf);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_an_attempt_in_Asterisks_security_log_and_in_a_NOTICE_line_the_later_record_is_marked(bool securityFirst)
    {
        var marker = NewMarker();
        var marked = 0;
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var first = Record("203.0.113.5", "100", 100 + attempt);
            var second = Record("203.0.113.5", "100", 100.01 + attempt);
            (securityFirst ? first : second).Attributes["asterisk.event"] = "InvalidPassword";
            marker.Apply(first);
            marker.Apply(second);
            marked += (first.DupOf.Length > 0 ? 1 : 0) + (second.DupOf.Length > 0 ? 1 : 0);
        }

        Assert.Equal(3, marked);
    }

    [Fact]
    public void Two_files_read_one_after_the_other_tell_of_as_many_attempts_as_there_were()
    {
        var marker = NewMarker();
        var records = Enumerable.Range(0, 20).Select(i => Record("203.0.113.5", "100", 100 + (i % 10 * 0.1))).ToList();
        records.Take(10).ToList().ForEach(e => e.Attributes["asterisk.event"] = "InvalidPassword");
        records.ForEach(marker.Apply);
        Assert.Equal(10, records.Count(e => e.DupOf.Length == 0));
    }

    [Fact]
    public void Attempts_that_only_one_log_tells_of_are_all_counted()
    {
        var marker = NewMarker();
        var records = Enumerable.Range(0, 10).Select(i => Record("203.0.113.5", "100", 100 + (i * 0.1))).ToList();
        records.ForEach(marker.Apply);
        Assert.All(records, e => Assert.Equal("", e.DupOf));
    }

    [Fact]
    public void A_flood_of_accounts_does_not_grow_it_and_the_newest_are_known()
    {
        var marker = NewMarker();
        for (var i = 0; i < 100_000; i++)
        {
            marker.Apply(Packet("203.0.113.5", $"u{i}", 100));
        }

        var newest = Record("203.0.113.5", "u99999", 100);
        marker.Apply(newest);
        Assert.NotEqual("", newest.DupOf);
        var oldest = Record("203.0.113.5", "u0", 100);
        marker.Apply(oldest);
        Assert.Equal("", oldest.DupOf);
    }

    private DuplicateMarker NewMarker() => new(() => $"7-{++_seq}");

    private static Event Packet(string ip, string user, double seconds) => New(EventType.SipAuthFailed, LogSource.Packet, ip, user, seconds);

    private static Event Record(string ip, string user, double seconds) => New(EventType.PbxAuthFailed, LogSource.Asterisk, ip, user, seconds);

    private static Event New(EventType type, LogSource source, string ip, string user, double seconds) => new()
    {
        Type = type,
        LogSource = source,
        SourceIp = ByteString.CopyFrom(System.Net.IPAddress.Parse(ip).GetAddressBytes()),
        User = user,
        EventTime = (long)(seconds * 1_000_000_000),
    };
}
