using System.IO.Compression;
using System.Text;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs;

public sealed class LogTailTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sensornet-tail").FullName;
    private readonly string _state;
    private readonly string _log;

    public LogTailTests()
    {
        _state = Directory.CreateDirectory(Path.Combine(_directory, "state")).FullName;
        _log = Path.Combine(_directory, "auth.log");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void New_lines_are_read_and_old_ones_left_alone()
    {
        Append(1, 3);
        var (tail, sink, _) = Start();
        tail.Poll();
        Assert.Empty(sink.Records);
        Append(4, 5);
        tail.Poll();
        Assert.Equal(["u4", "u5"], sink.Users);
        Assert.Equal("following", tail.Status.State);
        Assert.Equal(0, tail.Status.Behind);
    }

    [Fact]
    public void From_start_reads_what_is_there()
    {
        Append(1, 3);
        var (tail, sink, _) = Start(fromStart: true);
        tail.Poll();
        Assert.Equal(["u1", "u2", "u3"], sink.Users);
    }

    [Fact]
    public void Missing_file_is_read_from_its_start_when_it_appears()
    {
        var (tail, sink, _) = Start();
        Assert.False(tail.Poll());
        Assert.Equal("missing", tail.Status.State);
        Append(1, 2);
        tail.Poll();
        Assert.Equal(["u1", "u2"], sink.Users);
    }

    [Fact]
    public void Unfinished_line_waits_for_its_end()
    {
        Append(1, 1);
        var (tail, sink, _) = Start(fromStart: true);
        File.AppendAllText(_log, Line(2)[..30]);
        tail.Poll();
        Assert.Equal(["u1"], sink.Users);
        File.AppendAllText(_log, Line(2)[30..]);
        tail.Poll();
        Assert.Equal(["u1", "u2"], sink.Users);
    }

    [Fact]
    public void Rotation_by_rename_loses_and_doubles_nothing()
    {
        Append(1, 2);
        var (tail, sink, _) = Start(fromStart: true);
        tail.Poll();
        Append(3, 3);
        File.Move(_log, _log + ".1");
        Append(4, 4, _log + ".1");
        File.WriteAllText(_log, "");
        tail.Poll();
        tail.Poll();
        Append(5, 5, _log + ".1");
        tail.Poll();
        Append(6, 7);
        Drain(tail);
        Append(8, 8, _log + ".1");
        Drain(tail);
        Assert.Equal(["u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"], sink.Users);
    }

    [Fact]
    public void Truncation_goes_on_from_the_start_and_is_told()
    {
        Append(1, 4);
        var (tail, sink, _) = Start(fromStart: true);
        tail.Poll();
        File.WriteAllText(_log, "");
        Append(5, 5);
        Drain(tail);
        Assert.Equal(["u1", "u2", "u3", "u4", "u5"], sink.Users);
        var told = Assert.Single(sink.Own);
        Assert.Equal(EventType.LogTruncated, told.Type);
        Assert.Equal("shrank", told.Reason);
    }

    [Fact]
    public void Truncation_after_a_copy_reads_the_rest_from_the_copy()
    {
        Append(1, 4);
        var (tail, sink, _) = Start(fromStart: true);
        tail.Poll();
        Append(5, 6);
        File.Copy(_log, _log + ".1");
        File.WriteAllText(_log, "");
        Drain(tail);
        Append(7, 7);
        Drain(tail);
        Assert.Equal(["u1", "u2", "u3", "u4", "u5", "u6", "u7"], sink.Users);
        Assert.Empty(sink.Own);
    }

    [Fact]
    public void Content_replaced_by_as_much_again_is_noticed()
    {
        Append(1, 4);
        var (tail, sink, _) = Start(fromStart: true);
        tail.Poll();
        using (var file = new FileStream(_log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(11, 6).Select(Line))));
        }

        Drain(tail);
        Assert.Equal(["u1", "u2", "u3", "u4", "u11", "u12", "u13", "u14", "u15", "u16"], sink.Users);
        Assert.Equal("replaced", Assert.Single(sink.Own).Reason);
    }

    [Fact]
    public void Restart_goes_on_after_what_was_acknowledged()
    {
        Append(1, 5);
        var (tail, sink, positions) = Start(fromStart: true);
        tail.Poll();
        foreach (var record in sink.Records[..3])
        {
            positions.Acknowledged(record.Mark);
        }

        positions.Flush();
        var (again, second, _) = Start();
        again.Poll();
        Assert.Equal(["u4", "u5"], second.Users);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Restart_goes_on_after_what_the_spool_holds(int spooled)
    {
        Append(1, 5);
        var (tail, sink, _) = Start(fromStart: true);
        tail.Poll();
        var positions = new LogPositions(_state);
        foreach (var record in sink.Records[..spooled])
        {
            positions.Recovered(record.Mark);
        }

        var (again, second, _) = Start(fromStart: true, positions: positions);
        again.Poll();
        Assert.Equal(sink.Users[spooled..], second.Users);
    }

    [Fact]
    public void Idle_position_moves_past_lines_without_events()
    {
        File.WriteAllText(_log, "Nov 21 01:36:45 vm sshd[1]: Server listening on :: port 22.\n");
        var (tail, _, positions) = Start(fromStart: true);
        tail.Poll();
        tail.Idle();
        positions.Flush();
        var (again, _, _) = Start();
        again.Poll();
        Append(1, 1);
        again.Poll();
        Assert.Equal(new FileInfo(_log).Length, new LogPositions(_state).Find(LogMark.SourceKey(_log))!.Offset + Line(1).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rotation_during_downtime_is_filled_from_the_rotated_files(bool compressed)
    {
        Append(1, 5);
        var (tail, sink, positions) = Start(fromStart: true);
        tail.Poll();
        tail.Dispose();
        positions.Acknowledged(sink.Records[2].Mark);
        positions.Flush();

        Append(6, 6);
        File.Move(_log, _log + ".2");
        Append(7, 8);
        File.Move(_log, _log + ".1");
        Append(9, 9);
        File.SetLastWriteTimeUtc(_log + ".2", DateTime.UtcNow.AddHours(-2));
        File.SetLastWriteTimeUtc(_log + ".1", DateTime.UtcNow.AddHours(-1));
        if (compressed)
        {
            Compress(_log + ".2");
        }

        var (again, second, _) = Start();
        Drain(again);
        Assert.Equal(["u4", "u5", "u6", "u7", "u8", "u9"], second.Users);
        Assert.Empty(second.Own);
    }

    [Fact]
    public void Rotated_file_that_is_gone_is_told()
    {
        Append(1, 5);
        var (tail, sink, positions) = Start(fromStart: true);
        tail.Poll();
        positions.Acknowledged(sink.Records[4].Mark);
        positions.Flush();
        File.Delete(_log);
        Append(6, 7);
        var (again, second, _) = Start();
        Drain(again);
        Assert.Equal(["u6", "u7"], second.Users);
        Assert.Equal("rotated_away", Assert.Single(second.Own).Reason);
    }

    [Fact]
    public void Damaged_positions_start_anew_and_are_put_aside()
    {
        Append(1, 2);
        File.WriteAllBytes(Path.Combine(_state, "positions.bin"), [1, 2, 3]);
        var positions = new LogPositions(_state);
        Assert.True(positions.WasDamaged);
        Assert.True(File.Exists(Path.Combine(_state, "positions.bad")));
        var (tail, sink, _) = Start(fromStart: true, positions: positions);
        tail.Poll();
        Assert.Equal(["u1", "u2"], sink.Users);
    }

    [Fact]
    public void Parsers_know_after_a_restart_what_they_knew_before()
    {
        File.WriteAllText(_log, "Nov 21 01:36:45 vm sshd[7]: Invalid user bob from 192.0.2.1 port 5\n");
        var (tail, sink, positions) = Start(fromStart: true);
        tail.Poll();
        positions.Acknowledged(sink.Records[0].Mark);
        positions.Flush();
        File.AppendAllText(_log, "Nov 21 01:36:46 vm sshd[7]: Failed password for invalid user bob from 192.0.2.1 port 5 ssh2\n");
        var (again, second, _) = Start();
        again.Poll();
        Assert.Empty(second.Records);
    }

    private static string Line(int n) => $"Nov 21 01:36:45 vm sshd[{n}]: Failed password for u{n} from 192.0.2.1 port {1000 + n} ssh2\n";

    private static void Compress(string path)
    {
        using (var source = File.OpenRead(path))
        using (var target = new GZipStream(File.Create(path + ".gz"), CompressionLevel.Fastest))
        {
            source.CopyTo(target);
        }

        File.SetLastWriteTimeUtc(path + ".gz", File.GetLastWriteTimeUtc(path));
        File.Delete(path);
    }

    private void Append(int first, int last, string? path = null) =>
        File.AppendAllText(path ?? _log, string.Concat(Enumerable.Range(first, last - first + 1).Select(Line)));

    private static void Drain(LogTail tail)
    {
        for (var i = 0; i < 6; i++)
        {
            tail.Poll();
        }
    }

    private (LogTail Tail, MarkedSink Sink, LogPositions Positions) Start(bool fromStart = false, LogPositions? positions = null)
    {
        positions ??= new LogPositions(_state);
        var sink = new MarkedSink();
        var tail = new LogTail(new LogSourceOptions(_log, LogFormat.Auto, fromStart), new LogOptions { Host = "h" }, sink, positions, TimeProvider.System);
        return (tail, sink, positions);
    }
}
