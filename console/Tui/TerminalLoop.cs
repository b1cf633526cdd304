using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SensorNet.Console.Tui;

/// <summary>
/// Runs an application on the terminal: one thread that sleeps until a key, posted data or a signal wakes it. A frame is
/// drawn at once after a key and at most ten times a second for data, and only when the terminal has taken the one
/// before: over a stalled line nothing piles up. The terminal is given back on every way out.
/// </summary>
internal sealed class TerminalLoop : IDisposable
{
    private const int EscapeMilliseconds = 40;
    private const int Abort = 6;
    private static readonly TimeSpan LiveFrame = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(1);

    private readonly Tty _tty;
    private readonly TerminalProfile _profile;
    private bool _mouse;
    private readonly OutputBuffer _output = new();
    private readonly List<InputEvent> _events = [];
    private readonly InputDecoder _decoder;
    private readonly Renderer _renderer;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _ownership = new();
    private volatile bool _resized;
    private volatile bool _stop;
    private volatile bool _suspend;
    private volatile bool _away;
    private bool _owned;

    public TerminalLoop(Tty tty, TerminalProfile profile, bool mouse)
    {
        _tty = tty;
        _profile = profile;
        _mouse = mouse;
        _decoder = new InputDecoder(_events);
        _renderer = new Renderer(profile.Depth, profile.Charset, _output);
    }

    /// <summary>Wakes the loop; from any thread.</summary>
    public void Wake() => _tty.Wake();

    /// <summary>Ends the loop as a signal would; from any thread.</summary>
    public void Stop()
    {
        _stop = true;
        _tty.Wake();
    }

    /// <summary>Runs until the application is done, the terminal is gone or a signal ends it.</summary>
    /// <returns>Whether it ended by a signal or with the terminal.</returns>
    public bool Run(IScreenApplication application)
    {
        using var guardian = Guardian.Start();
        Register();
        AppDomain.CurrentDomain.UnhandledException += OnCrash;
        Acquire();
        try
        {
            return Loop(application);
        }
        finally
        {
            Release();
            AppDomain.CurrentDomain.UnhandledException -= OnCrash;
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private bool Loop(IScreenApplication application)
    {
        var (width, height) = _tty.Size;
        var screen = new Screen(width, height, _profile.Charset);
        var input = new byte[4096];
        var dirty = true;
        var urgent = true;
        var lastFrame = Stopwatch.GetTimestamp() - Stopwatch.Frequency;
        while (!application.IsDone)
        {
            if (_stop)
            {
                return true;
            }

            if (_suspend || application.TakeSuspendRequest())
            {
                Suspend();
                (dirty, urgent) = (true, true);
            }

            if (application.TakeProgram() is { } program)
            {
                RunProgram(program);
                (dirty, urgent) = (true, true);
            }

            if (_resized)
            {
                _resized = false;
                (width, height) = _tty.Size;
                screen.Resize(width, height);
                _renderer.Invalidate();
                (dirty, urgent) = (true, true);
            }

            dirty |= application.RunPosted();
            if (application.TakeRedrawRequest())
            {
                _renderer.Invalidate();
                (dirty, urgent) = (true, true);
            }

            var sinceFrame = Stopwatch.GetElapsedTime(lastFrame);
            if (dirty && _output.Length == 0 && (urgent || sinceFrame >= LiveFrame))
            {
                screen.Clear(default);
                application.Draw(screen);
                _renderer.Render(screen);
                lastFrame = Stopwatch.GetTimestamp();
                sinceFrame = TimeSpan.Zero;
                (dirty, urgent) = (false, false);
            }

            if (application.WantsMouse != _mouse)
            {
                _mouse = application.WantsMouse;
                TerminalModes.Mouse(_output, _profile, _mouse);
            }

            _output.Write(application.TakeExtraOutput());
            if (!Send())
            {
                return true;
            }

            var readable = _tty.Wait(_output.Length > 0, Patience(application, dirty, sinceFrame));
            if (readable || _decoder.IsPending)
            {
                var taken = Receive(application, input, readable);
                if (taken < 0)
                {
                    return true;
                }

                (dirty, urgent) = (dirty || taken > 0, urgent || taken > 0);
            }
            else if (application.UntilNextChange() is { } due && due <= TimeSpan.Zero)
            {
                dirty = true;
            }
        }

        return false;
    }

    private int Patience(IScreenApplication application, bool dirty, TimeSpan sinceFrame)
    {
        if (_decoder.IsPending)
        {
            return EscapeMilliseconds;
        }

        // A frame that waits for the terminal is drawn when the terminal takes output again.
        if (dirty)
        {
            return _output.Length > 0 ? -1 : Math.Max(1, (int)(LiveFrame - sinceFrame).TotalMilliseconds);
        }

        return application.UntilNextChange() is { } due ? (int)Math.Clamp(due.TotalMilliseconds + 1, 1, 3_600_000) : -1;
    }

    /// <returns>How many events were handled; -1 when the terminal is gone.</returns>
    private int Receive(IScreenApplication application, byte[] input, bool readable)
    {
        var count = readable ? _tty.Read(input) : 0;
        if (count < 0)
        {
            return -1;
        }

        if (count == 0)
        {
            _decoder.Flush();
        }
        else
        {
            _decoder.Feed(input.AsSpan(0, count));
        }

        var handled = 0;
        for (var i = 0; i < _events.Count && !application.IsDone; i++)
        {
            application.OnInput(_events[i]);
            handled++;
        }

        _events.Clear();
        return handled;
    }

    private bool Send()
    {
        if (_output.Length == 0)
        {
            return true;
        }

        var written = _tty.Write(_output.Written);
        if (written < 0)
        {
            return false;
        }

        _output.Consume(written);
        return true;
    }

    private void Suspend()
    {
        _suspend = false;
        Release();
        Tty.StopSelf();

        // Here we are continued in the foreground.
        Acquire();
        _resized = true;
    }

    private void RunProgram(ForeignProgram program)
    {
        // The terminal's keys are the editor's while it has the terminal: what they signal is not meant for us.
        _away = true;
        Release();
        var code = 127;
        try
        {
            // By the shell, because $EDITOR may hold arguments; the file's name is no part of what the shell reads.
            using var editor = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec ${VISUAL:-${EDITOR:-vi}} \"$1\" </dev/tty >/dev/tty 2>&1", "sh", program.File]))!;
            editor.WaitForExit();
            code = editor.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no /bin/sh; the code says that nothing ran.
        }

        Acquire();
        _away = false;
        _resized = true;
        program.Ended(code);
    }

    private void Acquire()
    {
        lock (_ownership)
        {
            _tty.EnterRaw();
            _owned = true;
            _output.Clear();
            TerminalModes.Enter(_output, _profile, _mouse);
            _renderer.Invalidate();
        }
    }

    private void Release()
    {
        lock (_ownership)
        {
            if (!_owned)
            {
                return;
            }

            _owned = false;
            _output.Clear();
            TerminalModes.Leave(_output, _profile);
            _tty.WriteAll(_output.Written, Parting);
            _output.Clear();
            _tty.LeaveRaw();
        }
    }

    private void OnCrash(object sender, UnhandledExceptionEventArgs e) => Release();

    private void Register()
    {
        On(PosixSignal.SIGWINCH, () => _resized = true);
        On(PosixSignal.SIGCONT, () => _resized = true);
        On(PosixSignal.SIGTSTP, () => _suspend = !_away);
        On(PosixSignal.SIGTERM, () => _stop = true);
        On(PosixSignal.SIGHUP, () => _stop = true);
        On(PosixSignal.SIGINT, () => _stop = !_away);
        On(PosixSignal.SIGQUIT, () => _stop = !_away);

        // The runtime's own handler lets a first SIGABRT from outside pass without effect.
        On((PosixSignal)Abort, () => _stop = true);

        void On(PosixSignal signal, Action action) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            action();
            _tty.Wake();
        }));
    }
}
