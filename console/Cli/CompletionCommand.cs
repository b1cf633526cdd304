using System.CommandLine;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet completion SHELL</c>: a script that makes a shell complete our commands, options and words.</summary>
internal sealed class CompletionCommand(CommandBuilder commands)
{
    // The [suggest:N] directive of the command line answers with one candidate a line.
    private const string Bash = """
        _sensornet() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(sensornet "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _sensornet sensornet
        """;

    private const string Zsh = """
        #compdef sensornet
        _sensornet() {
          local -a candidates
          candidates=("${(@f)$(sensornet "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -a candidates
        }
        compdef _sensornet sensornet
        """;

    private const string Fish = """
        function __sensornet_complete
          set -l line (commandline -cp)
          sensornet "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c sensornet -f -a '(__sensornet_complete)'
        """;

    private readonly Argument<string> _shell = new Argument<string>("shell") { Description = "bash, zsh or fish" }.AcceptOnlyFromAmong("bash", "zsh", "fish");

    public Command Build() => commands.Create(
        "completion",
        "Print a script for shell completion: source <(sensornet completion bash)",
        context =>
        {
            context.Out.WriteLine(context.Get(_shell) switch
            {
                "zsh" => Zsh,
                "fish" => Fish,
                _ => Bash,
            });
            return Task.FromResult(ExitCodes.Ok);
        },
        _shell);
}
