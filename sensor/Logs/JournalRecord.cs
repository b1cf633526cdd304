using System.Text.Json;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Reads one line of <c>journalctl --output=json</c> into the same shape as a line of a file. A MESSAGE that is no UTF-8
/// comes as an array of numbers (systemd.journal-fields(7)). The record's text lives in this object until the next.
/// </summary>
internal sealed class JournalRecord
{
    private const int MaxText = LineSplitter.MaxLine;

    private byte[] _text = new byte[4096];
    private int _used;

    /// <summary>The record's place in the journal; empty when it has none.</summary>
    public string Cursor { get; private set; } = "";

    /// <returns>False for what is no journal record; the line is left as it was.</returns>
    public bool TryRead(ReadOnlySpan<byte> json, ref LogLine line)
    {
        _used = 0;
        Cursor = "";
        Range message = default, host = default, identifier = default, command = default;
        long time = 0, pid = 0;
        byte level = 255;
        bool kernel = false, audit = false, found = false;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("MESSAGE"u8))
                {
                    reader.Read();
                    message = Text(ref reader);
                    found = true;
                }
                else if (reader.ValueTextEquals("_HOSTNAME"u8))
                {
                    reader.Read();
                    host = Text(ref reader);
                }
                else if (reader.ValueTextEquals("SYSLOG_IDENTIFIER"u8))
                {
                    reader.Read();
                    identifier = Text(ref reader);
                }
                else if (reader.ValueTextEquals("_COMM"u8))
                {
                    reader.Read();
                    command = Text(ref reader);
                }
                else if (reader.ValueTextEquals("__REALTIME_TIMESTAMP"u8) || reader.ValueTextEquals("_SOURCE_REALTIME_TIMESTAMP"u8))
                {
                    reader.Read();
                    var value = Number(ref reader);
                    time = value is > 0 and < long.MaxValue / 1000 ? value * 1000 : time;
                }
                else if (reader.ValueTextEquals("_PID"u8))
                {
                    reader.Read();
                    pid = Number(ref reader);
                }
                else if (reader.ValueTextEquals("SYSLOG_PID"u8))
                {
                    reader.Read();
                    pid = pid != 0 ? pid : Number(ref reader);
                }
                else if (reader.ValueTextEquals("PRIORITY"u8))
                {
                    reader.Read();
                    level = Number(ref reader) is >= 0 and <= 7 and var value ? (byte)value : (byte)255;
                }
                else if (reader.ValueTextEquals("_TRANSPORT"u8))
                {
                    reader.Read();
                    kernel = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("kernel"u8);
                    audit = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("audit"u8);
                }
                else if (reader.ValueTextEquals("__CURSOR"u8))
                {
                    reader.Read();
                    Cursor = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= 500 ? reader.GetString()! : "";
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair.
            return false;
        }

        if (!found)
        {
            return false;
        }

        line.Kind = EnvelopeKind.Syslog;
        line.Message = LogText.Trim(_text.AsSpan(message));
        line.Host = _text.AsSpan(host);
        line.Program = kernel ? "kernel"u8 : audit ? "journal-audit"u8 : host.Equals(identifier) || identifier.Equals(default) ? _text.AsSpan(command) : _text.AsSpan(identifier);
        line.Time = time;
        line.Zone = TimeZoneSource.Explicit;
        line.Level = level;
        line.Pid = pid is > 0 and <= uint.MaxValue ? (uint)pid : 0;
        return true;
    }

    private Range Text(ref Utf8JsonReader reader)
    {
        var start = _used;
        if (reader.TokenType == JsonTokenType.String)
        {
            Room(reader.ValueSpan.Length);
            if (_text.Length - _used >= reader.ValueSpan.Length)
            {
                _used += reader.CopyString(_text.AsSpan(_used));
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.Number)
            {
                Room(1);
                if (_used < _text.Length && reader.TryGetByte(out var octet))
                {
                    _text[_used++] = octet;
                }
            }

            while (reader.TokenType != JsonTokenType.EndArray && reader.Read())
            {
                // What else an array holds is no text.
            }
        }
        else
        {
            reader.Skip();
        }

        return start.._used;
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return LogText.TryNumber(reader.ValueSpan, out var value) ? value : 0;
        }

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            return number;
        }

        reader.Skip();
        return 0;
    }

    private void Room(int more)
    {
        if (_used + more > _text.Length && _text.Length < MaxText * 2)
        {
            Array.Resize(ref _text, Math.Min(MaxText * 2, Math.Max(_text.Length * 2, _used + more)));
        }
    }
}
