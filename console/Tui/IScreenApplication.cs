namespace SensorNet.Console.Tui;

/// <summary>What the loop drives. Every member is called on the UI thread alone, and none may block.</summary>
internal interface IScreenApplication
{
    /// <summary>Whether the loop shall end.</summary>
    bool IsDone { get; }

    /// <summary>Whether the terminal shall report the mouse to us.</summary>
    bool WantsMouse { get; }

    /// <summary>Draws everything onto a cleared screen.</summary>
    void Draw(Screen screen);

    void OnInput(InputEvent input);

    /// <summary>Runs what other threads have left. Returns whether anything that is shown may have changed.</summary>
    bool RunPosted();

    /// <summary>How long until something that is shown changes by itself; null: never.</summary>
    TimeSpan? UntilNextChange();

    /// <summary>Octets to send beside the frames (bell, clipboard); empty mostly.</summary>
    ReadOnlySpan<byte> TakeExtraOutput();

    /// <summary>The application asked to be suspended (Ctrl-Z); true once.</summary>
    bool TakeSuspendRequest();

    /// <summary>An editor to give the terminal to for a while; null mostly.</summary>
    ForeignProgram? TakeProgram();

    /// <summary>The application asked for a full redraw (Ctrl-L); true once.</summary>
    bool TakeRedrawRequest();
}
