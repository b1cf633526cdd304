using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>What is kept quiet, for how long and why.</summary>
internal sealed class SilencesView(ConsoleScreens screens) : ListView<Silence>(
    screens,
    [
        new("STATE", 7, s => SilenceText.State(s, screens.Now).ToUpperInvariant(), Role: s => SilenceText.State(s, screens.Now) == "active" ? StyleRole.Good : StyleRole.Dim),
        new("SILENCED", 24, SilenceText.Of, Stretch: true),
        new("ALERTS", 6, s => Figures.Short(s.Silenced), Right: true, Sort: s => s.Silenced),
        new("LEFT", 5, s => s.Expires == 0 ? "-" : ListState.Left(s.Expires, screens.Now), Right: true, Sort: s => s.Expires),
        new("BY", 10, s => s.File.Length > 0 ? "file" : s.CreatedBy.Length > 0 ? s.CreatedBy : "-", Priority: 2),
        new("SINCE", 11, s => Times.Short(s.Starts != 0 ? s.Starts : s.Created, screens.Now), Priority: 3, Sort: s => s.Created),
        new("REASON", 18, s => s.Reason.Length > 0 ? s.Reason : "-", Priority: 1),
    ])
{
    private bool _showOver;

    public override string Id => "silences";

    public override string Title => "Silences";

    public override string ShortTitle => "Sil";

    public override IReadOnlyList<string> Aliases => ["silence", "sil"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(10);

    protected override Listing<Silence> Listing => SilenceListing.Listing;

    protected override string EmptyText => "Nothing is silenced. N keeps alerts of a rule, source, user or host quiet for a time.";

    protected override object ItemsVersion => (Model.Silences, CellsVersion);

    // What is left of each changes by the minute.
    protected override object CellsVersion => Screens.Now.Minute;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) => (await collector.ListSilencesAsync(_showOver, cancellation)).OrderBy(s => s.Expires).ThenBy(s => s.Id, StringComparer.Ordinal).ToList(),
        silences => Model.Silences = Refreshed.Keep(Model.Silences, silences, s => s.Id));

    protected override IEnumerable<Silence> Items() => Model.Silences;

    protected override string KeyOf(Silence item) => item.Id.Length > 0 ? item.Id : item.File + SilenceText.Of(item);

    protected override string ListTitle(int shown) => string.Create(
        CultureInfo.InvariantCulture, $"Silences  {Model.Silences.Count(s => SilenceText.State(s, Screens.Now) == "active")} active{(_showOver ? $" of {Model.Silences.Count}" : "")}");

    protected override string DetailTitle(Silence item) => SilenceText.State(item, Screens.Now).ToUpperInvariant();

    protected override void Describe(Document document, Silence item) => document
        .Add(SilenceText.Of(item), StyleRole.Strong)
        .Field("reason", item.Reason)
        .Field("by", item.CreatedBy)
        .Field("since", Times.Iso(item.Created))
        .Field("starts", Times.Iso(item.Starts))
        .Field("until", item.Expires == 0 ? "for good" : Times.Iso(item.Expires))
        .Field("kept", $"{Figures.Count(item.Silenced)} alerts from being raised since the collector started")
        .Field("file", item.File.Length > 0 ? item.File + " (it is changed there)" : "")
        .Field("id", item.Id);

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        yield return new("silences.new", ["N"], "new", () => Screens.AskSilence(""), Screens.WhyReadOnly);
        yield return new("silences.remove", ["d"], "end", Remove, WhyNot, Danger.Confirm);
        yield return new("silences.over", ["z"], "over too", () =>
        {
            _showOver = !_showOver;
            Refresh();
        });
    }

    private string? WhyNot() => SelectedItem is not { } silence ? "nothing is selected"
        : silence.File.Length > 0 ? $"it stands in {silence.File}"
        : SilenceText.State(silence, Screens.Now) == "over" ? "it is over"
        : Screens.WhyReadOnly();

    private void Remove()
    {
        var silence = SelectedItem!;
        Screens.Confirm("End this silence?", [SilenceText.Of(silence)], () => Screens.Change(
            (collector, cancellation) => collector.RemoveSilenceAsync(new RemoveSilenceRequest { Id = silence.Id }, cancellation),
            _ =>
            {
                var again = new Silence { Rule = silence.Rule, Source = silence.Source, User = silence.User, Host = silence.Host, MaxLevel = silence.MaxLevel, Reason = silence.Reason, Expires = silence.Expires };
                Screens.OfferUndo("Ended: " + SilenceText.Of(silence), () => Screens.Change(
                    (collector, cancellation) => collector.AddSilenceAsync(new AddSilenceRequest { Silence = again }, cancellation),
                    _ => Refresh()));
                Refresh();
            }));
    }
}
