using System.Text;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// A parser that an operator wrote: rules in order, the first that fits gives the event. Fields of patterns and of
/// <c>set</c>: user, actor, aor, source_ip, source_port, destination_ip, destination_port, service, auth_method, user_agent,
/// reason, vm_id, call_id, method, destination, jail, user_known; any other name becomes an attribute. A value that is no
/// address or port where one is needed makes the rule not fit.
/// </summary>
internal sealed class OperatorParser(string name, IReadOnlyList<string> programs, IReadOnlyList<OperatorRule> rules)
{
    public string Name => name;

    public IReadOnlyList<string> Programs => programs;

    public IReadOnlyList<OperatorRule> Rules => rules;

    private readonly byte[][] _programs = [.. programs.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether lines of this program are this parser's.</summary>
    public bool Claims(ReadOnlySpan<byte> program)
    {
        foreach (var candidate in _programs)
        {
            if (program.SequenceEqual(candidate))
            {
                return true;
            }
        }

        return false;
    }

    public LineVerdict Parse(in LogLine line, LogEmitter emit)
    {
        Span<Range> ranges = stackalloc Range[32];
        foreach (var rule in rules)
        {
            if (!rule.Pattern.Match(line.Message, ranges, out _))
            {
                continue;
            }

            if (rule.Type == EventType.Unspecified)
            {
                return LineVerdict.NoEvent;
            }

            var e = emit.New(in line, rule.Type, rule.Severity, LogSource.Syslog, rule.Service);
            if (Fill(e, rule, line.Message, ranges))
            {
                emit.Emit(e);
                return LineVerdict.Event;
            }
        }

        return LineVerdict.NotMine;
    }

    /// <summary>Why each rule does not fit this message, in words; for people.</summary>
    public IEnumerable<string> Explain(byte[] message)
    {
        var ranges = new Range[32];
        for (var i = 0; i < rules.Count; i++)
        {
            var pattern = rules[i].Pattern;
            if (pattern.Match(message, ranges, out var failed))
            {
                yield return $"{name} rule {i + 1}: fits" + (Fill(new Event(), rules[i], message, ranges) ? "" : ", but an address or port in it is none");
            }
            else
            {
                yield return $"{name} rule {i + 1}: " + (failed < 0 ? "the text before the first field is not there" : $"the text behind {{{pattern.NameOf(failed)}}} is not there");
            }
        }
    }

    private static bool Fill(Event e, OperatorRule rule, ReadOnlySpan<byte> message, ReadOnlySpan<Range> ranges)
    {
        for (var i = 0; i < rule.Pattern.Count; i++)
        {
            if (!Put(e, rule.Pattern.NameOf(i), message[ranges[i]]))
            {
                return false;
            }
        }

        foreach (var (field, value) in rule.Set)
        {
            Put(e, field, Encoding.UTF8.GetBytes(value));
        }

        return true;
    }

    private static bool Put(Event e, string field, ReadOnlySpan<byte> value)
    {
        uint port;
        switch (field)
        {
            case "_":
                return true;
            case "source_ip":
                if (!LogText.TryEndpoint(value, out var source, out port))
                {
                    return false;
                }

                e.From(source, port != 0 ? port : e.SourcePort);
                return true;
            case "destination_ip":
                if (!LogText.TryEndpoint(value, out var destination, out port))
                {
                    return false;
                }

                e.To(destination, port != 0 ? port : e.DestinationPort);
                return true;
            case "source_port":
                e.SourcePort = LogText.TryPort(value, out port) ? port : 0;
                return port != 0 || value is [(byte)'0'];
            case "destination_port":
                e.DestinationPort = LogText.TryPort(value, out port) ? port : 0;
                return port != 0 || value is [(byte)'0'];
        }

        var text = LogText.ToText(value, 255);
        switch (field)
        {
            case "user":
                e.User = text;
                break;
            case "actor":
                e.Actor = text;
                break;
            case "aor":
                e.Aor = text;
                break;
            case "service":
                e.Service = text;
                break;
            case "auth_method":
                e.AuthMethod = text;
                break;
            case "user_agent":
                e.UserAgent = text;
                break;
            case "reason":
                e.Reason = text;
                break;
            case "vm_id":
                e.VmId = text;
                break;
            case "user_known":
                e.UserKnown = text == "true";
                break;
            case "call_id":
                (e.Sip ??= new V1.Sip()).CallId = text;
                break;
            case "method":
                (e.Sip ??= new V1.Sip()).Method = text;
                break;
            case "destination":
                (e.Call ??= new Call()).Destination = text;
                break;
            case "jail":
                (e.Block ??= new Block()).Jail = text;
                break;
            default:
                e.Attributes[field.StartsWith("attributes.", StringComparison.Ordinal) ? field[11..] : field] = text;
                break;
        }

        return true;
    }
}
