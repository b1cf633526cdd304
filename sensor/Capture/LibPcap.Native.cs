using System.Runtime.InteropServices;

namespace SensorNet.Sensor.Capture;

/// <summary>The functions and structures as the C headers of a 64-bit Linux have them.</summary>
internal static unsafe partial class LibPcap
{
    [LibraryImport(Library)]
    private static partial nint pcap_lib_version();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial PcapHandle pcap_create(string source, byte* error);

    [LibraryImport(Library)]
    private static partial PcapHandle pcap_open_dead(int linkType, int snapLength);

    [LibraryImport(Library)]
    private static partial int pcap_set_snaplen(PcapHandle handle, int value);

    [LibraryImport(Library)]
    private static partial int pcap_set_promisc(PcapHandle handle, int value);

    [LibraryImport(Library)]
    private static partial int pcap_set_timeout(PcapHandle handle, int milliseconds);

    [LibraryImport(Library)]
    private static partial int pcap_set_buffer_size(PcapHandle handle, int bytes);

    [LibraryImport(Library)]
    private static partial int pcap_set_tstamp_precision(PcapHandle handle, int precision);

    [LibraryImport(Library)]
    private static partial int pcap_get_tstamp_precision(PcapHandle handle);

    [LibraryImport(Library)]
    private static partial int pcap_activate(PcapHandle handle);

    [LibraryImport(Library)]
    private static partial nint pcap_geterr(PcapHandle handle);

    [LibraryImport(Library)]
    private static partial int pcap_datalink(PcapHandle handle);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int pcap_compile(PcapHandle handle, BpfProgram* program, string filter, int optimize, uint netmask);

    [LibraryImport(Library)]
    private static partial int pcap_setfilter(PcapHandle handle, BpfProgram* program);

    [LibraryImport(Library)]
    private static partial void pcap_freecode(BpfProgram* program);

    [LibraryImport(Library)]
    private static partial int pcap_offline_filter(BpfProgram* program, PacketHeader* header, byte* data);

    [LibraryImport(Library)]
    private static partial int pcap_setnonblock(PcapHandle handle, int value, byte* error);

    [LibraryImport(Library)]
    private static partial int pcap_dispatch(
        PcapHandle handle, int count, delegate* unmanaged[Cdecl]<nint, PacketHeader*, byte*, void> callback, nint user);

    [LibraryImport(Library)]
    private static partial int pcap_get_selectable_fd(PcapHandle handle);

    [LibraryImport(Library)]
    private static partial int pcap_fileno(PcapHandle handle);

    [LibraryImport(Library)]
    private static partial int pcap_stats(PcapHandle handle, NativeStats* stats);

    [LibraryImport(Library)]
    private static partial void pcap_close(nint handle);

    [LibraryImport(Library)]
    private static partial int pcap_findalldevs(NativeInterface** first, byte* error);

    [LibraryImport(Library)]
    private static partial void pcap_freealldevs(NativeInterface* first);

    [LibraryImport("libc")]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc")]
    private static partial int setsockopt(int descriptor, int level, int name, void* value, uint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct PacketHeader
    {
        public long Seconds;
        public long Fraction;
        public uint Captured;
        public uint Original;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct BpfProgram
    {
        public uint Length;
        public nint Instructions;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NativeStats
    {
        public uint Received;
        public uint Dropped;
        public uint InterfaceDropped;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NativeInterface
    {
        public NativeInterface* Next;
        public nint Name;
        public nint Description;
        public NativeAddress* Addresses;
        public uint Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NativeAddress
    {
        public NativeAddress* Next;
        public byte* Address;
        public byte* Netmask;
        public byte* Broadcast;
        public byte* Destination;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
