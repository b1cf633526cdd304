using System.Globalization;
using Google.Protobuf;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Tests.Decode;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>
/// Real messages and packets, mutated, spliced and made up, through decoder and tracker together. A short run is part of the
/// tests; <c>SENSORNET_FUZZ_SECONDS</c> makes it a long one, <c>SENSORNET_FUZZ_SEED</c> repeats one round.
/// </summary>
public sealed class PipelineFuzzTests
{
    private const int Rounds = 30;
    private const int PacketsPerRound = 400;
    private const int LargestEvent = 200_000;

    private static readonly TrackerOptions SmallTables = new()
    {
        MaxCalls = 32, MaxTransactions = 64, MaxBindings = 32, MaxSources = 32, MaxSessions = 16, MaxAttemptPairs = 16,
        MaxTransactionBytes = 256 << 10, MaxTextBytes = 128 << 10, KeepMessages = KeepMessages.Always, LocalDomains = ["example.org"],
    };

    private static readonly DecodeOptions Everything = new()
    {
        AnyPort = true, HepOnAnyPort = true, HepMaxClockSkew = null, MaxTcpStreams = 32, MaxTcpBytes = 1 << 20, MaxFragmentedDatagrams = 16, MaxFragmentBytes = 1 << 20,
    };

    [Fact]
    public void Mutated_spliced_and_generated_traffic_harms_nothing()
    {
        var corpus = FuzzCorpus.Load();
        var first = Number("SENSORNET_FUZZ_SEED");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var seconds = Number("SENSORNET_FUZZ_SECONDS");
        var round = 0;
        for (; round < (first != 0 ? 1 : Rounds) || clock.Elapsed.TotalSeconds < seconds; round++)
        {
            var seed = first != 0 ? first : round + 1 + (seconds == 0 ? 0 : Environment.TickCount & 0xFFFFF);
            var failure = Record.Exception(() => Play(corpus, new Random(seed)));
            Assert.True(failure is null, $"SENSORNET_FUZZ_SEED={seed}: {failure}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{round} rounds of {PacketsPerRound} packets, {corpus.Messages.Count} messages and {corpus.Packets.Count} packets to begin with");
    }

    /// <summary>What once did harm, and what was made to do some: one message in a file.</summary>
    [Fact]
    public void The_corpus_of_hostile_messages_does_no_harm()
    {
        var files = Directory.GetFiles(Repository.TestData("fuzz", "messages"), "*.sip");
        Assert.NotEmpty(files);
        var world = new World();
        foreach (var file in files)
        {
            world.Send(File.ReadAllBytes(file), false);
            world.Send(File.ReadAllBytes(file), true);
        }

        world.End();
    }

    private static void Play(FuzzCorpus corpus, Random random)
    {
        var world = new World();
        for (var i = 0; i < PacketsPerRound; i++)
        {
            switch (random.Next(10))
            {
                case < 5:
                    world.Send(corpus.Mutant(random), random.Next(2) == 0);
                    break;
                case < 7:
                    world.Send(corpus.Generated(random), random.Next(2) == 0);
                    break;
                case < 9:
                    world.SendInPieces(random.Next(3) == 0 ? corpus.Generated(random) : corpus.Mutant(random), random);
                    break;
                default:
                    world.SendPacket(corpus.MutantPacket(random), random);
                    break;
            }

            world.Pass(random.Next(40) == 0 ? TimeSpan.FromSeconds(random.Next(-60, 600)) : TimeSpan.FromMilliseconds(random.Next(50)));
        }

        world.End();
    }

    private static int Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private sealed class World : IEventSink
    {
        private readonly SipTracker _tracker;
        private readonly PacketDecoder _decoder;
        private readonly Dictionary<int, uint> _sequences = [];
        private long _now = 1_800_000_000_000_000_000;

        public World()
        {
            _tracker = new SipTracker(SmallTables, this, "h");
            _decoder = new PacketDecoder(Everything, _tracker);
        }

        public void Pass(TimeSpan time) => _now += time.Ticks * 100;

        public void Send(byte[] message, bool fromServer)
        {
            message = message.Length > 60_000 ? message[..60_000] : message;
            Decode(Packets.Ethernet(Packets.IPv4(17, Packets.Udp(message, fromServer ? 5060 : 5062, fromServer ? 5062 : 5060))));
        }

        /// <summary>One of a few TCP connections, in segments that may be lost, repeated or out of order.</summary>
        public void SendInPieces(byte[] message, Random random)
        {
            var port = 40_000 + random.Next(6);
            if (!_sequences.TryGetValue(port, out var sequence) || random.Next(10) == 0)
            {
                sequence = (uint)random.Next();
                Decode(Packets.Ethernet(Packets.IPv4(6, Packets.Tcp(sequence - 1, [], 2, from: port))));
            }

            var pieces = new List<(uint Sequence, byte[] Data)>();
            for (var at = 0; at < message.Length;)
            {
                var length = Math.Min(random.Next(1, 1400), message.Length - at);
                pieces.Add((sequence + (uint)at, message[at..(at + length)]));
                at += length;
            }

            _sequences[port] = sequence + (uint)message.Length;
            if (random.Next(4) == 0)
            {
                random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pieces));
            }

            foreach (var (at, data) in pieces.Where(_ => random.Next(50) > 0))
            {
                Decode(Packets.Ethernet(Packets.IPv4(6, Packets.Tcp(at, data, random.Next(30) == 0 ? (byte)0x11 : (byte)0x18, from: port))));
            }

            if (random.Next(20) == 0)
            {
                Decode(Packets.Ethernet(Packets.IPv4(6, Packets.Tcp(_sequences[port], [], 4, from: port))));
            }
        }

        public void SendPacket(byte[] packet, Random random) => Decode(packet, random.Next(8) == 0 ? packet.Length + random.Next(2000) : packet.Length);

        public void End()
        {
            _decoder.Finish();
            _tracker.Finish(_decoder.Now);

            // The longest that anything is remembered: twice a session interval of seven days.
            _tracker.OnTime(_decoder.Now + (15L * 86_400 * 1_000_000_000));
            Assert.Null(_decoder.LastFault);
            Assert.Null(_tracker.LastFault);
            var counters = new Dictionary<string, ulong>();
            _tracker.CopyCounters(counters);
            Assert.Equal([], new[] { "faults", "table.calls", "table.transactions", "table.bindings", "table.accounts", "table.sessions", "table.timers" }.Where(name => counters[name] != 0));
        }

        void IEventSink.Emit(Event e)
        {
            Assert.InRange(e.ToByteArray().Length, 1, LargestEvent);
            Assert.InRange(e.EventTime, 1, long.MaxValue);
        }

        private void Decode(byte[] packet, int length = 0) => _decoder.Decode(new CapturedPacket
        {
            Time = _now, LinkType = LinkType.Ethernet, Data = packet, OriginalLength = Math.Max(length, packet.Length),
        });
    }
}
