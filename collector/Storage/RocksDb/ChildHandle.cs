using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>A native object that must die before another: it keeps a reference to that other until it is destroyed.</summary>
internal abstract class ChildHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly SafeHandle parent;

    /// <exception cref="ObjectDisposedException">The parent is closed.</exception>
    protected ChildHandle(SafeHandle parent)
        : base(ownsHandle: true)
    {
        this.parent = parent;
        var added = false;
        parent.DangerousAddRef(ref added);
    }

    public nint Pointer => handle;

    protected nint Parent => parent.DangerousGetHandle();

    protected sealed override bool ReleaseHandle()
    {
        Destroy();
        parent.DangerousRelease();
        return true;
    }

    protected abstract void Destroy();
}
