using System.Text;
using Spectre.Console;

namespace SensorNet.Console.Cli;

/// <summary>A terminal as Spectre.Console writes to it.</summary>
internal sealed class TerminalOutput(CliHost host) : IAnsiConsoleOutput
{
    public TextWriter Writer => host.Out;

    public bool IsTerminal => host.IsTerminal;

    public int Width => host.Width;

    public int Height => 1000;

    public void SetEncoding(Encoding encoding)
    {
        // The process's output encoding was chosen at start-up by the locale.
    }
}
