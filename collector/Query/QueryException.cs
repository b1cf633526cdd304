namespace SensorNet.Collector.Query;

/// <summary>A query that cannot be understood. The message says why, and where.</summary>
/// <param name="problem">What is wrong, without the place.</param>
/// <param name="column">Where in the query, counted from 1; 0 when the query as a whole is meant.</param>
internal sealed class QueryException(string problem, int column = 0)
    : FormatException(column > 0 ? $"{problem} (column {column})" : problem)
{
    public int Column { get; } = column;
}
