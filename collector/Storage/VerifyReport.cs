namespace SensorNet.Collector.Storage;

/// <summary>What a check of the whole store found.</summary>
/// <param name="Segments">Segments.</param>
/// <param name="Blocks">Blocks that were read.</param>
/// <param name="Events">Events that were read.</param>
/// <param name="Rows">Rows of the other tables that were read.</param>
/// <param name="Damage">What cannot be read.</param>
/// <param name="Problems">Other faults, as sentences.</param>
internal sealed record VerifyReport(int Segments, long Blocks, long Events, long Rows, IReadOnlyList<DamagedBlock> Damage, IReadOnlyList<string> Problems)
{
    public bool IsSound => Damage.Count == 0 && Problems.Count == 0;
}
