using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>What is not SIP, and what looks like SIP and cannot be read.</summary>
internal sealed partial class SipTracker
{
    /// <summary>Octets of an unreadable message or probe that its event shows.</summary>
    private const int ShownOctets = 256;

    private void OnOtherPayload(in Datagram d, PayloadKind kind)
    {
        _counters.Count(kind);
        if (kind != PayloadKind.Other || !_isSipPort[d.DestinationPort])
        {
            return;
        }

        CountPacket(d);
        var ends = Endpoints.Of(d);
        if (!MayMakeNoise(d.Source) || !Wanted(EventType.SipMsgProbe, ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipMsgProbe, _now, ends);
        e.Reason = PayloadClassifier.Describe(d.Payload);
        e.Raw = Google.Protobuf.ByteString.CopyFrom(d.Payload.Length > ShownOctets ? d.Payload[..ShownOctets] : d.Payload);
        e.Message = $"{d.Payload.Length} octets that are not SIP ({e.Reason}) from {d.Source} to port {d.DestinationPort}";
        _events.Emit(e);
    }

    private void OnUnreadable(in SipMessage m, in Datagram d)
    {
        _counters.ParseErrors++;
        CountPacket(d);
        var ends = Endpoints.Of(d);
        if (!MayMakeNoise(d.Source) || !Wanted(EventType.SipParseError, ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipParseError, _now, ends);
        e.Reason = m.Status.Reason();
        e.Sip = new V1.Sip { ErrorOffset = (uint)m.ErrorOffset, CallId = EventText.Of(m.CallId) };
        if (m.IsRequest)
        {
            e.Sip.Method = m.Method == SipMethod.Other ? EventText.Of(m.MethodToken, 64) : m.Method.Name();
            e.Sip.Uri = _factory.Uri(m.Uri);
        }
        else
        {
            e.Sip.StatusCode = (uint)m.StatusCode;
        }

        if (!m.From.IsEmpty)
        {
            e.Sip.From = _factory.Address(m.From);
            e.User = e.Sip.From.Uri.User;
        }

        e.UserAgent = EventText.Of(m.UserAgent, 255);
        SipAnomalyNames.AddTo(m.Anomalies, e.Sip.Anomaly);
        e.Raw = Google.Protobuf.ByteString.CopyFrom(d.Payload.Length > ShownOctets ? d.Payload[..ShownOctets] : d.Payload);
        e.Attributes["excerpt"] = EventText.Escaped(d.Payload, ShownOctets);
        if (d.AfterGap)
        {
            SetPartial(e, "capture_gap");
        }

        e.Message = $"Unreadable SIP from {d.Source}: {e.Reason} at octet {m.ErrorOffset}";
        _events.Emit(e);
    }
}
