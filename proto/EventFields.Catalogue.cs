using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Proto;

public static partial class EventFields
{
    private static readonly EventField[] Catalogue =
    [
        // Identity and time
        Text("event.type", e => EventTypes.Get(e.Type).Name, indexed: true, "type", "event_type"),
        Text("event.action", e => EventTypes.Get(e.Type).Aliases is [var word, ..] ? word : EventTypes.Get(e.Type).Name, "event.alias"),
        Text("event.category", e => EventTypes.Get(e.Type).Category, "category"),
        Text("event.severity", e => SeverityName(e.Severity), "severity", "sev"),
        Number("event.time", e => e.EventTime, "@timestamp", "event_time", "timestamp"),
        Number("event.created", e => e.SensorTime, "sensor_time"),
        Number("event.ingested", e => e.IngestTime, "ingest_time", "created_at", "date_created"),
        Text("event.id", e => e.Seq == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{e.SensorId}-{e.Epoch}-{e.Seq}"), "event_id"),
        Number("event.sequence", e => (long)e.Seq, "seq"),
        Text("event.timezone_source", e => e.TimeZoneSource switch { TimeZoneSource.Explicit => "explicit", TimeZoneSource.Sensor => "sensor", _ => "" }, "tz_source"),
        Text("event.reason", e => e.Reason, "reason", "door_knock.reason"),
        Flag("event.partial", e => e.Partial, "partial"),
        Text("event.partial_reason", e => e.PartialReason, "partial_reason", "partial.reason"),
        Flag("event.synthetic", e => e.Synthetic, "synthetic"),
        Text("event.dup_of", e => e.DupOf, "dup_of"),
        Text("event.source", e => e.LogSource == LogSource.Packet ? "packet" : e.LogSource == LogSource.Unspecified ? "" : "log"),

        // Where
        Text("agent.id", e => e.SensorId, indexed: false, "sensor", "sensor_id", "sensor.id"),
        Text("host.name", e => e.Host, indexed: false, "host"),
        Text("vm.id", e => e.VmId, "vm_id"),
        Text("log.source", e => LogSourceName(e.LogSource), "log_source"),
        Text("log.file.path", e => e.Origin, "origin"),
        Text("host.os.platform", e => e.Platform switch { Platform.Linux => "linux", Platform.Windows => "windows", Platform.Macos => "macos", _ => "" }, "platform", "os"),

        // Who and what
        Address("source.ip", e => e.SourceIp, "src_ip", "source_ip", "src", "ip_address", "ip", "remoteaddr"),
        NonZero("source.port", e => e.SourcePort, "src_port"),
        Text("source.domain", e => e.SourceHost, "src_host"),
        Address("destination.ip", e => e.DestinationIp, "dst_ip", "dst", "destination_ip"),
        NonZero("destination.port", e => e.DestinationPort, "dst_port"),
        Text("network.transport", e => TransportName(e.Transport), "transport", "proto"),
        NonZero("network.vlan.id", e => e.Vlan, "vlan"),
        Text("network.tunnel", e => e.Tunnel, "tunnel"),
        Text("network.community_id", e => e.NetworkCommunityId, "community_id"),
        Text("user.name", e => e.User, indexed: true, "user", "user_id", "username", "principal"),
        Text("user.aor", e => e.Aor, indexed: true, "aor"),
        new("user.known", FieldKind.Bool, false, e => e.HasUserKnown ? FieldValue.Of(e.UserKnown) : default, ["user_known"]),
        Text("actor.name", e => e.Actor, "actor"),
        Text("user_agent.original", e => e.UserAgent, "user_agent", "ua", "useragent", "sip.user_agent"),
        Text("service.name", e => e.Service, "service"),
        Text("auth.method", e => e.AuthMethod, "auth_method"),
        Text("process.name", e => e.Process, "process", "comm"),
        NonZero("process.pid", e => e.Pid, "pid"),
        Text("message", e => e.Message, "description"),
        Text("event.original", e => RawText(e.Raw), "raw", "raw_message"),
        Text("privacy.key_id", e => e.PrivacyKeyId),

        // SIP
        Text("sip.method", e => e.Sip?.Method, "method"),
        NonZero("sip.status_code", e => e.Sip?.StatusCode ?? 0, "status", "status_code", "code", "response_code"),
        Text("sip.reason", e => e.Sip?.Reason),
        Text("sip.uri.original", e => e.Sip?.Uri?.Full, "sip.uri", "request_uri"),
        Text("sip.uri.scheme", e => e.Sip?.Uri?.Scheme),
        Text("sip.uri.user", e => e.Sip?.Uri?.User, "uri_user"),
        Text("sip.uri.host", e => e.Sip?.Uri?.Host, "domain", "sip.domain"),
        NonZero("sip.uri.port", e => e.Sip?.Uri?.Port ?? 0),
        Text("sip.from.uri.original", e => e.Sip?.From?.Uri?.Full, "sip.from.uri"),
        Text("sip.from.uri.user", e => e.Sip?.From?.Uri?.User, "from_user", "sip.from.user"),
        Text("sip.from.uri.host", e => e.Sip?.From?.Uri?.Host, "from_domain"),
        Text("sip.from.display", e => e.Sip?.From?.Display, "from_display"),
        Text("sip.from.tag", e => e.Sip?.From?.Tag, "from_tag"),
        Text("sip.to.uri.original", e => e.Sip?.To?.Uri?.Full, "sip.to.uri"),
        Text("sip.to.uri.user", e => e.Sip?.To?.Uri?.User, "to_user", "sip.to.user"),
        Text("sip.to.uri.host", e => e.Sip?.To?.Uri?.Host, "to_domain"),
        Text("sip.to.display", e => e.Sip?.To?.Display, "to_display"),
        Text("sip.to.tag", e => e.Sip?.To?.Tag, "to_tag"),
        Text("sip.call_id", e => e.Sip?.CallId, indexed: true, "call_id", "callid"),
        NonZero("sip.cseq.code", e => e.Sip?.Cseq ?? 0, "sip.cseq", "cseq"),
        Texts("sip.contact", e => e.Sip?.Contact, "contact"),
        Text("sip.server", e => e.Sip?.Server, "server"),
        Texts("sip.via.branch", e => e.Sip is { Via.Count: > 0 } sip ? [.. sip.Via.Select(v => v.Branch)] : null),
        Texts("sip.via.sent_by", e => e.Sip is { Via.Count: > 0 } sip ? [.. sip.Via.Select(v => v.SentBy)] : null),
        Text("sip.auth.scheme", e => e.Sip?.Auth?.Scheme),
        Text("sip.auth.username", e => e.Sip?.Auth?.Username, "auth_user"),
        Text("sip.auth.realm", e => e.Sip?.Auth?.Realm, "realm"),
        Text("sip.auth.algorithm", e => e.Sip?.Auth?.Algorithm),
        Text("sip.auth.nonce_hash", e => e.Sip?.Auth?.NonceHash),
        Text("sip.auth.uri", e => e.Sip?.Auth?.Uri),
        new("sip.expires", FieldKind.Integer, false, e => e.Sip is { HasExpires: true } sip ? FieldValue.Of(sip.Expires) : default, ["expires"]),
        Text("sip.p_asserted_identity", e => e.Sip?.PAssertedIdentity, "pai"),
        Text("sip.diversion", e => e.Sip?.Diversion, "diversion"),
        Text("sip.reason_header", e => e.Sip?.ReasonHeader),
        Text("sip.identity.originating", e => e.Sip?.Identity?.Originating),
        Text("sip.identity.destination", e => e.Sip?.Identity?.Destination),
        Text("sip.identity.attestation", e => e.Sip?.Identity?.Attestation, "attest"),
        Text("sip.fingerprint", e => e.Sip?.Fingerprint, "fingerprint"),
        Texts("sip.anomaly", e => e.Sip?.Anomaly, "anomaly"),
        NonZero("sip.retransmissions", e => e.Sip?.Retransmissions ?? 0, "retransmissions"),
        NonZero("sip.attempts", e => e.Sip?.Attempts ?? 0, "attempts"),
        Flag("sip.credentials", e => e.Sip?.Credentials ?? false, "credentials"),
        Flag("sip.reply_seen", e => e.Sip?.ReplySeen ?? false, "reply_seen"),
        Address("sip.binding.ip", e => e.Sip?.BindingIp ?? ByteString.Empty),
        NonZero("sip.max_forwards", e => e.Sip?.MaxForwards ?? 0),
        Texts("sdp.media", e => e.Sdp?.Media),
        Texts("sdp.codecs", e => e.Sdp?.Codecs, "codecs"),
        Texts("sdp.addresses", e => e.Sdp?.Addresses),

        // Calls
        new("call.post_dial_delay_ms", FieldKind.Integer, false, e => e.Call is { HasPostDialDelayMs: true } c ? FieldValue.Of((long)c.PostDialDelayMs) : default, ["pdd"]),
        new("call.ring_ms", FieldKind.Integer, false, e => e.Call is { HasRingMs: true } c ? FieldValue.Of((long)c.RingMs) : default, ["ring_ms"]),
        new("call.duration", FieldKind.Real, false, e => e.Call is { HasDurationMs: true } c ? FieldValue.Of(c.DurationMs / 1000.0) : default, ["duration", "cdr.duration"]),
        new("call.billsec", FieldKind.Real, false, e => e.Call is { HasBillsecMs: true } c ? FieldValue.Of(c.BillsecMs / 1000.0) : default, ["billsec", "cdr.billsec"]),
        Text("call.hangup_by", e => e.Call?.HangupBy, "hangup_by"),
        Text("call.hangup_cause", e => e.Call?.HangupCause, "hangup_cause"),
        Address("call.hangup_ip", e => e.Call?.HangupIp ?? ByteString.Empty),
        Text("call.callee_user_agent", e => e.Call?.CalleeUserAgent, "dst_user_agent", "cdr.dst_user_agent"),
        Text("call.destination", e => e.Call?.Destination, "dst_number", "callee"),
        Flag("call.cancelled", e => e.Call?.Cancelled ?? false, "cancelled"),

        // Counts
        Stat("stats.interval_ms", s => s.IntervalMs),
        Stat("stats.packets", s => s.Packets, "pkts"),
        Stat("stats.bytes", s => s.Bytes, "bytes"),
        Stat("stats.req_total", s => s.Requests, "req_total"),
        Stat("stats.req_invite", s => s.ReqInvite, "req_invite"),
        Stat("stats.req_register", s => s.ReqRegister, "req_register"),
        Stat("stats.req_options", s => s.ReqOptions, "req_options"),
        Stat("stats.req_other", s => s.ReqOther, "req_other"),
        Stat("stats.replies_1xx", s => s.Replies1Xx),
        Stat("stats.ok_2xx", s => s.Replies2Xx, "ok_2xx"),
        Stat("stats.replies_3xx", s => s.Replies3Xx),
        Stat("stats.r4xx", s => s.Replies4Xx, "r4xx"),
        Stat("stats.replies_5xx", s => s.Replies5Xx),
        Stat("stats.replies_6xx", s => s.Replies6Xx),
        Stat("stats.r401", s => s.R401, "r401"),
        Stat("stats.r403", s => s.R403, "r403"),
        Stat("stats.r404", s => s.R404, "r404"),
        Stat("stats.distinct_users", s => s.DistinctUsers, "distinct_users"),
        Stat("stats.distinct_ua", s => s.DistinctUserAgents, "distinct_ua"),
        Stat("stats.retrans", s => s.Retransmissions, "retrans"),
        Stat("stats.reply_bytes", s => s.ReplyBytes, "reply_bytes"),
        Stat("stats.unanswered", s => s.Unanswered, "unanswered"),

        // What neither a rule nor a query can divide: requests that succeeded, requests that were repetitions, and how much larger
        // the answers were (small talk is no reflection).
        Ratio("stats.success_percent", s => s.Requests == 0 ? default : Percent(s.Replies2Xx, s.Requests)),
        Ratio("stats.retrans_percent", s => s.Requests == 0 || s.Retransmissions == 0 ? default : Percent(s.Retransmissions, s.Requests)),
        Ratio("stats.amplification", s => s.Requests < 100 || s.Bytes == 0 ? default : FieldValue.Of(Math.Round((double)s.ReplyBytes / s.Bytes, 1))),
        Text("rate.subject", e => e.Rate?.Subject),
        NonZero("rate.window_s", e => e.Rate?.WindowS ?? 0),
        NonZero("rate.limit", e => (long)(e.Rate?.Limit ?? 0)),
        NonZero("rate.count", e => (long)(e.Rate?.Count ?? 0)),
        new("rate.multiple", FieldKind.Integer, false, e => e.Rate is { } r ? FieldValue.Of(r.Multiple) : default, []),
        Text("gauge.name", e => e.Gauge?.Name),
        new("gauge.value", FieldKind.Real, false, e => e.Gauge is { } g ? FieldValue.Of(g.Value) : default, []),
        new("gauge.active_calls", FieldKind.Integer, false, e => e.Gauge is { } g ? FieldValue.Of((long)g.ActiveCalls) : default, ["active_calls"]),
        new("gauge.active_international", FieldKind.Integer, false, e => e.Gauge is { } g ? FieldValue.Of((long)g.ActiveInternational) : default, ["active_intl"]),
        new("gauge.attempts", FieldKind.Integer, false, e => e.Gauge is { } g ? FieldValue.Of((long)g.Attempts) : default, []),
        new("gauge.asr", FieldKind.Real, false, e => e.Gauge is { } g ? FieldValue.Of(g.Asr) : default, ["asr"]),
        new("gauge.acd_s", FieldKind.Real, false, e => e.Gauge is { } g ? FieldValue.Of(g.AcdS) : default, ["acd"]),

        // Hosts
        Text("tls.version", e => e.Tls?.Version),
        Text("tls.cipher", e => e.Tls?.Cipher, "tlscipher"),
        Text("block.by", e => e.Block?.By),
        Text("block.jail", e => e.Block?.Jail, "jail"),
        Text("block.rule", e => e.Block?.Rule),
        Text("observer.ingress.interface.name", e => e.Block?.InterfaceIn, "in_interface"),
        Text("observer.egress.interface.name", e => e.Block?.InterfaceOut, "out_interface"),
        Text("resource.name", e => e.Resource?.Name, "resource"),
        new("resource.value", FieldKind.Real, false, e => e.Resource is { } r ? FieldValue.Of(r.Value) : default, ["value"]),
        new("resource.threshold", FieldKind.Real, false, e => e.Resource is { } r ? FieldValue.Of(r.Threshold) : default, []),
        Text("audit.class", e => e.Audit?.ClassName, "class_name"),
        Text("audit.object_id", e => e.Audit?.ObjectId, "object_id"),
        Text("audit.op", e => e.Audit?.Operation),
        Text("audit.before", e => e.Audit?.Before),
        Text("audit.after", e => e.Audit?.After),

        // Added by the collector
        Text("source.net", e => e.Enrichment?.SourceNet, "src.net24", "src.net48", "src.net"),
        NonZero("source.as.number", e => e.Enrichment?.SourceAsn ?? 0, "src.asn"),
        Text("source.geo.country_iso_code", e => e.Enrichment?.SourceCountry, "src.country"),
        Flag("source.trusted", e => e.Enrichment?.SourceTrusted ?? false, "src.is_trusted"),
        Flag("source.carrier", e => e.Enrichment?.SourceCarrier ?? false, "src.is_carrier"),
        Text("source.listed_by", e => e.Enrichment?.SourceListedBy, "src.listed_by"),
        Flag("source.new_for_aor", e => e.Enrichment?.SourceNewForAor ?? false, "src.new_for_aor"),
        Text("destination.class", e => e.Enrichment?.DestinationClass, "dst.class"),
        Text("destination.prefix", e => e.Enrichment?.DestinationPrefix, "dst.prefix"),
        Text("destination.tail", e => e.Enrichment?.DestinationTail, "dst.tail"),
        Text("source.caller_block", e => e.Enrichment?.CallerBlock, "caller_block"),
        Text("user_agent.name", e => e.Enrichment?.UserAgentFamily, "ua_family"),
        Flag("user_agent.new_for_aor", e => e.Enrichment?.UserAgentNewForAor ?? false),
        Text("host.group", e => e.Enrichment?.HostGroup),
        Text("baseline.entity", e => e.Baseline?.Entity, "entity"),
        Text("baseline.attribute", e => e.Baseline?.Attribute, "attr"),
        Text("baseline.value", e => e.Baseline?.Value),
        Text("alert.id", e => e.Alert?.AlertId),
        Text("rule.id", e => e.Alert?.RuleId),
        Text("rule.name", e => e.Alert?.RuleName),
        Text("alert.level", e => e.Alert?.Level),
    ];

    // Beside the catalogue, because static fields are initialised in the order of one file.
    private static readonly FrozenDictionary<string, EventField> ByName = Index();

    private static EventField Text(string name, Func<Event, string?> get, params string[] aliases) =>
        Text(name, get, indexed: false, aliases);

    private static EventField Text(string name, Func<Event, string?> get, bool indexed, params string[] aliases) =>
        new(name, FieldKind.Text, indexed, e => FieldValue.Of(get(e)), aliases);

    private static EventField Texts(string name, Func<Event, IReadOnlyList<string>?> get, params string[] aliases) =>
        new(name, FieldKind.Texts, false, e => get(e) is { } texts ? FieldValue.Of(texts) : default, aliases);

    private static EventField Number(string name, Func<Event, long> get, params string[] aliases) =>
        new(name, FieldKind.Integer, false, e => FieldValue.OfNonZero(get(e)), aliases);

    private static EventField NonZero(string name, Func<Event, long> get, params string[] aliases) =>
        new(name, FieldKind.Integer, false, e => FieldValue.OfNonZero(get(e)), aliases);

    private static EventField Flag(string name, Func<Event, bool> get, params string[] aliases) =>
        new(name, FieldKind.Bool, false, e => FieldValue.OfTrue(get(e)), aliases);

    private static EventField Address(string name, Func<Event, ByteString> get, params string[] aliases) =>
        new(name, FieldKind.Address, name is "source.ip" or "destination.ip", e => FieldValue.OfAddress(get(e)), aliases);

    private static EventField Stat(string name, Func<SourceStats, ulong> get, params string[] aliases) =>
        new(name, FieldKind.Integer, false, e => e.SourceStats is { } s ? FieldValue.Of((long)get(s)) : default, aliases);

    private static EventField Ratio(string name, Func<SourceStats, FieldValue> get) =>
        new(name, name == "stats.amplification" ? FieldKind.Real : FieldKind.Integer, false, e => e.SourceStats is { } s ? get(s) : default, []);

    private static FieldValue Percent(ulong part, ulong whole) => FieldValue.Of((long)Math.Min(100, part * 100 / whole));

    private static string SeverityName(Severity severity) => severity switch
    {
        Severity.Info => "info",
        Severity.Warning => "warning",
        Severity.Error => "error",
        Severity.Critical => "critical",
        _ => "",
    };

    private static string TransportName(Transport transport) => transport switch
    {
        Transport.Udp => "udp",
        Transport.Tcp => "tcp",
        Transport.Tls => "tls",
        Transport.Ws => "ws",
        Transport.Wss => "wss",
        Transport.Sctp => "sctp",
        _ => "",
    };

    private static string LogSourceName(LogSource source) => source switch
    {
        LogSource.Unspecified => "",
        LogSource.HostMetrics => "host_metrics",
        _ => source.ToString().ToLowerInvariant(),
    };

    private static string RawText(ByteString raw) => raw.IsEmpty ? "" : raw.ToStringUtf8();
}
