using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SensorNet.Sensor.Logs;

/// <summary>Which file a name or handle stands for: device and inode, with its size and when it was last written.</summary>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, long Size, long ModifiedSeconds)
{
    private const int AtCurrentDirectory = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;

    public bool SameFile(FileIdentity other) => Inode == other.Inode && Device == other.Device;

    /// <summary>False when there is no such file, or it cannot be looked at, or is no regular file.</summary>
    public static bool TryRead(string path, out FileIdentity identity) => Convert(StatX(AtCurrentDirectory, path, 0, BasicStats, out var stat), stat, out identity);

    public static bool TryRead(SafeFileHandle file, out FileIdentity identity) => Convert(StatX(file, "", AtEmptyPath, BasicStats, out var stat), stat, out identity);

    private static bool Convert(int result, in StatXBuffer stat, out FileIdentity identity)
    {
        identity = new FileIdentity(((ulong)stat.DeviceMajor << 32) | stat.DeviceMinor, stat.Inode, (long)stat.Size, stat.ModifiedSeconds);
        return result == 0 && (stat.Mode & 0xF000) == 0x8000;
    }

    // statx(2): its layout is the same on all architectures.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out StatXBuffer buffer);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle directory, string path, int flags, uint mask, out StatXBuffer buffer);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatXBuffer
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
