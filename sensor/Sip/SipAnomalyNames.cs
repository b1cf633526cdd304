using System.Numerics;

namespace SensorNet.Sensor.Sip;

/// <summary>The anomaly kinds as events spell them.</summary>
internal static class SipAnomalyNames
{
    private static readonly string[] Names = Build();

    /// <summary>The name of the lowest kind in the set.</summary>
    public static string First(SipAnomalies anomalies) =>
        anomalies == SipAnomalies.None ? "none" : Names[BitOperations.TrailingZeroCount((ulong)anomalies)];

    /// <summary>The set without its lowest kind.</summary>
    public static SipAnomalies WithoutFirst(SipAnomalies anomalies) => (SipAnomalies)((ulong)anomalies & ((ulong)anomalies - 1));

    private static string[] Build()
    {
        var names = new string[64];
        Array.Fill(names, "unknown");
        foreach (var kind in Enum.GetValues<SipAnomalies>())
        {
            if (kind != SipAnomalies.None)
            {
                names[BitOperations.TrailingZeroCount((ulong)kind)] = Spell(kind.ToString());
            }
        }

        return names;
    }

    private static string Spell(string name)
    {
        // CSeqOverflow is spelt cseq_overflow, not c_seq_overflow.
        var text = name.Replace("CSeq", "Cseq", StringComparison.Ordinal);
        return string.Concat(text.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
    }
}
