using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Counts over time, and the most of each dimension.</summary>
internal sealed class StatisticsView : View
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
    private string _query = "";

    public StatisticsView(ConsoleScreens screens)
        : base(screens) => Actions =
        [
            new("statistics.shorter", ["["], "shorter", () => SetRange(_range - 1)),
            new("statistics.longer", ["]"], "longer", () => SetRange(_range + 1)),
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
        const int chartHeight = 7;
        var top = surface.Part(0, 0, surface.Width, chartHeight)
            .Box($"Events, last {Ranges[_range].Name}", statistics is null ? "" : Figures.Count(statistics.Total), Theme[StyleRole.Border], Theme[StyleRole.Title]);
        if (statistics is not null)
        {
            DrawChart(top, statistics);
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
            var inside = part.Box(Panels[i].Title, "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
            if (statistics is not null)
            {
                DrawBars(inside, _groups[i]);
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

        // A bucket is as wide as its share of the range; buckets that share a column are added up.
        var columns = Math.Max(1.0, Ranges[_range].BucketSeconds * 1e9 / span * width);
        foreach (var (at, count) in _sums)
        {
            var left = Math.Clamp((int)((at - time.From) / span * width), 0, width - 1);
            for (var x = left; x < Math.Min(width, left + (int)Math.Round(columns)); x++)
            {
                heights[x] = columns > 1 ? count : heights[x] + count;
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

    private void DrawBars(Surface surface, List<StatisticsGroup> groups)
    {
        var nameWidth = Math.Clamp(surface.Width * 4 / 10, 10, 26);
        var most = groups.Count > 0 ? groups[0].Count : 0;
        for (var y = 0; y < Math.Min(groups.Count, surface.Height); y++)
        {
            surface.Text(1, y, groups[y].Value.Length > 0 ? groups[y].Value : "-", Theme[StyleRole.Text], nameWidth);
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
