using System.Net;
using Google.Protobuf;
using SensorNet.Console.Client;
using SensorNet.Console.Tests.Support;
using SensorNet.Proto.Privacy;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Client;

public sealed class EventOpenerTests
{
    [Fact]
    public void What_was_opened_is_searched_for_as_the_collector_holds_it()
    {
        using var folder = new PrivateFolder();
        var file = folder.File("keys");
        File.WriteAllText(file, $"k1 {new string('7', 64)}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var protector = new PrivacyProtector(
            new PrivacyPolicy { Accounts = PrivacyAction.Deterministic, Addresses = PrivacyAction.PreservePrefix }, PrivacyKeyring.Load(file));
        var stored = new StoredEvent
        {
            Event = new Event
            {
                SourceIp = ByteString.CopyFrom(IPAddress.Parse("203.0.113.7").GetAddressBytes()),
                User = "alice",
                Aor = "alice@example.org",
                UserAgent = "phone",
            },
        };
        protector.Apply(stored.Event);
        var (address, user, aor) = (new IPAddress(stored.Event.SourceIp.Span).ToString(), stored.Event.User, stored.Event.Aor);
        Assert.NotEqual("203.0.113.7", address);

        using var opener = new EventOpener(file);
        opener.Open([stored]);
        Assert.Equal("alice", stored.Event.User);
        Assert.Equal((address, user, aor), (opener.StoredAs("203.0.113.7"), opener.StoredAs("alice"), opener.StoredAs("alice@example.org")));

        // What left its host in the clear, and what was never seen, is searched for as it is.
        Assert.Equal(("phone", "198.51.100.1"), (opener.StoredAs("phone"), opener.StoredAs("198.51.100.1")));
    }

    [Theory]
    [InlineData(PrivacyAction.Deterministic, PrivacyAction.PreservePrefix)]
    [InlineData(PrivacyAction.Pseudonym, PrivacyAction.Pseudonym)]
    [InlineData(PrivacyAction.Deterministic, PrivacyAction.Keep)]
    [InlineData(PrivacyAction.Pseudonym, PrivacyAction.PreservePrefix)]
    public void What_is_typed_in_the_clear_is_looked_for_as_sensors_may_have_protected_it(PrivacyAction accounts, PrivacyAction addresses)
    {
        using var folder = new PrivateFolder();
        var file = KeysFile(folder);
        using var protector = new PrivacyProtector(new PrivacyPolicy { Accounts = accounts, Addresses = addresses }, PrivacyKeyring.Load(file));
        var stored = new Event { SourceIp = ByteString.CopyFrom(203, 0, 113, 7), User = "alice", Aor = "alice@203.0.113.9" };
        protector.Apply(stored);
        using var opener = new EventOpener(file);

        var query = opener.Widen("type:sip.auth.failed and (src_ip:203.0.113.7 or user:alice) or not aor:\"alice@203.0.113.9\"");
        Assert.StartsWith("type:sip.auth.failed and ((src_ip:203.0.113.7 or ", query, StringComparison.Ordinal);
        Assert.Contains("(user:alice or user.name:", query, StringComparison.Ordinal);
        Assert.Contains("or not (aor:\"alice@203.0.113.9\" or ", query, StringComparison.Ordinal);
        Assert.All(
            [Display.Addresses.Of(stored.SourceIp), stored.User],
            value => Assert.Contains(value, query, StringComparison.Ordinal));
        if ((accounts, addresses) != (PrivacyAction.Pseudonym, PrivacyAction.PreservePrefix))
        {
            Assert.Contains(stored.Aor, query, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_network_is_looked_for_where_addresses_keep_their_prefix()
    {
        using var folder = new PrivateFolder();
        var file = KeysFile(folder);
        using var protector = new PrivacyProtector(new PrivacyPolicy { Addresses = PrivacyAction.PreservePrefix }, PrivacyKeyring.Load(file));
        var inside = new Event { SourceIp = ByteString.CopyFrom(203, 0, 113, 200) };
        protector.Apply(inside);
        using var opener = new EventOpener(file);
        var network = opener.Widen("source.ip:203.0.113.0/24").Split('"')[1];
        Assert.True(IPNetwork.Parse(Masked(network)).Contains(new IPAddress(inside.SourceIp.Span)));
    }

    [Fact]
    public void Plain_filters_move_into_the_query_and_what_cannot_be_protected_stays_as_it_is()
    {
        using var folder = new PrivateFolder();
        using var opener = new EventOpener(KeysFile(folder));
        var wide = opener.Widen(new QueryEventsRequest { Query = "severity:critical", User = "alice", Host = "edge-1" });
        Assert.StartsWith("(severity:critical) and ((user.name:\"alice\" or user.name:", wide.Query, StringComparison.Ordinal);
        Assert.Equal(("", "edge-1"), (wide.User, wide.Host));

        const string other = "message:\"user:alice called\" host.name:edge-1 user.name:ali* duration>=3 203.0.113.7";
        Assert.Equal(other, opener.Widen(other));
        using var without = new EventOpener(null);
        Assert.Equal("user:alice", without.Widen("user:alice"));
    }

    private static string KeysFile(PrivateFolder folder)
    {
        var file = folder.File("keys");
        File.WriteAllText(file, $"k1 {new string('7', 64)}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    // As IPNetwork wants it: nothing behind the prefix.
    private static string Masked(string network)
    {
        var address = IPAddress.Parse(network.Split('/')[0]).GetAddressBytes();
        address[3] = 0;
        return $"{new IPAddress(address)}/24";
    }
}
