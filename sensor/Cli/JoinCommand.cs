using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Grpc.Core;
using SensorNet.Proto.Enrolment;
using SensorNet.Rpc;
using SensorNet.Sensor.Spool;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Cli;

/// <summary><c>join</c>: spends a one-time token for this sensor's certificate.</summary>
internal static class JoinCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Command Build(CommonOptions common)
    {
        var address = new Argument<string>("ADDRESS") { Description = $"The collector, host:port (port {CollectorAddress.DefaultPort} when left out)." };
        var token = new Option<string?>("--token") { Description = "The enrolment token; without it, it is read from the variable SENSORNET_TOKEN, which ps does not show.", HelpName = "TOKEN" };
        var name = new Option<string?>("--name") { Description = "The sensor's name, a-z, 0-9, dot and dash; default: this machine's.", HelpName = "NAME" };
        var command = new Command("join", "Joins a collector, once: gets this sensor's certificate for a one-time token.\n\nExample:\n  sensornet-sensor join collector.example:7443 --token sn1.k3j9.... --name edge-1") { address, token, name };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(address)!,
            parsed.GetValue(token) ?? Environment.GetEnvironmentVariable("SENSORNET_TOKEN"),
            parsed.GetValue(name) ?? Environment.MachineName.ToLowerInvariant(),
            common.Load(parsed).StateDirectory,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string text, string? tokenText, string name, string stateDirectory, CancellationToken cancellation)
    {
        if (tokenText is null)
        {
            throw new CommandException(ExitCode.Usage, "A token is needed: --token sn1.... (on the collector's host: sensornet tokens create --role sensor).");
        }

        if (!AccessToken.TryParse(tokenText, out var token) || token.Kind != AccessTokenKind.Enrolment)
        {
            throw new CommandException(ExitCode.Usage, "That is no enrolment token: one looks like sn1.ID.SECRET.PIN, in lower case, as `sensornet tokens create --role sensor` prints it.");
        }

        if (!CollectorAddress.TryNormalize(text, out var address, out var problem))
        {
            throw new CommandException(ExitCode.Usage, $"{text}: {problem}");
        }

        try
        {
            using var state = StateDirectory.Hold(stateDirectory);
            using var identity = await EnrolmentClient.JoinAsync(address, token, name, DateTime.UtcNow + Limit, cancellation);
            if (identity.Role != "sensor")
            {
                throw new CommandException(ExitCode.Collector, $"The token is for the role {identity.Role}, not for a sensor. Make one with: sensornet tokens create --role sensor");
            }

            new SensorIdentity(state.Path).Save(identity, text);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"joined {text} as {identity.Id}; the certificate is renewed by itself and valid until {identity.NotAfter:yyyy-MM-dd}"));
            return ExitCode.Ok;
        }
        catch (StateDirectoryException unusable)
        {
            throw new CommandException(unusable.Locked ? ExitCode.Busy : ExitCode.Configuration, unusable.Message, unusable);
        }
        catch (RpcException refused)
        {
            throw new CommandException(ExitCode.Collector, Explain(text, refused.Status), refused);
        }
        catch (CryptographicException refused)
        {
            throw new CommandException(ExitCode.Collector, $"{text}: {refused.Message} Was the token made by this collector?", refused);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failure, $"{stateDirectory}: the identity cannot be kept: {failure.Message}", failure);
        }
    }

    private static string Explain(string address, Status status) => status.StatusCode switch
    {
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => $"{address} refuses the token: {status.Detail} A token is good once and for a limited time.",
        StatusCode.InvalidArgument or StatusCode.AlreadyExists => $"{address} refuses the name: {status.Detail} Choose it with --name.",
        StatusCode.DeadlineExceeded => string.Create(CultureInfo.InvariantCulture, $"{address} did not answer within {Limit.TotalSeconds:0} s."),
        _ => $"{address} cannot be reached, or is not the collector that made this token: {status.Detail}",
    };
}
