using System.Globalization;
using System.Text;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>A SIP message to be sent in a test: sensible defaults, and the few words that matter set by the test.</summary>
internal sealed record Message
{
    private static int s_branch;

    public required string StartLine { get; init; }

    public string Method { get; init; } = "";

    public string From { get; init; } = "<sip:1000@example.org>;tag=caller";

    public string To { get; init; } = "<sip:2000@example.org>";

    public string CallId { get; init; } = "call-1";

    public int CSeq { get; init; } = 1;

    public string Branch { get; init; } = "z9hG4bK" + Interlocked.Increment(ref s_branch).ToString(CultureInfo.InvariantCulture);

    /// <summary>Top Via first.</summary>
    public string[] Vias { get; init; } = [];

    public string[] Headers { get; init; } = [];

    public string Body { get; init; } = "";

    public static Message Request(string method, string uri = "sip:2000@example.org") => new() { StartLine = $"{method} {uri} SIP/2.0", Method = method };

    /// <summary>The reply to a request, with its Vias, tags, Call-ID and CSeq.</summary>
    public Message Reply(int status, string toTag = "callee", params string[] headers) => this with
    {
        StartLine = $"SIP/2.0 {status} Reason",
        To = To.Contains(";tag=", StringComparison.Ordinal) || status == 100 ? To : $"{To};tag={toTag}",
        Vias = [.. AllVias()],
        Headers = headers,
        Body = "",
    };

    /// <summary>The same request as a proxy sends it on: a Via of its own on top.</summary>
    public Message Relayed(string by, string uri) => this with
    {
        StartLine = $"{Method} {uri} SIP/2.0",
        Vias = [$"SIP/2.0/UDP {by};branch=z9hG4bKrelay{Branch[7..]}{by}", .. AllVias()],
    };

    public Message With(params string[] headers) => this with { Headers = [.. Headers, .. headers] };

    public byte[] ToBytes()
    {
        var text = new StringBuilder(StartLine).Append("\r\n");
        foreach (var via in AllVias())
        {
            text.Append("Via: ").Append(via).Append("\r\n");
        }

        text.Append("From: ").Append(From).Append("\r\nTo: ").Append(To).Append("\r\nCall-ID: ").Append(CallId)
            .Append("\r\nCSeq: ").Append(CSeq).Append(' ').Append(Method).Append("\r\n");
        if (!StartLine.StartsWith("SIP/", StringComparison.Ordinal))
        {
            text.Append("Max-Forwards: 70\r\n");
            if (Method is "INVITE" or "SUBSCRIBE" && !Headers.Any(h => h.StartsWith("Contact", StringComparison.OrdinalIgnoreCase)))
            {
                text.Append("Contact: <sip:1000@host.invalid>\r\n");
            }
        }

        foreach (var header in Headers)
        {
            text.Append(header).Append("\r\n");
        }

        text.Append("Content-Length: ").Append(Encoding.UTF8.GetByteCount(Body)).Append("\r\n\r\n").Append(Body);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private string[] AllVias() => Vias.Length > 0 ? Vias : [$"SIP/2.0/UDP client.invalid;branch={Branch}"];
}
