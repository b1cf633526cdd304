using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Counts over time, and the most of each dimension.</summary>
internal sealed partial class StatisticsView : View
{
    private static readonly (string Name, TimeSpan Length, uint BucketSeconds)[] Ranges =
    [
        ("15m", TimeSpan.FromMinutes(15), 15),
        ("1h", TimeSpan.FromHours(1), 60),
        ("6h", TimeSpan.FromHours(6), 300),
        ("24h", TimeSpan.FromHours(24), 1200),
        ("7d", TimeSpan.FromDays(7), 7200),
        ("30d", TimeSpan.FromDays(30), 36_000),
    ];

    private static readonly (string Dimension, string Title)[] Panels =
        [("type", "Events by type"), ("source", "By source"), ("status", "By SIP status"), ("user", "By user"), ("severity", "By severity"), ("sensor", "By sensor")];

    private GetStatisticsResponse? _preparedOf;
    private List<StatisticsGroup>[] _groups = [.. Panels.Select(_ => new List<StatisticsGroup>())];
    private Dictionary<long, double> _sums = [];
    private int _range = 3;
    private int _panel;
    private int _row;
    private string _query = "";
    private (object Calls, long Alerts, int Range, int Minute) _linesOf;
    private string[] _lines = [];

    public StatisticsView(ConsoleScreens screens)
        : base(screens) => Actions =
        [
            new("statistics.open", ["enter", "l", "right"], "events", Drill, () => Selected is null ? "nothing is selected" : null),
            new("statistics.panel", ["tab"], "panel", () => (_panel, _row) = ((_panel + 1) % Panels.Length, 0)),
            new("statistics.panelback", ["shift-tab"], "panel before", () => (_panel, _row) = ((_panel + Panels.Length - 1) % Panels.Length, 0), InFooter: false),
            new("statistics.down", ["j", "down"], "down", () => _row = Math.Min(_row + 1, Math.Max(0, _groups[_panel].Count - 1)), InFooter: false),
            new("statistics.up", ["k", "up"], "up", () => _row = Math.Max(_row - 1, 0), InFooter: false),
            new("statistics.export", ["w"], "export", Export, () => Model.Statistics is null ? "there is nothing yet" : null),
            new("statistics.shorter", ["["], "shorter", () => SetRange(_range - 1)),
            new("statistics.longer", ["]"], "longer", () => SetRange(_range + 1)),
            new("statistics.heat", ["H"], "heat map", () => _showsHeat = !_showsHeat),
        ];

    public override string Id => "statistics";

    public override string Title => "Stats";

    public override string ShortTitle => "Stat";

    public override string Breadcrumb => $"Statistics  range {Ranges[_range].Name}";

    public override IReadOnlyList<string> Aliases => ["stats", "stat"];

    public override IReadOnlyList<ConsoleAction> Actions { get; }

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(10);

    /// <summary>In the collector's query language.</summary>
    public override string? Filter
    {
        get => _query;
        set
        {
            _query = (value ?? "").Trim();
            Refresh();
        }
    }

    public override void Refresh()
    {
        var (_, length, bucket) = Ranges[_range];
        var now = Screens.Now;
        var request = new GetStatisticsRequest
        {
            Time = new TimeRange { From = Times.ToNanoseconds(now - length), To = Times.ToNanoseconds(now.AddSeconds(1)) },
            BucketS = bucket,
            Top = 12,
            Query = _query,
        };
        request.GroupBy.AddRange(Panels.Select(p => p.Dimension));
        Screens.Load((collector, cancellation) => collector.GetStatisticsAsync(request, cancellation), statistics => Model.Statistics = statistics);
        Screens.LoadCalls();
        RefreshHeat();
    }

    public override bool Back()
    {
        if (_query.Length == 0)
        {
            return false;
        }

        Filter = "";
        return true;
    }

    public override void Draw(Surface surface)
    {
        var statistics = Model.Statistics;
        Prepare(statistics);
        const int leastForLines = 30;

        // Beside the chart where there is room for both, else in its place.
        var beside = surface.Width >= 120 && surface.Height >= leastForLines;
        var chartHeight = beside || _showsHeat ? Math.Min(HeatHeight, surface.Height) : 7;
        if (surface.Height >= leastForLines)
        {
            DrawLines(surface.Part(0, surface.Height - 8, surface.Width, 8));
            surface = surface.Part(0, 0, surface.Width, surface.Height - 8);
        }

        var chartWidth = beside ? surface.Width * 6 / 10 : _showsHeat ? 0 : surface.Width;
        if (chartWidth < surface.Width)
        {
            DrawHeat(surface.Part(chartWidth, 0, surface.Width - chartWidth, chartHeight));
        }

        if (chartWidth > 0)
        {
            var top = surface.Part(0, 0, chartWidth, chartHeight)
                .Box($"Events, last {Ranges[_range].Name}", statistics is null ? "" : Figures.Count(statistics.Total), Theme[StyleRole.Border], Theme[StyleRole.Title]);
            if (statistics is not null)
            {
                DrawChart(top, statistics);
            }
        }

        var columns = surface.Width >= 120 ? 3 : 2;
        var rows = Math.Min((Panels.Length + columns - 1) / columns, Math.Max(1, (surface.Height - chartHeight) / 6));
        var height = (surface.Height - chartHeight) / rows;
        for (var i = 0; i < columns * rows && i < Panels.Length; i++)
        {
            var (column, row) = (i % columns, i / columns);
            var left = column * surface.Width / columns;
            var right = (column + 1) * surface.Width / columns;
            var lastRow = row == rows - 1;
            var part = surface.Part(left, chartHeight + (row * height), right - left, lastRow ? surface.Height - chartHeight - (row * height) : height);
            var inside = part.Box(Panels[i].Title, "", Theme[i == _panel ? StyleRole.Title : StyleRole.Border], Theme[StyleRole.Title]);
            if (statistics is not null)
            {
                DrawBars(inside, _groups[i], Panels[i].Dimension, i == _panel ? _row : -1);
            }
        }
    }

    /// <summary>Sorts an answer out once, not for each frame.</summary>
    private void Prepare(GetStatisticsResponse? statistics)
    {
        if (ReferenceEquals(statistics, _preparedOf) || statistics is null)
        {
            return;
        }

        _preparedOf = statistics;
        _groups = [.. Panels.Select(p => statistics.Groups.Where(g => g.Dimension == p.Dimension).OrderByDescending(g => g.Count).ToList())];

        // The same bucket may come once for each value of a dimension; only the first dimension is added up.
        var dimension = statistics.Buckets.Count > 0 ? statistics.Buckets[0].Dimension : "";
        _sums = statistics.Buckets.Where(b => b.Dimension == dimension).GroupBy(b => b.Time).OrderBy(g => g.Key)
            .ToDictionary(g => g.Key, g => (double)g.Sum(b => (decimal)b.Count));
    }

    private void SetRange(int range)
    {
        _range = Math.Clamp(range, 0, Ranges.Length - 1);
        Refresh();
    }

    private void DrawChart(Surface surface, GetStatisticsResponse statistics)
    {
        if (_sums.Count == 0 || statistics.Time is not { } time)
        {
            surface.Text(1, 1, "nothing in this range", Theme[StyleRole.Dim]);
            return;
        }

        var width = surface.Width - 9;
        var heights = new double[width];
        var span = Math.Max(1.0, time.To - time.From);

        // A bucket reaches to where the next begins, so that no column between them is blank; of those that share a column the
        // greatest is shown. While another range is still asked for, the buckets are those of the one before.
        var bucket = Ranges[_range].BucketSeconds * 1e9;
        var before = double.NegativeInfinity;
        foreach (var at in _sums.Keys)
        {
            (bucket, before) = (Math.Min(bucket, at - before), at);
        }

        foreach (var (at, count) in _sums)
        {
            var left = Math.Clamp((int)((at - time.From) / span * width), 0, width - 1);
            var right = Math.Clamp((int)((at + bucket - time.From) / span * width), left + 1, width);
            for (var x = left; x < right; x++)
            {
                heights[x] = Math.Max(heights[x], count);
            }
        }

        var most = Math.Max(heights.Max(), 1);
        var rows = surface.Height - 1;
        surface.TextRight(7, 0, Figures.Short(most), Theme[StyleRole.Dim], 7);
        surface.TextRight(7, rows - 1, "0", Theme[StyleRole.Dim], 7);
        for (var x = 0; x < width; x++)
        {
            var eighths = (int)Math.Ceiling(heights[x] / most * rows * 8);
            for (var row = 0; row < rows; row++)
            {
                var level = Math.Clamp(eighths - ((rows - 1 - row) * 8), 0, 8);
                if (level > 0)
                {
                    surface.Put(8 + x, row, Glyphs.Sparks[level], Theme[StyleRole.Chart]);
                }
            }
        }

        surface.Text(8, rows, Times.Short(time.From, Screens.Now), Theme[StyleRole.Dim]);
        surface.TextRight(surface.Width - 1, rows, "now", Theme[StyleRole.Dim], 3);
    }

    private StatisticsGroup? Selected => _row < _groups[_panel].Count ? _groups[_panel][_row] : null;

    /// <summary>The events behind the selected bar.</summary>
    private void Drill()
    {
        var (dimension, value) = (Panels[_panel].Dimension, Selected!.Value);
        var field = dimension switch
        {
            "source" => "source.ip",
            "status" => "sip.status_code",
            "user" => "user.name",
            "sensor" => "agent.id",
            _ => dimension,
        };
        var term = $"{field}:{(value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? value : $"\"{value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")}";
        Screens.Show("events", _query.Length > 0 ? $"({_query}) and {term}" : term);
    }

    private void Export() => Screens.Export(
        Id,
        new ExportForm("csv", () => CsvText.Of(
            ["DIMENSION", "VALUE", "COUNT"],
            Model.Statistics!.Groups.Select(g => new[] { g.Dimension, SafeText.Clean(g.Value), g.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) }))));

    /// <summary>Calls and detection in the range, in figures.</summary>
    private void DrawLines(Surface surface)
    {
        // Counting thousands of calls and alerts is for when they change, not for each frame.
        var version = ((object)Model.Calls, Model.AlertsVersion, _range, Screens.Now.Minute);
        if (version != _linesOf)
        {
            (_linesOf, _lines) = (version, [.. CallLines(), .. DetectionLines()]);
        }

        var calls = surface.Part(0, 0, surface.Width, 4).Box("Calls, as far as they are held here", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
        var detection = surface.Part(0, 4, surface.Width, 4).Box("Detection", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
        for (var i = 0; i < _lines.Length; i++)
        {
            (i < 2 ? calls : detection).Text(1, i % 2, _lines[i], Theme[StyleRole.Text]);
        }
    }

    private string[] CallLines()
    {
        var since = Times.ToNanoseconds(Screens.Now - Ranges[_range].Length);
        var (attempts, answered, talked, now) = (0, 0, 0.0, 0);
        var delays = new List<double>();
        foreach (var call in Model.Calls)
        {
            if (call.StartTime < since)
            {
                continue;
            }

            attempts++;
            answered += call.AnswerTime != 0 ? 1 : 0;
            talked += call.BillsecMs / 1000.0;
            now += call.State == "active" ? 1 : 0;
            if (call.HasPostDialDelayMs)
            {
                delays.Add(call.PostDialDelayMs / 1000.0);
            }
        }

        delays.Sort();
        return
        [
            $"attempts {attempts:N0}   answered {answered:N0} (ASR {Figures.Percent(answered, attempts)})   ACD {(answered == 0 ? "-" : Times.Length(TimeSpan.FromSeconds(talked / answered)))}   minutes {talked / 60:N0}   now {now}",
            delays.Count == 0 ? "" : FormattableString.Invariant($"post-dial delay  p50 {Quantile(delays, 0.5):0.0} s   p95 {Quantile(delays, 0.95):0.0} s   p99 {Quantile(delays, 0.99):0.0} s"),
        ];
    }

    private string[] DetectionLines()
    {
        var since = Times.ToNanoseconds(Screens.Now - Ranges[_range].Length);
        var alerts = Model.Alerts.Where(a => a.LastSeen >= since).ToList();
        var levels = string.Join(' ', new[] { AlertLevel.Critical, AlertLevel.High, AlertLevel.Medium, AlertLevel.Low }.Select(l => $"{Words.Letter(l)} {alerts.Count(a => a.Level == l)}"));
        return
        [
            $"alerts {alerts.Count} ({levels})   open {alerts.Count(a => Words.IsOpen(a.Status))}   resolved {alerts.Count(a => a.Status == AlertStatus.Resolved)}   dismissed {alerts.Count(a => a.Status == AlertStatus.Dismissed)}",
            "noisiest  " + string.Join("   ", alerts.GroupBy(a => a.RuleName).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(5).Select(g => $"{g.Key} {g.Count()}")),
        ];
    }

    private static double Quantile(List<double> sorted, double share) => sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];

    /// <summary>A value in words: a status code with what it means.</summary>
    private static string Label(string dimension, string value) => value.Length == 0 ? "-" : dimension != "status" ? value : value switch
    {
        "401" or "407" => value + " auth",
        "403" => "403 forbidden",
        "404" => "404 not found",
        "408" => "408 timeout",
        "480" => "480 unavailable",
        "481" => "481 no such call",
        "483" => "483 too many hops",
        "484" => "484 incomplete",
        "486" => "486 busy",
        "487" => "487 cancelled",
        "488" => "488 not acceptable",
        "500" => "500 server error",
        "503" => "503 unavailable",
        "603" => "603 declined",
        "200" => "200 ok",
        _ => value,
    };

    private void DrawBars(Surface surface, List<StatisticsGroup> groups, string dimension, int selected)
    {
        var nameWidth = Math.Clamp(surface.Width * 4 / 10, 10, 26);
        var most = groups.Count > 0 ? groups[0].Count : 0;
        for (var y = 0; y < Math.Min(groups.Count, surface.Height); y++)
        {
            surface.Text(1, y, Label(dimension, groups[y].Value), Theme[y == selected ? StyleRole.Selected : StyleRole.Text], nameWidth);
            var count = Figures.Count(groups[y].Count);
            var barWidth = surface.Width - nameWidth - 14;
            if (barWidth > 2)
            {
                Charts.Bar(surface, nameWidth + 2, y, barWidth, groups[y].Count, most, Theme[StyleRole.Chart], Theme[StyleRole.Border]);
            }

            surface.TextRight(surface.Width - 1, y, count, Theme[StyleRole.Text], 11);
        }
    }
}
