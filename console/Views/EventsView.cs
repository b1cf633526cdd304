using System.Globalization;
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
    private const int WideScreen = 120;

    private readonly List<TableColumn<StoredEvent>> _columns;
    private readonly Table<StoredEvent> _table;
    private readonly Dictionary<ulong, TableRow<StoredEvent>> _cache = [];
    private readonly List<TableRow<StoredEvent>> _window = [];
    private readonly List<string> _words;
    private string _filter = "";
    private ulong _anchor;
    private bool _following = true;
    private int _top;
    private int _index;
    private int _page = 10;
    private StoredEvent? _documentOf;
    private DateTimeOffset _documentAt;
    private Document _document = new();

    public EventsView(ConsoleScreens screens)
        : base(screens)
    {
        _columns =
        [
            new("TIME", 12, e => Times.ClockMillis(e.Event.EventTime)),
            new("SENSOR", 8, e => e.Event.SensorId.Length > 0 ? e.Event.SensorId : e.Event.Host, Priority: 5),
            new("TYPE", 20, e => EventTypes.Get(e.Event.Type).Name),
            new("S", 1, e => Words.Letter(e.Event.Severity).ToString(), Priority: 2, Role: e => Theme.RoleOf(e.Event.Severity)),
            new("SOURCE", 18, e => EventSummary.Source(e.Event), Priority: 1),
            new("USER", 22, e => EventSummary.Who(e.Event) is { Length: > 0 } who ? who : "-", Priority: 4),
            new("SUMMARY", 16, e => EventSummary.Of(e.Event), Stretch: true),
        ];
        _table = new Table<StoredEvent>(_columns);
        _words = [.. EventTypes.All.Select(t => "type:" + t.Name), .. EventFields.All.Select(f => f.Name + ":")];
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
            new("events.source", ["s"], "source", () => Screens.Show("sources", Addresses.Of(Selected!.Event.SourceIp)), () => Selected is { } e && !e.Event.SourceIp.IsEmpty ? null : "the event has no source address"),
            new("events.only", ["t"], "only this type", () => Filter = "type:" + EventTypes.Get(Selected!.Event.Type).Name, () => Selected is null ? "nothing is selected" : null),
            new("events.export", ["w"], "export as CSV", Export, () => Model.Events.Count == 0 ? "there are no events" : null, InFooter: false),
            new("events.copy", ["y"], "copy", () => Screens.Copy(DocumentOf(Selected!).ToText()), () => Selected is null ? "nothing is selected" : null, InFooter: false),
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
            Screens.Feed.Follow(_filter);
            SetFollowing(true);
        }
    }

    private StoredEvent? Selected => _table.Selected?.Item;

    /// <summary>Completes the last word: event types and field names.</summary>
    public override string CompleteFilter(string text)
    {
        var start = text.LastIndexOfAny([' ', '(']) + 1;
        var word = text[start..];
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
        var wide = surface.Width >= WideScreen;
        var tall = surface.Height >= 17;
        var listWidth = wide ? surface.Width * 66 / 100 : surface.Width;
        var listHeight = wide || !tall ? surface.Height : surface.Height - 6;
        if (_following)
        {
            (_anchor, _top, _index) = (Model.Events.Total, 0, 0);
        }

        var list = surface.Part(0, 0, listWidth, listHeight).Box(ListTitle(), Note(), Theme[StyleRole.Border], Theme[StyleRole.Title]);
        _page = Math.Max(1, list.Height - 1);
        FillWindow();
        _table.Draw(list, Theme);
        if (_window.Count == 0)
        {
            var text = Model.TailComplaint ?? (_filter.Length > 0 ? "No event matches the filter so far. Esc clears it." : "No events yet. They appear here as sensors send them.");
            new Document().Add(text, StyleRole.Dim).Draw(list.Part(2, 2, list.Width - 4, list.Height - 2), Theme, 0);
        }

        var detail = wide
            ? surface.Part(listWidth, 0, surface.Width - listWidth, surface.Height)
            : surface.Part(0, listHeight, surface.Width, surface.Height - listHeight);
        if (wide || tall)
        {
            var inside = detail.Box(Selected is null ? "" : "Detail", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
            if (Selected is { } selected)
            {
                DocumentOf(selected).Draw(inside, Theme, 0);
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
        "csv",
        () => CsvText.Of(
            _columns.Select(c => c.Header),
            Enumerable.Range(0, Model.Events.Count).Select(age => _columns.Select(c => SafeText.Clean(c.Get(Model.Events[age]))).ToArray())));

    private string ListTitle()
    {
        var state = _following ? "LIVE" : string.Create(CultureInfo.InvariantCulture, $"PAUSED +{Model.Events.Total - _anchor:N0}");
        return $"Events  {state}  {Figures.Short(Model.Status?.EventsPerS ?? 0)}/s";
    }

    private string Note() => Model.TailSkipped > 0 ? $"{Figures.Count(Model.TailSkipped)} skipped" : $"held {Figures.Count((ulong)Model.Events.Count)}";

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
        for (var i = _top; i < _top + _page && i + since < Model.Events.Count; i++)
        {
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
        Screens.Push(new DetailView(Screens, $"Event {EventTypes.Get(stored.Event.Type).Name}", () => DocumentOf(stored), []));
    }

    private Document DocumentOf(StoredEvent stored)
    {
        // Nobody reads a detail that changes ten times a second: following, it does so once a second.
        if (!ReferenceEquals(stored, _documentOf) && (!_following || Screens.Now - _documentAt >= TimeSpan.FromSeconds(1)))
        {
            _documentOf = stored;
            _documentAt = Screens.Now;
            _document = new Document();
            EventDocument.Describe(_document, stored);
        }

        return _document;
    }
}
