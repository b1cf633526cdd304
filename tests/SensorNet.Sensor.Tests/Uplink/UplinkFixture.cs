using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Uplink;

/// <summary>A joined sensor's state directory, and deliveries over it; removed afterwards.</summary>
internal sealed class UplinkFixture : IDisposable
{
    public UplinkFixture(string name = "edge-1")
    {
        Name = name;
        using var identity = Authority.IssueIdentity(name);
        new SensorIdentity(StateDirectory).Save(identity, "127.0.0.1:1");
    }

    public string Name { get; }

    public TestAuthority Authority { get; } = new();

    public TestStore Store { get; } = new();

    public string StateDirectory { get; } = Directory.CreateTempSubdirectory("sn-uplink-").FullName;

    public StringWriter LogText { get; } = new();

    public Task<TestCollector> StartCollectorAsync(int port = 0) => TestCollector.StartAsync(Authority, Store, port);

    public SensorOptions Options(string yaml, params string[] collectors) =>
        SensorOptions.Read(
            ConfigurationSection.Parse($"{yaml}\nuplink:\n  connect_timeout: 5s\n  collectors: [{string.Join(", ", collectors)}]\n", "test", "SENSORNET_TEST"),
            StateDirectory);

    public Delivery Open(params string[] collectors) => Open(Options("", collectors));

    public Delivery Open(SensorOptions options, bool wait = false) =>
        Delivery.Open(options, new DeliveryMode("host-1", wait, ["sip_capture"], []), new Log(LogText, LogLevel.Debug, journal: false), TimeProvider.System);

    public static Event NewEvent(string user) => new() { Type = EventType.AuthFailure, EventTime = 1, User = user };

    public static void Emit(Delivery delivery, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            delivery.Events.Emit(NewEvent($"u{i}"));
        }
    }

    public static IEnumerable<string> UserNames(int from, int count) => Enumerable.Range(from, count).Select(i => $"u{i}");

    /// <summary>Waits until something holds; fails with what it is when it does not within the limit.</summary>
    public static async Task EventuallyAsync(Func<bool> holds, string what, int seconds = 20)
    {
        var limit = DateTime.UtcNow.AddSeconds(seconds);
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < limit, $"after {seconds} s: not yet {what}");
            await Task.Delay(10);
        }
    }

    public void Dispose()
    {
        Authority.Dispose();
        Directory.Delete(StateDirectory, recursive: true);
    }
}
