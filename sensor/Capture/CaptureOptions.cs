using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>Where packets come from and what is looked for in them. Validated by <see cref="Validate"/>.</summary>
internal sealed record CaptureOptions
{
    /// <summary>Interfaces to capture on; <c>any</c> is allowed. Empty with no HEP listener: nothing to capture.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];

    /// <summary>Ports, tunnels and table sizes.</summary>
    public DecodeOptions Decode { get; init; } = new();

    /// <summary>HEP input over the network; null: none.</summary>
    public HepListenOptions? Hep { get; init; }

    /// <summary>A pcap filter to use in place of the one made from the ports; null: made from the ports.</summary>
    public string? Filter { get; init; }

    /// <summary>See packets to and from other hosts (a mirror port needs it).</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>Kernel buffer per capture handle, in octets.</summary>
    public int KernelBufferBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// Octets kept of each packet. More than any Ethernet frame because loopback and offloading network cards hand over
    /// segments joined together.
    /// </summary>
    public int SnapLength { get; init; } = 262144;

    /// <summary>
    /// How long the kernel may hold a block that is not full, which bounds the delay from wire to event.
    /// </summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Capture threads per interface. Above 1 the kernel spreads packets by flow (PACKET_FANOUT_HASH, fragments kept
    /// together) over that many handles and decoders; what follows the decoder stays single threaded.
    /// </summary>
    public int ThreadsPerInterface { get; init; } = 1;

    /// <summary>What is wrong with these options, one sentence each; empty when nothing is.</summary>
    public IEnumerable<string> Validate()
    {
        if (KernelBufferBytes is < 1 << 20 or > 1 << 30)
        {
            yield return "The kernel buffer must be between 1 MiB and 1 GiB.";
        }

        if (SnapLength is < 2048 or > 262144)
        {
            yield return "The snap length must be between 2048 and 262144 octets; a SIP message that is cut is lost.";
        }

        if (BlockTimeout < TimeSpan.FromMilliseconds(1) || BlockTimeout > TimeSpan.FromSeconds(1))
        {
            yield return "The block timeout must be between 1 ms and 1 s.";
        }

        if (ThreadsPerInterface is < 1 or > 16)
        {
            yield return "Threads per interface must be between 1 and 16.";
        }

        if (Interfaces.Distinct(StringComparer.Ordinal).Count() != Interfaces.Count)
        {
            yield return "An interface is listed twice; its packets would be counted twice.";
        }

        if (Interfaces.Count > 1 && Interfaces.Contains("any"))
        {
            yield return "'any' already covers every interface; list it alone, or its packets would be counted twice.";
        }

        foreach (var (value, name) in new[]
        {
            (Decode.MaxFragmentedDatagrams, "fragmented datagrams"),
            (Decode.MaxTcpStreams, "TCP streams"),
        })
        {
            if (value is < 16 or > 16_777_216)
            {
                yield return $"The limit of {name} must be between 16 and 16777216.";
            }
        }
    }
}
