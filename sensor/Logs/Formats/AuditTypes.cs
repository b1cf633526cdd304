using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>Which audit records there are and what they mean (linux/audit.h, libaudit).</summary>
internal static class AuditTypes
{
    /// <summary>The record's name, from the number that the kernel prints when no auditd does.</summary>
    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> type)
    {
        if (type.StartsWith("UNKNOWN["u8))
        {
            type = type[8..].TrimEnd((byte)']');
        }

        if (!LogText.TryNumber(type, out var number))
        {
            return type;
        }

        return number switch
        {
            1100 => "USER_AUTH"u8,
            1101 => "USER_ACCT"u8,
            1102 => "USER_MGMT"u8,
            1103 => "CRED_ACQ"u8,
            1104 => "CRED_DISP"u8,
            1105 => "USER_START"u8,
            1106 => "USER_END"u8,
            1108 => "USER_CHAUTHTOK"u8,
            1109 => "USER_ERR"u8,
            1112 => "USER_LOGIN"u8,
            1113 => "USER_LOGOUT"u8,
            1114 => "ADD_USER"u8,
            1115 => "DEL_USER"u8,
            1116 => "ADD_GROUP"u8,
            1117 => "DEL_GROUP"u8,
            1123 => "USER_CMD"u8,
            1130 => "SERVICE_START"u8,
            1131 => "SERVICE_STOP"u8,
            1300 => "SYSCALL"u8,
            1302 => "PATH"u8,
            1305 => "CONFIG_CHANGE"u8,
            1306 => "SOCKADDR"u8,
            1307 => "CWD"u8,
            1309 => "EXECVE"u8,
            1320 => "EOE"u8,
            1326 => "SECCOMP"u8,
            1327 => "PROCTITLE"u8,
            1400 => "AVC"u8,
            1700 => "ANOM_PROMISCUOUS"u8,
            1701 => "ANOM_ABEND"u8,
            _ => type,
        };
    }

    /// <summary>Records that come with others of their serial.</summary>
    public static bool BelongsToSyscall(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("SYSCALL"u8) || type.SequenceEqual("EXECVE"u8) || type.SequenceEqual("PATH"u8) || type.SequenceEqual("CWD"u8) || type.SequenceEqual("PROCTITLE"u8)
        || type.SequenceEqual("SOCKADDR"u8) || type.SequenceEqual("SOCKETCALL"u8) || type.SequenceEqual("IPC"u8) || type.SequenceEqual("MMAP"u8)
        || type.SequenceEqual("FD_PAIR"u8) || type.SequenceEqual("CAPSET"u8) || type.SequenceEqual("BPRM_FCAPS"u8) || type.SequenceEqual("OBJ_PID"u8);

    /// <summary>Gives records that mean what another event type says that type.</summary>
    /// <param name="type">The record's name.</param>
    /// <param name="e">The event of its fields.</param>
    /// <param name="named">The record names the account that it is about.</param>
    public static void Classify(ReadOnlySpan<byte> type, Event e, bool named)
    {
        var failed = e.Reason is "failed" or "no" or "0";
        if (type.SequenceEqual("ANOM_ABEND"u8))
        {
            (e.Type, e.Severity) = (EventType.KernelSegfault, Severity.Error);
        }
        else if (type.SequenceEqual("ANOM_PROMISCUOUS"u8))
        {
            (e.Type, e.Severity) = e.Attributes.GetValueOrDefault("prom") == "0" ? (EventType.AuditRecord, Severity.Info) : (EventType.KernelPromiscuous, Severity.Warning);
        }
        else if (type.SequenceEqual("ADD_USER"u8) && !failed)
        {
            (e.Type, e.Severity) = (EventType.AccountCreated, Severity.Warning);
        }
        else if ((type.SequenceEqual("DEL_USER"u8) || type.SequenceEqual("DEL_GROUP"u8)) && !failed)
        {
            (e.Type, e.Severity) = (EventType.AccountRemoved, Severity.Warning);
        }
        else if ((type.SequenceEqual("USER_MGMT"u8) || type.SequenceEqual("GRP_MGMT"u8) || type.SequenceEqual("ADD_GROUP"u8) || type.SequenceEqual("USER_CHAUTHTOK"u8)) && !failed)
        {
            (e.Type, e.Severity) = (EventType.AccountChanged, Severity.Warning);
        }
        else if (type.SequenceEqual("CONFIG_CHANGE"u8) || type.SequenceEqual("DAEMON_END"u8) || type.SequenceEqual("DAEMON_ABORT"u8))
        {
            e.Severity = Severity.Warning;
        }
        else if (failed)
        {
            e.Severity = Severity.Warning;
        }

        if (e.Type is EventType.AccountCreated or EventType.AccountChanged or EventType.AccountRemoved)
        {
            Account(e, named);
        }

        // A command that sudo ran: hexadecimal, or quoted.
        if (e.Attributes.Remove("cmd", out var command))
        {
            e.Attributes["process.command_line"] = command;
        }
    }

    // Who did it, and to whom: UID is the tool's own user, ID the account's, which the tool may know by its number only.
    private static void Account(Event e, bool named)
    {
        e.Attributes.Remove("id.name", out var name);
        if (e.Actor.Length == 0 && !named)
        {
            e.Actor = e.User;
        }

        if (!named)
        {
            e.User = name is { Length: > 0 } && !name.StartsWith("unknown(", StringComparison.Ordinal) ? name
                : e.Attributes.TryGetValue("id", out var number) ? $"uid {number}" : "";
        }
    }
}
