using System.Collections.Concurrent;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>Live capture: one thread per interface and fanout handle, and the HEP listener.</summary>
internal sealed partial class CapturePipeline
{
    private static readonly TimeSpan ReopenDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Exception> _failures = new();

    /// <summary>
    /// Captures on every configured interface, and listens for HEP when configured, until cancelled; then hands over what the
    /// kernel still holds. An interface that goes away is tried again every second.
    /// </summary>
    /// <param name="cancellation">Ends the capture.</param>
    /// <param name="started">Called once everything is open, before the first packet is handed over; with the HEP port.</param>
    /// <exception cref="LiveCaptureException">An interface cannot be opened, or the HEP address is taken.</exception>
    public void RunLive(CancellationToken cancellation, Action<int>? started = null)
    {
        var sources = new List<(string Name, int Fanout, LivePacketSource Source)>();
        HepListener? listener = null;
        try
        {
            foreach (var name in _options.Interfaces)
            {
                var group = _options.ThreadsPerInterface > 1 ? FanoutGroup(sources.Count) : 0;
                for (var i = 0; i < _options.ThreadsPerInterface; i++)
                {
                    sources.Add((name, group, Open(name, group)));
                }
            }

            var inputs = sources.Count + (_options.Hep is null ? 0 : 1);
            var sink = inputs > 1 ? new SerialSink(_sink) : _sink;
            if (_options.Hep is { } hep)
            {
                listener = HepListener.Open(hep, NewDecoder(_options.Decode, sink), Counters, _clock);
            }

            started?.Invoke(listener?.Port ?? 0);
            RunSources(sources, listener, sink, cancellation);
        }
        finally
        {
            listener?.Dispose();
            foreach (var (_, _, source) in sources)
            {
                source.Dispose();
            }
        }

        if (_failures.TryDequeue(out var failure))
        {
            throw new InvalidOperationException("A capture thread failed.", failure);
        }
    }

    private void RunSources(
        List<(string Name, int Fanout, LivePacketSource Source)> sources,
        HepListener? listener,
        IDatagramSink sink,
        CancellationToken cancellation)
    {
        // A thread that fails takes the others down with it: half a sensor that looks whole is worse than none.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var threads = new List<Thread>();
        foreach (var (name, fanout, source) in sources)
        {
            var decoder = NewDecoder(_options.Decode, sink);
            threads.Add(Start($"capture {name}", stop, () => RunInterface(name, fanout, source, decoder, stop.Token)));
        }

        if (listener is not null)
        {
            threads.Add(Start("hep", stop, () => listener.Run(stop.Token)));
        }

        if (threads.Count == 0)
        {
            stop.Token.WaitHandle.WaitOne();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private Thread Start(string name, CancellationTokenSource stop, Action run)
    {
        var thread = new Thread(() =>
        {
            try
            {
                run();
            }
            catch (Exception e)
            {
                _failures.Enqueue(e);
                stop.Cancel();
            }
        })
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        return thread;
    }

    private void RunInterface(
        string name, int fanout, LivePacketSource opened, PacketDecoder decoder, CancellationToken cancellation)
    {
        var handler = new DecodingHandler(decoder);
        LivePacketSource? source = opened;
        while (source is not null)
        {
            try
            {
                source.Run(handler, cancellation);
                break;
            }
            catch (LiveCaptureException e)
            {
                Problem?.Invoke($"{e.Message}; trying again every second");
                source.Dispose();
                source = Reopen(name, fanout, cancellation);
            }
        }

        if (!ReferenceEquals(source, opened))
        {
            source?.Dispose();
        }

        decoder.Finish();
        ReportFault(decoder);
    }

    private LivePacketSource? Reopen(string name, int fanout, CancellationToken cancellation)
    {
        while (!cancellation.WaitHandle.WaitOne(ReopenDelay))
        {
            try
            {
                var source = Open(name, fanout);
                Counters.CountReopened();
                Problem?.Invoke($"{name}: capture goes on");
                return source;
            }
            catch (LiveCaptureException)
            {
                // Still away; said once already.
            }
        }

        return null;
    }

    private LivePacketSource Open(string name, int fanout)
    {
        var source = LivePacketSource.Open(name, _options, _clock, fanout);
        Counters.Add(() => source.Stats);
        if (source.Warning is { } warning)
        {
            Problem?.Invoke($"{name}: {warning}");
        }

        return source;
    }

    // Groups are numbered per network namespace; the process id keeps two sensors on one host apart.
    private static int FanoutGroup(int index) => ((Environment.ProcessId << 4) + index + 1) & 0xFFFF;
}
