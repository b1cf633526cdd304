using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Grpc.Core;
using SensorNet.Console.Client;
using SensorNet.Console.Tui;
using SensorNet.Proto.Enrolment;
using SensorNet.Rpc;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet login</c>: turns an enrolment token into an identity that later commands use by themselves.</summary>
internal sealed class LoginCommand(CommandBuilder commands)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Argument<string> _address = new("collector") { Description = "The collector: https://host:port" };
    private readonly Option<string?> _token = new("--token") { Description = "Enrolment token, as 'sensornet tokens create --role operator' prints it", HelpName = "token" };
    private readonly Option<string?> _name = new("--name") { Description = "Your name [default: that of your account]", HelpName = "name" };
    private readonly Option<bool> _renew = new("--renew") { Description = "Renew the identity that is kept; needs no token" };

    public Command Build() => commands.Create("login", "Enrol at a collector on another host", RunAsync, _address, _token, _name, _renew);

    private async Task<int> RunAsync(CommandContext context)
    {
        var address = context.Get(_address)!;
        address = address.Contains("://", StringComparison.Ordinal) || address.StartsWith("unix:", StringComparison.Ordinal) ? address : "https://" + address;
        if (ConnectionSettings.Complaint(address) is { } complaint || address.StartsWith("unix:", StringComparison.Ordinal))
        {
            throw new UsageException(ConnectionSettings.Complaint(address) ?? "The local socket needs no login: it knows you by your account.");
        }

        var paths = ConsolePaths.From(context.Host.Environment);
        var file = Path.Combine(context.StateDirectory ?? paths.IdentityDirectory(address), ConsolePaths.IdentityName);
        try
        {
            using var identity = context.Get(_renew) ? await RenewAsync(address, file, context) : await JoinAsync(address, context);
            identity.Save(file);
            await context.Out.WriteLineAsync(SafeText.Clean(string.Create(
                CultureInfo.InvariantCulture,
                $"You are {identity.Id} ({identity.Role}) at {address} until {identity.NotAfter:yyyy-MM-dd}; the identity is kept in {file}.")));
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            throw new CollectorException(
                CollectorFailure.NotAuthenticated, $"The collector at {address} refuses: {SafeText.Clean(e.Status.Detail)}. A token is good once and for a limited time.", e);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.InvalidArgument or StatusCode.AlreadyExists)
        {
            throw new CollectorException(CollectorFailure.Invalid, $"The collector at {address} refuses the name: {SafeText.Clean(e.Status.Detail).TrimEnd('.')}. --name NAME gives another.", e);
        }
        catch (RpcException e)
        {
            throw new CollectorException(
                CollectorFailure.Unreachable, $"The collector at {address} cannot be reached, or is not the one that made this token: {SafeText.Clean(e.Status.Detail)}.", e);
        }
        catch (CryptographicException e)
        {
            throw new CollectorException(CollectorFailure.NotAuthenticated, $"{address}: {e.Message} Was the token made by this collector?", e);
        }

        if (!File.Exists(paths.ConfigFile))
        {
            Directory.CreateDirectory(paths.ConfigDirectory);
            await File.WriteAllTextAsync(paths.ConfigFile, $"# Written by 'sensornet login'. Every key is explained in console/README.md.\ncollector: {address}\n", context.Cancellation);
            await context.Out.WriteLineAsync($"Commands use it from now on: {paths.ConfigFile}");
        }

        return ExitCodes.Ok;
    }

    private async Task<ClientIdentity> JoinAsync(string address, CommandContext context)
    {
        if (!AccessToken.TryParse(context.Get(_token), out var token) || token.Kind != AccessTokenKind.Enrolment)
        {
            throw new UsageException("login needs an enrolment token: --token sn1.ID.SECRET.PIN. On the collector's host: sensornet tokens create --role operator");
        }

        var name = context.Get(_name) ?? (context.Host.Environment("USER") is { Length: > 0 } user ? user : Environment.UserName);
        return await EnrolmentClient.JoinAsync(address, token, name, DateTime.UtcNow + Patience, context.Cancellation);
    }

    private static async Task<ClientIdentity> RenewAsync(string address, string file, CommandContext context)
    {
        using var identity = CredentialFiles.ReadIdentity(file)
            ?? throw new ConfigurationException($"There is no identity in {file} to renew. Enrol: sensornet login {address} --token TOKEN");
        using var channel = RpcChannel.ForAddress(address, identity);
        return await EnrolmentClient.RenewAsync(channel, identity, DateTime.UtcNow + Patience, context.Cancellation);
    }
}
