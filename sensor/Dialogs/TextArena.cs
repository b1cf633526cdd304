namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Octets of variable length in pages of 256 KiB, each cut into blocks of one size: taking and giving back a block is
/// O(1), and the sum of all pages never passes the limit. A block is named by a number of 0 or more.
/// </summary>
internal sealed class TextArena
{
    private const int PageBytes = 256 << 10;
    private const int Unit = 16;
    private const int Fine = 512;
    private const int UnitsPerPage = PageBytes / Unit;

    /// <summary>Each multiple of the unit up to <see cref="Fine"/>, then fewer.</summary>
    private static readonly int[] Sizes = [.. Enumerable.Range(1, Fine / Unit).Select(n => n * Unit), 640, 768, 896, 1024, 1280, 1536, 2048, 3072, 4096, 8192, 16384];

    private readonly int _maxPages;
    private readonly List<byte[]> _pages = [];
    private readonly List<byte> _pageClass = [];
    private readonly int[] _free = new int[Sizes.Length];
    private readonly int[] _fresh = new int[Sizes.Length];
    private readonly int[] _freshEnd = new int[Sizes.Length];

    public TextArena(int maxBytes)
    {
        _maxPages = Math.Max(1, maxBytes / PageBytes);
        Array.Fill(_free, -1);
    }

    /// <summary>The longest block.</summary>
    public static int Longest => Sizes[^1];

    /// <summary>Octets of all pages.</summary>
    public long Bytes => (long)_pages.Count * PageBytes;

    /// <summary>Takes a block for so many octets (1 to <see cref="Longest"/>), or -1 when the arena is full.</summary>
    public int Take(int length)
    {
        for (var c = ClassOf(length); c < Sizes.Length; c++)
        {
            var block = TakeFrom(c);
            if (block >= 0)
            {
                return block;
            }
        }

        return -1;
    }

    public Span<byte> Block(int block, int length) =>
        _pages[block / UnitsPerPage].AsSpan(block % UnitsPerPage * Unit, length);

    public void Give(int block)
    {
        var c = _pageClass[block / UnitsPerPage];
        BitConverter.TryWriteBytes(Block(block, 4), _free[c]);
        _free[c] = block;
    }

    private static int ClassOf(int length)
    {
        if (length <= Fine)
        {
            return (length - 1) / Unit;
        }

        var c = Fine / Unit;
        while (Sizes[c] < length)
        {
            c++;
        }

        return c;
    }

    private int TakeFrom(int c)
    {
        if (_free[c] >= 0)
        {
            var block = _free[c];
            _free[c] = BitConverter.ToInt32(Block(block, 4));
            return block;
        }

        if (_fresh[c] == _freshEnd[c])
        {
            if (_pages.Count == _maxPages)
            {
                return -1;
            }

            _fresh[c] = _pages.Count * UnitsPerPage;
            _freshEnd[c] = _fresh[c] + (PageBytes / Sizes[c] * (Sizes[c] / Unit));
            _pages.Add(GC.AllocateUninitializedArray<byte>(PageBytes));
            _pageClass.Add((byte)c);
        }

        var fresh = _fresh[c];
        _fresh[c] += Sizes[c] / Unit;
        return fresh;
    }
}
