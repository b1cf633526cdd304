namespace SensorNet.Sensor.Uplink;

/// <summary>What a delivery is for.</summary>
/// <param name="Host">host.name of events that name none.</param>
/// <param name="Wait">Producers wait when everything is full (replay), instead of losing events (live).</param>
/// <param name="Capabilities">What this sensor can see, for the hello.</param>
/// <param name="Stages">What is done to every event before it is written.</param>
internal sealed record DeliveryMode(string Host, bool Wait, IReadOnlyList<string> Capabilities, IReadOnlyList<IEventStage> Stages);
