using System.Globalization;
using System.Text;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>An event in one line for people, made from the fields that tell most about its type.</summary>
internal static class EventSummary
{
    /// <summary>The line; it may hold whatever the network sent, so it goes through the sanitising door like all text.</summary>
    public static string Of(Event e)
    {
        var line = new StringBuilder(96);

        // The sensor's own sentence says it best; what it lacks is who sent it.
        if (e.Message.Length > 0)
        {
            Add(line, e.Message);
            Add(line, e.UserAgent.Length > 0 && !e.Message.Contains(e.UserAgent, StringComparison.Ordinal) ? "ua=" + e.UserAgent : null);
            return line.ToString();
        }

        if (e.Sip is { } sip)
        {
            Add(line, sip.StatusCode == 0 ? null : sip.StatusCode.ToString(CultureInfo.InvariantCulture));
            Add(line, sip.Method);
        }

        switch (e.Type)
        {
            case EventType.SipCallAttempt or EventType.SipCallStart or EventType.SipCallEnd or EventType.SipSession or EventType.Cdr:
                AddCall(line, e);
                break;
            case EventType.SipRegistrationNew when e.Sip is { HasExpires: true } registration:
                Add(line, string.Create(CultureInfo.InvariantCulture, $"expires={registration.Expires}"));
                break;
            case EventType.SipSourceStats when e.SourceStats is { } stats:
                Add(line, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{stats.Requests} requests ({stats.ReqInvite} INVITE, {stats.ReqRegister} REGISTER, {stats.ReqOptions} OPTIONS) in {stats.IntervalMs / 1000} s, {stats.DistinctUsers} users"));
                break;
            case EventType.SipAuthFailed when e.Sip is { Attempts: > 1 } failed:
                Add(line, string.Create(CultureInfo.InvariantCulture, $"attempt {failed.Attempts}"));
                break;
            case EventType.AlertFired when e.Alert is { } alert:
                Add(line, $"{alert.Level} {alert.RuleName}");
                break;
            case EventType.ConsoleAudit when e.Audit is { } audit:
                Add(line, $"{audit.Operation} {audit.ClassName} {audit.ObjectId}");
                break;
            default:
                break;
        }

        if (e.Resource is { Name.Length: > 0 } resource)
        {
            Add(line, string.Create(CultureInfo.InvariantCulture, $"{resource.Name} {resource.Value:0.##}{(resource.Threshold > 0 ? $" (threshold {resource.Threshold:0.##})" : "")}"));
        }

        Add(line, e.Block is { By.Length: > 0 } block ? $"by {block.By} {block.Jail}".TrimEnd() : null);
        Add(line, e.Reason);
        Add(line, e.AuthMethod);
        Add(line, e.UserAgent.Length > 0 ? "ua=" + e.UserAgent : null);
        if (line.Length == 0 && e.Raw.Length > 0)
        {
            Add(line, Encoding.UTF8.GetString(e.Raw.Span[..Math.Min(e.Raw.Length, 200)]));
        }

        return line.ToString();
    }

    /// <summary>Who the event is about: the AoR, else the user; empty when neither is known.</summary>
    public static string Who(Event e) => e.Aor.Length > 0 ? e.Aor : e.User;

    /// <summary>Where it came from: address and port, else the source's name; <c>-</c> when unknown.</summary>
    public static string Source(Event e)
    {
        var address = Addresses.Of(e.SourceIp, e.SourcePort);
        return address == "-" && e.SourceHost.Length > 0 ? e.SourceHost : address;
    }

    private static void AddCall(StringBuilder line, Event e)
    {
        if (e.Call is not { } call)
        {
            return;
        }

        Add(line, call.Destination.Length > 0 ? "to " + call.Destination : null);
        if (e.Type == EventType.SipCallStart && call.HasPostDialDelayMs)
        {
            Add(line, string.Create(CultureInfo.InvariantCulture, $"pdd {call.PostDialDelayMs / 1000.0:0.0}s"));
        }

        if (call.HasBillsecMs)
        {
            Add(line, $"talked {Times.Length(TimeSpan.FromMilliseconds(Math.Min(call.BillsecMs, 1UL << 40)))}");
        }

        Add(line, call.HangupBy.Length > 0 ? $"ended by {call.HangupBy}" : null);
        Add(line, call.Cancelled ? "cancelled" : null);
    }

    private static void Add(StringBuilder line, string? part)
    {
        if (!string.IsNullOrEmpty(part))
        {
            line.Append(line.Length > 0 ? " " : "").Append(part);
        }
    }
}
