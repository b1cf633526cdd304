namespace SensorNet.Console.Views;

/// <summary>One of the things a <see cref="ChoiceOverlay"/> offers.</summary>
/// <param name="Label">In a few words.</param>
/// <param name="Run">Does it.</param>
/// <param name="Key">The key that takes it at once; null: the next free letter.</param>
/// <param name="Checked">Whether it is on; null: it is nothing that can be on.</param>
/// <param name="Why">Why it cannot be taken now; null: it can.</param>
internal sealed record Choice(string Label, Action Run, string? Key = null, bool? Checked = null, string? Why = null);
