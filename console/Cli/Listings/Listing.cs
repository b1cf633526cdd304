using System.Text.Json;

namespace SensorNet.Console.Cli.Listings;

/// <summary>How records of one kind are shown: as a table's columns and as JSON.</summary>
/// <param name="Columns">In order.</param>
/// <param name="WriteJson">Writes one record's object.</param>
/// <param name="Stretch">The column that is cut when a terminal is too narrow.</param>
internal sealed record Listing<T>(IReadOnlyList<Column<T>> Columns, Action<Utf8JsonWriter, T> WriteJson, string Stretch);
