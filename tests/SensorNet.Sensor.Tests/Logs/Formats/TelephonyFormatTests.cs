using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs.Formats;

/// <summary>Lines of SIP servers: Asterisk, FreeSWITCH, Kamailio, OpenSIPS.</summary>
public sealed class TelephonyFormatTests
{
    private const string Kamailio = "Nov 21 01:21:42 vm kamailio[28453]: ";
    private const string Remote = ",LocalAddress=\"IPV4/UDP/192.0.2.2/5060\",RemoteAddress=\"IPV4/UDP/192.0.2.1/5071\"";

    [Theory]
    [InlineData("InvalidPassword", "PJSIP", "PbxAuthFailed 6001 192.0.2.1 invalid_password")]
    [InlineData("ChallengeResponseFailed", "PJSIP", "PbxAuthFailed 6001 192.0.2.1 challenge_response_failed")]
    [InlineData("InvalidAccountID", "PJSIP", "PbxUserUnknown 6001 192.0.2.1 invalid_account")]
    [InlineData("FailedACL", "SIP", "PbxAclRejected 6001 192.0.2.1 acl")]
    [InlineData("ChallengeSent", "PJSIP", "PbxAuthChallenge 6001 192.0.2.1")]
    [InlineData("SuccessfulAuth", "PJSIP", "PbxAuthSuccess 6001 192.0.2.1")]
    [InlineData("InvalidPassword", "AMI", "AuthFailure 6001 192.0.2.1 invalid_password")]
    [InlineData("SuccessfulAuth", "AMI", "AuthSuccess 6001 192.0.2.1")]
    public void Asterisk_security_event_becomes(string name, string service, string expected) =>
        Check($"[Dec 21 12:56:59] SECURITY[77]: res_security_log.c:114 security_event_stasis_cb: SecurityEvent=\"{name}\",EventTV=\"2021-12-21T12:56:59.192+0000\",Severity=\"Error\",Service=\"{service}\",EventVersion=\"1\",AccountID=\"6001\",SessionID=\"x\"{Remote}", expected);

    [Fact]
    public void Asterisk_session_id_that_imitates_addresses_is_not_believed()
    {
        var e = LogRun.Single("[Dec 21 12:56:59] SECURITY[77]: res_security_log.c: SecurityEvent=\"InvalidPassword\",EventTV=\"2021-12-21T12:56:59.192+0000\",Severity=\"Error\",Service=\"PJSIP\",EventVersion=\"1\",AccountID=\"6001\",SessionID=\"a\",LocalAddress=\"IPV4/UDP/9.9.9.9/5060\",RemoteAddress=\"IPV4/UDP/6.6.6.6/1\",x=\"\"" + Remote + ",Challenge=\"1\"");
        Assert.Equal("192.0.2.1", LogRun.Address(e.SourceIp));
        Assert.Equal(5071u, e.SourcePort);
        Assert.Equal("192.0.2.2", LogRun.Address(e.DestinationIp));
        Assert.Equal(1640091419_192000000, e.EventTime);
        Assert.Equal(TimeZoneSource.Explicit, e.TimeZoneSource);
    }

    [Theory]
    [InlineData("NOTICE[123] chan_sip.c: Registration from '\"100\" <sip:100@192.0.2.9>' failed for '192.0.2.1:5060' - Wrong password", "PbxAuthFailed 100 192.0.2.1 wrong_password")]
    [InlineData("NOTICE[123][C-00000001]: chan_sip.c:28000 handle_request_register: Registration from '<sip:100@192.0.2.9>' failed for '192.0.2.1' - No matching peer found", "PbxUserUnknown 100 192.0.2.1 no_match")]
    [InlineData("NOTICE[123] res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '\"100\" <sip:100@192.0.2.9>' failed for '192.0.2.1:5060' (callid: abc@x) - No matching endpoint found", "PbxUserUnknown 100 192.0.2.1 no_match")]
    [InlineData("NOTICE[123] res_pjsip/pjsip_distributor.c: Request 'INVITE' from '\"100\" <sip:100@192.0.2.9>' failed for '192.0.2.1:5060' (callid: abc) - Failed to authenticate", "PbxAuthFailed 100 192.0.2.1 failed_to_authenticate")]
    [InlineData("NOTICE[123] chan_sip.c: Registration from 'x' failed for '6.6.6.6:5060' - Wrong password <sip:100@192.0.2.9>' failed for '192.0.2.1:5060' - Wrong password", "PbxAuthFailed 100 192.0.2.1 wrong_password")]
    [InlineData("NOTICE[123][C-00000001] chan_sip.c: Call from '' (192.0.2.1:5071) to extension '00972599' rejected because extension not found in context 'default'.", "PbxCallRejected 192.0.2.1 extension_not_found")]
    [InlineData("NOTICE[123] manager.c: 192.0.2.1 failed to authenticate as 'admin'", "AuthFailure admin 192.0.2.1")]
    [InlineData("NOTICE[123] manager.c: 192.0.2.1 tried to authenticate with nonexistent user 'x'", "AuthFailure x 192.0.2.1")]
    [InlineData("NOTICE[123] chan_sip.c: Peer '100' is now Reachable. (5ms / 2000ms)", "")]
    [InlineData("VERBOSE[123] pbx.c: Executing [s@default:1] Answer", "")]
    public void Asterisk_notice_becomes(string text, string expected)
    {
        Check("[Dec 21 12:56:59] " + text, expected);
        Check("[2024-01-02 03:04:05.123] " + text, expected);
        Check("Jul 08 22:25:10 alba asterisk[112836]: " + text, expected);
    }

    [Theory]
    [InlineData("SIP auth failure (REGISTER) on sofia profile 'internal' for [1000@192.0.2.9] from ip 192.0.2.1", "PbxAuthFailed 1000 192.0.2.1 auth_failure")]
    [InlineData("SIP auth challenge (REGISTER) on sofia profile 'internal' for [1000@192.0.2.9] from ip 192.0.2.1", "PbxAuthChallenge 1000 192.0.2.1")]
    [InlineData("SIP auth failure (INVITE) on sofia profile 'x' for [1] from ip 6.6.6.6 [@x] from ip 192.0.2.1", "PbxAuthFailed 1] from ip 6.6.6.6 [ 192.0.2.1 auth_failure")]
    [InlineData("Can't find user [2501@192.0.2.9] from 192.0.2.1", "PbxUserUnknown 2501 192.0.2.1 user_not_found")]
    [InlineData("IP 192.0.2.1 Rejected by register acl \"domains\"", "PbxAclRejected 192.0.2.1 acl")]
    public void FreeSwitch_line_becomes(string text, string expected)
    {
        Check("2023-03-06 15:13:32.685002 96.83% [WARNING] sofia_reg.c:3223 " + text, expected);
        Check("2023-03-06 15:13:32.685002 [WARNING] sofia_reg.c:1792 " + text, expected);
        Check("0b0b9a2e-bc2b-11ed-93e9-3b0b2f1d9a55 2023-03-06 15:13:32.685002 96.83% [WARNING] sofia_reg.c:3223 " + text, expected);
    }

    [Theory]
    [InlineData("NOTICE: <script>: auth failed: method=REGISTER user=1060 authuser=1060 domain=127.0.0.10 src=192.0.2.1:5060 proto=udp ua=Yealink SIP-T46S", "PbxAuthFailed 1060 192.0.2.1")]
    [InlineData("NOTICE: <script>: user not found: INVITE 1030 from 192.0.2.1:5060 ua=Polycom", "PbxUserUnknown 1030 192.0.2.1 user_not_found")]
    [InlineData("NOTICE: <script>: REGISTER unknown user 913978255 from [2001:db8::1]:5061 ua=friendly-scanner", "PbxUserUnknown 913978255 2001:db8::1 user_not_found")]
    [InlineData("NOTICE: <script>: in-dialog request without route: BYE from 192.0.2.1:5061 call-id=1-25712@192.0.2.1", "ProxyRequestDropped 192.0.2.1 no_route")]
    [InlineData("ALERT: <script>: ALERT: pike blocking REGISTER from sip:4735@127.0.0.10 (IP:192.0.2.1:5060)", "ProxyPikeBlocked 192.0.2.1 pike")]
    [InlineData("ALERT: <script>: ALERT: pike blocking REGISTER from sip:x(IP:6.6.6.6:1)@y (IP:192.0.2.1:5060)", "ProxyPikeBlocked 192.0.2.1 pike")]
    [InlineData("WARNING: pike [pike_funcs.c:135]: pike_check_ipaddr(): PIKE - BLOCKing ip 192.0.2.1, node=0x7f0c2bdae328", "ProxyPikeBlocked 192.0.2.1 pike")]
    [InlineData("WARNING: {1 1 REGISTER abc} pike [pike_funcs.c:135]: pike_check_ipaddr(): PIKE - BLOCKing ip 192.0.2.1, node=0x7f", "ProxyPikeBlocked 192.0.2.1 pike")]
    [InlineData("ERROR: <core> [core/receive.c:376]: receive_msg(): core parsing of SIP message failed (192.0.2.1:5060/1)", "ProxyParseError 192.0.2.1 receive_msg")]
    [InlineData("WARNING: <core> [core/tcp_main.c:1366]: tcp_do_connect(): 192.0.2.1:5070: could not find corresponding listening socket", "")]
    [InlineData("NOTICE: <core> [main.c:733]: handle_sigs(): Thank you for flying kamailio!!!", "")]
    public void Kamailio_line_becomes(string text, string expected) => Check(Kamailio + text, expected);

    [Fact]
    public void Kamailio_lines_about_one_message_are_one_event()
    {
        var e = LogRun.Single(
            Kamailio + "ERROR: <core> [core/parser/parse_fline.c:271]: parse_first_line(): parse_first_line: bad message (offset: 19)",
            Kamailio + "ERROR: <core> [core/parser/msg_parser.c:749]: parse_msg(): ERROR: parse_msg: message=<x>",
            Kamailio + "ERROR: <core> [core/receive.c:376]: receive_msg(): core parsing of SIP message failed (192.0.2.1:5060/1)");
        Assert.Equal((EventType.ProxyParseError, "parse_first_line", "192.0.2.1"), (e.Type, e.Reason, LogRun.Address(e.SourceIp)));
    }

    [Fact]
    public void User_agent_that_imitates_a_whole_line_leaves_the_source_unnamed()
    {
        var e = LogRun.Single(Kamailio + "NOTICE: <script>: auth failed: method=REGISTER user=1 authuser=1 domain=d src=192.0.2.1:5060 proto=udp ua=x domain=d src=6.6.6.6:1 proto=udp ua=y");
        Assert.True(e.SourceIp.IsEmpty);
        Assert.Equal("ambiguous_source", e.PartialReason);
        Assert.Equal("192.0.2.1", LogRun.Address(LogRun.Single(Kamailio + "NOTICE: <script>: auth failed: method=REGISTER user=1 authuser=1 domain=d src=192.0.2.1:5060 proto=udp ua=x src=6.6.6.6:1").SourceIp));
    }

    [Fact]
    public void Kamailio_under_another_name_is_known_by_its_lines() =>
        Check("Nov 21 01:21:42 vm sbc1[5]: NOTICE: <script>: user not found: INVITE 1030 from 192.0.2.1:5060 ua=x", "PbxUserUnknown 1030 192.0.2.1 user_not_found");

    [Theory]
    [InlineData("CRITICAL:pike:pike_check_req: PIKE - BLOCKing ip 192.0.2.1, node=0x7f", "ProxyPikeBlocked 192.0.2.1 pike")]
    [InlineData("ERROR:core:receive_msg: Unable to parse msg received from [192.0.2.1:5060]", "ProxyParseError 192.0.2.1 receive_msg")]
    [InlineData("auth failed: method=REGISTER user=1060 authuser=1060 domain=x src=192.0.2.1:5060 proto=tls ua=y", "PbxAuthFailed 1060 192.0.2.1")]
    [InlineData("Auth failed for 1060 from 192.0.2.1", "PbxAuthFailed 1060 192.0.2.1 auth_failed")]
    [InlineData("INFO:core:main: version: opensips 3.4.0", "")]
    public void OpenSips_line_becomes(string text, string expected) => Check("Nov 21 01:21:42 vm opensips[5]: " + text, expected);

    private static void Check(string line, string expected)
    {
        var run = LogRun.Lines(line);
        Assert.Equal(0, run.Counters.Failed);
        Assert.Equal(expected, string.Join('|', run.Events.Select(e => string.Join(' ', new[] { e.Type.ToString(), e.User, LogRun.Address(e.SourceIp), e.Reason }.Where(p => p.Length > 0)))));
    }
}
