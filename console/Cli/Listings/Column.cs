namespace SensorNet.Console.Cli.Listings;

/// <summary>A column of a listing.</summary>
/// <param name="Header">In capitals.</param>
/// <param name="Get">The cell; it may hold text from the network, the writer cleans it.</param>
/// <param name="Right">Numbers are aligned right.</param>
/// <param name="Priority">On a terminal too narrow for all, columns with the highest number go first; 0 never goes.</param>
/// <param name="Style">A Spectre style for the cell on a terminal, by the record; null: none.</param>
/// <param name="Short">On a terminal so many characters are enough (ids, which commands take shortened); 0: all.</param>
/// <param name="OnTerminal">A shorter cell for a terminal; null: the same.</param>
internal sealed record Column<T>(
    string Header,
    Func<T, string> Get,
    bool Right = false,
    int Priority = 0,
    Func<T, string?>? Style = null,
    int Short = 0,
    Func<T, string>? OnTerminal = null);
