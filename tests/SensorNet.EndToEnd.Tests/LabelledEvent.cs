namespace SensorNet.EndToEnd.Tests;

/// <summary>One labelled event of a capture; texts are empty where the label has none.</summary>
internal sealed record LabelledEvent(string Type, bool Malicious, string Source, string User, string CallId, DateTimeOffset First, DateTimeOffset Last);
