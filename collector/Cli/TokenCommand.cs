using System.CommandLine;
using SensorNet.Proto.Configuration;
using SensorNet.V1;

namespace SensorNet.Collector.Cli;

/// <summary><c>token create</c>: a one-time token for a new sensor or operator, from the collector running here.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var role = new Option<string>("--role") { Description = "sensor, viewer, operator or admin.", DefaultValueFactory = _ => "sensor" };
        role.AcceptOnlyFromAmong("sensor", "viewer", "operator", "admin");
        var name = new Option<string?>("--name") { Description = "The only name that may be taken with it." };
        var ttl = new Option<string>("--ttl") { Description = "How long it can be used.", DefaultValueFactory = _ => "1h" };
        var socket = LocalCollector.SocketOption();
        var create = new Command("create", "Prints a new token. Example: token create --role sensor --name edge-1") { role, name, ttl, socket };
        create.SetAction((parse, cancellation) =>
        {
            var text = parse.GetValue(ttl)!;
            if (!Units.TryParseDuration(text, out var life))
            {
                Console.Error.WriteLine($"sensornet-collector: --ttl is `{text}`; it must be a duration such as 30m or 1h.");
                return Task.FromResult(ExitCode.Usage);
            }

            var request = new CreateTokenRequest
            {
                Role = Enum.Parse<Role>(parse.GetValue(role)!, ignoreCase: true),
                Name = parse.GetValue(name) ?? "",
                TtlS = (ulong)Math.Max(1, life.TotalSeconds),
            };
            return LocalCollector.CallAsync(parse.GetValue(socket), async channel =>
                Console.WriteLine((await new AdminService.AdminServiceClient(channel).CreateTokenAsync(request, cancellationToken: cancellation)).Token));
        });
        return new Command("token", "Tokens that let sensors and operators in.") { create };
    }
}
