namespace SensorNet.Console.Views;

/// <summary>A row with its texts, made once for each version of its object so that drawing allocates nothing.</summary>
internal sealed record TableRow<T>(string Id, T Item, string[] Cells, StyleRole[] Roles);
