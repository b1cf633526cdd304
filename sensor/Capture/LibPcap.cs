using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// libpcap (Debian: libpcap0.8), and the two system calls that go with its descriptors. The only unsafe code of the sensor:
/// everything above it sees spans and handles. Functions on one handle are called by one thread at a time.
/// </summary>
internal static unsafe partial class LibPcap
{
    private const string Library = "libpcap.so.0.8";
    private const int ErrorBufferBytes = 256;
    private const uint NetmaskUnknown = 0xFFFFFFFF;

    // Link types are numbered alike in files and here, but for raw IP.
    private const int RawOnLinux = 12;
    private const int SolPacket = 263;
    private const int PacketFanout = 18;
    private const int FanoutDefragment = 0x8000;
    private const int FanoutIgnoreOutgoing = 0x4000;
    private const int PacketIgnoreOutgoing = 23;

    // What libpcap can capture on besides networks; no IP packet comes from there in a form that is read here.
    private static readonly string[] NotNetworks = ["bluetooth", "dbus-", "nflog", "nfqueue", "usbmon"];

    static LibPcap() => NativeLibrary.SetDllImportResolver(typeof(LibPcap).Assembly, Resolve);

    /// <summary>pcap_activate's complaints.</summary>
    public enum ActivateStatus
    {
        PromiscuousRefused = 2,
        Warning = 1,
        Ok = 0,
        Error = -1,
        NoSuchDevice = -5,
        PermissionDenied = -8,
        InterfaceNotUp = -9,
        PromiscuousDenied = -11,
    }

    /// <summary>The library's own version text.</summary>
    /// <exception cref="LiveCaptureException">The library is not installed.</exception>
    public static string Version => Guard(() => Marshal.PtrToStringUTF8(pcap_lib_version()) ?? "unknown");

    /// <exception cref="LiveCaptureException">The library is not installed, or the interface cannot be opened at all.</exception>
    public static PcapHandle Create(string device) => Guard(() =>
    {
        var error = stackalloc byte[ErrorBufferBytes];
        error[0] = 0;
        var handle = pcap_create(device, error);
        return handle.IsInvalid ? throw new LiveCaptureException(LiveCaptureError.Other, Text(error)) : handle;
    });

    /// <summary>A handle without a link, to compile filters for.</summary>
    public static PcapHandle OpenDead(LinkType linkType, int snapLength) =>
        Guard(() => pcap_open_dead(linkType == LinkType.Raw ? RawOnLinux : (int)linkType, snapLength));

    /// <summary>Sets the options and starts capturing; tells whether times are in nanoseconds, else they are in microseconds.</summary>
    public static ActivateStatus Activate(
        PcapHandle handle, int snapLength, bool promiscuous, int timeoutMilliseconds, int bufferBytes, out bool nanoseconds)
    {
        pcap_set_snaplen(handle, snapLength);
        pcap_set_promisc(handle, promiscuous ? 1 : 0);
        pcap_set_timeout(handle, timeoutMilliseconds);
        pcap_set_buffer_size(handle, bufferBytes);
        pcap_set_tstamp_precision(handle, 1);
        var status = pcap_activate(handle);
        nanoseconds = status >= 0 && pcap_get_tstamp_precision(handle) == 1;
        return (ActivateStatus)status;
    }

    public static string ErrorOf(PcapHandle handle) => Marshal.PtrToStringUTF8(pcap_geterr(handle)) ?? "unknown error";

    public static LinkType LinkTypeOf(PcapHandle handle)
    {
        var type = pcap_datalink(handle);
        return type == RawOnLinux ? LinkType.Raw : (LinkType)(ushort)type;
    }

    /// <summary>Compiles a filter and gives it to the kernel; null, or what is wrong with it.</summary>
    public static string? SetFilter(PcapHandle handle, string filter)
    {
        BpfProgram program;
        if (pcap_compile(handle, &program, filter, 1, NetmaskUnknown) != 0)
        {
            return ErrorOf(handle);
        }

        var status = pcap_setfilter(handle, &program);
        pcap_freecode(&program);
        return status == 0 ? null : ErrorOf(handle);
    }

    /// <summary>Whether a filter lets a packet pass; for tests and for checking a configuration.</summary>
    /// <exception cref="FormatException">The filter is wrong.</exception>
    public static bool Matches(PcapHandle handle, string filter, ReadOnlySpan<byte> packet)
    {
        BpfProgram program;
        if (pcap_compile(handle, &program, filter, 1, NetmaskUnknown) != 0)
        {
            throw new FormatException(ErrorOf(handle));
        }

        fixed (byte* data = packet)
        {
            var header = new PacketHeader { Captured = (uint)packet.Length, Original = (uint)packet.Length };
            var result = pcap_offline_filter(&program, &header, data);
            pcap_freecode(&program);
            return result != 0;
        }
    }

    /// <summary>dispatch returns at once when nothing is there; null, or what is wrong.</summary>
    public static string? SetNonBlocking(PcapHandle handle)
    {
        var error = stackalloc byte[ErrorBufferBytes];
        return pcap_setnonblock(handle, 1, error) == 0 ? null : Text(error);
    }

    /// <summary>Hands up to <paramref name="limit"/> packets that are there to the receiver.</summary>
    /// <returns>How many there were; negative: an error, see <see cref="ErrorOf"/>.</returns>
    public static int Dispatch(PcapHandle handle, int limit, GCHandle receiver) =>
        pcap_dispatch(handle, limit, &OnPacket, GCHandle.ToIntPtr(receiver));

    /// <summary>Waits until the kernel has packets; false when the time is over.</summary>
    public static bool Wait(PcapHandle handle, int milliseconds)
    {
        var descriptor = pcap_get_selectable_fd(handle);
        if (descriptor < 0)
        {
            Thread.Sleep(Math.Min(milliseconds, 1));
            return true;
        }

        var waited = new PollDescriptor { Descriptor = descriptor, Events = 1 };
        return poll(&waited, 1, milliseconds) > 0;
    }

    public static (uint Received, uint Dropped, uint InterfaceDropped) Stats(PcapHandle handle)
    {
        NativeStats stats;
        return pcap_stats(handle, &stats) == 0 ? (stats.Received, stats.Dropped, stats.InterfaceDropped) : default;
    }

    /// <summary>
    /// Joins a group of handles among which the kernel spreads packets by flow, keeping fragments together. Whether what this
    /// host sends is left out is then a matter of the group.
    /// </summary>
    public static bool JoinFanout(PcapHandle handle, int group, bool ignoreOutgoing) =>
        SetPacketOption(handle, PacketFanout, (group & 0xFFFF) | ((FanoutDefragment | (ignoreOutgoing ? FanoutIgnoreOutgoing : 0)) << 16));

    /// <summary>Leaves out what this host sends: on loopback everything sent is also received.</summary>
    public static bool IgnoreOutgoing(PcapHandle handle) => SetPacketOption(handle, PacketIgnoreOutgoing, 1);

    /// <summary>The network interfaces, and <c>any</c>.</summary>
    /// <exception cref="LiveCaptureException">The library is not installed, or the system does not tell.</exception>
    public static IReadOnlyList<CaptureInterface> Interfaces() => Guard<IReadOnlyList<CaptureInterface>>(() =>
    {
        var error = stackalloc byte[ErrorBufferBytes];
        error[0] = 0;
        NativeInterface* first;
        if (pcap_findalldevs(&first, error) != 0)
        {
            throw new LiveCaptureException(LiveCaptureError.Other, Text(error));
        }

        var found = new List<CaptureInterface>();
        for (var item = first; item != null; item = item->Next)
        {
            var name = Marshal.PtrToStringUTF8(item->Name) ?? "";
            if (NotNetworks.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                continue;
            }

            found.Add(new CaptureInterface(
                name,
                Marshal.PtrToStringUTF8(item->Description) ?? "",
                (item->Flags & 2) != 0,
                (item->Flags & 1) != 0,
                AddressesOf(item->Addresses)));
        }

        pcap_freealldevs(first);
        return found;
    });

    internal static void Close(nint handle) => pcap_close(handle);

    private static List<string> AddressesOf(NativeAddress* address)
    {
        var found = new List<string>();
        for (; address != null; address = address->Next)
        {
            if (address->Address == null)
            {
                continue;
            }

            // struct sockaddr: the family, then port and address in the order of sockaddr_in or sockaddr_in6.
            var family = *(ushort*)address->Address;
            if (family == 2)
            {
                found.Add(new IPAddress(new ReadOnlySpan<byte>(address->Address + 4, 4)).ToString());
            }
            else if (family == 10)
            {
                found.Add(new IPAddress(new ReadOnlySpan<byte>(address->Address + 8, 16)).ToString());
            }
        }

        return found;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPacket(nint user, PacketHeader* header, byte* data)
    {
        // An exception must not pass through native frames; receivers do not throw, this is the last line.
        try
        {
            var receiver = (ILivePacketReceiver)GCHandle.FromIntPtr(user).Target!;
            receiver.Receive(
                header->Seconds, header->Fraction, new ReadOnlySpan<byte>(data, (int)header->Captured), (int)header->Original);
        }
        catch (Exception e)
        {
            Environment.FailFast("A packet receiver threw.", e);
        }
    }

    private static bool SetPacketOption(PcapHandle handle, int option, int value) =>
        setsockopt(pcap_fileno(handle), SolPacket, option, &value, sizeof(int)) == 0;

    private static string Text(byte* error) => Marshal.PtrToStringUTF8((nint)error) ?? "unknown error";

    private static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw new LiveCaptureException(
                LiveCaptureError.LibraryMissing, "libpcap is not installed: install the Debian package libpcap0.8.");
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        // Debian keeps the old soname; most other systems use libpcap.so.1.
        foreach (var candidate in (ReadOnlySpan<string>)[Library, "libpcap.so.1", "libpcap.so"])
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
