using SensorNet.Sensor.Host;

namespace SensorNet.Sensor.Tests.Host;

public sealed class ProgramPagesTests
{
    [Fact]
    public void Pages_of_files_are_given_back_and_the_program_goes_on()
    {
        var released = ProgramPages.Release();
        Assert.True(released > 4 << 20, $"{released} octets");
        Assert.True(ProgramPages.Release() < released, "what was given back came back at once");
        Assert.Equal("sum 4950", $"sum {Enumerable.Range(0, 100).Sum()}");
    }
}
