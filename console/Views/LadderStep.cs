using System.Text;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>One message of a ladder.</summary>
/// <param name="Time">Nanoseconds since 1970.</param>
/// <param name="From">Who sent it, as the ladder names its columns.</param>
/// <param name="To">Who got it.</param>
/// <param name="Summary">Method, or status and what it answers.</param>
/// <param name="Again">Sent before, with the same content.</param>
/// <param name="Leg">Index of its call among the ladder's calls.</param>
/// <param name="Message">The message itself; null: it was not kept.</param>
internal sealed record LadderStep(long Time, string From, string To, string Summary, bool Again, int Leg, KeptMessage? Message)
{
    /// <summary>Whether it answers with a failure.</summary>
    public bool IsFailure => Summary.Length > 2 && Summary[0] is '4' or '5' or '6' && char.IsAsciiDigit(Summary[1]);

    /// <summary>
    /// The messages of some calls in the order in which they went. Messages that a sensor kept tell most; without them it
    /// is the trace of the call's events.
    /// </summary>
    /// <param name="calls">The legs.</param>
    /// <param name="events">Events of those calls, as far as they are known, by position.</param>
    public static List<LadderStep> Of(IReadOnlyList<CallRecord> calls, IReadOnlyDictionary<ulong, Event> events)
    {
        // Legs meet at a host, whatever ports it uses; two parties on one host are told apart by their ports.
        var withPorts = calls.Count == 1 || calls.Any(c => c.SourceIp.Equals(c.DestinationIp));
        var steps = new List<LadderStep>();
        for (var leg = 0; leg < calls.Count; leg++)
        {
            var call = calls[leg];
            var source = Addresses.Of(call.SourceIp, withPorts ? call.SourcePort : 0);
            var destination = Addresses.Of(call.DestinationIp, withPorts ? call.DestinationPort : 0);
            var kept = call.Positions.Select(p => events.GetValueOrDefault(p)).SelectMany(e => e?.Sip?.Messages.AsEnumerable() ?? []).DistinctBy(m => (m.Time, m.FromSource)).ToList();
            foreach (var message in kept)
            {
                var hasParties = message.SourceIp.Length > 0 && message.DestinationIp.Length > 0;
                var (from, to) = hasParties
                    ? (Addresses.Of(message.SourceIp, withPorts ? message.SourcePort : 0), Addresses.Of(message.DestinationIp, withPorts ? message.DestinationPort : 0))
                    : message.FromSource ? (source, destination) : (destination, source);
                steps.Add(new LadderStep(message.Time, from, to, Summarize(message.Data.Span), false, leg, message));
            }

            foreach (var entry in kept.Count > 0 ? [] : call.Trace.AsEnumerable())
            {
                var time = call.StartTime + ((long)Math.Min(entry.OffsetUs, long.MaxValue / 2000) * 1000);
                steps.Add(new LadderStep(time, entry.FromSource ? source : destination, entry.FromSource ? destination : source, entry.Summary, entry.Retransmission, leg, null));
            }
        }

        // Stable: messages of the same instant keep the order in which they were seen.
        return [.. steps.OrderBy(s => s.Time)];
    }

    /// <summary>The parts of a kept message: its lines before and after the empty one.</summary>
    public static (string Head, string Body) Parts(KeptMessage message)
    {
        var text = Encoding.UTF8.GetString(message.Data.Span);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? (text, "") : (text[..end], text[(end + 4)..]);
    }

    private static string Summarize(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOfAny((byte)'\r', (byte)'\n');
        var line = Encoding.UTF8.GetString(data[..Math.Min(end < 0 ? data.Length : end, 100)]);
        var sdp = data.IndexOf("\nv=0"u8) >= 0 ? " (SDP)" : "";
        return (line.StartsWith("SIP/2.0 ", StringComparison.OrdinalIgnoreCase) ? line[8..] : line.Split(' ', 2)[0]) + sdp;
    }
}
