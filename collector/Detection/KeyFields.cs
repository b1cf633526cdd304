using System.Globalization;
using System.Net;
using Google.Protobuf;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>Writing into an event the fields that rules group by, from text: the reverse of the field catalogue for these few.</summary>
internal static class KeyFields
{
    /// <returns>False when the field cannot be set from text, or the text is no value of it.</returns>
    public static bool TrySet(Event e, EventField field, string value)
    {
        switch (field.Name)
        {
            case "source.ip":
                e.SourceIp = AddressOf(value);
                break;
            case "destination.ip":
                e.DestinationIp = AddressOf(value);
                break;
            case "host.name":
                e.Host = value;
                break;
            case "user.name":
                e.User = value;
                break;
            case "user.aor":
                e.Aor = value;
                break;
            case "agent.id":
                e.SensorId = value;
                break;
            case "vm.id":
                e.VmId = value;
                break;
            case "service.name":
                e.Service = value;
                break;
            case "process.name":
                e.Process = value;
                break;
            case "actor.name":
                e.Actor = value;
                break;
            case "sip.to.uri.user":
                Sip(e).To = new SipAddress { Uri = new SipUri { User = value } };
                break;
            case "sip.from.uri.user":
                Sip(e).From = new SipAddress { Uri = new SipUri { User = value } };
                break;
            case "sip.call_id":
                Sip(e).CallId = value;
                break;
            case "sip.cseq.code" when uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                Sip(e).Cseq = number;
                break;
            case "destination.prefix":
                (e.Enrichment ??= new Enrichment()).DestinationPrefix = value;
                break;
            case "destination.tail":
                (e.Enrichment ??= new Enrichment()).DestinationTail = value;
                break;
            case "source.caller_block":
                (e.Enrichment ??= new Enrichment()).CallerBlock = value;
                break;
            case "resource.name":
                e.Resource = new Resource { Name = value };
                break;
            default:
                e.Attributes[field.Name] = value;
                break;
        }

        return field.Get(e).Exists;
    }

    private static ByteString AddressOf(string text) =>
        IPAddress.TryParse(text, out var address) ? ByteString.CopyFrom((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes()) : ByteString.Empty;

    private static Sip Sip(Event e) => e.Sip ??= new Sip();
}
