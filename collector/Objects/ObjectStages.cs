using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Objects;

/// <summary>The stages that keep calls, registrations, entities and rollups, and the readers of what they keep.</summary>
internal sealed class ObjectStages
{
    private ObjectStages(EventStore store)
    {
        var rollups = new RollupStage(store);
        Entities = new EntityStage(store);
        Stages = [new CallStage(store), new RegistrationStage(store), Entities, rollups];
        CallReader = new CallReader(store);
        RegistrationReader = new RegistrationReader(store);
        EntityReader = new EntityReader(store);
        StatisticsReader = new StatisticsReader(store, rollups);
    }

    /// <summary>In the order in which the commit loop is to run them.</summary>
    public IReadOnlyList<ICommitStage> Stages { get; }

    public EntityStage Entities { get; }

    public CallReader CallReader { get; }

    public RegistrationReader RegistrationReader { get; }

    public EntityReader EntityReader { get; }

    public StatisticsReader StatisticsReader { get; }

    /// <summary>Opens them over a store, seeing again the events that they had not stored the effect of.</summary>
    public static ObjectStages Create(EventStore store) => new(store);
}
