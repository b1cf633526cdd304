using System.Net;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>An address, or a network it must lie in.</summary>
internal sealed class NetworkTest(AddressPrefix prefix) : ValueTest
{
    public override int Cost => 3;

    public override bool Matches(in FieldValue value, Event e)
    {
        if (value.Kind == FieldKind.Address)
        {
            return prefix.Contains(value.Address);
        }

        if (value.Kind != FieldKind.Text || !IPAddress.TryParse(value.Text, out var address))
        {
            return false;
        }

        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var length);
        return prefix.Contains(octets[..length]);
    }
}
