namespace SensorNet.Console.Views;

/// <summary>
/// Something the operator can do. One table of these feeds key dispatch, footer, help, palette and the guide.
/// </summary>
/// <param name="Id">Unique within its view, e.g. <c>alerts.ack</c>.</param>
/// <param name="Keys">Key names as <see cref="Tui.InputEvent.KeyName"/> gives them; the first is shown.</param>
/// <param name="Title">One or two words.</param>
/// <param name="Run">Does it.</param>
/// <param name="Disabled">Why it cannot be done now; null: it can.</param>
/// <param name="Danger">What it asks before.</param>
/// <param name="InFooter">Whether the footer has room for it.</param>
internal sealed record ConsoleAction(
    string Id,
    string[] Keys,
    string Title,
    Action Run,
    Func<string?>? Disabled = null,
    Danger Danger = Danger.None,
    bool InFooter = true)
{
    /// <summary>What runs it now: the keys it was made with, or those that keys.yaml gives it.</summary>
    public string[] Keys { get; set; } = Keys;

    /// <summary>Why it cannot be done now; null: it can.</summary>
    public string? WhyNot() => Disabled?.Invoke();
}
