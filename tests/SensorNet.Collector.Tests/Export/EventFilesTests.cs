using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Export;
using SensorNet.Collector.Tests.Ingest;
using SensorNet.Collector.Tests.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Export;

public sealed class EventFilesTests : IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Each_kind_of_event_goes_to_its_files_once_it_is_durable()
    {
        await using (var files = Open(1 << 20))
        {
            await using var running = new RunningLoop(TemporaryStore.Open(new() { Directory = directory.Path + "/store" }), files);
            await running.Submit(new EventBatch
            {
                FirstSeq = 1,
                Events =
                {
                    Events.AuthFailed(1),
                    new Event { Type = EventType.AuthFailure, Service = "sshd", User = "root" },
                    new Event { Type = EventType.AuthFailure, Service = "dovecot", User = "root" },
                    new Event { Type = EventType.SipSourceStats },
                    new Event { Type = EventType.ConsoleAudit, Actor = "ada" },
                },
            });
        }

        Assert.Equal(["sip.auth.failed", "auth.failure", "auth.failure", "console.audit"], Lines("events.jsonl").Select(l => (string?)l["event"]!["type"]));
        Assert.Equal("root", (string?)Assert.Single(Lines("ssh_attempts.jsonl"))["user"]!["name"]);
        Assert.Equal("ada", (string?)Assert.Single(Lines("audit.jsonl"))["actor"]!["name"]);
        Assert.False(File.Exists(directory.Path + "/files/alerts.jsonl"));
    }

    [Fact]
    public async Task Full_files_are_set_aside_and_the_oldest_removed()
    {
        await using (var files = Open(20_000))
        {
            await using var running = new RunningLoop(TemporaryStore.Open(new() { Directory = directory.Path + "/store" }), files);
            for (var i = 0; i < 40; i++)
            {
                await running.Submit(Events.Batch((ulong)(i * 10) + 1, 10));
            }

            Assert.Equal(0, files.LeftOut);
        }

        var kept = Directory.GetFiles(directory.Path + "/files").Order().Select(Path.GetFileName).ToList();
        Assert.Equal(["events.jsonl", "events.jsonl.1", "events.jsonl.2"], kept);
        Assert.All(kept, f => Assert.InRange(new FileInfo($"{directory.Path}/files/{f}").Length, 1, 20_000));
        Assert.Equal("user400", (string?)Lines("events.jsonl").Last()["user"]!["name"]);
    }

    private EventFiles Open(long maxBytes) =>
        new(new EventFileOptions { Directory = directory.Path + "/files", MaxFileBytes = maxBytes, Kept = 2 }, NullLogger.Instance);

    private List<JsonNode> Lines(string name) => [.. File.ReadAllLines($"{directory.Path}/files/{name}").Select(l => JsonNode.Parse(l)!)];
}
