using System.Buffers;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// Classes of called numbers by E.164 prefix (ITU-T E.164 assignments; national premium ranges of the larger plans).
/// Without a home country every number with a country code is international. Immutable and thread-safe.
/// </summary>
internal sealed class NumberPlan(string homeCountryCode, IReadOnlyList<string> ownNumbers)
{
    private const int LongestInternal = 6;
    private const int LongestNumber = 32;

    /// <summary>No national number of so many digits begins with another than 0: it is E.164 without its plus, as trunks send it.</summary>
    private const int ShortestBareE164 = 12;

    private static readonly SearchValues<char> Separators = SearchValues.Create(" -.()/");

    /// <summary>Country codes of three digits begin with these two; every other zone has codes of two digits.</summary>
    private static readonly string[] ThreeDigitZones =
    [
        "21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "80", "85", "87", "88", "96", "97", "99",
    ];

    /// <summary>Countries and territories within the North American plan that are billed as international.</summary>
    private static readonly string[] NanpTerritories =
    [
        "1242", "1246", "1264", "1268", "1284", "1340", "1345", "1441", "1473", "1649", "1658", "1664", "1670", "1671", "1684", "1721", "1758",
        "1767", "1784", "1787", "1809", "1829", "1849", "1868", "1869", "1876", "1939",
    ];

    /// <summary>Mobile satellite and international networks.</summary>
    private static readonly string[] Satellite = ["870", "881", "882", "883"];

    private static readonly string[] Premium =
    [
        "979", "1900", "449", "4487", "49900", "49137", "3389", "39899", "39892", "34803", "34806", "34807", "34905", "31906", "31909", "41900", "41901", "41906",
        "43900", "43901", "43930", "43931", "32900", "32902", "32903", "32904", "32905", "46900", "46939", "46944", "4590", "47820", "47829", "48700", "48701",
        "61190", "353157", "353158", "353159", "351601", "351607", "30901", "30909", "36690", "36691", "420900", "420906", "420909", "40900", "40903", "40906", "7803", "7809",
    ];

    private static readonly string[] Service = ["800", "808", "878", "888"];
    private static readonly string[] Emergency = ["112", "911", "999"];

    public NumberClass Classify(string number)
    {
        Span<char> buffer = stackalloc char[LongestNumber];
        var plus = false;
        var length = 0;
        foreach (var c in number.AsSpan())
        {
            if (char.IsAsciiDigit(c) || c is '*' or '#')
            {
                if (length == buffer.Length)
                {
                    return default;
                }

                buffer[length++] = c;
            }
            else if (c == '+' && length == 0)
            {
                plus = true;
            }
            else if (c == ';')
            {
                break;
            }
            else if (!Separators.Contains(c))
            {
                return default;
            }
        }

        return length == 0 ? default : Classify(buffer[..length], plus);
    }

    private NumberClass Classify(ReadOnlySpan<char> digits, bool plus)
    {
        if (!plus)
        {
            if (StartsWithAny(digits, Emergency) && digits.Length == 3)
            {
                return new NumberClass("emergency", "", digits.ToString());
            }

            if (digits.Length <= LongestInternal || digits[0] is '*' or '#')
            {
                return new NumberClass("internal", "", digits.ToString());
            }

            if (digits.StartsWith("00") && digits.Length > 8)
            {
                digits = digits.TrimStart('0');
            }
            else if (digits.StartsWith("011") && digits.Length > 10 && homeCountryCode is "" or "1")
            {
                digits = digits[3..];
            }
            else if (digits[0] == '0' || digits.Length < ShortestBareE164)
            {
                return new NumberClass("national", "", digits.ToString());
            }
        }

        if (digits.Length == 0)
        {
            return default;
        }

        var text = digits.ToString();
        var prefix = PrefixOf(digits);
        return new NumberClass(ClassOf(digits, prefix), prefix, text);
    }

    private string ClassOf(ReadOnlySpan<char> digits, string prefix)
    {
        foreach (var own in ownNumbers)
        {
            if (own.Length > 0 && digits.StartsWith(own))
            {
                return "local";
            }
        }

        return StartsWithAny(digits, Satellite) ? "satellite"
            : StartsWithAny(digits, Premium) ? "premium"
            : StartsWithAny(digits, Service) ? "service"
            : prefix == homeCountryCode ? "national"
            : "international";
    }

    /// <summary>The country code; in the North American plan with the area code of territories abroad.</summary>
    private static string PrefixOf(ReadOnlySpan<char> digits)
    {
        if (digits[0] is '1' or '7')
        {
            foreach (var territory in NanpTerritories)
            {
                if (digits.StartsWith(territory))
                {
                    return territory;
                }
            }

            return digits[..1].ToString();
        }

        return digits[..Math.Min(digits.Length, StartsWithAny(digits, ThreeDigitZones) ? 3 : 2)].ToString();
    }

    private static bool StartsWithAny(ReadOnlySpan<char> digits, string[] prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (digits.StartsWith(prefix))
            {
                return true;
            }
        }

        return false;
    }
}
