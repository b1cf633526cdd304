using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Blocking, trusting and silencing: what every view with a source offers.</summary>
internal sealed partial class ConsoleScreens
{
    /// <summary>Asks for the entries of all lists; a role that may not see them sees none.</summary>
    public void LoadEntries() => Load(
        async (collector, cancellation) =>
        {
            var entries = new List<ListEntry>();
            await foreach (var entry in collector.ListEntriesAsync(new ListEntriesRequest(), cancellation))
            {
                entries.Add(entry);
            }

            return entries;
        },
        entries => Model.PutEntries(Refreshed.Keep(Model.Entries, entries, e => $"{e.List} {e.Value} {e.Origin}")),
        quietly: true);

    /// <summary>Asks for the newest calls.</summary>
    public void LoadCalls() => Load(
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

    /// <summary>Asks for entries to add: values, then perhaps <c>for:LENGTH</c>; what follows <c>#</c> is the comment.</summary>
    public void AskEntries(string list) => AskText($"add to {list}: ", "", text =>
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var request = new AddEntriesRequest { List = list, Comment = hash < 0 ? "" : text[(hash + 1)..].Trim() };
        foreach (var word in (hash < 0 ? text : text[..hash]).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!word.StartsWith("for:", StringComparison.Ordinal))
            {
                request.Values.Add(word);
            }
            else if (Times.TryParseLength(word[4..], out var length))
            {
                request.ExpiresS = (ulong)length.TotalSeconds;
            }
            else
            {
                Toast($"'{word[4..]}' is not a length like 15m, 1h or 2d");
                return;
            }
        }

        if (request.Values.Count > 0)
        {
            AddEntries(request);
        }
    }, "VALUE ...  for:2d  # why");

    public void RemoveEntries(string list, IReadOnlyList<ListEntry> entries)
    {
        var request = new RemoveEntriesRequest { List = list };
        request.Values.AddRange(entries.Select(e => e.Value));
        Change(
            (collector, cancellation) => collector.RemoveEntriesAsync(request, cancellation),
            removed =>
            {
                OfferUndo($"{removed} taken off {list}", () => PutBack(list, entries));
                LoadEntries();
            });
    }

    /// <summary>Asks what to keep quiet.</summary>
    public void AskSilence(string initial) => AskText("silence: ", initial, text =>
    {
        if (SilenceText.Parse(text, out var request) is { } complaint)
        {
            Toast(complaint);
            return;
        }

        Change(
            (collector, cancellation) => collector.AddSilenceAsync(request, cancellation),
            silence =>
            {
                OfferUndo($"Silenced {SilenceText.Of(silence)} until {Times.Iso(silence.Expires)}", () => Change(
                    (collector, cancellation) => collector.RemoveSilenceAsync(new RemoveSilenceRequest { Id = silence.Id, Reason = "undone" }, cancellation),
                    _ => RefreshTop()));
                RefreshTop();
            });
    }, "why; " + SilenceText.Words);

    private IEnumerable<ConsoleAction> SourceActions()
    {
        yield return new("source.block", ["b"], "block", () => OpenSourceDialog(SourceDialog.Deed.Block), WhyNoSource, Danger.Impact);
        yield return new("source.allow", ["A"], "allow: no rule counts it any more", () => OpenSourceDialog(SourceDialog.Deed.Allow), WhyNoSource, Danger.Impact, InFooter: false);
        yield return new("source.unblock", ["U"], "unblock, or allow no longer", () => OpenSourceDialog(SourceDialog.Deed.Release), () => WhyNoSource() ?? WhyNotListed(), Danger.Impact, InFooter: false);
    }

    private string? WhyNoSource() => Top.ChosenSources().Count == 0 ? "no source is selected here" : WhyReadOnly();

    private string? WhyNotListed() => Top.ChosenSources().Any(s => Listing(s) is not null) ? null : "it is neither blocked nor allowed";

    private ListEntry? Listing(string source) => Model.Listed.Find(ListState.Blocked, source) ?? Model.Listed.Find(ListState.Trusted, source);

    private void OpenSourceDialog(SourceDialog.Deed deed)
    {
        var sources = Top.ChosenSources();
        var reason = Top is AlertsView { Table.Selected.Item: { } alert } ? alert.RuleName : "";
        var dialog = new SourceDialog(deed, sources, reason, (length, why, force) => Do(deed, sources, length, why, force));
        Open(dialog);
        foreach (var source in sources.Take(SourceDialog.MostPreviews))
        {
            Load((collector, cancellation) => collector.PreviewSourceAsync(new PreviewSourceRequest { Source = source }, cancellation), preview => dialog.Put(source, preview));
        }
    }

    private void Do(SourceDialog.Deed deed, IReadOnlyList<string> sources, TimeSpan length, string why, bool force)
    {
        if (deed == SourceDialog.Deed.Release)
        {
            foreach (var group in sources.Select(Listing).OfType<ListEntry>().DistinctBy(e => (e.List, e.Value)).GroupBy(e => e.List))
            {
                RemoveEntries(group.Key, [.. group]);
            }

            return;
        }

        var request = new AddEntriesRequest { List = deed == SourceDialog.Deed.Block ? ListState.Blocked : ListState.Trusted, Comment = why, ExpiresS = (ulong)length.TotalSeconds, Force = force };
        request.Values.AddRange(sources);
        AddEntries(request);
    }

    private void AddEntries(AddEntriesRequest request) => Change(
        (collector, cancellation) => collector.AddEntriesAsync(request, cancellation),
        added =>
        {
            var what = request.Values.Count == 1 ? request.Values[0] : $"{request.Values.Count} entries";
            OfferUndo($"{what} on {request.List}", () => RemoveQuietly(request.List, request.Values));
            LoadEntries();
            RefreshTop();
        });

    private void RemoveQuietly(string list, IEnumerable<string> values)
    {
        var request = new RemoveEntriesRequest { List = list, Reason = "undone" };
        request.Values.AddRange(values);
        Change(
            (collector, cancellation) => collector.RemoveEntriesAsync(request, cancellation),
            removed =>
            {
                Toast($"Undone: {removed} taken off {list}");
                LoadEntries();
            });
    }

    /// <summary>Entries as they were, with what is left of their time.</summary>
    private void PutBack(string list, IReadOnlyList<ListEntry> entries)
    {
        foreach (var entry in entries)
        {
            var left = entry.Expires == 0 ? 0 : Math.Max(1, (Times.FromNanoseconds(entry.Expires) - Now).TotalSeconds);
            var request = new AddEntriesRequest { List = list, Values = { entry.Value }, Comment = entry.Comment, ExpiresS = (ulong)left, Force = true };
            Change((collector, cancellation) => collector.AddEntriesAsync(request, cancellation), _ => LoadEntries());
        }
    }
}
