namespace SensorNet.Console.Views;

/// <summary>What a piece of a screen means; the theme says how it looks.</summary>
internal enum StyleRole : byte
{
    Text,
    Dim,
    Strong,
    Border,
    Title,
    StatusBar,
    StatusBarDown,
    Tab,
    TabActive,
    ColumnHeader,
    Selected,
    Marked,
    Critical,
    High,
    Medium,
    Low,
    Good,
    Bad,
    Chart,
    Footer,
    FooterKey,
    Prompt,
    Toast,
    Dialog,
    DialogStrong,
}
