namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Marks by which scanners give themselves away in User-Agent, in lower case. Tools that administrators probe their own
/// servers with, such as sipsak, are not among them.
/// </summary>
internal static class ScannerList
{
    public static IReadOnlyCollection<string> Default { get; } =
    [
        "friendly-scanner", "friendlyscanner", "friendly-request", "sipvicious", "sipcli", "sip-scan", "sipscan",
        "sundayddr", "iwar", "smap", "vaxsipuseragent", "vaxipuseragent", "pplsip", "sipptk", "sipp/", "sip-inspector",
        "siparmyknife", "sipbomber", "svmap", "svwar", "svcrack", "enablesecurity", "protos", "gulp",
        "eyebeam release 3007n", "voipsniffer",
    ];
}
