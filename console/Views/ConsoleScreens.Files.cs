using System.Globalization;
using System.Text;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Exports and screen dumps.</summary>
internal sealed partial class ConsoleScreens
{
    private bool _dump;
    private ForeignProgram? _program;

    /// <summary>Where screen dumps, crash reports and what the screens remember go; null: nothing is remembered.</summary>
    public string? StateDirectory { get; }

    /// <summary>
    /// Asks for a file's name and writes what is listed there, in the form that the name's ending says; a file that exists
    /// is never replaced.
    /// </summary>
    public void Export(string name, params ExportForm[] forms)
    {
        AskText(
            "write to: ",
            string.Create(CultureInfo.InvariantCulture, $"~/sensornet-{name}-{Now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.{forms[0].Extension}"),
            path => WriteFile(path, (forms.FirstOrDefault(f => path.EndsWith("." + f.Extension, StringComparison.OrdinalIgnoreCase)) ?? forms[0]).Content()),
            forms.Length > 1 ? $"or {string.Join(", ", forms.Skip(1).Select(f => "." + f.Extension))}" : "");
    }

    private void WriteFile(string path, byte[] content)
    {
        var full = Path.GetFullPath(path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
            : path);
        _ = Task.Run(async () =>
        {
            string said;
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                await using var file = new FileStream(full, FileMode.CreateNew, FileAccess.Write);
                await file.WriteAsync(content);
                said = $"Wrote {full}";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                said = $"Not written: {e.Message}";
            }

            _queue.Post(() => Toast(said));
        });
    }

    /// <summary>Writes the screen as plain text and, beside it, as octets that show it again in a terminal with its colours.</summary>
    private void DumpScreen(Screen screen)
    {
        _dump = false;
        var path = Path.Combine(StateDirectory ?? Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"screen-{Now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}"));
        var output = new OutputBuffer();
        new Renderer(_depth, screen.Charset, output).Render(screen);
        WriteFile(path + ".ansi", output.Written.ToArray());
        WriteFile(path + ".txt", Encoding.UTF8.GetBytes(screen.ToText()));
    }

    /// <summary>Opens a copy of a text in the operator's editor ($VISUAL, $EDITOR, else vi) and hands back what it became.</summary>
    public void EditText(string name, string text, Action<string, string> edited)
    {
        var clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
        var path = Path.Combine(StateDirectory ?? Path.GetTempPath(), "rules", string.Create(CultureInfo.InvariantCulture, $"{Now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{clean}"));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Toast($"No copy to edit: {e.Message}");
            return;
        }

        _program = new ForeignProgram(path, code =>
        {
            try
            {
                if (code == 0)
                {
                    edited(path, File.ReadAllText(path));
                }
                else
                {
                    Toast($"The editor ended with {code}; the copy is {path}");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Toast($"The copy cannot be read: {e.Message}");
            }
        });
    }

    public ForeignProgram? TakeProgram()
    {
        var program = _program;
        _program = null;
        return program;
    }

    private void ShowToCopy(string text, byte[] octets)
    {
        var document = new Document();
        foreach (var line in text.Split('\n'))
        {
            document.Add(line);
        }

        Open(new TextOverlay("Select it with the mouse; a key closes", document));
        var path = Path.Combine(StateDirectory ?? Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"copied-{Now.UtcDateTime:yyyyMMdd'T'HHmmssfff'Z'}.txt"));
        WriteFile(path, octets);
    }

    /// <summary>Keeps the columns that the operator chose.</summary>
    public void KeepColumns()
    {
        _memory.Columns.Clear();
        foreach (var view in _views)
        {
            foreach (var (header, shown) in view.ChosenColumns)
            {
                _memory.Columns[(view.Id, header)] = shown;
            }
        }

        SaveMemory();
    }

    private void SaveMemory()
    {
        if (_memory.Save() is { } complaint)
        {
            Toast($"Not remembered: {complaint}");
        }
    }
}
