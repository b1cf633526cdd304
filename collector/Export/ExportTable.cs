namespace SensorNet.Collector.Export;

/// <summary>Rows to be exported.</summary>
/// <param name="Columns">Their names.</param>
/// <param name="Rows">The rows, made while they are read; a cell is a text, a number or null.</param>
internal sealed record ExportTable(IReadOnlyList<string> Columns, IEnumerable<IReadOnlyList<object?>> Rows);
