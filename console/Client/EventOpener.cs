using SensorNet.Console.Display;
using SensorNet.Proto.Privacy;
using SensorNet.V1;

namespace SensorNet.Console.Client;

/// <summary>
/// Opens the values that sensors encrypted, where the operator holds the key: events become clear as they arrive, and whatever
/// shows or writes them needs to know nothing of it. Keys never leave this process. Thread-safe.
/// </summary>
internal sealed class EventOpener : IDisposable
{
    private const int MostRemembered = 16_384;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _stored = new(StringComparer.Ordinal);
    private readonly PrivacyOpener? _opener;
    private readonly StoredForms? _forms;

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
            var keys = PrivacyKeyring.Load(keysFile);
            (_opener, _forms) = (new PrivacyOpener(keys), new StoredForms(keys));
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
                    var opened = _opener.Open(stored.Event);
                    if (!ReferenceEquals(opened, stored.Event))
                    {
                        Remember(opened, stored.Event);
                        stored.Event = opened;
                    }
                }
            }
        }

        return events;
    }

    /// <summary>
    /// What the collector holds where an opened event says this: searches for it have to ask so. The value itself when no
    /// event that was opened lately had it.
    /// </summary>
    public string StoredAs(string clear)
    {
        lock (_gate)
        {
            return _stored.GetValueOrDefault(clear, clear);
        }
    }

    /// <summary>A query that finds what an operator means also where sensors protected it.</summary>
    public string Widen(string query)
    {
        if (_forms is null || query.Length == 0)
        {
            return query;
        }

        lock (_gate)
        {
            return _forms.Widen(query);
        }
    }

    /// <summary>The same for a request, whose plain filters become part of its query where they have other forms.</summary>
    public QueryEventsRequest Widen(QueryEventsRequest request)
    {
        if (_forms is null)
        {
            return request;
        }

        var wide = request.Clone();
        lock (_gate)
        {
            wide.SourceIp = Moved(wide, request.SourceIp, "source.ip");
            wide.User = Moved(wide, request.User, "user.name", "user.aor");
        }

        wide.Query = Widen(wide.Query);
        return wide;
    }

    /// <returns>What is left of the filter.</returns>
    private string Moved(QueryEventsRequest request, string value, params string[] fields)
    {
        if (value.Length == 0 || fields.All(field => _forms!.Of(field, value).Count == 0))
        {
            return value;
        }

        var quoted = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        var terms = $"({string.Join(" or ", fields.Select(field => $"{field}:\"{quoted}\""))})";
        request.Query = request.Query.Length > 0 ? $"({request.Query}) and {terms}" : terms;
        return "";
    }

    // The values that a search can be made of.
    private void Remember(Event clear, Event stored)
    {
        Remember(Addresses.Of(clear.SourceIp), Addresses.Of(stored.SourceIp));
        Remember(clear.User, stored.User);
        Remember(clear.Aor, stored.Aor);
        Remember(clear.UserAgent, stored.UserAgent);
        Remember(clear.Sip?.CallId ?? "", stored.Sip?.CallId ?? "");
    }

    private void Remember(string clear, string stored)
    {
        if (clear.Length == 0 || clear == stored)
        {
            return;
        }

        if (_stored.Count >= MostRemembered)
        {
            _stored.Clear();
        }

        _stored[clear] = stored;
    }

    public void Dispose()
    {
        _opener?.Dispose();
        _forms?.Dispose();
    }
}
