using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>An event told in full, for details.</summary>
internal static class EventDocument
{
    public static void Describe(Document document, StoredEvent stored)
    {
        document.Add(EventSummary.Of(stored.Event), Theme.RoleOf(stored.Event.Severity));
        foreach (var (name, value) in EventFieldLines.Of(stored.Event))
        {
            document.Add($"{name,-24} {value}");
        }

        document.Add($"{"position",-24} {stored.Position}");
        if (stored.Event.Sip is { Trace.Count: > 0 } sip)
        {
            document.Heading("MESSAGES");
            foreach (var entry in sip.Trace)
            {
                document.Add(Ladder.Line(entry));
            }
        }

        if (!stored.Event.Raw.IsEmpty)
        {
            document.Heading("RECORD");
            foreach (var line in SafeText.EscapeLines(stored.Event.Raw.Span, 500))
            {
                document.Add(line);
            }
        }

        foreach (var message in stored.Event.Sip?.Messages ?? [])
        {
            document.Heading($"MESSAGE {(message.FromSource ? "->" : "<-")} {Times.ClockMillis(message.Time)}");
            foreach (var line in SafeText.EscapeLines(message.Data.Span, 500))
            {
                document.Add(line);
            }
        }
    }
}
