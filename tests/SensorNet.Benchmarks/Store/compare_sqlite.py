#!/usr/bin/env python3
"""Stores the sample events in SQLite (WAL, synchronous=FULL, five indexes) and prints what that costs.

    SensorNet.Benchmarks store-sample 200000 /tmp/sample.tsv
    python3 compare_sqlite.py /tmp/sample.tsv 1000
"""
import os
import resource
import sqlite3
import sys
import tempfile
import time


def main() -> None:
    path, size = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    rows = []
    with open(path, encoding="utf-8") as table:
        for line in table:
            at, kind, severity, host, source, user, aor, call, event = line.rstrip("\n").split("\t")
            rows.append((int(at), int(kind), int(severity), host, bytes.fromhex(source), user, aor, call, bytes.fromhex(event)))

    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "events.db")
        db = sqlite3.connect(file, isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("CREATE TABLE events(id INTEGER PRIMARY KEY, time INT, type INT, severity INT, host TEXT, source BLOB, user TEXT, aor TEXT, call TEXT, event BLOB)")
        for column in ("time", "source", "user", "call", "type"):
            db.execute(f"CREATE INDEX {column}_index ON events({column}, time)")

        before = resource.getrusage(resource.RUSAGE_SELF)
        started = time.monotonic()
        for first in range(0, len(rows), size):
            db.execute("BEGIN")
            db.executemany("INSERT INTO events(time, type, severity, host, source, user, aor, call, event) VALUES(?,?,?,?,?,?,?,?,?)", rows[first:first + size])
            db.execute("COMMIT")
        elapsed = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        print(f"sqlite {sqlite3.sqlite_version}: {len(rows)} events in batches of {size}: {len(rows) / elapsed:,.0f}/s durable, "
              f"{cpu / len(rows) * 1e6:.2f} us CPU per event, {os.path.getsize(file) / len(rows):.1f} bytes per event")

        times = []
        for row in rows[::997][:200]:
            begin = time.monotonic()
            db.execute("SELECT event FROM events WHERE source=? AND time BETWEEN ? AND ? LIMIT 1000", (row[4], row[0] - 1800 * 10**9, row[0] + 1800 * 10**9)).fetchall()
            times.append(time.monotonic() - begin)
        times.sort()
        print(f"source in an hour: p50 {times[len(times) // 2] * 1e3:.2f} ms")


main()
