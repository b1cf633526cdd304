using System.Text.Json;

namespace SensorNet.EndToEnd.Tests;

/// <summary>
/// A collector, sensors and a console as processes, in a private directory, on a free port. One per test; everything
/// is ended and removed afterwards.
/// </summary>
internal sealed class TestSystem : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(120);
    private RunningProgram? _collector;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("sensornet-test-").FullName;

    public string Socket => Path.Combine(Directory, "collector.sock");

    public string CollectorState => Path.Combine(Directory, "collector");

    public string Address { get; private set; } = "";

    public RunningProgram Collector => _collector ?? throw new InvalidOperationException("No collector was started.");

    /// <summary>Starts the collector and returns when it answers; again after a kill, on the same state and port.</summary>
    public async Task StartCollectorAsync(params string[] extra)
    {
        System.IO.Directory.CreateDirectory(CollectorState);
        var listening = Path.Combine(CollectorState, "listening");
        File.Delete(listening);
        var address = Address.Length == 0 ? "127.0.0.1:0" : Address;
        _collector = RunningProgram.Start(Programs.Collector, ["run", "--state-dir", CollectorState, "--socket", Socket, "--listen", address, .. extra]);
        var limit = DateTime.UtcNow + StartLimit;
        while (!File.Exists(listening) || new FileInfo(listening).Length == 0)
        {
            Assert.False(_collector.HasExited, $"the collector ended:\n{_collector.Errors}\n{_collector.Output}");
            Assert.True(DateTime.UtcNow < limit, $"the collector did not start:\n{_collector.Errors}\n{_collector.Output}");
            await Task.Delay(20);
        }

        Address = File.ReadLines(listening).First();
    }

    public void KillCollector()
    {
        Collector.Kill();
        _collector = null;
    }

    public string SensorState(string name) => Path.Combine(Directory, name);

    public async Task EnrolAsync(string name)
    {
        var token = (await ConsoleAsync("tokens", "create", "--role", "sensor", "--name", name, "--quiet")).Succeeded().Trim();
        (await SensorAsync("join", Address, "--token", token, "--name", name, "--state-dir", SensorState(name))).Succeeded();
    }

    public Task<FinishedProgram> ReplayAsync(string name, params string[] inputs) =>
        SensorAsync(["replay", .. inputs, "--to", "collector", "--state-dir", SensorState(name)]);

    public RunningProgram StartReplay(string name, params string[] inputs) =>
        RunningProgram.Start(Programs.Sensor, ["replay", .. inputs, "--to", "collector", "--state-dir", SensorState(name)]);

    public Task<FinishedProgram> SensorAsync(params string[] arguments) =>
        RunningProgram.RunAsync(Programs.Sensor, arguments, CommandLimit);

    public Task<FinishedProgram> ConsoleAsync(params string[] arguments) =>
        RunningProgram.RunAsync(Programs.Console, arguments, CommandLimit, ConsoleEnvironment);

    public IReadOnlyDictionary<string, string> ConsoleEnvironment => new Dictionary<string, string> { ["SENSORNET_COLLECTOR"] = $"unix:{Socket}" };

    /// <summary>The array that a listing of the console prints with <c>--json</c>.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(params string[] arguments)
    {
        var output = (await ConsoleAsync([.. arguments, "--json"])).Succeeded();
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
    }

    /// <summary>Every alert there is, of any state.</summary>
    public async Task<IReadOnlyList<ListedAlert>> AlertsAsync() => [.. (await ListAsync("alerts", "list")).Select(ListedAlert.Read)];

    /// <summary>Event time at which each alert was raised, by its id.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> FiredAtAsync() =>
        (await ListAsync("events", "list", "type:alert.fired", "--since", "1000d", "--limit", "100000"))
            .GroupBy(e => e.GetProperty("alert.id").GetString()!)
            .ToDictionary(g => g.Key, g => g.Min(e => e.GetProperty("event.time").GetDateTimeOffset()));

    public void Dispose()
    {
        _collector?.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
