using System.Collections.Concurrent;
using Grpc.Core;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Uplink;

/// <summary>The ingest service of a test collector, which can be told to misbehave.</summary>
internal sealed class TestIngest(TestStore store) : IngestService.IngestServiceBase, IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private readonly ConcurrentDictionary<string, bool> _connected = [];

    /// <summary>Hellos so far, oldest first.</summary>
    public ConcurrentQueue<Hello> Hellos { get; } = [];

    public ConcurrentQueue<Heartbeat> Heartbeats { get; } = [];

    public ConcurrentQueue<ControlResult> ControlResults { get; } = [];

    /// <summary>Sent to the sensor as soon as it is welcome.</summary>
    public ConcurrentQueue<Control> Controls { get; } = [];

    /// <summary>Answers every hello with this status.</summary>
    public Status? Refusal { get; set; }

    /// <summary>Ends the stream, once, after so many batches.</summary>
    public int CutAfterBatches { get; set; } = int.MaxValue;

    /// <summary>Keeps events but does not acknowledge them.</summary>
    public bool Silent { get; set; }


    public void Cut() => _cut.Cancel();

    public void Dispose() => _cut.Dispose();

    public override async Task Connect(IAsyncStreamReader<SensorMessage> requestStream, IServerStreamWriter<CollectorMessage> responseStream, ServerCallContext context)
    {
        var certificate = context.GetHttpContext().Connection.ClientCertificate
            ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "a client certificate is needed"));
        var (role, sensor) = ClientIdentity.SpiffeName(certificate);
        if (role != "sensor")
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"role {role} may not send events"));
        }

        using var abort = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token, context.CancellationToken);
        if (!await requestStream.MoveNext(abort.Token))
        {
            return;
        }

        var hello = requestStream.Current.Hello;
        Hellos.Enqueue(hello);
        if (Refusal is { } refusal)
        {
            throw new RpcException(refusal);
        }

        if (!_connected.TryAdd(sensor, true))
        {
            throw new RpcException(new Status(StatusCode.AlreadyExists, $"{sensor} is connected already"));
        }

        try
        {
            await ServeAsync(sensor, hello, requestStream, responseStream, abort);
        }
        finally
        {
            _connected.TryRemove(sensor, out _);
        }
    }

    private async Task ServeAsync(string sensor, Hello hello, IAsyncStreamReader<SensorMessage> requests, IServerStreamWriter<CollectorMessage> responses, CancellationTokenSource abort)
    {
        if (hello.FirstAvailable > 0)
        {
            store.GiveUpTo(sensor, hello.Epoch, hello.FirstAvailable - 1);
        }

        var acked = store.Acked(sensor, hello.Epoch);
        var welcome = new Welcome { Protocol = 1, CollectorId = "test", Acked = acked, Time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000 };
        welcome.Held.Add(store.HeldAbove(sensor, hello.Epoch, acked));
        await responses.WriteAsync(new CollectorMessage { Welcome = welcome });
        while (Controls.TryDequeue(out var control))
        {
            await responses.WriteAsync(new CollectorMessage { Control = control });
        }

        while (await requests.MoveNext(abort.Token))
        {
            var message = requests.Current;
            switch (message.KindCase)
            {
                case SensorMessage.KindOneofCase.Batch:
                    store.Add(sensor, hello.Epoch, message.Batch);
                    if (--CutAfterBatches == 0)
                    {
                        throw new RpcException(new Status(StatusCode.Unavailable, "gone"));
                    }

                    if (!Silent)
                    {
                        await responses.WriteAsync(new CollectorMessage { Ack = new Ack { Seq = store.Acked(sensor, hello.Epoch) } });
                    }

                    break;
                case SensorMessage.KindOneofCase.Heartbeat:
                    Heartbeats.Enqueue(message.Heartbeat);
                    break;
                case SensorMessage.KindOneofCase.ControlResult:
                    ControlResults.Enqueue(message.ControlResult);
                    break;
            }
        }
    }
}
