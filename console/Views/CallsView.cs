using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Call detail records; Enter opens a call's ladder.</summary>
internal sealed class CallsView(ConsoleScreens screens) : ListView<CallRecord>(
    screens,
    [
        new("START", 11, c => Times.Short(c.StartTime, screens.Now), Sort: c => c.StartTime),
        new("FROM", 16, c => c.Src.Length > 0 ? c.Src : "-"),
        new("TO", 14, c => c.Dst.Length > 0 ? c.Dst : "-", Stretch: true),
        new("STATE", 9, CallListing.State, Role: c => c.State == "answered" ? StyleRole.Good : StyleRole.Text),
        new("DUR", 6, CallDuration, Right: true, Sort: c => c.BillsecMs),
        new("CODE", 4, c => c.StatusCode == 0 ? "-" : c.StatusCode.ToString(CultureInfo.InvariantCulture), Right: true, Role: c => c.StatusCode >= 400 ? StyleRole.Medium : StyleRole.Text, Sort: c => c.StatusCode),
        new("SOURCE", 15, c => Addresses.Of(c.SourceIp), Priority: 2),
        new("PDD", 5, c => c.HasPostDialDelayMs ? string.Create(CultureInfo.InvariantCulture, $"{c.PostDialDelayMs / 1000.0:0.0}s") : "-", Right: true, Priority: 5, Sort: c => c.PostDialDelayMs),
        new("CLASS", 9, c => c.DestinationClass.Length > 0 ? c.DestinationClass : "-", Priority: 4),
        new("HOST", 8, c => c.Host.Length > 0 ? c.Host : c.SensorId, Priority: 3),
    ])
{
    public override string Id => "calls";

    public override string Title => "Calls";

    public override string ShortTitle => "Call";

    public override IReadOnlyList<string> Aliases => ["call", "cdr"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    protected override string? OpenTitle => "ladder";

    protected override string EmptyText => "No calls yet. They appear as sensors see INVITEs.";

    protected override object ItemsVersion => Model.Calls;

    public override void Refresh() => Screens.LoadCalls();

    public override IReadOnlyList<string> ChosenSources() => [.. Table.Chosen().Select(row => Addresses.Of(row.Item.SourceIp)).Where(a => a != "-").Distinct()];

    protected override IEnumerable<CallRecord> Items() => Model.Calls;

    protected override Listing<CallRecord> Listing => CallListing.Listing;

    protected override string KeyOf(CallRecord item) => item.CallId;

    protected override string ListTitle(int shown) => string.Create(CultureInfo.InvariantCulture, $"Calls  {shown} of {Model.Calls.Count}");

    protected override string ListNote()
    {
        var answered = Model.Calls.Count(c => c.AnswerTime != 0);
        var talked = Model.Calls.Sum(c => (double)c.BillsecMs);
        return $"ASR {Figures.Percent(answered, Model.Calls.Count)} ACD {(answered == 0 ? "-" : Times.Length(TimeSpan.FromMilliseconds(talked / answered)))}";
    }

    protected override string DetailTitle(CallRecord item) => $"{CallListing.State(item)}  {item.CallId}";

    protected override void Describe(Document document, CallRecord item)
    {
        document
            .Field("from", $"{item.Src}  {Addresses.Of(item.SourceIp, item.SourcePort)}  {item.SrcUserAgent}")
            .Field("to", $"{item.Dst}  {Addresses.Of(item.DestinationIp, item.DestinationPort)}  {item.DstUserAgent}")
            .Field("start", Times.IsoMillis(item.StartTime))
            .Field("answer", Times.IsoMillis(item.AnswerTime))
            .Field("end", Times.IsoMillis(item.EndTime))
            .Field("status", $"{item.StatusCode} {item.Reason}")
            .Field("ended", $"{item.HangupBy} {item.HangupCause}".Trim())
            .Field("user", item.User)
            .Field("class", item.DestinationClass)
            .Field("codecs", string.Join(", ", item.Codecs));
        if (item.Trace.Count > 0)
        {
            document.Heading("MESSAGES");
            foreach (var entry in item.Trace)
            {
                document.Add(Ladder.Line(entry));
            }
        }
    }

    /// <summary>The ladder of the call, or of all marked ones together.</summary>
    protected override void Open(CallRecord item) => Screens.Push(new LadderView(Screens, Table.Marks.Count > 0 ? [.. Table.Chosen().Select(row => row.Item).Take(6)] : [item]));

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        Func<string?> needsItem = () => Table.Selected is null ? "nothing is selected" : null;
        yield return new("calls.source", ["s"], "source", () => Screens.Show("sources", Addresses.Of(SelectedItem!.SourceIp)), needsItem);
        yield return new("calls.events", ["e"], "events", () => Screens.Show("events", $"sip.call_id:\"{SelectedItem!.CallId}\""), needsItem);
    }

    private static string CallDuration(CallRecord call) => Cli.Listings.CallListing.Talked(call);
}
