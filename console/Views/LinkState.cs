namespace SensorNet.Console.Views;

/// <summary>How the connection to the collector is.</summary>
/// <param name="IsUp">Whether the last question was answered.</param>
/// <param name="Since">When that began.</param>
/// <param name="Reason">Why it is down, as a sentence; null when it is up or nothing was tried yet.</param>
/// <param name="RetryAt">When it is tried again.</param>
/// <param name="Attempt">How often it was tried since it went down.</param>
/// <param name="Failure">Its kind.</param>
/// <param name="NeedsOperator">Whether trying again cannot help (wrong certificate, no permission).</param>
internal sealed record LinkState(bool IsUp, DateTimeOffset Since, string? Reason, DateTimeOffset RetryAt, int Attempt, bool NeedsOperator, Client.CollectorFailure? Failure = null);
