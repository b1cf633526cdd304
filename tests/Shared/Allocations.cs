namespace SensorNet.Tests.Shared;

/// <summary>Measures what code allocates on the calling thread.</summary>
internal static class Allocations
{
    /// <summary>
    /// The octets that <paramref name="work"/> allocates, the least of several rounds. A collection or a recompilation that falls
    /// into a round charges the thread for memory that the code never asked for; a cost of the code itself is there in every round.
    /// </summary>
    public static long LeastOf(int rounds, Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < rounds && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
