using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// fail2ban: <c>fail2ban.actions [55]: NOTICE [sshd] Ban 192.0.2.7</c>. A ban is <c>f2b.ban</c> and <c>ip.blocked</c>; one that
/// is restored after a restart is <c>ip.blocked</c> only, for nobody did anything anew.
/// </summary>
internal sealed class Fail2BanParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(line.Message);
        if (line.Message.StartsWith("fail2ban."u8) && !cursor.TakeUntil(": "u8, out _))
        {
            return LineVerdict.NoEvent;
        }

        cursor.Spaces();
        if (cursor.Rest is not [(byte)'[', ..])
        {
            cursor.Word();
        }

        if (!cursor.Take("["u8) || !cursor.TakeUntil("] "u8, out var jail) || jail.Contains((byte)' '))
        {
            return LineVerdict.NoEvent;
        }

        cursor.Spaces();
        var restore = cursor.Take("Restore "u8);
        if (cursor.Take("Reban "u8) || cursor.Take("Re-ban "u8))
        {
            return Tell(cursor.Word(), jail, EventType.Unspecified, EventType.IpBlocked, "restored", in line, emit);
        }

        if (cursor.Take("Ban "u8))
        {
            return Tell(cursor.Word(), jail, restore ? EventType.Unspecified : EventType.F2BBan, EventType.IpBlocked, restore ? "restored" : "", in line, emit);
        }

        if (cursor.Take("Unban "u8))
        {
            return Tell(cursor.Word(), jail, EventType.F2BUnban, EventType.IpUnblocked, "", in line, emit);
        }

        return cursor.Take("Found "u8) ? Tell(cursor.Word(), jail, EventType.F2BFound, EventType.Unspecified, "", in line, emit) : LineVerdict.NoEvent;
    }

    private static LineVerdict Tell(ReadOnlySpan<byte> address, ReadOnlySpan<byte> jail, EventType own, EventType general, string reason, in LogLine line, LogEmitter emit)
    {
        // An address, or a network in CIDR notation.
        var slash = address.IndexOf((byte)'/');
        if (!LogText.TryAddress(slash < 0 ? address : address[..slash], out var ip))
        {
            return LineVerdict.NoEvent;
        }

        foreach (var type in (ReadOnlySpan<EventType>)[own, general])
        {
            if (type != EventType.Unspecified)
            {
                var severity = type is EventType.F2BUnban or EventType.IpUnblocked ? Severity.Info : Severity.Warning;
                var e = emit.New(in line, type, severity, LogSource.Fail2Ban, "fail2ban").From(ip).Because(reason);
                e.Block = new Block { By = "fail2ban", Jail = LogText.ToText(jail, 64) };
                if (slash > 0)
                {
                    e.With("block.network", address);
                }

                emit.Emit(e);
            }
        }

        return LineVerdict.Event;
    }
}
