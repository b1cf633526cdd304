namespace SensorNet.Collector.Storage;

/// <summary>A place in the store that cannot be read.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Block">The block's ordinal; -1 when the segment's index is meant, without which no event is lost.</param>
/// <param name="FirstPosition">First position that is not readable; 0 for an index.</param>
/// <param name="LastPosition">Last position that is not readable; 0 for an index.</param>
/// <param name="Earliest">Earliest event time in it, where known; else 0.</param>
/// <param name="Latest">Latest event time in it, where known; else 0.</param>
/// <param name="Reason">What the reading met.</param>
internal sealed record DamagedBlock(uint Segment, int Block, ulong FirstPosition, ulong LastPosition, long Earliest, long Latest, string Reason);
