namespace SensorNet.Console.Views;

/// <summary>A column of a table on the screen.</summary>
/// <param name="Header">In capitals.</param>
/// <param name="Width">Columns; for the stretched one the least.</param>
/// <param name="Get">The cell's text.</param>
/// <param name="Priority">On a narrow screen the highest number goes first; 0 never goes.</param>
/// <param name="Right">Numbers are aligned right.</param>
/// <param name="Stretch">Takes the room that is left; one for each table.</param>
/// <param name="Role">How the cell looks; null: as text.</param>
/// <param name="Sort">What the list is sorted by when this column is chosen; null: the cell's text.</param>
internal sealed record TableColumn<T>(
    string Header,
    int Width,
    Func<T, string> Get,
    int Priority = 0,
    bool Right = false,
    bool Stretch = false,
    Func<T, StyleRole>? Role = null,
    Func<T, double>? Sort = null);
