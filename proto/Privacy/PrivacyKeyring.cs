namespace SensorNet.Proto.Privacy;

/// <summary>
/// The keys of a host or an analyst, from a file of lines <c>ID HEX</c> (64 hexadecimal digits; <c>#</c> begins a comment). The
/// last key is the active one: rotation appends a line, and older keys stay to open what was made with them.
/// </summary>
public sealed class PrivacyKeyring
{
    private readonly Dictionary<string, PrivacyKey> _keys;

    public PrivacyKeyring(IReadOnlyList<PrivacyKey> keys)
    {
        _keys = keys.ToDictionary(k => k.Id, StringComparer.Ordinal);
        Active = keys.Count > 0 ? keys[^1] : null;
    }

    /// <summary>What new values are made with; null when there is no key.</summary>
    public PrivacyKey? Active { get; }

    public IEnumerable<PrivacyKey> All => _keys.Values;

    public PrivacyKey? Find(string id) => _keys.GetValueOrDefault(id);

    /// <exception cref="FormatException">A line is no key; the message names file and line, and never the key.</exception>
    /// <exception cref="IOException">The file cannot be read, or others than its owner may read it.</exception>
    public static PrivacyKeyring Load(string path)
    {
        const UnixFileMode others = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & others) != 0)
        {
            throw new IOException($"{path} may be read or written by others; run: chmod 600 {path}");
        }

        return Parse(File.ReadAllLines(path), path);
    }

    public static PrivacyKeyring Parse(IEnumerable<string> lines, string name)
    {
        var keys = new List<PrivacyKey>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0)
            {
                continue;
            }

            var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 2 || parts[1].Length != PrivacyKey.Length * 2 || !parts[1].All(char.IsAsciiHexDigit))
            {
                throw new FormatException($"{name}:{number}: expected `ID HEX` with 64 hexadecimal digits, as `openssl rand -hex 32` makes them.");
            }

            if (keys.Any(k => k.Id == parts[0]))
            {
                throw new FormatException($"{name}:{number}: key `{parts[0]}` is there twice; a new key needs a new id.");
            }

            try
            {
                keys.Add(new PrivacyKey(parts[0], Convert.FromHexString(parts[1])));
            }
            catch (ArgumentException e)
            {
                throw new FormatException($"{name}:{number}: {e.Message}", e);
            }
        }

        return new PrivacyKeyring(keys);
    }
}
