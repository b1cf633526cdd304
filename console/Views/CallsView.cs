using System.Globalization;
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
        new("STATE", 9, c => c.State.ToUpperInvariant(), Role: c => c.State == "answered" ? StyleRole.Good : StyleRole.Text),
        new("DUR", 6, CallDuration, Right: true, Sort: c => c.BillsecMs),
        new("CODE", 4, c => c.StatusCode == 0 ? "-" : c.StatusCode.ToString(CultureInfo.InvariantCulture), Right: true, Role: c => c.StatusCode >= 400 ? StyleRole.Medium : StyleRole.Text, Sort: c => c.StatusCode),
        new("SOURCE", 15, c => Addresses.Of(c.SourceIp), Priority: 2),
        new("HOST", 8, c => c.Host.Length > 0 ? c.Host : c.SensorId, Priority: 3),
    ])
{
    public override string Id => "calls";

    public override string Title => "Calls";

    public override string ShortTitle => "Call";

    public override IReadOnlyList<string> Aliases => ["call", "cdr"];

    public override TimeSpan? RefreshEvery => TimeSpan.FromSeconds(5);

    protected override string EmptyText => "No calls yet. They appear as sensors see INVITEs.";

    protected override object ItemsVersion => Model.Calls;

    public override void Refresh() => Screens.Load(
        async (collector, cancellation) =>
        {
            var calls = new List<CallRecord>();
            await foreach (var call in collector.ListCallsAsync(new ListCallsRequest { Limit = 1000 }, cancellation))
            {
                calls.Add(call);
            }

            return calls;
        },
        calls => Model.Calls = Refreshed.Keep(Model.Calls, calls, c => c.CallId));

    protected override IEnumerable<CallRecord> Items() => Model.Calls;

    protected override string KeyOf(CallRecord item) => item.CallId;

    protected override string ListTitle(int shown) => string.Create(CultureInfo.InvariantCulture, $"Calls  {shown} of {Model.Calls.Count}");

    protected override string ListNote()
    {
        var answered = Model.Calls.Count(c => c.AnswerTime != 0);
        return $"ASR {Figures.Percent(answered, Model.Calls.Count)}";
    }

    protected override string DetailTitle(CallRecord item) => $"{item.State.ToUpperInvariant()}  {item.CallId}";

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

    protected override void Open(CallRecord item)
    {
        Screens.Push(new DetailView(Screens, $"Ladder {DetailTitle(item)}", () => LadderOf(Current(item)), []));
        Screens.Load(
            (collector, cancellation) => collector.GetCallAsync(item.CallId, cancellation),
            call => Model.Calls = [.. Model.Calls.Select(c => c.CallId == call.CallId ? call : c)]);
    }

    protected override IEnumerable<ConsoleAction> OwnActions()
    {
        Func<string?> needsItem = () => Table.Selected is null ? "nothing is selected" : null;
        yield return new("calls.source", ["s"], "source", () => Screens.Show("sources", Addresses.Of(SelectedItem!.SourceIp)), needsItem);
        yield return new("calls.events", ["e"], "events", () => Screens.Show("events", $"sip.call_id:\"{SelectedItem!.CallId}\""), needsItem);
    }

    private static string CallDuration(CallRecord call) => Cli.Listings.CallListing.Talked(call);

    private static Document LadderOf(CallRecord call)
    {
        const int width = 78;
        var document = new Document();
        if (call.Trace.Count == 0)
        {
            return document.Add("The messages of this call are not kept.", StyleRole.Dim);
        }

        var left = Addresses.Of(call.SourceIp, call.SourcePort);
        var right = Addresses.Of(call.DestinationIp, call.DestinationPort);
        var lines = Ladder.Lines(left, right, call.Trace, call.StartTime, width);
        document.Add(lines[0], StyleRole.Title);
        for (var i = 1; i < lines.Count; i++)
        {
            var entry = call.Trace[i - 1];
            document.Add(lines[i], entry.Retransmission ? StyleRole.Dim : IsFailure(entry.Summary) ? StyleRole.Medium : StyleRole.Text);
        }

        return document.Add("").Field("from", $"{call.Src} {call.SrcUserAgent}").Field("to", $"{call.Dst} {call.DstUserAgent}").Field("codecs", string.Join(", ", call.Codecs));
    }

    private static bool IsFailure(string summary) => summary.Length > 2 && summary[0] is '4' or '5' or '6' && char.IsAsciiDigit(summary[1]);
}
