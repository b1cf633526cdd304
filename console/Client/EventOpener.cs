using SensorNet.Proto.Privacy;
using SensorNet.V1;

namespace SensorNet.Console.Client;

/// <summary>
/// Opens the values that sensors encrypted, where the operator holds the key: events become clear as they arrive, and whatever
/// shows or writes them needs to know nothing of it. Keys never leave this process. Thread-safe.
/// </summary>
internal sealed class EventOpener : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PrivacyOpener? _opener;

    /// <param name="keysFile">Lines <c>ID HEX</c>, as on the sensor's host, readable by its owner alone; null: nothing is opened.</param>
    /// <exception cref="ConfigurationException">The file cannot be used.</exception>
    public EventOpener(string? keysFile)
    {
        if (keysFile is null)
        {
            return;
        }

        try
        {
            _opener = new PrivacyOpener(PrivacyKeyring.Load(keysFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new ConfigurationException($"The privacy keys cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Opens the events of a page in place.</summary>
    public IReadOnlyList<StoredEvent> Open(IReadOnlyList<StoredEvent> events)
    {
        if (_opener is not null)
        {
            lock (_gate)
            {
                foreach (var stored in events)
                {
                    stored.Event = _opener.Open(stored.Event);
                }
            }
        }

        return events;
    }

    public void Dispose() => _opener?.Dispose();
}
