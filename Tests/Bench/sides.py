"""The sides of the bench: the floors, tieout, and its peers."""

import os
from pathlib import Path

from measure import Side, psql

HERE = Path(__file__).parent
PEERS = HERE / "Peers"
FULL_AS_OF = "2026-11-03T06:00:00Z"
DAY = "2026-10-31"
DAY_AS_OF = "2026-11-01T00:00:00Z"

# Every raw column that a check of each row looks at.
NEEDED = {
    "gateway.usage_event": (
        "request_id, provider_request_id, attempt_kind, tenant_id, deployment_id, user_id,"
        " session_id, occurred_at, recorded_at, model, status, billable, input_tokens,"
        " cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens,"
        " reasoning_tokens, charge, currency"
    ),
    "ledger.entry": (
        "request_id, tenant_id, deployment_id, account, kind, amount, currency, period,"
        " service_period, posted_at, reverses_entry_id"
    ),
}


def needed_copies():
    return [
        f"copy {table} ({columns}) to stdout (format binary)" for table, columns in NEEDED.items()
    ]


def floor_1(dsn):
    return Side("F1: psql COPY, needed columns", [[psql(dsn, "-o", os.devnull, "-c", copy)
                                                  for copy in needed_copies()]])  # fmt: skip


def floor_2(dsn, programs):
    return Side("F2: receive and drop, lean", [[[str(programs / "receive-and-drop"), dsn]]])


def tieout(dsn, programs, work, name, arguments, formats, audit):
    folder = work / "reports" / audit
    command = [
        str(programs / "tieout"), "run", "--job", str(HERE / "bench.yaml"), *arguments,
        "--format", formats, "--report-dir", str(folder), "--quiet",
    ]  # fmt: skip
    return Side(
        name, [[command]], audit=audit, accepts=(0, 1, 3), report_folder=folder,
        environment={"TIEOUT_GATEWAY_DSN": dsn, "TIEOUT_LEDGER_DSN": dsn},
    )  # fmt: skip


def tieout_full(dsn, programs, work):
    arguments = ["--period", "2026-10", "--as-of", FULL_AS_OF]
    return tieout(
        dsn, programs, work, "tieout, all checks", arguments, "xml,html,csv,json", "report"
    )


def tieout_day(dsn, programs, work):
    arguments = ["--from", DAY, "--to", DAY, "--as-of", DAY_AS_OF]
    return tieout(dsn, programs, work, "tieout, one day of 31", arguments, "html,csv,json", "day")


def sql_peers(dsn, id_type):
    def script(*names, **variables):
        variables = {"id_type": id_type, "workers": 0, "part": 0, "parts": 1} | variables
        set_to = [f"{name}={value}" for name, value in variables.items()]
        options = [part for value in set_to for part in ("-v", value)]
        files = [part for name in names for part in ("-f", str(PEERS / f"{name}.sql"))]
        return psql(dsn, *options, *files)

    one = [[script("expert-tables", "expert-usage", "expert-ledger", "expert-join",
                   "expert-judge", workers=2)]]  # fmt: skip
    two = [
        [script("expert-tables")],
        [
            script("expert-usage", "expert-join", part=0, parts=2),
            script("expert-ledger", "expert-join", part=1, parts=2),
        ],
        [script("expert-judge")],
    ]
    environment = {"PEERS": str(PEERS)}
    return [
        Side("an expert's SQL, two connections", two, "lines", environment=environment),
        Side("an expert's SQL, one connection", one, "lines", environment=environment),
        Side("one SQL statement", [[script("one-statement")]], "lines", environment=environment),
    ]


def duckdb_peer(folder, database, python, id_type):
    uri = f"postgresql:///{database}?host={folder}&port=5432&user=postgres"
    command = [python, str(PEERS / "duckdb_peer.py"), uri, id_type]
    return Side("DuckDB over ADBC", [[command]], "lines")
