using Grpc.Core;

namespace SensorNet.Rpc.Wire;

/// <summary>Turns received headers into metadata. What is malformed is left out, never an error of the call.</summary>
internal static class MetadataReader
{
    public static void Add(Metadata metadata, string name, string value)
    {
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            if (IsKey(name))
            {
                metadata.Add(name, value);
            }

            return;
        }

        if (!IsKey(name))
        {
            return;
        }

        // Repeated binary headers may have been joined with commas on the way.
        foreach (var range in value.AsSpan().Split(','))
        {
            if (BinaryHeader.TryDecode(value.AsSpan(range), out var octets))
            {
                metadata.Add(name, octets);
            }
        }
    }

    private static bool IsKey(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
            {
                return false;
            }
        }

        return name.Length > 0;
    }
}
