namespace SensorNet.Console.Tui;

/// <summary>What is switched on while the screens are open, and off again afterwards.</summary>
internal static class TerminalModes
{
    /// <summary>Alternate screen, no cursor, no autowrap; and where they are understood bracketed paste, focus and mouse reports.</summary>
    public static void Enter(OutputBuffer output, TerminalProfile profile, bool mouse)
    {
        output.Write("\e[?1049h\e[?25l\e[?7l"u8);
        if (profile.IsXtermLike)
        {
            output.Write("\e[?2004h\e[?1004h"u8);
            Mouse(output, profile, mouse);
        }
    }

    /// <summary>Mouse reports on or off; without them the terminal selects text as it always does.</summary>
    public static void Mouse(OutputBuffer output, TerminalProfile profile, bool on)
    {
        if (profile.IsXtermLike)
        {
            output.Write(on ? "\e[?1000h\e[?1006h"u8 : "\e[?1006l\e[?1000l"u8);
        }
    }

    /// <summary>Everything off; clears first, because not every terminal has an alternate screen.</summary>
    public static void Leave(OutputBuffer output, TerminalProfile profile)
    {
        output.Write("\e[m\e[r"u8);
        if (profile.IsXtermLike)
        {
            output.Write("\e[?2004l\e[?1004l\e[?1006l\e[?1000l"u8);
        }

        output.Write("\e[?7h\e[2J\e[H\e[?1049l\e[?25h"u8);
    }
}
