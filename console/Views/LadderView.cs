using System.Globalization;
using SensorNet.Console.Cli;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>
/// The messages of a call, and of its other legs, as a ladder with the selected message beside (wide screens) or below it.
/// </summary>
internal sealed partial class LadderView : View
{
    private const int WideScreen = 120;
    private const int LongestLines = 500;

    private readonly List<CallRecord> _calls;
    private readonly Dictionary<ulong, Event> _events = [];
    private readonly SortedSet<int> _marks = [];
    private List<LadderStep> _steps = [];
    private List<string> _lines = [];
    private (int Width, TimeMode Time, int Version) _linesOf;
    private (int Index, Part Part, int Version) _documentOf = (-1, default, 0);
    private Document _document = new();
    private TimeMode _time;
    private Part _part;
    private int _version;
    private int _index;
    private int _top;
    private int _page = 10;

    /// <param name="screens">The console.</param>
    /// <param name="calls">The legs to show together; at least one, or none for its table of keys alone.</param>
    public LadderView(ConsoleScreens screens, IReadOnlyList<CallRecord> calls)
        : base(screens)
    {
        _calls = [.. calls];
        Rebuild();
        Func<string?> needsStep = () => Step is null ? "there is no message" : null;
        Func<string?> needsKept = () => _steps.Any(s => s.Message is not null) ? null : "the messages of this call are not kept, only their order";
        Actions =
        [
            new("ladder.open", ["enter", "l", "right"], "msg", Open, needsStep),
            new("ladder.down", ["j", "down"], "down", () => Move(1), InFooter: false),
            new("ladder.up", ["k", "up"], "up", () => Move(-1), InFooter: false),
            new("ladder.pagedown", ["pagedown"], "page down", () => Move(_page), InFooter: false),
            new("ladder.pageup", ["pageup"], "page up", () => Move(-_page), InFooter: false),
            new("ladder.halfdown", ["ctrl-d"], "half a page down", () => Move(_page / 2), InFooter: false),
            new("ladder.halfup", ["ctrl-u"], "half a page up", () => Move(-_page / 2), InFooter: false),
            new("ladder.top", ["g", "home"], "first message", () => Move(-_steps.Count), InFooter: false),
            new("ladder.end", ["G", "end"], "last message", () => Move(_steps.Count), InFooter: false),
            new("ladder.leg", ["x"], "other leg", FindLegs, () => _calls.Count == 0 ? "there is no call" : null),
            new("ladder.mark", ["space"], "mark", Mark, needsStep, InFooter: false),
            new("ladder.diff", ["D"], "diff", Diff, () => needsKept() ?? (_marks.Count == 2 ? null : "mark two messages first (space)")),
            new("ladder.delta", ["d"], "delta", () => _time = _time == TimeMode.Delta ? TimeMode.Absolute : TimeMode.Delta),
            new("ladder.time", ["t"], "clock, relative or delta times", () => _time = (TimeMode)(((int)_time + 1) % 3), InFooter: false),
            new("ladder.raw", ["r"], "raw", () => _part = _part == Part.Raw ? Part.Whole : Part.Raw, needsKept),
            new("ladder.sdp", ["s"], "sdp", () => _part = _part == Part.Sdp ? Part.Whole : Part.Sdp, needsKept),
            new("ladder.media", ["m"], "media", ShowMedia, () => _calls.Count == 0 ? "there is no call" : null),
            new("ladder.export", ["w"], "save", Save, needsStep),
            new("ladder.copy", ["y"], "copy", CopyMessage, needsStep, InFooter: false),
            new("ladder.copycall", ["Y"], "copy the call as JSON", () => Screens.Copy(ListingWriter.ToJson(CallListing.WriteJson, _calls[0])), needsStep, InFooter: false),
            new("ladder.source", ["e"], "events", () => Screens.Show("events", $"sip.call_id:\"{_calls[0].CallId}\""), () => _calls.Count == 0 ? "there is no call" : null, InFooter: false),
        ];
        if (_calls.Count > 0)
        {
            LoadMessages(_calls);
        }
    }

    private enum Part : byte
    {
        Whole,
        Raw,
        Sdp,
    }

    public override string Id => "ladder";

    public override string Title => "Ladder";

    public override string Breadcrumb => _calls.Count == 0 ? "" : _calls[0].CallId + (_calls.Count > 1 ? $" +{_calls.Count - 1}" : "");

    public override IReadOnlyList<ConsoleAction> Actions { get; }

    private LadderStep? Step => _index < _steps.Count ? _steps[_index] : null;

    public override void Draw(Surface surface)
    {
        if (_calls.Count == 0)
        {
            return;
        }

        var wide = surface.Width >= WideScreen;
        var tall = surface.Height >= 17;
        var width = wide ? surface.Width * 57 / 100 : surface.Width;
        var height = wide ? surface.Height : tall ? surface.Height - 5 : surface.Height;
        var call = _calls[0];
        var note = _steps.Count == 0 ? "" : $"{_index + 1}/{_steps.Count}";
        var legs = _calls.Count > 1 ? $"  {_calls.Count} legs" : "";
        var inside = surface.Part(0, 0, width, height)
            .Box($"Ladder {call.CallId}  {CallListing.State(call)} {CallListing.Talked(call)}{legs}  {call.DestinationClass}".TrimEnd(), note, Theme[StyleRole.Border], Theme[StyleRole.Title]);
        DrawLadder(inside);
        if (wide)
        {
            DrawMessage(surface.Part(width, 0, surface.Width - width, surface.Height));
        }
        else if (tall)
        {
            DrawMessage(surface.Part(0, height, surface.Width, surface.Height - height));
        }
    }

    public override bool OnInput(InputEvent input)
    {
        switch (input.Kind)
        {
            case InputKind.WheelDown:
                Move(3);
                return true;
            case InputKind.WheelUp:
                Move(-3);
                return true;
            case InputKind.MouseDown when input.Y >= 4 && input.Y - 4 + _top < _steps.Count:
                Move(_top + input.Y - 4 - _index);
                return true;
            default:
                return false;
        }
    }

    public override bool Back()
    {
        if (_marks.Count == 0)
        {
            return false;
        }

        _marks.Clear();
        return true;
    }

    private void DrawLadder(Surface inside)
    {
        if (_steps.Count == 0)
        {
            inside.Text(1, 1, "The messages of this call are not known.", Theme[StyleRole.Dim]);
            return;
        }

        if (_linesOf != (inside.Width, _time, _version))
        {
            _linesOf = (inside.Width, _time, _version);
            _lines = Ladder.Lines(_steps, inside.Width - 3, _time);
        }

        inside.Text(2, 0, _lines[0], Theme[StyleRole.Title]);
        var facts = inside.Height > _steps.Count + 6 ? 4 : 0;
        _page = Math.Max(1, inside.Height - 1 - facts);
        _top = Math.Clamp(_top, Math.Max(0, _index - _page + 1), _index);
        for (var y = 0; y < _page && _top + y < _steps.Count; y++)
        {
            var i = _top + y;
            var step = _steps[i];
            var style = Theme[step.Again ? StyleRole.Dim : step.IsFailure ? StyleRole.Medium : StyleRole.Text];
            if (i == _index)
            {
                style = Theme[StyleRole.Selected];
                inside.Fill(0, y + 1, inside.Width, ' ', style);
                inside.Put(0, y + 1, Glyphs.Cursor, style);
            }

            if (_marks.Contains(i))
            {
                inside.Put(1, y + 1, '*', i == _index ? style : Theme[StyleRole.Marked]);
            }

            inside.Text(2, y + 1, _lines[i + 1], style);
        }

        for (var i = 0; i < facts - 1; i++)
        {
            inside.Text(1, inside.Height - facts + 1 + i, Fact(i), Theme[StyleRole.Dim]);
        }
    }

    /// <summary>What the call's record adds to the picture.</summary>
    private string Fact(int line)
    {
        var call = _calls[0];
        return line switch
        {
            0 => $"from   {call.Src}  {call.SrcUserAgent}   to  {call.Dst}  {call.DstUserAgent}",
            1 => $"media  {(call.Codecs.Count > 0 ? string.Join(", ", call.Codecs) : "unknown")}",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{(call.HasPostDialDelayMs ? $"pdd {call.PostDialDelayMs / 1000.0:0.00} s   " : "")}{(call.AnswerTime > 0 ? $"setup {(call.AnswerTime - call.StartTime) / 1e9:0.00} s   " : "")}{(call.HangupBy.Length > 0 ? $"hangup by {call.HangupBy} {call.HangupCause}" : "")}"),
        };
    }

    private void DrawMessage(Surface surface)
    {
        var inside = surface.Box(Step is { } step ? MessageTitle(step) : "", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
        if (Step is not null)
        {
            MessageDocument(_index).Draw(inside.Part(1, 0, inside.Width - 1, inside.Height), Theme, 0);
        }
    }

    private static string MessageTitle(LadderStep step) =>
        $"{step.Summary}  {step.From} -> {step.To}{(step.Message is { } kept ? $"  {kept.Data.Length} B" : "")}";

    private Document MessageDocument(int index)
    {
        if (_documentOf != (index, _part, _version))
        {
            _documentOf = (index, _part, _version);
            _document = Describe(_steps[index], _part);
        }

        return _document;
    }

    private Document Describe(LadderStep step, Part part)
    {
        var document = new Document();
        if (step.Message is not { } message)
        {
            return document
                .Field("time", Times.IsoMillis(step.Time))
                .Field("after", Ladder.TimeText(TimeMode.Relative, step.Time, _steps[0].Time, 0) + " s")
                .Field("call", _calls[step.Leg].CallId)
                .Add("The message itself was not kept: sensors send what a message was, not its text.", StyleRole.Dim);
        }

        if (part == Part.Raw)
        {
            return HexDump(document, message.Data.Span);
        }

        if (part == Part.Sdp)
        {
            var body = LadderStep.Parts(message).Body;
            return body.StartsWith("v=", StringComparison.Ordinal) ? Lines(document, System.Text.Encoding.UTF8.GetBytes(body)) : document.Add("no SDP in this message", StyleRole.Dim);
        }

        return Lines(document, message.Data.Span);
    }

    private static Document Lines(Document document, ReadOnlySpan<byte> octets)
    {
        foreach (var line in SafeText.EscapeLines(octets, LongestLines))
        {
            document.Add(line, line.Contains("\\x", StringComparison.Ordinal) ? StyleRole.Medium : StyleRole.Text);
        }

        return document;
    }

    private static Document HexDump(Document document, ReadOnlySpan<byte> octets)
    {
        const int perLine = 16;
        for (var at = 0; at < Math.Min(octets.Length, LongestLines * perLine); at += perLine)
        {
            var part = octets.Slice(at, Math.Min(perLine, octets.Length - at));
            var text = new char[part.Length];
            for (var i = 0; i < part.Length; i++)
            {
                text[i] = part[i] is >= 0x20 and < 0x7F ? (char)part[i] : SafeText.Placeholder;
            }

            document.Add($"{at:x4}  {string.Join(' ', Convert.ToHexStringLower(part).Chunk(2).Select(c => new string(c))),-47}  {new string(text)}");
        }

        return document;
    }

    private void Move(int by) => _index = Math.Clamp(_index + by, 0, Math.Max(0, _steps.Count - 1));

    private void Mark()
    {
        if (!_marks.Remove(_index))
        {
            _marks.Add(_index);
        }

        Move(1);
    }

    private void Open()
    {
        var hex = false;
        Screens.Push(new DetailView(
            Screens,
            () => Step is { } step ? $"{Times.ClockMillis(step.Time)}  {MessageTitle(step)}" : "",
            () => hex && Step?.Message is { } message ? HexDump(new Document(), message.Data.Span) : MessageDocument(_index),
            [
                new("message.next", ["n"], "next", () => Move(1)),
                new("message.previous", ["p"], "prev", () => Move(-1)),
                new("message.hex", ["x"], "hex", () => hex = !hex, () => Step?.Message is null ? "the message was not kept" : null),
            ]));
    }

    private void CopyMessage()
    {
        var document = MessageDocument(_index);
        Screens.Copy(Step!.Message is null ? $"{Times.IsoMillis(Step.Time)} {MessageTitle(Step)}" : document.ToText());
    }
}
