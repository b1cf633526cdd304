using System.CommandLine;
using System.Globalization;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Cli;

/// <summary><c>replay</c>: captures and logs to JSON lines or to the collector.</summary>
internal static class ReplayCommand
{
    public static Command Build(CommonOptions common)
    {
        var files = new Argument<string[]>("FILE") { Description = "Capture files: pcap or pcapng, plain or gzip; `-` is standard input.", Arity = ArgumentArity.ZeroOrMore };
        files.Validators.Add(result =>
        {
            // A mistyped option is not a file.
            if (result.Tokens.FirstOrDefault(t => t.Value.Length > 1 && t.Value[0] == '-' && !File.Exists(t.Value)) is { } unknown)
            {
                result.AddError($"There is no option {unknown.Value}.");
            }
        });
        var logs = new Option<string[]>("--log") { Description = "Log files, plain or gzip; may be given several times.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var speed = new Option<string>("--speed") { Description = "max, realtime, or a factor such as 10.", DefaultValueFactory = _ => "max", HelpName = "SPEED" };
        speed.Validators.Add(result =>
        {
            if (!TryParseSpeed(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError("--speed is max, realtime, or a number above 0 such as 10.");
            }
        });
        var shift = new Option<bool>("--shift-to-now") { Description = "Add one constant to the times of all inputs, so that the latest record is now." };
        var to = new Option<string>("--to") { Description = "json (one event per line) or collector (the one that was joined).", DefaultValueFactory = _ => "json", HelpName = "json|collector" };
        to.AcceptOnlyFromAmong("json", "collector");
        var output = new Option<string>("--out") { Description = "Where JSON lines go; `-` is standard output.", DefaultValueFactory = _ => "-", HelpName = "FILE" };
        var host = new Option<string?>("--host") { Description = "host.name of events that name none; default: the sensor's name, else this machine's.", HelpName = "NAME" };
        var synthetic = new Option<bool>("--synthetic") { Description = "Mark every event as synthetic: such events never page anybody." };
        var timeout = new Option<int>("--timeout") { Description = "Seconds to keep trying while the collector cannot be reached.", DefaultValueFactory = _ => 60, HelpName = "SECONDS" };
        var command = new Command("replay", "Plays captures and logs through the sensor.\n\nExamples:\n  sensornet-sensor replay attack.pcap\n  sensornet-sensor replay day.pcap.gz --log auth.log --to collector --shift-to-now\n  tcpdump -w - udp port 5060 | sensornet-sensor replay - --out events.jsonl")
        {
            files, logs, speed, shift, to, output, host, synthetic, timeout,
        };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var options = common.Load(parsed);
            var captures = parsed.GetValue(files) ?? [];
            var logFiles = parsed.GetValue(logs) ?? [];
            if (captures.Length + logFiles.Length == 0)
            {
                throw new CommandException(ExitCode.Usage, "Nothing to replay: name capture files, or logs with --log.");
            }

            var toCollector = parsed.GetValue(to) == "collector";
            var request = new ReplayRequest
            {
                Captures = captures,
                Logs = logFiles,
                Speed = TryParseSpeed(parsed.GetValue(speed), out var factor) ? factor : 0,
                ShiftToNow = parsed.GetValue(shift),
                Synthetic = parsed.GetValue(synthetic),
                Host = parsed.GetValue(host) ?? (toCollector ? new SensorIdentity(options.StateDirectory).Name : null) ?? options.Host,
            };
            return toCollector
                ? ReplayToCollector.RunAsync(request, options, TimeSpan.FromSeconds(parsed.GetValue(timeout)), Console.Error, cancellation)
                : Task.FromResult(ReplayToJson.Run(request, options, parsed.GetValue(output)!, Console.Error, cancellation));
        });
        return command;
    }

    private static bool TryParseSpeed(string? text, out double factor)
    {
        factor = text == "realtime" ? 1 : 0;
        return text is "max" or "realtime"
            || (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out factor) && factor > 0);
    }
}
