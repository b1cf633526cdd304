namespace SensorNet.Proto.Privacy;

/// <summary>What a field says about somebody.</summary>
public enum PrivacyFieldKind : byte
{
    /// <summary>A person's or a phone's name: user, AoR, From, To, authentication user, P-Asserted-Identity.</summary>
    Account,

    /// <summary>An IP address, or the host name in its place.</summary>
    Address,

    /// <summary>A dialled number.</summary>
    Number,

    /// <summary>A device's own description.</summary>
    Device,

    /// <summary>Free text that may hold any of these: message, raw record, kept SIP messages, attributes.</summary>
    Text,
}
