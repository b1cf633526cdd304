using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Who is behind something: the distinct addresses (the last ten by name, up to 4096 by number) and the user, as long as
/// it is one and the same.
/// </summary>
internal sealed class AlertSources
{
    private const int Named = 10;
    private const int Counted = 4096;

    /// <summary>Up to so many a look along the list is as quick as a set, which most alerts and keys then never need.</summary>
    private const int Few = 8;
    private readonly List<ByteString> _inOrder = new(1);
    private HashSet<ByteString>? _seen;
    private Dictionary<AlertSources, int>? _merged;

    public int Count => _inOrder.Count;

    /// <summary>
    /// The ten that joined last, in order of joining. A campaign shows in its newcomers; who was there long before it
    /// (a telephone with an old password) is not named.
    /// </summary>
    public IEnumerable<ByteString> Newest => _inOrder.TakeLast(Named);

    /// <summary>Whether the address is among those known by number.</summary>
    public bool Contains(ByteString address) => _seen?.Contains(address) ?? _inOrder.Contains(address);

    /// <summary>Those that joined after the first so many.</summary>
    public IEnumerable<ByteString> After(int count) => _inOrder.Skip(count);

    /// <summary>The one user of all events; empty when there is none or more than one.</summary>
    public string User { get; private set; } = "";

    public bool ManyUsers { get; private set; }

    /// <summary>Event time of the newest addition.</summary>
    public long Last { get; private set; }

    public void Add(Event e, long time)
    {
        Last = Math.Max(Last, time);
        AddUser(e.User.Length > 0 ? e.User : e.Aor);
        AddAddress(e.SourceIp);
    }

    /// <summary>What a stored alert says of them, to go on from.</summary>
    public void Restore(Alert alert)
    {
        foreach (var source in alert.Sources)
        {
            if (System.Net.IPAddress.TryParse(source, out var address))
            {
                AddAddress(ByteString.CopyFrom(address.GetAddressBytes()));
            }
        }

        User = alert.User;
        ManyUsers = alert.User.Length == 0 && alert.Count > 1;
    }

    /// <summary>Takes over what another has gathered since the last time.</summary>
    public void Merge(AlertSources other, long time)
    {
        Last = Math.Max(Last, time);
        ManyUsers |= other.ManyUsers;
        AddUser(other.User);
        _merged ??= [];
        _merged.TryGetValue(other, out var done);
        for (var i = Math.Min(done, other._inOrder.Count); i < other._inOrder.Count; i++)
        {
            AddAddress(other._inOrder[i]);
        }

        _merged[other] = other._inOrder.Count;
    }

    public void Clear()
    {
        _seen = null;
        _inOrder.Clear();
        _merged = null;
        User = "";
        ManyUsers = false;
    }

    private void AddAddress(ByteString address)
    {
        if (address.Length is not (4 or 16) || _inOrder.Count >= Counted)
        {
            return;
        }

        if (_inOrder.Count >= Few)
        {
            _seen ??= [.. _inOrder];
            if (!_seen.Add(address))
            {
                return;
            }
        }
        else if (_inOrder.Contains(address))
        {
            return;
        }

        _inOrder.Add(address);
    }

    private void AddUser(string user)
    {
        if (user.Length == 0 || ManyUsers)
        {
            return;
        }

        if (User.Length == 0)
        {
            User = user;
        }
        else if (User != user)
        {
            User = "";
            ManyUsers = true;
        }
    }
}
