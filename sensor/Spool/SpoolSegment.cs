using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace SensorNet.Sensor.Spool;

/// <summary>
/// One file of the spool: a header, then records with consecutive sequences.
/// <code>
/// 0   8 octets  "SNSPOOL1"
/// 8   u64       epoch
/// 16  u64       sequence of the first event
/// 24  i64       made at, nanoseconds since 1970 UTC
/// 32  u32       CRC-32C of the 32 octets before
/// 36  u32       zero
/// </code>
/// The name repeats epoch and first sequence in hexadecimal, so that names sort in the order of events. Guarded by the
/// spool's lock.
/// </summary>
internal sealed class SpoolSegment : IDisposable
{
    public const int HeaderLength = 40;
    public const string Extension = ".seg";

    private static ReadOnlySpan<byte> Magic => "SNSPOOL1"u8;

    private SafeFileHandle? _handle;

    public SpoolSegment(string path, ulong epoch, ulong firstSeq)
    {
        Path = path;
        Epoch = epoch;
        FirstSeq = firstSeq;
        LastSeq = firstSeq - 1;
        Length = HeaderLength;
    }

    public string Path { get; }

    public ulong Epoch { get; }

    /// <summary>Sequence of the first event that this segment holds, or would hold.</summary>
    public ulong FirstSeq { get; }

    /// <summary>Sequence of the last event; <c>FirstSeq - 1</c> while there is none.</summary>
    public ulong LastSeq { get; set; }

    /// <summary>Octets that are valid; the file may be longer where a write was torn.</summary>
    public long Length { get; set; }

    /// <summary>Whether something was written since it was last forced to the disk.</summary>
    public bool Dirty { get; set; }

    public ulong Events => LastSeq + 1 - FirstSeq;

    /// <summary>The handle for writing; null once sealed.</summary>
    public SafeFileHandle? WriteHandle => _handle;

    public static string NameOf(ulong epoch, ulong firstSeq) =>
        string.Create(CultureInfo.InvariantCulture, $"{epoch:x16}-{firstSeq:x16}{Extension}");

    /// <summary>Makes the file, with its header, open for appending.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static SpoolSegment Create(string directory, ulong epoch, ulong firstSeq, long time)
    {
        var segment = new SpoolSegment(System.IO.Path.Combine(directory, NameOf(epoch, firstSeq)), epoch, firstSeq);
        Span<byte> header = stackalloc byte[HeaderLength];
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], firstSeq);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], time);
        BinaryPrimitives.WriteUInt32LittleEndian(header[32..], Crc32C.Compute(header[..32]));
        var handle = Open(segment.Path, FileMode.Create);
        try
        {
            RandomAccess.Write(handle, header, 0);
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        segment._handle = handle;
        return segment;
    }

    /// <summary>Reads and checks a header.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out ulong epoch, out ulong firstSeq)
    {
        epoch = firstSeq = 0;
        if (header.Length < HeaderLength
            || !header.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) != Crc32C.Compute(header[..32]))
        {
            return false;
        }

        epoch = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        firstSeq = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
        return firstSeq > 0;
    }

    /// <summary>Opens an existing segment for appending after its last whole record.</summary>
    public void Reopen() => _handle ??= Open(Path, FileMode.Open);

    /// <summary>Writes whole records at the end. What a failed write left behind is written over by the next.</summary>
    /// <exception cref="IOException">The disk refuses; nothing counts as written.</exception>
    public void Append(ReadOnlySpan<byte> records, ulong lastSeq)
    {
        RandomAccess.Write(_handle!, records, Length);
        Length += records.Length;
        LastSeq = lastSeq;
        Dirty = true;
    }

    /// <summary>Closes the file for writing.</summary>
    public void Seal()
    {
        _handle?.Dispose();
        _handle = null;
    }

    public void Dispose() => Seal();

    // FileShare.Delete and Read: readers hold their own handles, and removal does not wait for them.
    private static SafeFileHandle Open(string path, FileMode mode) =>
        File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
