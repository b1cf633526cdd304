namespace SensorNet.Collector.Export;

/// <summary>Where events are written a second time, as text.</summary>
internal sealed record EventFileOptions
{
    /// <summary>Directory of the files; null: none are written.</summary>
    public string? Directory { get; init; }

    /// <summary>A file that would grow beyond this is set aside and a new one begun.</summary>
    public long MaxFileBytes { get; init; } = 64L << 20;

    /// <summary>Files set aside that are kept of each kind.</summary>
    public int Kept { get; init; } = 5;
}
