using System.Globalization;
using System.Security.Cryptography;
using Grpc.Core;
using SensorNet.Sensor.Spool;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// One connection to one collector, from hello to end. Two loops share it: sending (batches, heartbeats, answers to
/// control) and receiving (acknowledgements, control). Everything it knows of events it asks the spool; nothing is lost
/// when it ends at any point. Used once.
/// </summary>
internal sealed partial class CollectorLink
{
    private const uint Protocol = 1;

    private readonly CollectorEndpoint _endpoint;
    private readonly UplinkOptions _options;
    private readonly EventSpool _spool;
    private readonly EventTypeFilter _filter;
    private readonly SensorPresence _presence;
    private readonly Func<Heartbeat> _heartbeat;
    private readonly Log _log;
    private readonly TimeProvider _time;
    private readonly SensorFrame _frame = new();
    private readonly Lock _gate = new();
    private readonly Queue<ControlResult> _results = [];
    private LinkEnd? _end;
    private bool _closing;
    private bool _welcomed;
    private long _lastHeard;

    public CollectorLink(
        CollectorEndpoint endpoint,
        UplinkOptions options,
        EventSpool spool,
        EventTypeFilter filter,
        SensorPresence presence,
        Func<Heartbeat> heartbeat,
        Log log,
        TimeProvider time)
    {
        _endpoint = endpoint;
        _options = options;
        _spool = spool;
        _filter = filter;
        _presence = presence;
        _heartbeat = heartbeat;
        _log = log;
        _time = time;
    }

    /// <summary>The collector's clock minus ours at the welcome, give or take a round trip; null before it.</summary>
    public TimeSpan? ClockSkew { get; private set; }

    /// <summary>Whether the collector has taken us and the connection still stands.</summary>
    public bool IsUp => Volatile.Read(ref _welcomed) && _end is null;

    /// <summary>Ends the connection once everything in the spool is acknowledged.</summary>
    public void Close()
    {
        Volatile.Write(ref _closing, true);
        _spool.Changed.Fire();
    }

    /// <summary>Ends the connection now, because another collector is preferred again.</summary>
    public void Failback() => End(new LinkEnd(LinkEndKind.Failback, "The preferred collector is tried again.", _welcomed));

    /// <summary>Connects and stays until the connection ends for whatever reason. Does not throw.</summary>
    public async Task<LinkEnd> RunAsync(CancellationToken stop)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var stopped = stop.Register(() => End(new LinkEnd(LinkEndKind.Stopped, "Stopped.", _welcomed)));
        try
        {
            using var channel = _endpoint.Open();
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(
                IngestMethod.Connect, null, new CallOptions(CallMetadata(), null, abort.Token));
            var welcome = await GreetAsync(call, abort);
            if (welcome is not null)
            {
                var receiving = ReceiveAsync(call);
                await SendAsync(call, welcome, abort);
                if (_end is { Kind: LinkEndKind.Stopped } && !stop.IsCancellationRequested)
                {
                    // The collector's last word, so that it does not see a broken stream.
                    await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
                }

                await abort.CancelAsync();
                await receiving;
            }
        }
        catch (RpcException failure)
        {
            End(LinkFailure.Classify(failure.Status, _welcomed));
        }
        catch (OperationCanceledException)
        {
            End(new LinkEnd(LinkEndKind.Lost, "The connection was cancelled.", _welcomed));
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or ObjectDisposedException or InvalidOperationException)
        {
            End(new LinkEnd(LinkEndKind.Lost, failure.Message, _welcomed));
        }
        catch (Exception failure) when (failure is CryptographicException or UnauthorizedAccessException)
        {
            End(new LinkEnd(LinkEndKind.Refused, $"The sensor's own key or certificate cannot be used: {failure.Message}", _welcomed));
        }

        return _end!;
    }

    private Metadata CallMetadata()
    {
        var metadata = new Metadata();
        if (MayCompress)
        {
            metadata.Add("grpc-internal-encoding-request", "gzip");
        }

        return metadata;
    }

    private bool MayCompress => _options.Compression switch
    {
        UplinkCompression.On => true,
        UplinkCompression.Off => false,
        _ => !_endpoint.IsLocal || _options.BandwidthBytesPerSecond > 0,
    };

    // Null when the link has ended instead.
    private async Task<Welcome?> GreetAsync(AsyncDuplexStreamingCall<SensorFrame, CollectorMessage> call, CancellationTokenSource abort)
    {
        var statistics = _spool.GetStatistics();
        var hello = new Hello
        {
            Protocol = Protocol,
            Epoch = statistics.Epoch,
            Host = _presence.Host,
            Version = _presence.Version,
            FirstAvailable = statistics.FirstAvailable,
            Last = statistics.Last,
            BootId = _presence.BootId,
            Capabilities = { _presence.Capabilities },
        };
        using var timeout = _time.CreateTimer(
            _ =>
            {
                End(new LinkEnd(LinkEndKind.Lost, string.Create(CultureInfo.InvariantCulture, $"No welcome within {_options.ConnectTimeout.TotalSeconds:0.#} s."), false));
                abort.Cancel();
            },
            null,
            _options.ConnectTimeout,
            Timeout.InfiniteTimeSpan);
        await WriteAsync(call, new SensorMessage { Hello = hello });
        if (!await call.ResponseStream.MoveNext(abort.Token))
        {
            End(LinkFailure.Classify(call.GetStatus(), false));
            return null;
        }

        if (call.ResponseStream.Current.Welcome is not { } welcome)
        {
            End(new LinkEnd(LinkEndKind.Refused, "The peer did not answer as a collector does.", false));
            return null;
        }

        if (welcome.Protocol != Protocol)
        {
            End(new LinkEnd(LinkEndKind.Refused, string.Create(CultureInfo.InvariantCulture, $"The collector speaks version {welcome.Protocol} of the protocol, this sensor {Protocol}."), false));
            return null;
        }

        Volatile.Write(ref _lastHeard, _time.GetTimestamp());
        ClockSkew = TimeSpan.FromTicks((welcome.Time / 100) + DateTime.UnixEpoch.Ticks - _time.GetUtcNow().UtcTicks);
        var known = Math.Max(welcome.Acked, welcome.Held.Count > 0 ? welcome.Held.Max() : 0);
        if (_spool.HasLost(known))
        {
            End(new LinkEnd(LinkEndKind.NewEpoch, "The collector knows events that this spool lost.", true));
            return null;
        }

        Volatile.Write(ref _welcomed, true);
        _spool.Acknowledge(welcome.Acked);
        _log.Connected(_endpoint.Address, welcome.CollectorId, welcome.Acked);
        return welcome;
    }

    private async Task ReceiveAsync(AsyncDuplexStreamingCall<SensorFrame, CollectorMessage> call)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                Volatile.Write(ref _lastHeard, _time.GetTimestamp());
                var message = call.ResponseStream.Current;
                switch (message.KindCase)
                {
                    case CollectorMessage.KindOneofCase.Ack:
                        _spool.Acknowledge(message.Ack.Seq);
                        break;
                    case CollectorMessage.KindOneofCase.Control:
                        Obey(message.Control);
                        break;
                }
            }

            End(LinkFailure.Classify(call.GetStatus(), true));
        }
        catch (RpcException failure)
        {
            End(LinkFailure.Classify(failure.Status, true));
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            End(new LinkEnd(LinkEndKind.Lost, failure.Message, true));
        }
    }

    private void Obey(Control control)
    {
        switch (control.KindCase)
        {
            case Control.KindOneofCase.SetEventTypes:
                var unknown = _filter.SetRemote(control.SetEventTypes.Disabled);
                _log.EventTypesSet(string.Join(' ', control.SetEventTypes.Disabled), string.Join(' ', unknown));
                Answer(control.ControlId, unknown.Count == 0, unknown.Count == 0 ? "" : $"unknown event types: {string.Join(' ', unknown)}");
                break;
            case Control.KindOneofCase.DrainMs:
                End(new LinkEnd(LinkEndKind.Drained, "The collector is going away.", true, TimeSpan.FromMilliseconds(Math.Min(control.DrainMs, 600_000u))));
                break;
            default:
                Answer(control.ControlId, false, "this sensor does not know that control");
                break;
        }
    }

    private void Answer(ulong controlId, bool ok, string detail)
    {
        lock (_gate)
        {
            _results.Enqueue(new ControlResult { ControlId = controlId, Ok = ok, Detail = detail });
        }

        _spool.Changed.Fire();
    }

    // The first reason is the reason.
    private void End(LinkEnd end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        _spool.Changed.Fire();
    }
}
