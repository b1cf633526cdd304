using Microsoft.Win32.SafeHandles;

namespace SensorNet.Sensor.Capture;

/// <summary>A <c>pcap_t</c>; closing it gives the kernel its buffer back.</summary>
internal sealed class PcapHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public PcapHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        LibPcap.Close(handle);
        return true;
    }
}
