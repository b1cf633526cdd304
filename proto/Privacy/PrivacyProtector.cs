using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Proto.Privacy;

/// <summary>
/// Applies a policy to events before they leave the host, under the keyring's active key, whose id the event then carries.
/// Whatever needs clear values (matching of log and packet events) happens before. Not thread-safe.
/// </summary>
public sealed class PrivacyProtector : IPrivacyRewriter, IDisposable
{
    /// <summary>Attribute that says that the event's addresses are prefix-preserving pseudonyms.</summary>
    internal const string AddressesAttribute = "privacy.addresses";

    private readonly PrivacyPolicy _policy;
    private readonly PrivacyCipher? _cipher;
    private readonly string _keyId;

    /// <param name="policy">Checked: <see cref="PrivacyPolicy.Problem"/> is null.</param>
    /// <param name="keys">With an active key when the policy needs one.</param>
    /// <exception cref="ArgumentException">The policy is wrong, or needs a key and there is none.</exception>
    public PrivacyProtector(PrivacyPolicy policy, PrivacyKeyring keys)
    {
        if (policy.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(policy));
        }

        var needsKey = new[] { policy.Accounts, policy.Addresses, policy.Numbers, policy.Devices, policy.Text ?? PrivacyAction.Keep }.Concat(policy.Fields.Values)
            .Any(a => a is PrivacyAction.Pseudonym or PrivacyAction.Deterministic or PrivacyAction.Randomized or PrivacyAction.PreservePrefix);
        if (needsKey && keys.Active is null)
        {
            throw new ArgumentException("The privacy rules need a key and the keyring has none; make one with: echo \"k1 $(openssl rand -hex 32)\" > FILE", nameof(keys));
        }

        _policy = policy;
        _cipher = needsKey ? new PrivacyCipher(keys.Active!) : null;
        _keyId = needsKey ? keys.Active!.Id : "";
    }

    public void Apply(Event e)
    {
        if (_policy.IsEmpty)
        {
            return;
        }

        PrivacyFields.Rewrite(e, this);
        e.PrivacyKeyId = _keyId;
        if (_policy.Addresses == PrivacyAction.PreservePrefix || _policy.Fields.Values.Contains(PrivacyAction.PreservePrefix))
        {
            e.Attributes[AddressesAttribute] = string.Join(' ', PrivacyFields.Names.Keys.Where(f => PrivacyFields.IsAddress(f) && _policy.For(f, PrivacyFieldKind.Address) == PrivacyAction.PreservePrefix));
        }
    }

    public void Dispose() => _cipher?.Dispose();

    string IPrivacyRewriter.Text(string field, PrivacyFieldKind kind, string value)
    {
        var action = _policy.For(field, kind);

        // Where an address is written as text, its octets cannot keep their prefix.
        return action switch
        {
            PrivacyAction.Keep => value,
            PrivacyAction.Drop => "",
            PrivacyAction.Truncate => value.Length > _policy.TruncateTo ? value[.._policy.TruncateTo] + "…" : value,
            PrivacyAction.Pseudonym or PrivacyAction.PreservePrefix => _cipher!.Pseudonym(kind, value),
            PrivacyAction.Deterministic => _cipher!.Deterministic(kind, value),
            _ => _cipher!.Randomized(kind, value),
        };
    }

    ByteString IPrivacyRewriter.Address(string field, ByteString value) => _policy.For(field, PrivacyFieldKind.Address) switch
    {
        PrivacyAction.Keep => value,
        PrivacyAction.Drop => ByteString.Empty,
        PrivacyAction.Truncate => Network(value),
        PrivacyAction.Pseudonym => UnsafeByteOperations.UnsafeWrap(_cipher!.PseudonymAddress(value.Span)),
        _ => UnsafeByteOperations.UnsafeWrap(_cipher!.PreservePrefix(value.Span)),
    };

    bool IPrivacyRewriter.Drops(string field) => _policy.For(field, PrivacyFieldKind.Text) != PrivacyAction.Keep;

    // /24 and /48.
    private static ByteString Network(ByteString address)
    {
        var octets = new byte[address.Length];
        address.Span[..(address.Length == 4 ? 3 : 6)].CopyTo(octets);
        return UnsafeByteOperations.UnsafeWrap(octets);
    }
}
