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
        e.Raw = e.Texts.PutRaw(d.Payload.Length > ShownOctets ? d.Payload[..ShownOctets] : d.Payload);
        e.SetMessage($"{d.Payload.Length} octets that are not SIP ({e.Reason}) from {d.Source} to port {d.DestinationPort}");
        Emit(e);
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
        e.HasSip = true;
        e.Sip.ErrorOffset = (uint)m.ErrorOffset;
        e.Sip.CallId = _factory.Text(m.CallId);
        if (m.IsRequest)
        {
            e.Sip.Method = _factory.MethodOf(m);
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

        e.UserAgent = _factory.Text(m.UserAgent, 255);
        e.Sip.Anomalies = m.Anomalies;
        e.Raw = e.Texts.PutRaw(d.Payload.Length > ShownOctets ? d.Payload[..ShownOctets] : d.Payload);
        e.AddAttribute("excerpt", EventText.Escaped(d.Payload, ShownOctets));
        if (d.AfterGap || d.Truncated)
        {
            e.PartialReason = "capture_gap";
        }

        e.SetMessage($"Unreadable SIP from {d.Source}: {e.Reason} at octet {m.ErrorOffset}");
        Emit(e);
    }
}
