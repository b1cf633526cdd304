using SensorNet.V1;

namespace SensorNet.Proto;

/// <summary>What is known of an event type beside its number.</summary>
/// <param name="Type">The number on the wire.</param>
/// <param name="Name">The dotted text name, <c>event.type</c> in rules, queries and exports.</param>
/// <param name="Category">One of vm, auth, system, security, sip, firewall, audit.</param>
/// <param name="Severity">The severity of an event of this type when its producer says nothing else.</param>
/// <param name="Aliases">The words that other tools use for it; a search for any of them finds these events.</param>
public sealed record EventTypeInfo(
    EventType Type,
    string Name,
    string Category,
    Severity Severity,
    IReadOnlyList<string> Aliases);
