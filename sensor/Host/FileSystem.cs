using System.Runtime.InteropServices;

namespace SensorNet.Sensor.Host;

/// <summary>How full a file system is, in blocks and in files.</summary>
internal readonly partial record struct FileSystem(ulong Id, ulong Blocks, ulong Free, ulong Available, ulong Files, ulong FilesFree)
{
    /// <summary>False when the path is absent or cannot be looked at.</summary>
    public static bool TryRead(string path, out FileSystem usage)
    {
        if (StatVfs(path, out var stat) != 0)
        {
            usage = default;
            return false;
        }

        usage = new FileSystem(stat.Id, stat.Blocks, stat.Free, stat.Available, stat.Files, stat.FilesFree);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatVfs(string path, out StatVfsBuffer buffer);

    // statvfs(3) where unsigned long has 64 bits.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct StatVfsBuffer
    {
        [FieldOffset(16)]
        public ulong Blocks;

        [FieldOffset(24)]
        public ulong Free;

        [FieldOffset(32)]
        public ulong Available;

        [FieldOffset(40)]
        public ulong Files;

        [FieldOffset(48)]
        public ulong FilesFree;

        [FieldOffset(64)]
        public ulong Id;
    }
}
