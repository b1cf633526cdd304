namespace SensorNet.Sensor.Sip;

/// <summary>The methods of RFC 3261 and its extensions; <see cref="Other"/> is any further token.</summary>
internal enum SipMethod : byte
{
    None,
    Invite,
    Ack,
    Bye,
    Cancel,
    Options,
    Register,
    Prack,
    Subscribe,
    Notify,
    Publish,
    Info,
    Refer,
    Message,
    Update,
    Other,
}
