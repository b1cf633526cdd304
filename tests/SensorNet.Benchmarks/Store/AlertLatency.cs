using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Grpc.Net.Client;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Store;

/// <summary>
/// <c>alert-latency ADDRESS IDENTITY SOCKET [RATE] [SECONDS]</c>: sends events of a busy host to a running collector at that rate, as an enrolled
/// sensor does, and among them, five times a second, the five failed SSH logins of an address not seen before. Prints how long after the fifth
/// was handed to gRPC the alert reached an operator who watches over the unix socket. <c>alert_latency.sh</c> starts the collector and enrols.
/// </summary>
internal static class AlertLatency
{
    private const int Turn = 10;
    private const int TurnsPerAttack = 20;
    private const int CallsUp = 10_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var rate = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 20_000;
        var seconds = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 30;
        using var identity = ClientIdentity.Load(args[1]) ?? throw new FileNotFoundException("There is no identity.", args[1]);
        using var sensor = GrpcChannel.ForAddress($"https://{args[0]}", new GrpcChannelOptions { HttpHandler = identity.CreateHandler() });
        using var operators = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = RpcChannel.CreateUnixHandler(args[2]) });
        using var watch = new AlertService.AlertServiceClient(operators).WatchAlerts(new WatchAlertsRequest { IncludeOpen = true });
        while (await watch.ResponseStream.MoveNext(CancellationToken.None) && !watch.ResponseStream.Current.CaughtUp)
        {
        }

        var sent = new ConcurrentDictionary<string, long>();
        var latencies = new ConcurrentBag<double>();
        var receiving = Task.Run(async () =>
        {
            while (await watch.ResponseStream.MoveNext(CancellationToken.None))
            {
                var now = Stopwatch.GetTimestamp();
                if (watch.ResponseStream.Current.Alert is { RuleName: "h01_ssh_bruteforce" } alert && sent.TryRemove(alert.SourceIp, out var start))
                {
                    latencies.Add(Stopwatch.GetElapsedTime(start, now).TotalMilliseconds);
                }
            }
        });

        using var call = new IngestService.IngestServiceClient(sensor).Connect();
        await call.RequestStream.WriteAsync(new SensorMessage { Hello = new Hello { Protocol = 1, Epoch = 1, Host = "bench", Version = "bench", FirstAvailable = 1 } });
        await call.ResponseStream.MoveNext(CancellationToken.None);
        var acked = call.ResponseStream.Current.Welcome.Acked;
        var acknowledging = Task.Run(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                Volatile.Write(ref acked, call.ResponseStream.Current.Ack?.Seq ?? acked);
            }
        });

        var next = acked + 1;
        var attacks = (int)acked;
        var calls = new Queue<(string User, string CallId)>();
        var sample = new SampleEvents(acked);
        var started = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < seconds * 1000 / Turn; turn++)
        {
            var left = TimeSpan.FromMilliseconds(turn * Turn) - Stopwatch.GetElapsedTime(started);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left);
            }

            var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
            var batch = sample.Batch(next, rate * Turn / 1000);
            foreach (var e in batch.Events)
            {
                MakeOrdinary(e, now, calls);
            }

            if (turn % TurnsPerAttack == 0)
            {
                var source = new IPAddress([10, (byte)(++attacks >> 16), (byte)(attacks >> 8), (byte)attacks]);
                for (var i = 0; i < 5; i++)
                {
                    batch.Events.Add(new Event
                    {
                        Type = EventType.AuthFailure, EventTime = now, SensorTime = now, Host = "bench", SourceIp = ByteString.CopyFrom(source.GetAddressBytes()), SourcePort = 40_000, User = "root", Service = "sshd",
                        AuthMethod = "password", LogSource = LogSource.Auth, Severity = Severity.Warning, Message = "Failed password for root",
                    });
                }

                sent[source.ToString()] = Stopwatch.GetTimestamp();
            }

            next += (ulong)batch.Events.Count;
            await call.RequestStream.WriteAsync(new SensorMessage { Batch = batch });
        }

        var took = Stopwatch.GetElapsedTime(started);
        var total = next - 1;
        while (Volatile.Read(ref acked) < total && !acknowledging.IsCompleted)
        {
            await Task.Delay(Turn);
        }

        var late = Stopwatch.GetElapsedTime(started) - took;
        for (var waited = 0; waited < 10_000 && !sent.IsEmpty; waited += Turn)
        {
            await Task.Delay(Turn);
        }

        var sorted = latencies.Order().ToArray();
        Console.WriteLine(sorted.Length == 0 ? "No alert came." : string.Create(CultureInfo.InvariantCulture,
            $"{rate} events/s for {took.TotalSeconds:F1} s, the last acknowledged {late.TotalMilliseconds:F0} ms after it was sent; {sorted.Length} alerts, {sent.Count} missing: p50 {At(sorted, 0.5):F1} ms, p90 {At(sorted, 0.9):F1}, p99 {At(sorted, 0.99):F1}, most {sorted[^1]:F1}"));
        await call.RequestStream.CompleteAsync();
        watch.Dispose();
        await Task.WhenAny(receiving, Task.Delay(1000));
        return sent.IsEmpty && sorted.Length > 0 ? 0 : 1;
    }

    // Every account has one phone, calls stay in the house and end some seconds later, and nobody is refused.
    private static void MakeOrdinary(Event e, long now, Queue<(string User, string CallId)> calls)
    {
        e.EventTime = e.SensorTime = now;
        if (e.Type == EventType.SipCallAttempt && calls.Count > CallsUp)
        {
            (e.Type, e.Call) = (EventType.SipCallEnd, new Call { DurationMs = 10_000, BillsecMs = 8_000, HangupBy = "caller", HangupCause = "normal" });
            (e.User, e.Sip.CallId) = calls.Dequeue();
            e.Aor = e.User + "@pbx.example.net";
        }

        var user = int.Parse(e.User, CultureInfo.InvariantCulture);
        e.SourceIp = ByteString.CopyFrom(192, 168, (byte)(user >> 8), (byte)user);
        (e.SourcePort, e.UserAgent) = (5060, "Yealink SIP-T46S 66.85.0.5");
        if (e.Type == EventType.SipAuthFailed)
        {
            (e.Type, e.Sip.StatusCode) = (EventType.SipRegistrationNew, 200);
        }
        else if (e.Type is EventType.SipCallStart or EventType.SipCallAttempt)
        {
            e.Sip.Uri.User = "2000";
            if (e.Type == EventType.SipCallStart)
            {
                calls.Enqueue((e.User, e.Sip.CallId));
            }
        }
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
