using System.Text.Json;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// A record of the journal, from <c>journalctl --output=json</c> (also json-seq and json-sse) or, field by field, from its
/// export format, in the same shape as a line of a file. A MESSAGE that is no UTF-8 comes in JSON as an array of numbers
/// (systemd.journal-fields(7)). The record's text lives in this object until the next.
/// </summary>
internal sealed class JournalRecord
{
    private const int MaxText = LineSplitter.MaxLine;

    private byte[] _text = new byte[4096];
    private int _used;
    private Range _message;
    private Range _host;
    private Range _identifier;
    private Range _command;
    private Range _transport;
    private long _time;
    private long _sourceTime;
    private long _pid;
    private long _syslogPid;
    private byte _level;
    private bool _found;

    private enum Field
    {
        None,
        Message,
        Host,
        Identifier,
        Command,
        Transport,
        Time,
        SourceTime,
        Pid,
        SyslogPid,
        Level,
        Cursor,
    }

    /// <summary>The record's place in the journal; empty when it has none.</summary>
    public string Cursor { get; private set; } = "";

    /// <returns>False for what is no journal record; the line is left as it was.</returns>
    public bool TryRead(ReadOnlySpan<byte> json, ref LogLine line)
    {
        Begin();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = Find(reader.ValueSpan);
                reader.Read();
                if (field == Field.None)
                {
                    reader.Skip();
                }
                else
                {
                    Take(field, Text(ref reader));
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

        return TryFinish(ref line);
    }

    /// <summary>Forgets the record before.</summary>
    public void Begin()
    {
        _used = 0;
        _message = _host = _identifier = _command = _transport = default;
        _time = _sourceTime = _pid = _syslogPid = 0;
        _level = 255;
        _found = false;
        Cursor = "";
    }

    /// <summary>Takes a field, if it is one of those that matter.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Find(name) is not Field.None and var field)
        {
            var start = _used;
            Append(value);
            Take(field, start.._used);
        }
    }

    /// <summary>The record as a line.</summary>
    /// <returns>False when it has no message; the line is left as it was.</returns>
    public bool TryFinish(ref LogLine line)
    {
        if (!_found)
        {
            return false;
        }

        ReadOnlySpan<byte> transport = _text.AsSpan(_transport);
        line.Kind = EnvelopeKind.Syslog;
        line.Message = LogText.Trim(_text.AsSpan(_message));
        line.Host = _text.AsSpan(_host);
        line.Program = transport.SequenceEqual("kernel"u8) ? "kernel"u8 : transport.SequenceEqual("audit"u8) ? "journal-audit"u8
            : _host.Equals(_identifier) || _identifier.Equals(default) ? _text.AsSpan(_command) : _text.AsSpan(_identifier);
        line.Time = (_sourceTime != 0 ? _sourceTime : _time) * 1000;
        line.Zone = TimeZoneSource.Explicit;
        line.Level = _level;
        line.Pid = (_pid != 0 ? _pid : _syslogPid) is > 0 and <= uint.MaxValue and var pid ? (uint)pid : 0;
        return true;
    }

    private static Field Find(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("MESSAGE"u8) ? Field.Message
        : name.SequenceEqual("_HOSTNAME"u8) ? Field.Host
        : name.SequenceEqual("SYSLOG_IDENTIFIER"u8) ? Field.Identifier
        : name.SequenceEqual("_COMM"u8) ? Field.Command
        : name.SequenceEqual("_TRANSPORT"u8) ? Field.Transport
        : name.SequenceEqual("__REALTIME_TIMESTAMP"u8) ? Field.Time
        : name.SequenceEqual("_SOURCE_REALTIME_TIMESTAMP"u8) ? Field.SourceTime
        : name.SequenceEqual("_PID"u8) ? Field.Pid
        : name.SequenceEqual("SYSLOG_PID"u8) ? Field.SyslogPid
        : name.SequenceEqual("PRIORITY"u8) ? Field.Level
        : name.SequenceEqual("__CURSOR"u8) ? Field.Cursor
        : Field.None;

    private void Take(Field field, Range value)
    {
        switch (field)
        {
            case Field.Message:
                _message = value;
                _found = true;
                break;
            case Field.Host:
                _host = value;
                break;
            case Field.Identifier:
                _identifier = value;
                break;
            case Field.Command:
                _command = value;
                break;
            case Field.Transport:
                _transport = value;
                break;
            case Field.Time:
                _time = Number(value) is > 0 and < long.MaxValue / 1000 and var time ? time : 0;
                break;
            case Field.SourceTime:
                _sourceTime = Number(value) is > 0 and < long.MaxValue / 1000 and var sent ? sent : 0;
                break;
            case Field.Pid:
                _pid = Number(value);
                break;
            case Field.SyslogPid:
                _syslogPid = Number(value);
                break;
            case Field.Level:
                _level = Number(value) is >= 0 and <= 7 and var level ? (byte)level : (byte)255;
                break;
            case Field.Cursor:
                Cursor = _text.AsSpan(value) is { Length: <= 500 } cursor ? LogText.ToText(cursor) : "";
                break;
        }
    }

    private long Number(Range value) => LogText.TryNumber(_text.AsSpan(value), out var number) ? number : -1;

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
        else if (reader.TokenType == JsonTokenType.Number)
        {
            Append(reader.ValueSpan);
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

    private void Append(ReadOnlySpan<byte> octets)
    {
        Room(octets.Length);
        octets = octets[..Math.Min(octets.Length, _text.Length - _used)];
        octets.CopyTo(_text.AsSpan(_used));
        _used += octets.Length;
    }

    private void Room(int more)
    {
        if (_used + more > _text.Length && _text.Length < MaxText * 2)
        {
            Array.Resize(ref _text, Math.Min(MaxText * 2, Math.Max(_text.Length * 2, _used + more)));
        }
    }
}
