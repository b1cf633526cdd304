using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>How each role looks. Every role also differs without colour where it carries meaning, by an attribute. Immutable.</summary>
internal sealed class Theme
{
    private readonly CellStyle[] _styles;

    private Theme(string name, params (StyleRole Role, CellStyle Style)[] styles)
    {
        Name = name;
        _styles = new CellStyle[Enum.GetValues<StyleRole>().Length];
        foreach (var (role, style) in styles)
        {
            _styles[(int)role] = style;
        }
    }

    public static Theme Dark { get; } = Colored(
        "dark", accent: 0x5FAFD7, dim: 0x949494, critical: 0xFF5F5F, high: 0xFF8700, medium: 0xFFD75F, low: 0x87AFFF, good: 0x87D787, bar: 0x303030, selected: 0x005F87, onSelected: 0xFFFFFF);

    public static Theme Light { get; } = Colored(
        "light", accent: 0x005F87, dim: 0x6C6C6C, critical: 0xAF0000, high: 0xAF5F00, medium: 0x875F00, low: 0x005FAF, good: 0x008700, bar: 0xD0D0D0, selected: 0x87AFD7, onSelected: 0x000000);

    public static Theme Contrast { get; } = Colored(
        "contrast", accent: 0x00FFFF, dim: 0xE4E4E4, critical: 0xFF0000, high: 0xFF8700, medium: 0xFFFF00, low: 0x00FFFF, good: 0x00FF00, bar: 0x000000, selected: 0xFFFF00, onSelected: 0x000000);

    /// <summary>Told apart by people who do not see red and green alike (Okabe and Ito's palette).</summary>
    public static Theme ColorBlind { get; } = Colored(
        "colorblind", accent: 0x56B4E9, dim: 0x949494, critical: 0xD55E00, high: 0xE69F00, medium: 0xF0E442, low: 0x56B4E9, good: 0x0072B2, bar: 0x303030, selected: 0x0072B2, onSelected: 0xFFFFFF);

    public static Theme Mono { get; } = new(
        "mono",
        (StyleRole.Dim, Attributes(TextAttributes.Dim)),
        (StyleRole.Strong, Attributes(TextAttributes.Bold)),
        (StyleRole.Title, Attributes(TextAttributes.Bold)),
        (StyleRole.StatusBar, Attributes(TextAttributes.Bold)),
        (StyleRole.StatusBarDown, Attributes(TextAttributes.Reverse | TextAttributes.Bold)),
        (StyleRole.TabActive, Attributes(TextAttributes.Reverse)),
        (StyleRole.ColumnHeader, Attributes(TextAttributes.Underline)),
        (StyleRole.Selected, Attributes(TextAttributes.Reverse)),
        (StyleRole.Marked, Attributes(TextAttributes.Bold)),
        (StyleRole.Critical, Attributes(TextAttributes.Bold | TextAttributes.Underline)),
        (StyleRole.High, Attributes(TextAttributes.Bold)),
        (StyleRole.Bad, Attributes(TextAttributes.Bold)),
        (StyleRole.FooterKey, Attributes(TextAttributes.Bold)),
        (StyleRole.Prompt, Attributes(TextAttributes.Bold)),
        (StyleRole.Toast, Attributes(TextAttributes.Reverse)),
        (StyleRole.Dialog, Attributes(TextAttributes.None)),
        (StyleRole.DialogStrong, Attributes(TextAttributes.Bold)));

    public static IReadOnlyList<Theme> All { get; } = [Dark, Light, Contrast, ColorBlind, Mono];

    public string Name { get; }

    public CellStyle this[StyleRole role] => _styles[(int)role];

    /// <summary>The theme of a name; <c>auto</c> is the one for the terminal's background, or mono without colours.</summary>
    public static Theme Find(string name, ColorDepth depth, bool isLight = false) =>
        depth == ColorDepth.Mono ? Mono : All.FirstOrDefault(t => t.Name == name) ?? (isLight ? Light : Dark);

    public static StyleRole RoleOf(AlertLevel level) => level switch
    {
        AlertLevel.Critical => StyleRole.Critical,
        AlertLevel.High => StyleRole.High,
        AlertLevel.Medium => StyleRole.Medium,
        AlertLevel.Low => StyleRole.Low,
        _ => StyleRole.Text,
    };

    public static StyleRole RoleOf(Severity severity) => severity switch
    {
        Severity.Critical => StyleRole.Critical,
        Severity.Error => StyleRole.High,
        Severity.Warning => StyleRole.Medium,
        _ => StyleRole.Text,
    };

    private static CellStyle Attributes(TextAttributes attributes) => new(default, default, attributes);

    private static Theme Colored(
        string name, uint accent, uint dim, uint critical, uint high, uint medium, uint low, uint good, uint bar, uint selected, uint onSelected)
    {
        return new Theme(
            name,
            (StyleRole.Dim, Fore(dim)),
            (StyleRole.Strong, Attributes(TextAttributes.Bold)),
            (StyleRole.Border, Fore(dim)),
            (StyleRole.Title, Fore(accent, TextAttributes.Bold)),
            (StyleRole.StatusBar, new CellStyle(default, Color.Rgb(bar), TextAttributes.Bold)),
            (StyleRole.StatusBarDown, new CellStyle(Color.Rgb(0xFFFFFF), Color.Rgb(0xAF0000), TextAttributes.Bold)),
            (StyleRole.Tab, Fore(dim)),
            (StyleRole.TabActive, Fore(accent, TextAttributes.Bold | TextAttributes.Underline)),
            (StyleRole.ColumnHeader, Fore(accent)),
            (StyleRole.Selected, new CellStyle(Color.Rgb(onSelected), Color.Rgb(selected))),
            (StyleRole.Marked, Fore(accent, TextAttributes.Bold)),
            (StyleRole.Critical, Fore(critical, TextAttributes.Bold)),
            (StyleRole.High, Fore(high, TextAttributes.Bold)),
            (StyleRole.Medium, Fore(medium)),
            (StyleRole.Low, Fore(low)),
            (StyleRole.Good, Fore(good)),
            (StyleRole.Bad, Fore(critical)),
            (StyleRole.Chart, Fore(accent)),
            (StyleRole.Footer, Fore(dim)),
            (StyleRole.FooterKey, Fore(accent, TextAttributes.Bold)),
            (StyleRole.Prompt, Fore(accent, TextAttributes.Bold)),
            (StyleRole.Toast, new CellStyle(Color.Rgb(onSelected), Color.Rgb(selected), TextAttributes.Bold)),
            (StyleRole.Dialog, new CellStyle(default, Color.Rgb(bar))),
            (StyleRole.DialogStrong, new CellStyle(Color.Rgb(critical), Color.Rgb(bar), TextAttributes.Bold)));

        static CellStyle Fore(uint rgb, TextAttributes attributes = TextAttributes.None) => new(Color.Rgb(rgb), default, attributes);
    }
}
