using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Tests.Storage;

/// <summary>A store directory of one test, removed afterwards.</summary>
internal sealed class TemporaryStore : IDisposable
{
    public TemporaryStore() => Path = Directory.CreateTempSubdirectory("sensornet-store-").FullName;

    public string Path { get; }

    public EventStore Open(int segmentEvents = 65_536, bool readOnly = false) => Open(new StoreOptions { Directory = Path, SegmentEvents = segmentEvents, ReadOnly = readOnly });

    public static EventStore Open(StoreOptions options) => EventStore.Open(options, TimeProvider.System, NullLogger.Instance);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
