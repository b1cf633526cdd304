using System.Text.Json;

namespace SensorNet.Sensor.Tests.Cli;

public sealed class PrivacyReplayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sn-privacy-").FullName;

    [Fact]
    public async Task Nothing_that_is_to_be_hidden_leaves_in_clear_and_equal_accounts_stay_equal()
    {
        var keys = WriteKeys("k1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
        var (exit, output, errors) = await ReplayAsync($"privacy:\n  key_file: {keys}\n  accounts: pseudonym\n  addresses: preserve_prefix\n");
        Assert.True(exit == 0, errors);
        Assert.DoesNotContain("198.51.100.7", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"u1\"", output, StringComparison.Ordinal);
        var users = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("user.name").GetString()).ToList();
        Assert.Equal(4, users.Count);
        Assert.Equal(users[0], users[2]);
        Assert.NotEqual(users[0], users[1]);
    }

    [Fact]
    public async Task Rules_without_a_key_and_keys_open_to_others_are_refused()
    {
        var (exit, _, errors) = await ReplayAsync("privacy:\n  accounts: pseudonym\n");
        Assert.Equal(3, exit);
        Assert.Contains("privacy:", errors, StringComparison.Ordinal);

        var keys = WriteKeys("k1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        var (open, _, message) = await ReplayAsync($"privacy:\n  key_file: {keys}\n  accounts: pseudonym\n");
        Assert.Equal(3, open);
        Assert.Contains("chmod 600", message, StringComparison.Ordinal);
        Assert.DoesNotContain("000102", message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<(int ExitCode, string Output, string Errors)> ReplayAsync(string yaml)
    {
        var log = Path.Combine(_folder, "auth.log");
        File.WriteAllLines(log, [SshdLog.Line(0), SshdLog.Line(1), SshdLog.Line(0), SshdLog.Line(2)]);
        var config = Path.Combine(_folder, "sensor.yaml");
        File.WriteAllText(config, yaml);
        return SensorProcess.RunAsync("replay", "--log", log, "--config", config);
    }

    private string WriteKeys(string text)
    {
        var file = Path.Combine(_folder, "keys");
        File.WriteAllText(file, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }
}
