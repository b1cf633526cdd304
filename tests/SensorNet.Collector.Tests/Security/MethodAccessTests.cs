using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

public sealed class MethodAccessTests
{
    private static readonly FileDescriptor[] s_files =
    [
        SensorNet.V1.EventReflection.Descriptor,
        IngestReflection.Descriptor,
        QueryReflection.Descriptor,
        AlertsReflection.Descriptor,
        RulesReflection.Descriptor,
        ListsReflection.Descriptor,
        AdminReflection.Descriptor,
        HealthReflection.Descriptor,
        ReflectionReflection.Descriptor,
    ];

    private static IEnumerable<MethodDescriptor> Methods => s_files.SelectMany(file => file.Services).SelectMany(service => service.Methods);

    [Fact]
    public void Every_method_of_every_service_has_a_rule()
    {
        var missing = Methods.Select(method => $"/{method.Service.FullName}/{method.Name}").Where(path => MethodAccess.Find(path) is null);

        Assert.Empty(missing);
    }

    [Fact]
    public void What_changes_anything_is_no_viewer_business()
    {
        string[] changing = ["Update", "Set", "Create", "Revoke", "Ingest", "Backup", "Connect", "Delete", "Add", "Remove", "Tune", "Reload"];

        foreach (var method in Methods.Where(method => changing.Any(word => method.Name.StartsWith(word, StringComparison.Ordinal))))
        {
            Assert.NotEqual(Access.Viewer, MethodAccess.Find($"/{method.Service.FullName}/{method.Name}"));
        }
    }

    [Fact]
    public async Task Each_role_reaches_exactly_the_methods_of_its_rank()
    {
        await using var server = await SecuredServer.StartAsync();
        using var sensor = await server.EnrolAsync(Role.Sensor, "pbx1");
        using var viewer = await server.EnrolAsync(Role.Viewer, "ann");
        using var operatorIdentity = await server.EnrolAsync(Role.Operator, "bob");
        using var admin = await server.EnrolAsync(Role.Admin, "eve");
        var bearer = await server.CreateTokenAsync(Role.Viewer, bearer: true);
        var nobody = await server.CreateTokenAsync(Role.Admin);
        (string Who, Role Role, bool Certificate, ChannelBase Channel)[] callers =
        [
            ("anonymous", Role.Unspecified, false, server.Connect(nobody)),
            ("sensor", Role.Sensor, true, server.Connect(sensor)),
            ("viewer", Role.Viewer, true, server.Connect(viewer)),
            ("viewer by token", Role.Viewer, false, server.Connect(bearer)),
            ("operator", Role.Operator, true, server.Connect(operatorIdentity)),
            ("admin", Role.Admin, true, server.Connect(admin)),
            ("local root", Role.Admin, false, server.ConnectLocal()),
        ];
        var wrong = new List<string>();

        foreach (var caller in callers)
        {
            foreach (var method in Methods.Where(method => method.Name is not "Watch"))
            {
                var status = await RawCall.RunAsync(caller.Channel, method);
                var allowed = status.StatusCode is not (StatusCode.PermissionDenied or StatusCode.Unauthenticated);
                if (method.Name == "Join")
                {
                    // Reached, and refused for its empty token; later callers from here have to wait for their turn.
                    allowed = status.Detail.Contains("malformed", StringComparison.Ordinal) || status.StatusCode == StatusCode.ResourceExhausted;
                }

                if (allowed != Expected(MethodAccess.Find($"/{method.Service.FullName}/{method.Name}")!.Value, caller.Role, caller.Certificate))
                {
                    wrong.Add($"{caller.Who} {method.FullName}: {status}");
                }
            }

            await caller.Channel.ShutdownAsync();
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Unknown_methods_are_answered_without_touching_anything()
    {
        await using var server = await SecuredServer.StartAsync();
        using var channel = server.ConnectLocal();

        Assert.Equal(StatusCode.Unimplemented, (await RawCall.RunAsync(channel, "sensornet.v1.AlertService", "Nothing")).StatusCode);
        Assert.Equal(StatusCode.Unimplemented, (await RawCall.RunAsync(channel, "other.Service", "Nothing")).StatusCode);
        Assert.Equal(StatusCode.Unimplemented, (await RawCall.RunAsync(channel, "sensornet.v1.adminservice", "whoami")).StatusCode);
    }

    private static bool Expected(Access access, Role role, bool certificate) => access switch
    {
        Access.Anonymous => true,
        Access.Authenticated => role != Role.Unspecified,
        Access.Certificate => certificate,
        Access.Sensor => role == Role.Sensor,
        Access.Viewer => role >= Role.Viewer,
        Access.Operator => role >= Role.Operator,
        Access.Admin => role == Role.Admin,
        _ => false,
    };
}
