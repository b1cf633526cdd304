using System.Diagnostics;
using System.Globalization;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Logs;

/// <summary><c>logs FILE [ROUNDS]</c>: log lines per CPU-second, from file to encoded events.</summary>
internal static class LogCommands
{
    public const string Usage = "logs FILE [ROUNDS]    log lines per CPU-second, with encoding of every event";

    public static int? Run(string[] args)
    {
        if (args is not ["logs", var file, .. var rest])
        {
            return null;
        }

        var rounds = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 3;
        for (var round = 1; round <= rounds; round++)
        {
            var sink = new EncodingSink();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var counters = LogReplay.Run(file, new LogReplayOptions(), sink);
            var seconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: {counters.Lines} lines, {counters.Events} events, {seconds:0.00} s CPU, {counters.Lines / seconds:0} lines/CPU-s, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)counters.Lines:0} B/line, RSS {Environment.WorkingSet >> 20} MB"));
        }

        return 0;
    }

    private sealed class EncodingSink : IEventSink
    {
        private readonly byte[] _buffer = new byte[256 * 1024];

        public void Emit(Event e)
        {
            var output = new Google.Protobuf.CodedOutputStream(_buffer);
            e.WriteTo(output);
            output.Flush();
        }
    }
}
