namespace SensorNet.Collector.Objects;

/// <summary>Kinds of entities. Numbers are part of the format.</summary>
internal enum EntityKind : byte
{
    Source = 1,
    User = 2,
    Aor = 3,
    Host = 4,
}
