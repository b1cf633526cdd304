using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Capture;

public sealed class CaptureFileReaderTests
{
    private const long Time = 1_795_225_943_084_359_123;
    private static readonly (long, byte[])[] Packets =
        [(Time, [0x45, 1, 2, 3]), (Time + 1_000_000_000, [4, 5, 6, 7, 8]), (Time + 2_000_000_000, []), (Time + 2_000_000_000, new byte[65535])];

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Pcap_is_read_in_both_byte_orders_and_resolutions(bool bigEndian, bool nanoseconds)
    {
        var read = Read(CaptureFiles.Pcap(Packets, bigEndian, nanoseconds));

        var unit = nanoseconds ? 1 : 1000;
        Assert.Equal(Packets.Select(p => p.Item1 / unit * unit), read.Packets.Select(p => p.Time));
        Assert.Equal(Packets.Select(p => p.Item2), read.Packets.Select(p => p.Data));
        Assert.All(read.Packets, p => Assert.Equal(LinkType.Raw, p.LinkType));
    }

    [Fact]
    public void Gzip_is_unpacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(CaptureFiles.Pcap(Packets));
        }

        Assert.Equal(Packets.Length, Read(packed.ToArray()).Packets.Count);
    }

    [Fact]
    public void Octets_that_arrive_one_by_one_give_the_same_packets()
    {
        using var reader = CaptureFileReader.Open("pipe", new DribblingStream(CaptureFiles.Pcap(Packets)));
        var handler = new RecordingHandler();
        reader.Run(handler, CancellationToken.None);

        Assert.Equal(Packets.Select(p => p.Item2), handler.Packets.Select(p => p.Data));
    }

    [Fact]
    public void A_packet_that_the_capture_cut_tells_its_length_on_the_wire()
    {
        var read = Read(CaptureFiles.Pcap(Packets, cutTo: 3));

        Assert.Equal((3, 4), (read.Packets[0].Data.Length, read.Packets[0].OriginalLength));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pcapng_is_read_with_interfaces_resolutions_and_offsets(bool bigEndian)
    {
        byte[] data = [0x45, 1, 2, 3, 4];
        var file = new CaptureFiles.Writer(bigEndian)
            .Section()
            .Interface(1)
            .Interface(101, resolution: 9)
            .Interface(113, resolution: 0x80 | 10, offset: 1000)
            .Interface(101, resolution: 12)
            .Block(4, b => b.Raw(new byte[8])) // name resolution
            .Enhanced(0, 1_700_000_000_123_456, data)
            .Enhanced(1, 1_700_000_000_123_456_789, data, original: 1500)
            .Enhanced(2, 1_699_999_000UL << 10 | 512, data)
            .Enhanced(3, 1_700_000_000_123_456, data)
            .Block(5, b => b.Raw(new byte[20])) // statistics
            .Block(3, b => b.U32(5).Raw(data)) // simple packet
            .Block(2, b => b.U16(1).U16(0).U32((uint)(1_700_000_000_000_000_000L >> 32)).U32(0).U32(5).U32(5).Raw(data)) // obsolete packet
            .Section()
            .Interface(228)
            .Enhanced(0, 1_700_000_001_000_000, data)
            .ToArray();

        var read = Read(file);

        Assert.Equal(
            [
                1_700_000_000_123_456_000, 1_700_000_000_123_456_789, 1_700_000_000_500_000_000, 1_700_000_000_123,
                1_700_000_000_123, 1_700_000_000_000_000_000L >> 32 << 32, 1_700_000_001_000_000_000,
            ],
            read.Packets.Select(p => p.Time));
        Assert.Equal([1, 101, 113, 101, 1, 101, 228], read.Packets.Select(p => (int)p.LinkType));
        Assert.All(read.Packets, p => Assert.Equal(data, p.Data));
        Assert.Equal(1500, read.Packets[1].OriginalLength);
    }

    [Fact]
    public void A_file_that_ends_inside_a_packet_gives_all_packets_before_and_says_so()
    {
        var file = CaptureFiles.Pcap(Packets);

        using var reader = CaptureFileReader.Open("tail.pcap", new MemoryStream(file[..^10]));
        var handler = new RecordingHandler();
        reader.Run(handler, CancellationToken.None);

        Assert.Equal(3, handler.Packets.Count);
        Assert.NotNull(reader.Truncation);
        Assert.Equal(file.Length - 10, reader.Truncation.Offset);
        Assert.StartsWith("tail.pcap: at octet 65", reader.Truncation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_that_ends_too_early_gives_what_can_be_unpacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(CaptureFiles.Pcap(Packets));
        }

        using var reader = CaptureFileReader.Open("x.gz", new MemoryStream(packed.ToArray()[..40000]));
        var handler = new RecordingHandler();
        var problem = Record.Exception(() => reader.Run(handler, CancellationToken.None)) ?? reader.Truncation;

        Assert.Equal(3, handler.Packets.Count);
        Assert.IsType<CaptureFileException>(problem);
    }

    public static TheoryData<string, byte[], string> NotCaptures() => new()
    {
        { "empty", [], "the file is empty" },
        { "two octets", [1, 2], "too short" },
        { "text", "#!/bin/sh\n"u8.ToArray(), "neither pcap nor pcapng" },
        { "zstd", [0x28, 0xB5, 0x2F, 0xFD, 0, 0], "compressed with zstd" },
        { "xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "compressed with xz" },
        { "header only half there", CaptureFiles.Pcap([])[..12], "pcap file header" },
        { "version 9", [.. CaptureFiles.Pcap([])[..4], 9, 0, .. CaptureFiles.Pcap([])[6..]], "pcap version 9" },
        { "absurd length", [.. CaptureFiles.Pcap([]), .. new byte[8], 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0], "2147483647 octets" },
        { "pcapng without byte order", [0x0A, 0x0D, 0x0D, 0x0A, 28, 0, 0, 0, 1, 2, 3, 4], "byte order mark" },
        { "pcapng block of length 0", [.. new CaptureFiles.Writer().Section().ToArray(), .. new byte[12]], "which no block can have" },
        { "pcapng packet without interface", new CaptureFiles.Writer().Section().Enhanced(0, 1, [1]).ToArray(), "describes only 0" },
        { "pcapng lengths differ", [.. new CaptureFiles.Writer().Section().Interface(1).ToArray()[..^4], 9, 9, 9, 9], "two lengths differ" },
        { "pcapng packet larger than its block", new CaptureFiles.Writer().Section().Interface(1).Block(6, b => b.U32(0).U32(0).U32(0).U32(99).U32(99)).ToArray(), "does not fit" },
    };

    [Theory]
    [MemberData(nameof(NotCaptures))]
    public void What_is_no_capture_is_refused_with_the_file_the_offset_and_the_reason(string name, byte[] file, string reason)
    {
        var problem = Assert.Throws<CaptureFileException>(() => Read(file));

        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("test: at octet ", problem.Message, StringComparison.Ordinal);
        Assert.NotEmpty(name);
    }

    [Fact]
    public void A_file_that_does_not_exist_is_named() =>
        Assert.Contains("/no/such/file.pcap", Assert.Throws<CaptureFileException>(() => CaptureFileReader.Open("/no/such/file.pcap")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_directory_is_no_capture() => Assert.Throws<CaptureFileException>(() => CaptureFileReader.Open("/"));

    [Fact]
    public void An_impossible_time_is_replaced_by_the_one_before()
    {
        var file = new CaptureFiles.Writer().Section().Interface(101)
            .Enhanced(0, 1_700_000_000_000_000, [1]).Enhanced(0, ulong.MaxValue, [2]).ToArray();
        using var reader = CaptureFileReader.Open("test", new MemoryStream(file));
        var handler = new RecordingHandler();
        reader.Run(handler, CancellationToken.None);

        Assert.Equal(handler.Packets[0].Time, handler.Packets[1].Time);
        Assert.Equal(1, reader.BadTimes);
    }

    [Fact]
    public void A_single_time_far_in_the_future_is_damage_but_a_capture_that_goes_on_there_is_not()
    {
        const long Year = 365L * 86_400 * 1_000_000_000;
        var damaged = Read(CaptureFiles.Pcap([(Time, [1]), (Time + Year, [2]), (Time + 1_000_000, [3])], nanoseconds: true));
        var joined = Read(CaptureFiles.Pcap([(Time, [1]), (Time + Year, [2]), (Time + Year + 1_000_000, [3])], nanoseconds: true));

        Assert.Equal([Time, Time, Time + 1_000_000], damaged.Packets.Select(p => p.Time));
        Assert.Equal([Time, Time + Year, Time + Year + 1_000_000], joined.Packets.Select(p => p.Time));
    }

    [Fact]
    public void Whatever_the_octets_are_the_reader_ends_or_says_what_is_wrong()
    {
        byte[][] seeds =
        [
            CaptureFiles.Pcap(Packets[..3]),
            CaptureFiles.Pcap(Packets[..3], bigEndian: true, nanoseconds: true),
            new CaptureFiles.Writer().Section().Interface(1).Interface(101, 4, 9, 1).Enhanced(0, 5, [1, 2]).Block(3, b => b.U32(2).U16(1)).ToArray(),
        ];
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            var file = (byte[])seeds[random.Next(seeds.Length)].Clone();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(file[..random.Next(file.Length + 1)]);
            }
            catch (CaptureFileException)
            {
                // The other way to end.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Reading_allocates_nothing_per_packet()
    {
        var small = CaptureFiles.Pcap(Enumerable.Repeat((Time, new byte[600]), 10));
        var large = CaptureFiles.Pcap(Enumerable.Repeat((Time, new byte[600]), 20_000));
        Measure(small);

        Assert.Equal(Measure(small), Measure(large));

        static long Measure(byte[] file) => Allocations.LeastOf(5, () =>
        {
            using var reader = CaptureFileReader.Open("test", new MemoryStream(file));
            reader.Run(new TimeSpanHandler(), CancellationToken.None);
        });
    }

    [Fact]
    public void The_span_of_times_is_that_of_all_files()
    {
        var one = CapturePipeline.TimeSpanOf([Repository.TestData("captures", "nonsip.pcap.gz")]);
        var other = CapturePipeline.TimeSpanOf([Repository.TestData("captures", "hep3.pcap.gz")]);
        var (first, last) = CapturePipeline.TimeSpanOf([Repository.TestData("captures", "nonsip.pcap.gz"), Repository.TestData("captures", "hep3.pcap.gz")]);

        Assert.Equal((Math.Min(one.First, other.First), Math.Max(one.Last, other.Last)), (first, last));
        Assert.True(first < last);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("pcapng")]
    [InlineData("nsecpcap")]
    [InlineData("modpcap")]
    public void What_editcap_writes_in_other_formats_reads_the_same(string format)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/editcap"), "editcap (Debian package wireshark-common) is not installed");
        var original = Repository.TestData("captures", "tcp_ipv6_fragments.pcap.gz");
        var converted = Path.GetTempFileName();
        try
        {
            using (var process = System.Diagnostics.Process.Start("/usr/bin/editcap", ["-F", format, original, converted]))
            {
                process.WaitForExit();
                Assert.Equal(0, process.ExitCode);
            }

            Assert.Equal(Read(File.ReadAllBytes(original)).Packets, Read(File.ReadAllBytes(converted)).Packets, SamePacket);
        }
        finally
        {
            File.Delete(converted);
        }

        static bool SamePacket((long Time, LinkType LinkType, byte[] Data, int OriginalLength) a, (long Time, LinkType LinkType, byte[] Data, int OriginalLength) b) =>
            a.Time == b.Time && a.LinkType == b.LinkType && a.Data.AsSpan().SequenceEqual(b.Data) && a.OriginalLength == b.OriginalLength;
    }

    private static RecordingHandler Read(byte[] file)
    {
        using var reader = CaptureFileReader.Open("test", new MemoryStream(file));
        var handler = new RecordingHandler();
        reader.Run(handler, CancellationToken.None);
        return handler;
    }

    private sealed class DribblingStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
