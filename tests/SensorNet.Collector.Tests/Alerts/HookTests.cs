using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Alerts;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Alerts;

/// <summary>Telling the outside: each kind of hook, and what happens when it fails.</summary>
public sealed class HookTests
{
    private static readonly Alert Example = new()
    {
        AlertId = "a1",
        RuleName = "h01_ssh_bruteforce",
        Title = "SSH brute force",
        Why = "5 of >= 5\nforged line",
        Level = AlertLevel.Critical,
        SourceIp = "203.0.113.9",
        Host = "pbx 1",
        User = "x'; rm -rf /",
        Count = 5,
    };

    [Fact]
    public async Task A_failing_hook_is_tried_again_and_the_others_are_told_at_once()
    {
        var flaky = new RecordingHook(failures: 2);
        var sound = new RecordingHook(failures: 0);
        await using (var hooks = Hooks(flaky, sound))
        {
            hooks.Notify(Example, "new");
            await flaky.Told.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(3, flaky.Attempts);
        Assert.Equal(1, sound.Attempts);
    }

    [Fact]
    public async Task What_cannot_be_told_is_given_up_after_the_last_try_and_counted()
    {
        var broken = new RecordingHook(failures: int.MaxValue);
        var hooks = Hooks(broken);
        hooks.Notify(Example, "new");
        await broken.Tried(3).WaitAsync(TimeSpan.FromSeconds(30));
        await hooks.DisposeAsync();
        Assert.Equal((0L, 1L, 0L), hooks.Counters);
    }

    [Fact]
    public async Task Alerts_below_the_level_are_not_told()
    {
        var hook = new RecordingHook(failures: 0);
        await using (var hooks = Hooks(hook))
        {
            hooks.Notify(new Alert { Level = AlertLevel.Medium }, "new");
        }

        Assert.Equal(0, hook.Attempts);
    }

    [Fact]
    public async Task A_web_hook_posts_signed_JSON()
    {
        var handler = new RecordingHandler();
        using var client = new HttpClient(handler);
        await new WebHook(client, new Uri("https://example.com/hook?token=secret"), "key").SendAsync(Notice.Of(Example, "new"), CancellationToken.None);
        using var json = JsonDocument.Parse(handler.Body);
        Assert.Equal("new", json.RootElement.GetProperty("change").GetString());
        Assert.Equal("203.0.113.9", json.RootElement.GetProperty("alert").GetProperty("sourceIp").GetString());
        Assert.Equal($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData("key"u8, handler.Body))}", handler.Signature);
        Assert.DoesNotContain("secret", new WebHook(client, new Uri("https://example.com/hook?token=secret"), "key").Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_hook_that_answers_with_an_error_counts_as_failed()
    {
        using var client = new HttpClient(new RecordingHandler { Status = HttpStatusCode.BadGateway });
        await Assert.ThrowsAsync<HttpRequestException>(() => new WebHook(client, new Uri("https://example.com/"), "").SendAsync(Notice.Of(Example, "new"), CancellationToken.None));
    }

    [Fact]
    public async Task A_command_gets_the_alert_on_its_input_and_hostile_names_never_reach_a_shell()
    {
        var folder = Directory.CreateTempSubdirectory("sensornet-hook-");
        var output = Path.Combine(folder.FullName, "out");
        var script = Path.Combine(folder.FullName, "hook.sh");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\ncat > '{output}'\nprintf '%s' \"$SENSORNET_USER\" > '{output}.user'\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await RunAsync(script);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(output));
        Assert.Equal("h01_ssh_bruteforce", json.RootElement.GetProperty("alert").GetProperty("ruleName").GetString());
        Assert.Equal("x'; rm -rf /", await File.ReadAllTextAsync($"{output}.user"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_command_that_fails_says_so() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => new CommandHook("/bin/false").SendAsync(Notice.Of(Example, "new"), CancellationToken.None));

    [Fact]
    public void Syslog_is_one_line_of_RFC_5424_whatever_the_names_are()
    {
        var line = Encoding.UTF8.GetString(SyslogHook.Format(Notice.Of(Example, "new"), DateTimeOffset.UnixEpoch));
        Assert.StartsWith("<82>1 1970-01-01T00:00:00.000Z pbx_1 sensornet - a1 - SSH brute force: 5 of >= 5?forged line", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    /// <summary>
    /// A program that another test starts at this moment inherits the script's file while it is still open for writing,
    /// and Linux does not run such a file (ETXTBSY) until that program has replaced itself.
    /// </summary>
    private static async Task RunAsync(string script)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await new CommandHook(script).SendAsync(Notice.Of(Example, "new"), CancellationToken.None);
                return;
            }
            catch (System.ComponentModel.Win32Exception) when (attempt < 50)
            {
                await Task.Delay(20);
            }
        }
    }

    private static HookQueue Hooks(params IHook[] hooks) =>
        new(hooks, AlertLevel.High, [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)], null, TimeProvider.System, NullLogger.Instance);

    private sealed class RecordingHook(int failures) : IHook
    {
        private readonly Lock _lock = new();
        private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

        public string Name => "test";

        public int Attempts { get; private set; }

        public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Tried(int times)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                _waiting.Add((times, reached));
            }

            return reached.Task;
        }

        public Task SendAsync(Notice notice, CancellationToken cancellation)
        {
            lock (_lock)
            {
                Attempts++;
                foreach (var (_, reached) in _waiting.Where(w => w.Count <= Attempts))
                {
                    reached.TrySetResult();
                }
            }

            if (Attempts <= failures)
            {
                throw new IOException("not now");
            }

            Told.TrySetResult();
            return Task.CompletedTask;
        }
    }

    private sealed class RecordingHandler : HttpMessageHandler
    {
        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public byte[] Body { get; private set; } = [];

        public string? Signature { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            Signature = request.Headers.TryGetValues(WebHook.SignatureHeader, out var values) ? values.Single() : null;
            return new HttpResponseMessage(Status);
        }
    }
}
