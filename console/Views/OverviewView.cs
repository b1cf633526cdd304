using System.Globalization;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>The state of everything on one screen: health, rates, who fails most, what is open, and the fleet.</summary>
internal sealed class OverviewView : View
{
    private const int WideScreen = 120;
    private const int FleetCell = 26;
    private static readonly TimeSpan RateRange = TimeSpan.FromHours(1);
    private static readonly TimeSpan BucketLength = TimeSpan.FromMinutes(1);

    private readonly Table<Alert> _alerts;
    private readonly Table<Entity> _talkers;
    private readonly List<(string Name, double[] Values, ulong Total)> _rates = [];
    private object? _ratesOf;
    private long _alertsVersion = -1;
    private int _openAlerts;
    private IReadOnlyList<Entity>? _talkersOf;
    private bool _onTalkers;
    private int _minute = -1;

    public OverviewView(ConsoleScreens screens)
        : base(screens)
    {
        _alerts = new Table<Alert>(
        [
            new("S", 1, a => Words.Letter(a.Level).ToString(), Role: a => Theme.RoleOf(a.Level)),
            new("AGE", 4, a => Age(a.LastSeen, screens.Now), Priority: 2),
            new("ALERT", 14, a => a.Title.Length > 0 ? a.Title : a.RuleName, Stretch: true),
            new("SOURCE", 15, a => AlertSource.Of(a), Priority: 3),
            new("HITS", 6, a => Figures.Short(a.Count), Right: true),
        ]);
        _talkers = new Table<Entity>(
        [
            new("SOURCE", 15, e => e.Id, Stretch: true),
            new("EVENTS", 7, e => Figures.Short(e.Events), Right: true),
            new("FAIL%", 5, e => Figures.Percent(EntityFigures.Failures(e), e.Events), Right: true, Role: e => EntityFigures.Failures(e) * 2 > e.Events ? StyleRole.Bad : StyleRole.Text),
            new("ALERTS", 6, e => e.AlertIds.Count.ToString(CultureInfo.InvariantCulture), Right: true, Priority: 2, Role: e => e.AlertIds.Count > 0 ? StyleRole.High : StyleRole.Text),
        ]);
        Actions =
        [
            new("overview.open", ["enter", "l", "right"], "open", Open),
            new("overview.panel", ["tab", "shift-tab"], "panel", () => _onTalkers = !_onTalkers),
            new("overview.down", ["j", "down"], "down", () => Move(1), InFooter: false),
            new("overview.up", ["k", "up"], "up", () => Move(-1), InFooter: false),
            new("overview.ack", ["a"], "ack", Acknowledge, () => _onTalkers || _alerts.Selected is null ? "no alert is selected" : screens.WhyReadOnly()),
        ];
    }

    public override string Id => "overview";

    public override string Title => "Overview";

    public override string ShortTitle => "Ovw";

    public override IReadOnlyList<string> Aliases => ["ovw", "home"];

    public override IReadOnlyList<ConsoleAction> Actions { get; }

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    public override void Refresh()
    {
        var now = Screens.Now;
        var request = new GetStatisticsRequest
        {
            Time = new TimeRange { From = Times.ToNanoseconds(now - RateRange), To = Times.ToNanoseconds(now.AddSeconds(1)) },
            BucketS = (uint)BucketLength.TotalSeconds,
            Top = 16,
        };
        request.GroupBy.Add("type");
        Screens.Load((collector, cancellation) => collector.GetStatisticsAsync(request, cancellation), rates => Model.Rates = rates);
        Screens.Load(
            async (collector, cancellation) => (await collector.ListSensorsAsync(cancellation)).ToList(),
            sensors => Model.Sensors = Refreshed.Keep(Model.Sensors, sensors, s => s.Id));
        Screens.Load(
            async (collector, cancellation) =>
            {
                var sources = new List<Entity>();
                await foreach (var entity in collector.ListEntitiesAsync(new ListEntitiesRequest { Kind = "source", Order = "failures", Limit = 1000 }, cancellation))
                {
                    sources.Add(entity);
                }

                return sources;
            },
            sources => Model.Sources = Refreshed.Keep(Model.Sources, sources, e => e.Id));
    }

    public override IReadOnlyList<string> ChosenSources()
    {
        // Also where the tables are not drawn: what another collector had in them is nothing to block here.
        UpdateTables();
        return _onTalkers
            ? _talkers.Selected is { } source ? [source.Id] : []
            : _alerts.Selected is { Item.SourceIp: { Length: > 0 } ip } ? [ip] : [];
    }

    public override void Draw(Surface surface)
    {
        UpdateTables();
        var wide = surface.Width >= WideScreen;
        var top = surface.Height < 15 ? 5 : wide ? 9 : 6;
        var fleet = surface.Height < 15 ? 0 : Math.Clamp(RowsFor(Model.Sensors.Count, surface.Width - 2) + 2, 3, wide ? 8 : 5);
        var healthWidth = wide ? surface.Width * 4 / 10 : surface.Width / 2;
        var middle = surface.Height - top - fleet;
        DrawHealth(surface.Part(0, 0, healthWidth, top));
        DrawRates(surface.Part(healthWidth, 0, surface.Width - healthWidth, top));
        var talkersWidth = wide ? surface.Width * 45 / 100 : (surface.Width * 46 / 100);
        var talkers = surface.Part(0, top, talkersWidth, middle)
            .Box("Most failures", "", Border(_onTalkers), Theme[StyleRole.Title]);
        _talkers.Draw(talkers, Theme);
        var alerts = surface.Part(talkersWidth, top, surface.Width - talkersWidth, middle)
            .Box("Open alerts", Figures.Count((ulong)_openAlerts), Border(!_onTalkers), Theme[StyleRole.Title]);
        _alerts.Draw(alerts, Theme);
        if (_alerts.Rows.Count == 0)
        {
            var known = Model.AlertsAreComplete;
            alerts.Text(2, 2, known ? "nothing is open" : "asking ...", Theme[known ? StyleRole.Good : StyleRole.Dim]);
        }

        if (fleet > 0)
        {
            DrawFleet(surface.Part(0, surface.Height - fleet, surface.Width, fleet));
        }
    }

    public override bool OnInput(InputEvent input)
    {
        if (_alerts.OnMouse(input))
        {
            _onTalkers = false;
            return true;
        }

        _onTalkers |= _talkers.OnMouse(input);
        return true;
    }

    /// <summary>How long ago, in one unit: <c>33s</c>, <c>5m</c>, <c>2h</c>, <c>3d</c>.</summary>
    private static string Age(long time, DateTimeOffset now) => (now - Times.FromNanoseconds(time)) switch
    {
        { TotalSeconds: < 60 } age => $"{Math.Max(0, (int)age.TotalSeconds)}s",
        { TotalMinutes: < 60 } age => $"{(int)age.TotalMinutes}m",
        { TotalHours: < 48 } age => $"{(int)age.TotalHours}h",
        var age => $"{(int)Math.Min(age.TotalDays, 999)}d",
    };

    private CellStyle Border(bool focused) => Theme[focused ? StyleRole.Title : StyleRole.Border];

    private void UpdateTables()
    {
        if (_alertsVersion != Model.AlertsVersion || _minute != Screens.Now.Minute)
        {
            (_alertsVersion, _minute) = (Model.AlertsVersion, Screens.Now.Minute);
            var open = Model.Alerts.TakeWhile(a => Words.IsOpen(a.Status));
            _openAlerts = open.Count();
            _alerts.IsArriving = !Model.AlertsAreComplete;
            _alerts.Rows = [.. open.Take(100).Select(a => _alerts.RowOf(a.AlertId, a))];
        }

        if (!ReferenceEquals(_talkersOf, Model.Sources))
        {
            _talkersOf = Model.Sources;
            _talkers.Rows = [.. Model.Sources.Take(100).Select(e => _talkers.RowOf(e.Id, e))];
        }
    }

    private void DrawHealth(Surface surface)
    {
        var inside = surface.Box("Health", "", Theme[StyleRole.Border], Theme[StyleRole.Title]).Part(1, 0, surface.Width - 3, surface.Height - 2);
        if (Model.Status is not { } status)
        {
            return;
        }

        var stale = Model.Sensors.Where(s => s.State != "up").Select(s => s.Id).ToList();
        var used = status.DiskTotalBytes - Math.Min(status.DiskFreeBytes, status.DiskTotalBytes);
        var y = 0;
        Line($"collector up {Times.Age(status.Started, Screens.Now)}  v{status.Version}", status.ReadOnly ? StyleRole.Bad : StyleRole.Text);
        Line($"sensors {status.SensorsUp} up of {status.SensorsTotal}{(stale.Count > 0 ? $"  not: {string.Join(' ', stale)}" : "")}", stale.Count > 0 ? StyleRole.Medium : StyleRole.Text);
        Line(string.Create(CultureInfo.InvariantCulture, $"store {Figures.Bytes(status.StoreBytes)}  disk {Figures.Percent(used, status.DiskTotalBytes)} of {Figures.Bytes(status.DiskTotalBytes)}"), used > status.DiskTotalBytes * 0.9 ? StyleRole.Bad : StyleRole.Text);
        Line(string.Create(CultureInfo.InvariantCulture, $"rules {status.RulesEnabled} on of {status.RulesTotal}  commit p99 {Figures.Milliseconds(status.CommitP99Us)}"), StyleRole.Text);
        Line($"drops {Figures.Short(Model.Sensors.Sum(s => (double)SensorFigures.Drops(s)))}  spooled {Figures.Short(Model.Sensors.Sum(s => (double)s.SpoolEvents))}  events {Figures.Short(status.Events)}", StyleRole.Text);
        if (status.OldestEvent != 0)
        {
            Line($"events from {Times.Iso(status.OldestEvent)} to {Times.Iso(status.NewestEvent)}", StyleRole.Dim);
        }

        if (status.ReadOnly)
        {
            Line("READ-ONLY: " + status.ReadOnlyReason, StyleRole.Bad);
        }

        void Line(string text, StyleRole role) => inside.Text(0, y++, text, Theme[role]);
    }

    private void DrawRates(Surface surface)
    {
        var inside = surface.Box("Rates, last 60 min", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
        UpdateRates();
        var nameWidth = Math.Min(22, inside.Width / 2);
        Span<double> live = stackalloc double[60];
        var count = 0;
        foreach (var value in Model.EventRate.Values)
        {
            live[count++] = value;
        }

        inside.Text(1, 0, "now, all events", Theme[StyleRole.Text], nameWidth);
        Charts.Sparkline(inside, nameWidth + 2, 0, inside.Width - nameWidth - 11, live[..count], Theme[StyleRole.Chart]);
        inside.TextRight(inside.Width - 1, 0, Figures.Short(Model.Status?.EventsPerS ?? 0) + "/s", Theme[StyleRole.Text], 8);
        for (var i = 0; i < _rates.Count && i + 1 < inside.Height; i++)
        {
            var (name, values, total) = _rates[i];
            inside.Text(1, i + 1, name, Theme[StyleRole.Text], nameWidth);
            Charts.Sparkline(inside, nameWidth + 2, i + 1, inside.Width - nameWidth - 11, values, Theme[StyleRole.Chart]);
            inside.TextRight(inside.Width - 1, i + 1, Figures.Short(total), Theme[StyleRole.Text], 8);
        }
    }

    private void UpdateRates()
    {
        if (ReferenceEquals(_ratesOf, Model.Rates) || Model.Rates is not { Time: { } time } rates)
        {
            return;
        }

        _ratesOf = rates;
        _rates.Clear();
        var buckets = (int)(RateRange / BucketLength) + 1;
        foreach (var group in rates.Groups.Where(g => g.Dimension == "type" && g.Value != "console.audit" && !RoutineEvents.Figures.Contains(g.Value)).OrderByDescending(g => g.Count).Take(7))
        {
            var values = new double[buckets];
            foreach (var bucket in rates.Buckets.Where(b => b.Dimension == "type" && b.Value == group.Value))
            {
                var index = (bucket.Time - time.From) / (long)(BucketLength.TotalSeconds * 1e9);
                values[Math.Clamp(index, 0, buckets - 1)] += bucket.Count;
            }

            _rates.Add((group.Value, values, group.Count));
        }
    }

    private void DrawFleet(Surface surface)
    {
        var inside = surface.Box("Fleet", "bar: share of events/s", Theme[StyleRole.Border], Theme[StyleRole.Title]);
        var perRow = Math.Max(1, inside.Width / FleetCell);
        var most = Model.Sensors.Select(s => s.EventsPerS).DefaultIfEmpty(0).Max();
        for (var i = 0; i < Model.Sensors.Count && i / perRow < inside.Height; i++)
        {
            var sensor = Model.Sensors[i];
            var (x, y) = (1 + (i % perRow * FleetCell), i / perRow);
            inside.Text(x, y, sensor.Id, Theme[StyleRole.Text], 10);
            if (sensor.State == "up")
            {
                Charts.Bar(inside, x + 11, y, 8, sensor.EventsPerS, most, Theme[StyleRole.Chart], Theme[StyleRole.Border]);
                inside.Text(x + 20, y, Figures.Short(sensor.EventsPerS), Theme[StyleRole.Text], 5);
            }
            else
            {
                inside.Text(x + 11, y, $"{sensor.State.ToUpperInvariant()} {Times.Age(sensor.LastHeartbeat, Screens.Now)}", Theme[StyleRole.Bad], 14);
            }
        }

        if (Model.Status is { SensorsTotal: 0 })
        {
            inside.Text(1, 0, "no sensor has joined: sensornet tokens create --role sensor", Theme[StyleRole.Dim]);
        }
    }

    private static int RowsFor(int sensors, int width)
    {
        var perRow = Math.Max(1, width / FleetCell);
        return (sensors + perRow - 1) / perRow;
    }

    private void Move(int by)
    {
        if (_onTalkers)
        {
            _talkers.Move(by);
        }
        else
        {
            _alerts.Move(by);
        }
    }

    private void Open()
    {
        if (_onTalkers && _talkers.Selected is { } source)
        {
            Screens.Show("sources", source.Id);
        }
        else if (!_onTalkers && _alerts.Selected is { } alert)
        {
            Screens.Show("alerts", "");
            ((AlertsView)Screens.Top).Reveal(alert.Id);
        }
    }

    private void Acknowledge()
    {
        var alert = _alerts.Selected!;
        Screens.Change(
            (collector, cancellation) => collector.UpdateAlertAsync(new UpdateAlertRequest { AlertId = alert.Id, Status = AlertStatus.Acknowledged }, cancellation),
            updated =>
            {
                Model.Put(updated);
                Screens.OfferUndo($"acknowledged: {updated.Title}", () => Screens.Change(
                    (collector, cancellation) => collector.UpdateAlertAsync(new UpdateAlertRequest { AlertId = alert.Id, Status = alert.Item.Status }, cancellation),
                    Model.Put));
            });
    }
}
