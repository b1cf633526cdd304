using System.Diagnostics;
using System.Globalization;

namespace SensorNet.Console.Tests.Support;

/// <summary>A terminal that is not ours: tmux on a socket of its own, and the console as a process in it.</summary>
internal sealed class TmuxTerminal : IDisposable
{
    private readonly PrivateFolder _folder = new();

    private TmuxTerminal(int width, int height, string command)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tmux"), "tmux is not installed");
        Tmux("-f", "/dev/null", "new-session", "-d", "-x", Number(width), "-y", Number(height), command);
        Tmux("set", "-g", "remain-on-exit", "on");
        Tty = Tmux("display", "-p", "#{pane_tty}").Trim();

        // tmux itself still changes the terminal's settings until the shell is there.
        WaitFor(screen => screen.TrimEnd() is { Length: > 0 } prompt && prompt[^1] is '#' or '$', "the shell's prompt");
        Modes = Stty();
    }

    /// <summary>The pane's device.</summary>
    public string Tty { get; }

    /// <summary>The terminal's settings before anything ran in it.</summary>
    public string Modes { get; }

    /// <summary>Starts a plain shell, which leaves terminal settings alone, and in it the console.</summary>
    public static TmuxTerminal Start(string collector, int width = 80, int height = 24, string variables = "LANG=C.UTF-8", string shell = "sh", string? program = null)
    {
        var terminal = new TmuxTerminal(width, height, $"env -u TMUX -u NO_COLOR -u COLORTERM -u LC_ALL HOME=/nonexistent SENSORNET_COLLECTOR={collector} {variables} {shell}");
        var console = program ?? Path.Combine(AppContext.BaseDirectory, "sensornet");
        terminal.Type($"{console}; echo ended $?");
        return terminal;
    }

    /// <summary>Types a line.</summary>
    public void Type(string line) => Tmux("send-keys", line, "Enter");

    /// <summary>Presses keys by tmux's names.</summary>
    public void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    public void Resize(int width, int height) => Tmux("resize-window", "-x", Number(width), "-y", Number(height));

    public string Capture() => Tmux("capture-pane", "-p");

    /// <summary>The screen with the escape codes of its colours and attributes.</summary>
    public string CaptureStyled() => Tmux("capture-pane", "-p", "-e");

    /// <summary>Whether the bell rang since the last look (nobody is attached to the session, so tmux keeps it).</summary>
    public bool BellRang() => Tmux("display", "-p", "#{window_bell_flag}").Trim() == "1";

    /// <summary>alternate screen, cursor, any mouse mode: 0 or 1 each.</summary>
    public string Flags() => Tmux("display", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}").Trim();

    public string Stty() => Run("stty", "-F", Tty, "-g").Trim();

    /// <summary>The console's process in this terminal.</summary>
    public int ConsoleProcess()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => char.IsAsciiDigit(Path.GetFileName(f)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(folder, "comm")).Trim() == "sensornet"
                    && File.ResolveLinkTarget(Path.Combine(folder, "fd", "0"), false)?.FullName == Tty)
                {
                    return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or is not ours to look at.
            }
        }

        throw new InvalidOperationException($"No console runs on {Tty}.");
    }

    public void Signal(string name) => Run("bash", "-c", $"kill -{name} {ConsoleProcess()}");

    public string WaitFor(string text) => WaitFor(screen => screen.Contains(text, StringComparison.Ordinal), text);

    public string WaitFor(Func<string, bool> condition, string what)
    {
        var screen = "";
        for (var deadline = Stopwatch.StartNew(); deadline.Elapsed < TimeSpan.FromSeconds(30); Thread.Sleep(20))
        {
            screen = Capture();
            if (condition(screen))
            {
                return screen;
            }
        }

        Assert.Fail($"never shown: {what}\n{screen}");
        return screen;
    }

    /// <summary>Waits until the terminal is as it was before the console ran.</summary>
    public void WaitUntilRestored()
    {
        var state = "";
        for (var deadline = Stopwatch.StartNew(); deadline.Elapsed < TimeSpan.FromSeconds(20); Thread.Sleep(20))
        {
            state = $"{Flags()} {Stty()}";
            if (state == $"0 1 0 {Modes}")
            {
                return;
            }
        }

        Assert.Equal($"0 1 0 {Modes}", state);
    }

    /// <summary>
    /// Waits until the terminal is as it was and the shell answers. What the shell wrote at the console's end is not looked for: when the console was
    /// killed, its guard may leave the alternate screen after the shell has written there.
    /// </summary>
    public void WaitUntilUsable()
    {
        WaitUntilRestored();
        Type("echo usa''ble");
        WaitFor("usable");
    }

    /// <summary>Waits until the terminal shows its ordinary screen and cursor and reports no mouse.</summary>
    public void WaitUntilLeft()
    {
        for (var deadline = Stopwatch.StartNew(); Flags() != "0 1 0"; Thread.Sleep(20))
        {
            Assert.True(deadline.Elapsed < TimeSpan.FromSeconds(20), Flags());
        }
    }

    public void Dispose()
    {
        Tmux("kill-server");
        _folder.Dispose();
    }

    private string Tmux(params string[] arguments) => Run("tmux", ["-S", _folder.File("tmux"), .. arguments]);

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TERM"] = "xterm-256color", ["LANG"] = "C.UTF-8" },
        })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
