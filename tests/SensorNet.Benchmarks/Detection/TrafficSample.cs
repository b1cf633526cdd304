using Google.Protobuf;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Detection;

/// <summary>
/// The events that a sensor makes of captures, as many sites see them at once: each site is a copy with addresses, users
/// and Call-IDs of its own, on its own host, a little later than the one before. In order of time; the same every time.
/// </summary>
internal sealed class TrafficSample
{
    private const long Second = 1_000_000_000;
    private const long Day = 86_400 * Second;
    private const long Start = 1_772_323_200L * Second;

    private readonly List<Event> _day;

    private TrafficSample(List<Event> day) => _day = day;

    /// <summary>Events of one site in one day.</summary>
    public int PerSite => _day.Count;

    /// <summary>Each capture begins at its own time of the day; one that is a whole day long begins with it.</summary>
    public static TrafficSample Of(IReadOnlyList<string> captures)
    {
        var day = new List<Event>();
        for (var i = 0; i < captures.Count; i++)
        {
            var events = EventsOf(captures[i]);
            var first = events.Min(e => e.EventTime);
            var room = Math.Max(0, Day - (events.Max(e => e.EventTime) - first));
            var at = Start + (room * i / captures.Count);
            foreach (var e in events)
            {
                e.EventTime = e.EventTime - first + at;
                e.SensorTime = e.EventTime;
                day.Add(e);
            }
        }

        day = [.. day.OrderBy(e => e.EventTime)];
        for (var i = 0; i < day.Count; i++)
        {
            day[i].Seq = (ulong)i + 1;
        }

        return new TrafficSample(day);
    }

    /// <summary>About so many events of one day; another day has the same users and addresses, and other calls.</summary>
    public List<Event> Events(int count, int day)
    {
        var sites = Math.Max(1, count / PerSite);
        var events = new List<Event>(sites * PerSite);
        for (var site = 0; site < sites; site++)
        {
            foreach (var e in _day)
            {
                events.Add(Copy(e, site, day));
            }
        }

        return [.. events.OrderBy(e => e.EventTime).Take(count)];
    }

    private static Event Copy(Event original, int site, int day)
    {
        var e = original.Clone();
        var later = (day * Day) + (site * 7 * Second);
        e.EventTime += later;
        e.SensorTime += later;
        e.SensorId = $"sensor-{site}";
        e.Host = $"edge-{site}";
        e.Epoch = (ulong)day + 1;
        e.SourceIp = Moved(e.SourceIp, site);
        e.User = Own(e.User, site);
        e.Aor = Own(e.Aor, site);
        if (e.Sip is { } sip)
        {
            sip.CallId = sip.CallId.Length > 0 ? $"{day}-{site}-{sip.CallId}" : "";
            Rename(sip.From?.Uri, site);
            Rename(sip.To?.Uri, site);
            Rename(sip.Uri, site);
        }

        return e;
    }

    // A called number stays one: whom it belongs to is looked up by its digits.
    private static void Rename(SipUri? uri, int site)
    {
        if (uri is { User.Length: > 0 } && uri.User.Length < 6)
        {
            uri.User = Own(uri.User, site);
        }
    }

    private static string Own(string user, int site) => user.Length == 0 ? "" : $"{site}{user}";

    private static ByteString Moved(ByteString address, int site)
    {
        if (address.Length != 4)
        {
            return address;
        }

        var octets = address.ToByteArray();
        (octets[0], octets[1]) = ((byte)(11 + (site % 80)), (byte)(octets[1] ^ (site / 80)));
        return ByteString.CopyFrom(octets);
    }

    private static List<Event> EventsOf(string capture)
    {
        var sink = new Collected();
        var tracker = new SipTracker(new TrackerOptions(), sink, "benchmark");
        new CapturePipeline(new CaptureOptions(), tracker).RunFiles([capture], new ReplayOptions(), CancellationToken.None);
        return sink.Events;
    }

    private sealed class Collected : IEventSink
    {
        public List<Event> Events { get; } = [];

        public void Emit(Event e) => Events.Add(e.Clone());
    }
}
