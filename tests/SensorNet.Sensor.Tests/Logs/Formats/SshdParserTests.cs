using System.Text.Json;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs.Formats;

public sealed class SshdParserTests
{
    private const string At = "Nov 21 01:36:45 vm sshd[19675]: ";

    [Theory]
    [InlineData("sshd.log")]
    [InlineData("sshd.iso.log")]
    public void Labelled_log_gives_each_attempt_once(string name)
    {
        var run = LogRun.File(Repository.SharedData("logs", name));
        using var label = JsonDocument.Parse(File.ReadAllText(Repository.SharedData("logs", "sshd.label.json")));
        var failures = run.Events.Where(e => e.Type == EventType.AuthFailure).ToLookup(e => LogRun.Address(e.SourceIp));

        Assert.Equal(8, failures["127.66.50.1"].Count());
        Assert.All(failures["127.66.50.1"], e => Assert.True(e is { User: "root", UserKnown: true, AuthMethod: "password", Service: "sshd", Host: "vm" }));

        // The client itself refused "user name", which never reached the server.
        var users = label.RootElement.GetProperty("events")[1].GetProperty("users").EnumerateArray().Select(u => u.GetString()!).Where(u => u != "user name");
        Assert.Equal(users, failures["127.66.50.2"].Select(e => e.User));
        Assert.Equal(["kamailio", "postgres"], failures["127.66.50.2"].Where(e => e.UserKnown).Select(e => e.User).Order());

        for (var i = 1; i <= 6; i++)
        {
            Assert.Equal(3, failures[$"127.66.51.{i}"].Count());
        }

        var successes = run.Events.Where(e => e.Type == EventType.AuthSuccess).ToLookup(e => LogRun.Address(e.SourceIp));
        Assert.Equal(3, successes["127.1.60.1"].Count(e => e.AuthMethod == "publickey"));
        Assert.Single(successes["127.1.60.2"]);
        Assert.Equal(4, successes.Sum(s => s.Count()));
        foreach (var probe in new[] { "127.66.52.1", "127.66.52.2", "127.66.52.3" })
        {
            Assert.Empty(failures[probe]);
            Assert.Equal(4, run.Events.Count(e => LogRun.Address(e.SourceIp) == probe && e.Type == EventType.ConnectionClosed));
        }

        Assert.Equal(0, run.Counters.Unclaimed);
    }
}
