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
        ["alerts explain"] = ["sensornet alerts explain 13ddc5"],
        ["alerts reopen"] = ["sensornet alerts reopen 13ddc5 -m 'it came back'"],
        ["alerts assign"] = ["sensornet alerts assign 13ddc5 alice"],
        ["incidents list"] = ["sensornet incidents list --open --level high", "sensornet incidents list --kind source --since 7d --json"],
        ["incidents show"] = ["sensornet incidents show 4f1c0a"],
        ["incidents ack"] = ["sensornet incidents ack 4f1c0a --to alice"],
        ["incidents resolve"] = ["sensornet incidents resolve 4f1c0a --reason 'blocked upstream'"],
        ["incidents dismiss"] = ["sensornet incidents dismiss 4f1c0a --for 7d --reason 'our own scanner'"],
        ["incidents assign"] = ["sensornet incidents assign 4f1c0a alice"],
        ["incidents note"] = ["sensornet incidents note 4f1c0a 'carrier informed'"],
        ["alerts note"] = ["sensornet alerts note 13ddc5 'same range as last week'"],
        ["events list"] =
        [
            "sensornet events list 'type:sip.auth.failed and source.ip:203.0.113.0/24' --since 1h",
            "sensornet events list --type auth-failed --user 1042 -n 20",
        ],
        ["events tail"] = ["sensornet events tail 'severity:critical'", "sensornet events tail --json | jq ."],
        ["events export"] =
        [
            "sensornet events export 'source.ip:203.0.113.7' --since 24h --out attacker.jsonl",
            "sensornet events export 'sip.call_id:\"a84b4c76e66710@pc33\"' --out call.pcap",
        ],
        ["events types"] = ["sensornet events types --json"],
        ["events show"] = ["sensornet events show 4294979016"],
        ["calls list"] = ["sensornet calls list --user 1042 --since 24h", "sensornet calls list --state answered --json"],
        ["calls show"] = ["sensornet calls show a84b4c76e66710@pc33"],
        ["registrations list"] = ["sensornet registrations list --aor 1005@pbx.example.net"],
        ["sources list"] = ["sensornet sources list --order failures", "sensornet sources list --kind user"],
        ["sources preview"] = ["sensornet sources preview 203.0.113.0/24"],
        ["sources block"] = ["sensornet sources block 203.0.113.7 --for 2h --reason 'registration flood'"],
        ["sources unblock"] = ["sensornet sources unblock 203.0.113.7"],
        ["sources allow"] = ["sensornet sources allow 192.0.2.10 --reason 'our monitoring'"],
        ["sources disallow"] = ["sensornet sources disallow 192.0.2.10"],
        ["sensors list"] = ["sensornet sensors list --json"],
        ["sensors revoke"] = ["sensornet sensors revoke edge-1 --yes"],
        ["sources show"] = ["sensornet sources show 203.0.113.7"],
        ["sensors types"] = ["sensornet sensors types edge-1 --disable sip.source.stats"],
        ["rules enable"] = ["sensornet rules enable v09_enumeration --dry-run"],
        ["rules list"] = ["sensornet rules list", "sensornet rules list --json | jq -r '.[] | select(.hits_24h > 0).name'"],
        ["rules show"] = ["sensornet rules show h01_ssh_bruteforce", "sensornet rules show h01_ssh_bruteforce --yaml"],
        ["rules state"] = ["sensornet rules state h01_ssh_bruteforce source.ip=192.0.2.1 host.name=pbx1"],
        ["rules tune"] =
        [
            "sensornet rules tune h01_ssh_bruteforce gte=10 window=5m -m 'many typists here'",
            "sensornet rules tune h01_ssh_bruteforce gte=20 --group office",
            "sensornet rules tune h01_ssh_bruteforce",
        ],
        ["rules history"] = ["sensornet rules history h01_ssh_bruteforce"],
        ["rules test"] =
        [
            "sensornet rules test h01_ssh_bruteforce --set gte=10 --since 7d --compare",
            "sensornet rules test --file mine.yml --since 24h",
        ],
        ["rules check"] = ["sensornet rules check rules/*.yml"],
        ["rules reload"] = ["sensornet rules reload --preview", "sensornet rules reload"],
        ["lists list"] = ["sensornet lists list"],
        ["lists show"] = ["sensornet lists show blocked", "sensornet lists show --value 203.0.113.7"],
        ["lists add"] = ["sensornet lists add carriers 192.0.2.0/28 -m 'trunk of carrier A'"],
        ["lists remove"] = ["sensornet lists remove carriers 192.0.2.0/28"],
        ["silences list"] = ["sensornet silences list --all"],
        ["silences add"] = ["sensornet silences add --rule 'h01_*' --host pbx-1 --for 2h --reason 'planned work'"],
        ["silences remove"] = ["sensornet silences remove s1"],
        ["status"] = ["sensornet status", "sensornet status --json"],
        ["tokens list"] = ["sensornet tokens list"],
        ["tokens revoke"] = ["sensornet tokens revoke 3f9a"],
        ["backup"] = ["sensornet backup /var/backups/sensornet"],
        ["doctor"] = ["sensornet doctor"],
        ["keys"] = ["sensornet keys", "sensornet keys --json"],
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
