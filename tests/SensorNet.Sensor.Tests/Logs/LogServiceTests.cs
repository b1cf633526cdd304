using System.Diagnostics;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs;

public sealed class LogServiceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sensornet-logs").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Line_is_an_event_soon_after_it_was_written_and_a_missing_file_disturbs_nobody()
    {
        var log = Path.Combine(_directory, "auth.log");
        File.WriteAllText(log, "");
        var sink = new SignalSink();
        var options = new LogOptions { Host = "h", Files = [new LogSourceOptions(Path.Combine(_directory, "missing.log")), new LogSourceOptions(log)] };
        using var service = new LogService(options, sink, new LogPositions(null), TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = service.RunAsync(stop.Token);
        while (service.Sources[1].State != "following")
        {
            await Task.Delay(5);
        }

        var watch = Stopwatch.StartNew();
        File.AppendAllText(log, "Nov 21 01:36:45 vm sshd[5]: Failed password for root from 192.0.2.1 port 22 ssh2\n");
        var e = await sink.First.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("root", e.User);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 5000);
        Assert.Equal(["missing", "following"], service.Sources.Select(s => s.State));
        await stop.CancelAsync();
        await running;
    }

    private sealed class SignalSink : IEventSink
    {
        public TaskCompletionSource<Event> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Emit(Event e) => First.TrySetResult(e);
    }
}
