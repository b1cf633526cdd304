using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class EventQueueTests
{
    [Fact]
    public async Task A_full_queue_never_makes_a_live_capture_wait_and_tells_what_it_dropped()
    {
        using var output = new GatedOutput();
        using (var queue = NewQueue(output, wait: false))
        {
            // One is in the thread's hands, 256 in the ring; the rest has no place.
            for (var i = 0; i < 2000; i++)
            {
                queue.Emit(UplinkFixture.NewEvent($"u{i}"));
            }

            Assert.True(queue.Dropped >= 2000 - 512, $"{queue.Dropped}");
            output.Open();
            await UplinkFixture.EventuallyAsync(() => output.Types.Contains(EventType.SensorGap), "told");
        }

        var dropped = output.Events.Where(e => e.Type == EventType.SensorGap).Sum(e => int.Parse(e.Attributes["dropped"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(2000, output.Events.Count(e => e.Type == EventType.AuthFailure) + dropped);
    }

    [Fact]
    public async Task In_a_replay_producers_wait_instead_and_nothing_is_dropped()
    {
        using var output = new GatedOutput();
        using var queue = NewQueue(output, wait: true);
        var producer = Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                queue.Emit(UplinkFixture.NewEvent($"u{i}"));
            }
        });
        Assert.NotSame(producer, await Task.WhenAny(producer, Task.Delay(200)));
        output.Open();
        await producer;
        queue.Dispose();
        Assert.Equal(UplinkFixture.UserNames(0, 5000), output.Events.Select(e => e.User));
        Assert.Equal(0ul, queue.Dropped);
    }

    [Fact]
    public void What_is_common_to_all_events_is_filled_in_and_what_the_producer_said_stays()
    {
        using var output = new GatedOutput();
        output.Open();
        using (var queue = NewQueue(output, wait: true))
        {
            queue.Emit(new Event { Type = EventType.KernelOom });
            queue.Emit(new Event { Type = EventType.AuthFailure, Host = "other", Severity = Severity.Error, EventTime = 5 });
        }

        Assert.Equal(("host-1", Severity.Critical), (output.Events[0].Host, output.Events[0].Severity));
        Assert.Equal(output.Events[0].SensorTime, output.Events[0].EventTime);
        Assert.Equal(("other", Severity.Error, 5L), (output.Events[1].Host, output.Events[1].Severity, output.Events[1].EventTime));
    }

    [Fact]
    public void A_disabled_type_is_counted_its_mark_is_kept_and_it_goes_no_further()
    {
        using var output = new GatedOutput();
        output.Open();
        var filter = new EventTypeFilter([EventType.LogRaw]);
        using (var queue = new EventQueue(new EventQueueOptions { Host = "host-1" }, filter, output, [], TimeProvider.System))
        {
            queue.Emit(new Event { Type = EventType.LogRaw }, new byte[] { 1, 2 });
        }

        Assert.Empty(output.Events);
        Assert.Equal(1, output.Marks);
        var counters = new Dictionary<string, ulong>();
        filter.CopyCounters(counters);
        Assert.Equal(1ul, counters["events.log.raw"]);
    }

    private static EventQueue NewQueue(IEventOutput output, bool wait) =>
        new(new EventQueueOptions { Host = "host-1", Capacity = 256, Wait = wait }, new EventTypeFilter([]), output, [], TimeProvider.System);

    private sealed class GatedOutput : IEventOutput, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new();

        public List<Event> Events { get; } = [];

        public int Marks { get; private set; }

        public IReadOnlyList<EventType> Types
        {
            get
            {
                lock (Events)
                {
                    return [.. Events.Select(e => e.Type)];
                }
            }
        }

        public void Open() => _gate.Set();

        public bool TryAppend(Event e, ReadOnlyMemory<byte> mark)
        {
            _gate.Wait();
            lock (Events)
            {
                Events.Add(e);
            }

            return true;
        }

        public bool TryAppend(ReadOnlySpan<byte> octets) => TryAppend(Event.Parser.ParseFrom(octets), default);

        public void AppendMark(ReadOnlyMemory<byte> mark) => Marks++;

        public void Flush()
        {
        }

        public void Dispose() => _gate.Dispose();
    }
}
