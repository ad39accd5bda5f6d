"""The audit by DuckDB over ADBC: both tables pulled into Arrow over two connections, joined there.

Arguments: the PostgreSQL URI; SQL files beside this one. Prints code,subject,amount. Needs duckdb,
pyarrow and adbc-driver-postgresql. Money stays decimal(38, 18).
"""

import csv
import sys
import threading
from pathlib import Path

import adbc_driver_postgresql.dbapi as postgres
import duckdb

USAGE = """
select event_id::text, request_id::text, provider_request_id, tenant_id, deployment_id,
       occurred_at at time zone 'UTC' as occurred_at, recorded_at, model,
       status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback') as billable,
       input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
       output_tokens, reasoning_tokens, charge, currency
  from gateway.usage_event"""

ENTRY = """
select entry_id::text, request_id::text, tenant_id, deployment_id, kind, amount, currency, period,
       service_period, posted_at, reverses_entry_id::text
  from ledger.entry where account = 'llm_usage'"""

POLICY = "select kind, tenant_id, deployment_id from gateway.charge_policy"

# The names that the shared SQL knows the pulled tables by. A candidate is one by its flag alone.
TABLES = """
create schema gateway;
create schema ledger;
create view gateway.charge_policy as select * from policy;
create view gateway.usage_event as
select * replace (charge::decimal(38, 18) as charge), 'ok' as status, 'primary' as attempt_kind
  from usage;
create view ledger.entry as select * replace (amount::decimal(38, 18) as amount), 'llm_usage' as account from entry;
"""

DOUBTFUL = """
create table doubtful as
with event as (
  select *, date_trunc('month', occurred_at)::date as month,
         case currency when 'JPY' then cast(round(charge, 0) as decimal(38, 2)) else round(charge, 2) end as expected
    from gateway.usage_event where billable
), posting as (
  select *, coalesce(service_period, period) as month from ledger.entry
   where account = 'llm_usage' and kind in ('usage', 'adjustment', 'reversal')
)
select coalesce(u.request_id, e.request_id) as request_id
  from event u full join posting e on e.request_id = u.request_id
 where (u.request_id is null and amount <> 0) or (e.request_id is null and expected <> 0)
    or u.request_id = e.request_id and (
      u.tenant_id <> e.tenant_id or u.deployment_id is distinct from e.deployment_id
      or u.currency <> e.currency or u.month <> e.month or amount <> expected)
union
select request_id from posting group by request_id having count(*) > 1
union
select request_id from event group by request_id having count(*) > 1
union
select request_id from event
 where provider_request_id in (
   select provider_request_id from event where provider_request_id is not null
    group by provider_request_id having count(*) > 1)
"""

RESULT = """
with {judge},
charged_sum as (
  select tenant_id, coalesce(deployment_id, '') as deployment, currency, sum(charge) as charge,
         sum(case currency when 'JPY' then cast(round(charge, 0) as decimal(38, 2)) else round(charge, 2) end) as rounded
    from gateway.usage_event where billable
   group by all
  union all
  select tenant_id, deployment, currency, -charge, -expected from candidate
   where turn > 1 or request_id in (select request_id from told_before)
),
entry_sum as (
  select tenant_id, coalesce(deployment_id, '') as deployment, currency, kind,
         sum(amount) as amount
    from ledger.entry
   where account = 'llm_usage' and coalesce(service_period, period) = '2026-10-01' group by all
),
{groups}
select code, subject, amount from finding union all select code, subject, amount from figures
"""


def pull(uri, statement, tables, name):
    with postgres.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        tables[name] = cursor.fetch_arrow_table()


def main(uri):
    here = Path(__file__).parent
    tables = {}
    pulls = [("usage", USAGE), ("entry", ENTRY), ("policy", POLICY)]
    threads = [threading.Thread(target=pull, args=(uri, sql, tables, name)) for name, sql in pulls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    database = duckdb.connect()
    database.execute("set timezone = 'UTC'")
    for name, table in tables.items():
        database.register(name, table)
    database.execute(TABLES)
    database.execute(DOUBTFUL)
    judge, groups = ((here / f"{name}.sql").read_text() for name in ("judge", "groups"))
    result = database.execute(RESULT.format(judge=judge, groups=groups))
    out = csv.writer(sys.stdout, lineterminator="\n")
    for code, subject, amount in result.fetchall():
        text = f"{amount:f}"
        out.writerow([code, subject, text.rstrip("0").rstrip(".") if "." in text else text])


if __name__ == "__main__":
    main(sys.argv[1])
