namespace SensorNet.Benchmarks.Traffic;

/// <summary>One end of a flow: an IPv4 address and a port.</summary>
internal readonly record struct Party(uint Address, ushort Port)
{
    public string Host => $"{Address >> 24}.{(Address >> 16) & 255}.{(Address >> 8) & 255}.{Address & 255}";

    public override string ToString() => $"{Host}:{Port}";
}
