using SensorNet.Console.Tui;
using SensorNet.Console.Views;

namespace SensorNet.Console.Tests.Tui;

public sealed class TerminalProfileTests
{
    [Theory]
    [InlineData("0;15", "light")]
    [InlineData("0;default;15", "light")]
    [InlineData("0;7", "light")]
    [InlineData("15;0", "dark")]
    [InlineData("12;8", "dark")]
    [InlineData("default;default", "dark")]
    [InlineData("", "dark")]
    [InlineData(null, "dark")]
    public void The_theme_follows_the_background_that_the_terminal_names(string? colors, string theme)
    {
        var profile = TerminalProfile.Detect(name => name switch { "TERM" => "rxvt-unicode-256color", "COLORFGBG" => colors, _ => null });
        Assert.Equal(theme, Theme.Find("auto", profile.Depth, profile.IsLight).Name);
        Assert.Equal("contrast", Theme.Find("contrast", profile.Depth, profile.IsLight).Name);
    }
}
