using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>
/// Keeps the bindings of every AoR as the sensors report them made, removed and expired. Commit thread only.
/// </summary>
/// <remarks>Table Registrations: AoR, 0, Contact, 0, sensor -> Registration.</remarks>
internal sealed class RegistrationStage(IStoreReader store) : ICommitStage
{
    /// <summary>Bindings of one AoR that a removal of all of them looks at.</summary>
    private const int MaxBindings = 256;

    private readonly Dictionary<string, Registration> changed = [];

    public void OnEvent(ulong position, Event e, ICommit commit)
    {
        if (e.Type is not (EventType.SipRegistrationNew or EventType.SipRegistrationRemoved or EventType.SipRegistrationExpired) || e.Aor.Length == 0)
        {
            return;
        }

        var contacts = e.Sip?.Contact.Where(c => c.Length > 0 && c != "*").ToList() ?? [];
        if (e.Type == EventType.SipRegistrationNew)
        {
            foreach (var contact in contacts.DefaultIfEmpty(""))
            {
                Bind(e, contact);
            }

            return;
        }

        var state = e.Type == EventType.SipRegistrationExpired ? "expired" : "removed";
        if (contacts.Count == 0)
        {
            // "Contact: *" takes away every binding (RFC 3261 section 10.2.2).
            contacts = Contacts(e.Aor, e.SensorId);
        }

        foreach (var contact in contacts)
        {
            var registration = Load(e.Aor, contact, e.SensorId) ?? New(e, contact, e.EventTime);
            registration.State = state;
            registration.LastChange = e.EventTime;
        }
    }

    public void OnBatchEnd(ICommit commit)
    {
        foreach (var (key, registration) in changed)
        {
            commit.Put(Table.Registrations, Encoding.UTF8.GetBytes(key), registration.ToByteArray());
        }

        changed.Clear();
    }

    public void OnDurable()
    {
    }

    private static string KeyOf(string aor, string contact, string sensorId) => $"{aor}\0{contact}\0{sensorId}";

    private void Bind(Event e, string contact)
    {
        var registration = Load(e.Aor, contact, e.SensorId);
        if (registration is null || registration.State != "active")
        {
            registration = New(e, contact, e.EventTime);
        }

        registration.State = "active";
        registration.LastChange = e.EventTime;
        registration.Host = e.Host;
        registration.SourceIp = e.SourceIp;
        registration.SourcePort = e.SourcePort;
        registration.Transport = e.Transport;
        registration.TlsCipher = e.Tls?.Cipher ?? "";
        registration.UserAgent = e.UserAgent;
        registration.ExpiresS = e.Sip is { HasExpires: true } sip ? sip.Expires : 0;
    }

    private Registration New(Event e, string contact, long since)
    {
        var registration = new Registration { Aor = e.Aor, Contact = contact, SensorId = e.SensorId, Host = e.Host, Since = since };
        changed[KeyOf(e.Aor, contact, e.SensorId)] = registration;
        return registration;
    }

    private Registration? Load(string aor, string contact, string sensorId)
    {
        var key = KeyOf(aor, contact, sensorId);
        if (changed.TryGetValue(key, out var registration))
        {
            return registration;
        }

        return store.Get(Table.Registrations, Encoding.UTF8.GetBytes(key)) is { } stored
            ? changed[key] = Registration.Parser.ParseFrom(stored)
            : null;
    }

    private List<string> Contacts(string aor, string sensorId) =>
    [
        .. store.Scan(Table.Registrations, Encoding.UTF8.GetBytes(aor + "\0"))
            .Take(MaxBindings)
            .Select(row => Registration.Parser.ParseFrom(row.Value))
            .Concat(changed.Values.Where(r => r.Aor == aor).ToList())
            .Where(r => r.SensorId == sensorId && r.State == "active")
            .Select(r => r.Contact)
            .Distinct(),
    ];
}
