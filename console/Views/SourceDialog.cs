using System.Globalization;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>
/// Asks before a source is blocked, allowed or released: what that would hit, for how long and why. Cancel is what Enter
/// does at first; where it would hit somebody who uses the system, something must be typed as well.
/// </summary>
internal sealed class SourceDialog : Overlay
{
    /// <summary>Impact is asked for so many sources; more need their number to be typed anyway.</summary>
    public const int MostPreviews = 5;

    private const int Width = 68;
    private static readonly string[] Verbs = ["Block", "Allow", "Release"];

    private readonly Deed _deed;
    private readonly IReadOnlyList<string> _sources;
    private readonly Action<TimeSpan, string, bool> _confirmed;
    private readonly Dictionary<string, PreviewSourceResponse> _previews = new(StringComparer.Ordinal);
    private readonly LineEditor _length = new();
    private readonly LineEditor _reason = new();
    private readonly LineEditor _typed = new();
    private Field _focus = Field.Cancel;
    private string? _complaint;

    /// <param name="deed">What is asked for.</param>
    /// <param name="sources">Addresses or networks; at least one.</param>
    /// <param name="reason">What the reason begins with.</param>
    /// <param name="confirmed">Takes length (zero: for good), reason, and whether the collector's own warnings were confirmed.</param>
    public SourceDialog(Deed deed, IReadOnlyList<string> sources, string reason, Action<TimeSpan, string, bool> confirmed)
    {
        (_deed, _sources, _confirmed) = (deed, sources, confirmed);
        _length.Set(deed == Deed.Block ? "1h" : "");
        _reason.Set(reason);
    }

    /// <summary>What is done to the sources.</summary>
    public enum Deed : byte
    {
        Block,
        Allow,
        Release,
    }

    private enum Field : byte
    {
        Cancel,
        Do,
        Length,
        Reason,
        Typed,
    }

    /// <summary>The collector's answer about one of the sources.</summary>
    public void Put(string source, PreviewSourceResponse preview) => _previews[source] = preview;

    /// <summary>What must be typed before it is done; null: nothing.</summary>
    public string? MustType
    {
        get
        {
            if (_sources.Count > MostPreviews)
            {
                return _sources.Count.ToString(CultureInfo.InvariantCulture);
            }

            if (_deed == Deed.Release || _sources.All(s => _previews.TryGetValue(s, out var p) && !IsDelicate(s, p)))
            {
                return null;
            }

            // The end of the address is what tells neighbours apart.
            var first = _sources[0];
            return first[(first.LastIndexOfAny(['.', ':']) + 1)..];
        }
    }

    public override void Draw(Surface screen, Theme theme)
    {
        var lines = Impact();
        var must = MustType;
        var title = $"{Verbs[(int)_deed]} {(_sources.Count == 1 ? _sources[0] : $"{_sources.Count} sources")}?";
        var inside = Frame(screen, theme, SafeText.Clean(title), Width, lines.Count + (must is null ? 7 : 8));
        var ground = theme[StyleRole.Dialog];
        inside.Text(1, 0, _deed == Deed.Block ? "scope   every host, by your own firewall tooling (list blocked)" : "scope   every rule, on every host", ground);
        var y = 1;
        if (_deed != Deed.Release)
        {
            Edit(inside, theme, 1, y, "for     ", _length, Field.Length, 12, _length.Text.Length == 0 ? "for good" : "");
            Edit(inside, theme, 23, y, "reason ", _reason, Field.Reason, inside.Width - 32, "");
            y++;
        }

        for (var i = 0; i < lines.Count && y < inside.Height - 4; i++, y++)
        {
            inside.Text(1, y, (i == 0 ? "impact  " : "        ") + lines[i], lines[i].StartsWith("WARNING", StringComparison.Ordinal) ? theme[StyleRole.DialogStrong] : ground);
        }

        y = inside.Height - 3;
        if (must is not null)
        {
            Edit(inside, theme, 1, y - 1, $"type {must} to confirm: ", _typed, Field.Typed, 12, "");
        }

        if (_complaint is not null)
        {
            inside.Text(1, y, _complaint, theme[StyleRole.DialogStrong]);
        }

        var at = inside.Text(1, inside.Height - 2, " <Cancel> ", _focus == Field.Cancel ? theme[StyleRole.Selected] : ground);
        inside.Text(at + 3, inside.Height - 2, $" [ {Verbs[(int)_deed]} ] ", _focus == Field.Do ? theme[StyleRole.Selected] : ground);
        inside.Text(1, inside.Height - 1, "tab  next   enter  take it   esc  cancel   (u undoes it for 10 s)", theme[StyleRole.Dim].Over(ground));
    }

    public override void OnInput(InputEvent input)
    {
        if (input.Kind == InputKind.Paste && Editor is { } target && _focus != Field.Typed)
        {
            target.Insert(input.Text ?? "");
            return;
        }

        // Only keys decide: pasted text and the mouse never confirm anything.
        if (input.Kind != InputKind.Key)
        {
            return;
        }

        _complaint = null;
        switch (input.KeyName)
        {
            case "escape" or "ctrl-c":
                IsClosed = true;
                break;
            case "tab" or "down":
                Step(1);
                break;
            case "shift-tab" or "up":
                Step(-1);
                break;
            case "left" or "right" when Editor is null:
                _focus = _focus == Field.Cancel ? Field.Do : Field.Cancel;
                break;
            case "enter" when _focus == Field.Cancel:
                IsClosed = true;
                break;
            case "enter" when _focus == Field.Do:
                TryConfirm();
                break;
            case "enter":
                _focus = Field.Do;
                break;
            default:
                Editor?.OnKey(input);
                break;
        }
    }

    /// <summary>Who answers calls there, or is so large, is not blocked by a slip of a finger.</summary>
    private static bool IsDelicate(string source, PreviewSourceResponse preview)
    {
        var slash = source.IndexOf('/', StringComparison.Ordinal);
        var isLarge = slash > 0 && int.TryParse(source.AsSpan(slash + 1), CultureInfo.InvariantCulture, out var bits) && bits < (source.Contains(':', StringComparison.Ordinal) ? 48 : 24);
        return preview.CallsAnswered > 0 || preview.PrivateRange || preview.Warnings.Count > 0 || isLarge;
    }

    private LineEditor? Editor => _focus switch
    {
        Field.Length => _length,
        Field.Reason => _reason,
        Field.Typed => _typed,
        _ => null,
    };

    private List<string> Impact()
    {
        var lines = new List<string>();
        foreach (var source in _sources.Take(MostPreviews))
        {
            var own = _previews.TryGetValue(source, out var preview) ? SourcePreviewText.Lines(source, preview) : ["asking the collector ..."];
            lines.AddRange(_sources.Count == 1 ? own : [$"{source}  {own[0]}", .. own.Where(l => l.StartsWith("WARNING", StringComparison.Ordinal))]);
        }

        if (_sources.Count > MostPreviews)
        {
            lines.Add($"... and {_sources.Count - MostPreviews} more");
        }

        return [.. lines.Select(SafeText.Clean)];
    }

    private void Edit(Surface inside, Theme theme, int x, int y, string label, LineEditor editor, Field field, int width, string empty)
    {
        var ground = theme[StyleRole.Dialog];
        var at = inside.Text(x, y, label, ground);
        var style = _focus == field ? theme[StyleRole.Selected] : theme[StyleRole.DialogStrong];
        inside.Text(at, y, editor.Text.Length > 0 ? editor.Text : empty.Length > 0 ? empty : "_", style, width);
        if (_focus == field)
        {
            inside.ShowCursor(at + Math.Min(editor.CursorColumn, width), y);
        }
    }

    private void Step(int by)
    {
        List<Field> order = _deed == Deed.Release ? [Field.Cancel, Field.Do] : [Field.Cancel, Field.Do, Field.Length, Field.Reason];
        if (MustType is not null)
        {
            order.Insert(1, Field.Typed);
        }

        var index = Math.Max(0, order.IndexOf(_focus));
        _focus = order[(index + by + order.Count) % order.Count];
    }

    private void TryConfirm()
    {
        var length = TimeSpan.Zero;
        if (_length.Text.Length > 0 && !Times.TryParseLength(_length.Text, out length))
        {
            _complaint = "'for' is not a length like 15m, 1h or 2d";
            _focus = Field.Length;
        }
        else if (MustType is { } must && _typed.Text != must)
        {
            _complaint = $"type {must} first: this would hit somebody";
            _focus = Field.Typed;
        }
        else
        {
            IsClosed = true;
            _confirmed(length, _reason.Text, MustType is not null);
        }
    }
}
