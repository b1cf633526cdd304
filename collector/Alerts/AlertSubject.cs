using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>Whom an alert is about: taken from its key, else from the event that raised it.</summary>
internal static class AlertSubject
{
    private static readonly string[] UserFields = ["user.name", "user.aor", "aor", "user", "sip.to.uri.user", "to_user", "sip.auth.username", "sip.from.uri.user", "from_user"];
    private static readonly string[] SourceFields = ["source.ip", "src_ip"];
    private static readonly string[] HostFields = ["host.name", "host"];

    /// <param name="alert">A new alert with its key.</param>
    /// <param name="e">The event that raised it.</param>
    /// <param name="sources">Who is behind it so far.</param>
    public static void Fill(Alert alert, Event e, AlertSources sources)
    {
        alert.Host = FromKey(alert, HostFields) ?? e.Host;
        Refresh(alert, sources);
    }

    /// <summary>An alert whose key names no source is about one only as long as there is one; the same goes for users.</summary>
    public static void Refresh(Alert alert, AlertSources sources)
    {
        if (alert.Sources.Count < Math.Min(10, sources.Count))
        {
            foreach (var address in sources.Newest.Skip(alert.Sources.Count))
            {
                alert.Sources.Add(AddressText(address));
            }
        }

        alert.SourceCount = Math.Max(alert.SourceCount, (ulong)sources.Count);
        alert.SourceIp = FromKey(alert, SourceFields) ?? (alert.SourceCount == 1 ? alert.Sources[0] : "");
        alert.User = FromKey(alert, UserFields) ?? sources.User;
    }

    public static string AddressText(ByteString address) =>
        address.Length is 4 or 16 ? new System.Net.IPAddress(address.Span).ToString() : "";

    private static string? FromKey(Alert alert, string[] fields)
    {
        foreach (var part in alert.GroupKey)
        {
            if (fields.Contains(part.Field))
            {
                return part.Value;
            }
        }

        return null;
    }
}
