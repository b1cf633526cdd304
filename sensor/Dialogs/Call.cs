using System.Runtime.CompilerServices;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// A call: what one Call-ID and caller's tag have led to, all legs and forks together. Its addresses are those of the
/// leg that was seen first: the true caller's.
/// </summary>
internal struct Call
{
    public const int MaxDialogs = 3;
    public const int MaxPath = 8;

    public Endpoints Ends;

    /// <summary>Time of the first INVITE.</summary>
    public long Start;

    /// <summary>Time of the first 180 or 183, 0 before.</summary>
    public long Ringing;

    /// <summary>Time of the first 2xx, 0 before.</summary>
    public long Answered;
    public long Last;
    public SipAnomalies Anomalies;

    /// <summary>Callee tags of the dialogs that were established; 0 is none.</summary>
    public TagList Dialogs;

    /// <summary>Addresses that take part, as 32-bit keyed hashes.</summary>
    public PathList Path;
    public TraceRing Trace;
    public int Block;
    public ushort BlockLength;
    public byte PathCount;
    public CallState State;
    public CallFlags Flags;
    public int Timer;

    /// <summary>The INVITE that is on its way or was last, with the generation that the reference is good for.</summary>
    public int Invite;
    public uint InviteGeneration;
    public uint Retransmissions;

    /// <summary>Session interval (RFC 4028), 0 when none was agreed.</summary>
    public uint SessionSeconds;

    public readonly bool Has(CallFlags flag) => (Flags & flag) != 0;

    public void AddPath(uint address)
    {
        if (!IsOnPath(address))
        {
            Path[PathCount % MaxPath] = address;
            PathCount = (byte)(PathCount + 1 < 2 * MaxPath ? PathCount + 1 : MaxPath + ((PathCount + 1) % MaxPath));
        }
    }

    public readonly bool IsOnPath(uint address)
    {
        for (var i = 0; i < MaxPath; i++)
        {
            if (Path[i] == address)
            {
                return true;
            }
        }

        return false;
    }

    public void AddDialog(uint tag)
    {
        for (var i = 0; i < MaxDialogs; i++)
        {
            if (Dialogs[i] == tag)
            {
                return;
            }

            if (Dialogs[i] == 0)
            {
                Dialogs[i] = tag;
                return;
            }
        }
    }

    public readonly bool HasDialog(uint tag) => Dialogs[0] == tag || Dialogs[1] == tag || Dialogs[2] == tag;

    /// <summary>Takes a dialog out.</summary>
    public void RemoveDialog(uint tag)
    {
        for (var i = 0; i < MaxDialogs; i++)
        {
            if (Dialogs[i] == tag)
            {
                for (var j = i; j < MaxDialogs; j++)
                {
                    Dialogs[j] = j + 1 < MaxDialogs ? Dialogs[j + 1] : 0;
                }

                return;
            }
        }
    }

    [InlineArray(MaxDialogs)]
    internal struct TagList
    {
        private uint _first;
    }

    [InlineArray(MaxPath)]
    internal struct PathList
    {
        private uint _first;
    }
}
