namespace SensorNet.Console.Views;

/// <summary>A question in the line above the footer.</summary>
/// <param name="Label">Before the text: <c>:</c>, <c>/</c>, <c>note: </c>.</param>
/// <param name="Editor">The text.</param>
/// <param name="Accepted">Enter.</param>
/// <param name="Complete">Tab: the text completed, or the same text.</param>
/// <param name="Changed">After each key; null: nothing happens before Enter.</param>
/// <param name="Cancelled">Escape.</param>
internal sealed record Prompt(
    string Label,
    LineEditor Editor,
    Action<string> Accepted,
    Func<string, string>? Complete = null,
    Action<string>? Changed = null,
    Action? Cancelled = null)
{
    /// <summary>Shown dim behind the text: what could follow.</summary>
    public string Hint { get; set; } = "";
}
