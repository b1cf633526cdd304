using System.Text;
using Google.Protobuf;
using SensorNet.Console.Tests.Support;
using SensorNet.Console.Views;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Views;

public sealed class LadderTests
{
    private static readonly string Invite = "INVITE sip:2@b SIP/2.0\r\nCall-ID: a\r\nContent-Type: application/sdp\r\n\r\nv=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8\r\n";
    private static readonly string Ok = "SIP/2.0 200 OK\r\nCall-ID: a\r\nUser-Agent: x\u001b[31m\r\n\r\n";

    [Fact]
    public void Legs_that_meet_at_a_host_share_its_column()
    {
        LadderStep[] steps =
        [
            new(1_000_000_000, "10.0.0.1", "10.0.0.2", "INVITE", false, 0, null),
            new(1_010_000_000, "10.0.0.2", "10.0.0.3", "INVITE", false, 1, null),
            new(1_200_000_000, "10.0.0.3", "10.0.0.2", "200 INVITE", true, 1, null),
        ];
        var lines = Ladder.Lines(steps, 60, TimeMode.Delta);
        Assert.Equal(4, lines.Count);
        Assert.Matches(@"^ {13}10\.0\.0\.1 +10\.0\.0\.2 +10\.0\.0\.3$", lines[0]);
        Assert.Matches(@"^      \+0\.000 │─+ INVITE ─+▶│ +│$", lines[1]);
        Assert.Matches(@"^      \+0\.010 │ +│─+ INVITE ─+▶│$", lines[2]);
        Assert.Matches(@"^      \+0\.190 │ +│◀─* 200 INVITE \(again\) ─*│$", lines[3]);
        Assert.All(lines.Skip(1), line => Assert.Equal(lines[1].Length, line.Length));
        Assert.Equal(lines[1].Length, lines[0].Length);
    }

    [Theory]
    [InlineData("10.0.0.2", "0049301234567", 1.0, true)]
    [InlineData("10.0.0.2", "1043", 1.0, false)]
    [InlineData("10.0.0.9", "0049301234567", 1.0, false)]
    [InlineData("10.0.0.2", "0049301234567", 30.0, false)]
    public void The_other_leg_begins_where_this_one_ends_about_the_same_number_at_the_same_time(string source, string dialled, double later, bool expected)
    {
        var one = new CallRecord { CallId = "a", SourceIp = SampleData.Address("10.0.0.1"), DestinationIp = SampleData.Address("10.0.0.2"), Src = "2207", Dst = "+49301234567", StartTime = SampleData.Nanoseconds(0) };
        var other = new CallRecord { CallId = "b", SourceIp = SampleData.Address(source), DestinationIp = SampleData.Address("10.0.0.3"), Src = "x", Dst = dialled, StartTime = SampleData.Nanoseconds(later) };
        Assert.Equal(expected, LadderView.AreLegs(one, other));
    }

    [Fact]
    public void A_diff_names_what_was_taken_and_what_came()
    {
        Assert.Equal(
            [(' ', "a"), ('-', "b"), ('+', "x"), (' ', "c"), ('+', "d")],
            LineDiff.Of(["a", "b", "c"], ["a", "x", "c", "d"]));
    }

    [Fact]
    public async Task Messages_that_were_kept_are_shown_compared_and_saved()
    {
        using var folder = new PrivateFolder();
        await using var rig = await new ScreenRig(WithMessages()).StartAsync();
        rig.Press("4");
        await rig.UntilShownAsync("882160001234");
        rig.Press("enter");
        await rig.UntilShownAsync("INVITE (SDP)");
        Assert.Contains("INVITE sip:2@b SIP/2.0", rig.Draw(), StringComparison.Ordinal);

        rig.Press("s");
        Assert.Contains("c=IN IP4 192.0.2.1", rig.Draw(), StringComparison.Ordinal);
        rig.Press("s m");
        Assert.Contains("m=audio 4000 RTP/AVP 8", rig.Draw(), StringComparison.Ordinal);
        rig.Press("escape space space D");
        Assert.Contains("+ User-Agent: x\\x1b[31m", rig.Draw(), StringComparison.Ordinal);
        Assert.Contains("- Content-Type: application/sdp", rig.Draw(), StringComparison.Ordinal);

        rig.Press("escape w ctrl-u");
        rig.Type(folder.File("call.pcap"));
        rig.Press("enter");
        await rig.UntilShownAsync("Wrote");
        var capture = File.ReadAllBytes(folder.File("call.pcap"));
        Assert.True(capture.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Invite)) > 24);

        rig.Press("w ctrl-u");
        rig.Type(folder.File("call.txt"));
        rig.Press("enter");
        await rig.UntilAsync(() => File.Exists(folder.File("call.txt")) && File.ReadAllText(folder.File("call.txt")).Contains("200 OK", StringComparison.Ordinal));
        HostileText.AssertHarmless(File.ReadAllText(folder.File("call.txt")).Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Times_are_told_by_the_clock_or_from_message_to_message()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("4");
        await rig.UntilShownAsync("882160001234");
        rig.Press("enter");
        await rig.UntilShownAsync("12:01:31.290");
        rig.Press("d");
        Assert.Contains("+0.289", rig.Draw(), StringComparison.Ordinal);
        rig.Press("d t");
        Assert.Contains("162.931", rig.Draw(), StringComparison.Ordinal);
    }

    private static MemoryCollector WithMessages()
    {
        var collector = SampleData.Create();
        var stored = SampleData.Event(900, EventType.SipCallEnd, Severity.Info, "192.0.2.31", "2207", "", -17);
        stored.Event.Sip = new Sip();
        stored.Event.DestinationIp = SampleData.Address("192.0.2.200");
        stored.Event.Sip.Messages.Add(new KeptMessage { Time = SampleData.Nanoseconds(-180), FromSource = true, Data = ByteString.CopyFromUtf8(Invite) });
        stored.Event.Sip.Messages.Add(new KeptMessage { Time = SampleData.Nanoseconds(-178), FromSource = false, Data = ByteString.CopyFromUtf8(Ok) });
        collector.Events.Add(stored);
        collector.Calls[0].Positions.Add(900);
        return collector;
    }
}
