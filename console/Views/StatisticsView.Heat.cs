using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

// At which hours of which days authentications fail: attacks that come every night, a phone with a wrong password.
internal sealed partial class StatisticsView
{
    private const int Days = 7;
    private const int HeatHeight = Days + 3;
    private static readonly TimeSpan HeatEvery = TimeSpan.FromMinutes(5);

    // A question that got no answer is asked again after as long as the collector has to answer it.
    private static readonly TimeSpan HeatAgain = TimeSpan.FromSeconds(15);
    private static readonly string[] HeatTypes = ["sip.auth.failed", "pbx.auth.failed", "auth.failure"];

    private readonly double[] _heat = new double[Days * 24];
    private DateTimeOffset _heatDue;
    private DateTime _heatFrom;
    private string _heatQuery = "";
    private bool _heatKnown;
    private bool _showsHeat;

    private void RefreshHeat()
    {
        var now = Screens.Now;
        if (now < _heatDue && _heatQuery == _query)
        {
            return;
        }

        (_heatDue, _heatQuery) = (now + HeatAgain, _query);
        var from = now.UtcDateTime.Date.AddDays(1 - Days);
        var request = new GetStatisticsRequest
        {
            Time = new TimeRange { From = Times.ToNanoseconds(new DateTimeOffset(from, TimeSpan.Zero)), To = Times.ToNanoseconds(now.AddSeconds(1)) },
            BucketS = 3600,
            Top = 200,
            Query = _query,
        };
        request.GroupBy.Add("type");
        Screens.Load((collector, cancellation) => collector.GetStatisticsAsync(request, cancellation), statistics =>
        {
            (_heatKnown, _heatFrom, _heatDue) = (true, from, now + HeatEvery);
            Array.Clear(_heat);
            foreach (var bucket in statistics.Buckets.Where(b => b.Dimension == "type" && HeatTypes.Contains(b.Value)))
            {
                var hour = (int)Math.Floor((Times.FromNanoseconds(bucket.Time).UtcDateTime - from).TotalHours);
                if ((uint)hour < _heat.Length)
                {
                    _heat[hour] += bucket.Count;
                }
            }
        });
    }

    private void DrawHeat(Surface surface)
    {
        var inside = surface.Box("Failed authentications by hour, UTC", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
        var most = _heat.Max();
        if (most == 0)
        {
            inside.Text(1, 1, _heatKnown ? "none in seven days" : "asking ...", Theme[StyleRole.Dim]);
            return;
        }

        var cell = inside.Width >= 5 + 48 ? 2 : 1;
        for (var hour = 0; hour < 24; hour += 4)
        {
            inside.Text(5 + (hour * cell), 0, hour.ToString("00", System.Globalization.CultureInfo.InvariantCulture), Theme[StyleRole.Dim]);
        }

        inside.TextRight(inside.Width - 1, 0, $"most {Figures.Short(most)}", Theme[StyleRole.Dim], inside.Width - 5 - (24 * cell));
        for (var day = 0; day < Days; day++)
        {
            inside.Text(1, 1 + day, DayNames[(int)_heatFrom.AddDays(day).DayOfWeek], Theme[StyleRole.Dim]);
            for (var hour = 0; hour < 24 && _heatFrom.AddHours((day * 24) + hour) <= Screens.Now.UtcDateTime; hour++)
            {
                // Anything is more than nothing: the lowest level is for the hours without a failure.
                var count = _heat[(day * 24) + hour];
                var level = count == 0 ? 0 : Math.Clamp((int)Math.Ceiling(count / most * 8), 1, 8);
                for (var x = 0; x < cell; x++)
                {
                    inside.Put(5 + (hour * cell) + x, 1 + day, level == 0 ? '.' : Glyphs.Sparks[level], Theme[level == 0 ? StyleRole.Border : level > 5 ? StyleRole.Bad : StyleRole.Chart]);
                }
            }
        }
    }

    private static readonly string[] DayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
}
