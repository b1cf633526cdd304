using System.Globalization;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>The lines above and below the view.</summary>
internal sealed partial class ConsoleScreens
{
    private const int LeastWidth = 60;
    private const int LeastHeight = 15;
    private readonly List<(int From, int To, int View)> _tabs = [];

    public void Draw(Screen screen)
    {
        var surface = new Surface(screen);
        if (surface.Width < LeastWidth || surface.Height < LeastHeight)
        {
            surface.Text(0, surface.Height / 2, $"needs {LeastWidth}x{LeastHeight}", Theme[StyleRole.Strong]);
            return;
        }

        DrawStatusBar(surface.Part(0, 0, surface.Width, 1));
        DrawTabs(surface.Part(0, 1, surface.Width, 1));
        var body = surface.Part(0, 2, surface.Width, surface.Height - 4);
        if (FirstRunHelp() is { } help)
        {
            var inside = body.Box("Welcome", "", Theme[StyleRole.Border], Theme[StyleRole.Title]);
            help.Draw(inside.Part(2, 1, inside.Width - 4, inside.Height - 1), Theme, 0);
        }
        else
        {
            Top.Draw(body);
        }

        DrawContextLine(surface.Part(0, surface.Height - 2, surface.Width, 1));
        DrawFooter(surface.Part(0, surface.Height - 1, surface.Width, 1));
        _overlay?.Draw(surface, Theme);
        if (_dump)
        {
            DumpScreen(screen);
        }
    }

    private void DrawStatusBar(Surface line)
    {
        var link = Model.Link;
        var down = !link.IsUp && link.Since != default;
        var style = Theme[down ? StyleRole.StatusBarDown : StyleRole.StatusBar];
        line.Clear(style);
        var wide = line.Width >= 120;
        var x = line.Text(1, 0, "SensorNet  ", style);
        if (down)
        {
            var retry = link.RetryAt > Now ? "retry in " + Times.Length(link.RetryAt - Now + TimeSpan.FromMilliseconds(999)) : "trying";
            var asOf = Model.DataAsOf == default ? "" : $", data as of {Model.DataAsOf.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}Z";
            line.Text(x, 0, $"{Name(wide)} DOWN {Times.Length(Now - link.Since)} - {retry}{asOf}  R retry now", style);
            return;
        }

        if (Model.Status is not { } status)
        {
            line.Text(x, 0, $"connecting to {Feed.Address} ...", style);
            return;
        }

        x = line.Text(x, 0, $"{Name(wide)} {(status.ReadOnly ? "READ-ONLY" : "UP")}  ", style);
        // On a narrow screen the right end matters most. A figure keeps its width as it changes, or what has room beside it
        // would come and go.
        var room = line.Width - 1 - x;
        var right = Right(wide);
        var figures = "";
        foreach (var figure in new[] { $"sensors {status.SensorsUp}/{status.SensorsTotal}", $"{Figures.Short(status.EventsPerS),4} ev/s", wide ? $"commit p99 {Figures.Milliseconds(status.CommitP99Us)}" : "" })
        {
            if (figure.Length > 0 && SafeText.Width(figures + figure + right) + 2 <= room)
            {
                figures += figure + "  ";
            }
        }

        line.TextRight(line.Width - 1, 0, figures + right, style, room);
    }

    private string Name(bool wide) => Model.Status is { CollectorId.Length: > 0 } status ? (wide ? "collector " : "") + status.CollectorId : Feed.Address;

    private string Right(bool wide)
    {
        var role = Model.Me is { } me ? $"{(WhyReadOnly() is null ? "RW" : "RO")} {me.Name}" : "";
        var clock = Now.UtcDateTime.ToString(wide ? "yyyy-MM-dd HH:mm'Z'" : "HH:mm'Z'", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"CRIT {Model.OpenCount(AlertLevel.Critical)} HIGH {Model.OpenCount(AlertLevel.High)}  {clock}  {role}");
    }

    private void DrawTabs(Surface line)
    {
        _tabs.Clear();
        var wide = line.Width >= 110;
        var x = 0;
        for (var i = 0; i < _views.Count; i++)
        {
            // Views without a digit have room on wide screens only, or when one of them is the one that is shown.
            var active = i == _currentView;
            if (i >= 10 && !wide && !active)
            {
                continue;
            }

            var name = wide ? _views[i].Title : active || line.Width >= 78 ? _views[i].ShortTitle : "";
            var label = i < 10 ? $"{(i + 1) % 10}{(name.Length > 0 ? " " : "")}{name}" : name;
            if (i >= 10 && !wide)
            {
                x = Math.Min(x, line.Width - SafeText.Width(label) - 2);
            }

            var end = line.Text(x, 0, $"{(active ? '[' : ' ')}{label}{(active ? ']' : ' ')}", Theme[active ? StyleRole.TabActive : StyleRole.Tab]);
            _tabs.Add((x, end, i));
            x = wide && i < 10 ? end + 1 : end;
        }
    }

    private void DrawContextLine(Surface line)
    {
        if (_prompt is { } prompt)
        {
            var at = line.Text(1, 0, prompt.Label, Theme[StyleRole.Prompt], line.Width / 2);

            // A text longer than the line moves under its cursor.
            var room = line.Width - at - 2;
            var hidden = Math.Max(0, prompt.Editor.CursorColumn - room);
            line.Text(at, 0, hidden > 0 ? SafeText.Skip(prompt.Editor.Text, hidden) : prompt.Editor.Text, Theme[StyleRole.Text]);
            line.ShowCursor(at + prompt.Editor.CursorColumn - hidden, 0);
            if (prompt.Hint.Length > 0)
            {
                var used = at + SafeText.Width(prompt.Editor.Text) + 2;
                line.Text(used, 0, prompt.Hint, Theme[StyleRole.Dim], line.Width - used - 1);
            }

            return;
        }

        if (_toast is not null && Now < _toastUntil)
        {
            line.Text(1, 0, $" {_toast} ", Theme[StyleRole.Toast], line.Width - 2);
            return;
        }

        _toast = null;
        var path = string.Join(" > ", new[] { _views[_currentView].Breadcrumb }.Concat(_stack.Select(v => v.Breadcrumb)));
        var x = line.Text(1, 0, path, Theme[StyleRole.Dim]);
        if (_stack.Count == 0 && Top.Filter is { Length: > 0 } filter)
        {
            line.Text(x + 2, 0, "/" + filter, Theme[StyleRole.Prompt]);
        }
    }

    private void DrawFooter(Surface line)
    {
        // Whatever else has room, the way to all the other keys is always last.
        var help = GlobalActions.First(a => a.Id == "help");
        var room = line.Width - WidthOf(help);
        var x = 1;
        foreach (var action in FooterActions().Where(a => a != help))
        {
            if (x + WidthOf(action) <= room)
            {
                x = DrawKey(line, x, action);
            }
        }

        DrawKey(line, x, help);
    }

    /// <summary>The view's own, then what works everywhere and now; blocking among the former, where the view wants it.</summary>
    private IEnumerable<ConsoleAction> FooterActions()
    {
        var everywhere = GlobalActions.Where(a => a.InFooter && a.WhyNot() is null).ToList();
        var block = everywhere.Find(a => a.Id == "source.block");
        foreach (var action in Top.Actions.Where(a => a.InFooter))
        {
            if (block is not null && action.Id == Top.BlockBefore)
            {
                everywhere.Remove(block);
                yield return block;
            }

            yield return action;
        }

        foreach (var action in everywhere)
        {
            yield return action;
        }
    }

    private static int WidthOf(ConsoleAction action) => KeyOf(action).Length + action.Title.Length + 2;

    private static string KeyOf(ConsoleAction action) => action.Keys.Length > 0 ? action.Keys[0] : "";

    private int DrawKey(Surface line, int x, ConsoleAction action)
    {
        var disabled = action.WhyNot() is not null;
        x = line.Text(x, 0, KeyOf(action), Theme[disabled ? StyleRole.Dim : StyleRole.FooterKey]);
        return line.Text(x + 1, 0, action.Title, Theme[disabled ? StyleRole.Dim : StyleRole.Footer]) + 2;
    }
}
