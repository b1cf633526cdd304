namespace SensorNet.Console.Tui;

/// <summary>Style changes (SGR, ECMA-48 8.3.117).</summary>
internal sealed partial class Renderer
{
    private const TextAttributes Intensity = TextAttributes.Bold | TextAttributes.Dim;

    private void SetStyle(CellStyle style)
    {
        if (_depth == ColorDepth.Mono)
        {
            style = new CellStyle(default, default, style.Attributes);
        }

        if (style == _style)
        {
            return;
        }

        var parameters = 0;
        if (style == default)
        {
            _output.Write("\e[m"u8);
            _style = style;
            return;
        }

        _output.Write("\e["u8);
        var before = _style;
        var lost = before.Attributes & ~style.Attributes;
        var colorsLost = (style.Foreground.IsDefault && !before.Foreground.IsDefault) || (style.Background.IsDefault && !before.Background.IsDefault);

        // Switching several things off one by one is longer than starting from nothing.
        if ((lost != 0 && colorsLost) || System.Numerics.BitOperations.PopCount((uint)lost) > 1)
        {
            Parameter(ref parameters, 0);
            before = default;
            lost = TextAttributes.None;
        }

        // 22 ends bold and dim alike, so what stays of the two is set again.
        if ((lost & Intensity) != 0)
        {
            Parameter(ref parameters, 22);
            before = before with { Attributes = before.Attributes & ~Intensity };
        }

        if ((lost & TextAttributes.Underline) != 0)
        {
            Parameter(ref parameters, 24);
        }

        if ((lost & TextAttributes.Reverse) != 0)
        {
            Parameter(ref parameters, 27);
        }

        var gained = style.Attributes & ~before.Attributes;
        if ((gained & TextAttributes.Bold) != 0)
        {
            Parameter(ref parameters, 1);
        }

        if ((gained & TextAttributes.Dim) != 0)
        {
            Parameter(ref parameters, 2);
        }

        if ((gained & TextAttributes.Underline) != 0)
        {
            Parameter(ref parameters, 4);
        }

        if ((gained & TextAttributes.Reverse) != 0)
        {
            Parameter(ref parameters, 7);
        }

        if (style.Foreground != before.Foreground)
        {
            WriteColor(ref parameters, style.Foreground, 30);
        }

        if (style.Background != before.Background)
        {
            WriteColor(ref parameters, style.Background, 40);
        }

        _output.Write((byte)'m');
        _style = style;
    }

    private void WriteColor(ref int parameters, Color color, int basis)
    {
        if (color.IsDefault)
        {
            Parameter(ref parameters, basis + 9);
            return;
        }

        switch (_depth)
        {
            case ColorDepth.TrueColor:
                Parameter(ref parameters, basis + 8);
                Parameter(ref parameters, 2);
                Parameter(ref parameters, color.Red);
                Parameter(ref parameters, color.Green);
                Parameter(ref parameters, color.Blue);
                break;
            case ColorDepth.Palette256:
                Parameter(ref parameters, basis + 8);
                Parameter(ref parameters, 5);
                Parameter(ref parameters, color.ToPalette256());
                break;
            default:
                var index = color.ToPalette16();
                Parameter(ref parameters, index < 8 ? basis + index : basis + 60 + index - 8);
                break;
        }
    }

    private void Parameter(ref int count, int value)
    {
        if (count++ > 0)
        {
            _output.Write((byte)';');
        }

        _output.WriteNumber(value);
    }
}
