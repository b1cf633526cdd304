namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Reads from a command that an administrator ran whether it blocks or frees an address, and with what: ufw, iptables,
/// ipset, nft, fail2ban-client, ip route blackhole, firewall-cmd, cscli, kamcmd.
/// </summary>
internal ref struct AdminBlock
{
    private const int MaxWords = 64;

    /// <summary>The tool's name.</summary>
    public ReadOnlySpan<byte> Tool;

    /// <summary>An address, or a network in CIDR notation.</summary>
    public ReadOnlySpan<byte> Target;

    /// <summary>The fail2ban jail or the set's name.</summary>
    public ReadOnlySpan<byte> Set;

    /// <summary>True for a block, false for its end.</summary>
    public bool Blocks;

    public static bool TryRead(ReadOnlySpan<byte> command, out AdminBlock block)
    {
        block = default;
        var cursor = new LineCursor(command);
        for (var i = 0; i < 6 && !cursor.AtEnd; i++)
        {
            var word = cursor.Word().Trim("'\""u8);
            var slash = word.LastIndexOf((byte)'/');
            block.Tool = slash < 0 ? word : word[(slash + 1)..];
            if (block.Arguments(cursor.Rest))
            {
                return true;
            }
        }

        return false;
    }

    private bool Arguments(ReadOnlySpan<byte> rest)
    {
        if (Tool.SequenceEqual("ufw"u8))
        {
            Blocks = !Has(rest, "delete"u8);
            return (Has(rest, "deny"u8) || Has(rest, "reject"u8)) && After(rest, "from"u8, out Target);
        }

        if (Tool.StartsWith("iptables"u8) || Tool.StartsWith("ip6tables"u8))
        {
            Blocks = !Has(rest, "-D"u8) && !Has(rest, "--delete"u8);
            return (Has(rest, "DROP"u8) || Has(rest, "REJECT"u8)) && (After(rest, "-s"u8, out Target) || After(rest, "--source"u8, out Target));
        }

        if (Tool.SequenceEqual("ipset"u8))
        {
            Blocks = Has(rest, "add"u8) || Has(rest, "-A"u8);
            return (Blocks || Has(rest, "del"u8) || Has(rest, "-D"u8)) && Words(rest, 2, out Set) && FirstAddress(rest);
        }

        if (Tool.SequenceEqual("nft"u8))
        {
            Blocks = Has(rest, "add"u8) || Has(rest, "insert"u8);
            return (Blocks || Has(rest, "delete"u8)) && (Has(rest, "element"u8) || Has(rest, "drop"u8) || Has(rest, "reject"u8)) && FirstAddress(rest);
        }

        if (Tool.SequenceEqual("fail2ban-client"u8))
        {
            After(rest, "set"u8, out Set);
            Blocks = Has(rest, "banip"u8);
            return (Blocks || Has(rest, "unbanip"u8) || Has(rest, "unban"u8)) && FirstAddress(rest);
        }

        if (Tool.SequenceEqual("ip"u8))
        {
            Blocks = Has(rest, "add"u8) || Has(rest, "replace"u8);
            return Has(rest, "blackhole"u8) && FirstAddress(rest);
        }

        if (Tool.SequenceEqual("firewall-cmd"u8))
        {
            Blocks = rest.IndexOf("--remove-"u8) < 0;
            var at = rest.IndexOf("address="u8);
            return at >= 0 && (rest.IndexOf("drop"u8) >= 0 || rest.IndexOf("reject"u8) >= 0) && Address(LogText.LeadingToken(rest[(at + 8)..].TrimStart("\"'"u8)));
        }

        if (Tool.SequenceEqual("cscli"u8))
        {
            Blocks = Has(rest, "add"u8);
            return Has(rest, "decisions"u8) && (Blocks || Has(rest, "delete"u8)) && FirstAddress(rest);
        }

        if (Tool.SequenceEqual("kamcmd"u8) || Tool.SequenceEqual("kamctl"u8))
        {
            Blocks = Has(rest, "htable.sets"u8) || Has(rest, "htable.seti"u8);
            return (Blocks || Has(rest, "htable.delete"u8)) && Words(rest, 2, out Set) && FirstAddress(rest);
        }

        return false;
    }

    private bool FirstAddress(ReadOnlySpan<byte> rest)
    {
        var cursor = new LineCursor(rest);
        for (var i = 0; i < MaxWords && !cursor.AtEnd; i++)
        {
            if (Address(cursor.Word().Trim("{},'\""u8)))
            {
                return true;
            }
        }

        return false;
    }

    private bool Address(ReadOnlySpan<byte> word)
    {
        var slash = word.IndexOf((byte)'/');
        if (!LogText.TryAddress(slash < 0 ? word : word[..slash], out _))
        {
            return false;
        }

        Target = word;
        return true;
    }

    private static bool Has(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> word)
    {
        var cursor = new LineCursor(rest);
        for (var i = 0; i < MaxWords && !cursor.AtEnd; i++)
        {
            if (cursor.Word().SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Words(ReadOnlySpan<byte> rest, int number, out ReadOnlySpan<byte> word)
    {
        var cursor = new LineCursor(rest);
        word = default;
        for (var i = 0; i < number; i++)
        {
            word = cursor.Word();
        }

        return !word.IsEmpty;
    }

    private static bool After(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var cursor = new LineCursor(rest);
        for (var i = 0; i < MaxWords && !cursor.AtEnd; i++)
        {
            if (cursor.Word().SequenceEqual(key))
            {
                value = cursor.Word();
                var slash = value.IndexOf((byte)'/');
                return LogText.TryAddress(slash < 0 ? value : value[..slash], out _) || key.SequenceEqual("set"u8);
            }
        }

        value = default;
        return false;
    }
}
