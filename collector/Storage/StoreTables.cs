using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Storage;

/// <summary>How each table is kept by RocksDB.</summary>
internal static class StoreTables
{
    // All families are flushed together: then the log holds nothing older than any table file, and a damaged log can
    // only cut off the newest batches, whole.
    //
    // RocksDB's own LOG gets its header lines and no more: Debian's build, made with assertions, aborts the process when it
    // writes a second line to a LOG on a full disk. Everything of weight comes back as an error anyway.
    public const string DatabaseOptions =
        "max_background_jobs=2;bytes_per_sync=1048576;wal_bytes_per_sync=1048576;max_total_wal_size=134217728;max_open_files=512;"
        + "info_log_level=HEADER_LEVEL;keep_log_file_num=5;max_log_file_size=1048576;atomic_flush=true;avoid_flush_during_shutdown=false;"
        + "paranoid_checks=true;allow_concurrent_memtable_write=false;track_and_verify_wals_in_manifest=false;wal_recovery_mode=kPointInTimeRecovery";

    // Write buffers stay at or below 16 MB: after a full disk, RocksDB resumes by itself once that much is free.
    private const string Rows = "write_buffer_size=8388608;memtable_prefix_bloom_size_ratio=0.1;memtable_whole_key_filtering=true;compression=kLZ4Compression;level_compaction_dynamic_level_bytes=true";
    private const string Blocks = "write_buffer_size=16777216;compression=kNoCompression;level_compaction_dynamic_level_bytes=true;target_file_size_base=33554432";

    /// <summary>"default" first, then the tables in order of their numbers.</summary>
    public static IReadOnlyList<ColumnFamilyOptions> Families { get; } =
    [
        new("default", Rows, 4096, 0),
        .. Enum.GetValues<Table>().Select(table => table switch
        {
            Table.Blocks => new ColumnFamilyOptions(Name(table), Blocks, 16 << 10, 0),
            Table.SegmentIndex => new ColumnFamilyOptions(Name(table), Rows, 16 << 10, 0),
            _ => new ColumnFamilyOptions(Name(table), Rows, 4096, 10),
        }),
    ];

    public static string Name(Table table) => table.ToString().ToLowerInvariant();
}
