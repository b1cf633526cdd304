using System.Text;

namespace SensorNet.Console.Views;

/// <summary>
/// What the screens remember from one session to the next: chosen columns, saved filters and typed commands. A file of
/// plain lines in the state directory; whatever it cannot read there it leaves out. UI thread.
/// </summary>
internal sealed class ScreenMemory
{
    private const int MaxFilters = 100;
    private const int MaxCommands = 200;
    private readonly string? _path;

    /// <param name="path">The file; null: nothing is kept.</param>
    public ScreenMemory(string? path)
    {
        _path = path;
        if (path is null || !File.Exists(path))
        {
            return;
        }

        try
        {
            foreach (var line in File.ReadLines(path).Take(1000))
            {
                Read(line.Split('\t'));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without the file the screens begin as on the first day.
        }
    }

    /// <summary>View and header of each column that was chosen (true) or hidden (false).</summary>
    public Dictionary<(string View, string Header), bool> Columns { get; } = [];

    /// <summary>Saved filters by name.</summary>
    public SortedDictionary<string, (string View, string Filter)> Filters { get; } = new(StringComparer.Ordinal);

    /// <summary>Commands of the prompt, oldest first.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>Writes the file. Returns why it could not; null: it is written, or nothing is kept.</summary>
    public string? Save()
    {
        if (_path is null)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var ((view, header), shown) in Columns)
        {
            text.Append("column\t").Append(view).Append('\t').Append(header).Append('\t').Append(shown ? "shown" : "hidden").Append('\n');
        }

        foreach (var (name, (view, filter)) in Filters)
        {
            text.Append("filter\t").Append(name).Append('\t').Append(view).Append('\t').Append(filter).Append('\n');
        }

        foreach (var command in Commands.TakeLast(MaxCommands))
        {
            text.Append("command\t").Append(command).Append('\n');
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.WriteAllText(_path + ".new", text.ToString());
            File.Move(_path + ".new", _path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private void Read(string[] parts)
    {
        switch (parts)
        {
            case ["column", var view, var header, var shown]:
                Columns[(view, header)] = shown == "shown";
                break;
            case ["filter", var name, var view, var filter] when Filters.Count < MaxFilters:
                Filters[name] = (view, filter);
                break;
            case ["command", var command]:
                Commands.Add(command);
                break;
            default:
                break;
        }
    }
}
