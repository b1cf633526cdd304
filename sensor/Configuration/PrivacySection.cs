using SensorNet.Proto.Configuration;
using SensorNet.Proto.Privacy;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>privacy</c>: what is hidden before an event leaves the host.</summary>
internal static class PrivacySection
{
    private static readonly (string Word, PrivacyAction Action)[] Actions =
    [
        ("keep", PrivacyAction.Keep),
        ("drop", PrivacyAction.Drop),
        ("truncate", PrivacyAction.Truncate),
        ("pseudonym", PrivacyAction.Pseudonym),
        ("deterministic", PrivacyAction.Deterministic),
        ("randomized", PrivacyAction.Randomized),
        ("preserve_prefix", PrivacyAction.PreservePrefix),
    ];

    private static readonly string[] Words = [.. Actions.Select(a => a.Word)];

    /// <returns>The rules, and the file of keys (null: none named).</returns>
    /// <exception cref="ConfigurationException">An impossible value.</exception>
    public static (PrivacyPolicy Policy, string? KeyFile) Read(ConfigurationSection section)
    {
        var keyFile = section.Text("key_file", "", "File of keys, one `ID HEX` (64 hexadecimal digits) per line, the last one active; mode 0600.");
        var accounts = Action(section, "accounts", "keep", "Account names and addresses of record: keep, drop, truncate, pseudonym, deterministic or randomized.");
        var addresses = Action(section, "addresses", "keep", "IP addresses: keep, drop, truncate, pseudonym or preserve_prefix.");
        var numbers = Action(section, "numbers", "keep", "Called and calling numbers.");
        var devices = Action(section, "devices", "keep", "User agents and other marks of devices.");
        var text = section.Choice("text", "auto", ["auto", .. Words], "Free text (message, raw); auto: dropped as soon as accounts, addresses or numbers are not kept.");
        var truncate = (int)section.Integer("truncate_to", 3, 1, 64, "Characters that truncate leaves.");
        var single = section.Section("fields");
        var fields = single.Keys().ToDictionary(name => name, name => Action(single, name, "keep", $"What is done to {name}."), StringComparer.Ordinal);
        var policy = new PrivacyPolicy
        {
            Accounts = accounts,
            Addresses = addresses,
            Numbers = numbers,
            Devices = devices,
            Text = text == "auto" ? null : Find(text),
            Fields = fields,
            TruncateTo = truncate,
        };
        return policy.Problem() is { } problem
            ? throw new ConfigurationException($"{section.Location}: `privacy`: {problem}.")
            : (policy, keyFile.Length > 0 ? keyFile : null);
    }

    private static PrivacyAction Action(ConfigurationSection section, string key, string plain, string description) =>
        Find(section.Choice(key, plain, Words, description));

    private static PrivacyAction Find(string word) => Actions.First(a => a.Word == word).Action;
}
