using System.Text;
using SensorNet.Sensor.Sip;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Sip;

/// <summary>The messages of RFC 4475: the valid ones parse to what the RFC says, the invalid ones are told with the right reason.</summary>
public sealed class TortureTests
{
    [Theory]
    // 3.1.1 valid messages. Only what sip-events.md calls an anomaly although the RFC allows it is noted.
    [InlineData("wsinv", SipAnomalies.FoldedVia | SipAnomalies.OldBranch)]
    [InlineData("intmeth", SipAnomalies.UnknownMethod)]
    [InlineData("esc01", SipAnomalies.None)]
    [InlineData("escnull", SipAnomalies.None)]
    [InlineData("esc02", SipAnomalies.UnknownMethod)]
    [InlineData("lwsdisp", SipAnomalies.None)]
    [InlineData("longreq", SipAnomalies.OldBranch)]
    [InlineData("dblreq", SipAnomalies.LooseContentLength)]
    [InlineData("semiuri", SipAnomalies.None)]
    [InlineData("transports", SipAnomalies.None)]
    [InlineData("mpart01", SipAnomalies.None)]
    [InlineData("unreason", SipAnomalies.None)]
    [InlineData("noreason", SipAnomalies.None)]
    // 3.1.2 invalid messages that can still be told from others.
    [InlineData("clerr", SipAnomalies.LooseContentLength)]
    [InlineData("ncl", SipAnomalies.NegativeContentLength)]
    [InlineData("scalar02", SipAnomalies.BadMaxForwards | SipAnomalies.CSeqOverflow | SipAnomalies.BadExpires)]
    [InlineData("scalarlg", SipAnomalies.CSeqOverflow)]
    [InlineData("ltgtruri", SipAnomalies.BracketedUri | SipAnomalies.OldBranch)]
    [InlineData("lwsruri", SipAnomalies.WhitespaceInUri)]
    [InlineData("lwsstart", SipAnomalies.StartLineSpacing)]
    [InlineData("trws", SipAnomalies.StartLineSpacing)]
    [InlineData("escruri", SipAnomalies.HeadersInUri)]
    [InlineData("baddate", SipAnomalies.BadDate)]
    [InlineData("regbadct", SipAnomalies.BadContact)]
    [InlineData("badaspec", SipAnomalies.BadAddressSpec)]
    [InlineData("baddn", SipAnomalies.BadDisplayName | SipAnomalies.UnterminatedHeader)]
    [InlineData("mismatch01", SipAnomalies.CSeqMethodMismatch)]
    [InlineData("mismatch02", SipAnomalies.CSeqMethodMismatch | SipAnomalies.UnknownMethod)]
    // 3.2 transaction layer, 3.3 application layer, 3.4 backward compatibility.
    [InlineData("badbranch", SipAnomalies.BadBranch)]
    [InlineData("unkscm", SipAnomalies.UnknownScheme)]
    [InlineData("novelsc", SipAnomalies.UnknownScheme)]
    [InlineData("unksm2", SipAnomalies.None)]
    [InlineData("bext01", SipAnomalies.None)]
    [InlineData("invut", SipAnomalies.None)]
    [InlineData("regaut01", SipAnomalies.None)]
    [InlineData("multi01", SipAnomalies.DuplicateHeader)]
    [InlineData("mcl01", SipAnomalies.DuplicateHeader | SipAnomalies.LooseContentLength)]
    [InlineData("bcast", SipAnomalies.None)]
    [InlineData("zeromf", SipAnomalies.None)]
    [InlineData("cparam01", SipAnomalies.None)]
    [InlineData("cparam02", SipAnomalies.None)]
    [InlineData("regescrt", SipAnomalies.None)]
    [InlineData("sdp01", SipAnomalies.None)]
    [InlineData("inv2543", SipAnomalies.MissingMaxForwards | SipAnomalies.OldBranch | SipAnomalies.MissingFromTag | SipAnomalies.MissingContact)]
    internal void A_trackable_message_is_read_with_its_anomalies(string name, SipAnomalies anomalies)
    {
        var message = new SipReader().Read(Read(name));
        Assert.Equal(SipStatus.Ok, message.Status);
        Assert.Equal(anomalies, message.Anomalies);
    }

    [Theory]
    [InlineData("badinv01", SipStatus.BadVia)]
    [InlineData("quotbal", SipStatus.UnbalancedQuote)]
    [InlineData("badvers", SipStatus.BadVersion)]
    [InlineData("bigcode", SipStatus.BadStatusCode)]
    [InlineData("insuf", SipStatus.MissingCallId)]
    internal void An_untrackable_message_is_refused_with_its_reason(string name, SipStatus status) =>
        Assert.Equal(status, new SipReader().Read(Read(name)).Status);

    [Fact]
    public void A_short_tortuous_invite_gives_its_fields()
    {
        var m = new SipReader().Read(Read("wsinv"));
        Assert.Equal(SipMethod.Invite, m.Method);
        Assert.Equal("sip:vivekg@chair-dnrc.example.com;unknownparam", Text(m.Uri));
        Assert.Equal("1918181833n", Text(m.ToTag));
        Assert.Equal("98asjd8", Text(m.FromTag));
        Assert.Equal("wsinv.ndaksdj@192.0.2.1", Text(m.CallId));
        Assert.Equal(9UL, m.CSeq);
        Assert.Equal("192.0.2.2", Text(m.SentBy));
        Assert.Equal("390skdjuw", Text(m.Branch));
        Assert.True(SipAddressView.TryParse(m.From, out var from));
        Assert.Equal("J Rosenberg \\\\\\\"", Text(from.Display));
        Assert.True(SipAddressView.TryParse(m.First(SipHeaderId.Contact), out var contact));
        Assert.Equal("sip:jdrosen@example.com", Text(contact.Uri));
        Assert.True(SipParameters.TryFind(contact.Parameters, "q"u8, out var q));
        Assert.Equal("0.33", Text(q));
        var vias = 0;
        for (var line = m.FirstLine(SipHeaderId.Via); line >= 0; line = m.NextLine(line))
        {
            var list = new SipList(m.Value(line));
            while (list.MoveNext())
            {
                Assert.True(SipViaView.TryParse(list.Current, out _));
                vias++;
            }
        }

        Assert.Equal(3, vias);
        Assert.StartsWith("v=0", Text(m.Body), StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_of_every_token_character_is_a_method()
    {
        var m = new SipReader().Read(Read("intmeth"));
        Assert.Equal("!interesting-Method0123456789_*+`.%indeed'~", Text(m.MethodToken));
        Assert.Equal(SipMethod.Other, m.Method);
        Assert.Equal("intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", Text(m.CallId));
        Assert.Equal(139122385UL, m.CSeq);
    }

    [Fact]
    public void A_semicolon_belongs_to_the_user_part()
    {
        var m = new SipReader().Read(Read("semiuri"));
        var uri = SipUriView.Parse(m.Uri);
        Assert.Equal("user;par=u%40example.net", Text(uri.User));
        Assert.Equal("example.com", Text(uri.Host));
    }

    [Fact]
    public void Every_known_via_transport_is_read()
    {
        var m = new SipReader().Read(Read("transports"));
        var names = new List<string>();
        for (var line = m.FirstLine(SipHeaderId.Via); line >= 0; line = m.NextLine(line))
        {
            Assert.True(SipViaView.TryParse(m.Value(line), out var via));
            names.Add(Text(via.Transport));
        }

        Assert.Equal(["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"], names);
    }

    private static byte[] Read(string name) => File.ReadAllBytes(Repository.SharedData("thirdparty", "rfc4475-dat", name + ".dat"));

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);
}
