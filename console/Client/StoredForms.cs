using System.Net;
using System.Text.RegularExpressions;
using Google.Protobuf;
using SensorNet.Console.Display;
using SensorNet.Proto;
using SensorNet.Proto.Privacy;
using SensorNet.V1;

namespace SensorNet.Console.Client;

/// <summary>
/// What a value that an operator types in the clear may be stored as: itself, or, under each key that is held, its
/// deterministic encryption, its pseudonym, or the address that keeps its prefix. Randomized encryption cannot be searched
/// for. Not thread-safe.
/// </summary>
internal sealed partial class StoredForms : IDisposable
{
    // Of the fields that sensors may protect, those that searches are made of.
    private static readonly Dictionary<string, (Action<Event, string> Put, Func<Event, string> Get)> Fields = new(StringComparer.Ordinal)
    {
        ["user.name"] = ((e, v) => e.User = v, e => e.User),
        ["user.aor"] = ((e, v) => e.Aor = v, e => e.Aor),
        ["user_agent.original"] = ((e, v) => e.UserAgent = v, e => e.UserAgent),
        ["sip.call_id"] = ((e, v) => e.Sip = new Sip { CallId = v }, e => e.Sip.CallId),
        ["source.ip"] = ((e, v) => e.SourceIp = Octets(v), e => Addresses.Of(e.SourceIp)),
        ["destination.ip"] = ((e, v) => e.DestinationIp = Octets(v), e => Addresses.Of(e.DestinationIp)),
    };

    private readonly List<PrivacyProtector> _protectors = [];

    public StoredForms(PrivacyKeyring keys)
    {
        foreach (var key in keys.All)
        {
            var ring = new PrivacyKeyring([key]);
            _protectors.Add(new(new PrivacyPolicy { Accounts = PrivacyAction.Deterministic, Addresses = PrivacyAction.PreservePrefix, Devices = PrivacyAction.Deterministic }, ring));
            _protectors.Add(new(new PrivacyPolicy { Accounts = PrivacyAction.Pseudonym, Addresses = PrivacyAction.Pseudonym, Devices = PrivacyAction.Pseudonym }, ring));

            // The host of an AoR is an address, which may have been kept.
            _protectors.Add(new(new PrivacyPolicy { Accounts = PrivacyAction.Deterministic }, ring));
            _protectors.Add(new(new PrivacyPolicy { Accounts = PrivacyAction.Pseudonym }, ring));
        }
    }

    /// <summary>A query with every <c>field:value</c> of a field that may be protected widened to all that the value may be stored as.</summary>
    public string Widen(string query) => Term().Replace(query, term =>
    {
        if (!EventFields.TryGet(term.Groups["field"].Value, out var field) || Of(field.Name, Unquoted(term.Groups["value"].Value)) is not { Count: > 0 } forms)
        {
            return term.Value;
        }

        var not = term.Groups["not"].Length > 0 ? "not " : "";
        return $"{not}({term.Groups["field"].Value}:{term.Groups["value"].Value} or {string.Join(" or ", forms.Select(form => $"{field.Name}:\"{form}\""))})";
    });

    /// <summary>Other forms of a value of a field, which <see cref="EventFields"/> names; an address may have a prefix length.</summary>
    public List<string> Of(string field, string value)
    {
        if (!Fields.TryGetValue(field, out var access))
        {
            return [];
        }

        var slash = field.EndsWith(".ip", StringComparison.Ordinal) ? value.IndexOf('/', StringComparison.Ordinal) : -1;
        var (address, length) = slash < 0 ? (value, "") : (value[..slash], value[slash..]);
        if (field.EndsWith(".ip", StringComparison.Ordinal) && !IPAddress.TryParse(address, out _))
        {
            return [];
        }

        var forms = new List<string>();
        foreach (var protector in _protectors)
        {
            var e = new Event();
            access.Put(e, address);
            protector.Apply(e);

            // A network keeps its prefix in the addresses that keep theirs; in pseudonyms nothing is left of it.
            var form = access.Get(e) + length;
            if (form != value && (length.Length == 0 || e.Attributes.Count > 0) && !forms.Contains(form))
            {
                forms.Add(form);
            }
        }

        return forms;
    }

    public void Dispose() => _protectors.ForEach(protector => protector.Dispose());

    private static ByteString Octets(string address) => ByteString.CopyFrom(IPAddress.Parse(address).GetAddressBytes());

    private static string Unquoted(string value) => value is ['"', .., '"'] ? value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : value;

    // What stands inside quotes begins no term: quoted texts are consumed whole.
    [GeneratedRegex("""(?<![^\s(])(?<not>-?)(?<field>[A-Za-z_][\w.]*):(?<value>"(?:[^"\\]|\\.)*"|[^\s()"*?<>=~,]+)(?=[\s)]|$)|"(?:[^"\\]|\\.)*" """)]
    private static partial Regex Term();
}
