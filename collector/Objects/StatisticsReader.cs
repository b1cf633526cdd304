using System.Buffers.Binary;
using System.Globalization;
using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>Answers statistics from the rollups, or from the events themselves when a query narrows them. Thread-safe.</summary>
internal sealed class StatisticsReader(EventStore store, RollupStage rollups)
{
    private const long Minute = 60_000_000_000;
    private const int DefaultTop = 10;
    private const int RecentCritical = 20;
    private const int MaxBuckets = 10_000;

    /// <summary>Counts by the groups asked for: the last 24 hours unless a time is given, by type and severity unless groups are named.</summary>
    /// <param name="request">The question.</param>
    /// <param name="clock">Gives the end of the last 24 hours.</param>
    /// <param name="scope">What the asker may see; null for everything. With a scope everything is counted from the events.</param>
    /// <param name="cancellation">Ends a count of events.</param>
    /// <exception cref="QueryException">A group is unknown, the query cannot be understood, or the buckets are too many.</exception>
    public GetStatisticsResponse Get(GetStatisticsRequest request, TimeProvider clock, Func<Event, bool>? scope = null, CancellationToken cancellation = default)
    {
        var time = RangeOf(request, clock);
        if (request.BucketS > 0 && (time.To - time.From) / (request.BucketS * 1_000_000_000L) > MaxBuckets)
        {
            throw new QueryException($"A bucket of {request.BucketS} s gives more than {MaxBuckets} buckets; use longer ones");
        }

        var names = request.GroupBy.Count == 0 ? ["type", "severity"] : request.GroupBy.Select(g => g.ToLowerInvariant()).Distinct().ToList();
        var groups = names.ConvertAll(name => (Name: name, Dimension: DimensionOf(name)));
        var counts = new Counts(request.BucketS, time.From);
        if (request.Query.Length > 0 || scope is not null)
        {
            CountEvents(request, time, clock, scope, groups, counts, cancellation);
        }
        else
        {
            CountRollups(time, groups, counts);
        }

        var response = counts.ToResponse(groups.ConvertAll(g => g.Name), request.Top == 0 ? DefaultTop : (int)Math.Min(request.Top, 10_000));
        response.Time = time;
        var critical = CompiledQuery.FieldEquals("event.severity", "critical");
        if (scope is not null)
        {
            critical = critical.And(new CompiledQuery(scope, IndexPlan.All));
        }

        response.RecentCritical.AddRange(new EventQuery(store, critical, time).NewestFirst(cancellation: cancellation).Take(RecentCritical));
        return response;
    }

    private static TimeRange RangeOf(GetStatisticsRequest request, TimeProvider clock)
    {
        var now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var to = request.Time is { To: > 0 } end ? end.To : now;
        var from = request.Time is { From: > 0 } begin ? begin.From : request.Time is { To: > 0 } ? 0 : to - (24 * 60 * Minute);

        // Rollups know whole minutes.
        return new TimeRange { From = from / Minute * Minute, To = (to + Minute - 1) / Minute * Minute };
    }

    private static Dimension DimensionOf(string name) => name switch
    {
        "type" or "event.type" or "category" or "event.category" => Dimension.Type,
        "severity" or "event.severity" => Dimension.Severity,
        "sensor" or "agent.id" => Dimension.Sensor,
        "host" or "host.name" => Dimension.Host,
        "method" or "sip.method" => Dimension.Method,
        "status" or "sip.status_code" => Dimension.Status,
        "source" or "source.ip" => Dimension.Source,
        "user" or "user.name" => Dimension.User,
        _ => throw new QueryException($"Cannot group by \"{name}\"; use type, category, severity, sensor, host, method, status, source or user"),
    };

    private static string Label(string group, string value) =>
        group is "category" or "event.category" && EventTypes.TryParse(value, out var info) ? info.Category : value;

    private static string ValueOf(Dimension dimension, Event e) => dimension switch
    {
        Dimension.Type => EventTypes.Get(e.Type).Name,
        Dimension.Severity => e.Severity.ToString().ToLowerInvariant(),
        Dimension.Sensor => e.SensorId,
        Dimension.Host => e.Host,
        Dimension.Method => e.Sip?.Method ?? "",
        Dimension.Status => e.Sip is { StatusCode: > 0 } sip ? sip.StatusCode.ToString(CultureInfo.InvariantCulture) : "",
        Dimension.Source => FieldValue.OfAddress(e.SourceIp).ToString(),
        _ => e.User,
    };

    private void CountEvents(GetStatisticsRequest request, TimeRange time, TimeProvider clock, Func<Event, bool>? scope, List<(string Name, Dimension Dimension)> groups, Counts counts, CancellationToken cancellation)
    {
        var query = CompiledQuery.Compile(request.Query, clock);
        if (scope is not null)
        {
            query = query.And(new CompiledQuery(scope, IndexPlan.All));
        }

        foreach (var stored in new EventQuery(store, query, time).OldestFirst(cancellation: cancellation))
        {
            counts.AddTotal(1);
            foreach (var (name, dimension) in groups)
            {
                counts.Add(name, Label(name, ValueOf(dimension, stored.Event)), stored.Event.EventTime, 1);
            }
        }
    }

    private void CountRollups(TimeRange time, List<(string Name, Dimension Dimension)> groups, Counts counts)
    {
        var (from, to) = (RollupKeys.MinuteOf(time.From), RollupKeys.MinuteOf(time.To));
        foreach (var (minute, _, count) in Read(Dimension.Total, from, to, counts.BucketSeconds))
        {
            counts.AddTotal(count);
        }

        foreach (var (name, dimension) in groups)
        {
            foreach (var (minute, value, count) in Read(dimension, from, to, counts.BucketSeconds))
            {
                counts.Add(name, Label(name, value), minute * Minute, count);
            }
        }

        foreach (var (dimension, minute, value, count) in rollups.Pending(from, to))
        {
            if (dimension == Dimension.Total)
            {
                counts.AddTotal(count);
            }

            foreach (var (name, _) in groups.Where(g => g.Dimension == dimension))
            {
                counts.Add(name, Label(name, value), minute * Minute, count);
            }
        }
    }

    /// <summary>Stored counts: whole hours from the hours' rows where the buckets allow it, the rest from the minutes'.</summary>
    private IEnumerable<(long Minute, string Value, ulong Count)> Read(Dimension dimension, uint from, uint to, uint bucketSeconds)
    {
        var (firstHour, lastHour) = ((from + 59) / 60, to / 60);
        if (firstHour + 2 > lastHour || bucketSeconds % 3600 != 0)
        {
            return ReadRows(RollupKeys.Minutes, dimension, from, to);
        }

        return ReadRows(RollupKeys.Minutes, dimension, from, firstHour * 60)
            .Concat(ReadRows(RollupKeys.Hours, dimension, firstHour, lastHour).Select(r => (r.Minute * 60, r.Value, r.Count)))
            .Concat(ReadRows(RollupKeys.Minutes, dimension, lastHour * 60, to));
    }

    private IEnumerable<(long Minute, string Value, ulong Count)> ReadRows(byte resolution, Dimension dimension, uint from, uint to)
    {
        if (from >= to)
        {
            yield break;
        }

        foreach (var (key, stored) in store.Scan(Table.Rollups, RollupKeys.Of(resolution, dimension, from), RollupKeys.Of(resolution, dimension, to), reversed: false))
        {
            var (bucket, value) = RollupKeys.Parse(key);
            if (!RollupKeys.IsTop(dimension))
            {
                yield return (bucket, value, BinaryPrimitives.ReadUInt64LittleEndian(stored));
                continue;
            }

            foreach (var (name, count) in TopList.Decode(stored))
            {
                yield return (bucket, name, count);
            }
        }
    }

    private sealed class Counts(uint bucketSeconds, long origin)
    {
        private readonly Dictionary<(string Group, string Value), ulong> groups = [];
        private readonly Dictionary<(string Group, string Value, long Time), ulong> buckets = [];
        private ulong total;

        public uint BucketSeconds => bucketSeconds;

        public void AddTotal(ulong count) => total += count;

        public void Add(string group, string value, long time, ulong count)
        {
            if (value.Length == 0)
            {
                return;
            }

            groups[(group, value)] = groups.GetValueOrDefault((group, value)) + count;
            if (bucketSeconds > 0)
            {
                // Buckets lie on whole multiples of their length since 1970.
                var length = bucketSeconds * 1_000_000_000L;
                var key = (group, value, Math.Max(time, origin) / length * length);
                buckets[key] = buckets.GetValueOrDefault(key) + count;
            }
        }

        public GetStatisticsResponse ToResponse(List<string> order, int top)
        {
            var response = new GetStatisticsResponse { Total = total };
            var kept = new HashSet<(string, string)>();
            foreach (var group in order)
            {
                foreach (var (key, count) in groups.Where(g => g.Key.Group == group).OrderByDescending(g => g.Value).ThenBy(g => g.Key.Value, StringComparer.Ordinal).Take(top))
                {
                    kept.Add(key);
                    response.Groups.Add(new StatisticsGroup { Dimension = key.Group, Value = key.Value, Count = count });
                }
            }

            foreach (var (key, count) in buckets.OrderBy(b => b.Key.Time).ThenBy(b => b.Key.Group, StringComparer.Ordinal).ThenBy(b => b.Key.Value, StringComparer.Ordinal))
            {
                if (kept.Contains((key.Group, key.Value)))
                {
                    response.Buckets.Add(new StatisticsBucket { Time = key.Time, Dimension = key.Group, Value = key.Value, Count = count });
                }
            }

            return response;
        }
    }
}
