namespace SensorNet.Benchmarks.Traffic;

/// <summary>A registered phone, behind the address of its office.</summary>
internal readonly record struct Phone(int Number, int PhonesPerOffice)
{
    private static readonly string[] Agents =
        ["Yealink SIP-T46U 108.86.0.45", "Grandstream GXP2170 1.0.11.48", "PolycomVVX-VVX_411-UA/5.9.6.2327", "Cisco/SPA504G-7.6.2e", "Linphone/5.2.0 (belle-sip/5.2.0)"];

    public int Extension => 1000 + Number;

    public Party Party => new(0x0A_00_00_00u + (uint)(Number / PhonesPerOffice), (ushort)(10_000 + (Number % PhonesPerOffice * 37)));

    public string Agent => Agents[Number % Agents.Length];

    /// <summary>The Call-ID of its registrations, the same for life.</summary>
    public string CallId => $"{Number:x8}7d1f4a529c1b";
}
