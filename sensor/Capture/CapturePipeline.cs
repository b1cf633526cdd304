using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// Everything from files or links to datagrams: the entry point of this folder. Each interface (and each fanout thread) has a
/// thread and a decoder of its own; the sink is called by one thread at a time, directly when there is only one source. A
/// pipeline captures once, or plays files any number of times.
/// </summary>
internal sealed partial class CapturePipeline
{
    private const ushort DefaultHepPort = 9060;

    private readonly CaptureOptions _options;
    private readonly IDatagramSink _sink;
    private readonly TimeProvider _clock;
    private PacketDecoder? _replayDecoder;

    /// <param name="options">Already found valid by <see cref="CaptureOptions.Validate"/>.</param>
    /// <param name="sink">Gets every datagram, by one thread at a time.</param>
    /// <param name="clock">The wall clock; null: the system's. Only live capture and paced replay look at it.</param>
    public CapturePipeline(CaptureOptions options, IDatagramSink sink, TimeProvider? clock = null)
    {
        _options = options;
        _sink = sink;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>
    /// Something that does not stop the capture but that the operator should read: an interface that went away, a packet that
    /// made the decoder fail. Raised on a capture thread.
    /// </summary>
    public event Action<string>? Problem;

    /// <summary>Totals since this pipeline was made.</summary>
    public CaptureCounters Counters { get; } = new();

    /// <summary>Interfaces that can be captured on.</summary>
    /// <exception cref="LiveCaptureException">libpcap is missing.</exception>
    public static IReadOnlyList<CaptureInterface> Interfaces() => LibPcap.Interfaces();

    /// <summary>
    /// Plays capture files one after the other, on the calling thread. <c>-</c> is standard input. HEP inside is believed
    /// with its own time, and found on any port, as SIP is unless <see cref="ReplayOptions.AnyPort"/> says otherwise.
    /// </summary>
    /// <exception cref="CaptureFileException">
    /// A file cannot be read; what came before it was played. Files that merely end too early are listed in the result.
    /// </exception>
    public ReplayResult RunFiles(IReadOnlyList<string> paths, ReplayOptions replay, CancellationToken cancellation)
    {
        var decoder = _replayDecoder ??= NewDecoder(ForFiles(replay), _sink);
        decoder.TimeShift = replay.ShiftNanoseconds;
        var first = new FirstTimeHandler(new DecodingHandler(decoder), decoder, replay.FirstPacketAt);
        IPacketHandler handler = replay.Speed > 0 ? new PacedHandler(first, replay.Speed, _clock, cancellation) : first;
        var truncations = new List<CaptureFileException>();
        long packets = 0;
        long bytes = 0;
        foreach (var path in paths)
        {
            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            var unknown = decoder.Counters[DecodeStatus.UnsupportedLinkType];
            using var reader = CaptureFileReader.Open(path);
            try
            {
                reader.Run(handler, cancellation);
            }
            finally
            {
                packets += reader.Packets;
                bytes += reader.Bytes;
                Counters.CountFile(reader.Packets, reader.BadTimes);
            }

            unknown = decoder.Counters[DecodeStatus.UnsupportedLinkType] - unknown;
            if (unknown > 0)
            {
                Problem?.Invoke($"{path}: {unknown} of {reader.Packets} packets are of a link type that is not known (the last one {(int)reader.LinkType}) and were left out");
            }

            if (reader.Truncation is { } truncation)
            {
                truncations.Add(truncation);
            }
        }

        if (!replay.MoreFollows)
        {
            decoder.Finish();
        }

        ReportFault(decoder);
        return new ReplayResult(packets, bytes, first.FirstTime, decoder.Now, truncations);
    }

    /// <summary>The earliest and latest packet time in some capture files, by reading them; (0, 0) without packets.</summary>
    /// <exception cref="CaptureFileException">A file cannot be read.</exception>
    public static (long First, long Last) TimeSpanOf(IReadOnlyList<string> paths)
    {
        var span = new TimeSpanHandler();
        foreach (var path in paths)
        {
            using var reader = CaptureFileReader.Open(path);
            reader.Run(span, CancellationToken.None);
        }

        return span.Any ? (span.First, span.Last) : (0, 0);
    }

    private DecodeOptions ForFiles(ReplayOptions replay) => _options.Decode with
    {
        AnyPort = replay.AnyPort || _options.Decode.AnyPort,
        HepPorts = _options.Decode.HepPorts.Union(PortSet.Of(DefaultHepPort)),
        HepOnAnyPort = true,
        HepMaxClockSkew = null,
    };

    private PacketDecoder NewDecoder(DecodeOptions options, IDatagramSink sink)
    {
        var decoder = new PacketDecoder(options, sink);
        Counters.Add(decoder.Counters);
        return decoder;
    }

    private void ReportFault(PacketDecoder decoder)
    {
        if (decoder.LastFault is { } fault)
        {
            Problem?.Invoke(
                $"{decoder.Counters[DecodeStatus.Fault]} packets could not be handled; the last one failed with {fault.GetType().Name}: {fault.Message} {fault.StackTrace}");
        }
    }
}
