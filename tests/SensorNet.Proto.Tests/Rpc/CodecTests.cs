using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using SensorNet.Rpc;
using SensorNet.Rpc.Wire;

namespace SensorNet.Proto.Tests.Rpc;

public sealed class CodecTests
{
    [Fact]
    public void A_timeout_that_was_written_is_read_and_never_shorter()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), number =>
        {
            var timeout = TimeSpan.FromTicks(Math.Max(1, Math.Abs(number % TimeSpan.FromDays(36500).Ticks)));
            var text = TimeoutCodec.Format(timeout);
            return text.Length <= 9 && TimeoutCodec.TryParse(text, out var read) && read >= timeout && read.Ticks <= timeout.Ticks * 1.01 + 10;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("4m", 40_000)]
    [InlineData("5u", 50)]
    [InlineData("100n", 1)]
    public void Every_unit_is_known(string text, long ticks)
    {
        Assert.True(TimeoutCodec.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Fact]
    public void Any_text_survives_the_percent_codec()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var valid = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get));
            var encoded = PercentCodec.Encode(valid);
            return encoded.All(c => c is >= ' ' and <= '~') && PercentCodec.Decode(encoded) == valid;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("a%41b", "aAb")]
    [InlineData("%FF", "\uFFFD")]
    public void Malformed_escapes_stay_as_they_are(string encoded, string expected) =>
        Assert.Equal(expected, PercentCodec.Decode(encoded));

    [Fact]
    public void Binary_values_are_read_with_and_without_padding()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), octets =>
        {
            var text = BinaryHeader.Encode(octets);
            return !text.Contains('=')
                && BinaryHeader.TryDecode(text, out var bare) && bare.SequenceEqual(octets)
                && BinaryHeader.TryDecode(Convert.ToBase64String(octets), out var padded) && padded.SequenceEqual(octets);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Joined_binary_headers_are_taken_apart()
    {
        var metadata = new Metadata();

        MetadataReader.Add(metadata, "x-bin", "AQI, AwQ=");

        Assert.Equal([[1, 2], [3, 4]], metadata.GetAll("x-bin").Select(entry => entry.ValueBytes));
    }

    [Theory]
    [InlineData("x y")]
    [InlineData("x\n")]
    [InlineData("")]
    [InlineData("x:")]
    public void Keys_with_other_characters_are_refused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata { { key, "value" } });

    [Fact]
    public void Keys_are_in_lower_case_and_suffixes_decide_the_kind()
    {
        var metadata = new Metadata { { "X-Thing", "a" }, { "x-thing", "b" } };

        Assert.Equal("x-thing", metadata[0].Key);
        Assert.Equal("b", metadata.GetValue("X-THING"));
        Assert.Throws<ArgumentException>(() => new Metadata { { "x-bin", "text" } });
        Assert.Throws<ArgumentException>(() => new Metadata { { "x", new byte[1] } });
    }

    [Fact]
    public void A_frame_header_is_read_across_any_split()
    {
        var octets = new byte[] { 1, 0x12, 0x34, 0x56, 0x78, 9 };
        for (var split = 0; split <= octets.Length; split++)
        {
            var first = new Segment(octets.AsMemory(0, split));
            var second = first.Append(octets.AsMemory(split));
            var sequence = new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);

            Assert.True(FrameHeader.TryRead(sequence, out var header));
            Assert.Equal(new FrameHeader(1, 0x12345678), header);
        }

        Assert.False(FrameHeader.TryRead(new ReadOnlySequence<byte>(octets, 0, 4), out _));
    }

    [Fact]
    public void Compressed_messages_survive()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), octets =>
            new[] { MessageEncoding.Gzip, MessageEncoding.Deflate }.All(encoding =>
            {
                var compressed = new ArrayBufferWriter<byte>();
                encoding.Compress(octets, compressed);
                var (array, length) = encoding.Inflate(new ReadOnlySequence<byte>(compressed.WrittenMemory), 1 << 20);
                return array.AsSpan(0, length).SequenceEqual(octets);
            })).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Tokens_are_read_as_they_are_written()
    {
        var pin = new string('a', 64);
        var text = $"sn1.id2.secret3.{pin}";

        var token = AccessToken.Parse($" {text}\n");

        Assert.Equal((AccessTokenKind.Enrolment, "id2", "secret3", pin), (token.Kind, token.Id, token.Secret, token.Pin));
        Assert.Equal(text, token.Text);
        Assert.DoesNotContain("secret3", token.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sn1.a.b")]
    [InlineData("sn2.a.b.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("sn1.a.b.xxxx")]
    [InlineData("sn1..b.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("sn1.A.b.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Anything_else_is_no_token(string text) => Assert.False(AccessToken.TryParse(text, out _));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
