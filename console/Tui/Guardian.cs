using System.ComponentModel;
using System.Diagnostics;

namespace SensorNet.Console.Tui;

/// <summary>
/// Gives the terminal back when this process cannot do it itself any more: a small shell that holds the reading end of
/// a pipe from us. When the pipe ends without the farewell (we were killed), it restores modes and settings.
/// </summary>
internal sealed class Guardian : IDisposable
{
    private readonly Process? _shell;

    private Guardian(Process? shell) => _shell = shell;

    /// <summary>Starts it. Call before the terminal is made raw, so that it saves the settings to restore; without /bin/sh there is none.</summary>
    public static Guardian Start()
    {
        // The escape sequences are the same as in TerminalModes.Leave. Signals from the terminal must not end it early.
        const string script = """
            trap '' INT TERM HUP TSTP QUIT TTOU TTIN
            saved=$(stty -g </dev/tty) || exit 0
            echo ready
            read -r farewell
            [ "$farewell" = farewell ] && exit 0
            printf '\033[m\033[r\033[?2004l\033[?1004l\033[?1006l\033[?1000l\033[?7h\033[2J\033[H\033[?1049l\033[?25h' >/dev/tty
            stty "$saved" </dev/tty
            """;
        try
        {
            var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            });

            // Until it has read the settings the terminal must not change.
            if (shell?.StandardOutput.ReadLine() != "ready")
            {
                shell?.Dispose();
                return new Guardian(null);
            }

            return new Guardian(shell);
        }
        catch (Win32Exception)
        {
            return new Guardian(null);
        }
    }

    /// <summary>We have given the terminal back ourselves.</summary>
    public void Dispose()
    {
        if (_shell is null)
        {
            return;
        }

        try
        {
            _shell.StandardInput.Write("farewell\n");
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        _shell.Dispose();
    }
}
