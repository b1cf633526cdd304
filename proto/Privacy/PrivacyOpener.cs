using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Proto.Privacy;

/// <summary>
/// Opens what a keyring holds the key for: encrypted texts and prefix-preserving addresses become clear in a copy of the
/// event; pseudonyms stay. Not thread-safe.
/// </summary>
public sealed class PrivacyOpener(PrivacyKeyring keys) : IPrivacyRewriter, IDisposable
{
    private readonly Dictionary<string, PrivacyCipher> _ciphers = [];
    private PrivacyCipher? _cipher;
    private HashSet<string> _addresses = [];

    /// <returns>The event itself when nothing in it can be opened, else an opened copy.</returns>
    public Event Open(Event e)
    {
        if (e.PrivacyKeyId.Length == 0 || keys.Find(e.PrivacyKeyId) is not { } key)
        {
            return e;
        }

        if (!_ciphers.TryGetValue(key.Id, out _cipher))
        {
            _cipher = new PrivacyCipher(key);
            _ciphers.Add(key.Id, _cipher);
        }

        var copy = e.Clone();
        _addresses = copy.Attributes.TryGetValue(PrivacyProtector.AddressesAttribute, out var names) ? [.. names.Split(' ')] : [];
        PrivacyFields.Rewrite(copy, this);
        return copy;
    }

    public void Dispose()
    {
        foreach (var cipher in _ciphers.Values)
        {
            cipher.Dispose();
        }
    }

    string IPrivacyRewriter.Text(string field, PrivacyFieldKind kind, string value) => _cipher!.Open(kind, value) ?? value;

    ByteString IPrivacyRewriter.Address(string field, ByteString value) =>
        _addresses.Contains(field) ? UnsafeByteOperations.UnsafeWrap(_cipher!.OpenPrefix(value.Span)) : value;

    bool IPrivacyRewriter.Drops(string field) => false;
}
