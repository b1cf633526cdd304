namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// How much one source may send before a <c>sip.rate.exceeded</c> event tells of it.
/// </summary>
/// <param name="Subject">
/// What is counted: <c>requests</c> (all), a method (<c>INVITE</c>, <c>REGISTER</c>, <c>OPTIONS</c>, <c>other</c>), or
/// an event type by its dotted name (<c>sip.auth.failed</c>).
/// </param>
/// <param name="Window">1 s, 1 min or 1 h; any length from 1 s to 1 day is accepted.</param>
/// <param name="Limit">The largest count that raises nothing, 1 or more.</param>
internal sealed record RateLimit(string Subject, TimeSpan Window, int Limit);
