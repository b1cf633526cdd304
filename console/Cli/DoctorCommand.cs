using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using SensorNet.Console.Client;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet doctor</c>: what is used, what the terminal can do, and what is wrong.</summary>
internal sealed class DoctorCommand(CommandBuilder commands)
{
    public Command Build() => commands.Create("doctor", "Check terminal, configuration, identity and connection", RunAsync);

    private static async Task<int> RunAsync(CommandContext context)
    {
        var host = context.Host;
        var profile = TerminalProfile.Detect(host.Environment);
        Line("terminal", $"TERM={(profile.Term.Length > 0 ? profile.Term : "(not set)")}, colours {Name(profile.Depth)}, characters {(profile.Charset == Charset.Utf8 ? "UTF-8" : "ASCII")}"
            + (host.IsTerminal ? string.Create(CultureInfo.InvariantCulture, $", {host.Width} columns") : ", the output is no terminal"));
        if (!profile.IsUsable)
        {
            Line("", "The screens need a terminal that can move its cursor: set TERM to what it is (xterm-256color mostly).");
        }

        var paths = ConsolePaths.From(host.Environment);
        var code = ExitCodes.Ok;
        ConnectionSettings settings;
        try
        {
            settings = context.ResolveSettings();
            Line("config", File.Exists(paths.ConfigFile) ? paths.ConfigFile : $"{paths.ConfigFile} does not exist; defaults are used");
        }
        catch (ConfigurationException e)
        {
            Line("config", "WRONG: " + e.Message);
            return ExitCodes.Configuration;
        }

        Line("collector", settings.Collector);
        try
        {
            using var trust = new TlsTrust(settings);
            Line("identity", Identity(settings, trust.Certificate));
        }
        catch (ConfigurationException e)
        {
            Line("identity", "WRONG: " + e.Message);
            return ExitCodes.Configuration;
        }

        try
        {
            await using var collector = host.Connect(settings);
            var status = await collector.GetStatusAsync(context.Cancellation);
            var me = await collector.WhoAmIAsync(context.Cancellation);
            Line("connection", $"good: {status.CollectorId}, version {status.Version}; you are {me.Name} ({Words.Of(me.Role)})");
            var skew = Times.FromNanoseconds(status.Time) - host.Time.GetUtcNow();
            if (status.Time != 0 && skew.Duration() > TimeSpan.FromSeconds(5))
            {
                Line("clock", $"WRONG: the collector's clock is {Times.Length(skew.Duration())} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} this host's; times will look odd.");
            }
        }
        catch (CollectorException e)
        {
            Line("connection", "BROKEN: " + e.Message);
            code = Outcome.CodeOf(e.Failure);
        }

        return code;

        void Line(string name, string text) => host.Out.WriteLine($"{name,-11} {SafeText.Clean(text)}");
    }

    private static string Identity(ConnectionSettings settings, X509Certificate2? certificate)
    {
        if (settings.IsUnixSocket)
        {
            return $"your account on this host ({Environment.UserName})";
        }

        if (certificate is null)
        {
            return settings.TokenFile is { } token ? $"the token in {token}" : "none; enrol with 'sensornet login'";
        }

        var expires = certificate.NotAfter.ToUniversalTime();
        var state = expires < DateTime.UtcNow ? "WRONG: expired" : expires < DateTime.UtcNow.AddDays(30) ? "ends soon (renew: sensornet login --renew)" : "good";
        return string.Create(CultureInfo.InvariantCulture, $"{certificate.Subject} until {expires:yyyy-MM-dd}, {state}");
    }

    private static string Name(ColorDepth depth) => depth switch
    {
        ColorDepth.TrueColor => "true",
        ColorDepth.Palette256 => "256",
        ColorDepth.Sixteen => "16",
        _ => "none",
    };
}
