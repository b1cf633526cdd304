namespace SensorNet.Console.Cli;

/// <summary>Examples that help shows below a command's options, by the command's path.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByPath = new(StringComparer.Ordinal)
    {
        [""] = ["sensornet", "sensornet alerts list --open", "sensornet events tail", "sensornet doctor"],
        ["open"] = ["sensornet open alerts"],
        ["alerts list"] = ["sensornet alerts list --open --level high", "sensornet alerts list --since 24h --json | jq -r '.[].source_ip'"],
        ["alerts watch"] = ["sensornet alerts watch --include-open --level critical", "sensornet alerts watch --json | while read -r alert; do ...; done"],
        ["alerts show"] = ["sensornet alerts show 13ddc5"],
        ["alerts ack"] = ["sensornet alerts ack 13ddc5 4d1de1 -m 'on it'"],
        ["alerts resolve"] = ["sensornet alerts resolve 13ddc5 --reason 'blocked upstream'"],
        ["alerts dismiss"] = ["sensornet alerts dismiss 13ddc5 --for 7d --reason 'our own scanner'"],
        ["alerts note"] = ["sensornet alerts note 13ddc5 'same range as last week'"],
        ["events list"] =
        [
            "sensornet events list 'type:sip.auth.failed and source.ip:203.0.113.0/24' --since 1h",
            "sensornet events list --type auth-failed --user 1042 -n 20",
        ],
        ["events tail"] = ["sensornet events tail 'severity:critical'", "sensornet events tail --json | jq ."],
        ["events show"] = ["sensornet events show 4294979016"],
        ["calls list"] = ["sensornet calls list --user 1042 --since 24h", "sensornet calls list --state answered --json"],
        ["calls show"] = ["sensornet calls show a84b4c76e66710@pc33"],
        ["registrations list"] = ["sensornet registrations list --aor 1005@pbx.example.net"],
        ["sources list"] = ["sensornet sources list --order failures", "sensornet sources list --kind user"],
        ["sources show"] = ["sensornet sources show 203.0.113.7"],
        ["sensors types"] = ["sensornet sensors types edge-1 --disable sip.source.stats"],
        ["rules enable"] = ["sensornet rules enable v09_enumeration --dry-run"],
        ["rules disable"] = ["sensornet rules disable v09_enumeration"],
        ["stats"] = ["sensornet stats --by source --by status --since 24h", "sensornet stats --by type --bucket 1h --json"],
        ["audit list"] = ["sensornet audit list --actor alice --since 7d"],
        ["tokens create"] =
        [
            "sensornet tokens create --role sensor --name edge-1 --ttl 10m",
            "sensornet tokens create --role operator",
            "sensornet tokens create --role viewer --bearer --ttl 30d",
        ],
        ["login"] = ["sensornet login https://col.example.net:4317 --token sn1....", "sensornet login https://col.example.net:4317 --renew"],
        ["completion"] = ["source <(sensornet completion bash)"],
    };

    /// <summary>Every path that has examples.</summary>
    public static IReadOnlyCollection<string> Paths => ByPath.Keys;

    /// <summary>The examples of a command; empty when it needs none.</summary>
    public static IReadOnlyList<string> Of(string path) => ByPath.GetValueOrDefault(path, []);
}
