using System.Threading.Channels;
using Grpc.Core;
using SensorNet.Collector.Api.Hosting;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Sensors;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>
/// Sensors' streams. Batches are submitted as they come, several in flight so that the commit loop can join them, and
/// acknowledged in order once durable. A sensor is who its certificate says: sensor id and epoch are set here.
/// </summary>
internal sealed class IngestApi(CommitLoop loop, SensorDirectory sensors, CollectorIdentity identity, Drain drain, TimeProvider clock) : IngestService.IngestServiceBase
{
    private const uint Protocol = 1;
    private const int MaxEventsPerBatch = 10_000;
    private const int BatchesInFlight = 16;

    public override async Task Connect(IAsyncStreamReader<SensorMessage> requestStream, IServerStreamWriter<CollectorMessage> responseStream, ServerCallContext context)
    {
        var sensorId = context.GetCaller().Name;
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var cancellation = abort.Token;

        if (!await requestStream.MoveNext(cancellation) || requestStream.Current.Hello is not { } hello)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the first message of a stream must be hello"));
        }

        if (hello.Protocol != Protocol)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"this collector speaks ingest protocol {Protocol}, the sensor {hello.Protocol}"));
        }

        if (hello.Epoch == 0)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "hello.epoch must not be 0"));
        }

        if (hello.Host.Length is 0 or > 255)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "hello.host must name the host, in at most 255 characters"));
        }

        var connection = new SensorConnection(sensorId, hello, context.Peer, clock.GetUtcNow(), abort);
        if (await sensors.ConnectAsync(connection, cancellation) is { } refusal)
        {
            throw new RpcException(new Status(StatusCode.AlreadyExists, refusal));
        }

        try
        {
            await ServeAsync(connection, requestStream, responseStream, cancellation);
            if (drain.IsDraining)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "the collector is stopping; what it took is acknowledged"));
            }
        }
        finally
        {
            sensors.Disconnect(connection);
        }
    }

    private async Task ServeAsync(SensorConnection connection, IAsyncStreamReader<SensorMessage> requests, IServerStreamWriter<CollectorMessage> responses, CancellationToken cancellation)
    {
        var window = await loop.GetWindowAsync(connection.SensorId, connection.Hello.Epoch, connection.Hello.FirstAvailable, cancellation);
        var welcome = new Welcome { Protocol = Protocol, CollectorId = identity.Id, Acked = window.Acked, Time = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000 };
        welcome.Held.Add(window.Held);
        await responses.WriteAsync(new CollectorMessage { Welcome = welcome }, cancellation);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var submitted = Channel.CreateBounded<Pending>(new BoundedChannelOptions(BatchesInFlight) { SingleReader = true, SingleWriter = true });
        var outgoing = Channel.CreateBounded<CollectorMessage>(new BoundedChannelOptions(BatchesInFlight * 2) { SingleReader = true });

        var acknowledging = AcknowledgeAsync(connection, submitted.Reader, outgoing.Writer, ended.Token);
        var controlling = ForwardControlsAsync(connection, outgoing.Writer, ended.Token);
        var writing = WriteAsync(outgoing.Reader, responses, ended.Token);
        try
        {
            var reading = ReadAsync(connection, requests, submitted.Writer, ended.Token);
            var first = await Task.WhenAny(reading, acknowledging, writing);
            await first;
            await acknowledging;
            outgoing.Writer.TryComplete();
            await writing;
        }
        finally
        {
            await ended.CancelAsync();
            submitted.Writer.TryComplete();
            outgoing.Writer.TryComplete();
            await Task.WhenAll(acknowledging, controlling, writing).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ReadAsync(SensorConnection connection, IAsyncStreamReader<SensorMessage> requests, ChannelWriter<Pending> submitted, CancellationToken cancellation)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation, drain.Token);
        while (await NextAsync(requests, reading.Token, cancellation))
        {
            connection.Heard(clock.GetUtcNow());
            var message = requests.Current;
            switch (message.KindCase)
            {
                case SensorMessage.KindOneofCase.Batch:
                    var batch = message.Batch;
                    if (batch.FirstSeq == 0 || batch.Events.Count is 0 or > MaxEventsPerBatch)
                    {
                        throw new RpcException(new Status(StatusCode.InvalidArgument, $"a batch has 1 to {MaxEventsPerBatch} events and a first_seq above 0"));
                    }

                    foreach (var e in batch.Events)
                    {
                        Claim(e, connection.Hello.Host);
                    }

                    var newest = batch.Events[^1].EventTime;
                    await submitted.WriteAsync(new Pending(loop.SubmitAsync(connection.SensorId, connection.Hello.Epoch, batch, cancellation), newest), cancellation);
                    break;
                case SensorMessage.KindOneofCase.Heartbeat:
                    sensors.Heartbeat(connection, message.Heartbeat);
                    break;
                case SensorMessage.KindOneofCase.ControlResult:
                    break;
                case SensorMessage.KindOneofCase.Hello:
                    throw new RpcException(new Status(StatusCode.InvalidArgument, "hello comes once, first"));
                default:
                    break; // A newer sensor's message: not an error.
            }
        }

        submitted.TryComplete();
    }

    // A collector that stops reads no more, and acknowledges what it has.
    private async Task<bool> NextAsync(IAsyncStreamReader<SensorMessage> requests, CancellationToken reading, CancellationToken cancellation)
    {
        try
        {
            return await requests.MoveNext(reading);
        }
        catch (OperationCanceledException) when (drain.IsDraining && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    // A sensor speaks for its own host: another name in a record (a relayed log) is kept beside it. What only the
    // collector may say is taken out: a sensor does not say that it is trusted, nor that an alert fired.
    private static void Claim(Event e, string host)
    {
        if (e.Host != host)
        {
            if (e.Host.Length > 0)
            {
                e.Attributes["log.syslog.hostname"] = e.Host;
            }

            e.Host = host;
        }

        e.Alert = null;
        e.Enrichment = null;
    }

    private async Task AcknowledgeAsync(SensorConnection connection, ChannelReader<Pending> submitted, ChannelWriter<CollectorMessage> outgoing, CancellationToken cancellation)
    {
        await foreach (var pending in submitted.ReadAllAsync(cancellation))
        {
            var result = await pending.Result;
            sensors.Stored(connection, result, pending.NewestEventTime);
            await outgoing.WriteAsync(new CollectorMessage { Ack = new Ack { Seq = result.Acked } }, cancellation);
        }
    }

    private static async Task ForwardControlsAsync(SensorConnection connection, ChannelWriter<CollectorMessage> outgoing, CancellationToken cancellation)
    {
        ulong id = 0;
        await foreach (var control in connection.Controls.ReadAllAsync(cancellation))
        {
            control.ControlId = ++id;
            await outgoing.WriteAsync(new CollectorMessage { Control = control }, cancellation);
        }
    }

    private static async Task WriteAsync(ChannelReader<CollectorMessage> outgoing, IServerStreamWriter<CollectorMessage> responses, CancellationToken cancellation)
    {
        await foreach (var message in outgoing.ReadAllAsync(cancellation))
        {
            await responses.WriteAsync(message, cancellation);
        }
    }

    private readonly record struct Pending(ValueTask<SubmitResult> Result, long NewestEventTime);
}
