using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Marks of scanners that hide their User-Agent, found in the programs' own requests: identities of address 1.1.1.1, the
/// display name, and a branch of a form that phones do not make. Two marks make a scanner.
/// </summary>
internal static class ScannerMarks
{
    public static int Count(in SipMessage m)
    {
        var marks = 0;
        var from = m.From;
        if (SipAddressView.TryParse(from, out var address))
        {
            if (address.Display.SequenceEqual("sipvicious"u8))
            {
                marks += 2;
            }

            var uri = SipUriView.Parse(address.Uri);
            if (uri.Host.SequenceEqual("1.1.1.1"u8))
            {
                marks++;
                if (uri.User.SequenceEqual("100"u8))
                {
                    marks++;
                }
            }
        }

        if (m.First(SipHeaderId.Contact).IndexOf("@1.1.1.1"u8) >= 0)
        {
            marks++;
        }

        var branch = m.Branch;
        if (branch.Length > 9 && branch.StartsWith("z9hG4bK-"u8) && branch[8..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && m.TopVia.IndexOf(";rport"u8) >= 0)
        {
            marks++;
        }

        return marks;
    }
}
