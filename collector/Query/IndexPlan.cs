using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Query;

/// <summary>Which blocks a query has to look at, as far as the index can tell. Immutable.</summary>
internal abstract record IndexPlan
{
    /// <summary>The index does not help: every block.</summary>
    public static IndexPlan All { get; } = new EveryBlock();

    public static IndexPlan Text(IndexField field, string text) => new TextTerm(field, text);

    /// <summary>Terms from low to high, both included.</summary>
    public static IndexPlan Range(IndexField field, ulong low, ulong high) => new TermRange(field, low, high);

    public static IndexPlan And(IndexPlan a, IndexPlan b) =>
        a is EveryBlock ? b : b is EveryBlock ? a : new Both(a, b);

    public static IndexPlan Or(IndexPlan a, IndexPlan b) =>
        a is EveryBlock || b is EveryBlock ? All : new Either(a, b);

    /// <summary>The blocks of a segment that may hold matches.</summary>
    public abstract BlockSet Find(IndexLookup index, Segment segment);

    private sealed record EveryBlock : IndexPlan
    {
        public override BlockSet Find(IndexLookup index, Segment segment) => BlockSet.All();

        public override string ToString() => "scan";
    }

    private sealed record TextTerm(IndexField Field, string Value) : IndexPlan
    {
        public override BlockSet Find(IndexLookup index, Segment segment)
        {
            var term = index.TermHash.Of(Value);
            return index.Find(segment, Field, term, term);
        }

        public override string ToString() => $"index {Field} = {Value}";
    }

    private sealed record TermRange(IndexField Field, ulong Low, ulong High) : IndexPlan
    {
        public override BlockSet Find(IndexLookup index, Segment segment) => index.Find(segment, Field, Low, High);

        public override string ToString() => Low == High ? $"index {Field} = {Low:x}" : $"index {Field} in {Low:x}..{High:x}";
    }

    private sealed record Both(IndexPlan A, IndexPlan B) : IndexPlan
    {
        public override BlockSet Find(IndexLookup index, Segment segment)
        {
            var blocks = A.Find(index, segment);
            if (blocks.Count > 0)
            {
                blocks.IntersectWith(B.Find(index, segment));
            }

            return blocks;
        }

        public override string ToString() => $"({A} and {B})";
    }

    private sealed record Either(IndexPlan A, IndexPlan B) : IndexPlan
    {
        public override BlockSet Find(IndexLookup index, Segment segment)
        {
            var blocks = A.Find(index, segment);
            blocks.UnionWith(B.Find(index, segment));
            return blocks;
        }

        public override string ToString() => $"({A} or {B})";
    }
}
