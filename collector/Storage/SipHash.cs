using System.Buffers.Binary;
using System.Numerics;

namespace SensorNet.Collector.Storage;

/// <summary>
/// SipHash-1-3 (Aumasson and Bernstein, 2012): a hash under a secret key, for names that attackers choose, so that they
/// cannot aim for collisions. Immutable and thread-safe.
/// </summary>
/// <param name="key">The secret, <see cref="KeyLength"/> octets.</param>
internal readonly struct SipHash(ReadOnlySpan<byte> key)
{
    public const int KeyLength = 16;

    private readonly ulong k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
    private readonly ulong k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);

    public ulong Hash64(ReadOnlySpan<byte> data)
    {
        var state = new State(k0, k1);
        state.Absorb(data);
        state.V2 ^= 0xFF;
        return state.Finish();
    }

    public UInt128 Hash128(ReadOnlySpan<byte> data)
    {
        var state = new State(k0, k1);
        state.V1 ^= 0xEE;
        state.Absorb(data);
        state.V2 ^= 0xEE;
        var low = state.Finish();
        state.V1 ^= 0xDD;
        return new UInt128(state.Finish(), low);
    }

    private struct State(ulong k0, ulong k1)
    {
        public ulong V0 = k0 ^ 0x736f6d6570736575;
        public ulong V1 = k1 ^ 0x646f72616e646f6d;
        public ulong V2 = k0 ^ 0x6c7967656e657261;
        public ulong V3 = k1 ^ 0x7465646279746573;

        public void Absorb(ReadOnlySpan<byte> data)
        {
            var last = (ulong)data.Length << 56;
            while (data.Length >= 8)
            {
                Add(BinaryPrimitives.ReadUInt64LittleEndian(data));
                data = data[8..];
            }

            for (var i = 0; i < data.Length; i++)
            {
                last |= (ulong)data[i] << (8 * i);
            }

            Add(last);
        }

        public ulong Finish()
        {
            Round();
            Round();
            Round();
            return V0 ^ V1 ^ V2 ^ V3;
        }

        private void Add(ulong word)
        {
            V3 ^= word;
            Round();
            V0 ^= word;
        }

        private void Round()
        {
            V0 += V1;
            V1 = BitOperations.RotateLeft(V1, 13) ^ V0;
            V0 = BitOperations.RotateLeft(V0, 32);
            V2 += V3;
            V3 = BitOperations.RotateLeft(V3, 16) ^ V2;
            V0 += V3;
            V3 = BitOperations.RotateLeft(V3, 21) ^ V0;
            V2 += V1;
            V1 = BitOperations.RotateLeft(V1, 17) ^ V2;
            V2 = BitOperations.RotateLeft(V2, 32);
        }
    }
}
