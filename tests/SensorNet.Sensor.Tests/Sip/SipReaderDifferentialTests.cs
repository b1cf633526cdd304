using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Sip;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Sip;

/// <summary>The vectorised reader says the same as the plain one, about messages and about what mutation makes of them.</summary>
public sealed class SipReaderDifferentialTests
{
    private readonly SipReader _plain = new(vectorised: false);
    private readonly SipReader _vectorised = new();

    [Fact]
    public void Both_agree_on_the_corpus_and_its_mutants()
    {
        var random = new Random(20261121);
        foreach (var original in Corpus())
        {
            Compare(original);
            for (var i = 0; i < 300; i++)
            {
                Compare(Mutate(original, random));
            }
        }
    }

    [Fact]
    public void Both_agree_on_every_cut_of_a_message()
    {
        var original = Corpus()[0];
        for (var length = 0; length <= original.Length; length++)
        {
            Compare(original[..length]);
        }
    }

    [Fact]
    public void Both_agree_on_any_octets()
    {
        var lines = Gen.Elements("Via: SIP/2.0/UDP h;branch=z9hG4bK1", "v:SIP/2.0/TCP a , SIP/2.0/UDP b", " folded", "\tfold;x=\"", "From: a<sip:b>;tag=c", "f: \"x\\\"\" <sip:b>",
            "To: <sip:c@d>;tag=", "Call-ID: 1", "i:\"<", "CSeq: 1 INVITE", "CSeq: 00001\tBYE", "l: 5", "Content-Length: 999", ":", "X", "", "INVITE sip:a SIP/2.0", "SIP/2.0 200 OK",
            "m: <sip:' or 1=1@h>", "User-Agent: ../../etc", "User-Agent: <SCRIPT", "User-Agent: |/bin/sh", "Subject: %27--", "Subject: $(x)", "Subject: \0");
        var ends = Gen.Elements("\r\n", "\n", "\r", "\r\n\r\n");
        var text = lines.SelectMany(_ => ends, (l, e) => l + e).ListOf().Select(list => string.Concat(list));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(text.ToArbitrary(), t => Compare(Encoding.Latin1.GetBytes(t))));
    }

    private static List<byte[]> Corpus()
    {
        var messages = new List<byte[]>
        {
            Encoding.ASCII.GetBytes("INVITE sip:bob@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bKabc\r\nMax-Forwards: 70\r\nFrom: \"Alice\" <sip:alice@example.org>;tag=f1\r\nTo: <sip:bob@example.org>\r\nCall-ID: 1@h\r\nCSeq: 7 INVITE\r\nContact: <sip:alice@192.0.2.1>\r\nProxy-Authorization: Digest username=\"alice\", realm=\"x\", nonce=\"n\", response=\"r\"\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"),
        };
        var torture = Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared", "data", "thirdparty", "rfc4475-dat");
        if (Directory.Exists(torture))
        {
            messages.AddRange(Directory.EnumerateFiles(torture).Order().Select(File.ReadAllBytes));
        }

        return messages;
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var mutant = original.ToList();
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(mutant.Count);
            ReadOnlySpan<byte> telling = "\r\n:;,\"<>\\ \t@=/0'$|%.\0\u00ff"u8;
            switch (random.Next(4))
            {
                case 0:
                    mutant[at] = (byte)random.Next(256);
                    break;
                case 1:
                    mutant.Insert(at, telling[random.Next(telling.Length)]);
                    break;
                case 2 when mutant.Count > 1:
                    mutant.RemoveAt(at);
                    break;
                default:
                    var length = Math.Min(random.Next(40), mutant.Count - at);
                    mutant.InsertRange(random.Next(mutant.Count), mutant.GetRange(at, length));
                    break;
            }
        }

        return [.. mutant];
    }

    private void Compare(byte[] data)
    {
        var plain = _plain.Read(data);
        var fast = _vectorised.Read(data);
        Assert.Equal(plain.Status, fast.Status);
        Assert.Equal(plain.ErrorOffset, fast.ErrorOffset);
        Assert.Equal(plain.Anomalies, fast.Anomalies);
        if (plain.IsRequest)
        {
            Assert.Equal(Injection.Find(plain), Injection.Find(fast));
        }

        Assert.Equal(plain.Method, fast.Method);
        Assert.Equal(plain.StatusCode, fast.StatusCode);
        Assert.Equal(plain.CSeq, fast.CSeq);
        Assert.Equal(plain.BodyOffset, fast.BodyOffset);
        Assert.Equal(plain.ContentLength, fast.ContentLength);
        Assert.True(plain.Branch.SequenceEqual(fast.Branch));
        Assert.True(plain.FromTag.SequenceEqual(fast.FromTag));
        Assert.True(plain.ToTag.SequenceEqual(fast.ToTag));
        Assert.True(plain.Uri.SequenceEqual(fast.Uri));
        Assert.Equal(plain.Headers.Length, fast.Headers.Length);
        for (var i = 0; i < plain.Headers.Length; i++)
        {
            Assert.Equal(plain.Headers[i], fast.Headers[i]);
        }

        Walk(fast);
    }

    /// <summary>Every view of every value can be asked for without harm.</summary>
    private static void Walk(in SipMessage m)
    {
        for (var i = 0; i < m.Headers.Length; i++)
        {
            var list = new SipList(m.Value(i));
            while (list.MoveNext())
            {
                if (SipAddressView.TryParse(list.Current, out var address))
                {
                    SipUriView.Parse(address.Uri);
                    var parameters = new SipParameters(address.Parameters);
                    while (parameters.MoveNext())
                    {
                        Assert.False(parameters.Name.IsEmpty);
                    }
                }

                if (SipViaView.TryParse(list.Current, out var via))
                {
                    Assert.False(via.SentBy.IsEmpty);
                }
            }
        }

        Assert.InRange(m.Body.Length, 0, m.Data.Length);
    }
}
