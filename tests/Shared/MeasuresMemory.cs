namespace SensorNet.Tests.Shared;

/// <summary>
/// For test classes that measure the memory of the whole process: they run alone, after the others.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresMemory
{
    public const string Name = "Measures memory";
}
