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
    /// <summary>Bindings of one AoR that a removal of all of them looks at, and that are kept in memory.</summary>
    private const int MaxBindings = 256;

    /// <summary>Bindings kept in memory; beyond that they are read back from the store.</summary>
    private const int CachedBindings = 50_000;

    private readonly Dictionary<(string Aor, string Sensor), Bindings> cache = [];
    private int cached;
    private readonly HashSet<Registration> changed = new(ReferenceEqualityComparer.Instance);

    public void OnEvent(ulong position, Event e, ICommit commit)
    {
        if (e.Type is not (EventType.SipRegistrationNew or EventType.SipRegistrationRemoved or EventType.SipRegistrationExpired) || e.Aor.Length == 0)
        {
            return;
        }

        var bindings = Load(e.Aor, e.SensorId);
        var contacts = e.Sip?.Contact.Where(c => c.Length > 0 && c != "*").ToList() ?? [];
        if (e.Type == EventType.SipRegistrationNew)
        {
            foreach (var contact in contacts.DefaultIfEmpty(""))
            {
                Bind(bindings, e, contact);
            }

            return;
        }

        var state = e.Type == EventType.SipRegistrationExpired ? "expired" : "removed";
        if (contacts.Count == 0)
        {
            // "Contact: *" takes away every binding (RFC 3261 section 10.2.2).
            contacts = [.. bindings.ByContact.Values.Where(r => r.State == "active").Select(r => r.Contact)];
        }

        foreach (var contact in contacts)
        {
            var registration = Find(bindings, e, contact) ?? Add(bindings, e, contact);
            registration.State = state;
            registration.LastChange = e.EventTime;
            changed.Add(registration);
        }
    }

    public void OnBatchEnd(ICommit commit)
    {
        foreach (var registration in changed)
        {
            commit.Put(Table.Registrations, KeyOf(registration.Aor, registration.Contact, registration.SensorId), registration.ToByteArray());
        }

        changed.Clear();
        if (cached > CachedBindings)
        {
            // All of it is in the batch or in the store.
            cache.Clear();
            cached = 0;
        }
    }

    public void OnDurable()
    {
    }

    private static byte[] KeyOf(string aor, string contact, string sensorId) => Encoding.UTF8.GetBytes($"{aor}\0{contact}\0{sensorId}");

    private void Bind(Bindings bindings, Event e, string contact)
    {
        var registration = Find(bindings, e, contact);
        if (registration is null || registration.State != "active")
        {
            if (registration is not null)
            {
                // The new one takes its row.
                changed.Remove(registration);
            }

            registration = Add(bindings, e, contact);
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
        changed.Add(registration);
    }

    private Registration Add(Bindings bindings, Event e, string contact)
    {
        cached++;
        return bindings.ByContact[contact] = new Registration { Aor = e.Aor, Contact = contact, SensorId = e.SensorId, Host = e.Host, Since = e.EventTime };
    }

    private Registration? Find(Bindings bindings, Event e, string contact)
    {
        if (bindings.ByContact.TryGetValue(contact, out var registration))
        {
            return registration;
        }

        if (bindings.AreAll || store.Get(Table.Registrations, KeyOf(e.Aor, contact, e.SensorId)) is not { } stored)
        {
            return null;
        }

        cached++;
        return bindings.ByContact[contact] = Registration.Parser.ParseFrom(stored);
    }

    private Bindings Load(string aor, string sensorId)
    {
        if (cache.TryGetValue((aor, sensorId), out var bindings))
        {
            return bindings;
        }

        var rows = 0;
        var byContact = new Dictionary<string, Registration>();
        foreach (var (_, value) in store.Scan(Table.Registrations, Encoding.UTF8.GetBytes(aor + "\0")).Take(MaxBindings))
        {
            rows++;
            var registration = Registration.Parser.ParseFrom(value);
            if (registration.SensorId == sensorId)
            {
                byContact[registration.Contact] = registration;
            }
        }

        cached += 1 + byContact.Count;
        return cache[(aor, sensorId)] = new Bindings(byContact, AreAll: rows < MaxBindings);
    }

    /// <param name="ByContact">What one sensor saw of an AoR.</param>
    /// <param name="AreAll">Whether the store has none but these.</param>
    private sealed record Bindings(Dictionary<string, Registration> ByContact, bool AreAll);
}
