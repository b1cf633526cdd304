namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// What files say of an address: country and autonomous system from address databases, and which reputation list has it.
/// Without files it costs nothing. Immutable but for a small cache; not thread-safe.
/// </summary>
internal sealed class SourceKnowledge
{
    private const int Slots = 8192;
    private readonly List<AddressDatabase> _databases = [];
    private readonly ReputationLists _lists;
    private readonly (UInt128 Key, bool Known, AddressOrigin Origin, string Listed)[] _cache;

    /// <param name="databases">Paths of MaxMind DB files, as for countries and for autonomous systems.</param>
    /// <param name="reputationLists">Paths of reputation lists.</param>
    /// <exception cref="FormatException">A file cannot be read or is not what it should be; the message names it.</exception>
    public SourceKnowledge(IReadOnlyList<string> databases, IReadOnlyList<string> reputationLists)
    {
        try
        {
            _databases.AddRange(databases.Select(AddressDatabase.Open));
            _lists = new ReputationLists(reputationLists);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"detection.address_databases, detection.reputation_lists: {e.Message}", e);
        }

        _cache = IsEmpty ? [] : new (UInt128, bool, AddressOrigin, string)[Slots];
    }

    public bool IsEmpty => _databases.Count == 0 && _lists.IsEmpty;

    /// <param name="address">4 or 16 octets.</param>
    public (AddressOrigin Origin, string Listed) Of(ReadOnlySpan<byte> address)
    {
        if (IsEmpty || address.Length is not (4 or 16))
        {
            return (default, "");
        }

        // An IPv4 address is its mapped IPv6 address here (RFC 4291 section 2.5.5.2), so that the two cannot meet in the cache.
        Span<byte> key = stackalloc byte[16];
        key.Clear();
        if (address.Length == 4)
        {
            key[10] = key[11] = 0xFF;
        }

        address.CopyTo(key[^address.Length..]);
        var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(key);
        ref var slot = ref _cache[(int)((((ulong)number ^ (ulong)(number >> 64)) * 0x9E3779B97F4A7C15) >> 51)];
        if (!slot.Known || slot.Key != number)
        {
            slot = (number, true, Find(address), _lists.Find(address));
        }

        return (slot.Origin, slot.Listed);
    }

    private AddressOrigin Find(ReadOnlySpan<byte> address)
    {
        var found = new AddressOrigin("", 0);
        foreach (var database in _databases)
        {
            var origin = database.Find(address);
            found = new AddressOrigin(
                found.Country.Length > 0 ? found.Country : origin.Country ?? "",
                found.Asn != 0 ? found.Asn : origin.Asn);
        }

        return found;
    }
}
