using System.Buffers;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// SQL and script in headers: what reaches a database or a shell behind careless servers. Where the reader has seen
/// something unusual, a few vectorised passes look for what such texts cannot do without; only then are their forms looked for.
/// </summary>
internal static class Injection
{
    private static readonly SearchValues<byte> Triggers = SearchValues.Create("'$|"u8);

    private static readonly byte[][] Sql =
    [
        [.. "' or "u8], [.. "' and "u8], [.. "'or'"u8], [.. "'='"u8], [.. "' or'"u8], [.. "'--"u8], [.. "';"u8], [.. "union select"u8], [.. "union all"u8],
        [.. "drop table"u8], [.. "insert into"u8], [.. "delete from"u8], [.. "sleep("u8], [.. "benchmark("u8], [.. "waitfor delay"u8], [.. "xp_cmdshell"u8],
        [.. "%27 or"u8], [.. "%27%20or"u8], [.. "%27--"u8], [.. "'%20or"u8],
    ];

    private static readonly byte[][] Script =
    [
        [.. "<script"u8], [.. "javascript:"u8], [.. "$("u8], [.. "../.."u8], [.. "|/bin/"u8], [.. ";wget "u8], [.. ";curl "u8], [.. "${jndi:"u8],
    ];

    public static SipAnomalies Find(in SipMessage m)
    {
        if (!m.Unusual)
        {
            return SipAnomalies.None;
        }

        var header = m.Data[..m.BodyOffset];
        if (header.IndexOfAny(Triggers) < 0 && header.IndexOf("%27"u8) < 0 && header.IndexOf("cript"u8) < 0 && header.IndexOf("CRIPT"u8) < 0
            && header.IndexOf("../"u8) < 0)
        {
            return SipAnomalies.None;
        }

        var found = SipAnomalies.None;
        found |= Look(m.Uri);
        found |= Look(m.From);
        found |= Look(m.To);
        found |= Look(m.First(SipHeaderId.Contact));
        found |= Look(m.UserAgent);
        found |= Look(m.First(SipHeaderId.Authorization));
        found |= Look(m.First(SipHeaderId.ProxyAuthorization));
        found |= Look(m.First(SipHeaderId.Subject));
        return found;
    }

    private static SipAnomalies Look(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return SipAnomalies.None;
        }

        Span<byte> lower = stackalloc byte[512];
        var length = Math.Min(text.Length, lower.Length);
        for (var i = 0; i < length; i++)
        {
            lower[i] = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
        }

        lower = lower[..length];
        return (Contains(lower, Sql) ? SipAnomalies.SqlInHeader : SipAnomalies.None)
            | (Contains(lower, Script) ? SipAnomalies.ScriptInHeader : SipAnomalies.None);
    }

    private static bool Contains(ReadOnlySpan<byte> text, byte[][] forms)
    {
        foreach (var form in forms)
        {
            if (text.IndexOf(form) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
