using System.Runtime.InteropServices;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// Captures on one interface through libpcap's TPACKET_V3 ring: the kernel fills blocks, a block is handed over when it is
/// full or <see cref="CaptureOptions.BlockTimeout"/> old, and packets are decoded where they lie. Immediate mode is not
/// used: it falls back to a ring of fixed frames that loses packets under load. The handle does not block; silence is waited
/// out in poll, so that the clock and cancellation go on.
/// </summary>
internal sealed class LivePacketSource : PacketSource, ILivePacketReceiver
{
    // Packets per dispatch, so that a busy link does not keep the loop from looking at time and cancellation.
    private const int DispatchLimit = 4096;
    private const int PollMilliseconds = 100;
    private static readonly TimeSpan StatsInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(2);

    private readonly PcapHandle _handle;
    private readonly LinkType _linkType;
    private readonly long _fractionUnit;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _blockTimeout;
    private readonly bool _countsTwice;
    private IPacketHandler? _handler;
    private uint _lastReceived;
    private uint _lastDropped;
    private uint _lastInterfaceDropped;
    private long _received;
    private long _kernelDropped;
    private long _interfaceDropped;
    private long _nextStats;

    private LivePacketSource(
        string name, PcapHandle handle, bool nanoseconds, CaptureOptions options, TimeProvider clock, bool countsTwice, string? warning)
    {
        Name = name;
        Warning = warning;
        _handle = handle;
        _linkType = LibPcap.LinkTypeOf(handle);
        _fractionUnit = nanoseconds ? 1 : 1000;
        _clock = clock;
        _blockTimeout = options.BlockTimeout;
        _countsTwice = countsTwice;
    }

    /// <summary>The interface's name.</summary>
    public string Name { get; }

    /// <summary>What libpcap complained of although capture goes on; null: nothing.</summary>
    public string? Warning { get; }

    /// <summary>Totals, at most a second old while the source runs. Safe from any thread.</summary>
    public CaptureStats Stats => new(
        Interlocked.Read(ref _received), Interlocked.Read(ref _kernelDropped), Interlocked.Read(ref _interfaceDropped));

    /// <summary>
    /// Opens an interface; packets are buffered from here on. Sources with the same <paramref name="fanoutGroup"/> share the
    /// interface's packets; 0: alone.
    /// </summary>
    /// <exception cref="LiveCaptureException">It cannot be opened; the message says how to mend that.</exception>
    public static LivePacketSource Open(string name, CaptureOptions options, TimeProvider clock, int fanoutGroup = 0)
    {
        var handle = LibPcap.Create(name);
        try
        {
            var status = LibPcap.Activate(
                handle,
                options.SnapLength,
                options.Promiscuous && name != "any" && name != "lo",
                (int)Math.Max(1, options.BlockTimeout.TotalMilliseconds),
                options.KernelBufferBytes,
                out var nanoseconds);
            if (status < 0)
            {
                throw Refused(name, handle, status);
            }

            if (!Enum.IsDefined(LibPcap.LinkTypeOf(handle)))
            {
                throw new LiveCaptureException(
                    LiveCaptureError.Other, $"{name}: its packets are of link type {(int)LibPcap.LinkTypeOf(handle)}, which is not known; name a network interface.");
            }

            var warning = status > 0 ? LibPcap.ErrorOf(handle) : null;
            ApplyFilter(name, handle, options);
            var loopback = name == "lo";
            var countsTwice = loopback && !LibPcap.IgnoreOutgoing(handle);
            if (fanoutGroup != 0 && !LibPcap.JoinFanout(handle, fanoutGroup, loopback))
            {
                throw new LiveCaptureException(
                    LiveCaptureError.Other, $"{name}: the kernel refuses to spread packets over several threads; set threads per interface to 1.");
            }

            if (LibPcap.SetNonBlocking(handle) is { } problem)
            {
                throw new LiveCaptureException(LiveCaptureError.Other, $"{name}: {problem}");
            }

            return new LivePacketSource(name, handle, nanoseconds, options, clock, countsTwice, warning);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <exception cref="LiveCaptureException">The interface went away.</exception>
    public override void Run(IPacketHandler handler, CancellationToken cancellation)
    {
        _handler = handler;
        var self = GCHandle.Alloc(this);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                if (Dispatch(self) == 0 && !LibPcap.Wait(_handle, PollMilliseconds))
                {
                    // What the kernel still holds in an open block may be this old.
                    handler.OnIdle(Now() - (2 * (long)_blockTimeout.TotalNanoseconds));
                }

                UpdateStats(force: false);
            }

            Drain(self);
        }
        finally
        {
            UpdateStats(force: true);
            self.Free();
        }
    }

    void ILivePacketReceiver.Receive(long seconds, long fraction, ReadOnlySpan<byte> data, int original) =>
        _handler!.OnPacket(new CapturedPacket
        {
            Time = (seconds * 1_000_000_000) + (fraction * _fractionUnit),
            LinkType = _linkType,
            Data = data,
            OriginalLength = original,
        });

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Dispatch(GCHandle self)
    {
        var count = LibPcap.Dispatch(_handle, DispatchLimit, self);
        return count >= 0
            ? count
            : throw new LiveCaptureException(LiveCaptureError.Other, $"{Name}: capture stopped: {LibPcap.ErrorOf(_handle)}");
    }

    // The block being filled when we were told to stop is handed over only after its timeout.
    private void Drain(GCHandle self)
    {
        var started = _clock.GetTimestamp();
        var quiet = (int)Math.Ceiling(_blockTimeout.TotalMilliseconds * 2) + 5;
        while (_clock.GetElapsedTime(started) < LongestDrain)
        {
            if (Dispatch(self) == 0 && (!LibPcap.Wait(_handle, quiet) || Dispatch(self) == 0))
            {
                return;
            }
        }
    }

    private void UpdateStats(bool force)
    {
        var now = _clock.GetTimestamp();
        if (!force && now < _nextStats)
        {
            return;
        }

        _nextStats = now + (long)(StatsInterval.TotalSeconds * _clock.TimestampFrequency);
        var (received, dropped, interfaceDropped) = LibPcap.Stats(_handle);
        var share = _countsTwice ? 2 : 1;

        // libpcap's totals are 32 bits wide and wrap.
        Interlocked.Add(ref _received, (received - _lastReceived) / share);
        Interlocked.Add(ref _kernelDropped, (dropped - _lastDropped) / share);
        Interlocked.Add(ref _interfaceDropped, interfaceDropped - _lastInterfaceDropped);
        (_lastReceived, _lastDropped, _lastInterfaceDropped) = (received, dropped, interfaceDropped);
    }

    private long Now() => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static void ApplyFilter(string name, PcapHandle handle, CaptureOptions options)
    {
        if (options.Filter is { } own)
        {
            if (LibPcap.SetFilter(handle, own) is { } problem)
            {
                throw new LiveCaptureException(LiveCaptureError.BadFilter, $"{name}: the filter '{own}' is wrong: {problem}");
            }

            return;
        }

        // Link types without VLAN tags refuse the clauses about them.
        var filter = BpfFilter.For(options.Decode, withLink: true);
        if (filter.Length > 0 && LibPcap.SetFilter(handle, filter) is not null)
        {
            filter = BpfFilter.For(options.Decode, withLink: false);
            if (LibPcap.SetFilter(handle, filter) is { } problem)
            {
                throw new LiveCaptureException(LiveCaptureError.BadFilter, $"{name}: the filter '{filter}' is refused: {problem}");
            }
        }
    }

    private static LiveCaptureException Refused(string name, PcapHandle handle, LibPcap.ActivateStatus status)
    {
        var detail = LibPcap.ErrorOf(handle);
        return status switch
        {
            LibPcap.ActivateStatus.NoSuchDevice => new(LiveCaptureError.NoSuchInterface, NoSuch(name)),
            LibPcap.ActivateStatus.PermissionDenied or LibPcap.ActivateStatus.PromiscuousDenied => new(
                LiveCaptureError.NoPermission,
                $"{name}: no permission to capture. Give the sensor the capability CAP_NET_RAW: run it as a systemd service with "
                + "AmbientCapabilities=CAP_NET_RAW, or 'sudo setcap cap_net_raw+ep' on the sensornet-sensor file, or run it as root."),
            LibPcap.ActivateStatus.InterfaceNotUp => new(
                LiveCaptureError.Other, $"{name}: the interface is down; bring it up with 'ip link set {name} up'."),
            _ => new(LiveCaptureError.Other, $"{name}: cannot capture: {detail}"),
        };
    }

    private static string NoSuch(string name)
    {
        var names = LibPcap.Interfaces().Where(i => i.IsUp || i.IsLoopback).Select(i => i.Name).Where(n => n.Length > 0);
        return $"{name}: there is no such interface. There are: {string.Join(", ", names)}.";
    }
}
