namespace SensorNet.Collector.Query;

/// <summary>A value as written.</summary>
/// <param name="Text">Without quotes and escapes.</param>
/// <param name="Quoted">Taken literally: wildcards stand for themselves.</param>
/// <param name="Column">Where it begins, from 1.</param>
internal readonly record struct QueryValue(string Text, bool Quoted, int Column);
