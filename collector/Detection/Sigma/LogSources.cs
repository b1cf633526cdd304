using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// From a rule's <c>logsource</c> to a condition on our events, so that rules written for auditd, sshd or process
/// creation look at the records that those produce here.
/// </summary>
internal static class LogSources
{
    private static readonly TypePredicate Logs = new(TypesWhere(t => t.Category != "sip" && (int)t.Type is >= 100 and < 400));
    private static readonly TypePredicate Audit = new(TypeSet.Of(
        EventType.AuditRecord, EventType.ProcessExec, EventType.FileChanged, EventType.AccountCreated, EventType.AccountRemoved, EventType.AccountChanged,
        EventType.KernelSegfault, EventType.KernelPromiscuous));
    private static readonly TypePredicate Execution = new(TypeSet.Of(EventType.ProcessExec));
    private static readonly TypePredicate Files = new(TypeSet.Of(EventType.FileChanged, EventType.AuditRecord));

    /// <returns>The condition; null when no event of ours can come from that source (Windows, cloud ...).</returns>
    public static Predicate? Resolve(LogSourceSelector source) => source switch
    {
        { Product: "" or "sensornet", Category: "", Service: "" } => new TypePredicate(TypeSet.All),
        { Product: "sensornet" } => OfCategory(source),
        { Product: "" or "linux", Category: "process_creation" } => Execution,
        { Product: "" or "linux", Category: "file_event" } => Files,
        { Product: "linux", Service: "auditd" } => Audit,
        { Product: "linux", Service: "auth" or "sshd" or "sudo" or "pam" or "cron" or "syslog" or "vsftpd" or "clamav" or "guacamole" } => Logs,
        { Product: "linux", Category: "", Service: "" } => Logs,
        { Product: "linux", Category: "" } => Logs,
        { Product: "", Category: "authentication" or "firewall" } => OfCategory(source),
        _ => null,
    };

    /// <summary>Whether events of that source have the fields of Sigma's taxonomy and no others: those made of audit records.</summary>
    public static bool HasTaxonomy(LogSourceSelector source) => source.Category is "process_creation" or "file_event";

    private static TypePredicate OfCategory(LogSourceSelector source)
    {
        var category = source.Category.Length > 0 ? source.Category : source.Service;
        return category switch
        {
            "sip" => new TypePredicate(TypesWhere(t => t.Category == "sip" || t.Name.StartsWith("sip.", StringComparison.Ordinal) || t.Name.StartsWith("pbx.", StringComparison.Ordinal) || t.Name.StartsWith("proxy.", StringComparison.Ordinal) || t.Name is "cdr" or "baseline.new")),
            "authentication" => new TypePredicate(TypesWhere(t => t.Category is "auth" or "security")),
            "firewall" => new TypePredicate(TypesWhere(t => t.Category is "firewall" or "security")),
            "log" or "logs" => Logs,
            _ => new TypePredicate(TypeSet.All),
        };
    }

    private static TypeSet TypesWhere(Func<EventTypeInfo, bool> condition) =>
        TypeSet.Of([.. EventTypes.All.Where(condition).Select(t => t.Type)]);
}
