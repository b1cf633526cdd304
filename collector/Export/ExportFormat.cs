namespace SensorNet.Collector.Export;

/// <summary>Forms of an export.</summary>
internal enum ExportFormat : byte
{
    /// <summary>One JSON object per line, UTF-8.</summary>
    Jsonl,

    /// <summary>RFC 4180 with a header line, UTF-8.</summary>
    Csv,
}
