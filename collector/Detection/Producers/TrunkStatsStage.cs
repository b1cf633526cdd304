using System.Globalization;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// Per trunk (a source on the carrier list) and quarter of an hour of event time: attempts, answered share (ASR, percent)
/// and mean length of the calls that ended (ACD, seconds), as one <c>sip.trunk.stats</c> when the quarter is over. Trunks
/// come from the configuration, so there are few. Commit thread only.
/// </summary>
internal sealed class TrunkStatsStage : ICommitStage
{
    private const long Quarter = 900L * 1_000_000_000;
    private const int MostTrunks = 10_000;
    private readonly Dictionary<(ByteString Source, string Host), Counts> _trunks = [];

    public void OnEvent(ulong position, Event e, ICommit commit) => Count(e, commit);

    /// <summary>An event of the past, after a start.</summary>
    public void Replay(Event e) => Count(e, null);

    public void OnBatchEnd(ICommit commit)
    {
    }

    public void OnDurable()
    {
    }

    private void Count(Event e, ICommit? commit)
    {
        if (e.Type is not (EventType.SipCallStart or EventType.SipCallAttempt or EventType.SipCallEnd) || e.Enrichment is not { SourceCarrier: true })
        {
            return;
        }

        var start = e.EventTime - (e.EventTime % Quarter);
        var key = (e.SourceIp, e.Host);
        if (!_trunks.TryGetValue(key, out var counts))
        {
            if (_trunks.Count >= MostTrunks)
            {
                return;
            }

            _trunks[key] = counts = new Counts(start);
        }

        if (start > counts.Start)
        {
            if (counts.Attempts > 0)
            {
                commit?.Emit(Stats(e, counts));
            }

            _trunks[key] = counts = new Counts(start);
        }

        counts.Attempts += e.Type == EventType.SipCallEnd ? 0 : 1;
        counts.Answered += e.Type == EventType.SipCallStart ? 1 : 0;
        if (e is { Type: EventType.SipCallEnd, Call.HasBillsecMs: true })
        {
            counts.Ended++;
            counts.Milliseconds += (long)e.Call.BillsecMs;
        }
    }

    private static Event Stats(Event cause, Counts counts)
    {
        var asr = 100.0 * counts.Answered / counts.Attempts;
        var acd = counts.Ended == 0 ? 0 : counts.Milliseconds / 1000.0 / counts.Ended;
        return new Event
        {
            Type = EventType.SipTrunkStats,
            Severity = Severity.Info,
            EventTime = counts.Start + Quarter,
            SensorTime = cause.SensorTime,
            Host = cause.Host,
            SourceIp = cause.SourceIp,
            LogSource = LogSource.Collector,
            Synthetic = cause.Synthetic,
            Message = string.Create(CultureInfo.InvariantCulture, $"{counts.Attempts} calls in a quarter of an hour, {asr:0} % answered, {acd:0} s on average"),
            Gauge = new Gauge { Name = "trunk", Value = asr, Attempts = (ulong)counts.Attempts, Asr = asr, AcdS = acd },
        };
    }

    private sealed class Counts(long start)
    {
        public long Start => start;

        public int Attempts { get; set; }

        public int Answered { get; set; }

        public int Ended { get; set; }

        public long Milliseconds { get; set; }
    }
}
