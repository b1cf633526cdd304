namespace SensorNet.Benchmarks.Traffic;

/// <summary>
/// A call through a proxy that stays on the way, seen on both of its legs: from a phone to a carrier (challenged first) or
/// from a carrier to a phone. Of twenty, thirteen are answered, three are busy, two are cancelled and two are not found.
/// </summary>
internal sealed class ProxiedCallExchange : Exchange
{
    private const string Domain = "pbx.example.net";
    private readonly List<(double Delay, Party From, Party To, Func<string> Text)> _script = [];
    private readonly Party _client;
    private readonly Party _proxy;
    private readonly Party _far;
    private readonly string _id;
    private readonly string _from;
    private readonly string _to;
    private readonly string _agent;

    /// <param name="number">Number of the call: which direction and outcome it has.</param>
    /// <param name="id">24 hexadecimal digits of its own.</param>
    /// <param name="hold">Seconds from answer to BYE.</param>
    public ProxiedCallExchange(int number, string id, Phone phone, Party proxy, Party carrier, double hold)
    {
        var outgoing = number % 2 == 0;
        _id = id;
        _proxy = proxy;
        _client = outgoing ? phone.Party : carrier;
        _far = outgoing ? carrier : phone.Party;
        _from = outgoing ? $"{phone.Extension}" : $"+4930{number % 10_000_000:D7}";
        _to = outgoing ? $"0030{number % 10_000_000:D7}" : $"{phone.Extension}";
        _agent = outgoing ? phone.Agent : "Carrier-SBC/7.2";
        if (outgoing)
        {
            Add(0, _client, _proxy, () => Request("INVITE", 1, relayed: false, "", Sdp(_client)));
            Add(0.002, _proxy, _client, () => Reply(407, "Proxy Authentication Required", 1, "INVITE", relayed: false, $"Proxy-Authenticate: Digest realm=\"{Domain}\", nonce=\"{_id}\", algorithm=MD5, qop=\"auth\"\r\n", "", "p"));
            Add(0.02, _client, _proxy, () => Request("ACK", 1, relayed: false, "", ""));
        }

        var credentials = outgoing
            ? $"Proxy-Authorization: Digest username=\"{_from}\", realm=\"{Domain}\", nonce=\"{_id}\", uri=\"sip:{_to}@{Domain}\", response=\"{_id}{_id[..8]}\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc=00000001\r\n"
            : "";
        Add(0.02, _client, _proxy, () => Request("INVITE", 2, relayed: false, credentials, Sdp(_client)));
        Add(0.001, _proxy, _client, () => Reply(100, "Trying", 2, "INVITE", relayed: false, "", "", ""));
        Add(0.001, _proxy, _far, () => Request("INVITE", 2, relayed: true, "", Sdp(_client)));
        Add(0.03, _far, _proxy, () => Reply(100, "Trying", 2, "INVITE", relayed: true, "", "", ""));
        switch (number / 2 % 20)
        {
            case < 13:
                Answer(hold);
                break;
            case < 16:
                Refuse(486, "Busy Here");
                break;
            case < 18:
                Both(1.2, 180, "Ringing");
                Add(9, _client, _proxy, () => Request("CANCEL", 2, relayed: false, "", ""));
                Add(0.001, _proxy, _client, () => Reply(200, "canceling", 2, "CANCEL", relayed: false, "", "", "p"));
                Add(0.001, _proxy, _far, () => Request("CANCEL", 2, relayed: true, "", ""));
                Add(0.02, _far, _proxy, () => Reply(200, "OK", 2, "CANCEL", relayed: true, "", "", "f"));
                Refuse(487, "Request Terminated");
                break;
            default:
                Refuse(404, "Not Found");
                break;
        }
    }

    public override int Length => _script.Count;

    public override double DelayBefore(int index) => _script[index].Delay;

    protected override (Party From, Party To, string Text) Message(int index)
    {
        var (_, from, to, text) = _script[index];
        return (from, to, text());
    }

    private void Answer(double hold)
    {
        Both(0.8, 180, "Ringing");
        Add(4.5, _far, _proxy, () => Reply(200, "OK", 2, "INVITE", relayed: true, "", Sdp(_far), "f"));
        Add(0.001, _proxy, _client, () => Reply(200, "OK", 2, "INVITE", relayed: false, "", Sdp(_far), "f"));
        Add(0.02, _client, _proxy, () => Request("ACK", 2, relayed: false, "", "", "f"));
        Add(0.001, _proxy, _far, () => Request("ACK", 2, relayed: true, "", "", "f"));
        Add(hold, _client, _proxy, () => Request("BYE", 3, relayed: false, "", "", "f"));
        Add(0.001, _proxy, _far, () => Request("BYE", 3, relayed: true, "", "", "f"));
        Add(0.02, _far, _proxy, () => Reply(200, "OK", 3, "BYE", relayed: true, "", "", "f"));
        Add(0.001, _proxy, _client, () => Reply(200, "OK", 3, "BYE", relayed: false, "", "", "f"));
    }

    private void Both(double delay, int code, string reason)
    {
        Add(delay, _far, _proxy, () => Reply(code, reason, 2, "INVITE", relayed: true, "", "", "f"));
        Add(0.001, _proxy, _client, () => Reply(code, reason, 2, "INVITE", relayed: false, "", "", "f"));
    }

    private void Refuse(int code, string reason)
    {
        Add(0.3, _far, _proxy, () => Reply(code, reason, 2, "INVITE", relayed: true, "", "", "f"));
        Add(0.001, _proxy, _far, () => Request("ACK", 2, relayed: true, "", "", "f"));
        Add(0.001, _proxy, _client, () => Reply(code, reason, 2, "INVITE", relayed: false, "", "", "f"));
        Add(0.02, _client, _proxy, () => Request("ACK", 2, relayed: false, "", "", "f"));
    }

    private void Add(double delay, Party from, Party to, Func<string> text) => _script.Add((delay, from, to, text));

    private string Request(string method, int sequence, bool relayed, string extra, string body, string toTag = "") =>
        $"{method} sip:{_to}@{Domain} SIP/2.0\r\n"
        + Vias(method, sequence, relayed)
        + (relayed ? $"Record-Route: <sip:{_proxy.Host};lr=on>\r\nMax-Forwards: 69\r\n" : "Max-Forwards: 70\r\n")
        + Parties(toTag)
        + $"Call-ID: {_id}@{_client.Host}\r\n"
        + $"CSeq: {sequence} {method}\r\n"
        + (method is "INVITE" ? $"Contact: <sip:{_from}@{_client}>\r\n" : "")
        + extra
        + $"User-Agent: {_agent}\r\n"
        + (method is "INVITE" ? "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE\r\nSupported: replaces, timer\r\n" : "")
        + Body(body);

    private string Reply(int code, string reason, int sequence, string method, bool relayed, string extra, string body, string toTag) =>
        $"SIP/2.0 {code} {reason}\r\n"
        + Vias(method, sequence, relayed)
        + (method == "INVITE" && code is > 100 and < 300 ? $"Record-Route: <sip:{_proxy.Host};lr=on>\r\nContact: <sip:{_to}@{_far}>\r\n" : "")
        + Parties(toTag)
        + $"Call-ID: {_id}@{_client.Host}\r\n"
        + $"CSeq: {sequence} {method}\r\n"
        + extra
        + (toTag == "f" ? "User-Agent: " : "Server: ") + (toTag == "f" ? "Carrier-SBC/7.2" : "kamailio (5.6.4 (x86_64/linux))") + "\r\n"
        + Body(body);

    private string Vias(string method, int sequence, bool relayed)
    {
        var branch = $"z9hG4bK{_id[..12]}{(method == "ACK" ? "a" : "")}{sequence}";
        return (relayed ? $"Via: SIP/2.0/UDP {_proxy};branch={branch}.p\r\n" : "")
            + $"Via: SIP/2.0/UDP {_client};branch={branch};rport{(relayed ? $"={_client.Port};received={_client.Host}" : "")}\r\n";
    }

    private string Parties(string toTag) =>
        $"From: \"Extension {_from}\" <sip:{_from}@{Domain}>;tag={_id[4..14]}\r\nTo: <sip:{_to}@{Domain}>{(toTag.Length > 0 ? $";tag=as{_id[8..16]}{toTag}" : "")}\r\n";

    private static string Body(string sdp) => sdp.Length > 0
        ? $"Content-Type: application/sdp\r\nContent-Length: {sdp.Length}\r\n\r\n{sdp}"
        : "Content-Length: 0\r\n\r\n";

    private static string Sdp(Party party) =>
        $"v=0\r\no=- {party.Address} 1 IN IP4 {party.Host}\r\ns=-\r\nc=IN IP4 {party.Host}\r\nt=0 0\r\n"
        + $"m=audio {10000 + (party.Port % 20000)} RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
        + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n";
}
