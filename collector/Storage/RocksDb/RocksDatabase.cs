using System.Runtime.InteropServices;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>
/// An open RocksDB database. Reads, writes and iterator creation are thread-safe. Disposing releases this reference; the
/// native database closes when the last iterator and snapshot are gone too.
/// </summary>
internal sealed unsafe class RocksDatabase : IDisposable
{
    private readonly DatabaseHandle handle;
    private readonly BlockCache cache;
    private readonly ColumnFamily[] families;

    private RocksDatabase(string path, DatabaseHandle handle, BlockCache cache, ColumnFamily[] families)
    {
        Path = path;
        this.handle = handle;
        this.cache = cache;
        this.families = families;
    }

    public string Path { get; }

    /// <summary>The families, in the order given to <see cref="Open"/>.</summary>
    public IReadOnlyList<ColumnFamily> Families => families;

    public long CacheUsage => cache.Usage;

    public ulong LatestSequence
    {
        get
        {
            using var reference = new HandleReference(handle);
            return Native.rocksdb_get_latest_sequence_number(handle.Pointer);
        }
    }

    /// <summary>Opens the database, creating it and missing families unless <paramref name="readOnly"/>.</summary>
    /// <param name="path">The database's directory.</param>
    /// <param name="options">RocksDB's option string for the database.</param>
    /// <param name="columnFamilies">All its families.</param>
    /// <param name="cacheBytes">Size of the block cache.</param>
    /// <param name="readOnly">Opens without taking the lock; the database must exist.</param>
    /// <exception cref="StoreLockedException">Another process has it open.</exception>
    /// <exception cref="RocksDbException">It is damaged, or the file system refused.</exception>
    public static RocksDatabase Open(string path, string options, IReadOnlyList<ColumnFamilyOptions> columnFamilies, long cacheBytes, bool readOnly = false)
    {
        NativeLibraries.Require();
        BlockCache? cache = new(cacheBytes);
        var count = columnFamilies.Count;
        var names = stackalloc nint[count];
        var familyOptions = stackalloc nint[count];
        var handles = stackalloc nint[count];
        nint databaseOptions = 0;
        try
        {
            databaseOptions = ParseOptions(options);
            Native.rocksdb_options_set_create_if_missing(databaseOptions, readOnly ? (byte)0 : (byte)1);
            Native.rocksdb_options_set_create_missing_column_families(databaseOptions, readOnly ? (byte)0 : (byte)1);
            for (var i = 0; i < count; i++)
            {
                names[i] = Marshal.StringToCoTaskMemUTF8(columnFamilies[i].Name);
                familyOptions[i] = ParseOptions(columnFamilies[i].Options);
                SetTableFactory(familyOptions[i], cache, columnFamilies[i]);
            }

            nint error;
            var db = readOnly
                ? Native.rocksdb_open_for_read_only_column_families(databaseOptions, path, count, names, familyOptions, handles, 0, out error)
                : Native.rocksdb_open_column_families(databaseOptions, path, count, names, familyOptions, handles, out error);
            try
            {
                RocksDbException.ThrowIf(error);
            }
            catch (RocksDbException e) when (IsLock(e.Message))
            {
                throw new StoreLockedException(path, e);
            }

            var opened = new ColumnFamily[count];
            for (var i = 0; i < count; i++)
            {
                opened[i] = new ColumnFamily(handles[i], columnFamilies[i].Name);
            }

            var database = new RocksDatabase(path, new DatabaseHandle(db, opened), cache, opened);
            cache = null;
            return database;
        }
        finally
        {
            cache?.Dispose();
            for (var i = 0; i < count; i++)
            {
                Marshal.FreeCoTaskMem(names[i]);
                if (familyOptions[i] != 0)
                {
                    Native.rocksdb_options_destroy(familyOptions[i]);
                }
            }

            if (databaseOptions != 0)
            {
                Native.rocksdb_options_destroy(databaseOptions);
            }
        }
    }

    /// <summary>The value, or null when the key is absent.</summary>
    public byte[]? Get(ColumnFamily family, ReadOnlySpan<byte> key)
    {
        using var reference = new HandleReference(handle);
        nint slice;
        nint error;
        fixed (byte* k = key)
        {
            slice = Native.rocksdb_get_pinned_cf(handle.Pointer, handle.DefaultRead, family.Pointer, k, (nuint)key.Length, out error);
        }

        RocksDbException.ThrowIf(error);
        if (slice == 0)
        {
            return null;
        }

        var value = Native.rocksdb_pinnableslice_value(slice, out var length);
        var copy = new ReadOnlySpan<byte>(value, (int)length).ToArray();
        Native.rocksdb_pinnableslice_destroy(slice);
        return copy;
    }

    /// <summary>Applies the batch; with <paramref name="sync"/> it is on the disk when this returns.</summary>
    public void Write(WriteBatch batch, bool sync)
    {
        using var reference = new HandleReference(handle);
        Native.rocksdb_write(handle.Pointer, sync ? handle.SyncedWrite : handle.PlainWrite, batch.Pointer, out var error);
        RocksDbException.ThrowIf(error);
    }

    /// <summary>An iterator over [lower, upper); see <see cref="Iterator"/>.</summary>
    public Iterator NewIterator(ColumnFamily family, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper, Snapshot? snapshot = null, bool fillCache = true)
    {
        using var reference = new HandleReference(handle);
        return new Iterator(handle, family, lower, upper, snapshot, fillCache);
    }

    public Snapshot CreateSnapshot()
    {
        using var reference = new HandleReference(handle);
        return new Snapshot(handle);
    }

    /// <summary>A consistent copy in a new directory, of hard links where the file system is the same.</summary>
    /// <exception cref="RocksDbException">The directory exists or cannot be written.</exception>
    public void Checkpoint(string directory)
    {
        using var reference = new HandleReference(handle);
        var checkpoint = Native.rocksdb_checkpoint_object_create(handle.Pointer, out var error);
        RocksDbException.ThrowIf(error);
        try
        {
            Native.rocksdb_checkpoint_create(checkpoint, directory, 0, out error);
            RocksDbException.ThrowIf(error);
        }
        finally
        {
            Native.rocksdb_checkpoint_object_destroy(checkpoint);
        }
    }

    /// <summary>A property such as <c>rocksdb.total-sst-files-size</c>, or null when there is none of that name.</summary>
    public string? GetProperty(ColumnFamily family, string name)
    {
        using var reference = new HandleReference(handle);
        var text = Native.rocksdb_property_value_cf(handle.Pointer, family.Pointer, name);
        if (text == 0)
        {
            return null;
        }

        var value = Marshal.PtrToStringUTF8(text);
        Native.rocksdb_free(text);
        return value;
    }

    /// <summary>Writes the family's memory to a table file.</summary>
    public void Flush(ColumnFamily family)
    {
        using var reference = new HandleReference(handle);
        var options = Native.rocksdb_flushoptions_create();
        Native.rocksdb_flush_cf(handle.Pointer, options, family.Pointer, out var error);
        Native.rocksdb_flushoptions_destroy(options);
        RocksDbException.ThrowIf(error);
    }

    /// <summary>Drops table files that lie wholly within the range. What overlaps its ends remains: delete the range as well.</summary>
    public void DeleteFilesInRange(ColumnFamily family, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        using var reference = new HandleReference(handle);
        nint error;
        fixed (byte* s = start)
        fixed (byte* e = end)
        {
            Native.rocksdb_delete_file_in_range_cf(handle.Pointer, family.Pointer, s, (nuint)start.Length, e, (nuint)end.Length, out error);
        }

        RocksDbException.ThrowIf(error);
    }

    /// <summary>Merges the family's files now; empty bounds mean all of it. Slow.</summary>
    public void CompactRange(ColumnFamily family, ReadOnlySpan<byte> start = default, ReadOnlySpan<byte> end = default)
    {
        using var reference = new HandleReference(handle);
        fixed (byte* s = start)
        fixed (byte* e = end)
        {
            Native.rocksdb_compact_range_cf(handle.Pointer, family.Pointer, s, (nuint)start.Length, e, (nuint)end.Length);
        }
    }

    /// <summary>The table files in use.</summary>
    public IReadOnlyList<LiveFile> GetLiveFiles()
    {
        using var reference = new HandleReference(handle);
        var files = Native.rocksdb_livefiles(handle.Pointer);
        var result = new LiveFile[Native.rocksdb_livefiles_count(files)];
        for (var i = 0; i < result.Length; i++)
        {
            var smallest = Native.rocksdb_livefiles_smallestkey(files, i, out var smallestLength);
            var largest = Native.rocksdb_livefiles_largestkey(files, i, out var largestLength);
            result[i] = new LiveFile(
                Marshal.PtrToStringUTF8(Native.rocksdb_livefiles_name(files, i)) ?? "",
                Marshal.PtrToStringUTF8(Native.rocksdb_livefiles_column_family_name(files, i)) ?? "",
                (long)Native.rocksdb_livefiles_size(files, i),
                new ReadOnlySpan<byte>(smallest, (int)smallestLength).ToArray(),
                new ReadOnlySpan<byte>(largest, (int)largestLength).ToArray());
        }

        Native.rocksdb_livefiles_destroy(files);
        return result;
    }

    public void Dispose()
    {
        handle.Dispose();
        cache.Dispose();
    }

    private static nint ParseOptions(string text)
    {
        var defaults = Native.rocksdb_options_create();
        var parsed = Native.rocksdb_options_create();
        Native.rocksdb_get_options_from_string(defaults, text, parsed, out var error);
        Native.rocksdb_options_destroy(defaults);
        if (error != 0)
        {
            Native.rocksdb_options_destroy(parsed);
        }

        RocksDbException.ThrowIf(error);
        return parsed;
    }

    private static void SetTableFactory(nint options, BlockCache cache, ColumnFamilyOptions family)
    {
        var table = Native.rocksdb_block_based_options_create();
        Native.rocksdb_block_based_options_set_format_version(table, 5);
        Native.rocksdb_block_based_options_set_block_cache(table, cache.Pointer);
        Native.rocksdb_block_based_options_set_block_size(table, (nuint)family.BlockSize);
        if (family.BloomBitsPerKey > 0)
        {
            // The table options take ownership of the policy.
            Native.rocksdb_block_based_options_set_filter_policy(table, Native.rocksdb_filterpolicy_create_bloom_full(family.BloomBitsPerKey));
        }

        Native.rocksdb_options_set_block_based_table_factory(options, table);
        Native.rocksdb_block_based_options_destroy(table);
    }

    private static bool IsLock(string message) =>
        message.Contains("LOCK", StringComparison.Ordinal) && message.Contains("lock", StringComparison.Ordinal);
}
