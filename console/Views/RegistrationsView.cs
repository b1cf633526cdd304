using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Bindings of addresses of record.</summary>
internal sealed class RegistrationsView(ConsoleScreens screens) : ListView<Registration>(
    screens,
    [
        new("USER", 16, r => r.Aor.Length > 0 ? r.Aor : "-", Stretch: true),
        new("CONTACT", 20, r => r.Contact.Length > 0 ? r.Contact : "-", Priority: 1),
        new("SOURCE", 15, r => Addresses.Of(r.SourceIp)),
        new("TLS", 4, r => Words.Of(r.Transport), Priority: 3),
        new("AGENT", 22, r => r.UserAgent.Length > 0 ? r.UserAgent : "-", Priority: 7),
        new("EXP", 6, r => r.ExpiresS == 0 ? "-" : $"{r.ExpiresS}s", Right: true, Priority: 6, Sort: r => r.ExpiresS),
        new("HOST", 8, r => r.Host.Length > 0 ? r.Host : r.SensorId, Priority: 8),
        new("SINCE", 11, r => Times.Short(r.Since, screens.Now), Priority: 4, Sort: r => r.Since),
        new("CHANGED", 11, r => Times.Short(r.LastChange, screens.Now), Priority: 2, Sort: r => r.LastChange),
        new("STATE", 8, r => StateOf(screens.Model, r), Role: r => StateOf(screens.Model, r) switch { "ACTIVE" => StyleRole.Good, "NEW-IP" => StyleRole.High, _ => StyleRole.Dim }),
    ])
{
    public override string Id => "registrations";

    public override string Title => "Regs";

    public override string ShortTitle => "Reg";

    public override string Breadcrumb => "Registrations";

    public override IReadOnlyList<string> Aliases => ["regs", "reg"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    protected override string EmptyText => "Nobody is registered, as far as the sensors saw.";

    protected override object ItemsVersion => Model.Registrations;

    // A binding's state is told by those of the same AoR.
    protected override object CellsVersion => Model.Registrations;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) =>
        {
            var registrations = new List<Registration>();
            await foreach (var registration in collector.ListRegistrationsAsync(new ListRegistrationsRequest { Limit = 2000 }, cancellation))
            {
                registrations.Add(registration);
            }

            return registrations;
        },
        registrations => Model.Registrations = Refreshed.Keep(Model.Registrations, registrations, KeyOf));

    public override IReadOnlyList<string> ChosenSources() => [.. Table.Chosen().Select(row => Addresses.Of(row.Item.SourceIp)).Where(a => a != "-").Distinct()];

    protected override IEnumerable<Registration> Items() => Model.Registrations;

    protected override Listing<Registration> Listing => RegistrationListing.Listing;

    protected override string KeyOf(Registration item) => $"{item.Aor} {item.Contact} {item.SensorId}";

    protected override string ListTitle(int shown) => string.Create(CultureInfo.InvariantCulture, $"Registrations  {shown} of {Model.Registrations.Count}");

    protected override string ListNote() => Model.Registrations.Count(r => StateOf(Model, r) == "NEW-IP") is > 0 and var anomalies ? $"{anomalies} anomalies" : "";

    /// <summary>The state; of several live bindings of one AoR from different addresses the newest is an anomaly.</summary>
    private static string StateOf(ConsoleModel model, Registration registration)
    {
        if (registration.State == "active")
        {
            foreach (var other in model.Registrations)
            {
                if (other.Aor == registration.Aor && other.State == "active" && !other.SourceIp.Equals(registration.SourceIp) && other.Since < registration.Since)
                {
                    return "NEW-IP";
                }
            }
        }

        return registration.State.ToUpperInvariant();
    }

    protected override string DetailTitle(Registration item) => item.Aor;

    protected override void Describe(Document document, Registration item)
    {
        document
            .Field("contact", item.Contact)
            .Field("source", Addresses.Of(item.SourceIp, item.SourcePort))
            .Field("over", $"{Words.Of(item.Transport)} {item.TlsCipher}")
            .Field("agent", item.UserAgent)
            .Field("since", Times.Iso(item.Since))
            .Field("changed", Times.Iso(item.LastChange))
            .Field("expires", item.ExpiresS == 0 ? "" : $"{item.ExpiresS} s after the last REGISTER")
            .Field("host", item.Host.Length > 0 ? item.Host : item.SensorId);
        var others = Model.Registrations.Where(r => r.Aor == item.Aor && !ReferenceEquals(r, item)).ToList();
        if (others.Count > 0)
        {
            document.Heading("ALSO BOUND");
            foreach (var other in others)
            {
                document.Add($"{other.Contact} from {Addresses.Of(other.SourceIp, other.SourcePort)} {other.UserAgent} since {Times.Iso(other.Since)}", StyleRole.Medium);
            }
        }
    }

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        Func<string?> needsItem = () => Table.Selected is null ? "nothing is selected" : null;
        yield return new("registrations.source", ["s"], "source", () => Screens.Show("sources", Addresses.Of(SelectedItem!.SourceIp)), needsItem);
        yield return new("registrations.calls", ["C"], "calls", () => Screens.Show("calls", Addresses.Of(SelectedItem!.SourceIp)), needsItem);
        yield return new("registrations.events", ["e"], "events", () => Screens.Show("events", $"user.aor:\"{SelectedItem!.Aor}\""), needsItem);
    }
}
