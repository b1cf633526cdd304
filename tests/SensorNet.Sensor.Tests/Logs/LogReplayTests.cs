using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs;

public sealed class LogReplayTests
{
    private static readonly string[] Seeds =
    [
        "Nov 21 01:36:45 vm sshd[1]: Failed password for invalid user bob from 192.0.2.1 port 5 ssh2",
        "Nov 21 01:36:45 vm sshd[1]: Connection closed by authenticating user root 2001:db8::1 port 5 [preauth]",
        "<133>1 2026-11-21T01:21:42.616524+00:00 vm kamailio 28453 - [x@1 a=\"\\]\"] NOTICE: <script>: user not found: INVITE 1030 from 127.1.0.10:5060 ua=x",
        "2026-11-21T01:36:44.616829+00:00 vm kamailio[3]: ERROR: <core> [core/receive.c:376]: receive_msg(): core parsing of SIP message failed (127.66.6.1:5060/1)",
        "type=EXECVE msg=audit(1696431282.553:8282): argc=2 a0=\"/usr/bin/su\" a1=2D2D68656C70",
        "[Dec 21 12:57:01] SECURITY[77]: res_security_log.c:114 security_event_stasis_cb: SecurityEvent=\"InvalidPassword\",AccountID=\"6001\",RemoteAddress=\"IPV4/UDP/172.17.0.1/54784\"",
        "2024-01-02 03:04:05,123 fail2ban.actions [55]: NOTICE [sshd] Ban 192.0.2.7",
        "Nov 21 01:36:45 vm kernel: [  203.842973] [UFW BLOCK] IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 PROTO=TCP SPT=1 DPT=22",
        "Nov 21 01:36:45 vm sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/ufw deny from 192.0.2.9",
        "2023-03-06 15:13:32.685002 96.83% [WARNING] sofia_reg.c:3223 SIP auth failure (INVITE) on sofia profile '123' for [123] from ip 1.2.3.4",
    ];

    [Fact]
    public void Any_octets_are_read_without_a_failure()
    {
        var octets = ArbMap.Default.GeneratorFor<byte[]>();
        Check.QuickThrowOnFailure(Prop.ForAll(octets.ToArbitrary(), bytes => LogRun.Bytes(bytes).Counters.Failed == 0));
    }

    [Fact]
    public void Damaged_lines_are_read_without_a_failure()
    {
        var random = new Random(7);
        for (var round = 0; round < 4000; round++)
        {
            var line = Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]);
            for (var i = random.Next(6); i >= 0; i--)
            {
                line = random.Next(4) switch
                {
                    0 => line[..random.Next(line.Length + 1)],
                    1 => [.. line[random.Next(line.Length + 1)..], .. line],
                    2 => [.. line, .. Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)])],
                    _ => Flip(line, random),
                };
            }

            Assert.Equal(0, LogRun.Bytes(line).Counters.Failed);
        }
    }

    [Fact]
    public void Binary_between_lines_hides_none_of_them()
    {
        var random = new Random(3);
        var noise = new byte[5000];
        random.NextBytes(noise);
        var run = LogRun.Bytes([.. noise, (byte)'\n', .. Encoding.UTF8.GetBytes(Seeds[0]), (byte)'\n', .. noise]);
        Assert.Contains(run.Events, e => e is { Type: EventType.AuthFailure, User: "bob" });
    }

    [Fact]
    public void Line_of_a_hundred_megabytes_is_cut_and_the_next_is_read()
    {
        using var stream = new RepeatedStream(Encoding.UTF8.GetBytes(Seeds[0].Replace("bob", "b"), 0, 60), 100_000_000, Encoding.UTF8.GetBytes("\n" + Seeds[0] + "\n"));
        var run = new LogRun();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var counters = LogReplay.Run(stream, "test", new LogReplayOptions { ReferenceTime = LogRun.Reference }, run);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(2, counters.Lines);
        Assert.Equal(1, counters.Cut);
        Assert.Equal("bob", run.Events[^1].User);
        Assert.InRange(allocated, 0, 4_000_000);
    }

    [Fact]
    public void Time_shift_moves_every_event()
    {
        var plain = LogRun.Lines(Seeds[0]).Events[0];
        var shifted = LogRun.Bytes(Encoding.UTF8.GetBytes(Seeds[0]), new LogReplayOptions { ReferenceTime = LogRun.Reference, TimeShift = TimeSpan.FromHours(3), Synthetic = true }).Events[0];
        Assert.Equal(plain.EventTime + (3L * 3600 * 1_000_000_000), shifted.EventTime);
        Assert.True(shifted.Synthetic);
        Assert.False(plain.Synthetic);
    }

    [Fact]
    public void Repeated_message_counts_as_often_as_it_was_repeated()
    {
        var run = LogRun.Lines("Nov 21 01:36:45 vm sshd[1]: message repeated 3 times: [ Failed password for root from 192.0.2.1 port 5 ssh2]");
        Assert.Equal(3, run.Events.Count);
    }

    [Fact]
    public void Lines_that_say_nothing_else_are_kept_when_asked_and_no_line_twice()
    {
        var raw = LogRun.Bytes(
            Encoding.UTF8.GetBytes("""
                Nov 21 01:36:45 vm kernel: [   55.123456] evil[77] is installing a program with bpf_probe_write_user helper that may corrupt user memory!
                Nov 21 01:36:46 vm sshd[1]: Failed password for root from 192.0.2.1 port 5 ssh2
                Nov 21 01:36:47 vm sshd[1]: Connection closed by authenticating user root 192.0.2.1 port 5 [preauth]
                type=SYSCALL msg=audit(1795225008.553:1): arch=c000003e syscall=59 pid=1 comm="a" exe="/a"
                type=PROCTITLE msg=audit(1795225008.553:1): proctitle="a"
                type=EOE msg=audit(1795225008.553:1):
                """),
            new LogReplayOptions { ReferenceTime = LogRun.Reference, EmitRaw = true }).Events;
        Assert.Equal([EventType.LogRaw, EventType.AuthFailure, EventType.ConnectionClosed, EventType.ProcessExec], raw.Select(e => e.Type));
    }

    [Fact]
    public void Unclaimed_lines_are_counted_and_kept_only_when_asked()
    {
        const string line = "Nov 21 01:36:45 vm mydaemon[1]: something else";
        Assert.Empty(LogRun.Lines(line).Events);
        Assert.Equal(1, LogRun.Lines(line).Counters.Unclaimed);
        var raw = LogRun.Bytes(Encoding.UTF8.GetBytes(line), new LogReplayOptions { ReferenceTime = LogRun.Reference, EmitRaw = true }).Events;
        Assert.Equal(EventType.LogRaw, Assert.Single(raw).Type);
        Assert.Equal("mydaemon", raw[0].Process);
        Assert.Equal(1u, raw[0].Pid);
        Assert.Equal("something else", raw[0].Message);
        Assert.Equal(line, raw[0].Raw.ToStringUtf8());
    }

    private static byte[] Flip(byte[] line, Random random)
    {
        if (line.Length > 0)
        {
            line[random.Next(line.Length)] = (byte)random.Next(256);
        }

        return line;
    }

    private sealed class RepeatedStream(byte[] unit, long length, byte[] tail) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = 0;
            for (; read < count && _position < length + tail.Length; read++, _position++)
            {
                buffer[offset + read] = _position < length ? unit[_position % unit.Length] : tail[_position - length];
            }

            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
