using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SensorNet.Console.Tui;

/// <summary>
/// The controlling terminal through libc, with a description of its own: non-blocking, raw while we own it.
/// System.Console is never used beside it, because it swallows mouse reports and pastes and leaves modes set.
/// </summary>
internal sealed partial class Tty : IDisposable
{
    private const int OpenReadWrite = 2;
    private const int OpenNoControllingTerminal = 0x100;
    private const int OpenNonBlocking = 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int InterruptedCall = 4;
    private const int WouldBlock = 11;
    private const nuint GetWindowSize = 0x5413;
    private const short PollIn = 1;
    private const short PollOut = 4;

    // glibc's struct termios has 60 octets, musl's the same; more room than any needs, used only as a blob.
    private readonly byte[] _cooked = new byte[256];
    private readonly int _terminal;
    private readonly int _wakeRead;
    private readonly int _wakeWrite;
    private bool _raw;

    private Tty(int terminal, int wakeRead, int wakeWrite) => (_terminal, _wakeRead, _wakeWrite) = (terminal, wakeRead, wakeWrite);

    /// <summary>Opens the controlling terminal.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static Tty Open()
    {
        var terminal = OpenFile("/dev/tty", OpenReadWrite | OpenNoControllingTerminal | OpenNonBlocking | OpenCloseOnExec);
        if (terminal < 0)
        {
            throw new IOException("There is no terminal to draw on: " + Error() + ".");
        }

        Span<int> ends = stackalloc int[2];
        if (Pipe(ends, OpenNonBlocking | OpenCloseOnExec) != 0)
        {
            throw new IOException("No pipe could be made: " + Error() + ".");
        }

        return new Tty(terminal, ends[0], ends[1]);
    }

    /// <summary>Columns and rows; 80 x 24 when the terminal does not say.</summary>
    public (int Width, int Height) Size => SizeOf(_terminal);

    /// <summary>The size of the terminal that a descriptor is of; 80 x 24 when there is none.</summary>
    public static (int Width, int Height) SizeOf(int descriptor)
    {
        Span<ushort> size = stackalloc ushort[4];
        return IoControl(descriptor, GetWindowSize, size) == 0 && size[0] > 0 && size[1] > 0
            ? (Math.Min((int)size[1], 1000), Math.Min((int)size[0], 500))
            : (80, 24);
    }

    /// <summary>Takes the terminal: no echo, no line editing, no signals from keys.</summary>
    public void EnterRaw()
    {
        if (GetAttributes(_terminal, _cooked) != 0)
        {
            throw new IOException("The terminal's settings cannot be read: " + Error() + ".");
        }

        var raw = (byte[])_cooked.Clone();
        MakeRaw(raw);
        const int now = 0;
        if (SetAttributes(_terminal, now, raw) != 0)
        {
            throw new IOException("The terminal's settings cannot be changed: " + Error() + ".");
        }

        _raw = true;
    }

    /// <summary>Gives the terminal back as it was. Safe to call at any time, from any thread.</summary>
    public void LeaveRaw()
    {
        if (_raw)
        {
            _raw = false;
            const int whenDrained = 1;
            _ = SetAttributes(_terminal, whenDrained, _cooked);
        }
    }

    /// <summary>Waits until there is input, room for output (when asked for), a wake-up, or the time is over.</summary>
    /// <param name="wantOutput">Whether to return when the terminal takes more output.</param>
    /// <param name="milliseconds">-1: for ever.</param>
    /// <returns>Whether input is there.</returns>
    public bool Wait(bool wantOutput, int milliseconds)
    {
        Span<PollEntry> entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = _terminal, Events = (short)(PollIn | (wantOutput ? PollOut : 0)) };
        entries[1] = new PollEntry { Descriptor = _wakeRead, Events = PollIn };
        if (Poll(entries, 2, milliseconds) < 0)
        {
            return false;
        }

        if (entries[1].Returned != 0)
        {
            Span<byte> drain = stackalloc byte[64];
            while (ReadSome(_wakeRead, drain, (nuint)drain.Length) > 0)
            {
            }
        }

        return (entries[0].Returned & ~PollOut) != 0;
    }

    /// <summary>Ends a <see cref="Wait"/>; from any thread.</summary>
    public void Wake()
    {
        ReadOnlySpan<byte> one = [1];
        _ = WriteSome(_wakeWrite, one, 1);
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>Octets read; 0 when nothing is there; -1 when the terminal is gone.</returns>
    public int Read(Span<byte> buffer)
    {
        var count = (int)ReadSome(_terminal, buffer, (nuint)buffer.Length);
        if (count > 0)
        {
            return count;
        }

        return count < 0 && Marshal.GetLastPInvokeError() is WouldBlock or InterruptedCall ? 0 : -1;
    }

    /// <summary>Writes as much as the terminal takes now.</summary>
    /// <returns>Octets written, perhaps 0; -1 when the terminal is gone.</returns>
    public int Write(ReadOnlySpan<byte> octets)
    {
        var count = (int)WriteSome(_terminal, octets, (nuint)octets.Length);
        return count >= 0 ? count : Marshal.GetLastPInvokeError() is WouldBlock or InterruptedCall ? 0 : -1;
    }

    /// <summary>Writes everything, waiting for a slow terminal at most so long.</summary>
    public void WriteAll(ReadOnlySpan<byte> octets, TimeSpan patience)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (octets.Length > 0 && Environment.TickCount64 < deadline)
        {
            var written = Write(octets);
            if (written < 0)
            {
                return;
            }

            octets = octets[written..];
            if (octets.Length > 0)
            {
                Wait(wantOutput: true, 50);
            }
        }
    }

    /// <summary>Stops this process as Ctrl-Z would; returns when it is continued.</summary>
    public static void StopSelf()
    {
        // raise() and not kill(): only a signal to this very thread is sure to stop it before the call returns.
        const int stop = 19;
        _ = RaiseSignal(stop);
    }

    public void Dispose()
    {
        LeaveRaw();
        _ = CloseFile(_terminal);
        _ = CloseFile(_wakeRead);
        _ = CloseFile(_wakeWrite);
    }

    private static string Error() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadSome(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteSome(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe(Span<int> ends, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<PollEntry> entries, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoControl(int descriptor, nuint request, Span<ushort> argument);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int descriptor, Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int descriptor, int when, ReadOnlySpan<byte> attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(Span<byte> attributes);

    [LibraryImport("libc", EntryPoint = "raise", SetLastError = true)]
    private static partial int RaiseSignal(int signal);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
