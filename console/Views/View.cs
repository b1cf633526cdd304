using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>One screen's body. Lives on the UI thread; no member may block.</summary>
internal abstract class View(ConsoleScreens screens)
{
    /// <summary>What prompts and the palette call it.</summary>
    public abstract string Id { get; }

    /// <summary>In the tabs of a wide screen.</summary>
    public abstract string Title { get; }

    /// <summary>In the tabs of a narrow one.</summary>
    public virtual string ShortTitle => Title;

    /// <summary>Other words that open it from the prompt.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>Where the operator is, for the line above the footer.</summary>
    public virtual string Breadcrumb => Title;

    public abstract IReadOnlyList<ConsoleAction> Actions { get; }

    /// <summary>The filter, where the view has one; null: it has none.</summary>
    public virtual string? Filter
    {
        get => null;
        set { }
    }

    /// <summary>Tab in the filter prompt: the text with its last word completed, or the same text.</summary>
    public virtual string CompleteFilter(string text) => text;

    /// <summary>Whether the collector has answered what the view asked; before, it knows nothing, which is not that there is nothing.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>How often what it shows is asked for again while it is visible; null: it lives on streams alone.</summary>
    public virtual TimeSpan? RefreshEvery => null;

    /// <summary>When what it shows changes by itself, without news; null: it does not.</summary>
    public virtual DateTimeOffset? ChangesAt => null;

    /// <summary>The object under the cursor; null: none, or a view without a cursor.</summary>
    public virtual string? SelectedId
    {
        get => null;
        set { }
    }

    /// <summary>Columns that the operator chose to see (true) or not (false), by header; kept from one session to the next.</summary>
    public virtual IReadOnlyDictionary<string, bool> ChosenColumns => System.Collections.Frozen.FrozenDictionary<string, bool>.Empty;

    /// <summary>Shows or hides a column; null: as the width allows.</summary>
    public virtual void ChooseColumn(string header, bool? shown)
    {
    }

    /// <summary>The addresses that are marked or under the cursor: what can be blocked or allowed from here.</summary>
    public virtual IReadOnlyList<string> ChosenSources() => [];

    /// <summary>The action in the footer that blocking the source stands before, where there is one to block.</summary>
    public virtual string BlockBefore => "list.mark";

    protected ConsoleScreens Screens { get; } = screens;

    protected ConsoleModel Model => Screens.Model;

    protected Theme Theme => Screens.Theme;

    public abstract void Draw(Surface surface);

    /// <summary>Before a key acts: keys typed ahead of the next frame must meet what that frame would show.</summary>
    public virtual void Settle()
    {
    }

    /// <summary>Asks the collector for what the view shows.</summary>
    public virtual void Refresh()
    {
    }

    /// <summary>Input that no action of the table wants: the mouse, and keys of a view's own.</summary>
    /// <returns>Whether it was used.</returns>
    public virtual bool OnInput(InputEvent input) => false;

    /// <summary>Escape: closes what is open inside the view. Returns whether there was anything.</summary>
    public virtual bool Back() => false;
}
