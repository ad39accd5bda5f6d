"""The audit by DuckDB over ADBC: lean columns of both tables stream into DuckDB over two
connections and are joined there; the rows of what is doubtful are fetched afterwards, by id.

Arguments: the PostgreSQL URI, and the type of request ids. Prints code,subject,amount. Needs duckdb, pyarrow and
adbc-driver-postgresql. Money stays decimal(38, 18).
"""

import csv
import sys
import threading
from pathlib import Path

import adbc_driver_postgresql.dbapi as postgres
import duckdb

CANDIDATE = "status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback')"

LEAN = {
    "lean_usage": (
        f"""
        select request_id::text, provider_request_id, tenant_id,
               coalesce(deployment_id, '') as deployment, currency,
               date_trunc('month', occurred_at at time zone 'UTC')::date as month, charge
          from gateway.usage_event where {CANDIDATE}""",
        "* replace (charge::decimal(38, 18) as charge)",
    ),
    "lean_entry": (
        """
        select request_id::text, tenant_id, coalesce(deployment_id, '') as deployment, currency,
               coalesce(service_period, period) as month, kind, amount
          from ledger.entry where account = 'llm_usage'""",
        "* replace (amount::decimal(38, 18) as amount)",
    ),
}

DOUBTFUL = """
create table doubtful as
with billing as (select * from lean_entry where kind in ('usage', 'adjustment', 'reversal'))
select coalesce(u.request_id, e.request_id) as request_id
  from (
    select *, case currency when 'JPY' then cast(round(charge, 0) as decimal(38, 2))
                   else round(charge, 2) end as expected
      from lean_usage) u
  full join billing e on e.request_id = u.request_id
 where (u.request_id is null and amount <> 0) or (e.request_id is null and expected <> 0)
    or u.request_id = e.request_id and (
      u.tenant_id <> e.tenant_id or u.deployment <> e.deployment
      or u.currency <> e.currency or u.month <> e.month or amount <> expected)
union
select request_id from billing group by request_id having count(*) > 1
union
select request_id from lean_usage group by request_id having count(*) > 1
union
select request_id from lean_usage
 where provider_request_id in (
   select provider_request_id from lean_usage where provider_request_id is not null
    group by provider_request_id having count(*) > 1)
"""

# The rows of what is doubtful, under the names that the shared SQL knows.
DETAILS = {
    "gateway.usage_event": (
        """
        select u.* replace (charge::decimal(38, 18) as charge)""",
        """
        select event_id::text, request_id::text, provider_request_id, tenant_id, deployment_id,
               occurred_at at time zone 'UTC' as occurred_at, recorded_at, model, status, billable,
               attempt_kind, input_tokens, cache_read_tokens, cache_write_5m_tokens,
               cache_write_1h_tokens, output_tokens, reasoning_tokens, charge, currency
          from gateway.usage_event where request_id in (select request_id::{id_type} from doubtful)""",
    ),
    "ledger.entry": (
        """
        select u.* replace (amount::decimal(38, 18) as amount)""",
        """
        select entry_id::text, request_id::text, tenant_id, deployment_id, account, kind, amount,
               currency, period, service_period, posted_at, reverses_entry_id::text
          from ledger.entry where request_id in (select request_id::{id_type} from doubtful)""",
    ),
    "gateway.charge_policy": (
        "select u.*",
        "select kind, tenant_id, deployment_id from gateway.charge_policy",
    ),
}

RESULT = """
with {judge},
charged_sum as (
  select tenant_id, deployment, currency, sum(charge) as charge,
         sum(case currency when 'JPY' then cast(round(charge, 0) as decimal(38, 2))
                  else round(charge, 2) end) as rounded
    from lean_usage group by all
  union all
  select tenant_id, deployment, currency, -charge, -expected from candidate
   where turn > 1 or request_id in (select request_id from told_before)
),
entry_sum as (
  select tenant_id, deployment, currency, kind, sum(amount) as amount
    from lean_entry where month = '2026-10-01' group by all
),
{groups}
select code, subject, amount from finding union all select code, subject, amount from figures
"""


def stream(uri, database, table, select, columns):
    """Into a table of DuckDB, batch by batch."""
    with postgres.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(select)
        batches = cursor.fetch_record_batch()
        session = database.cursor()
        session.execute("set timezone = 'UTC'")
        session.register("batches", batches)
        session.execute(f"create table {table} as select {columns} from batches")


def fetch_details(uri, database, id_type):
    database.execute("create schema gateway; create schema ledger")
    doubtful = database.execute("select request_id from doubtful").to_arrow_table()
    with postgres.connect(uri) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("doubtful", doubtful, mode="create", temporary=True)
        cursor.execute("analyze doubtful")
        for table, (select, source) in DETAILS.items():
            cursor.execute(source.format(id_type=id_type))
            database.register("u", cursor.fetch_arrow_table())
            database.execute(f"create table {table} as {select} from u")


def main(uri, id_type):
    database = duckdb.connect()
    database.execute("set timezone = 'UTC'")
    threads = [
        threading.Thread(target=stream, args=(uri, database, table, select, columns))
        for table, (select, columns) in LEAN.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.execute(DOUBTFUL)
    fetch_details(uri, database, id_type)

    here = Path(__file__).parent
    judge, groups = ((here / f"{name}.sql").read_text() for name in ("judge", "groups"))
    result = database.execute(RESULT.format(judge=judge, groups=groups))
    out = csv.writer(sys.stdout, lineterminator="\n")
    for code, subject, amount in result.fetchall():
        out.writerow([code, subject, f"{amount:f}"])


if __name__ == "__main__":
    main(*sys.argv[1:])
