using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>Reads call records, newest first. Thread-safe.</summary>
internal sealed class CallReader(EventStore store)
{
    private const int DefaultLimit = 1000;

    /// <summary>Calls that began in the time asked for and meet all filters given. A cursor continues after the last one.</summary>
    /// <exception cref="QueryException">The address is none, or the query cannot be understood.</exception>
    public IEnumerable<CallRecord> List(ListCallsRequest request, TimeProvider? clock = null)
    {
        var query = CompiledQuery.Compile(request.Query, clock ?? TimeProvider.System);
        var source = request.SourceIp.Length > 0 ? AddressRange.Parse(request.SourceIp) : (AddressRange?)null;
        var from = CallKeys.ByTime(request.Time?.From ?? 0);
        var to = request.Cursor.Length > 0 ? request.Cursor.ToByteArray()
            : request.Time is { To: > 0 } time ? CallKeys.ByTime(time.To)
            : [1];
        return store.Scan(Table.Calls, from, to, reversed: true)
            .Select(row => CallRecord.Parser.ParseFrom(row.Value))
            .Where(call => (request.User.Length == 0 || IsUser(call, request.User))
                && (request.State.Length == 0 || string.Equals(call.State, request.State, StringComparison.OrdinalIgnoreCase))
                && (source is null || source.Value.Contains(call.SourceIp.Span))
                && (ReferenceEquals(query, CompiledQuery.All) || query.Match(CdrEvent.ForQuery(call))))
            .Take(request.Limit == 0 ? DefaultLimit : (int)Math.Min(request.Limit, int.MaxValue));
    }

    /// <summary>What <see cref="List"/> continues from after this call.</summary>
    public static byte[] CursorAfter(CallRecord call) => CallKeys.ByTime(call.StartTime, call.CallId, call.SensorId);

    /// <summary>The call; the most complete record when several sensors saw it. Null when there is none.</summary>
    public CallRecord? Get(string callId) =>
        store.Scan(Table.Calls, CallKeys.ByCallId(callId))
            .Select(row => store.Get(Table.Calls, CallKeys.ByTime(CallKeys.StartOf(row.Value), callId, CallKeys.SensorOf(row.Key))))
            .OfType<byte[]>()
            .Select(CallRecord.Parser.ParseFrom)
            .OrderByDescending(call => (call.AnswerTime != 0 ? 2 : 0) + (call.EndTime != 0 ? 1 : 0))
            .FirstOrDefault();

    private static bool IsUser(CallRecord call, string user) =>
        Same(call.User, user) || Same(call.Aor, user) || Same(call.Src, user) || Same(call.Dst, user);

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
