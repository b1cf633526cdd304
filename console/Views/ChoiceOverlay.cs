using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>A few things to choose from, each by a letter or with the cursor: sort columns, shown columns, pivots.</summary>
/// <param name="title">In the frame.</param>
/// <param name="choices">Asked again for each frame, so that what is on shows.</param>
/// <param name="stays">Whether several may be taken one after another; Enter and Escape then close it.</param>
internal sealed class ChoiceOverlay(string title, Func<IReadOnlyList<Choice>> choices, bool stays = false) : Overlay
{
    private const string Letters = "abcdefghilmnopqrstuvwxyzABCDEFGHILMNOPQRSTUVWXYZ";
    private int _index;
    private int _top;

    public override void Draw(Surface screen, Theme theme)
    {
        var all = choices();
        var width = Math.Clamp(all.Select(c => SafeText.Width(c.Label) + SafeText.Width(c.Why ?? "")).DefaultIfEmpty(0).Max() + 14, Math.Max(title.Length + 6, 46), 70);
        var inside = Frame(screen, theme, title, width, Math.Min(all.Count + 3, screen.Height - 2));
        var ground = theme[StyleRole.Dialog];
        var page = inside.Height - 1;
        _index = Math.Clamp(_index, 0, Math.Max(0, all.Count - 1));
        _top = Math.Clamp(_top, Math.Max(0, _index - page + 1), _index);
        for (var y = 0; y < page && _top + y < all.Count; y++)
        {
            var choice = all[_top + y];
            var style = _top + y == _index ? theme[StyleRole.Selected] : ground;
            inside.Fill(0, y, inside.Width, ' ', style);
            inside.Text(1, y, KeyOf(all, _top + y), choice.Why is null ? theme[StyleRole.FooterKey].Over(style) : theme[StyleRole.Dim].Over(style));
            var mark = choice.Checked switch { true => "[x] ", false => "[ ] ", null => "" };
            var at = inside.Text(3, y, mark + choice.Label, choice.Why is null ? style : theme[StyleRole.Dim].Over(style));
            if (choice.Why is { } reason)
            {
                inside.Text(at + 1, y, $"({reason})", theme[StyleRole.Dim].Over(style));
            }
        }

        inside.Text(1, inside.Height - 1, stays ? "letter or space  on/off     enter  done" : "letter or enter  take it     esc  leave", theme[StyleRole.Dim].Over(ground));
    }

    public override void OnInput(InputEvent input)
    {
        if (input.Kind != InputKind.Key)
        {
            return;
        }

        var all = choices();
        switch (input.KeyName)
        {
            case "escape" or "ctrl-c":
                IsClosed = true;
                break;
            case "down" or "j" or "tab":
                _index = Math.Min(_index + 1, Math.Max(0, all.Count - 1));
                break;
            case "up" or "k" or "shift-tab":
                _index = Math.Max(_index - 1, 0);
                break;
            case "enter" when stays:
                IsClosed = true;
                break;
            case "enter" or "space":
                Take(all, _index);
                break;
            case var key:
                for (var i = 0; i < all.Count; i++)
                {
                    if (KeyOf(all, i) == key)
                    {
                        Take(all, i);
                        break;
                    }
                }

                break;
        }
    }

    private void Take(IReadOnlyList<Choice> all, int index)
    {
        if (index < all.Count && all[index] is { Why: null } choice)
        {
            _index = index;
            IsClosed = !stays;
            choice.Run();
        }
    }

    /// <summary>The n-th choice's key: its own, or a letter that is no other's and does not move the cursor.</summary>
    private static string KeyOf(IReadOnlyList<Choice> all, int index)
    {
        if (all[index].Key is { } own)
        {
            return own;
        }

        var nth = 0;
        for (var i = 0; i < index; i++)
        {
            nth += all[i].Key is null ? 1 : 0;
        }

        foreach (var letter in Letters)
        {
            if (all.All(c => c.Key != letter.ToString()) && nth-- == 0)
            {
                return letter.ToString();
            }
        }

        return "";
    }
}
