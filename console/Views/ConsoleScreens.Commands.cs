
namespace SensorNet.Console.Views;

/// <summary>The actions that work everywhere, and the command prompt.</summary>
internal sealed partial class ConsoleScreens
{
    private static readonly string[] PromptWords = ["theme", "set", "retry", "help", "quit"];

    /// <summary>Runs what was typed at the <c>:</c> prompt.</summary>
    public void RunCommand(string text)
    {
        var words = text.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0)
        {
            return;
        }

        var rest = words.Length > 1 ? words[1] : "";
        switch (words[0])
        {
            case "q" or "quit" or "q!":
                IsDone = true;
                break;
            case "theme":
                SetTheme(rest);
                break;
            case "help" or "?":
                ShowHelp();
                break;
            case "retry":
                Feed.RetryNow();
                break;
            case "set" when rest is "bell" or "nobell":
                _bell = rest == "bell";
                Toast(_bell ? "The bell rings for critical alerts" : "The bell is silent");
                break;
            default:
                if (FindView(words[0]) is { } view)
                {
                    Show(view.Id, words.Length > 1 ? rest : null);
                }
                else
                {
                    Toast($"There is no command or view '{words[0]}'. Tab completes, ? helps");
                }

                break;
        }
    }

    public void ShowHelp() =>
        _overlay = new HelpOverlay(Top.Title, [(Top.Title.ToUpperInvariant(), Top.Actions), ("EVERYWHERE", GlobalActions)]);

    private List<ConsoleAction> BuildGlobalActions()
    {
        var actions = new List<ConsoleAction>
        {
            new("prompt", [":"], "command", OpenCommandPrompt),
            new("filter", ["/"], "filter", OpenFilterPrompt, () => Top.Filter is null ? "this view has no filter" : null),
            new("help", ["?", "f1"], "help", ShowHelp),
            new("quit", ["q"], "quit", Quit),
            new("palette", ["ctrl-p"], "palette: find anything", OpenPalette, InFooter: false),
            new("dump", ["S"], "write the screen to a file", () => _dump = true, InFooter: false),
            new("back", ["escape", "backspace", "left", "h"], "back", OnEscape, InFooter: false),
            new("undo", ["u"], "undo", Undo, () => _undo is { } undo && Now < undo.Until ? null : "there is nothing to undo", InFooter: false),
            new("retry", ["R", "f5"], "refresh, or reconnect now", Retry, InFooter: false),
            new("previous", ["-"], "previous view", () => Show(_views[_previousView].Id), InFooter: false),
            new("theme", ["T"], "next theme", NextTheme, InFooter: false),
            new("bell", ["!"], "bell on or off", () => RunCommand(_bell ? "set nobell" : "set bell"), InFooter: false),
            new("redraw", ["ctrl-l"], "draw everything anew", () => _redraw = true, InFooter: false),
            new("suspend", ["ctrl-z"], "suspend", () => _suspend = true, InFooter: false),
            new("exit", ["ctrl-c"], "quit", () => Confirm("Leave the console?", [], () => IsDone = true), InFooter: false),
        };
        for (var i = 0; i < _views.Count; i++)
        {
            var view = _views[i];
            actions.Add(new($"view.{view.Id}", [$"{(i + 1) % 10}"], view.Title, () => Show(view.Id), InFooter: false));
        }

        return actions;
    }

    private void OpenPalette() => _overlay = new PaletteOverlay([.. Top.Actions, .. GlobalActions.Where(a => a.Id != "palette")]);

    private void Quit()
    {
        if (_stack.Count > 0)
        {
            CloseTop();
        }
        else
        {
            IsDone = true;
        }
    }

    private void Retry()
    {
        if (Model.Link.IsUp)
        {
            RefreshTop();
        }
        else
        {
            Feed.RetryNow();
        }
    }

    private void Undo()
    {
        var undo = _undo!.Value.Run;
        _undo = null;
        _toast = null;
        undo();
    }

    private void OpenCommandPrompt()
    {
        _commandLine.Set("");
        Prompt? prompt = null;
        prompt = new Prompt(":", _commandLine, RunCommand, CompleteCommand, text => prompt!.Hint = HintFor(text));
        prompt.Hint = HintFor("");
        _prompt = prompt;
    }

    private void OpenFilterPrompt()
    {
        var view = Top;
        _filterLine.Set(view.Filter ?? "");
        _prompt = new Prompt("/", _filterLine, text => view.Filter = text, view.CompleteFilter);
    }

    private string CompleteCommand(string text)
    {
        if (text.StartsWith("theme ", StringComparison.Ordinal))
        {
            return "theme " + (Theme.All.FirstOrDefault(t => t.Name.StartsWith(text[6..], StringComparison.Ordinal))?.Name ?? text[6..]);
        }

        return Candidates(text).FirstOrDefault() is { } found ? found + " " : text;
    }

    private string HintFor(string text) =>
        text.Contains(' ', StringComparison.Ordinal) ? "" : string.Join("  ", Candidates(text).Take(12));

    private IEnumerable<string> Candidates(string text) =>
        _views.Select(v => v.Id).Concat(PromptWords).Where(word => word.StartsWith(text.TrimStart(), StringComparison.OrdinalIgnoreCase));

    private View? FindView(string word) =>
        _views.FirstOrDefault(v => v.Id == word || v.Aliases.Contains(word)) ?? (word.Length >= 2 ? _views.FirstOrDefault(v => v.Id.StartsWith(word, StringComparison.Ordinal)) : null);

    private void NextTheme()
    {
        var index = Theme.All.ToList().FindIndex(t => t.Name == Theme.Name);
        SetTheme(Theme.All[(index + 1) % Theme.All.Count].Name);
    }

    private void SetTheme(string name)
    {
        if (name != "auto" && Theme.All.All(t => t.Name != name))
        {
            Toast($"Themes: {string.Join(", ", Theme.All.Select(t => t.Name))}");
            return;
        }

        Theme = Theme.Find(name, _depth);
        Toast($"Theme {Theme.Name}");
    }
}
