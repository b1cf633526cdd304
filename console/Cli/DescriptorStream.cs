using System.Runtime.InteropServices;

namespace SensorNet.Console.Cli;

/// <summary>
/// Standard output and error by write(2). System.Console's streams first send a terminal a mode (keypad) of their own and
/// leave it set; a FileStream keeps an offset of its own, so that two writers of one redirected file overwrite each other.
/// </summary>
internal sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int InterruptedCall = 4;
    private const int WouldBlock = 11;
    private const short PollOut = 4;

    public static Stream Output => new DescriptorStream(1);

    public static Stream Error => new DescriptorStream(2);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

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
                case var error:
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

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
