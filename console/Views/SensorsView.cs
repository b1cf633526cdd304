using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>The fleet: health, lag, drops and which event types each sensor sends.</summary>
internal sealed class SensorsView(ConsoleScreens screens) : ListView<Sensor>(
    screens,
    [
        new("SENSOR", 12, s => s.Id, Stretch: true),
        new("STATE", 7, s => s.State.ToUpperInvariant(), Role: s => s.State == "up" ? StyleRole.Good : StyleRole.Bad),
        new("UP", 6, s => s.State == "up" ? Times.Age(s.ConnectedSince, screens.Now) : "-", Right: true, Priority: 3, Sort: s => s.ConnectedSince),
        new("EV/S", 6, s => Figures.Short(s.EventsPerS), Right: true, Sort: s => s.EventsPerS),
        new("EVENTS", 10, s => Figures.Count(s.Events), Right: true, Priority: 2, Sort: s => s.Events),
        new("LAG", 6, SensorFigures.Lag, Right: true, Sort: s => s.LagMs),
        new("SPOOL", 7, s => Figures.Short(s.SpoolEvents), Right: true, Priority: 4, Sort: s => s.SpoolEvents),
        new("DROP", 7, s => Figures.Short(SensorFigures.Drops(s)), Right: true, Role: s => SensorFigures.Drops(s) > 0 ? StyleRole.Medium : StyleRole.Text, Sort: s => SensorFigures.Drops(s)),
        new("CPU", 4, s => s.State == "up" ? Figures.Percent(s.CpuPercent, 100) : "-", Right: true, Priority: 1, Sort: s => s.CpuPercent),
        new("VERSION", 8, s => s.Version, Priority: 5),
    ])
{
    // What a sensor, or the collector in its place, tells of the sensor itself.
    private static readonly string OwnTypes = string.Join(" or ", EventTypes.All.Where(t => t.Name.StartsWith("sensor.", StringComparison.Ordinal)).Select(t => "type:" + t.Name));

    public override string Id => "sensors";

    public override string Title => "Sensors";

    public override string ShortTitle => "Sens";

    public override IReadOnlyList<string> Aliases => ["sensor", "fleet"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(2);

    protected override string EmptyText => "No sensor has joined. An administrator makes a token with 'sensornet tokens create --role sensor', and the sensor joins with 'sensornet-sensor join'.";

    protected override object ItemsVersion => Model.Sensors;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) => (await collector.ListSensorsAsync(cancellation)).ToList(),
        sensors => Model.Sensors = Refreshed.Keep(Model.Sensors, sensors, s => s.Id));

    protected override IEnumerable<Sensor> Items() => Model.Sensors;

    protected override Listing<Sensor> Listing => SensorListing.Listing;

    protected override string KeyOf(Sensor item) => item.Id;

    protected override string ListTitle(int shown)
    {
        var up = Model.Sensors.Count(s => s.State == "up");
        return string.Create(CultureInfo.InvariantCulture, $"Sensors  {up} up  {Model.Sensors.Count - up} not");
    }

    protected override string ListNote() => $"total {Figures.Short(Model.Sensors.Sum(s => s.EventsPerS))} ev/s";

    protected override string DetailTitle(Sensor item) => $"{item.Id}  {item.State.ToUpperInvariant()}";

    protected override void Describe(Document document, Sensor item)
    {
        document
            .Field("host", item.Host)
            .Field("peer", item.Peer)
            .Field("version", item.Version)
            .Field("group", item.Group)
            .Field("beat", $"{Times.Iso(item.LastHeartbeat)}, connected since {Times.Iso(item.ConnectedSince)}")
            .Field("cert", item.CertificateSerial.Length > 0 ? $"{item.CertificateSerial} until {Times.Iso(item.CertificateExpires)}" : "")
            .Field("memory", Figures.Bytes(item.RssBytes))
            .Field("spool", item.SpoolEvents > 0 ? WhyNoFetch(item) : "", StyleRole.Medium)
            .Field("sees", string.Join(", ", item.Capabilities))
            .Field("off", item.DisabledEventTypes.Count == 0 ? "" : string.Join(", ", item.DisabledEventTypes), StyleRole.Medium);
        if (item.Capabilities.Contains("tls_only"))
        {
            document.Add("Only encrypted SIP passes here: what packets cannot show is taken from logs.", StyleRole.Medium);
        }

        if (item.Counters.Count > 0)
        {
            document.Heading("COUNTERS");
            foreach (var (name, count) in item.Counters.OrderBy(c => c.Key, StringComparer.Ordinal))
            {
                document.Add($"{name,-36} {Figures.Count(count),14}", count > 0 && name.Contains("drop", StringComparison.OrdinalIgnoreCase) ? StyleRole.Medium : StyleRole.Text);
            }
        }
    }

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        Func<string?> needsItem = () => Table.Selected is null ? "nothing is selected" : null;
        yield return new("sensors.events", ["e"], "events", () => Screens.Show("events", $"agent.id:{SelectedItem!.Id}"), needsItem);
        yield return new("sensors.log", ["L"], "own log", () => Screens.Show("events", $"agent.id:{SelectedItem!.Id} and ({OwnTypes})"), needsItem);
        yield return new("sensors.off", ["d"], "type off", () => SetType(off: true), () => needsItem() ?? Screens.WhyReadOnly());
        yield return new("sensors.on", ["E"], "type on", () => SetType(off: false), () => needsItem() ?? Screens.WhyReadOnly());
        yield return new("sensors.fetch", ["F"], "fetch spool", () => { }, () => needsItem() ?? WhyNoFetch(SelectedItem!), InFooter: false);
        yield return new("sensors.revoke", ["K"], "revoke cert", Revoke, () => needsItem() ?? Screens.WhyReadOnly(), Danger.TypeName);
    }

    /// <summary>Nothing has to be fetched: what a sensor could not deliver it keeps on its disk and sends, oldest first, once it can.</summary>
    private static string WhyNoFetch(Sensor sensor) => (sensor.State, sensor.SpoolEvents) switch
    {
        (_, 0) => $"nothing waits on {sensor.Id}",
        ("up", var waiting) => $"{sensor.Id} is sending what it kept, oldest first: {Figures.Count(waiting)} left",
        (_, var waiting) => $"{sensor.Id} keeps {Figures.Count(waiting)} events and sends them by itself when it is back",
    };

    private void SetType(bool off)
    {
        var sensor = SelectedItem!;
        Screens.AskText(off ? "stop sending type: " : "send again type: ", "", word =>
        {
            var types = EventTypes.Named(word.Trim());
            if (types.Count == 0)
            {
                Screens.Toast($"'{word}' is no event type");
                return;
            }

            var names = sensor.DisabledEventTypes.ToHashSet(StringComparer.Ordinal);
            foreach (var type in types)
            {
                _ = off ? names.Add(type.Name) : names.Remove(type.Name);
            }

            var request = new SetEventTypesRequest { SensorId = sensor.Id };
            request.Disabled.AddRange(names.Order(StringComparer.Ordinal));
            Screens.Change(
                (collector, cancellation) => collector.SetEventTypesAsync(request, cancellation),
                _ =>
                {
                    Screens.Toast($"{sensor.Id}: {string.Join(" ", types.Select(t => t.Name))} {(off ? "off" : "on")}");
                    Refresh();
                });
        });
    }

    private void Revoke()
    {
        var sensor = SelectedItem!;
        Screens.ConfirmByName(
            $"Revoke the certificate of {sensor.Id}?",
            ["The sensor is cut off at once and has to join again.", $"It has sent {Figures.Count(sensor.Events)} events."],
            sensor.Id,
            () => Screens.Change(
                (collector, cancellation) => collector.RevokeCertificateAsync(new RevokeCertificateRequest { Name = sensor.Id }, cancellation),
                closed => Screens.Toast($"Revoked; {closed} connections closed")));
    }
}
