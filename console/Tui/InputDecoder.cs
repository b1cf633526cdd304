using System.Buffers;
using System.Text;

namespace SensorNet.Console.Tui;

/// <summary>
/// Turns the octets of a terminal into events: keys (CSI, SS3, CSI u, Alt by an ESC prefix), UTF-8 text, bracketed paste,
/// mouse (SGR and X10), focus and reports. Pure and incremental: any chunking of the same octets gives the same events,
/// except that a lone ESC is told from the beginning of a sequence by <see cref="Flush"/>. Memory is bounded.
/// </summary>
internal sealed partial class InputDecoder
{
    private const int MaxSequence = 64;

    /// <summary>Octets of a paste that are kept; the rest of it is dropped.</summary>
    public const int MaxPaste = 64 * 1024;

    private static readonly byte[] PasteEnd = "\u001b[201~"u8.ToArray();

    private readonly List<InputEvent> _events;
    private readonly byte[] _sequence = new byte[MaxSequence];
    private readonly byte[] _character = new byte[4];
    private readonly ArrayBufferWriter<byte> _paste = new();
    private State _state;
    private int _length;
    private int _characterLength;
    private int _pasteEndMatched;

    /// <param name="events">Where the events go.</param>
    public InputDecoder(List<InputEvent> events) => _events = events;

    private enum State : byte
    {
        Ground,
        Escape,
        Csi,
        Ss3,

        /// <summary>OSC, DCS, SOS, PM, APC: ignored up to ST or BEL.</summary>
        ControlString,
        ControlStringEscape,
        Paste,
        X10Mouse,

        /// <summary>The Linux console's F1 to F5: CSI [ A to E.</summary>
        LinuxFunction,
    }

    /// <summary>Whether an ESC waits for what follows; call <see cref="Flush"/> when nothing does for some milliseconds.</summary>
    public bool IsPending => _state is State.Escape or State.Csi or State.Ss3;

    public void Feed(ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            Feed(octet);
        }
    }

    /// <summary>Nothing followed: a lone ESC was the Escape key, an unfinished sequence was Alt with a bracket or an O.</summary>
    public void Flush()
    {
        switch (_state)
        {
            case State.Escape:
                _events.Add(InputEvent.Of(Key.Escape));
                break;
            case State.Csi when _length == 0:
                _events.Add(InputEvent.Of('[', KeyModifiers.Alt));
                break;
            case State.Ss3:
                _events.Add(InputEvent.Of('O', KeyModifiers.Alt));
                break;
            default:
                break;
        }

        if (IsPending)
        {
            _state = State.Ground;
        }
    }

    private void Feed(byte octet)
    {
        switch (_state)
        {
            case State.Ground:
                Ground(octet, KeyModifiers.None);
                break;
            case State.Escape:
                Escape(octet);
                break;
            case State.Csi:
                Csi(octet);
                break;
            case State.Ss3:
                _state = State.Ground;
                Ss3(octet);
                break;
            case State.ControlString:
                _state = octet switch { 0x1B => State.ControlStringEscape, 0x07 or 0x18 or 0x1A => State.Ground, _ => State.ControlString };
                break;
            case State.ControlStringEscape:
                _state = octet switch { (byte)'\\' => State.Ground, 0x1B => State.ControlStringEscape, _ => State.ControlString };
                break;
            case State.Paste:
                Paste(octet);
                break;
            case State.X10Mouse:
                X10Mouse(octet);
                break;
            case State.LinuxFunction:
                _state = State.Ground;
                if (octet is >= (byte)'A' and <= (byte)'E')
                {
                    _events.Add(InputEvent.Of(Key.F1 + (byte)(octet - 'A')));
                }

                break;
            default:
                throw new InvalidOperationException($"The decoder has no state {_state}.");
        }
    }

    private void Ground(byte octet, KeyModifiers modifiers)
    {
        if (_characterLength > 0 || octet >= 0x80)
        {
            Utf8(octet, modifiers);
            return;
        }

        switch (octet)
        {
            case 0x1B:
                _state = State.Escape;
                break;
            case 0x0D or 0x0A:
                _events.Add(InputEvent.Of(Key.Enter, modifiers));
                break;
            case 0x09:
                _events.Add(InputEvent.Of(Key.Tab, modifiers));
                break;
            case 0x7F or 0x08:
                _events.Add(InputEvent.Of(Key.Backspace, modifiers));
                break;
            case 0x00:
                _events.Add(InputEvent.Of(' ', modifiers | KeyModifiers.Control));
                break;
            case < 0x1B:
                _events.Add(InputEvent.Of((char)(octet + 0x60), modifiers | KeyModifiers.Control));
                break;
            case < 0x20:
                _events.Add(InputEvent.Of((char)(octet + 0x40), modifiers | KeyModifiers.Control));
                break;
            default:
                _events.Add(InputEvent.Of((char)octet, modifiers));
                break;
        }
    }

    private void Escape(byte octet)
    {
        switch (octet)
        {
            case (byte)'[':
                _state = State.Csi;
                _length = 0;
                break;
            case (byte)'O':
                _state = State.Ss3;
                break;
            case (byte)']' or (byte)'P' or (byte)'X' or (byte)'^' or (byte)'_':
                _state = State.ControlString;
                break;
            case 0x1B:
                _events.Add(InputEvent.Of(Key.Escape));
                break;
            default:
                _state = State.Ground;
                Ground(octet, KeyModifiers.Alt);
                break;
        }
    }

    private void Csi(byte octet)
    {
        switch (octet)
        {
            case 0x1B:
                // A new sequence begins where the old one broke off.
                _state = State.Escape;
                break;
            case 0x18 or 0x1A:
                _state = State.Ground;
                break;
            case >= 0x40 and <= 0x7E:
                _state = State.Ground;
                if (_length <= MaxSequence)
                {
                    Dispatch((char)octet, _sequence.AsSpan(0, _length));
                }

                break;
            case >= 0x20 and < 0x40 when _length < MaxSequence:
                _sequence[_length++] = octet;
                break;
            case >= 0x20 and < 0x40:
                // Too long to be one of ours: swallow it whole.
                _length = MaxSequence + 1;
                break;
            default:
                break;
        }

        if (_state == State.Csi && _length > MaxSequence)
        {
            _length = MaxSequence + 1;
        }
    }

    private void Utf8(byte octet, KeyModifiers modifiers)
    {
        if (_characterLength > 0 && (octet & 0xC0) != 0x80)
        {
            // The character broke off: what was begun is dropped, the octet begins anew.
            _characterLength = 0;
            Ground(octet, modifiers);
            return;
        }

        _character[_characterLength++] = octet;
        var status = Rune.DecodeFromUtf8(_character.AsSpan(0, _characterLength), out var rune, out _);
        if (status == OperationStatus.NeedMoreData)
        {
            return;
        }

        _characterLength = 0;
        if (status == OperationStatus.Done)
        {
            _events.Add(new InputEvent(InputKind.Key, Key.Character, rune, modifiers));
        }
    }

    private void Paste(byte octet)
    {
        if (octet == PasteEnd[_pasteEndMatched])
        {
            if (++_pasteEndMatched == PasteEnd.Length)
            {
                _events.Add(new InputEvent(InputKind.Paste, Text: Encoding.UTF8.GetString(_paste.WrittenSpan)));
                _paste.Clear();
                _state = State.Ground;
            }

            return;
        }

        // The end mark's first octet occurs in it only once, so a failed match can only begin anew here.
        Keep(PasteEnd.AsSpan(0, _pasteEndMatched));
        _pasteEndMatched = octet == PasteEnd[0] ? 1 : 0;
        if (_pasteEndMatched == 0)
        {
            Keep([octet]);
        }
    }

    private void Keep(ReadOnlySpan<byte> octets)
    {
        if (_paste.WrittenCount + octets.Length <= MaxPaste)
        {
            _paste.Write(octets);
        }
    }

    private void X10Mouse(byte octet)
    {
        _sequence[_length++] = octet;
        if (_length < 3)
        {
            return;
        }

        _state = State.Ground;
        Mouse(_sequence[0] - 32, _sequence[1] - 32, _sequence[2] - 32, released: ((_sequence[0] - 32) & 3) == 3);
    }
}
