namespace SensorNet.Benchmarks.Traffic;

/// <summary>
/// Makes a capture of calls and digest registrations that overlap as they do on a busy server: two exchanges in three are
/// calls, and about as many calls as asked for are up at any time. The same seed gives the same file.
/// </summary>
internal sealed class TrafficGenerator(long messages, int dialogs, int users, int seed)
{
    private const long Start = 1_767_225_600_000_000_000; // 2026-01-01
    private const double HoldSeconds = 120;

    private readonly Random _random = new(seed);

    /// <summary>Writes the capture; returns messages and mean payload.</summary>
    public (long Messages, double MeanBytes) Write(string path)
    {
        using var writer = new PcapWriter(path);
        var due = new PriorityQueue<Exchange, long>();
        var callsPerSecond = dialogs / HoldSeconds;
        var gap = (long)(1e9 / (callsPerSecond * 1.5));
        var arrival = Start;
        var number = 0;
        long written = 0;
        while (written < messages)
        {
            if (!due.TryPeek(out var exchange, out var time) || arrival <= time)
            {
                due.Enqueue(NewExchange(number++), arrival);
                arrival += gap;
                continue;
            }

            due.Dequeue();
            var delay = exchange.WriteNext(time, writer);
            written++;
            if (!exchange.IsOver)
            {
                due.Enqueue(exchange, time + (long)(delay * 1e9));
            }
        }

        return (written, writer.PayloadBytes / (double)written);
    }

    private Exchange NewExchange(int number)
    {
        var user = new Party(0x0A_00_00_00u + (uint)_random.Next(users), 5060);
        var server = new Party(0xC0_00_02_01u + (uint)(number & 3), 5060);
        return number % 3 == 2
            ? new RegistrationExchange(number, _random, user, server)
            : new CallExchange(number, _random, user, server, HoldSeconds);
    }
}
