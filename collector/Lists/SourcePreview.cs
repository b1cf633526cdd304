using System.Net;
using SensorNet.Collector.Alerts;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Query;
using SensorNet.Collector.Sensors;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Lists;

/// <summary>What a source did of late, before somebody blocks or trusts it. Thread-safe.</summary>
internal sealed class SourcePreview(
    EventStore store, CallReader calls, RegistrationReader registrations, AlertReader alerts, ListBook lists, SensorDirectory sensors, TimeProvider clock)
{
    private const int MostEvents = 200_000;
    private const int MostCalls = 50_000;
    private const int MostSources = 10_000;
    private const int NamedAors = 20;
    private const int LargestV4 = 16;
    private const int LargestV6 = 32;
    private const long Day = 24L * 3600 * 1_000_000_000;

    /// <exception cref="ChangeRefusedException">The source is neither address nor network.</exception>
    public PreviewSourceResponse Of(PreviewSourceRequest request, CancellationToken cancellation)
    {
        var source = ListValue.Normalise(ListKind.Address, request.Source, out var error);
        if (source is null || !AddressPrefix.TryParse(source, out var prefix))
        {
            throw new ChangeRefusedException(Refusal.Invalid, error);
        }

        var now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var time = new TimeRange { From = request.Time is { From: > 0 } from ? from.From : now - Day, To = request.Time?.To ?? 0 };
        var response = new PreviewSourceResponse { PrivateRange = IsPrivate(prefix) };
        CountEvents(source, time, response, cancellation);
        CountCalls(source, time, response);
        foreach (var binding in registrations.List(new ListRegistrationsRequest { SourceIp = source, State = "active", Limit = MostCalls }))
        {
            response.Registrations++;
            if (response.Aors.Count < NamedAors && !response.Aors.Contains(binding.Aor))
            {
                response.Aors.Add(binding.Aor);
            }
        }

        foreach (var alert in alerts.List(new ListAlertsRequest { Statuses = { AlertStatus.Active, AlertStatus.Acknowledged }, Limit = 100_000 }))
        {
            response.OpenAlerts += IPAddress.TryParse(alert.SourceIp, out var address) && prefix.Contains(address.GetAddressBytes()) ? 1u : 0;
        }

        foreach (var list in lists.Lists().Where(l => l.Kind == ListKind.Address))
        {
            response.Entries.Add(lists.Entries(list.Name).Where(e => ListValue.Overlaps(e.Value, prefix)));
        }

        response.Warnings.Add(Warnings(prefix));
        return response;
    }

    /// <summary>Why blocking it is probably a mistake.</summary>
    public IEnumerable<string> Warnings(AddressPrefix prefix)
    {
        if (prefix.Bits < (prefix.Octets.Length == 4 ? LargestV4 : LargestV6))
        {
            yield return $"it is larger than a /{(prefix.Octets.Length == 4 ? LargestV4 : LargestV6)}";
        }

        foreach (var name in (string[])[KnownList.Trusted, KnownList.Carriers])
        {
            if (lists.Of(name).Values.FirstOrDefault(v => ListValue.Overlaps(v, prefix)) is { } entry)
            {
                yield return $"{entry} is on the list {name}";
            }
        }

        foreach (var sensor in sensors.List())
        {
            if (AddressOf(sensor.Peer) is { } address && prefix.Contains(address.GetAddressBytes()))
            {
                yield return $"the sensor {sensor.Id} calls from {address}";
            }
        }
    }

    private void CountEvents(string source, TimeRange time, PreviewSourceResponse response, CancellationToken cancellation)
    {
        var sources = new HashSet<Google.Protobuf.ByteString>();
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stored in EventQuery.Create(store, new QueryEventsRequest { SourceIp = source, Time = time }, clock).NewestFirst(cancellation: cancellation))
        {
            if (response.Events >= MostEvents)
            {
                response.Truncated = true;
                break;
            }

            var e = stored.Event;
            response.Events++;
            response.FirstSeen = response.FirstSeen == 0 ? e.EventTime : Math.Min(response.FirstSeen, e.EventTime);
            response.LastSeen = Math.Max(response.LastSeen, e.EventTime);
            response.FailedAuthentications += e.Type is EventType.SipAuthFailed or EventType.PbxAuthFailed or EventType.AuthFailure ? 1u : 0;
            response.SuccessfulLogins += e.Type is EventType.AuthSuccess or EventType.SipRegistrationNew ? 1u : 0;
            if (sources.Count < MostSources)
            {
                sources.Add(e.SourceIp);
            }

            if (e.Host.Length > 0 && hosts.Count < MostSources)
            {
                hosts.Add(e.Host);
            }
        }

        response.Sources = (ulong)sources.Count;
        response.Hosts.Add(hosts.Order(StringComparer.Ordinal));
    }

    private void CountCalls(string source, TimeRange time, PreviewSourceResponse response)
    {
        foreach (var call in calls.List(new ListCallsRequest { SourceIp = source, Time = time, Limit = MostCalls }))
        {
            response.Calls++;
            response.CallsAnswered += call.AnswerTime != 0 ? 1u : 0;
            response.CallsActive += call.AnswerTime != 0 && call.EndTime == 0 ? 1u : 0;
        }

        response.Truncated |= response.Calls >= MostCalls;
    }

    // A peer is written ipv4:192.0.2.1:5060 or ipv6:[2001:db8::1]:5060.
    private static IPAddress? AddressOf(string peer)
    {
        var text = peer.StartsWith("ipv4:", StringComparison.Ordinal) || peer.StartsWith("ipv6:", StringComparison.Ordinal) ? peer[5..] : peer;
        return IPEndPoint.TryParse(text, out var end) && !IPAddress.IsLoopback(end.Address) ? end.Address : null;
    }

    private static bool IsPrivate(AddressPrefix prefix)
    {
        foreach (var range in (string[])["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1"])
        {
            if (ListValue.Overlaps(range, prefix))
            {
                return true;
            }
        }

        return false;
    }
}
