using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>What predicates share while they look at one event: its raw text, decoded at most once. Not thread-safe.</summary>
internal sealed class MatchScratch
{
    private Event? _event;
    private string? _text;

    /// <summary>Forgets the former event.</summary>
    public void Begin(Event e)
    {
        _event = e;
        _text = null;
    }

    /// <summary>
    /// The record as it was read; for an event without one, its message. An event of several audit records keeps the first
    /// of them as it was read: what the others said of command and files follows it, decoded.
    /// </summary>
    public string RawText
    {
        get
        {
            if (_text is null)
            {
                var e = _event!;
                _text = e.Raw.IsEmpty ? e.Message : e.Raw.ToStringUtf8();
                if (e.Attributes.ContainsKey("audit.records"))
                {
                    _text = $"{_text}\n{e.Attributes.GetValueOrDefault("process.command_line")}\n{e.Attributes.GetValueOrDefault("paths")}";
                }
            }

            return _text;
        }
    }
}
