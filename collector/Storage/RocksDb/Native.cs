using System.Runtime.InteropServices;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>
/// The part of RocksDB's C interface (rocksdb/c.h) that is used; the signatures are the same in versions 7.8 to 11.
/// Every <c>err</c> receives a string that <see cref="RocksDbException.ThrowIf"/> frees.
/// </summary>
internal static unsafe partial class Native
{
    private const string Library = NativeLibraries.RocksDb;

    [LibraryImport(Library)]
    internal static partial nint rocksdb_options_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_options_destroy(nint options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void rocksdb_get_options_from_string(nint baseOptions, string text, nint options, out nint err);

    [LibraryImport(Library)]
    internal static partial void rocksdb_options_set_create_if_missing(nint options, byte value);

    [LibraryImport(Library)]
    internal static partial void rocksdb_options_set_create_missing_column_families(nint options, byte value);

    [LibraryImport(Library)]
    internal static partial void rocksdb_options_set_block_based_table_factory(nint options, nint tableOptions);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_block_based_options_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_block_based_options_destroy(nint tableOptions);

    [LibraryImport(Library)]
    internal static partial void rocksdb_block_based_options_set_block_cache(nint tableOptions, nint cache);

    [LibraryImport(Library)]
    internal static partial void rocksdb_block_based_options_set_format_version(nint tableOptions, int version);

    [LibraryImport(Library)]
    internal static partial void rocksdb_block_based_options_set_filter_policy(nint tableOptions, nint policy);

    [LibraryImport(Library)]
    internal static partial void rocksdb_block_based_options_set_block_size(nint tableOptions, nuint bytes);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_filterpolicy_create_bloom_full(double bitsPerKey);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_cache_create_lru(nuint capacity);

    [LibraryImport(Library)]
    internal static partial void rocksdb_cache_destroy(nint cache);

    [LibraryImport(Library)]
    internal static partial nuint rocksdb_cache_get_usage(nint cache);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint rocksdb_open_column_families(nint options, string path, int count, nint* names, nint* familyOptions, nint* handles, out nint err);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint rocksdb_open_for_read_only_column_families(nint options, string path, int count, nint* names, nint* familyOptions, nint* handles, byte errorIfWalFileExists, out nint err);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint rocksdb_list_column_families(nint options, string path, out nuint count, out nint err);

    [LibraryImport(Library)]
    internal static partial void rocksdb_list_column_families_destroy(nint names, nuint count);

    [LibraryImport(Library)]
    internal static partial void rocksdb_close(nint db);

    [LibraryImport(Library)]
    internal static partial void rocksdb_column_family_handle_destroy(nint family);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_get_pinned_cf(nint db, nint readOptions, nint family, byte* key, nuint keyLength, out nint err);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial byte* rocksdb_pinnableslice_value(nint slice, out nuint length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_pinnableslice_destroy(nint slice);

    [LibraryImport(Library)]
    internal static partial void rocksdb_write(nint db, nint writeOptions, nint batch, out nint err);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_writeoptions_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_writeoptions_destroy(nint writeOptions);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writeoptions_set_sync(nint writeOptions, byte value);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_readoptions_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_readoptions_destroy(nint readOptions);

    [LibraryImport(Library)]
    internal static partial void rocksdb_readoptions_set_snapshot(nint readOptions, nint snapshot);

    [LibraryImport(Library)]
    internal static partial void rocksdb_readoptions_set_fill_cache(nint readOptions, byte value);

    [LibraryImport(Library)]
    internal static partial void rocksdb_readoptions_set_iterate_lower_bound(nint readOptions, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_readoptions_set_iterate_upper_bound(nint readOptions, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_create_iterator_cf(nint db, nint readOptions, nint family);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_destroy(nint iterator);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial byte rocksdb_iter_valid(nint iterator);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_seek_to_first(nint iterator);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_seek_to_last(nint iterator);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_seek(nint iterator, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_seek_for_prev(nint iterator, byte* key, nuint length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_next(nint iterator);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_prev(nint iterator);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial byte* rocksdb_iter_key(nint iterator, out nuint length);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    internal static partial byte* rocksdb_iter_value(nint iterator, out nuint length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_get_error(nint iterator, out nint err);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_create_snapshot(nint db);

    [LibraryImport(Library)]
    internal static partial void rocksdb_release_snapshot(nint db, nint snapshot);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_writebatch_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_destroy(nint batch);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_clear(nint batch);

    [LibraryImport(Library)]
    internal static partial int rocksdb_writebatch_count(nint batch);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_put_cf(nint batch, nint family, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_delete_cf(nint batch, nint family, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_delete_range_cf(nint batch, nint family, byte* start, nuint startLength, byte* end, nuint endLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_set_save_point(nint batch);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_rollback_to_save_point(nint batch, out nint err);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_pop_save_point(nint batch, out nint err);

    [LibraryImport(Library)]
    internal static partial byte* rocksdb_writebatch_data(nint batch, out nuint size);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_checkpoint_object_create(nint db, out nint err);

    [LibraryImport(Library)]
    internal static partial void rocksdb_checkpoint_object_destroy(nint checkpoint);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void rocksdb_checkpoint_create(nint checkpoint, string directory, ulong logSizeForFlush, out nint err);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint rocksdb_property_value_cf(nint db, nint family, string name);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_flushoptions_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_flushoptions_destroy(nint flushOptions);

    [LibraryImport(Library)]
    internal static partial void rocksdb_flush_cf(nint db, nint flushOptions, nint family, out nint err);

    [LibraryImport(Library)]
    internal static partial void rocksdb_delete_file_in_range_cf(nint db, nint family, byte* start, nuint startLength, byte* end, nuint endLength, out nint err);

    [LibraryImport(Library)]
    internal static partial void rocksdb_compact_range_cf(nint db, nint family, byte* start, nuint startLength, byte* end, nuint endLength);

    [LibraryImport(Library)]
    internal static partial ulong rocksdb_get_latest_sequence_number(nint db);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_livefiles(nint db);

    [LibraryImport(Library)]
    internal static partial int rocksdb_livefiles_count(nint files);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_livefiles_name(nint files, int index);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_livefiles_column_family_name(nint files, int index);

    [LibraryImport(Library)]
    internal static partial nuint rocksdb_livefiles_size(nint files, int index);

    [LibraryImport(Library)]
    internal static partial byte* rocksdb_livefiles_smallestkey(nint files, int index, out nuint length);

    [LibraryImport(Library)]
    internal static partial byte* rocksdb_livefiles_largestkey(nint files, int index, out nuint length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_livefiles_destroy(nint files);

    [LibraryImport(Library)]
    internal static partial void rocksdb_free(nint memory);
}
