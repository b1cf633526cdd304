using System.Runtime.InteropServices;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>Keeps a handle open for the length of a call; throws <see cref="ObjectDisposedException"/> when it is closed.</summary>
internal readonly ref struct HandleReference
{
    private readonly SafeHandle handle;

    public HandleReference(SafeHandle handle)
    {
        this.handle = handle;
        var added = false;
        handle.DangerousAddRef(ref added);
    }

    public void Dispose() => handle.DangerousRelease();
}
