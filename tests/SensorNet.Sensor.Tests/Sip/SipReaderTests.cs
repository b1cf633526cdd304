using System.Text;
using SensorNet.Sensor.Sip;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Sip;

public sealed class SipReaderTests
{
    private const string Options =
        "OPTIONS sip:bob@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKabc\r\nMax-Forwards: 70\r\n"
        + "From: \"Alice\" <sip:alice@example.org>;tag=f1\r\nTo: <sip:bob@example.org>\r\nCall-ID: 1@h\r\nCSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n";

    private readonly SipReader _reader = new();

    [Fact]
    public void A_request_gives_its_parts()
    {
        var m = Read(Options);
        Assert.Equal(SipStatus.Ok, m.Status);
        Assert.Equal(SipAnomalies.None, m.Anomalies);
        Assert.True(m.IsRequest);
        Assert.Equal(SipMethod.Options, m.Method);
        Assert.Equal("sip:bob@example.org", Text(m.Uri));
        Assert.Equal("192.0.2.1:5060", Text(m.SentBy));
        Assert.Equal("z9hG4bKabc", Text(m.Branch));
        Assert.Equal("f1", Text(m.FromTag));
        Assert.True(m.ToTag.IsEmpty);
        Assert.Equal("1@h", Text(m.CallId));
        Assert.Equal(7UL, m.CSeq);
        Assert.Equal(SipMethod.Options, m.CSeqMethod);
        Assert.Equal(0, m.ContentLength);
    }

    [Fact]
    public void A_reply_gives_its_parts()
    {
        var m = Read(Options.Replace("OPTIONS sip:bob@example.org SIP/2.0", "SIP/2.0 404 Not Here", StringComparison.Ordinal));
        Assert.False(m.IsRequest);
        Assert.Equal(404, m.StatusCode);
        Assert.Equal("Not Here", Text(m.Reason));
    }

    [Theory]
    [InlineData("v", SipHeaderId.Via)]
    [InlineData("f", SipHeaderId.From)]
    [InlineData("t", SipHeaderId.To)]
    [InlineData("i", SipHeaderId.CallId)]
    [InlineData("m", SipHeaderId.Contact)]
    [InlineData("l", SipHeaderId.ContentLength)]
    [InlineData("c", SipHeaderId.ContentType)]
    [InlineData("e", SipHeaderId.ContentEncoding)]
    [InlineData("k", SipHeaderId.Supported)]
    [InlineData("s", SipHeaderId.Subject)]
    [InlineData("o", SipHeaderId.Event)]
    [InlineData("u", SipHeaderId.AllowEvents)]
    [InlineData("r", SipHeaderId.ReferTo)]
    [InlineData("b", SipHeaderId.ReferredBy)]
    [InlineData("x", SipHeaderId.SessionExpires)]
    [InlineData("y", SipHeaderId.Identity)]
    internal void Compact_forms_are_the_long_names(string name, SipHeaderId id)
    {
        Assert.Equal(id, SipHeaderNames.Find(Encoding.ASCII.GetBytes(name)));
        Assert.Equal(id, SipHeaderNames.Find(Encoding.ASCII.GetBytes(name.ToUpperInvariant())));
    }

    [Theory]
    [InlineData("Call-ID", SipHeaderId.CallId)]
    [InlineData("CALL-ID", SipHeaderId.CallId)]
    [InlineData("cAlL-iD", SipHeaderId.CallId)]
    [InlineData("Proxy-Authorization", SipHeaderId.ProxyAuthorization)]
    [InlineData("P-Asserted-Identity", SipHeaderId.PAssertedIdentity)]
    [InlineData("P-Asserted-IdentitY", SipHeaderId.PAssertedIdentity)]
    [InlineData("Call\rID", SipHeaderId.Unknown)]
    [InlineData("Proxy-Authorizatiom", SipHeaderId.Unknown)]
    [InlineData("Proxy-Auuhorization", SipHeaderId.Unknown)]
    [InlineData("X-Call-ID", SipHeaderId.Unknown)]
    [InlineData("Vi", SipHeaderId.Unknown)]
    [InlineData("tt", SipHeaderId.Unknown)]
    internal void Names_are_found_in_any_letter_case_and_nothing_else_passes_for_them(string name, SipHeaderId id) =>
        Assert.Equal(id, SipHeaderNames.Find(Encoding.ASCII.GetBytes(name)));

    [Fact]
    public void Unknown_headers_are_kept_by_their_place()
    {
        var m = Read(Options.Replace("Max-Forwards", "X-Funny: some thing\r\nMax-Forwards", StringComparison.Ordinal));
        Assert.Equal(SipHeaderId.Unknown, m.Headers[1].Id);
        Assert.Equal("X-Funny", Text(m.Name(1)));
        Assert.Equal("some thing", Text(m.Value(1)));
    }

    [Fact]
    public void Folded_values_are_one_value()
    {
        var m = Read(Options.Replace("To: <sip:bob@example.org>", "To:\r\n  <sip:bob@example.org>\r\n\t;tag=x", StringComparison.Ordinal));
        Assert.Equal(SipStatus.Ok, m.Status);
        Assert.Equal("x", Text(m.ToTag));
    }

    [Fact]
    public void A_folded_via_is_an_anomaly()
    {
        var m = Read(Options.Replace(";rport", "\r\n ;rport", StringComparison.Ordinal));
        Assert.Equal("z9hG4bKabc", Text(m.Branch));
        Assert.Equal(SipAnomalies.FoldedVia, m.Anomalies);
    }

    [Theory]
    [InlineData("SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKabc, SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKdef")]
    [InlineData("SIP / 2.0 / UDP 192.0.2.1:5060 ; branch = z9hG4bKabc")]
    public void The_first_of_several_vias_is_the_top(string via)
    {
        var m = Read(Options.Replace("SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKabc", via, StringComparison.Ordinal));
        Assert.Equal("192.0.2.1:5060", Text(m.SentBy));
        Assert.Equal("z9hG4bKabc", Text(m.Branch));
    }

    [Fact]
    public void A_semicolon_or_tag_in_a_quoted_display_name_fools_nobody()
    {
        var m = Read(Options.Replace("\"Alice\"", "\"A; \\\"tag=no\\\" <sip:x@y>;tag=evil\"", StringComparison.Ordinal));
        Assert.Equal("f1", Text(m.FromTag));
        Assert.True(SipAddressView.TryParse(m.From, out var from));
        Assert.Equal("sip:alice@example.org", Text(from.Uri));
    }

    [Fact]
    public void Line_ends_before_the_start_line_are_ignored() => Assert.Equal(SipStatus.Ok, Read("\r\n\r\n" + Options).Status);

    [Fact]
    public void Bare_line_feeds_are_read_and_noted()
    {
        var m = Read(Options.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(SipStatus.Ok, m.Status);
        Assert.Equal(SipAnomalies.BareLf, m.Anomalies);
    }

    [Fact]
    public void A_body_longer_than_said_is_cut()
    {
        var m = Read(Options.Replace("Content-Length: 0", "Content-Length: 3", StringComparison.Ordinal) + "abcdef");
        Assert.Equal("abc", Text(m.Body));
        Assert.Equal(SipAnomalies.LooseContentLength, m.Anomalies);
    }

    [Theory]
    [InlineData("Call-ID: 1@h\r\n", "", SipStatus.MissingCallId)]
    [InlineData("CSeq: 7 OPTIONS\r\n", "", SipStatus.MissingCSeq)]
    [InlineData("To: <sip:bob@example.org>\r\n", "", SipStatus.MissingTo)]
    [InlineData("From: \"Alice\" <sip:alice@example.org>;tag=f1\r\n", "", SipStatus.MissingFrom)]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKabc\r\n", "", SipStatus.MissingVia)]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: OPTIONS", SipStatus.BadCSeq)]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 7", SipStatus.BadCSeq)]
    [InlineData("SIP/2.0/UDP 192", "192", SipStatus.BadVia)]
    [InlineData("\"Alice\"", "\"Alice", SipStatus.UnbalancedQuote)]
    [InlineData("<sip:bob@example.org>\r\n", "<sip:bob@example.org\r\n", SipStatus.UnbalancedQuote)]
    [InlineData("OPTIONS sip:bob@example.org SIP/2.0", "OPTIONS sip:bob@example.org SIP/3.0", SipStatus.BadVersion)]
    [InlineData("OPTIONS sip:bob@example.org SIP/2.0", "OPTIONS SIP/2.0", SipStatus.BadStartLine)]
    [InlineData("OPTIONS sip:bob@example.org SIP/2.0", "OPTI@ONS sip:bob@example.org SIP/2.0", SipStatus.BadStartLine)]
    [InlineData("OPTIONS sip:bob@example.org SIP/2.0", "SIP/2.0 99 Low", SipStatus.BadStatusCode)]
    [InlineData("OPTIONS sip:bob@example.org SIP/2.0", "SIP/2.0 2000 High", SipStatus.BadStatusCode)]
    [InlineData("OPTIONS sip:bob@example.org SIP/2.0", "SIP/2.0 abc What", SipStatus.BadStatusCode)]
    internal void What_cannot_be_tracked_is_refused_with_its_reason(string part, string instead, SipStatus status)
    {
        Assert.Contains(part, Options, StringComparison.Ordinal);
        Assert.Equal(status, Read(Options.Replace(part, instead, StringComparison.Ordinal)).Status);
    }

    [Theory]
    [InlineData("Max-Forwards: 70\r\n", "", SipAnomalies.MissingMaxForwards)]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 700", SipAnomalies.BadMaxForwards)]
    [InlineData("CSeq: 7 ", "CSeq: 2147483648 ", SipAnomalies.CSeqOverflow)]
    [InlineData("CSeq: 7 ", "CSeq: 99999999999999999999999 ", SipAnomalies.CSeqOverflow)]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 7 INVITE", SipAnomalies.CSeqMethodMismatch)]
    [InlineData("Content-Length: 0", "Content-Length: -1", SipAnomalies.NegativeContentLength)]
    [InlineData("Content-Length: 0", "Content-Length: many", SipAnomalies.BadContentLength)]
    [InlineData("Content-Length: 0", "Content-Length: 10", SipAnomalies.LooseContentLength)]
    [InlineData("branch=z9hG4bKabc", "branch=old", SipAnomalies.OldBranch)]
    [InlineData("branch=z9hG4bKabc", "branch=z9hG4bK", SipAnomalies.BadBranch)]
    [InlineData(";tag=f1", "", SipAnomalies.MissingFromTag)]
    [InlineData("192.0.2.1:5060", "192.0.2.1:99999", SipAnomalies.BadSentBy)]
    [InlineData("Call-ID: 1@h\r\n", "Call-ID: 1@h\r\nCall-ID: 2@h\r\n", SipAnomalies.DuplicateHeader)]
    [InlineData("Call-ID: 1@h\r\n", "Call-ID: 1@h\r\nno colon here\r\n", SipAnomalies.BadHeaderLine)]
    [InlineData("OPTIONS sip:bob", "OPTIONS http:bob", SipAnomalies.UnknownScheme)]
    [InlineData("OPTIONS sip:bob@example.org", "OPTIONS tel:+12125550123", SipAnomalies.None)]
    [InlineData("\"Alice\"", "Alice, B", SipAnomalies.BadDisplayName)]
    [InlineData("\"Alice\"", "\"Al\u0001ice\"", SipAnomalies.ControlCharacters)]
    internal void What_breaks_the_rfc_but_can_be_tracked_is_noted(string part, string instead, SipAnomalies anomalies)
    {
        Assert.Contains(part, Options, StringComparison.Ordinal);
        var m = Read(Options.Replace(part, instead, StringComparison.Ordinal));
        Assert.Equal(SipStatus.Ok, m.Status);
        Assert.Equal(anomalies, m.Anomalies);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("hello")]
    [InlineData("M-SEARCH * HTTP/1.1\r\nST: x\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    public void Other_protocols_are_not_sip(string text) => Assert.Equal(SipStatus.NotSip, Read(text).Status);

    [Fact]
    public void Long_identifiers_are_read_and_noted()
    {
        var m = Read(Options.Replace("1@h", new string('x', 60_000), StringComparison.Ordinal));
        Assert.Equal(60_000, m.CallId.Length);
        Assert.Equal(SipAnomalies.LongIdentifier, m.Anomalies);
    }

    [Fact]
    public void A_thousand_headers_cost_no_more_than_the_first_of_them()
    {
        var m = Read(Options.Replace("Max-Forwards", string.Concat(Enumerable.Repeat("X: y\r\n", 1000)) + "Max-Forwards", StringComparison.Ordinal));
        Assert.Equal(SipStatus.MissingFrom, m.Status == SipStatus.MissingCallId ? SipStatus.MissingFrom : m.Status);
        Assert.True(m.Anomalies.HasFlag(SipAnomalies.TooManyHeaders));
        Assert.Equal(SipIndex.MaxHeaders, m.Headers.Length);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var message = Encoding.ASCII.GetBytes(Options);
        _reader.Read(message);
        Assert.Equal(0, Allocations.LeastOf(5, () =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                _reader.Read(message);
            }
        }));
    }

    private SipMessage Read(string text) => _reader.Read(Encoding.Latin1.GetBytes(text));

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);
}
