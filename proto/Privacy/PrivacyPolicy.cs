namespace SensorNet.Proto.Privacy;

/// <summary>What is done to each kind of field, and to single fields by name where that differs.</summary>
public sealed record PrivacyPolicy
{
    public PrivacyAction Accounts { get; init; }

    public PrivacyAction Addresses { get; init; }

    public PrivacyAction Numbers { get; init; }

    public PrivacyAction Devices { get; init; }

    /// <summary>
    /// For free text. Null: dropped as soon as accounts, addresses or numbers are not kept, for it would tell them.
    /// </summary>
    public PrivacyAction? Text { get; init; }

    /// <summary>Single fields, by the names of <see cref="PrivacyFields"/>.</summary>
    public IReadOnlyDictionary<string, PrivacyAction> Fields { get; init; } = new Dictionary<string, PrivacyAction>();

    /// <summary>How many characters <see cref="PrivacyAction.Truncate"/> leaves of a text.</summary>
    public int TruncateTo { get; init; } = 3;

    /// <summary>Nothing is changed.</summary>
    public bool IsEmpty => Accounts == PrivacyAction.Keep && Addresses == PrivacyAction.Keep && Numbers == PrivacyAction.Keep
        && Devices == PrivacyAction.Keep && (Text ?? PrivacyAction.Keep) == PrivacyAction.Keep && Fields.All(f => f.Value == PrivacyAction.Keep);

    public PrivacyAction For(string field, PrivacyFieldKind kind) => Fields.TryGetValue(field, out var action) ? action : kind switch
    {
        PrivacyFieldKind.Account => Accounts,
        PrivacyFieldKind.Address => Addresses,
        PrivacyFieldKind.Number => Numbers,
        PrivacyFieldKind.Device => Devices,
        _ => Text ?? (Accounts == PrivacyAction.Keep && Addresses == PrivacyAction.Keep && Numbers == PrivacyAction.Keep ? PrivacyAction.Keep : PrivacyAction.Drop),
    };

    /// <summary>What is wrong with it, in words; null when nothing is.</summary>
    public string? Problem()
    {
        if (Addresses is PrivacyAction.Deterministic or PrivacyAction.Randomized)
        {
            return "addresses cannot be encrypted, for they stay addresses: use preserve_prefix, which a key holder can read, or pseudonym";
        }

        if (new[] { Accounts, Numbers, Devices, Text ?? PrivacyAction.Keep }.Contains(PrivacyAction.PreservePrefix))
        {
            return "preserve_prefix is for addresses only";
        }

        foreach (var (name, action) in Fields)
        {
            if (!PrivacyFields.Names.TryGetValue(name, out var kind) && !name.StartsWith("attributes.", StringComparison.Ordinal))
            {
                return $"there is no field `{name}` to protect; there are {string.Join(", ", PrivacyFields.Names.Keys.Order(StringComparer.Ordinal))} and attributes.NAME";
            }

            if (PrivacyFields.IsAddress(name) ? action is PrivacyAction.Deterministic or PrivacyAction.Randomized : action == PrivacyAction.PreservePrefix)
            {
                return $"`{name}` cannot be treated as {action}: addresses take keep, drop, truncate, pseudonym or preserve_prefix, other fields all but preserve_prefix";
            }
        }

        return TruncateTo is < 1 or > 64 ? "truncate_to must be 1 to 64" : null;
    }
}
