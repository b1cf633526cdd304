namespace SensorNet.Collector.Security;

/// <summary>
/// What is open under each credential (a certificate's connections, a bearer token's calls), so that revoking it closes
/// them. Thread-safe.
/// </summary>
internal sealed class LiveCredentials
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<Registration>> _open = new(StringComparer.Ordinal);

    public static string OfCertificate(string serial) => "cert/" + serial;

    public static string OfToken(string id) => "token/" + id;

    /// <param name="credential">As the two methods above name it.</param>
    /// <param name="limit">How many may be open at once.</param>
    /// <param name="close">Closes it; called at most once, on the revoker's thread.</param>
    /// <returns>Dispose it when it has ended; null when the limit is reached.</returns>
    public IDisposable? TryOpen(string credential, int limit, Action close)
    {
        var registration = new Registration(this, credential, close);
        lock (_gate)
        {
            if (!_open.TryGetValue(credential, out var set))
            {
                _open[credential] = set = [];
            }

            if (set.Count >= limit)
            {
                return null;
            }

            set.Add(registration);
            return registration;
        }
    }

    /// <returns>How many were closed.</returns>
    public int Close(string credential)
    {
        Registration[] closing;
        lock (_gate)
        {
            closing = _open.Remove(credential, out var set) ? [.. set] : [];
        }

        foreach (var registration in closing)
        {
            registration.Close();
        }

        return closing.Length;
    }

    private void Remove(Registration registration)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(registration.Credential, out var set) && set.Remove(registration) && set.Count == 0)
            {
                _open.Remove(registration.Credential);
            }
        }
    }

    private sealed class Registration(LiveCredentials owner, string credential, Action close) : IDisposable
    {
        public string Credential { get; } = credential;

        public void Close() => close();

        public void Dispose() => owner.Remove(this);
    }
}
