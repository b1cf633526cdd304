using SensorNet.V1;

namespace SensorNet.Proto;

/// <summary>One row of the field catalogue.</summary>
/// <param name="Name">The ECS name (or, for SIP, Packetbeat's), unique.</param>
/// <param name="Kind">What it holds when present.</param>
/// <param name="Indexed">Whether the store keeps an index of it.</param>
/// <param name="Get">Reads it from an event; never throws.</param>
/// <param name="Aliases">Other names: our wire's, and those of other tools.</param>
public sealed record EventField(
    string Name,
    FieldKind Kind,
    bool Indexed,
    Func<Event, FieldValue> Get,
    IReadOnlyList<string> Aliases);
