namespace SensorNet.Benchmarks.Traffic;

/// <summary>
/// Makes captures of calls and digest registrations that overlap as they do on a busy server. The same seed gives the same
/// file.
/// <para>
/// <c>proxy</c>: the busy hours of a proxy and registrar, as its own host sees them. Eight phones on average behind each
/// address, each refreshing its registration every 270 s with a challenge; calls between phones and four carriers, about as
/// many up at any time as asked for, 120 s long on average, seen on both legs.
/// </para>
/// <para>
/// <c>wide</c>: each user has an address of its own and talks to the server directly, so that every table is as large as
/// the users are many; two exchanges in three are calls.
/// </para>
/// <para><c>flood</c> and <c>collide</c>: see <see cref="Hostile"/>.</para>
/// </summary>
internal sealed class TrafficGenerator(long messages, int dialogs, int users, int seed)
{
    private const long Start = 1_767_225_600_000_000_000; // 2026-01-01
    private const double HoldSeconds = 120;
    private const double RefreshSeconds = 270;
    private const int PhonesPerOffice = 8;

    private readonly Random _random = new(seed);
    private readonly PriorityQueue<Exchange, long> _due = new();

    /// <summary>Writes the capture; returns messages and mean payload.</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public (long Messages, double MeanBytes) Write(string path, string kind)
    {
        using var writer = new PcapWriter(path);
        var written = kind switch
        {
            "proxy" => Play(writer, (dialogs / HoldSeconds) + (users / RefreshSeconds), NextAtProxy),
            "wide" => Play(writer, dialogs / HoldSeconds * 1.5, NextDirect),
            "flood" => All(() => Hostile.WriteFlood(messages, writer, Start)),
            "collide" => All(() => Hostile.WriteCollisions(messages, writer, Start)),
            _ => throw new ArgumentException($"There is no kind '{kind}': proxy, wide, flood or collide."),
        };
        return (written, writer.PayloadBytes / (double)written);
    }

    private long All(Action write)
    {
        write();
        return messages;
    }

    private long Play(PcapWriter writer, double exchangesPerSecond, Func<int, Exchange> next)
    {
        var gap = (long)(1e9 / exchangesPerSecond);
        var arrival = Start;
        var number = 0;
        long written = 0;
        while (written < messages)
        {
            if (!_due.TryPeek(out var exchange, out var time) || arrival <= time)
            {
                _due.Enqueue(next(number++), arrival);
                arrival += gap;
                continue;
            }

            _due.Dequeue();
            var delay = exchange.WriteNext(time, writer);
            written++;
            if (!exchange.IsOver)
            {
                _due.Enqueue(exchange, time + (long)(delay * 1e9));
            }
        }

        return written;
    }

    private int _refreshes;
    private int _calls;

    // Calls and refreshes mixed evenly in their proportion, each phone in its turn, neighbours of an office apart in time.
    private Exchange NextAtProxy(int number)
    {
        var proxy = new Party(0xC0_00_02_01u, 5060);
        var share = dialogs / HoldSeconds / ((dialogs / HoldSeconds) + (users / RefreshSeconds));
        var id = $"{_random.NextInt64():x16}{number:x8}";
        if ((long)(number * share) == (long)((number + 1) * share))
        {
            var turn = _refreshes++;
            var phone = new Phone((int)(turn * 7919L % users), PhonesPerOffice);
            return new RegistrationExchange(phone.Extension, id, phone.CallId, 1 + (turn / users * 2), phone.Party, proxy);
        }

        var carrier = new Party(0xCB_00_71_01u + (uint)_random.Next(4), 5060);
        return new ProxiedCallExchange(_calls++, id, new Phone(_random.Next(users), PhonesPerOffice), proxy, carrier, HoldSeconds * (0.5 + _random.NextDouble()));
    }

    private Exchange NextDirect(int number)
    {
        var user = new Party(0x0A_00_00_00u + (uint)_random.Next(users), 5060);
        var server = new Party(0xC0_00_02_01u + (uint)(number & 3), 5060);
        var id = $"{_random.NextInt64():x16}{number:x8}";
        return number % 3 == 2
            ? new RegistrationExchange(1000 + (int)(user.Address % 60_000), id, id, 1, user, server)
            : new CallExchange(number, _random, user, server, HoldSeconds);
    }
}
