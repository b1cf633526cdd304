using System.Globalization;

namespace SensorNet.Console.Views;

/// <summary>Exports and screen dumps.</summary>
internal sealed partial class ConsoleScreens
{
    private bool _dump;

    /// <summary>Where screen dumps go.</summary>
    public string StateDirectory { get; init; } = Path.GetTempPath();

    /// <summary>Asks for a file's name and writes a text there; a file that exists is never replaced.</summary>
    public void Export(string name, string extension, Func<string> text) => AskText(
        "write to: ",
        string.Create(CultureInfo.InvariantCulture, $"~/sensornet-{name}-{Now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.{extension}"),
        path => WriteFile(path, text()));

    private void WriteFile(string path, string text)
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
                await using var file = new StreamWriter(new FileStream(full, FileMode.CreateNew, FileAccess.Write));
                await file.WriteAsync(text);
                said = $"Wrote {full}";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                said = $"Not written: {e.Message}";
            }

            _queue.Post(() => Toast(said));
        });
    }

    private void DumpScreen(string text)
    {
        _dump = false;
        WriteFile(Path.Combine(StateDirectory, string.Create(CultureInfo.InvariantCulture, $"screen-{Now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.txt")), text);
    }
}
