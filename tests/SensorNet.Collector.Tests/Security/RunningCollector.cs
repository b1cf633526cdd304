using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using SensorNet.Collector.Configuration;
using SensorNet.Proto.Enrolment;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

/// <summary>The whole collector in this process, on a free port and a private state directory.</summary>
internal sealed class RunningCollector : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sn-run-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public string TlsAddress { get; private set; } = "";

    public static async Task<RunningCollector> StartAsync()
    {
        var collector = new RunningCollector();
        var options = CollectorOptions.Load(null, collector._directory);
        options = options with { Listen = options.Listen with { Tls = new IPEndPoint(IPAddress.Loopback, 0), UnixSocket = "s" } };
        collector._running = Task.Run(() => CollectorHost.RunAsync(options, collector._stop.Token));
        var listening = Path.Combine(collector._directory, "listening");
        while (!File.Exists(listening))
        {
            if (collector._running.IsCompleted)
            {
                await collector._running;
            }

            await Task.Delay(10);
        }

        collector.TlsAddress = (await File.ReadAllTextAsync(listening)).Trim();
        return collector;
    }

    public GrpcChannel ConnectLocal() => RpcChannel.ForAddress($"unix:{_directory}/s");

    public async Task<AccessToken> CreateTokenAsync(Role role, bool bearer, string name, params string[] groups)
    {
        using var channel = ConnectLocal();
        var response = await new AdminService.AdminServiceClient(channel).CreateTokenAsync(
            new CreateTokenRequest { Role = role, Bearer = bearer, Name = name, Groups = { groups } }, deadline: SecuredServer.Soon);
        return AccessToken.Parse(response.Token);
    }

    /// <summary>Enrols a sensor of this group and lets it send one event of its host; the stream stays open.</summary>
    public async Task<AsyncDuplexStreamingCall<SensorMessage, CollectorMessage>> StreamAsync(string name, string group, string host)
    {
        var token = await CreateTokenAsync(Role.Sensor, false, name, group);
        var identity = await EnrolmentClient.JoinAsync(TlsAddress, token, name, SecuredServer.Soon);
        var channel = RpcChannel.ForAddress(TlsAddress, identity);
        var call = new IngestService.IngestServiceClient(channel).Connect(deadline: DateTime.UtcNow.AddMinutes(2));
        await call.RequestStream.WriteAsync(new SensorMessage { Hello = new Hello { Protocol = 1, Epoch = 1, Host = host, FirstAvailable = 1, BootId = name } });
        Assert.True(await call.ResponseStream.MoveNext());
        var e = new Event
        {
            Type = EventType.SipAuthFailed,
            Severity = Severity.Warning,
            EventTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000,
            Host = host,
            SensorId = "forged",
            User = $"user-{group}",
            SourceIp = Google.Protobuf.ByteString.CopyFrom(203, 0, 113, (byte)(group[0] - 'a' + 1)),
        };
        await call.RequestStream.WriteAsync(new SensorMessage { Batch = new EventBatch { FirstSeq = 1, Events = { e } } });
        do
        {
            Assert.True(await call.ResponseStream.MoveNext());
        }
        while (call.ResponseStream.Current.KindCase != CollectorMessage.KindOneofCase.Ack);

        return call;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
