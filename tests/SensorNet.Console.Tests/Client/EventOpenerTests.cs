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
}
