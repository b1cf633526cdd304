using System.Diagnostics;

namespace SensorNet.Console.Tests.Cli;

/// <summary>Completion as the shells themselves do it.</summary>
[Trait("Category", "Slow")]
public sealed class CompletionTests
{
    private const string Bash = """
        source <(sensornet completion bash)
        ask() { COMP_LINE="$1" COMP_POINT=${#1}; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _sensornet; echo "${COMPREPLY[@]}"; }
        ask "sensornet al"
        ask "sensornet alerts list --level c"
        """;

    private const string Zsh = """
        autoload -Uz compinit; compinit -u -D
        source <(sensornet completion zsh)
        compadd() { print -r -- ${(M)${(P)@[-1]}:#${BUFFER##* }*} }
        ask() { BUFFER="$1"; CURSOR=$#BUFFER; _sensornet }
        ask "sensornet al"
        ask "sensornet alerts list --level c"
        """;

    private const string Fish = """
        sensornet completion fish | source
        complete -C "sensornet al"
        complete -C "sensornet alerts list --level c"
        """;

    [Theory]
    [InlineData("bash", "--norc", Bash)]
    [InlineData("zsh", "-f", Zsh)]
    [InlineData("fish", "--no-config", Fish)]
    public async Task Commands_and_words_are_completed_by(string shell, string bare, string script)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/" + shell), $"{shell} is not installed");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/" + shell, [bare, "-c", script])
        {
            RedirectStandardOutput = true,
            Environment = { ["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}", ["HOME"] = Path.GetTempPath() },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["alerts", "critical"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
