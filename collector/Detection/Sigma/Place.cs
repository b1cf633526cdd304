namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A place in a file, both numbers from 1; a column of 0 means the line, a line of 0 the whole file.</summary>
internal readonly record struct Place(int Line, int Column)
{
    public static implicit operator Place(int line) => new(line, 0);
}
