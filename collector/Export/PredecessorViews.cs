using SensorNet.Collector.Objects;
using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Export;

/// <summary>
/// The four read-only views that PrivateServer's users query (V_AUDIT_EVENT, V_AUTH_EVENT, V_SIP_SESSION, V_CDR), with their column
/// names, newest first, out of the store. Thread-safe.
/// </summary>
internal sealed class PredecessorViews(EventStore store)
{
    /// <summary>The views' names as commands know them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["audit", "auth", "sessions", "cdr"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="time">Times wanted.</param>
    /// <param name="query">A further condition.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="QueryException">There is no view of that name.</exception>
    public ExportTable Get(string name, TimeRange time, CompiledQuery query, CancellationToken cancellation) => name switch
    {
        "audit" => Audit(time, query, cancellation),
        "auth" => Authentication(time, query, cancellation),
        "sessions" => Sessions(time, query, cancellation),
        "cdr" => Calls(time, query, cancellation),
        _ => throw new QueryException($"There is no view \"{name}\"; use {string.Join(", ", Names)}"),
    };

    private static string Operation(Event e) => e.Audit?.Operation.ToLowerInvariant() ?? "";

    private ExportTable Audit(TimeRange time, CompiledQuery query, CancellationToken cancellation) => new(
        ["date_created", "event_type", "actor", "class_name", "object_id"],
        Events(time, query, cancellation, EventType.ConsoleAudit)
            .Where(e => e.Audit is not null && Operation(e) is not ("login" or "logout" or "login_failed"))
            .Select(e => (IReadOnlyList<object?>)[EcsJson.TimeText(e.EventTime), e.Audit.Operation.ToUpperInvariant(), First(e.Actor, e.User), e.Audit.ClassName, e.Audit.ObjectId]));

    private ExportTable Authentication(TimeRange time, CompiledQuery query, CancellationToken cancellation) => new(
        ["date_created", "event_type", "principal", "ip_address"],
        Events(time, query, cancellation, EventType.AuthSuccess, EventType.AuthFailure, EventType.SessionEnd, EventType.ConsoleAudit)
            .Where(e => e.Type != EventType.ConsoleAudit || Operation(e) is "login" or "logout" or "login_failed")
            .Select(e => (IReadOnlyList<object?>)[EcsJson.TimeText(e.EventTime), AuthenticationWord(e), First(e.User, e.Actor), First(Address(e), e.SourceHost)]));

    private ExportTable Sessions(TimeRange time, CompiledQuery query, CancellationToken cancellation) => new(
        ["date_created", "event_type", "username", "useragent", "remoteaddr", "tlscipher"],
        Events(time, query, cancellation, EventType.SipSession, EventType.SipRegistrationNew, EventType.SipRegistrationRemoved, EventType.SipRegistrationExpired)
            // Over a connection, sip.session tells of the registration too, also when it only refreshes one.
            .Where(e => e.Type != EventType.SipRegistrationNew || e.Transport is Transport.Udp or Transport.Unspecified)
            .Select(e => (IReadOnlyList<object?>)[EcsJson.TimeText(e.EventTime), SessionWord(e), First(e.User, e.Aor), e.UserAgent, RemoteAddress(e), e.Tls?.Cipher ?? ""]));

    private ExportTable Calls(TimeRange time, CompiledQuery query, CancellationToken cancellation) => new(
        ["calldate", "src", "src_user_agent", "dst", "dst_user_agent", "duration", "billsec"],
        new CallReader(store).List(new ListCallsRequest { Time = time, Limit = int.MaxValue })
            .TakeWhile(_ => !cancellation.IsCancellationRequested)
            .Where(c => query.Match(CdrEvent.ForQuery(c)))
            .Select(c => (IReadOnlyList<object?>)[EcsJson.TimeText(c.StartTime), c.Src, c.SrcUserAgent, c.Dst, c.DstUserAgent, (long)(c.DurationMs / 1000), (long)(c.BillsecMs / 1000)]));

    private IEnumerable<Event> Events(TimeRange time, CompiledQuery query, CancellationToken cancellation, params EventType[] types)
    {
        var wanted = types.Select(t => CompiledQuery.FieldEquals("event.type", EventTypes.Get(t).Name)).Aggregate((a, b) => a.Or(b));
        return new EventQuery(store, wanted.And(query), time).NewestFirst(cancellation: cancellation).Select(s => s.Event);
    }

    private static string AuthenticationWord(Event e) => e.Type switch
    {
        EventType.AuthSuccess => "LOGIN",
        EventType.AuthFailure => "LOGIN_FAILED",
        EventType.SessionEnd => "LOGOUT",
        _ => Operation(e).ToUpperInvariant(),
    };

    private static string SessionWord(Event e) => e.Type switch
    {
        EventType.SipRegistrationNew => "REGISTER",
        EventType.SipRegistrationRemoved => "UNREGISTER",
        EventType.SipRegistrationExpired => "EXPIRED",
        _ => First(e.Reason, "connect").ToUpperInvariant(),
    };

    private static string RemoteAddress(Event e) => Address(e) switch
    {
        "" => "",
        var v6 when v6.Contains(':', StringComparison.Ordinal) => $"[{v6}]:{e.SourcePort}",
        var v4 => $"{v4}:{e.SourcePort}",
    };

    private static string Address(Event e) => FieldValue.OfAddress(e.SourceIp).ToString();

    private static string First(string a, string b) => a.Length > 0 ? a : b;
}
