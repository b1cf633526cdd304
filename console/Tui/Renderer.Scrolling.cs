using System.Runtime.InteropServices;

namespace SensorNet.Console.Tui;

/// <summary>Rows that only moved are moved by the terminal: a scroll region and SU or SD instead of their text.</summary>
internal sealed partial class Renderer
{
    // Setting and clearing a region costs some 15 octets; below that many rows writing them again is no dearer.
    private const int LeastRows = 3;

    private ulong[] _nextHashes = [];
    private ulong[] _shownHashes = [];

    private void ScrollRows(Screen next)
    {
        Hash(next, ref _nextHashes);
        Hash(_shown, ref _shownHashes);
        var changed = 0;
        for (var y = 0; y < next.Height; y++)
        {
            changed += _nextHashes[y] != _shownHashes[y] ? 1 : 0;
        }

        if (changed < LeastRows || !FindShift(next.Height, out var top, out var bottom, out var lines))
        {
            return;
        }

        SetStyle(default);
        _output.Write("\e["u8);
        _output.WriteNumber(top + 1);
        _output.Write((byte)';');
        _output.WriteNumber(bottom + 1);
        _output.Write("r\e["u8);
        WriteUnlessOne(Math.Abs(lines));
        _output.Write(lines > 0 ? (byte)'S' : (byte)'T');
        _output.Write("\e[r"u8);

        // Setting the margins moves the cursor home.
        (_x, _y) = (0, 0);
        _shown.Scroll(top, bottom, lines);
    }

    /// <summary>Finds the shift and band that bring the most changed rows to their place.</summary>
    private bool FindShift(int height, out int top, out int bottom, out int lines)
    {
        (top, bottom, lines) = (0, 0, 0);
        var best = LeastRows - 1;
        for (var shift = -(height / 2); shift <= height / 2; shift++)
        {
            if (shift == 0)
            {
                continue;
            }

            for (var y = Math.Max(0, -shift); y < height && y + shift < height; y++)
            {
                var run = RunOf(y, shift, height);
                if (run > best)
                {
                    best = run;
                    lines = shift;
                    top = Math.Min(y, y + shift);
                    bottom = Math.Max(y, y + shift) + run - 1;
                }

                y += Math.Max(run - 1, 0);
            }
        }

        return best >= LeastRows;
    }

    private int RunOf(int y, int shift, int height)
    {
        var run = 0;
        var useful = 0;
        while (y + run < height && y + run + shift < height && _nextHashes[y + run] == _shownHashes[y + run + shift])
        {
            useful += _nextHashes[y + run] != _shownHashes[y + run] ? 1 : 0;
            run++;
        }

        // A run of rows that are all alike (blank ones) would be moved for nothing.
        return useful * 2 > run ? run : 0;
    }

    private static void Hash(Screen screen, ref ulong[] hashes)
    {
        if (hashes.Length < screen.Height)
        {
            hashes = new ulong[screen.Height];
        }

        for (var y = 0; y < screen.Height; y++)
        {
            var hash = 14695981039346656037UL;
            foreach (var word in MemoryMarshal.Cast<Cell, ulong>(screen.Row(y)))
            {
                hash = (hash ^ word) * 1099511628211UL;
                hash ^= hash >> 29;
            }

            hashes[y] = hash;
        }
    }
}
