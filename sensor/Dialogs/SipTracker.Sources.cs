using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Traffic, rates and statistics by source address.</summary>
internal sealed partial class SipTracker
{
    private readonly LruSlab<SourceEntry> _sources;
    private readonly KeyIndex _sourceIndex;
    private readonly AgentCache _agents;
    private volatile RatePlan[] _rates;
    private readonly List<int> _activeSources = [];
    private TokenBucket _strangers;
    private bool _intervalHasTraffic;

    /// <summary>How many sources in a row may be passed over when one must go, and from how many packets in the interval on they are.</summary>
    private const int MostSpared = 8;
    private const uint ManyPackets = 16;

    /// <summary>Other limits and windows for the same subjects; what was counted goes on counting. Any thread; takes effect at once.</summary>
    /// <returns>False, and nothing is changed, when the subjects are others or stand in another order.</returns>
    /// <exception cref="ArgumentException">A limit is out of range.</exception>
    public bool TrySetRates(IReadOnlyList<RateLimit> limits)
    {
        var plans = RatePlan.Build(limits);
        if (!plans.Select(p => p.Limit.Subject).SequenceEqual(_rates.Select(p => p.Limit.Subject), StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        _rates = plans;
        return true;
    }

    /// <summary>The source that was looked for last: a message asks for the same one several times.</summary>
    private IpAddress128 _lastAddress;
    private int _lastSource = -1;

    private int FindSource(IpAddress128 address)
    {
        if (_lastSource < 0 || address != _lastAddress)
        {
            _lastAddress = address;
            _lastSource = _sourceIndex.Find(HashOf(address));
        }

        return _lastSource;
    }

    private int SourceOf(IpAddress128 address)
    {
        var number = FindSource(address);
        if (number >= 0)
        {
            return number;
        }

        var active = _sources.IsFull && EvictSource();
        number = _sources.Add();
        _sources[number].Address = address;
        _sources[number].Active = active;
        _sourceIndex.Add(HashOf(address), number);
        _lastAddress = address;
        _lastSource = number;
        return number;
    }

    /// <summary>
    /// Makes room for one source. True when the one that had the place stands in the list of active ones, where its successor
    /// takes its part: that list never grows longer than the table.
    /// </summary>
    private bool EvictSource()
    {
        // A flood of addresses that nobody has heard of must not push out those that are known or that send a lot.
        var oldest = _sources.Oldest;
        for (var spared = 0; spared < MostSpared && (_sources[oldest].KnownUntil >= _now || _sources[oldest].Interval.Packets >= ManyPackets); spared++)
        {
            _sources.Touch(oldest);
            oldest = _sources.Oldest;
        }

        ref var s = ref _sources[oldest];
        var active = s.Active;
        if (active && MayTellOf(s))
        {
            TellSource(ref s, _now);
        }

        _counters.EvictedSources++;
        NoteOverload();
        _lastSource = -1;
        _sourceIndex.Remove(oldest);
        _sources.Remove(oldest);
        return active;
    }

    /// <summary>
    /// The limit on what addresses that nobody knows make all together, so that a flood from a million of them, which may be
    /// forged, costs no million events.
    /// </summary>
    private bool MayTellOf(in SourceEntry s)
    {
        if (s.KnownUntil >= _now || _strangers.TryTake(_now, _options.StrangerEventBurst, _options.StrangerEventsPerSecond, out _))
        {
            return true;
        }

        _counters.HeldBack++;
        TellOverload();
        return false;
    }

    private void Activate(int number)
    {
        ref var s = ref _sources[number];
        if (!s.Active)
        {
            s.Active = true;
            _activeSources.Add(number);
            _sources.Touch(number);
        }

        _intervalHasTraffic = true;
    }

    /// <summary>Counts a request for its sender and against its rates.</summary>
    private int CountRequest(in SipMessage m, in Datagram d)
    {
        var number = SourceOf(d.Source);
        Activate(number);
        ref var s = ref _sources[number];
        s.LastRequest = _now;
        ref var i = ref s.Interval;
        i.Packets++;
        i.Bytes += (ulong)d.Payload.Length;
        switch (m.Method)
        {
            case SipMethod.Invite:
                i.Invites++;
                break;
            case SipMethod.Register:
                i.Registers++;
                break;
            case SipMethod.Options:
                i.Options++;
                break;
            default:
                i.Others++;
                break;
        }

        var rates = _rates;
        for (var r = 0; r < rates.Length; r++)
        {
            if (rates[r].Counts(m.Method) && s.Rates[r].Add(_now, rates[r], out var count))
            {
                TellRate(Endpoints.Of(d), rates[r], count, s.Rates[r].Multiple);
            }
        }

        return number;
    }

    /// <summary>Counts whom a request is for and what program made it, as hashes.</summary>
    private void CountNames(int source, ulong user, ulong agent)
    {
        ref var i = ref _sources[source].Interval;
        i.Users.Add(user);
        i.Agents.Add(agent);
    }

    private ulong UserKey(in SipMessage m) => _hash.Of(SipUriView.UserOf(m.ToUri));

    /// <summary>Counts other octets of a source: probes and what cannot be read.</summary>
    private int CountPacket(in Datagram d)
    {
        var number = SourceOf(d.Source);
        Activate(number);
        ref var i = ref _sources[number].Interval;
        i.Packets++;
        i.Bytes += (ulong)d.Payload.Length;
        return number;
    }

    private void CountReply(IpAddress128 requester, in SipMessage m)
    {
        var number = FindSource(requester);
        if (number < 0)
        {
            return;
        }

        Activate(number);
        ref var i = ref _sources[number].Interval;
        i.ReplyBytes += (ulong)m.Data.Length;
        switch (m.StatusCode / 100)
        {
            case 1:
                i.Replies1xx++;
                break;
            case 2:
                i.Replies2xx++;
                break;
            case 3:
                i.Replies3xx++;
                break;
            case 4:
                i.Replies4xx++;
                break;
            case 5:
                i.Replies5xx++;
                break;
            default:
                i.Replies6xx++;
                break;
        }

        switch (m.StatusCode)
        {
            case 401 or 407:
                i.Challenges++;
                break;
            case 403:
                i.Forbidden++;
                break;
            case 404:
                i.NotFound++;
                break;
            default:
                break;
        }
    }

    private bool SentSince(IpAddress128 source, long time)
    {
        var number = FindSource(source);
        return number >= 0 && _sources[number].LastRequest > time;
    }

    private void CountUnanswered(IpAddress128 source)
    {
        var number = FindSource(source);
        if (number >= 0)
        {
            Activate(number);
            _sources[number].Interval.Unanswered++;
        }
    }

    private void CountAgainstRates(EventType type, in Endpoints ends)
    {
        for (var r = 0; r < _rates.Length; r++)
        {
            if (_rates[r].EventType != type)
            {
                continue;
            }

            var number = SourceOf(ends.Source);
            Activate(number);
            ref var rate = ref _sources[number].Rates[r];
            if (rate.Add(_now, _rates[r], out var count))
            {
                TellRate(ends, _rates[r], count, rate.Multiple);
            }
        }
    }

    private void TellRate(in Endpoints ends, RatePlan plan, ulong count, uint multiple)
    {
        if (!Wanted(EventType.SipRateExceeded))
        {
            return;
        }

        var e = _factory.Create(EventType.SipRateExceeded, _now, ends);
        e.Reason = plan.Limit.Subject;
        var seconds = (ulong)plan.Limit.Window.TotalSeconds;
        e.Rate = new RateFields { Limit = plan.Limit, Count = count, Multiple = multiple };
        if (multiple == 0)
        {
            e.SetMessage($"{ends.Source} is back below {plan.Limit.Limit} {plan.Limit.Subject} in {seconds} s, after {count}");
        }
        else
        {
            e.SetMessage($"{ends.Source} sent {count} {plan.Limit.Subject} in {seconds} s, limit {plan.Limit.Limit}");
        }

        Emit(e);
    }

    private void TellStatistics(long time)
    {
        // Sources that stay above a rate are carried into the next interval, so that their recovery is told.
        var kept = 0;
        for (var i = 0; i < _activeSources.Count; i++)
        {
            var number = _activeSources[i];
            ref var s = ref _sources[number];
            TellSource(ref s, time);
            s.Active = TellRecoveries(ref s, time);
            if (s.Active)
            {
                _activeSources[kept++] = number;
            }
        }

        _activeSources.RemoveRange(kept, _activeSources.Count - kept);
        if (_intervalHasTraffic)
        {
            TellCounters(time);
        }

        _intervalHasTraffic = false;
    }

    /// <summary>True while some rate of the source is still exceeded.</summary>
    private bool TellRecoveries(ref SourceEntry s, long time)
    {
        var above = false;
        for (var r = 0; r < _rates.Length; r++)
        {
            ref var rate = ref s.Rates[r];
            if (rate.TryRecover(time, _rates[r], out var total))
            {
                TellRate(new Endpoints(s.Address, default, 0, 0, TransportKind.Unknown, TunnelKind.None, 0, 0), _rates[r], total, 0);
            }

            above |= rate.Multiple > 0;
        }

        return above;
    }

    private void TellSource(ref SourceEntry s, long time)
    {
        ref var i = ref s.Interval;
        if (i.Packets + i.Replies + i.Unanswered > 0 && Wanted(EventType.SipSourceStats))
        {
            var e = _factory.Create(EventType.SipSourceStats, time, s.Address);
            e.HasTraffic = true;
            e.Traffic = i;
            e.TrafficMilliseconds = (uint)_options.StatsInterval.TotalMilliseconds;
            e.SetMessage($"{i.Requests} requests and {i.Replies} replies of {s.Address} in {(long)_options.StatsInterval.TotalSeconds} s");
            Emit(e);
        }

        i = default;
    }

    private void TellCounters(long time)
    {
        var e = _factory.CreateOwn(EventType.SipCounters, time);
        e.LogSource = LogSource.Sensor;
        e.Counters = new Counters();
        CopyCounters(e.Counters.Totals);
        AddCounters?.Invoke(e.Counters.Totals);
        NoteLostPackets(e.Counters.Totals);
        if (!Wanted(EventType.SipCounters))
        {
            return;
        }

        e.Message = $"{_counters.Payloads} payloads, {_counters.Requests} requests, {_counters.Replies} replies so far";
        _events.Emit(e);
    }

    /// <summary>The limit on events that a hostile source can make at will: probes, parse errors, stand-alone anomalies.</summary>
    private bool MayMakeNoise(IpAddress128 source)
    {
        ref var s = ref _sources[SourceOf(source)];
        if (s.Noise.TryTake(_now, _options.NoisyEventBurst, _options.NoisyEventsPerSecond, out _))
        {
            return MayTellOf(s);
        }

        _counters.HeldBack++;
        return false;
    }
}
