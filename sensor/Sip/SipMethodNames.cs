namespace SensorNet.Sensor.Sip;

/// <summary>Methods and their tokens. Method names are case-sensitive (RFC 3261 section 7.1).</summary>
internal static class SipMethodNames
{
    private static readonly string[] Names =
    [
        "", "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO",
        "REFER", "MESSAGE", "UPDATE", "OTHER",
    ];

    public static string Name(this SipMethod method) => Names[(int)method];

    public static SipMethod Parse(ReadOnlySpan<byte> token) => token.Length switch
    {
        3 => token.SequenceEqual("ACK"u8) ? SipMethod.Ack : token.SequenceEqual("BYE"u8) ? SipMethod.Bye : SipMethod.Other,
        4 => token.SequenceEqual("INFO"u8) ? SipMethod.Info : SipMethod.Other,
        5 => token.SequenceEqual("PRACK"u8) ? SipMethod.Prack : token.SequenceEqual("REFER"u8) ? SipMethod.Refer : SipMethod.Other,
        6 => token.SequenceEqual("INVITE"u8) ? SipMethod.Invite
            : token.SequenceEqual("CANCEL"u8) ? SipMethod.Cancel
            : token.SequenceEqual("NOTIFY"u8) ? SipMethod.Notify
            : token.SequenceEqual("UPDATE"u8) ? SipMethod.Update
            : SipMethod.Other,
        7 => token.SequenceEqual("OPTIONS"u8) ? SipMethod.Options
            : token.SequenceEqual("PUBLISH"u8) ? SipMethod.Publish
            : token.SequenceEqual("MESSAGE"u8) ? SipMethod.Message
            : SipMethod.Other,
        8 => token.SequenceEqual("REGISTER"u8) ? SipMethod.Register : SipMethod.Other,
        9 => token.SequenceEqual("SUBSCRIBE"u8) ? SipMethod.Subscribe : SipMethod.Other,
        _ => SipMethod.Other,
    };
}
