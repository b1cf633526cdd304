using System.Runtime.CompilerServices;

namespace SensorNet.Sensor.Sip;

/// <summary>
/// Reads SIP messages (RFC 3261) without allocating: one pass finds the line ends 32 octets at a time, a second names
/// the header lines by hash and reads the few values that every message is judged by (top Via, From and To tags,
/// Call-ID, CSeq, Content-Length). Everything else stays an offset until somebody asks.
/// <para>
/// It is lenient where a message can still be told from others (such deviations are <see cref="SipMessage.Anomalies"/>),
/// because what a lenient server accepts must not be invisible here. Invariants: no offset points outside the input;
/// time is linear in its length; no input throws. A reader serves one thread; messages are valid until the next read.
/// </para>
/// </summary>
internal sealed partial class SipReader
{
    /// <summary>Identifiers longer than this are an anomaly.</summary>
    private const int LongIdentifier = 255;

    /// <summary>The start line, the header lines that are looked at, and one that shows that there are more.</summary>
    private const int MaxLines = SipIndex.MaxHeaders + 2;

    private readonly SipIndex _index = new();
    private readonly int[] _lineEnds = new int[MaxLines + BlockSize];
    private readonly bool _vectorised;

    // What the compiler finds made it takes for constants, and each method is compiled but once, when it is called first.
    static SipReader()
    {
        RuntimeHelpers.RunClassConstructor(typeof(SipHeaderNames).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(SipText).TypeHandle);
    }

    /// <param name="vectorised">False for the plain loop that the vectorised one is checked against.</param>
    public SipReader(bool vectorised = true)
    {
        _vectorised = vectorised;
    }

    /// <summary>Reads one whole message: a datagram, or what a stream was cut into.</summary>
    public SipMessage Read(ReadOnlySpan<byte> data)
    {
        _index.Clear();
        _index.Status = ReadAll(data);
        return new SipMessage(data, _index);
    }

    private SipStatus ReadAll(ReadOnlySpan<byte> data)
    {
        // RFC 3261 section 7.5: line ends before the start line are ignored.
        var start = 0;
        while (start < data.Length && data[start] is (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        var lines = FindLines(data, start);
        if (lines == 0)
        {
            _index.ErrorOffset = data.Length;
            _index.BodyOffset = data.Length;
            return LooksLikeStartLine(data[start..]) ? SipStatus.Truncated : SipStatus.NotSip;
        }

        // Header lines are read first: they tell SIP with a broken first line from something else.
        ReadHeaderLines(data, lines);
        var status = ReadStartLine(data, start, _lineEnds[0]);
        if (status != SipStatus.Ok)
        {
            _index.ErrorOffset = start;
            return status == SipStatus.BadStartLine && !HasSipHeader() ? SipStatus.NotSip : status;
        }

        status = ReadValues(data);
        if (status == SipStatus.Ok && _index.IsRequest)
        {
            CheckRequest(data);
        }

        return status;
    }

    private bool HasSipHeader() =>
        _index.First[(int)SipHeaderId.Via] >= 0
        || _index.First[(int)SipHeaderId.CallId] >= 0
        || _index.First[(int)SipHeaderId.CSeq] >= 0;

    private static bool LooksLikeStartLine(ReadOnlySpan<byte> data) =>
        data.StartsWith("SIP/"u8) || data.IndexOf(" SIP/2.0"u8) >= 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Note(SipAnomalies anomaly) => _index.Anomalies |= anomaly;

    private SipStatus Fail(SipStatus status, int offset)
    {
        _index.ErrorOffset = offset;
        return status;
    }
}
