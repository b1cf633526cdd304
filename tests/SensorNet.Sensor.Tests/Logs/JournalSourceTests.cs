using SensorNet.Sensor.Logs;

namespace SensorNet.Sensor.Tests.Logs;

public sealed class JournalSourceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sensornet-journal").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Records_become_events_and_reading_goes_on_after_the_acknowledged_one()
    {
        // Stands in for journalctl: notes its arguments, then writes three records.
        var program = Path.Combine(_directory, "journalctl");
        File.WriteAllText(program, $$"""
            #!/bin/sh
            echo "$@" >> {{_directory}}/arguments
            for i in 1 2 3; do
              echo "{\"__CURSOR\":\"c$i\",\"__REALTIME_TIMESTAMP\":\"170000000000000$i\",\"_HOSTNAME\":\"h\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"_PID\":\"$i\",\"MESSAGE\":\"Failed password for u$i from 192.0.2.1 port $i ssh2\"}"
            done
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var positions = new LogPositions(null);
        var sink = new MarkedSink();
        var source = new JournalSource(new JournalOptions { Program = program, Restart = TimeSpan.FromMinutes(5) }, new LogOptions { Host = "x" }, sink, positions, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = source.RunAsync(stop.Token);
        for (var i = 0; i < 1000 && source.Status.State != "failed"; i++)
        {
            await Task.Delay(20);
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal(["u1", "u2", "u3"], sink.Users);
        Assert.Equal("h", sink.Records[0].Event.Host);
        positions.Acknowledged(sink.Records[1].Mark);

        var mark = positions.Find(LogMark.SourceKey("journal"))!;
        Assert.Equal(("c1", 1u), (mark.Cursor, mark.Skip));
        Assert.Contains("--lines=0", File.ReadAllText(Path.Combine(_directory, "arguments")), StringComparison.Ordinal);
    }
}
