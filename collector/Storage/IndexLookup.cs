namespace SensorNet.Collector.Storage;

/// <summary>
/// Looks terms up in the index of one segment after the other, remembering what a merged index said of the neighbours.
/// One per query; not thread-safe.
/// </summary>
internal sealed class IndexLookup(EventStore store)
{
    private readonly Dictionary<(IndexField Field, ulong Low, ulong High), (uint Group, BlockSet[] Sets)> merged = [];

    public TermHash TermHash => store.TermHash;

    /// <summary>Blocks of a segment that may hold a term from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public BlockSet Find(Segment segment, IndexField field, ulong low, ulong high)
    {
        if (!segment.IsMerged)
        {
            var found = store.FindBlocks(segment, field, low, high);

            // Its own index is removed only after it says that it was merged.
            if (!segment.IsMerged)
            {
                return found;
            }
        }

        var group = IndexMerge.GroupOf(segment.Number);
        if (!merged.TryGetValue((field, low, high), out var known) || known.Group != group)
        {
            known = (group, store.FindMergedBlocks(group, field, low, high));
            merged[(field, low, high)] = known;
        }

        var blocks = new BlockSet();
        blocks.UnionWith(known.Sets[segment.Number - group]);
        return blocks;
    }
}
