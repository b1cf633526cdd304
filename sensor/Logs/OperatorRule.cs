using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>One pattern of an operator's parser and the event it gives; without a type, the line is understood and quiet.</summary>
internal sealed record OperatorRule(OperatorPattern Pattern, EventType Type, Severity Severity, string Service, IReadOnlyDictionary<string, string> Set);
