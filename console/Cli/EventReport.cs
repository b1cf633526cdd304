using System.Globalization;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>One event in full.</summary>
internal static class EventReport
{
    public static void Write(TextWriter output, StoredEvent stored)
    {
        output.WriteLine(SafeText.Clean(string.Create(CultureInfo.InvariantCulture, $"EVENT {stored.Position}  {EventSummary.Of(stored.Event)}")));
        foreach (var (name, value) in EventFieldLines.Of(stored.Event))
        {
            output.WriteLine($"  {SafeText.Clean(name),-28} {SafeText.Clean(value)}");
        }

        if (stored.Event.Sip is { Trace.Count: > 0 } sip)
        {
            output.WriteLine("  MESSAGES");
            CallReport.WriteTrace(output, sip.Trace);
        }

        if (!stored.Event.Raw.IsEmpty)
        {
            output.WriteLine("  RECORD");
            foreach (var line in SafeText.EscapeLines(stored.Event.Raw.Span, 500))
            {
                output.WriteLine("    " + line);
            }
        }

        output.WriteLine();
    }
}
