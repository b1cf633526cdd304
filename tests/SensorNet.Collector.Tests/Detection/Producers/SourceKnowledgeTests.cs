using System.Net;
using SensorNet.Collector.Detection.Producers;

namespace SensorNet.Collector.Tests.Detection.Producers;

/// <summary>Address databases and reputation lists: what they say of an address, and that a bad file is refused with its name.</summary>
public sealed class SourceKnowledgeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sensornet-lists-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(24, false)]
    [InlineData(24, true)]
    [InlineData(28, false)]
    [InlineData(28, true)]
    [InlineData(32, false)]
    [InlineData(32, true)]
    public void Country_and_system_come_from_two_databases(int recordBits, bool ipv6)
    {
        var countries = new MaxMindWriter(recordBits, ipv6).Add("192.0.2.0/24", MaxMindWriter.Country("DE")).Add("198.51.100.128/25", MaxMindWriter.Country("FR"));
        var systems = new MaxMindWriter(recordBits, ipv6).Add("192.0.0.0/9", MaxMindWriter.AutonomousSystem(64500));
        var knowledge = new SourceKnowledge([Write("country.mmdb", countries.Build()), Write("asn.mmdb", systems.Build())], []);
        Assert.Equal(new AddressOrigin("DE", 64500), knowledge.Of(Octets("192.0.2.77")).Origin);
        Assert.Equal(new AddressOrigin("FR", 0), knowledge.Of(Octets("198.51.100.200")).Origin);
        Assert.Equal(new AddressOrigin("", 0), knowledge.Of(Octets("198.51.100.1")).Origin);
        Assert.Equal(new AddressOrigin("", 64500), knowledge.Of(Octets("192.1.0.1")).Origin);
    }

    [Fact]
    public void An_ipv6_network_is_found_in_a_database_for_both()
    {
        var database = new MaxMindWriter(28, ipv6: true).Add("2001:db8:7::/48", MaxMindWriter.Country("SE")).Add("192.0.2.0/24", MaxMindWriter.Country("DE"));
        var knowledge = new SourceKnowledge([Write("both.mmdb", database.Build())], []);
        Assert.Equal("SE", knowledge.Of(Octets("2001:db8:7::5")).Origin.Country);
        Assert.Equal("", knowledge.Of(Octets("2001:db8:8::5")).Origin.Country);
        Assert.Equal("DE", knowledge.Of(Octets("192.0.2.1")).Origin.Country);
    }

    /// <summary>Whatever octet of a database is damaged: an answer or a complaint, never a crash or an endless walk.</summary>
    [Fact]
    public void A_damaged_database_never_does_harm()
    {
        var whole = new MaxMindWriter(24, ipv6: true).Add("192.0.2.0/24", MaxMindWriter.Country("DE")).Add("2001:db8::/32", MaxMindWriter.Country("SE")).Build();
        for (var i = 0; i < whole.Length; i++)
        {
            foreach (var value in (byte[])[0x00, 0xE1, 0xFF])
            {
                var damaged = whole.ToArray();
                damaged[i] = value;
                Ask(damaged);
            }

            Ask(whole[..i]);
        }
    }

    [Fact]
    public void Lists_are_read_as_text_and_as_the_json_of_others_and_named_after_their_files()
    {
        var apiban = Write("apiban.json", """{"ipaddress":["203.0.113.9","203.0.113.10"],"ID":"1600000000"}"""u8.ToArray());
        var crowdsec = Write("crowdsec.json", """[{"id":1,"decisions":[{"duration":"3h","scenario":"ssh-bf","scope":"Range","value":"198.51.100.0/24"}]}]"""u8.ToArray());
        var own = Write("own.txt", "# ours\n192.0.2.1 ; a bad one\n\n2001:db8::/32\n"u8.ToArray());
        var knowledge = new SourceKnowledge([], [apiban, crowdsec, own]);
        Assert.Equal("apiban", knowledge.Of(Octets("203.0.113.10")).Listed);
        Assert.Equal("crowdsec", knowledge.Of(Octets("198.51.100.77")).Listed);
        Assert.Equal("own", knowledge.Of(Octets("192.0.2.1")).Listed);
        Assert.Equal("own", knowledge.Of(Octets("2001:db8::1")).Listed);
        Assert.Equal("", knowledge.Of(Octets("192.0.2.2")).Listed);
    }

    [Theory]
    [InlineData("list.txt", "192.0.2.1\nnot an address\n", "list.txt:2: 'not an address'")]
    [InlineData("list.json", "{\"ipaddress\":[", "begins as JSON and is none")]
    [InlineData("empty.txt", "# nothing\n", "holds no address")]
    public void A_list_that_is_none_is_refused_with_file_and_line(string name, string text, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<FormatException>(() => new SourceKnowledge([], [Write(name, System.Text.Encoding.UTF8.GetBytes(text))])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_database_that_is_none_or_absent_is_refused_by_name()
    {
        Assert.Contains("other.mmdb", Assert.Throws<FormatException>(() => new SourceKnowledge([Write("other.mmdb", [1, 2, 3])], [])).Message, StringComparison.Ordinal);
        Assert.Contains("absent.mmdb", Assert.Throws<FormatException>(() => new SourceKnowledge([Path.Combine(_folder, "absent.mmdb")], [])).Message, StringComparison.Ordinal);
    }

    private static void Ask(byte[] file)
    {
        try
        {
            var database = AddressDatabase.Parse(file, "damaged.mmdb");
            database.Find(Octets("192.0.2.77"));
            database.Find(Octets("2001:db8::1"));
        }
        catch (FormatException)
        {
            // A complaint is an answer.
        }
    }

    private static byte[] Octets(string address) => IPAddress.Parse(address).GetAddressBytes();

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
