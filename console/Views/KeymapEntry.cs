namespace SensorNet.Console.Views;

/// <summary>One line of keys.yaml.</summary>
/// <param name="Action">The action's id.</param>
/// <param name="Keys">What runs it from now on; the first is shown.</param>
/// <param name="Line">In the file, from 1.</param>
internal sealed record KeymapEntry(string Action, string[] Keys, long Line);
