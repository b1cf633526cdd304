using System.Text;

namespace SensorNet.Console.Tui;

/// <summary>What the finished sequences mean.</summary>
internal sealed partial class InputDecoder
{
    private void Dispatch(char final, ReadOnlySpan<byte> parameters)
    {
        var lead = parameters.Length > 0 && parameters[0] is (byte)'<' or (byte)'?' or (byte)'>' or (byte)'=' ? (char)parameters[0] : '\0';
        Span<int> numbers = stackalloc int[4];
        Parse(lead == '\0' ? parameters : parameters[1..], numbers);
        if (lead == '<' && final is 'M' or 'm')
        {
            Mouse(numbers[0], numbers[1], numbers[2], final == 'm');
            return;
        }

        if (lead != '\0')
        {
            _events.Add(new InputEvent(InputKind.Report, Text: Encoding.ASCII.GetString(parameters) + final));
            return;
        }

        var modifiers = Modifiers(numbers[1]);
        switch (final)
        {
            case 'A' or 'B' or 'C' or 'D' or 'H' or 'F' or 'P' or 'Q' or 'R' or 'S':
                _events.Add(InputEvent.Of(Letter(final), modifiers));
                break;
            case 'Z':
                _events.Add(InputEvent.Of(Key.Tab, KeyModifiers.Shift));
                break;
            case '~':
                Tilde(numbers[0], modifiers);
                break;
            case 'u':
                CsiU(numbers[0], modifiers);
                break;
            case 'M' when parameters.IsEmpty:
                _state = State.X10Mouse;
                _length = 0;
                break;
            case 'I':
                _events.Add(new InputEvent(InputKind.FocusIn));
                break;
            case 'O':
                _events.Add(new InputEvent(InputKind.FocusOut));
                break;
            case '[' when parameters.IsEmpty:
                _state = State.LinuxFunction;
                break;
            default:
                break;
        }
    }

    private void Ss3(byte octet)
    {
        var key = (char)octet switch
        {
            'A' or 'B' or 'C' or 'D' or 'H' or 'F' or 'P' or 'Q' or 'R' or 'S' => Letter((char)octet),
            'M' => Key.Enter,
            _ => Key.None,
        };
        if (key != Key.None)
        {
            _events.Add(InputEvent.Of(key));
        }
        else if (octet == 0x1B)
        {
            _state = State.Escape;
        }
    }

    private void Tilde(int number, KeyModifiers modifiers)
    {
        if (number == 200)
        {
            _state = State.Paste;
            _pasteEndMatched = 0;
            _paste.Clear();
            return;
        }

        var key = number switch
        {
            1 or 7 => Key.Home,
            2 => Key.Insert,
            3 => Key.Delete,
            4 or 8 => Key.End,
            5 => Key.PageUp,
            6 => Key.PageDown,
            >= 11 and <= 15 => Key.F1 + (byte)(number - 11),
            >= 17 and <= 21 => Key.F6 + (byte)(number - 17),
            23 or 24 => Key.F11 + (byte)(number - 23),
            _ => Key.None,
        };
        if (key != Key.None)
        {
            _events.Add(InputEvent.Of(key, modifiers));
        }
    }

    /// <summary>Keys as kitty's protocol and xterm's modifyOtherKeys report them: a code point and modifiers.</summary>
    private void CsiU(int code, KeyModifiers modifiers)
    {
        switch (code)
        {
            case 13:
                _events.Add(InputEvent.Of(Key.Enter, modifiers));
                break;
            case 27:
                _events.Add(InputEvent.Of(Key.Escape, modifiers));
                break;
            case 9:
                _events.Add(InputEvent.Of(Key.Tab, modifiers));
                break;
            case 127:
                _events.Add(InputEvent.Of(Key.Backspace, modifiers));
                break;
            case >= 0x20 when Rune.IsValid(code):
                _events.Add(new InputEvent(InputKind.Key, Key.Character, new Rune(code), modifiers));
                break;
            default:
                break;
        }
    }

    private void Mouse(int button, int x, int y, bool released)
    {
        var kind = (button & 0x43) switch
        {
            0x40 => InputKind.WheelUp,
            0x41 => InputKind.WheelDown,
            0 when released => InputKind.MouseUp,
            3 => InputKind.MouseUp,
            0 => InputKind.MouseDown,
            _ => (InputKind?)null,
        };

        // Bit 5: the pointer moved with a button held.
        if (kind is { } known && (button & 0x20) == 0 && x > 0 && y > 0)
        {
            _events.Add(new InputEvent(known, X: x - 1, Y: y - 1));
        }
    }

    private static Key Letter(char letter) => letter switch
    {
        'A' => Key.Up,
        'B' => Key.Down,
        'C' => Key.Right,
        'D' => Key.Left,
        'H' => Key.Home,
        'F' => Key.End,
        _ => Key.F1 + (byte)(letter - 'P'),
    };

    private static KeyModifiers Modifiers(int parameter) => parameter > 1 ? (KeyModifiers)((parameter - 1) & 7) : KeyModifiers.None;

    /// <summary>Up to four numbers separated by semicolons; parts after a colon are left out, absent ones are 0.</summary>
    private static void Parse(ReadOnlySpan<byte> parameters, Span<int> numbers)
    {
        var index = 0;
        var inSubparameter = false;
        foreach (var octet in parameters)
        {
            switch (octet)
            {
                case (byte)';':
                    index++;
                    inSubparameter = false;
                    break;
                case (byte)':':
                    inSubparameter = true;
                    break;
                case >= (byte)'0' and <= (byte)'9' when !inSubparameter && index < numbers.Length:
                    numbers[index] = Math.Min((numbers[index] * 10) + (octet - '0'), 1_000_000);
                    break;
                default:
                    break;
            }
        }
    }
}
