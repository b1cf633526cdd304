namespace SensorNet.EndToEnd.Tests;

/// <summary>
/// What each labelled attack must raise: at least one of the catalogue's rules, at medium or above, against a true
/// source of that kind of event (or, where the attack has very many sources, against the host).
/// </summary>
internal static class ExpectedAlerts
{
    /// <summary>Label type to the catalogue ids of which one is enough.</summary>
    private static readonly Dictionary<string, string[]> ByLabel = new()
    {
        ["scan-options"] = ["v01", "v02"],
        ["enumeration-register"] = ["v09", "v56"],
        ["enumeration-options"] = ["v09"],
        ["enumeration-invite"] = ["v09", "v35", "v56"],
        ["password-crack"] = ["v05"],
        ["password-guessing"] = ["v05"],
        ["password-guessed"] = ["v25"],
        ["password-spray"] = ["v05", "v08"],
        ["distributed-guessing"] = ["v06"],
        ["credential-stuffing"] = ["v55"],
        ["register-flood"] = ["v11", "v12", "v17"],
        ["options-flood"] = ["v11", "v14"],
        ["invite-flood"] = ["v11", "v13"],
        ["malformed"] = ["v18"],
        ["bye-spoof"] = ["v48"],
        ["toll-fraud-call-setup"] = ["v36", "v37", "v38", "v39", "v43", "v44"],
        ["wangiri"] = ["v46"],
        ["reg-hijack"] = ["v28", "v29"],
        ["dialplan-scan"] = ["v35"],
        ["nonsip-probe"] = ["v19"],
    };

    /// <summary>Kinds whose alert is about a host or a block of numbers, because no one source makes the attack.</summary>
    public static bool IsDistributed(string label) => label is "credential-stuffing" or "distributed-guessing" or "wangiri";

    /// <summary>A probe of a few packets is noise of the Internet: low is enough.</summary>
    public static string MinimumLevel(string label) => label == "nonsip-probe" ? "low" : "medium";

    public static IEnumerable<(string Label, string[] Rules)> For(GroundTruth truth) =>
        truth.Events.Where(e => e.Malicious).Select(e => e.Type).Distinct()
            .Where(ByLabel.ContainsKey).Select(type => (type, ByLabel[type]));
}
