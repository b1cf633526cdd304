namespace SensorNet.Console.Client;

/// <summary>How to reach a collector and as whom.</summary>
/// <param name="Collector"><c>unix:/path</c>, or <c>https://host:port</c>.</param>
/// <param name="CaFile">PEM of the authority that signed the collector's certificate; null: the system's.</param>
/// <param name="CertificateFile">PEM of our certificate; null: none.</param>
/// <param name="KeyFile">PEM of its key; null: in the certificate's file.</param>
/// <param name="TokenFile">File that holds a bearer token; null: none.</param>
/// <param name="IdentityFile">Identity as <c>sensornet login</c> keeps it; null, or a file that does not exist: none.</param>
/// <param name="PrivacyKeysFile">Keys that protected values of events are opened with; null: they stay as they are.</param>
internal sealed record ConnectionSettings(
    string Collector,
    string? CaFile = null,
    string? CertificateFile = null,
    string? KeyFile = null,
    string? TokenFile = null,
    string? IdentityFile = null,
    string? PrivacyKeysFile = null)
{
    /// <summary>Where a collector on this host listens for operators.</summary>
    public const string DefaultCollector = "unix:/run/sensornet/collector.sock";

    public bool IsUnixSocket => Collector.StartsWith("unix:", StringComparison.Ordinal);

    public string UnixSocketPath => Collector["unix:".Length..];

    /// <summary>What is wrong with an address, as a sentence; null when it is well formed.</summary>
    public static string? Complaint(string collector)
    {
        if (collector.StartsWith("unix:", StringComparison.Ordinal))
        {
            return collector.Length > "unix:".Length ? null : "The collector's address 'unix:' names no socket: write unix:/run/sensornet/collector.sock.";
        }

        return Uri.TryCreate(collector, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Host.Length > 0
            ? null
            : $"The collector's address '{Tui.SafeText.Clean(collector)}' is neither unix:/path/to/socket nor https://host:port.";
    }
}
