using System.Globalization;
using SensorNet.Console.Cli;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>
/// The live tail, newest on top. Following, it moves with what arrives; paused, or as soon as the cursor moves, it stands
/// still and counts what it does not show. Only visible rows are ever made into text.
/// </summary>
internal sealed class EventsView : View
{
    private const int RowCacheSize = 512;

    // Nobody reads a detail that changes ten times a second: following, it does so once a second.
    private static readonly TimeSpan DetailPause = TimeSpan.FromSeconds(1);
    private static readonly string[] ShownInRow = ["event.type", "event.action", "event.category", "event.time", "event.created", "event.ingested", "event.severity", "message", "source.ip", "source.port"];

    private readonly List<TableColumn<StoredEvent>> _columns;
    private readonly Table<StoredEvent> _table;
    private readonly Dictionary<ulong, TableRow<StoredEvent>> _cache = [];
    private readonly List<TableRow<StoredEvent>> _window = [];
    private List<string>? _words;
    private string _filter = "";
    private ulong _anchor;
    private bool _following = true;
    private bool _showsRoutine;
    private TimeMode _time;
    private DateTimeOffset _relativeAt;
    private StoredEvent? _earlier;
    private int _top;
    private int _index;
    private int _page = 10;
    private StoredEvent? _documentOf;
    private Document _document = new();
    private StoredEvent? _shortOf;
    private DateTimeOffset _shortAt;
    private Document _short = new();

    public EventsView(ConsoleScreens screens)
        : base(screens)
    {
        _columns =
        [
            new("TIME", 12, TimeOf),
            new("SENSOR", 8, e => e.Event.SensorId.Length > 0 ? e.Event.SensorId : e.Event.Host, Priority: 5),
            new("TYPE", 20, e => EventTypes.Get(e.Event.Type).Name),
            new("S", 1, e => Words.Letter(e.Event.Severity).ToString(), Priority: 2, Role: e => Theme.RoleOf(e.Event.Severity)),
            new("SOURCE", 18, e => EventSummary.Source(e.Event), Priority: 1),
            new("USER", 22, e => EventSummary.Who(e.Event) is { Length: > 0 } who ? who : "-", Priority: 4),
            new("SUMMARY", 16, e => EventSummary.Of(e.Event), Stretch: true),
        ];
        _table = new Table<StoredEvent>(_columns);
        Actions =
        [
            new("events.pause", ["p"], "pause", () => SetFollowing(!_following)),
            new("events.follow", ["f", "g", "home"], "follow", () => SetFollowing(true), InFooter: false),
            new("events.open", ["enter", "l", "right"], "detail", Open, () => Selected is null ? "nothing is selected" : null),
            new("events.down", ["j", "down"], "down", () => Move(1), InFooter: false),
            new("events.up", ["k", "up"], "up", () => Move(-1), InFooter: false),
            new("events.pagedown", ["pagedown"], "page down", () => Move(_page), InFooter: false),
            new("events.pageup", ["pageup"], "page up", () => Move(-_page), InFooter: false),
            new("events.halfdown", ["ctrl-d"], "half a page down", () => Move(_page / 2), InFooter: false),
            new("events.halfup", ["ctrl-u"], "half a page up", () => Move(-_page / 2), InFooter: false),
            new("events.oldest", ["G", "end"], "oldest held", () => Move(EventRing.Capacity), InFooter: false),
            new("events.source", ["s"], "source", () => Screens.Show("sources", StoredSource(Selected!.Event)), () => Selected is { } e && !e.Event.SourceIp.IsEmpty ? null : "the event has no source address"),
            new("events.pivot", ["P"], "pivot", Pivot, () => Selected is null ? "nothing is selected" : null),
            new("events.time", ["t"], "time", NextTimeMode),
            new("events.routine", ["z"], "routine too", ToggleRoutine, () => _filter.Length > 0 ? "the filter alone says what is shown" : null, InFooter: false),
            new("events.calls", ["C"], "calls", () => Screens.Show("calls", StoredSource(Selected!.Event)), () => Selected is { } e && !e.Event.SourceIp.IsEmpty ? null : "the event has no source address", InFooter: false),
            new("events.alerts", ["a"], "alerts", () => Screens.Show("alerts", StoredSource(Selected!.Event)), () => Selected is { } e && !e.Event.SourceIp.IsEmpty ? null : "the event has no source address", InFooter: false),
            new("events.export", ["w"], "export", Export, () => Model.Events.Count == 0 ? "there are no events" : null, InFooter: false),
            new("events.copy", ["y"], "copy", () => Screens.Copy(string.Join(' ', _table.Selected!.Cells)), () => Selected is null ? "nothing is selected" : null, InFooter: false),
            new("events.copyall", ["Y"], "copy as JSON", () => Screens.Copy(ListingWriter.ToJson(EventListing.WriteJson, Selected!)), () => Selected is null ? "nothing is selected" : null, InFooter: false),
        ];
    }

    public override string Id => "events";

    public override string Title => "Events";

    public override string ShortTitle => "Evt";

    public override IReadOnlyList<string> Aliases => ["event", "ev", "tail"];

    public override IReadOnlyList<ConsoleAction> Actions { get; }

    /// <summary>In the collector's query language: the tail is asked for anew.</summary>
    public override string? Filter
    {
        get => _filter;
        set
        {
            _filter = (value ?? "").Trim();
            Follow();
        }
    }

    public override IReadOnlyList<string> ChosenSources() => Selected is { } e && !e.Event.SourceIp.IsEmpty ? [Addresses.Of(e.Event.SourceIp)] : [];

    public override DateTimeOffset? ChangesAt => ReferenceEquals(Selected, _shortOf) ? null : _shortAt + DetailPause;

    /// <summary>Its address as the collector knows it: what is shown may have been opened here.</summary>
    private string StoredSource(Event e) => Screens.Feed.StoredAs(Addresses.Of(e.SourceIp));

    private StoredEvent? Selected => _table.Selected?.Item;

    /// <summary>Completes the last word: event types and field names.</summary>
    public override string CompleteFilter(string text)
    {
        var start = text.LastIndexOfAny([' ', '(']) + 1;
        var word = text[start..];
        _words ??= [.. EventTypes.All.Select(t => "type:" + t.Name), .. EventFields.All.Select(f => f.Name + ":")];
        var found = word.Length == 0 ? null : _words.FirstOrDefault(w => w.StartsWith(word, StringComparison.OrdinalIgnoreCase) && w.Length > word.Length);
        return found is null ? text : text[..start] + found;
    }

    public override bool Back()
    {
        if (_filter.Length > 0)
        {
            Filter = "";
            return true;
        }

        if (!_following)
        {
            SetFollowing(true);
            return true;
        }

        return false;
    }

    public override void Draw(Surface surface)
    {
        // The list takes the whole width, so that the terminal itself scrolls it when rows arrive.
        var detailHeight = surface.Height >= 36 ? 11 : surface.Height >= 17 ? 6 : 0;
        var listHeight = surface.Height - detailHeight;
        if (_following)
        {
            (_anchor, _top, _index) = (Model.Events.Total, 0, 0);
        }

        var list = surface.Part(0, 0, surface.Width, listHeight).Box(ListTitle(), Note(), Theme[StyleRole.Border], Theme[StyleRole.Title]);
        _page = Math.Max(1, list.Height - 1);
        FillWindow();
        _table.IsQuiet = _following;
        _table.Draw(list, Theme);
        if (_window.Count == 0)
        {
            var text = Model.TailComplaint ?? (_filter.Length > 0 ? "No event matches the filter so far. Esc clears it."
                : _showsRoutine ? "No events yet. They appear here as sensors send them."
                : "No events yet but perhaps counters and sessions, which z shows. They appear here as sensors send them.");
            new Document().Add(text, StyleRole.Dim).Draw(list.Part(2, 2, list.Width - 4, list.Height - 2), Theme, 0);
        }

        if (detailHeight > 0)
        {
            var inside = surface.Part(0, listHeight, surface.Width, detailHeight).Box(Selected is null ? "" : "Detail", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
            if (Selected is { } selected)
            {
                ShortOf(selected).Draw(inside, Theme, 0);
            }
        }
    }

    public override bool OnInput(InputEvent input)
    {
        switch (input.Kind)
        {
            case InputKind.WheelDown:
                Move(3);
                return true;
            case InputKind.WheelUp:
                Move(-3);
                return true;
            case InputKind.MouseDown when input.Y >= _table.Area.Y && input.Y - _table.Area.Y < _window.Count:
                Move(_top + input.Y - _table.Area.Y - _index);
                return true;
            default:
                return false;
        }
    }

    private void Export() => Screens.Export(
        Id,
        new("csv", () => CsvText.Of(
            _columns.Select(c => c.Header),
            Enumerable.Range(0, Model.Events.Count).Select(age => _columns.Select(c => SafeText.Clean(c.Get(Model.Events[age]))).ToArray()))),
        new("jsonl", () => string.Concat(Enumerable.Range(0, Model.Events.Count).Select(age => ListingWriter.ToJson(EventListing.WriteJson, Model.Events[age]) + "\n"))),
        new("pcap", Pcap));

    private byte[] Pcap()
    {
        using var file = new MemoryStream();
        var writer = new PcapWriter(file);
        for (var age = Model.Events.Count - 1; age >= 0; age--)
        {
            writer.Write(Model.Events[age].Event);
        }

        return file.ToArray();
    }

    /// <summary>Adds a field of the selected event to the filter.</summary>
    private void Pivot()
    {
        var e = Selected!.Event;
        Screens.Choose("Only events with the same", () =>
        [
            Field("source", "s", "source.ip", e.SourceIp.IsEmpty ? "" : Addresses.Of(e.SourceIp)),
            Field("user", "u", e.Aor.Length > 0 ? "user.aor" : "user.name", EventSummary.Who(e)),
            Field("type", "t", "type", EventTypes.Get(e.Type).Name),
            Field("sensor", "S", "agent.id", e.SensorId),
            Field("host", "h", "host.name", e.Host),
            Field("call", "c", "sip.call_id", e.Sip?.CallId ?? ""),
            Field("agent", "a", "user_agent.original", e.UserAgent),
        ]);

        Choice Field(string label, string key, string field, string shown)
        {
            var value = Screens.Feed.StoredAs(shown);
            var term = value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? $"{field}:{value}" : $"{field}:\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
            return new($"{label,-7} {shown}", () => Filter = _filter.Length > 0 ? $"({_filter}) and {term}" : term, key, Why: value.Length == 0 ? "the event has none" : null);
        }
    }

    private void ToggleRoutine()
    {
        _showsRoutine = !_showsRoutine;
        Follow();
        Screens.Toast(_showsRoutine ? "With counters, statistics and sessions" : "Without counters, statistics and sessions");
    }

    /// <summary>Without a filter of the operator's own, what comes all the time is left out unless it is wanted.</summary>
    private void Follow()
    {
        Screens.Feed.Follow(_filter.Length > 0 || _showsRoutine ? _filter : RoutineEvents.Without);
        SetFollowing(true);
    }

    private void NextTimeMode()
    {
        _time = (TimeMode)(((int)_time + 1) % 3);
        _cache.Clear();
        Screens.Toast(_time switch
        {
            TimeMode.Absolute => "Times as clocks show them, UTC",
            TimeMode.Relative => "Times before now",
            _ => "Times after the event before",
        });
    }

    /// <summary>The time cell; relative ones are those of the moment when the row was made, at most a second old.</summary>
    private string TimeOf(StoredEvent stored) => _time switch
    {
        TimeMode.Relative => "-" + Times.Age(stored.Event.EventTime, Screens.Now),
        TimeMode.Delta => _earlier is { } earlier ? string.Create(CultureInfo.InvariantCulture, $"{(stored.Event.EventTime - earlier.Event.EventTime) / 1e9:+0.000;-0.000}") : "",
        _ => Times.ClockMillis(stored.Event.EventTime),
    };

    private string ListTitle()
    {
        var state = _following ? "LIVE" : string.Create(CultureInfo.InvariantCulture, $"PAUSED +{Model.Events.Total - _anchor:N0}");
        return $"Events  {state}  {Figures.Short(Model.Status?.EventsPerS ?? 0)}/s";
    }

    private string Note()
    {
        var routine = _filter.Length > 0 || _showsRoutine ? "" : "without routine (z)  ";
        return routine + (Model.TailSkipped > 0 ? $"{Figures.Count(Model.TailSkipped)} skipped" : $"held {Figures.Count((ulong)Model.Events.Count)}");
    }

    private void SetFollowing(bool following)
    {
        _following = following;
        _anchor = Model.Events.Total;
        if (following)
        {
            (_top, _index) = (0, 0);
        }
    }

    private void Move(int by)
    {
        if (_following)
        {
            SetFollowing(false);
        }

        var held = Math.Max(0, Model.Events.Count - (int)Math.Min(Model.Events.Total - _anchor, EventRing.Capacity));
        _index = Math.Clamp(_index + by, 0, Math.Max(0, held - 1));
    }

    /// <summary>Makes the rows that are visible, newest first, counted from where the view stands.</summary>
    private void FillWindow()
    {
        var since = (int)Math.Min(Model.Events.Total - _anchor, EventRing.Capacity);
        _top = Math.Clamp(_top, Math.Max(0, _index - _page + 1), _index);
        _window.Clear();
        if (_time == TimeMode.Relative && Screens.Now - _relativeAt >= TimeSpan.FromSeconds(1))
        {
            _relativeAt = Screens.Now;
            _cache.Clear();
        }

        for (var i = _top; i < _top + _page && i + since < Model.Events.Count; i++)
        {
            _earlier = i + since + 1 < Model.Events.Count ? Model.Events[i + since + 1] : null;
            _window.Add(RowOf(Model.Events[i + since]));
        }

        _table.Rows = _window;
        _table.Move(Math.Clamp(_index - _top, 0, Math.Max(0, _window.Count - 1)) - _table.Index);
    }

    private TableRow<StoredEvent> RowOf(StoredEvent stored)
    {
        if (_cache.TryGetValue(stored.Position, out var row) && ReferenceEquals(row.Item, stored))
        {
            return row;
        }

        if (_cache.Count >= RowCacheSize)
        {
            _cache.Clear();
        }

        row = _table.RowOf(stored.Position.ToString(CultureInfo.InvariantCulture), stored);
        _cache[stored.Position] = row;
        return row;
    }

    private void Open()
    {
        var stored = Selected!;
        SetFollowing(false);
        Screens.Push(new DetailView(Screens, () => $"Event {EventTypes.Get(stored.Event.Type).Name}", () => DocumentOf(stored), []));
    }

    /// <summary>For the few lines below the list: fields one after another, without those that its row shows.</summary>
    private Document ShortOf(StoredEvent stored)
    {
        if (!ReferenceEquals(stored, _shortOf) && (!_following || Screens.Now - _shortAt >= DetailPause))
        {
            (_shortOf, _shortAt) = (stored, Screens.Now);
            _short = new Document().Add(EventSummary.Of(stored.Event), Theme.RoleOf(stored.Event.Severity));
            _short.Add(string.Join("  ", EventFieldLines.Of(stored.Event).Where(f => !ShownInRow.Contains(f.Name)).Select(f => $"{f.Name}={f.Value}")));
        }

        return _short;
    }

    private Document DocumentOf(StoredEvent stored)
    {
        if (!ReferenceEquals(stored, _documentOf))
        {
            _documentOf = stored;
            _document = new Document();
            EventDocument.Describe(_document, stored);
        }

        return _document;
    }
}
