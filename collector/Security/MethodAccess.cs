using System.Collections.Frozen;

namespace SensorNet.Collector.Security;

/// <summary>The one table of who may call what. A method that is not in it can be called by nobody.</summary>
internal static class MethodAccess
{
    private static readonly FrozenDictionary<string, Access> s_table = new Dictionary<string, Access>
    {
        ["/sensornet.v1.EnrolmentService/Join"] = Access.Anonymous,
        ["/sensornet.v1.EnrolmentService/Renew"] = Access.Certificate,

        ["/sensornet.v1.IngestService/Connect"] = Access.Sensor,

        ["/sensornet.v1.EventService/QueryEvents"] = Access.Viewer,
        ["/sensornet.v1.EventService/TailEvents"] = Access.Viewer,
        ["/sensornet.v1.EventService/GetEvents"] = Access.Viewer,
        ["/sensornet.v1.EventService/GetStatistics"] = Access.Viewer,
        ["/sensornet.v1.EventService/IngestEvent"] = Access.Operator,

        ["/sensornet.v1.CallService/ListCalls"] = Access.Viewer,
        ["/sensornet.v1.CallService/GetCall"] = Access.Viewer,
        ["/sensornet.v1.RegistrationService/ListRegistrations"] = Access.Viewer,
        ["/sensornet.v1.EntityService/ListEntities"] = Access.Viewer,
        ["/sensornet.v1.EntityService/GetEntityActivity"] = Access.Viewer,

        ["/sensornet.v1.AlertService/ListAlerts"] = Access.Viewer,
        ["/sensornet.v1.AlertService/WatchAlerts"] = Access.Viewer,
        ["/sensornet.v1.AlertService/GetAlert"] = Access.Viewer,
        ["/sensornet.v1.AlertService/UpdateAlert"] = Access.Operator,
        ["/sensornet.v1.AlertService/ExplainAlert"] = Access.Viewer,
        ["/sensornet.v1.AlertService/ListIncidents"] = Access.Viewer,
        ["/sensornet.v1.AlertService/WatchIncidents"] = Access.Viewer,
        ["/sensornet.v1.AlertService/GetIncident"] = Access.Viewer,
        ["/sensornet.v1.AlertService/UpdateIncident"] = Access.Operator,

        ["/sensornet.v1.RuleService/ListRules"] = Access.Viewer,
        ["/sensornet.v1.RuleService/SetRule"] = Access.Admin,
        ["/sensornet.v1.RuleService/GetCorrelationState"] = Access.Viewer,
        ["/sensornet.v1.RuleService/GetRule"] = Access.Viewer,
        ["/sensornet.v1.RuleService/GetRuleHistory"] = Access.Viewer,
        ["/sensornet.v1.RuleService/TuneRule"] = Access.Admin,
        ["/sensornet.v1.RuleService/ReloadRules"] = Access.Admin,
        ["/sensornet.v1.RuleService/TestRule"] = Access.Operator,
        ["/sensornet.v1.RuleService/CheckRules"] = Access.Operator,

        ["/sensornet.v1.ListService/ListLists"] = Access.Viewer,
        ["/sensornet.v1.ListService/ListEntries"] = Access.Viewer,
        ["/sensornet.v1.ListService/PreviewSource"] = Access.Viewer,
        ["/sensornet.v1.ListService/AddEntries"] = Access.Operator,
        ["/sensornet.v1.ListService/RemoveEntries"] = Access.Operator,

        ["/sensornet.v1.SilenceService/ListSilences"] = Access.Viewer,
        ["/sensornet.v1.SilenceService/AddSilence"] = Access.Operator,
        ["/sensornet.v1.SilenceService/RemoveSilence"] = Access.Operator,

        ["/sensornet.v1.SensorService/ListSensors"] = Access.Viewer,
        ["/sensornet.v1.SensorService/SetEventTypes"] = Access.Operator,

        ["/sensornet.v1.AdminService/GetStatus"] = Access.Viewer,
        ["/sensornet.v1.AdminService/WhoAmI"] = Access.Viewer,
        ["/sensornet.v1.AdminService/CreateToken"] = Access.Admin,
        ["/sensornet.v1.AdminService/ListTokens"] = Access.Admin,
        ["/sensornet.v1.AdminService/RevokeToken"] = Access.Admin,
        ["/sensornet.v1.AdminService/RevokeCertificate"] = Access.Admin,
        ["/sensornet.v1.AdminService/ListAudit"] = Access.Admin,
        ["/sensornet.v1.AdminService/Backup"] = Access.Admin,

        ["/grpc.health.v1.Health/Check"] = Access.Authenticated,
        ["/grpc.health.v1.Health/List"] = Access.Authenticated,
        ["/grpc.health.v1.Health/Watch"] = Access.Authenticated,
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = Access.Viewer,
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = Access.Viewer,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null for a method that nobody may call.</summary>
    public static Access? Find(string method) => s_table.TryGetValue(method, out var access) ? access : null;
}
