using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Waits until files in some folders change, by inotify(7), so that nobody has to look again and again. It says that something
/// changed, not what. Where a folder cannot be watched (it does not exist yet, the limit of watches is reached)
/// <see cref="IsBlind"/> says so, and the caller looks by itself. One thread waits; any thread may wake it.
/// </summary>
internal sealed partial class FileChanges : IDisposable
{
    // Modified, attributes, moved from and to, created, deleted, moved itself.
    private const uint Mask = 0x2 | 0x4 | 0x40 | 0x80 | 0x100 | 0x200 | 0x800;
    private const int NonBlockCloseOnExec = 0x800 | 0x80000;
    private const uint Ignored = 0x8000;
    private const short PollIn = 1;

    // A file that is written to all the time is looked at so often at most.
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(20);

    private readonly int _watcher;
    private readonly int _waker;
    private readonly byte[] _buffer = new byte[4096];
    private readonly Dictionary<string, int> _folders = new(StringComparer.Ordinal);

    public FileChanges()
    {
        _watcher = InotifyInit(NonBlockCloseOnExec);
        _waker = EventFd(0, NonBlockCloseOnExec);
    }

    /// <summary>Not every folder is watched.</summary>
    public bool IsBlind { get; private set; }

    /// <summary>Watches the folders of these files, and no others any more.</summary>
    public void Watch(IEnumerable<string> files)
    {
        var wanted = files.Select(f => Path.GetDirectoryName(f) ?? "/").ToHashSet(StringComparer.Ordinal);
        foreach (var (folder, watch) in _folders.Where(f => !wanted.Contains(f.Key)).ToList())
        {
            _folders.Remove(folder);
            _ = RemoveWatch(_watcher, watch);
        }

        IsBlind = _watcher < 0 || _waker < 0;
        foreach (var folder in wanted.Where(f => !_folders.ContainsKey(f)))
        {
            var watch = _watcher < 0 ? -1 : AddWatch(_watcher, folder, Mask);
            if (watch >= 0)
            {
                _folders[folder] = watch;
            }
            else
            {
                IsBlind = true;
            }
        }
    }

    /// <summary>Returns when something changed, somebody woke it, or the time is over.</summary>
    public void Wait(TimeSpan most)
    {
        if (_watcher < 0 || _waker < 0)
        {
            Thread.Sleep(most);
            return;
        }

        Span<PollFd> waited = [new PollFd { Fd = _watcher, Events = PollIn }, new PollFd { Fd = _waker, Events = PollIn }];
        if (Poll(ref waited[0], 2, (int)most.TotalMilliseconds) <= 0)
        {
            return;
        }

        if (waited[0].Returned != 0 && waited[1].Returned == 0)
        {
            // What comes within this time is seen with the same look.
            Poll(ref waited[1], 1, (int)Calm.TotalMilliseconds);
        }

        nint read;
        while ((read = Read(_watcher, ref _buffer[0], (nuint)_buffer.Length)) > 0)
        {
            Forget(_buffer.AsSpan(0, (int)read));
        }

        _ = Read(_waker, ref _buffer[0], sizeof(ulong));
    }

    /// <summary>Ends the wait that goes on, or the next.</summary>
    public void Wake()
    {
        if (_waker >= 0)
        {
            var one = 1UL;
            _ = Write(_waker, ref one, sizeof(ulong));
        }
    }

    public void Dispose()
    {
        foreach (var descriptor in (ReadOnlySpan<int>)[_watcher, _waker])
        {
            if (descriptor >= 0)
            {
                _ = Close(descriptor);
            }
        }
    }

    // struct inotify_event: watch, mask, cookie, length of the name, name. A folder that was removed is watched no longer.
    private void Forget(ReadOnlySpan<byte> events)
    {
        while (events.Length >= 16)
        {
            var watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            if ((BinaryPrimitives.ReadUInt32LittleEndian(events[4..]) & Ignored) != 0 && _folders.FirstOrDefault(f => f.Value == watch) is { Key: { } folder })
            {
                _folders.Remove(folder);
                IsBlind = true;
            }

            events = events[(16 + BinaryPrimitives.ReadInt32LittleEndian(events[12..]))..];
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1")]
    private static partial int InotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddWatch(int descriptor, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch")]
    private static partial int RemoveWatch(int descriptor, int watch);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollFd first, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, ref byte buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, ref ulong value, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
