using SensorNet.Console.Cli;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Other legs, differences, media and files.</summary>
internal sealed partial class LadderView
{
    // Two legs of one call begin within moments of each other, and a proxy or B2BUA answers between them.
    private const long LegGap = 5_000_000_000;

    /// <summary>Whether two records are legs of one call: close in time, meeting at a host, about the same parties.</summary>
    public static bool AreLegs(CallRecord one, CallRecord other) =>
        one.CallId != other.CallId
        && Math.Abs(one.StartTime - other.StartTime) <= LegGap
        && (Meets(one.DestinationIp, other.SourceIp) || Meets(one.SourceIp, other.DestinationIp))
        && (SameParty(one.Dst, other.Dst) || (SameParty(one.Src, other.Src) && one.Src.Length > 0));

    private static bool Meets(Google.Protobuf.ByteString one, Google.Protobuf.ByteString other) => one.Length > 0 && one.Equals(other);

    /// <summary>Numbers are rewritten on their way: the last seven digits stay.</summary>
    private static bool SameParty(string one, string other)
    {
        if (one == other)
        {
            return one.Length > 0;
        }

        var (a, b) = (Digits(one), Digits(other));
        return a.Length >= 7 && b.Length >= 7 && a[^7..] == b[^7..];

        static string Digits(string text) => string.Concat(text.TakeWhile(c => c != '@').Where(char.IsAsciiDigit));
    }

    private void Rebuild()
    {
        var selected = Step;
        _steps = LadderStep.Of(_calls, _events);
        _version++;
        _marks.Clear();
        _index = selected is null ? 0 : Math.Max(0, _steps.FindIndex(s => s.Time == selected.Time && s.From == selected.From));
    }

    private void LoadMessages(IReadOnlyList<CallRecord> calls)
    {
        foreach (var call in calls)
        {
            Screens.Load(
                async (collector, cancellation) =>
                {
                    var fresh = await collector.GetCallAsync(call.CallId, cancellation);
                    return (Call: fresh, Events: fresh.Positions.Count == 0 ? [] : await collector.GetEventsAsync(fresh.Positions, cancellation));
                },
                loaded =>
                {
                    var at = _calls.FindIndex(c => c.CallId == loaded.Call.CallId);
                    if (at >= 0)
                    {
                        _calls[at] = loaded.Call;
                        foreach (var stored in loaded.Events)
                        {
                            _events[stored.Position] = stored.Event;
                        }

                        Rebuild();
                    }
                });
        }
    }

    private void FindLegs()
    {
        if (_calls.Count > 1)
        {
            _calls.RemoveRange(1, _calls.Count - 1);
            Rebuild();
            return;
        }

        var call = _calls[0];
        var request = new ListCallsRequest { Time = new TimeRange { From = call.StartTime - LegGap, To = call.StartTime + LegGap }, Limit = 1000 };
        Screens.Load(
            async (collector, cancellation) =>
            {
                var legs = new List<CallRecord>();
                await foreach (var other in collector.ListCallsAsync(request, cancellation))
                {
                    if (AreLegs(call, other))
                    {
                        legs.Add(other);
                    }
                }

                return legs;
            },
            legs =>
            {
                if (legs.Count == 0)
                {
                    Screens.Toast("No other call of that moment meets this one's parties");
                    return;
                }

                _calls.AddRange(legs.Take(5));
                Rebuild();
                LoadMessages(_calls);
            });
    }

    private void Diff()
    {
        var (one, other) = (_steps[_marks.Min], _steps[_marks.Max]);
        if (one.Message is null || other.Message is null)
        {
            Screens.Toast("One of the two messages was not kept");
            return;
        }

        var document = new Document();
        foreach (var (sign, line) in LineDiff.Of(SafeLines(one.Message), SafeLines(other.Message)))
        {
            document.Add($"{sign} {line}", sign switch { '-' => StyleRole.Bad, '+' => StyleRole.Good, _ => StyleRole.Dim });
        }

        Screens.Push(new DetailView(Screens, () => $"- {Times.ClockMillis(one.Time)} {one.Summary}   + {Times.ClockMillis(other.Time)} {other.Summary}", () => document, []));
    }

    private static List<string> SafeLines(KeptMessage message) => [.. Tui.SafeText.EscapeLines(message.Data.Span, LongestLines)];

    /// <summary>Who offered which media where, from the session descriptions that were kept, else from the record.</summary>
    private void ShowMedia()
    {
        var document = new Document();
        foreach (var step in _steps.Where(s => s.Message is not null))
        {
            var body = LadderStep.Parts(step.Message!).Body;
            if (!body.StartsWith("v=", StringComparison.Ordinal))
            {
                continue;
            }

            document.Add($"{Times.ClockMillis(step.Time)}  {step.From}  {step.Summary}", StyleRole.Title);
            foreach (var line in body.Split('\n', StringSplitOptions.TrimEntries).Where(l => l.StartsWith("c=", StringComparison.Ordinal) || l.StartsWith("m=", StringComparison.Ordinal)
                || l.StartsWith("a=rtpmap", StringComparison.Ordinal) || l is "a=sendrecv" or "a=sendonly" or "a=recvonly" or "a=inactive").Take(20))
            {
                document.Add("  " + line);
            }
        }

        if (document.Lines.Count == 0)
        {
            foreach (var call in _calls)
            {
                document.Field("call", call.CallId).Field("codecs", call.Codecs.Count > 0 ? string.Join(", ", call.Codecs) : "none were seen");
            }

            document.Add("The session descriptions were not kept.", StyleRole.Dim);
        }

        Screens.Open(new TextOverlay("Media", document));
    }

    private void Save() => Screens.Export(
        "call",
        new("txt", Text),
        new("pcap", Pcap),
        new("jsonl", () => string.Concat(_calls.Select(c => ListingWriter.ToJson(CallListing.WriteJson, c) + "\n"))));

    private string Text()
    {
        const int width = 120;
        var text = new System.Text.StringBuilder();
        foreach (var call in _calls)
        {
            text.Append(Tui.SafeText.Clean($"Call-ID {call.CallId}  {call.State}  {call.Src} -> {call.Dst}  {Times.IsoMillis(call.StartTime)}")).Append('\n');
        }

        Ladder.Lines(_steps, width, _time).ForEach(line => text.Append(line).Append('\n'));
        foreach (var step in _steps.Where(s => s.Message is not null))
        {
            text.Append('\n').Append(Times.IsoMillis(step.Time)).Append("  ").Append(Tui.SafeText.Clean(MessageTitle(step))).Append('\n');
            SafeLines(step.Message!).ForEach(line => text.Append(line).Append('\n'));
        }

        return text.ToString();
    }

    private byte[] Pcap()
    {
        using var file = new MemoryStream();
        var writer = new Proto.PcapWriter(file);
        foreach (var position in _calls.SelectMany(c => c.Positions).Distinct())
        {
            if (_events.TryGetValue(position, out var e))
            {
                writer.Write(e);
            }
        }

        return file.ToArray();
    }
}
