using System.Diagnostics;
using System.Globalization;
using System.Net;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Cli;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>The commands that make traffic and measure whole runs, where a micro-benchmark would not tell the truth.</summary>
internal static class TrafficCommands
{
    public const string Usage = """
        generate FILE [--kind proxy|wide|flood|collide] [--messages N] [--dialogs N] [--users N] [--seed N]
                                                                            write a capture of calls and registrations
        decode FILE...                                                      read and decode, and tell CPU time and memory
        parse FILE...                                                       the SIP reader alone, over messages in the cache
        track FILE... [--rounds N]                                          read, decode, track and encode events, N times over with a new
                                                                            tracker each: the later rounds have no compilation in them
        fuzz FILE... [--seconds N] [--seed N]                               feed mutated packets of captures to decoder and tracker
        send FILE --to ADDRESS:PORT [--rate N] [--seconds N] [--limit N]    send a capture's UDP payloads
        capture INTERFACE [--seconds N] [--ports LIST] [--threads N] [--track]
                                                                            capture live, and tell packets, drops and CPU time
        """;

    /// <summary>Runs the command when it is one of these; null when it is not.</summary>
    public static int? Run(string[] arguments) => arguments.FirstOrDefault() switch
    {
        "generate" => Generate(arguments),
        "decode" => Decode(arguments[1..]),
        "parse" => Parse(arguments[1..]),
        "track" => Track(arguments),
        "fuzz" => Fuzz(arguments),
        "send" => Send(arguments),
        "capture" => Capture(arguments),
        _ => null,
    };

    private static int Generate(string[] arguments)
    {
        var kind = Text(arguments, "--kind", "proxy");
        var wide = kind == "wide";
        var generator = new TrafficGenerator(
            Number(arguments, "--messages", 1_000_000),
            (int)Number(arguments, "--dialogs", wide ? 20_000 : 1_000),
            (int)Number(arguments, "--users", wide ? 50_000 : 20_000),
            (int)Number(arguments, "--seed", 1));
        var (messages, mean) = generator.Write(arguments[1], kind);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{messages} messages of {mean:F0} octets on average"));
        return 0;
    }

    private static int Decode(string[] paths)
    {
        var sink = new CountingSink();
        var pipeline = new CapturePipeline(new CaptureOptions(), sink);
        var before = GC.GetTotalAllocatedBytes();
        var cpu = CpuTime();
        var result = pipeline.RunFiles(paths, new ReplayOptions(), CancellationToken.None);
        cpu = CpuTime() - cpu;
        Report(sink, cpu);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Packets} packets, {(GC.GetTotalAllocatedBytes() - before) / (double)Math.Max(1, result.Packets):F2} octets allocated per packet"));
        return 0;
    }

    private static int Parse(string[] paths)
    {
        new ParseRun().Run(paths, Console.Out);
        return 0;
    }

    private static int Track(string[] arguments)
    {
        string[] paths = [.. arguments.Skip(1).TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal))];
        for (var rounds = Number(arguments, "--rounds", 1); rounds > 0; rounds--)
        {
            TrackOnce(paths);
        }

        return 0;
    }

    private static void TrackOnce(string[] paths)
    {
        var events = new EncodingEventSink();
        var tracker = new SipTracker(new TrackerOptions(), events, "benchmark");
        var pipeline = new CapturePipeline(new CaptureOptions(), tracker);
        var before = GC.GetTotalAllocatedBytes();
        var cpu = CpuTime();
        var result = pipeline.RunFiles(paths, new ReplayOptions(), CancellationToken.None);
        cpu = CpuTime() - cpu;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Packets} packets, CPU {cpu.TotalMilliseconds:F0} ms, {cpu.TotalNanoseconds / Math.Max(1, result.Packets):F0} ns per packet, {(GC.GetTotalAllocatedBytes() - before) / (double)Math.Max(1, result.Packets):F0} octets allocated per packet, RSS {Environment.WorkingSet >> 20} MiB"));
        foreach (var (type, count) in events.Counts)
        {
            Console.WriteLine($"  {count,9} {type}");
        }

        Console.WriteLine($"  {events.Bytes,9} octets of events");
    }

    private static int Fuzz(string[] arguments)
    {
        var paths = arguments.Skip(1).TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal));
        var run = new MutationRun((int)Number(arguments, "--seed", 1));
        return run.Run(paths, TimeSpan.FromSeconds(Number(arguments, "--seconds", 60)), Console.Out) == 0 ? 0 : 1;
    }

    private static int Send(string[] arguments)
    {
        var target = IPEndPoint.Parse(Text(arguments, "--to", "127.0.0.1:5060"));
        var (sent, took) = new DatagramSender(arguments[1], (int)Number(arguments, "--limit", 200_000)).Send(
            target, Number(arguments, "--rate", 100_000), TimeSpan.FromSeconds(Number(arguments, "--seconds", 5)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sent} sent, {sent / took.TotalSeconds:F0} per second"));
        return 0;
    }

    private static int Capture(string[] arguments)
    {
        var sink = new CountingSink();
        var events = new EncodingEventSink();
        var track = arguments.Contains("--track");
        var ports = PortSet.Parse(Text(arguments, "--ports", new DecodeOptions().SipPorts.ToString()));
        var pipeline = new CapturePipeline(
            new CaptureOptions
            {
                Interfaces = [arguments[1]],
                Decode = new DecodeOptions { SipPorts = ports },
                ThreadsPerInterface = (int)Number(arguments, "--threads", 1),
            },
            track ? new SipTracker(new TrackerOptions(), events, "benchmark") : sink);
        using var stop = new CancellationTokenSource();
        WarmUp.Start();
        var cpu = CpuTime();
        pipeline.RunLive(stop.Token, _ =>
        {
            Console.WriteLine("capturing");
            stop.CancelAfter(TimeSpan.FromSeconds(Number(arguments, "--seconds", 10)));
        });
        cpu = CpuTime() - cpu;
        var counters = pipeline.Counters.Snapshot();
        if (track)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{counters["decode.datagrams"]} messages, {events.Events} events, CPU {cpu.TotalMilliseconds:F0} ms, RSS {Environment.WorkingSet >> 20} MiB"));
        }
        else
        {
            Report(sink, cpu);
        }

        Console.WriteLine($"{counters["capture.received"]} received, {counters["capture.kernel_dropped"]} dropped by the kernel");
        return 0;
    }

    private static void Report(CountingSink sink, TimeSpan cpu) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{sink.Count} messages, {sink.Bytes} octets, CPU {cpu.TotalMilliseconds:F0} ms, {cpu.TotalNanoseconds / Math.Max(1, sink.Count):F0} ns per message, RSS {Environment.WorkingSet >> 20} MiB"));

    private static TimeSpan CpuTime() => Process.GetCurrentProcess().TotalProcessorTime;

    private static long Number(string[] arguments, string name, long otherwise) =>
        long.Parse(Text(arguments, name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    private static string Text(string[] arguments, string name, string otherwise)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : otherwise;
    }
}
