using System.Globalization;
using System.Runtime.InteropServices;

namespace SensorNet.Sensor.Host;

/// <summary>
/// Gives back the pages of the program's and libraries' files that this process has mapped: most of them only start-up needed.
/// What is used is there again at the next touch, from the page cache. Only mappings that nobody wrote to are touched, so
/// nothing can be lost.
/// </summary>
internal static partial class ProgramPages
{
    private const int DontNeed = 4;

    /// <summary>Unmaps them; takes about a millisecond.</summary>
    /// <returns>Octets that were mapped.</returns>
    public static long Release()
    {
        try
        {
            return Release(File.ReadLines("/proc/self/smaps"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // proc(5): a mapping's line "START-END PERMS OFFSET DEV INODE PATH", then "Name: N kB" lines about it.
    private static long Release(IEnumerable<string> smaps)
    {
        (nint Start, nint Length) candidate = default;
        long resident = 0, released = 0;
        foreach (var line in smaps)
        {
            if (TryMapping(line, out var start, out var length, out var unwritable))
            {
                candidate = unwritable ? (start, length) : default;
            }
            else if (line.StartsWith("Rss:", StringComparison.Ordinal))
            {
                resident = Kilobytes(line);
            }
            else if (line.StartsWith("Anonymous:", StringComparison.Ordinal) && candidate.Length > 0 && resident > 0 && Kilobytes(line) == 0
                && MAdvise(candidate.Start, candidate.Length, DontNeed) == 0)
            {
                released += resident * 1024;
            }
        }

        return released;
    }

    private static bool TryMapping(string line, out nint start, out nint length, out bool unwritable)
    {
        start = length = 0;
        unwritable = false;
        var dash = line.IndexOf('-', StringComparison.Ordinal);
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (dash <= 0 || space < dash || line.Length < space + 5
            || !nint.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out start)
            || !nint.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end))
        {
            return false;
        }

        // A file's, readable, not writable; not the runtime's own memory, which has a name too.
        var path = line.IndexOf(" /", StringComparison.Ordinal);
        unwritable = path > 0 && line[space + 1] == 'r' && line[space + 2] == '-' && !line.AsSpan(path + 1).StartsWith("/memfd:") && !line.AsSpan(path + 1).StartsWith("/dev/");
        length = end - start;
        return true;
    }

    private static long Kilobytes(string line)
    {
        var text = line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).Trim();
        return text.IndexOf(' ') is > 0 and var end && long.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(nint address, nint length, int advice);
}
