namespace SensorNet.Console.Tui;

/// <summary>The operator's editor, opened on a file while the screens wait.</summary>
/// <param name="File">What is edited.</param>
/// <param name="Ended">Called on the UI thread with its exit code; 127 when it could not be started.</param>
internal sealed record ForeignProgram(string File, Action<int> Ended);
