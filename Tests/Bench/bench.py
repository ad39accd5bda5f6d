"""Measures the sides on books that are there, in alternating runs, and checks that they agree.

    bench.py --folder SOCKET_FOLDER --programs FOLDER --work FOLDER [--rounds N] [--tieout-only]
             [--python PROGRAM] [--csv FILE] DATABASE...

Jobs/bench makes the books and calls this. Python's standard library only.
"""

import argparse
import csv
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from statistics import median

import audit
import sides
from measure import BenchError, psql, query, run

SETTINGS = (
    "server_version", "shared_buffers", "work_mem", "max_parallel_workers_per_gather", "jit",
    "fsync", "wal_level",
)  # fmt: skip


def main():
    options = arguments()
    options.work.mkdir(parents=True, exist_ok=True)
    measured = [measure(database, options) for database in options.databases]
    results = [result for results in measured for result in results]
    if options.csv:
        write_csv(options.csv, results)
    print()
    print(table(results, several=len(options.databases) > 1))


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--programs", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tieout-only", action="store_true")
    parser.add_argument("--python", help="one that has duckdb, pyarrow and adbc-driver-postgresql")
    parser.add_argument("--csv", type=Path)
    parser.add_argument("databases", nargs="+")
    return parser.parse_args()


def measure(database, options):
    dsn = f"host={options.folder} port=5432 user=postgres dbname={database} sslmode=disable"
    ((rows,),) = query(dsn, "select (select count(*) from gateway.usage_event)"
                            " + (select count(*) from ledger.entry)")  # fmt: skip
    describe(dsn, database, int(rows), options)
    prepare(dsn, options)
    contestants = line_up(dsn, database, options)
    expected = manifest(dsn)
    runs = {side.name: [] for side in contestants}
    for turn in range(options.rounds + 1):  # the first warms up and is not counted
        for side in contestants[turn % len(contestants) :] + contestants[: turn % len(contestants)]:
            output = options.work / f"{side.audit or 'floor'}.out"
            taken = run(side, output)
            check(side, output, expected)
            if turn > 0:
                runs[side.name].append(taken)
            note(f"{database} {turn}/{options.rounds} {side.name}: {taken.seconds:.2f} s")
    return [summary(database, int(rows), side.name, runs) for side in contestants]


def line_up(dsn, database, options):
    programs, work = options.programs, options.work
    contestants = [
        sides.floor_1(dsn), sides.floor_2(dsn, programs), sides.tieout_full(dsn, programs, work),
        sides.tieout_day(dsn, programs, work),
    ]  # fmt: skip
    if options.tieout_only:
        return contestants
    ((id_type,),) = query(dsn, "select case ids when 'uuid' then 'uuid' else 'text' end"
                               " from bench.setting")  # fmt: skip
    contestants += sides.sql_peers(dsn, id_type)
    if options.python:
        contestants.append(
            sides.duckdb_peer(options.folder, database, options.python, id_type))
    return contestants


def prepare(dsn, options):
    program = str(options.programs / "tieout")
    side = sides.tieout_full(dsn, options.programs, options.work)
    install = subprocess.run(
        [program, "install"], env=side.environment, capture_output=True, text=True
    )
    if install.returncode:
        raise BenchError(install.stderr)


def describe(dsn, database, rows, options):
    """What the figures rest on."""
    settings = query(dsn, "select name, current_setting(name) from pg_settings where name in ("
                          + ", ".join(f"'{name}'" for name in SETTINGS) + ") order by name")  # fmt: skip
    ((made,),) = query(dsn, "select format('seed %s, one call in %s broken, %s, %s ids', seed,"
        " broken_every, case when shuffled then 'shuffled' else 'about in time order' end, ids)"
        " from bench.setting")  # fmt: skip
    print(f"{database}: {rows:,} rows; {made}")
    print("server: " + ", ".join(f"{name} {value}" for name, value in settings))
    for copy in sides.needed_copies():
        print(f"F1: {copy}: {copied_bytes(dsn, copy):,} bytes", flush=True)


def copied_bytes(dsn, copy):
    with subprocess.Popen(psql(dsn, "-c", copy), stdout=subprocess.PIPE) as child:
        return sum(len(block) for block in iter(lambda: child.stdout.read(1 << 20), b""))


def manifest(dsn):
    rows = query(dsn, "select code, tenant_id, coalesce(case when g.is_pooled then null else"
        " p.deployment_id end, ''), currency, coalesce(request_id, ''), amount,"
        " coalesce(to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS+00:00'), ''),"
        " coalesce(to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS+00:00'), '')"
        " from bench.planted p left join bench.tenant g using (tenant_id, currency)")  # fmt: skip
    as_of = datetime.fromisoformat(sides.DAY_AS_OF.replace("Z", "+00:00"))
    everything = audit.planted(rows)
    return {
        "report": everything,
        "day": audit.planted(rows, date.fromisoformat(sides.DAY), as_of),
        "shared": [text for text in everything if text.split(",")[0] in audit.SHARED],
    }


def check(side, output, expected):
    """Fails loudly when a side has found anything else than the others, or than was planted."""
    problems = []
    if side.audit in ("report", "day"):
        breaks, shared = audit.of_report(side.report_folder)
        problems.append(
            audit.difference(side.name, breaks, "the manifest", expected[side.audit]))
        if side.audit == "report":
            expected["lines"] = shared
    elif side.audit == "lines":
        found = audit.of_peer(output)
        breaks = [text for text in found if text.split(",")[0] in audit.SHARED]
        problems.append(audit.difference(side.name, breaks, "the manifest", expected["shared"]))
        if "lines" in expected:
            problems.append(audit.difference(side.name, found, "tieout", expected["lines"]))
    problems = [problem for problem in problems if problem]
    if problems:
        raise BenchError("\n".join(problems))


def summary(database, rows, name, runs):
    own, floor = runs[name], next(iter(runs.values()))
    seconds = [taken.seconds for taken in own]
    return {
        "database": database,
        "rows": rows,
        "side": name,
        "median_s": f"{median(seconds):.3f}",
        "min_s": f"{min(seconds):.3f}",
        "max_s": f"{max(seconds):.3f}",
        "x_f1": f"{median(seconds) / median(taken.seconds for taken in floor):.2f}",
        "ns_per_row": f"{median(seconds) / rows * 1e9:.0f}",
        "cpu_ns_per_row": f"{median(taken.cpu_seconds for taken in own) / rows * 1e9:.0f}",
        "peak_mb": ("≤ " if all(taken.is_peak_hidden for taken in own) else "")
        + f"{max(taken.peak_kilobytes for taken in own) / 1000:.0f}",
        "runs": len(own),
    }


def write_csv(path, results):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(results[0]))
        writer.writeheader()
        writer.writerows(results)


def table(results, several):
    """Markdown, ready to paste."""
    columns = {
        "side": "side", "median_s": "median, s", "x_f1": "× F1", "cpu_ns_per_row": "client CPU, ns/row",
        "peak_mb": "client memory, MB",
    }  # fmt: skip
    if several:
        columns = {"rows": "rows", "ns_per_row": "ns/row", **columns}
    lines = [
        "| " + " | ".join(columns.values()) + " |",
        "|" + "|".join("---" if key == "side" else "---:" for key in columns) + "|",
    ]
    for result in results:
        is_server = "SQL" in result["side"]
        cells = [f"{result[key]:,}" if key == "rows" else result[key] for key in columns]
        if is_server:
            cells[-1] = "server's"
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def note(text):
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"error: {error}")
