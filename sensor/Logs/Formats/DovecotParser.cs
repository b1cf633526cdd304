using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>dovecot: logins, and connections that ended with failed authentication.</summary>
internal sealed class DovecotParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (!cursor.TakeUntil("-login: "u8, out var protocol) || protocol.Length > 32)
        {
            return LineVerdict.NoEvent;
        }

        cursor.Take("Info: "u8);
        var success = cursor.Take("Login: "u8);
        var failure = !success && cursor.Rest.IndexOf("user=<"u8) is >= 0 and var at && Failed(cursor.Rest[..at]);
        if ((!success && !failure) || !cursor.TakeUntil("user=<"u8, out _) || !cursor.TakeUntilLast(", rip="u8, out var head) || !LogText.TryAddress(LogText.LeadingToken(cursor.Rest), out var address))
        {
            return LineVerdict.NoEvent;
        }

        var e = emit.New(in line, success ? EventType.AuthSuccess : EventType.AuthFailure, success ? Severity.Info : Severity.Warning, LogSource.Syslog, "dovecot").From(address);
        var method = head.LastIndexOf(">, method="u8);
        e.User(method >= 0 ? head[..method] : head.TrimEnd((byte)'>'));
        e.AuthMethod = method >= 0 ? LogText.ToText(head[(method + 10)..], 40).ToLowerInvariant() : "";
        emit.Emit(e.With("protocol", protocol));
        return LineVerdict.Event;
    }

    // "Disconnected (auth failed, 1 attempts in 2 secs): ", "Aborted login (tried to use disallowed plaintext auth): "
    private static bool Failed(ReadOnlySpan<byte> head) => head.IndexOf("auth failed"u8) >= 0 || head.IndexOf("tried to use disallowed"u8) >= 0 || head.IndexOf("unknown user"u8) >= 0;
}
