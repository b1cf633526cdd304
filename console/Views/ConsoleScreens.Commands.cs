using SensorNet.Console.Client;

namespace SensorNet.Console.Views;

/// <summary>The actions that work everywhere, and the command prompt.</summary>
internal sealed partial class ConsoleScreens
{
    private static readonly string[] PromptWords = ["theme", "set", "context", "save", "forget", "w", "retry", "help", "quit"];
    private static readonly string[] Settings = ["bell", "nobell", "mouse", "nomouse"];

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
            case "set" when rest is "mouse" or "nomouse":
                WantsMouse = rest == "mouse";
                Toast(WantsMouse ? "The mouse works here" : "The mouse is the terminal's own");
                break;
            case "set":
                Toast($"Settings: {string.Join(", ", Settings)}");
                break;
            case "context" or "ctx":
                ChangeContext(rest);
                break;
            case "save":
                SaveFilter(rest);
                break;
            case "forget":
                Toast(_memory.Filters.Remove(rest) ? $"Forgot the filter '{rest}'" : $"There is no saved filter '{rest}'");
                SaveMemory();
                break;
            case "w" or "write":
                WriteListed(rest);
                break;
            default:
                if (FindView(words[0]) is { } view)
                {
                    Show(view.Id, words.Length > 1 ? rest : null);
                }
                else if (_memory.Filters.TryGetValue(words[0], out var saved))
                {
                    Show(saved.View, saved.Filter);
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
            new("view.incidents", ["I"], "Incidents", () => Show("incidents"), InFooter: false),
            new("view.silences", ["Z"], "Silences", () => Show("silences"), InFooter: false),
            new("view.lists", ["B"], "Lists", () => Show("lists"), InFooter: false),
            new("history.back", ["["], "back in the history", () => Step(-1), () => WhyNoStep(-1), InFooter: false),
            new("history.forward", ["]"], "forward in the history", () => Step(1), () => WhyNoStep(1), InFooter: false),
            new("previous", ["-"], "previous view", () => Show(_views[_previousView].Id), InFooter: false),
            new("theme", ["T"], "next theme", NextTheme, InFooter: false),
            new("bell", ["!"], "bell on or off", () => RunCommand(_bell ? "set nobell" : "set bell"), InFooter: false),
            new("redraw", ["ctrl-l"], "draw everything anew", () => _redraw = true, InFooter: false),
            new("suspend", ["ctrl-z"], "suspend", () => _suspend = true, InFooter: false),
            new("exit", ["ctrl-c"], "quit", () => Confirm("Leave the console?", [], () => IsDone = true), InFooter: false),
        };
        actions.AddRange(SourceActions());
        for (var i = 0; i < Math.Min(_views.Count, 10); i++)
        {
            var view = _views[i];
            actions.Add(new($"view.{view.Id}", [$"{(i + 1) % 10}"], view.Title, () => Show(view.Id), InFooter: false));
        }

        return actions;
    }

    private void OpenPalette() => _overlay = new PaletteOverlay(
    [
        .. Top.Actions,
        .. _memory.Filters.Select(f => new ConsoleAction("filter." + f.Key, [], $"filter {f.Key}: {f.Value.View} {f.Value.Filter}", () => Show(f.Value.View, f.Value.Filter))),
        .. _setup.Config.Contexts.Keys.Select(name => new ConsoleAction("context." + name, [], $"context {name}", () => ChangeContext(name))),
        .. GlobalActions.Where(a => a.Id != "palette"),
    ]);

    /// <summary>Keeps the view's filter under a name: <c>:NAME</c> and the palette bring it back.</summary>
    private void SaveFilter(string name)
    {
        if (Top.Filter is not { Length: > 0 } filter)
        {
            Toast("There is no filter to save; / sets one");
        }
        else if (name.Length is 0 or > 40 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) || FindView(name) is not null || PromptWords.Contains(name))
        {
            Toast("A filter's name is of letters, digits, - and _, and none of the views' and commands' words");
        }
        else
        {
            _memory.Filters[name] = (Top.Id, filter);
            SaveMemory();
            Toast($"Saved: ':{name}' shows {Top.Id} with {filter}");
        }
    }

    /// <summary><c>:w FILE</c>: what the view would export, without asking for the name.</summary>
    private void WriteListed(string path)
    {
        if (Top.Actions.FirstOrDefault(a => a.Id.EndsWith(".export", StringComparison.Ordinal)) is not { } export || export.WhyNot() is not null)
        {
            Toast("There is nothing here to write");
            return;
        }

        export.Run();
        if (path.Length > 0 && _prompt is { } prompt)
        {
            _prompt = null;
            prompt.Accepted(path);
        }
    }

    /// <summary>Connects to another collector of the configuration; everything of the former one is forgotten.</summary>
    private void ChangeContext(string name)
    {
        if (_setup.OpenContext is not { } open || !_setup.Config.Contexts.ContainsKey(name))
        {
            Toast(_setup.Config.Contexts.Count == 0 ? "console.yaml names no contexts" : $"Contexts: {string.Join(", ", _setup.Config.Contexts.Keys)}");
            return;
        }

        try
        {
            Feed.ChangeTo(open(name));
            _views.ForEach(view => view.IsAnswered = false);
        }
        catch (ConfigurationException e)
        {
            Toast(e.Message);
            return;
        }

        _stack.Clear();
        _history.Clear();
        _historyIndex = 0;
        _undo = null;
        Toast($"Context {name}: {Feed.Address}");
        RefreshTop();
    }

    private void ApplyKeys()
    {
        if (_keymap.Entries.Count > 0)
        {
            var all = ActionTables();
            all.ForEach(table => _keymap.Apply(table.Actions));
            _keymap.Check([.. all.Select(table => table.Actions)]);
        }
    }

    /// <summary>Every action with the view it belongs to, once.</summary>
    public IEnumerable<(string View, ConsoleAction Action)> EveryAction() => ActionTables().SelectMany(table => table.Actions.Select(a => (table.View, a)));

    /// <summary>Views that are only opened from others have their keys as well.</summary>
    private List<(string View, IReadOnlyList<ConsoleAction> Actions)> ActionTables() =>
    [
        ("everywhere", GlobalActions),
        .. _views.Select(v => (v.Id, v.Actions)),
        ("ladder", new LadderView(this, []).Actions),
        ("detail", new DetailView(this, () => "", () => new Document(), []).Actions),
        ("entries", new EntriesView(this, "").Actions),
    ];

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
        prompt = new Prompt(":", _commandLine, Typed, CompleteCommand, text => prompt!.Hint = HintFor(text));
        prompt.Hint = HintFor("");
        _prompt = prompt;
    }

    private void Typed(string text)
    {
        if (text.Length > 0 && (_memory.Commands.Count == 0 || _memory.Commands[^1] != text))
        {
            _memory.Commands.Add(text);
            SaveMemory();
        }

        RunCommand(text);
    }

    private void OpenFilterPrompt()
    {
        var view = Top;
        _filterLine.Set(view.Filter ?? "");
        _prompt = new Prompt("/", _filterLine, text => view.Filter = text, view.CompleteFilter);
    }

    private string CompleteCommand(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
        {
            return Candidates(text).FirstOrDefault() is { } found ? found + " " : text;
        }

        var (word, rest) = (text[..space], text[(space + 1)..]);
        return FindView(word) is { } view
            ? $"{word} {view.CompleteFilter(rest)}"
            : $"{word} {Arguments(word).FirstOrDefault(a => a.StartsWith(rest, StringComparison.Ordinal)) ?? rest}";
    }

    private string HintFor(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return string.Join("  ", (space < 0 ? Candidates(text) : Arguments(text[..space]).Where(a => a.StartsWith(text[(space + 1)..], StringComparison.Ordinal))).Take(12));
    }

    private IEnumerable<string> Arguments(string word) => word switch
    {
        "theme" => Theme.All.Select(t => t.Name).Prepend("auto"),
        "set" => Settings,
        "context" or "ctx" => _setup.Config.Contexts.Keys,
        "forget" => _memory.Filters.Keys,
        _ => [],
    };

    private IEnumerable<string> Candidates(string text) =>
        _views.Select(v => v.Id).Concat(PromptWords).Concat(_memory.Filters.Keys).Where(word => word.StartsWith(text.TrimStart(), StringComparison.OrdinalIgnoreCase));

    private View? FindView(string word) =>
        _views.FirstOrDefault(v => v.Id == word || v.Aliases.Contains(word)) ?? (word.Length >= 2 ? _views.FirstOrDefault(v => v.Id.StartsWith(word, StringComparison.Ordinal)) : null);

    private void NextTheme()
    {
        var index = Theme.All.ToList().FindIndex(t => t.Name == Theme.Name);
        SetTheme(Theme.All[(index + 1) % Theme.All.Count].Name);
    }

    private void SetTheme(string name)
    {
        name = name switch { "deuteranopia" => "colorblind", "high-contrast" => "contrast", _ => name };
        if (name != "auto" && Theme.All.All(t => t.Name != name))
        {
            Toast($"Themes: {string.Join(", ", Theme.All.Select(t => t.Name))}");
            return;
        }

        Theme = Theme.Find(name, _depth, _setup.IsLight);
        Toast($"Theme {Theme.Name}");
    }
}
