using System.Buffers.Binary;
using System.Text;

namespace SensorNet.Sensor.Tests.Logs;

/// <summary>The forms in which journalctl prints the same record.</summary>
public sealed class JournalFormTests
{
    private const string Json = """{"__REALTIME_TIMESTAMP":"1795930462652979","_SOURCE_REALTIME_TIMESTAMP":"1795930462652900","_HOSTNAME":"vm","SYSLOG_IDENTIFIER":"sshd","_PID":"44","MESSAGE":"Failed password for root from 192.0.2.1 port 5 ssh2"}""";

    [Theory]
    [InlineData(Json, 1795930462652900)]
    [InlineData("\u001e" + Json, 1795930462652900)]
    [InlineData("data: " + Json, 1795930462652900)]
    [InlineData("Sun 2026-11-29 05:34:22 UTC vm sshd[44]: Failed password for root from 192.0.2.1 port 5 ssh2", 1795930462000000)]
    [InlineData("Sun 2026-11-29 06:34:22 CET vm sshd[44]: Failed password for root from 192.0.2.1 port 5 ssh2", 1795934062000000)]
    [InlineData("1795930462.652979 vm sshd[44]: Failed password for root from 192.0.2.1 port 5 ssh2", 1795930462652979)]
    [InlineData("2026-11-29T05:34:22.652979+0000 vm sshd[44]: Failed password for root from 192.0.2.1 port 5 ssh2", 1795930462652979)]
    public void A_record_is_read_in_every_form_of_one_line(string line, long microseconds)
    {
        var e = LogRun.Single(line);
        Assert.Equal(("AuthFailure", "root", "192.0.2.1", "vm", 44u), ($"{e.Type}", e.User, LogRun.Address(e.SourceIp), e.Host, e.Pid));
        Assert.Equal(microseconds * 1000, e.EventTime);
    }

    [Fact]
    public void The_export_format_is_read_with_values_of_any_octets()
    {
        // Lengths that hold a line feed (10) and a carriage return before one (13, 10), and messages that look like a record.
        var forged = "x\n\n__CURSOR=s=1\nMESSAGE=Failed password for root from 6.6.6.6 port 1 ssh2\n\n";
        byte[] export =
        [
            .. Record("1", "Failed password for a from 192.0.2.1 port 5 ssh2"u8, binary: false),
            .. Record("2", "0123456789"u8, binary: true),
            .. Record("3", Encoding.ASCII.GetBytes("Failed password for b from 192.0.2.2 port 5 ssh2".PadRight(0x0a0d)), binary: true),
            .. Record("4", Encoding.ASCII.GetBytes(forged + "\r\n\r\n"), binary: true),
            .. Record("5", new byte[100_000], binary: true),
            .. Record("6", "Invalid user c\r\nd from 192.0.2.3 port 5"u8, binary: true),
        ];
        var run = LogRun.Bytes(export);
        Assert.Equal(["AuthFailure a 192.0.2.1", "AuthFailure b 192.0.2.2", @"AuthFailure c\x0d\x0ad 192.0.2.3"], run.Summary());
        Assert.All(run.Events, e => Assert.Equal(("vm", 44u, 1795930462652979000), (e.Host, e.Pid, e.EventTime)));
    }

    [Fact]
    public void An_export_that_is_cut_off_gives_what_was_whole()
    {
        var one = Record("1", "Failed password for a from 192.0.2.1 port 5 ssh2"u8, binary: true);
        for (var length = 0; length < one.Length; length++)
        {
            Assert.Single(LogRun.Bytes([.. one, .. one.AsSpan(0, length)]).Events);
        }
    }

    private static byte[] Record(string cursor, ReadOnlySpan<byte> message, bool binary)
    {
        var octets = new List<byte>();
        octets.AddRange(Encoding.ASCII.GetBytes($"__CURSOR=s={cursor}\n__REALTIME_TIMESTAMP=1795930462652979\n_HOSTNAME=vm\nSYSLOG_IDENTIFIER=sshd\n_PID=44\nMESSAGE{(binary ? '\n' : '=')}"));
        if (binary)
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, message.Length);
            octets.AddRange(length);
        }

        octets.AddRange(message);
        octets.AddRange("\n_TRANSPORT=syslog\n\n"u8.ToArray());
        return [.. octets];
    }
}
