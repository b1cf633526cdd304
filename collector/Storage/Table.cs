namespace SensorNet.Collector.Storage;

/// <summary>The store's tables, each a RocksDB column family of the same name in lower case.</summary>
internal enum Table : byte
{
    /// <summary>segment u32, ordinal u16 -> header and compressed events.</summary>
    Blocks,

    /// <summary>segment u32, field u8, first term -> terms and the blocks that hold them. See SealedIndex.</summary>
    SegmentIndex,

    /// <summary>Schema version, dedupe windows, dictionaries, segment catalogue, cursors.</summary>
    Meta,

    /// <summary>alert id -> Alert.</summary>
    Alerts,

    /// <summary>incident id -> alerts.</summary>
    Incidents,

    /// <summary>number u64 -> AuditEntry.</summary>
    Audit,

    /// <summary>By start time and by Call-ID: CallRecord. See Objects/CallKeys.</summary>
    Calls,

    /// <summary>AoR, contact, sensor -> Registration.</summary>
    Registrations,

    /// <summary>kind u8, id -> Entity.</summary>
    Entities,

    /// <summary>Counters per minute and hour. See Objects/RollupKeys.</summary>
    Rollups,

    /// <summary>Tokens, certificates, revocations, sensors.</summary>
    Security,

    /// <summary>Detection's own state: snapshots, baselines, silences, lists.</summary>
    Detection,
}
