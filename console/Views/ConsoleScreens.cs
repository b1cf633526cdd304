using System.Text;
using SensorNet.Console.Client;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>
/// The interactive console: the views, what lies over them, the prompt and the lines above and below. All of it lives on
/// the UI thread; the collector is spoken to through <see cref="CollectorFeed"/> alone.
/// </summary>
internal sealed partial class ConsoleScreens : IScreenApplication
{
    private static readonly TimeSpan ToastTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UndoTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BellPause = TimeSpan.FromSeconds(5);

    // While the streams bring nothing, hardly anything else changes either.
    private static readonly TimeSpan RefreshWhenQuiet = TimeSpan.FromSeconds(30);

    private readonly UiQueue _queue;
    private readonly TimeProvider _time;
    private readonly ScreenSetup _setup;
    private readonly ColorDepth _depth;
    private readonly List<View> _views = [];
    private readonly List<View> _stack = [];
    private readonly OutputBuffer _extra = new();
    private readonly List<byte> _extraTaken = [];
    private Overlay? _overlay;
    private string? _toast;
    private DateTimeOffset _toastUntil;
    private (string What, Action Run, DateTimeOffset Until)? _undo;
    private DateTimeOffset _lastBell;
    private DateTimeOffset _refreshedAt;
    private long _refreshedNews;
    private bool _bell;
    private bool _suspend;
    private bool _redraw;
    private bool _writesAllowed = true;
    private bool _wasUp;
    private DateTimeOffset _lostAt;
    private (string Text, DateTimeOffset At) _complained;
    private readonly ScreenMemory _memory;
    private readonly Keymap _keymap;
    private int _previousView;
    private int _currentView;

    /// <exception cref="ConfigurationException">The key map names an action that does not exist, or one key twice.</exception>
    public ConsoleScreens(CollectorFeed feed, ConsoleModel model, UiQueue queue, ScreenSetup setup, TimeProvider time)
    {
        (Feed, Model, _queue, _setup, _time) = (feed, model, queue, setup, time);
        (_depth, _keymap, StateDirectory) = (setup.Depth, setup.Keys, setup.StateDirectory);
        var config = setup.Config;
        _memory = new ScreenMemory(StateDirectory is null ? null : Path.Combine(StateDirectory, "screens"));
        Theme = Theme.Find(config.Theme, _depth, setup.IsLight);
        _bell = config.Bell;
        WantsMouse = config.Mouse;
        feed.AlertChanged = OnAlertChanged;
        _views.AddRange(
        [
            new OverviewView(this),
            new AlertsView(this),
            new EventsView(this),
            new CallsView(this),
            new RegistrationsView(this),
            new SourcesView(this),
            new SensorsView(this),
            new RulesView(this),
            new StatisticsView(this),
            new AuditView(this),
            new IncidentsView(this),
            new SilencesView(this),
            new ListsView(this),
        ]);
        GlobalActions = BuildGlobalActions();
        ApplyKeys();
        foreach (var ((view, header), shown) in _memory.Columns)
        {
            _views.Find(v => v.Id == view)?.ChooseColumn(header, shown);
        }

        _memory.Commands.ForEach(_commandLine.Remember);
        RefreshTop();
    }

    public CollectorFeed Feed { get; }

    public ConsoleModel Model { get; }

    public Theme Theme { get; private set; }

    public DateTimeOffset Now => _time.GetUtcNow();

    public bool IsDone { get; private set; }

    public bool WantsMouse { get; private set; }

    public IReadOnlyList<View> Views => _views;

    public IReadOnlyList<ConsoleAction> GlobalActions { get; }

    /// <summary>What is visible: the current view, or what was opened from it.</summary>
    public View Top => _stack.Count > 0 ? _stack[^1] : _views[_currentView];

    /// <summary>Why nothing can be changed now; null: it can.</summary>
    public string? WhyReadOnly()
    {
        if (!Model.Link.IsUp)
        {
            return "the collector cannot be reached";
        }

        return Model.Me is { Role: Role.Viewer } ? "read-only (role viewer)" : null;
    }

    /// <summary>Goes to a view of the tabs, perhaps with a filter.</summary>
    public void Show(string id, string? filter = null)
    {
        var index = _views.FindIndex(v => v.Id == id || v.Aliases.Contains(id));
        if (index < 0)
        {
            Toast($"There is no view '{id}'.");
            return;
        }

        if (index != _currentView || (filter is not null && filter != _views[index].Filter))
        {
            Leave();
        }

        if (index != _currentView)
        {
            // What was said about another view would hide this one's path and filter.
            _toast = null;
            _previousView = _currentView;
        }

        _currentView = index;
        _stack.Clear();
        if (filter is not null && _views[index].Filter is not null)
        {
            _views[index].Filter = filter;
        }

        RefreshTop();
    }

    /// <summary>Opens something over the current view; Escape comes back.</summary>
    public void Push(View view)
    {
        _keymap.Apply(view.Actions);
        _stack.Add(view);
        RefreshTop();
    }

    public void CloseTop()
    {
        if (_stack.Count > 0)
        {
            _stack.RemoveAt(_stack.Count - 1);
        }
    }

    /// <summary>Says something for a few seconds.</summary>
    public void Toast(string text)
    {
        _toast = SafeText.Clean(text);
        _toastUntil = Now + ToastTime;
    }

    /// <summary>Offers to take back what was just done.</summary>
    public void OfferUndo(string what, Action undo)
    {
        _undo = (what, undo, Now + UndoTime);
        _toast = SafeText.Clean($"{what}. u undoes it");
        _toastUntil = Now + UndoTime;
    }

    public void Confirm(string question, IReadOnlyList<string> impact, Action confirmed) =>
        _overlay = new ConfirmOverlay(question, impact, null, confirmed);

    public void ConfirmByName(string question, IReadOnlyList<string> impact, string name, Action confirmed) =>
        _overlay = new ConfirmOverlay(question, impact, SafeText.Clean(name), confirmed);

    /// <summary>Offers a few things to choose from.</summary>
    public void Choose(string title, Func<IReadOnlyList<Choice>> choices, bool stays = false) => _overlay = new ChoiceOverlay(title, choices, stays);

    public void Open(Overlay overlay) => _overlay = overlay;

    /// <summary>
    /// Puts text on the clipboard of the operator's own terminal (OSC 52), which base64 makes harmless. A terminal that has
    /// no such thing shows the text to be selected with its own mouse, and a file has it whole.
    /// </summary>
    public void Copy(string text)
    {
        const int most = 74_994;

        // What is pasted somewhere else must be as harmless as what is shown here; line breaks are our own.
        text = string.Join('\n', text.Split('\n').Select(SafeText.Clean));
        var octets = Encoding.UTF8.GetBytes(text);
        if (!_setup.CanCopy || octets.Length > most)
        {
            ShowToCopy(text, octets);
            return;
        }

        _extra.Write("\e]52;c;"u8);
        _extra.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(octets)));
        _extra.Write("\a"u8);
        var shown = SafeText.Clean(text.Length > 40 ? text[..40] : text);
        Toast($"Copied {shown}");
    }

    /// <summary>Changes something on the collector; failures become toasts.</summary>
    public void Change<T>(Func<ICollector, CancellationToken, Task<T>> change, Action<T> done) =>
        Feed.Ask(change, done, failure => Toast(failure.Message));

    /// <summary>Asks for what a view shows; failures while the link is up become toasts.</summary>
    /// <param name="quietly">Also a refusal is no news: the view can do without.</param>
    public void Load<T>(Func<ICollector, CancellationToken, Task<T>> question, Action<T> loaded, bool quietly = false)
    {
        var asks = Top;
        Feed.Ask(
            question,
            answer =>
            {
                Model.DataAsOf = Now;
                asks.IsAnswered |= !quietly;
                loaded(answer);
            },
            failure =>
            {
                asks.IsAnswered |= !quietly && !failure.IsTransient;

                // A view that asks every few seconds says once a minute that it is refused.
                if (!failure.IsTransient && !quietly && (failure.Message != _complained.Text || Now - _complained.At > TimeSpan.FromMinutes(1)))
                {
                    _complained = (failure.Message, Now);
                    Toast(failure.Message);
                }
            });
    }

    /// <summary>Reads a stream of answers, each on the UI thread.</summary>
    public void Read<T>(Func<ICollector, CancellationToken, IAsyncEnumerable<T>> question, Action<T> arrived, Action<CollectorException> failed) =>
        Feed.Read(question, arrived, failed);

    public bool RunPosted()
    {
        var any = _queue.Run();
        if (Model.Link.IsUp != _wasUp)
        {
            if (Model.Link.IsUp && _lostAt != default)
            {
                Toast($"The collector is back after {Times.Length(Now - _lostAt)}");
            }

            _lostAt = Model.Link.IsUp ? default : Model.Link.Since;
        }

        if (Model.Link.IsUp && (!_wasUp || Now >= NextRefresh))
        {
            RefreshTop();
        }

        _wasUp = Model.Link.IsUp;

        // Writing is offered again, or no longer: the footer and help show it.
        var writes = WhyReadOnly() is null;
        any |= writes != _writesAllowed;
        _writesAllowed = writes;
        return any;
    }

    public TimeSpan? UntilNextChange()
    {
        var now = Now;
        var next = now.AddMinutes(1).AddSeconds(-now.Second).AddMilliseconds(-now.Millisecond);
        if (_toast is not null && _toastUntil < next)
        {
            next = _toastUntil;
        }

        if (!Model.Link.IsUp && Model.Link.Since != default)
        {
            var second = now.AddMilliseconds(1000 - now.Millisecond);
            next = second < next ? second : next;
        }

        if (Model.Link.IsUp && NextRefresh < next)
        {
            next = NextRefresh;
        }

        if (Top.ChangesAt is { } changes && changes < next)
        {
            next = changes;
        }

        return next > now ? next - now : TimeSpan.Zero;
    }

    public ReadOnlySpan<byte> TakeExtraOutput()
    {
        if (_extra.Length == 0)
        {
            return default;
        }

        _extraTaken.Clear();
        _extraTaken.AddRange(_extra.Written);
        _extra.Clear();
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_extraTaken);
    }

    public bool TakeSuspendRequest()
    {
        var request = _suspend;
        _suspend = false;
        return request;
    }

    public bool TakeRedrawRequest()
    {
        var request = _redraw;
        _redraw = false;
        return request;
    }

    /// <summary>When the view's data is asked for again.</summary>
    private DateTimeOffset NextRefresh => Top.RefreshEvery is not { } every ? DateTimeOffset.MaxValue
        : _refreshedAt + (Model.News != _refreshedNews || every > RefreshWhenQuiet ? every : RefreshWhenQuiet);

    private void RefreshTop()
    {
        (_refreshedAt, _refreshedNews) = (Now, Model.News);
        Top.Refresh();
    }

    private void OnAlertChanged(WatchAlertsResponse change)
    {
        var alert = change.Alert;
        if (change.Change is not ("new" or "level") || alert.Level < AlertLevel.High || alert.Status != AlertStatus.Active)
        {
            return;
        }

        Toast($"{Words.Of(alert.Level).ToUpperInvariant()}: {alert.Title} {alert.SourceIp}");
        if (_bell && alert.Level == AlertLevel.Critical && Now - _lastBell >= BellPause)
        {
            _lastBell = Now;
            _extra.Write("\a"u8);
        }
    }
}
