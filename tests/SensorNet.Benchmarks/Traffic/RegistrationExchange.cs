namespace SensorNet.Benchmarks.Traffic;

/// <summary>REGISTER, 401, REGISTER with digest credentials, 200.</summary>
/// <param name="extension">The account.</param>
/// <param name="id">Of this exchange: branches and nonces.</param>
/// <param name="callId">A phone keeps its own from refresh to refresh.</param>
/// <param name="sequence">CSeq of the first REGISTER.</param>
internal sealed class RegistrationExchange(int extension, string id, string callId, int sequence, Party user, Party server) : Exchange
{
    private readonly string _id = id;
    private readonly int _extension = extension;

    public override int Length => 4;

    public override double DelayBefore(int index) => 0.02;

    protected override (Party From, Party To, string Text) Message(int index) => index switch
    {
        0 => (user, server, Request(sequence, "")),
        1 => (server, user, Reply(401, "Unauthorized", sequence, $"WWW-Authenticate: Digest realm=\"pbx.example.net\", nonce=\"{_id}{_id}\", algorithm=MD5, qop=\"auth\"\r\n")),
        2 => (user, server, Request(sequence + 1, $"Authorization: Digest username=\"{_extension}\", realm=\"pbx.example.net\", nonce=\"{_id}{_id}\", uri=\"sip:pbx.example.net\", response=\"{_id}{_id[..8]}\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc=00000001\r\n")),
        _ => (server, user, Reply(200, "OK", sequence + 1, $"Contact: <sip:{_extension}@{user};ob>;expires=300\r\n")),
    };

    private string Request(int cseq, string credentials) =>
        "REGISTER sip:pbx.example.net SIP/2.0\r\n"
        + $"Via: SIP/2.0/UDP {user};branch=z9hG4bK{_id[..12]}{cseq};rport\r\n"
        + "Max-Forwards: 70\r\n"
        + Parties("")
        + $"Call-ID: {callId}@{user.Host}\r\n"
        + $"CSeq: {cseq} REGISTER\r\n"
        + $"Contact: <sip:{_extension}@{user};ob>\r\n"
        + credentials
        + "Expires: 300\r\nUser-Agent: Yealink SIP-T46U 108.86.0.45\r\n"
        + "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE\r\nContent-Length: 0\r\n\r\n";

    private string Reply(int code, string reason, int cseq, string extra) =>
        $"SIP/2.0 {code} {reason}\r\n"
        + $"Via: SIP/2.0/UDP {user};branch=z9hG4bK{_id[..12]}{cseq};rport={user.Port};received={user.Host}\r\n"
        + Parties($";tag=b27e{_id[..8]}")
        + $"Call-ID: {callId}@{user.Host}\r\n"
        + $"CSeq: {cseq} REGISTER\r\n"
        + extra
        + "Server: kamailio (5.6.4 (x86_64/linux))\r\nContent-Length: 0\r\n\r\n";

    private string Parties(string toTag) =>
        $"From: <sip:{_extension}@pbx.example.net>;tag={callId[4..14]}\r\nTo: <sip:{_extension}@pbx.example.net>{toTag}\r\n";
}
