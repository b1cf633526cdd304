using System.Globalization;
using Grpc.Core;
using SensorNet.Sensor.Spool;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <content>The sending loop: what goes next, and when.</content>
internal sealed partial class CollectorLink
{
    // Below this, gzip saves less than a packet.
    private const int CompressFrom = 1024;

    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    private async Task SendAsync(AsyncDuplexStreamingCall<SensorFrame, CollectorMessage> call, Welcome welcome, CancellationTokenSource abort)
    {
        using var reader = new SpoolReader(_spool);
        var held = new HeldRanges(welcome.Held);
        var cap = new BandwidthCap(_options.BandwidthBytesPerSecond, _time);
        var batch = new SpoolBatch();
        var expected = held.NextMissing(Math.Max(welcome.Acked + 1, _spool.FirstSendable()));
        reader.Seek(expected);
        var heartbeatDue = _time.GetTimestamp();
        var lastSent = heartbeatDue - Ticks(_options.BatchDelay);
        using var wake = _time.CreateTimer(_ => _spool.Changed.Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var watch = _time.CreateTimer(_ => WatchSilence(abort), null, _options.AckTimeout, _options.AckTimeout / 4);
        while (_end is null)
        {
            // Taken before the state is looked at, so that no change is missed.
            var changed = _spool.Changed.Next;
            await SendResultsAsync(call);
            var now = _time.GetTimestamp();
            if (now >= heartbeatDue)
            {
                await WriteAsync(call, new SensorMessage { Heartbeat = _heartbeat() });
                heartbeatDue = now + Ticks(_options.HeartbeatInterval);
            }

            var (last, acked) = (_spool.Last, _spool.Acknowledged);
            if (Volatile.Read(ref _closing) && acked >= last)
            {
                // The state that is shown of a sensor that is gone: nothing waits in its spool.
                await WriteAsync(call, new SensorMessage { Heartbeat = _heartbeat() });
                await call.RequestStream.CompleteAsync();
                End(new LinkEnd(LinkEndKind.Stopped, "Everything is acknowledged.", true));
                return;
            }

            var waiting = last - Math.Min(last, expected - 1);
            var inFlight = expected - 1 - Math.Min(expected - 1, acked);
            var companyDue = lastSent + Ticks(_options.BatchDelay);
            var due = heartbeatDue;
            if (waiting > 0 && inFlight < (ulong)_options.MaxInFlight)
            {
                if (inFlight == 0 || waiting >= (ulong)_options.BatchEvents || now >= companyDue)
                {
                    batch.Clear();
                    var most = (int)Math.Min((ulong)_options.BatchEvents, held.MissingRun(expected));
                    companyDue = now + Ticks(_options.BatchDelay);
                    if (reader.Read(batch, most, BatchBytes))
                    {
                        if (batch.FirstSeq != expected)
                        {
                            await TellOfGapAsync(expected);
                            return;
                        }

                        await SendBatchAsync(call, batch, cap, abort);
                        lastSent = _time.GetTimestamp();
                        expected = held.NextMissing(batch.LastSeq + 1);
                        reader.SkipTo(expected);
                        continue;
                    }
                }

                due = Math.Min(due, Math.Max(companyDue, now + Ticks(TimeSpan.FromMilliseconds(1))));
            }

            wake.Change(TimeSpan.FromSeconds(Math.Max(0.001, (due - now) / (double)_time.TimestampFrequency)), Timeout.InfiniteTimeSpan);
            await changed;
        }
    }

    // A capped line gets small batches, so that heartbeats and answers are not behind seconds of events.
    private int BatchBytes => _options.BandwidthBytesPerSecond == 0
        ? _options.BatchBytes
        : (int)Math.Clamp(_options.BandwidthBytesPerSecond / 4, 1024, _options.BatchBytes);

    private async Task SendBatchAsync(
        AsyncDuplexStreamingCall<SensorFrame, CollectorMessage> call, SpoolBatch batch, BandwidthCap cap, CancellationTokenSource abort)
    {
        var delay = cap.Take(batch.Bytes);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _time, abort.Token);
        }

        _frame.Message = null;
        _frame.Batch = batch;
        call.RequestStream.WriteOptions = MayCompress && batch.Bytes >= CompressFrom ? null : Plain;
        _spool.NoteSent(batch.LastSeq);
        await call.RequestStream.WriteAsync(_frame);
    }

    private async Task SendResultsAsync(AsyncDuplexStreamingCall<SensorFrame, CollectorMessage> call)
    {
        while (true)
        {
            ControlResult? result;
            lock (_gate)
            {
                if (!_results.TryDequeue(out result))
                {
                    return;
                }
            }

            await WriteAsync(call, new SensorMessage { ControlResult = result });
        }
    }

    private async Task WriteAsync(AsyncDuplexStreamingCall<SensorFrame, CollectorMessage> call, SensorMessage message)
    {
        _frame.Batch = null;
        _frame.Message = message;
        call.RequestStream.WriteOptions = Plain;
        await call.RequestStream.WriteAsync(_frame);
    }

    // What is missing is only told by a hello, and only once all before it is settled.
    private async Task TellOfGapAsync(ulong expected)
    {
        while (_end is null)
        {
            var changed = _spool.Changed.Next;
            if (_spool.Acknowledged >= expected - 1)
            {
                End(new LinkEnd(LinkEndKind.Gap, "Events are gone from the spool.", true));
                return;
            }

            await changed;
        }
    }

    private void WatchSilence(CancellationTokenSource abort)
    {
        if (_spool.Acknowledged < _spool.Last && _time.GetElapsedTime(Volatile.Read(ref _lastHeard)) > _options.AckTimeout)
        {
            End(new LinkEnd(LinkEndKind.Lost, string.Create(CultureInfo.InvariantCulture, $"Nothing was acknowledged for {_options.AckTimeout.TotalSeconds:0} s."), true));
            abort.Cancel();
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
