using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Marks of scanners that hide their User-Agent, found in the programs' own requests: identities of address 1.1.1.1, the
/// display name, and a branch of a form that phones do not make. Two marks make a scanner.
/// </summary>
internal static class ScannerMarks
{
    public static bool AreOn(in SipMessage m)
    {
        // Without its branch only From can make two marks.
        var branch = HasTheirBranch(m);
        if (!branch && m.From.IndexOf("1.1.1.1"u8) < 0 && m.From.IndexOf("sipvicious"u8) < 0)
        {
            return false;
        }

        var marks = (branch ? 1 : 0) + (m.First(SipHeaderId.Contact).IndexOf("@1.1.1.1"u8) >= 0 ? 1 : 0);
        if (SipAddressView.TryParse(m.From, out var address))
        {
            if (address.Display.SequenceEqual("sipvicious"u8))
            {
                marks += 2;
            }

            var uri = SipUriView.Parse(address.Uri);
            if (uri.Host.SequenceEqual("1.1.1.1"u8))
            {
                marks += uri.User.SequenceEqual("100"u8) ? 2 : 1;
            }
        }

        return marks >= 2;
    }

    private static bool HasTheirBranch(in SipMessage m)
    {
        var branch = m.Branch;
        return branch.Length > 9 && branch.StartsWith("z9hG4bK-"u8) && branch[8..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && m.TopVia.IndexOf(";rport"u8) >= 0;
    }
}
