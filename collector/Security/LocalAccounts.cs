using System.Globalization;
using System.Runtime.InteropServices;

namespace SensorNet.Collector.Security;

/// <summary>Names and numbers of this host's users and groups, as the system's name service knows them.</summary>
internal static unsafe class LocalAccounts
{
    // Group entries list their members; directories can make them long.
    private const int BufferLength = 256 * 1024;

    public static uint OwnUserId => LibC.GetEffectiveUserId();

    /// <summary>The account's name, or <c>uid:N</c>.</summary>
    public static string UserName(uint id)
    {
        var buffer = new byte[BufferLength];
        fixed (byte* pointer = buffer)
        {
            LibC.Passwd entry;
            LibC.Passwd* found;
            return LibC.GetUserById(id, &entry, pointer, BufferLength, &found) == 0 && found is not null
                ? Marshal.PtrToStringUTF8((nint)entry.Name) ?? Number(id)
                : Number(id);
        }
    }

    /// <summary>The id of a user given by name or number; null when there is none.</summary>
    public static uint? FindUser(string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var buffer = new byte[BufferLength];
        fixed (byte* pointer = buffer)
        {
            LibC.Passwd entry;
            LibC.Passwd* found;
            return LibC.GetUserByName(name, &entry, pointer, BufferLength, &found) == 0 && found is not null ? entry.UserId : null;
        }
    }

    /// <summary>The id of a group given by name or number; null when there is none.</summary>
    public static uint? FindGroup(string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        var buffer = new byte[BufferLength];
        fixed (byte* pointer = buffer)
        {
            LibC.Group entry;
            LibC.Group* found;
            return LibC.GetGroupByName(name, &entry, pointer, BufferLength, &found) == 0 && found is not null ? entry.GroupId : null;
        }
    }

    private static string Number(uint id) => $"uid:{id.ToString(CultureInfo.InvariantCulture)}";
}
