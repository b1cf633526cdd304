using System.Net;
using Google.Protobuf;
using SensorNet.Proto.Privacy;
using SensorNet.V1;

namespace SensorNet.Proto.Tests.Privacy;

public sealed class PrivacyProtectorTests
{
    private static readonly PrivacyKey First = new("k1", Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
    private static readonly PrivacyKey Second = new("k2", Enumerable.Range(32, 32).Select(i => (byte)i).ToArray());

    [Fact]
    public void Documented_vectors_of_key_k1()
    {
        // Computed with other implementations of HKDF, HMAC and AES-SIV.
        using var cipher = new PrivacyCipher(First);
        Assert.Equal("hmac~4jOIlWtK2oiHPVyibNktHg", cipher.Pseudonym(PrivacyFieldKind.Account, "alice"));
        Assert.Equal("aesd~ZxfCBHLqrRcjM_wKgJHG5GIKuxAb", cipher.Deterministic(PrivacyFieldKind.Account, "alice"));
        Assert.Equal("fdf31047a9449a4397c652ec79b68116", Convert.ToHexStringLower(cipher.PseudonymAddress([192, 0, 2, 77])));
    }

    [Fact]
    public void Empty_policy_changes_nothing()
    {
        var e = Sample();
        Protect(e, new PrivacyPolicy());
        Assert.Equal(Sample(), e);
    }

    [Fact]
    public void Equal_accounts_are_equal_pseudonyms_in_every_field_and_none_stays_clear()
    {
        var e = Sample();
        Protect(e, new PrivacyPolicy { Accounts = PrivacyAction.Pseudonym });
        Assert.StartsWith("hmac~", e.User, StringComparison.Ordinal);
        Assert.Equal(e.User, e.Sip.From.Uri.User);
        Assert.Equal(e.User, e.Sip.Auth.Username);
        Assert.Equal(e.User + "@example.org", e.Aor);
        Assert.Equal($"sip:{e.User}@example.org", e.Sip.From.Uri.Full);
        Assert.DoesNotContain("alice", e.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("k1", e.PrivacyKeyId);
        Assert.True(e.Raw.IsEmpty);
    }

    [Theory]
    [InlineData(PrivacyAction.Deterministic)]
    [InlineData(PrivacyAction.Randomized)]
    public void Key_holder_opens_what_is_encrypted(PrivacyAction action)
    {
        var e = Sample();
        Protect(e, new PrivacyPolicy { Accounts = action, Addresses = PrivacyAction.PreservePrefix, Numbers = action, Text = action });
        Assert.DoesNotContain("alice", e.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(Sample().SourceIp, e.SourceIp);
        using var opener = new PrivacyOpener(new PrivacyKeyring([First, Second]));
        var open = opener.Open(e);
        Assert.Equal(("alice", "alice@example.org", "004930123456"), (open.User, open.Aor, open.Call.Destination));
        Assert.Equal(Sample().SourceIp, open.SourceIp);
        Assert.Equal(Sample().Message, open.Message);
        Assert.Equal(Sample().Sip.From, open.Sip.From);
        using var stranger = new PrivacyOpener(new PrivacyKeyring([Second]));
        Assert.Equal(e, stranger.Open(e));
    }

    [Fact]
    public void Deterministic_values_can_be_grouped_and_randomized_ones_cannot()
    {
        Assert.Equal(User(PrivacyAction.Deterministic), User(PrivacyAction.Deterministic));
        Assert.NotEqual(User(PrivacyAction.Randomized), User(PrivacyAction.Randomized));
    }

    [Fact]
    public void Rotation_makes_new_values_and_still_opens_old_ones()
    {
        var before = Sample();
        Protect(before, new PrivacyPolicy { Accounts = PrivacyAction.Deterministic }, First);
        var after = Sample();
        Protect(after, new PrivacyPolicy { Accounts = PrivacyAction.Deterministic }, First, Second);
        Assert.Equal(("k1", "k2"), (before.PrivacyKeyId, after.PrivacyKeyId));
        Assert.NotEqual(before.User, after.User);
        using var opener = new PrivacyOpener(new PrivacyKeyring([First, Second]));
        Assert.Equal("alice", opener.Open(before).User);
        Assert.Equal("alice", opener.Open(after).User);
    }

    [Fact]
    public void Truncation_keeps_the_network_and_the_first_characters()
    {
        var e = Sample();
        Protect(e, new PrivacyPolicy { Addresses = PrivacyAction.Truncate, Numbers = PrivacyAction.Truncate, TruncateTo = 5 });
        Assert.Equal("192.0.2.0", new IPAddress(e.SourceIp.Span).ToString());
        Assert.Equal("00493…", e.Call.Destination);
    }

    [Fact]
    public void Pseudonym_of_an_address_is_an_address()
    {
        var e = Sample();
        Protect(e, new PrivacyPolicy { Addresses = PrivacyAction.Pseudonym });
        Assert.Equal(16, e.SourceIp.Length);
        Assert.Equal(0xFD, e.SourceIp[0]);
    }

    [Fact]
    public void Single_fields_override_their_kind()
    {
        var e = Sample();
        Protect(e, new PrivacyPolicy
        {
            Accounts = PrivacyAction.Pseudonym,
            Fields = new Dictionary<string, PrivacyAction> { ["user"] = PrivacyAction.Keep, ["attributes.unit"] = PrivacyAction.Keep },
        });
        Assert.Equal("alice", e.User);
        Assert.Equal("x.service", e.Attributes["unit"]);
        Assert.False(e.Attributes.ContainsKey("detail"));
    }

    [Fact]
    public void Impossible_policies_are_named()
    {
        Assert.Contains("preserve_prefix", new PrivacyPolicy { Addresses = PrivacyAction.Deterministic }.Problem(), StringComparison.Ordinal);
        Assert.Contains("addresses only", new PrivacyPolicy { Accounts = PrivacyAction.PreservePrefix }.Problem(), StringComparison.Ordinal);
        Assert.Contains("no field `nonsense`", new PrivacyPolicy { Fields = new Dictionary<string, PrivacyAction> { ["nonsense"] = PrivacyAction.Drop } }.Problem(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PrivacyProtector(new PrivacyPolicy { Accounts = PrivacyAction.Pseudonym }, new PrivacyKeyring([])));
    }

    [Fact]
    public void Keyring_errors_name_the_line_and_not_the_key()
    {
        var problem = Assert.Throws<FormatException>(() => PrivacyKeyring.Parse(["# keys", "k1 00ff"], "keys"));
        Assert.Contains("keys:2", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("00ff", problem.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => PrivacyKeyring.Parse([First.Export(), First.Export()], "keys"));
        Assert.Equal("k2", PrivacyKeyring.Parse([First.Export(), Second.Export() + " # since May"], "keys").Active!.Id);
    }

    private static string User(PrivacyAction action)
    {
        var e = Sample();
        Protect(e, new PrivacyPolicy { Accounts = action });
        return e.User;
    }

    private static void Protect(Event e, PrivacyPolicy policy, params PrivacyKey[] keys)
    {
        using var protector = new PrivacyProtector(policy, new PrivacyKeyring(keys.Length == 0 ? [First] : keys));
        protector.Apply(e);
    }

    private static Event Sample()
    {
        var e = new Event
        {
            Type = EventType.SipAuthFailed,
            User = "alice",
            Aor = "alice@example.org",
            SourceIp = ByteString.CopyFrom(192, 0, 2, 77),
            UserAgent = "phone",
            Message = "alice failed",
            Raw = ByteString.CopyFromUtf8("alice"),
            Sip = new V1.Sip
            {
                CallId = "x@192.0.2.77",
                From = new SipAddress { Uri = new SipUri { Scheme = "sip", User = "alice", Host = "example.org", Full = "sip:alice@example.org" }, Display = "Alice" },
                Auth = new SipAuthentication { Username = "alice" },
            },
            Call = new Call { Destination = "004930123456" },
        };
        e.Sip.Contact.Add("sip:alice@192.0.2.77");
        e.Attributes["unit"] = "x.service";
        e.Attributes["detail"] = "alice";
        return e;
    }
}
