using System.Numerics;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Counting distinct hashes in a few words: exactly while there are no more than words, each of which holds one; from then
/// on the same words are a bitmap, from whose empty bits the number is estimated (linear counting).
/// </summary>
internal static class LinearCount
{
    /// <param name="words">A power of two of them, zero at first.</param>
    /// <param name="count">How many words hold a hash; more than there are once they are a bitmap.</param>
    /// <param name="hash">Keyed, so that nobody can choose where it falls.</param>
    public static void Add(Span<uint> words, ref byte count, ulong hash)
    {
        var small = (uint)(hash >> 32) | 1;
        if (count > words.Length)
        {
            Mark(words, small);
        }
        else if (!words[..count].Contains(small))
        {
            if (count < words.Length)
            {
                words[count] = small;
            }
            else
            {
                ToBitmap(words);
                Mark(words, small);
            }

            count++;
        }
    }

    public static ulong Count(ReadOnlySpan<uint> words, byte count)
    {
        if (count <= words.Length)
        {
            return count;
        }

        var set = 0;
        foreach (var word in words)
        {
            set += BitOperations.PopCount(word);
        }

        double bits = words.Length * 32;
        return Math.Max(count, (ulong)Math.Round(-bits * Math.Log(Math.Max(1, bits - set) / bits)));
    }

    private static void ToBitmap(Span<uint> words)
    {
        Span<uint> held = stackalloc uint[words.Length];
        words.CopyTo(held);
        words.Clear();
        foreach (var hash in held)
        {
            Mark(words, hash);
        }
    }

    private static void Mark(Span<uint> words, uint hash) => words[(int)(hash >> 8) & (words.Length - 1)] |= 1U << (int)(hash >> 16);
}
