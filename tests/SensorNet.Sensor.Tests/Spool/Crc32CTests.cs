using SensorNet.Sensor.Spool;

namespace SensorNet.Sensor.Tests.Spool;

public sealed class Crc32CTests
{
    [Fact]
    public void Known_vectors_of_rfc_3720_appendix_b_4_hold()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
    }

    [Fact]
    public void Parts_give_what_the_whole_gives()
    {
        var octets = Enumerable.Range(0, 100).Select(i => (byte)(i * 7)).ToArray();
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            Assert.Equal(Crc32C.Compute(octets), Crc32C.Compute(octets.AsSpan(cut), Crc32C.Compute(octets.AsSpan(0, cut))));
        }
    }
}
