namespace SensorNet.Benchmarks.Traffic;

/// <summary>INVITE, 100, 180, 200 with SDP both ways, ACK, BYE, 200; every fifth call is challenged first.</summary>
internal sealed class CallExchange : Exchange
{
    private static readonly string[] Agents =
        ["Yealink SIP-T46U 108.86.0.45", "Grandstream GXP2170 1.0.11.48", "PolycomVVX-VVX_411-UA/5.9.6.2327", "Cisco/SPA504G-7.6.2e", "Linphone/5.2.0 (belle-sip/5.2.0)"];

    private readonly Party _user;
    private readonly Party _server;
    private readonly string _id;
    private readonly int _from;
    private readonly int _to;
    private readonly double _hold;
    private readonly bool _challenged;

    public CallExchange(int number, Random random, Party user, Party server, double hold)
    {
        _user = user;
        _server = server;
        _id = $"{random.NextInt64():x16}{number:x8}";
        _from = 1000 + (int)(user.Address % 60_000);
        _to = 1000 + random.Next(60_000);
        _hold = hold * (0.5 + random.NextDouble());
        _challenged = number % 5 == 0;
    }

    public override int Length => _challenged ? 10 : 7;

    private string Agent => Agents[_from % Agents.Length];

    public override double DelayBefore(int index) => (_challenged ? index - 3 : index) switch
    {
        <= 0 => 0.02,
        1 => 0.002,
        2 => 0.15,
        3 => 3.5,
        4 => 0.02,
        5 => _hold,
        _ => 0.02,
    };

    protected override (Party From, Party To, string Text) Message(int index)
    {
        var (fromUser, text) = Direct(index);
        return fromUser ? (_user, _server, text) : (_server, _user, text);
    }

    private (bool FromUser, string Text) Direct(int index)
    {
        if (_challenged)
        {
            switch (index)
            {
                case 0:
                    return (true, Request("INVITE", 1, "", Sdp(_user)));
                case 1:
                    return (false, Reply(407, "Proxy Authentication Required", 1, "INVITE", $"Proxy-Authenticate: Digest realm=\"pbx.example.net\", nonce=\"{_id}\", algorithm=MD5, qop=\"auth\"\r\n", "", "0"));
                case 2:
                    return (true, Request("ACK", 1, "", ""));
            }

            index -= 3;
        }

        var sequence = _challenged ? 2 : 1;
        var credentials = _challenged
            ? $"Proxy-Authorization: Digest username=\"{_from}\", realm=\"pbx.example.net\", nonce=\"{_id}\", uri=\"sip:{_to}@pbx.example.net\", response=\"{_id}{_id[..8]}\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc=00000001\r\n"
            : "";
        return index switch
        {
            0 => (true, Request("INVITE", sequence, credentials, Sdp(_user))),
            1 => (false, Reply(100, "Trying", sequence, "INVITE", "", "", "")),
            2 => (false, Reply(180, "Ringing", sequence, "INVITE", "", "", "r")),
            3 => (false, Reply(200, "OK", sequence, "INVITE", "", Sdp(_server), "r")),
            4 => (true, Request("ACK", sequence, "", "", "r")),
            5 => (true, Request("BYE", sequence + 1, "", "", "r")),
            _ => (false, Reply(200, "OK", sequence + 1, "BYE", "", "", "r")),
        };
    }

    private string Request(string method, int sequence, string extra, string body, string toTag = "") =>
        $"{method} sip:{_to}@pbx.example.net SIP/2.0\r\n"
        + Via(method, sequence)
        + "Max-Forwards: 70\r\n"
        + Parties(toTag)
        + $"Call-ID: {_id}@{_user.Host}\r\n"
        + $"CSeq: {sequence} {method}\r\n"
        + $"Contact: <sip:{_from}@{_user}>\r\n"
        + extra
        + $"User-Agent: {Agent}\r\n"
        + "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE\r\n"
        + "Supported: replaces, timer\r\n"
        + Body(body);

    private string Reply(int code, string reason, int sequence, string method, string extra, string body, string toTag) =>
        $"SIP/2.0 {code} {reason}\r\n"
        + Via(method, sequence).Replace(";rport", $";rport={_user.Port};received={_user.Host}", StringComparison.Ordinal)
        + Parties(toTag)
        + $"Call-ID: {_id}@{_user.Host}\r\n"
        + $"CSeq: {sequence} {method}\r\n"
        + (code is > 100 and < 300 ? $"Contact: <sip:{_to}@{_server}>\r\n" : "")
        + extra
        + "Server: kamailio (5.6.4 (x86_64/linux))\r\n"
        + Body(body);

    private string Via(string method, int sequence) =>
        $"Via: SIP/2.0/UDP {_user};branch=z9hG4bK{_id[..12]}{(method == "ACK" ? "a" : "")}{sequence};rport\r\n";

    private string Parties(string toTag) =>
        $"From: \"Extension {_from}\" <sip:{_from}@pbx.example.net>;tag={_id[4..14]}\r\n"
        + $"To: <sip:{_to}@pbx.example.net>{(toTag.Length > 0 ? $";tag=as{_id[8..16]}{toTag}" : "")}\r\n";

    private static string Body(string sdp) => sdp.Length > 0
        ? $"Content-Type: application/sdp\r\nContent-Length: {sdp.Length}\r\n\r\n{sdp}"
        : "Content-Length: 0\r\n\r\n";

    private string Sdp(Party party) =>
        $"v=0\r\no=- {_from}{_to} 1 IN IP4 {party.Host}\r\ns=-\r\nc=IN IP4 {party.Host}\r\nt=0 0\r\n"
        + $"m=audio {10000 + (_from % 20000)} RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
        + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n";
}
