using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// The counters of everything between the wire and SIP, for <c>sip.counters</c> and metrics: totals since the start, by name.
/// Safe to read from any thread; a value may be a packet, kernel drops a second behind.
/// </summary>
internal sealed class CaptureCounters
{
    private readonly Lock _gate = new();
    private readonly List<DecodeCounters> _decoders = [];
    private readonly List<Func<CaptureStats>> _sources = [];
    private long _reopened;
    private long _filePackets;
    private long _badTimes;
    private long _hepRefused;
    private long _hepConnections;

    /// <summary>Packets that found a kernel buffer full.</summary>
    public long KernelDropped => Sum().KernelDropped;

    /// <summary>Packets lost by network cards or drivers.</summary>
    public long InterfaceDropped => Sum().InterfaceDropped;

    /// <summary>Every counter by name.</summary>
    public IReadOnlyDictionary<string, long> Snapshot()
    {
        var totals = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var live = Sum();
        totals["capture.received"] = live.Received;
        totals["capture.kernel_dropped"] = live.KernelDropped;
        totals["capture.interface_dropped"] = live.InterfaceDropped;
        totals["capture.reopened"] = Interlocked.Read(ref _reopened);
        totals["capture.file_packets"] = Interlocked.Read(ref _filePackets);
        totals["capture.bad_times"] = Interlocked.Read(ref _badTimes);
        totals["hep.senders_refused"] = Interlocked.Read(ref _hepRefused);
        totals["hep.connections"] = Interlocked.Read(ref _hepConnections);
        lock (_gate)
        {
            foreach (var decoder in _decoders)
            {
                foreach (var (name, value) in decoder.All())
                {
                    totals[name] = totals.GetValueOrDefault(name) + value;
                }
            }
        }

        return totals;
    }

    internal void Add(DecodeCounters decoder)
    {
        lock (_gate)
        {
            _decoders.Add(decoder);
        }
    }

    internal void Add(Func<CaptureStats> source)
    {
        lock (_gate)
        {
            _sources.Add(source);
        }
    }

    internal void CountReopened() => Interlocked.Increment(ref _reopened);

    internal void CountFile(long packets, long badTimes)
    {
        Interlocked.Add(ref _filePackets, packets);
        Interlocked.Add(ref _badTimes, badTimes);
    }

    internal void CountHepRefused() => Interlocked.Increment(ref _hepRefused);

    internal void CountHepConnection() => Interlocked.Increment(ref _hepConnections);

    private CaptureStats Sum()
    {
        lock (_gate)
        {
            var sum = default(CaptureStats);
            foreach (var source in _sources)
            {
                var stats = source();
                sum = new CaptureStats(
                    sum.Received + stats.Received,
                    sum.KernelDropped + stats.KernelDropped,
                    sum.InterfaceDropped + stats.InterfaceDropped);
            }

            return sum;
        }
    }
}
