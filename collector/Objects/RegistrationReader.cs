using System.Text;
using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>Reads bindings, in order of their AoR. Thread-safe.</summary>
internal sealed class RegistrationReader(EventStore store)
{
    private const int DefaultLimit = 10_000;

    /// <summary>Bindings that meet all filters given; active ones when no state is named, all with the state "all".</summary>
    /// <exception cref="QueryException">The address is none.</exception>
    public IEnumerable<Registration> List(ListRegistrationsRequest request)
    {
        var source = request.SourceIp.Length > 0 ? AddressRange.Parse(request.SourceIp) : (AddressRange?)null;
        var state = request.State.Length == 0 ? "active" : request.State.ToLowerInvariant();
        var prefix = request.Aor.Contains('@', StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(request.Aor + "\0") : [];
        return store.Scan(Table.Registrations, prefix)
            .Select(row => Registration.Parser.ParseFrom(row.Value))
            .Where(r => (state == "all" || r.State == state)
                && (request.Aor.Length == 0 || prefix.Length > 0 || r.Aor.Contains(request.Aor, StringComparison.OrdinalIgnoreCase))
                && (source is null || source.Value.Contains(r.SourceIp.Span)))
            .Take(request.Limit == 0 ? DefaultLimit : (int)Math.Min(request.Limit, int.MaxValue));
    }
}
