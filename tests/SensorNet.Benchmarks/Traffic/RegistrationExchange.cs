namespace SensorNet.Benchmarks.Traffic;

/// <summary>REGISTER, 401, REGISTER with digest credentials, 200.</summary>
internal sealed class RegistrationExchange(int number, Random random, Party user, Party server) : Exchange
{
    private readonly string _id = $"{random.NextInt64():x16}{number:x8}";
    private readonly int _extension = 1000 + (int)(user.Address % 60_000);

    public override int Length => 4;

    protected override Party User => user;

    protected override Party Server => server;

    public override double DelayBefore(int index) => 0.02;

    protected override (bool FromUser, string Text) Message(int index) => index switch
    {
        0 => (true, Request(1, "")),
        1 => (false, Reply(401, "Unauthorized", 1, $"WWW-Authenticate: Digest realm=\"pbx.example.net\", nonce=\"{_id}{_id}\", algorithm=MD5, qop=\"auth\"\r\n")),
        2 => (true, Request(2, $"Authorization: Digest username=\"{_extension}\", realm=\"pbx.example.net\", nonce=\"{_id}{_id}\", uri=\"sip:pbx.example.net\", response=\"{_id}{_id[..8]}\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc=00000001\r\n")),
        _ => (false, Reply(200, "OK", 2, $"Contact: <sip:{_extension}@{user};ob>;expires=300\r\n")),
    };

    private string Request(int sequence, string credentials) =>
        "REGISTER sip:pbx.example.net SIP/2.0\r\n"
        + $"Via: SIP/2.0/UDP {user};branch=z9hG4bK{_id[..12]}{sequence};rport\r\n"
        + "Max-Forwards: 70\r\n"
        + Parties("")
        + $"Call-ID: {_id}@{user.Host}\r\n"
        + $"CSeq: {sequence} REGISTER\r\n"
        + $"Contact: <sip:{_extension}@{user};ob>\r\n"
        + credentials
        + "Expires: 300\r\nUser-Agent: Yealink SIP-T46U 108.86.0.45\r\n"
        + "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE\r\nContent-Length: 0\r\n\r\n";

    private string Reply(int code, string reason, int sequence, string extra) =>
        $"SIP/2.0 {code} {reason}\r\n"
        + $"Via: SIP/2.0/UDP {user};branch=z9hG4bK{_id[..12]}{sequence};rport={user.Port};received={user.Host}\r\n"
        + Parties($";tag=b27e{_id[..8]}")
        + $"Call-ID: {_id}@{user.Host}\r\n"
        + $"CSeq: {sequence} REGISTER\r\n"
        + extra
        + "Server: kamailio (5.6.4 (x86_64/linux))\r\nContent-Length: 0\r\n\r\n";

    private string Parties(string toTag) =>
        $"From: <sip:{_extension}@pbx.example.net>;tag={_id[4..14]}\r\nTo: <sip:{_extension}@pbx.example.net>{toTag}\r\n";
}
