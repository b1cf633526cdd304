using System.Buffers.Binary;
using System.Numerics;

namespace SensorNet.Collector.Ingest;

/// <summary>
/// Which sequences of one (sensor, epoch) are stored: all up to <see cref="Acked"/>, and a set among the 4,096 above it.
/// A sequence still further on moves the window; what was missing below it is given up and counted in
/// <see cref="Lost"/>. Not thread-safe.
/// </summary>
internal sealed class DedupeWindow
{
    public const int Size = 4096;

    // The bit of sequence s is s % Size; only those in (Acked, highest] can be set.
    private readonly ulong[] bits = new ulong[Size / 64];
    private ulong highest;

    /// <summary>Everything up to here is stored or given up.</summary>
    public ulong Acked { get; private set; }

    /// <summary>Sequences that were given up since the window was made or loaded.</summary>
    public ulong Lost { get; private set; }

    /// <summary>Takes a sequence (1 or above); false when it is a duplicate.</summary>
    public bool TryAdd(ulong sequence)
    {
        if (sequence <= Acked)
        {
            return false;
        }

        if (sequence == Acked + 1 && highest == Acked)
        {
            Acked = highest = sequence;
            return true;
        }

        if (sequence - Acked > Size)
        {
            GiveUpTo(sequence - Size);
        }

        ref var word = ref bits[(sequence / 64) % (Size / 64)];
        var bit = 1UL << (int)(sequence % 64);
        if ((word & bit) != 0)
        {
            return false;
        }

        word |= bit;
        highest = Math.Max(highest, sequence);
        Advance();
        return true;
    }

    /// <summary>The sensor can no longer send anything up to here.</summary>
    public void GiveUpTo(ulong sequence)
    {
        if (sequence <= Acked)
        {
            return;
        }

        if (sequence >= highest)
        {
            Lost += sequence - Acked - (ulong)bits.Sum(BitOperations.PopCount);
            Array.Clear(bits);
            Acked = highest = sequence;
            return;
        }

        while (Acked < sequence)
        {
            Acked++;
            if (!TakeBit(Acked))
            {
                Lost++;
            }
        }

        Advance();
    }

    /// <summary>Sequences above <see cref="Acked"/> that are stored, as first, last, first, last ...</summary>
    public IReadOnlyList<ulong> Held()
    {
        var held = new List<ulong>();
        for (var sequence = Acked + 1; sequence <= highest && sequence > Acked; sequence++)
        {
            if (!HasBit(sequence))
            {
                continue;
            }

            if (held.Count > 0 && held[^1] == sequence - 1)
            {
                held[^1] = sequence;
            }
            else
            {
                held.Add(sequence);
                held.Add(sequence);
            }
        }

        return held;
    }

    /// <summary>As stored: acked u64, then one byte per 8 sequences above it, without trailing zeros. Little-endian.</summary>
    public byte[] Encode()
    {
        var above = (int)(highest - Acked);
        var bytes = new byte[8 + ((above + 7) / 8)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Acked);
        for (var i = 0; i < above; i++)
        {
            if (HasBit(Acked + 1 + (ulong)i))
            {
                bytes[8 + (i / 8)] |= (byte)(1 << (i % 8));
            }
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">It is no stored window.</exception>
    public static DedupeWindow Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 8 or > 8 + (Size / 8))
        {
            throw new InvalidDataException("A stored dedupe window has an impossible length.");
        }

        var window = new DedupeWindow { Acked = BinaryPrimitives.ReadUInt64LittleEndian(bytes) };
        window.highest = window.Acked;
        for (var i = 0; i < (bytes.Length - 8) * 8; i++)
        {
            if ((bytes[8 + (i / 8)] & (1 << (i % 8))) != 0)
            {
                var sequence = window.Acked + 1 + (ulong)i;
                window.bits[(sequence / 64) % (Size / 64)] |= 1UL << (int)(sequence % 64);
                window.highest = sequence;
            }
        }

        return window;
    }

    private void Advance()
    {
        while (Acked < highest && TakeBit(Acked + 1))
        {
            Acked++;
        }
    }

    private bool HasBit(ulong sequence) => (bits[(sequence / 64) % (Size / 64)] & (1UL << (int)(sequence % 64))) != 0;

    private bool TakeBit(ulong sequence)
    {
        ref var word = ref bits[(sequence / 64) % (Size / 64)];
        var bit = 1UL << (int)(sequence % 64);
        var had = (word & bit) != 0;
        word &= ~bit;
        return had;
    }
}
