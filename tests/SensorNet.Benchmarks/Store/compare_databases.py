#!/usr/bin/env python3
"""Stores the sample events in SQLite and PostgreSQL, as durably and with the same five indexes, and prints what that costs.

    SensorNet.Benchmarks store-sample 1000000 /tmp/sample.tsv
    python3 compare_databases.py /tmp/sample.tsv 1000 [sqlite] [postgresql]

SQLite: WAL, synchronous=FULL, one transaction per batch. PostgreSQL: a cluster of its own in a temporary directory,
synchronous_commit=on, one COPY per batch; the CPU time is the servers', without psql. Needs python3, postgresql-15
(Debian) and, for the latter, root or an account that may run initdb.
"""
import os
import pathlib
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

POSTGRESQL = pathlib.Path("/usr/lib/postgresql/15/bin")
HOUR = 1800 * 10**9
COLUMNS = "time, type, severity, host, source, user_name, aor, call, event"
INDEXES = ("time", "source", "user_name", "call", "type")


def batches(path: str, size: int):
    """Rows as the file has them, `size` at a time."""
    batch = []
    with open(path, encoding="utf-8") as table:
        for line in table:
            batch.append(line.rstrip("\n").split("\t"))
            if len(batch) == size:
                yield batch
                batch = []
    if batch:
        yield batch


def report(name: str, count: int, size: int, elapsed: float, cpu: float, octets: int) -> None:
    print(f"{name}: {count} events in batches of {size}: {count / elapsed:,.0f}/s durable, {cpu / count * 1e6:.2f} us CPU per event, "
          f"{octets / count:.1f} octets per event", flush=True)


def percentiles(name: str, times: list) -> None:
    times.sort()
    print(f"{name}: p50 {times[len(times) // 2] * 1e3:.3f} ms, p99 {times[len(times) * 99 // 100] * 1e3:.3f} ms", flush=True)


def run_sqlite(path: str, size: int, directory: str) -> None:
    file = os.path.join(directory, "events.db")
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE events(id INTEGER PRIMARY KEY, time INT, type INT, severity INT, host TEXT, source BLOB, user_name TEXT, aor TEXT, call TEXT, event BLOB)")
    for column in INDEXES:
        db.execute(f"CREATE INDEX {column}_index ON events({column}, time)")

    count, elapsed, cpu, asked = 0, 0.0, 0.0, []
    for batch in batches(path, size):
        rows = [(int(r[0]), int(r[1]), int(r[2]), r[3], bytes.fromhex(r[4]), r[5], r[6], r[7], bytes.fromhex(r[8])) for r in batch]
        before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
        db.execute("BEGIN")
        db.executemany(f"INSERT INTO events({COLUMNS}) VALUES(?,?,?,?,?,?,?,?,?)", rows)
        db.execute("COMMIT")
        after = resource.getrusage(resource.RUSAGE_SELF)
        elapsed += time.monotonic() - started
        cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        count += len(rows)
        asked.append(rows[len(rows) // 2])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    report(f"SQLite {sqlite3.sqlite_version}", count, size, elapsed, cpu, os.path.getsize(file))

    asked = asked[:: max(1, len(asked) // 200)]
    for name, question in (("call-id", "SELECT event FROM events WHERE call=?"),
                           ("source in an hour", "SELECT event FROM events WHERE source=? AND time BETWEEN ? AND ? LIMIT 1000")):
        times = []
        for row in asked:
            parameters = (row[7],) if name == "call-id" else (row[4], row[0] - HOUR, row[0] + HOUR)
            begin = time.monotonic()
            db.execute(question, parameters).fetchall()
            times.append(time.monotonic() - begin)
        percentiles(f"SQLite {name}", times)
    db.close()


def cpu_of_tree(root: int) -> float:
    """Seconds of a process, its living children and those it has reaped."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(entry.name) == root:
            total += sum(int(f) for f in fields[11:15])
        elif int(fields[1]) == root:
            total += int(fields[11]) + int(fields[12])
    return total / ticks


def run_postgresql(path: str, size: int, directory: str) -> None:
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(directory, "postgres")
    data = os.path.join(directory, "data")
    subprocess.run([*user, POSTGRESQL / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")
    server = subprocess.Popen([*user, POSTGRESQL / "postgres", "-D", data, "-k", directory, "-c", "listen_addresses=", "-c", "shared_buffers=256MB",
                               "-c", "synchronous_commit=on", "-c", "max_wal_size=4GB"], stderr=subprocess.DEVNULL, cwd="/")
    psql = ["psql", "-h", directory, "-U", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1"]
    try:
        for _ in range(300):
            if subprocess.run([*psql, "-c", "SELECT 1"], capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.1)
        postmaster = int(pathlib.Path(data, "postmaster.pid").read_text().splitlines()[0])
        create = "CREATE TABLE events(id bigserial PRIMARY KEY, time bigint, type int, severity int, host text, source bytea, user_name text, aor text, call text, event bytea);"
        create += "".join(f"CREATE INDEX ON events({column}{'' if column == 'time' else ', time'});" for column in INDEXES)
        subprocess.run([*psql, "-c", create], check=True)

        before, started = cpu_of_tree(postmaster), time.monotonic()
        client = subprocess.Popen(psql, stdin=subprocess.PIPE, text=True)
        count, asked = 0, []
        for batch in batches(path, size):
            client.stdin.write(f"COPY events({COLUMNS}) FROM STDIN;\n")
            for r in batch:
                client.stdin.write("\t".join((*r[:4], "\\\\x" + r[4], *r[5:8], "\\\\x" + r[8])) + "\n")
            client.stdin.write("\\.\n")
            count += len(batch)
            asked.append(batch[len(batch) // 2])
        client.stdin.close()
        client.wait()
        elapsed, cpu = time.monotonic() - started, cpu_of_tree(postmaster) - before
        octets = int(subprocess.run([*psql, "-c", "SELECT pg_total_relation_size('events')"], check=True, capture_output=True, text=True).stdout)
        report("PostgreSQL 15", count, size, elapsed, cpu, octets)

        asked = asked[:: max(1, len(asked) // 200)]
        for name in ("call-id", "source in an hour"):
            questions = [f"SELECT event FROM events WHERE call='{r[7]}';" if name == "call-id" else
                         f"SELECT event FROM events WHERE source='\\x{r[4]}' AND time BETWEEN {int(r[0]) - HOUR} AND {int(r[0]) + HOUR} LIMIT 1000;" for r in asked]
            output = subprocess.run([*psql, "-c", "\\timing on", *(a for q in questions for a in ("-c", q))], check=True, capture_output=True, text=True).stdout
            percentiles(f"PostgreSQL {name}", [float(line.split()[1]) / 1e3 for line in output.splitlines() if line.startswith("Time: ")])
    finally:
        subprocess.run([*user, POSTGRESQL / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, cwd="/")
        server.wait()


def main() -> None:
    path, size = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    wanted = sys.argv[3:] or ["sqlite", "postgresql"]
    for name, run in (("sqlite", run_sqlite), ("postgresql", run_postgresql)):
        if name in wanted:
            with tempfile.TemporaryDirectory() as directory:
                os.chmod(directory, 0o755)
                run(path, size, directory)


main()
