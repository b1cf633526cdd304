using System.Runtime.InteropServices;

namespace SensorNet.Proto;

/// <summary>
/// Standard output and error by write(2). System.Console's streams first send a terminal a mode (keypad) of their own and
/// leave it set; a FileStream keeps an offset of its own, so that two writers of one redirected file overwrite each other.
/// </summary>
/// <param name="descriptor">An open file descriptor; it is not closed.</param>
/// <param name="reader">Somebody must read: when the pipe's reader has gone it is an error, else what is written is thrown away.</param>
public sealed partial class DescriptorStream(int descriptor, bool reader = true) : Stream
{
    private const int InterruptedCall = 4;
    private const int WouldBlock = 11;
    private const int BrokenPipe = 32;
    private const short PollOut = 4;

    /// <summary>Standard output.</summary>
    public static Stream Output => new DescriptorStream(1);

    /// <summary>Standard error.</summary>
    public static Stream Error => new DescriptorStream(2);

    /// <summary>
    /// To be called first in a program: whatever writes to Console.Out and Console.Error then leaves a terminal's modes alone. A
    /// reader that has seen enough (<c>| head</c>) is no error, as with Console's own.
    /// </summary>
    public static void TakeConsole()
    {
        Console.SetOut(new StreamWriter(new DescriptorStream(1, reader: false)) { AutoFlush = true });
        Console.SetError(new StreamWriter(new DescriptorStream(2, reader: false)) { AutoFlush = true });
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">It cannot be written; HResult is the errno.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = WriteFile(descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case InterruptedCall:
                    break;
                case WouldBlock:
                    // Somebody else of the same terminal made it non-blocking.
                    var wait = new PollEntry { Descriptor = descriptor, Wanted = PollOut };
                    _ = Poll(ref wait, 1, -1);
                    break;
                case BrokenPipe when !reader:
                    return;
                case var error:
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int descriptor, ReadOnlySpan<byte> octets, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Seen;
    }
}
