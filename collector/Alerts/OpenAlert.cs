using SensorNet.Collector.Detection;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>The newest alert of a key, in memory. Commit thread only.</summary>
internal sealed class OpenAlert(string key, Alert alert)
{
    private AlertSources? _sources;

    public string Key => key;

    public Alert Alert => alert;

    /// <summary>The rule as loaded now; null when there is none of that id any more.</summary>
    public RunningRule? Rule { get; set; }

    /// <summary>As the rule runs for the host group of the alert's last event; null until it fires in this process.</summary>
    public RuleVariant? Variant { get; set; }

    /// <summary>The key's hash in this process, to reach its window; null until it fires.</summary>
    public UInt128? Hash { get; set; }

    /// <summary>Who is behind it; of one that was read from the store, what it says of them to begin with.</summary>
    public AlertSources Sources
    {
        get
        {
            if (_sources is null)
            {
                _sources = new AlertSources();
                if (WrittenTo != ulong.MaxValue)
                {
                    _sources.Restore(alert);
                }
            }

            return _sources;
        }
    }

    /// <summary>Position of the newest event that it had counted when it was read from the store at the start.</summary>
    public ulong WrittenTo { get; init; } = ulong.MaxValue;

    /// <summary>Collector's clock at the last change by a firing: idleness of a live alert is measured by it.</summary>
    public long Touched { get; set; }

    /// <summary>How many of its sources had their own alerts muted, when it is of a compound rule.</summary>
    public int MutedSources { get; set; }

    /// <summary>Firings were counted since the alert's texts were written.</summary>
    public bool Stale { get; set; }

    /// <summary>The window's value at the last firing, for the sentence that is written when the batch ends.</summary>
    public double Value { get; set; }

    /// <summary>What watchers are told once the batch is durable; null: nothing changed.</summary>
    public string? Change { get; set; }

    /// <summary>Whether it is to be written with this batch.</summary>
    public bool Urgent { get; set; }

    /// <summary>Whether that change is worth a notification.</summary>
    public bool Notify { get; set; }

    /// <summary>The next count at which people are told again: ten times, then a hundred times the first.</summary>
    public ulong NextMilestone { get; set; }

    public bool IsOpen => alert.Status is AlertStatus.Active or AlertStatus.Acknowledged;
}
