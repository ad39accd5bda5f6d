-- The calls of the month as functions of their number: usage and ledger are made from the same
-- figures, each by itself. Money is integer arithmetic in 10^-9 USD, then numeric.

-- Microseconds since the month began.
create function bench.occurred(n bigint) returns bigint immutable parallel safe
return (n - 1) * (2678400000000 / :rows) + bench.draw(n, 2, 2678400000000 / :rows);

-- Most calls are recorded within seconds, one in a hundred within minutes, a few after hours.
create function bench.recorded(n bigint) returns bigint immutable parallel safe
return bench.occurred(n) + 150000 + bench.draw(n, 3, 8000000)
  + case when bench.draw(n, 4, 100) = 0 then bench.draw(n, 5, 600000000) else 0 end
  + case when bench.draw(n, 4, 5000) = 1 then bench.draw(n, 5, 72000000000) else 0 end;

create function bench.posted(n bigint) returns bigint immutable parallel safe
return bench.recorded(n) + 1000000 + bench.draw(n, 6, 240000000);

create function bench.at(microseconds bigint) returns timestamptz immutable parallel safe
return timestamptz '2026-10-01 00:00Z' + microseconds * interval '1 microsecond';

-- Three calls in a hundred are nobody's to bill.
create function bench.is_billed(n bigint) returns boolean immutable parallel safe
return bench.fault(n) between 1 and 11 or bench.draw(n, 17, 100) > 2;

-- Input, cache read, cache write, output, reasoning. What is broken is large enough to show.
create function bench.input(n bigint) returns bigint immutable parallel safe
return 30 + bench.draw(n, 7, 70) * bench.draw(n, 8, 70)
  + case when bench.fault(n) between 1 and 11 then 200000 else 0 end;
create function bench.cache_read(n bigint) returns bigint immutable parallel safe
return case when bench.draw(n, 9, 3) = 0 then bench.draw(n, 10, 20000) else 0 end;
create function bench.cache_write(n bigint) returns bigint immutable parallel safe
return case when bench.draw(n, 11, 10) = 0 then bench.draw(n, 12, 4000) else 0 end;
create function bench.output(n bigint) returns bigint immutable parallel safe
return 1 + bench.draw(n, 13, 900);

-- The events that are logged: copy 1 repeats an event, under the same request (4, 9) or another.
create view bench.event_line as
select n, 0 as copy, bench.recorded(n) as arrival
  from generate_series(1::bigint, :rows) n where bench.fault(n) <> 2
union all
select n, 1, bench.recorded(n) + case when fault in (10, 11) then 2000000 else 45000000 end
  from bench.fault_call where fault in (4, 9, 10, 11);

-- The entries that are posted: copies 1 and 2 bill the same call again, or reverse copy 1 (12).
create view bench.entry_line as
select n, 0 as copy, bench.posted(n) as arrival
  from generate_series(1::bigint, :rows) n where bench.is_billed(n) and bench.fault(n) <> 1
union all
select n, copy, bench.posted(n) + copy * 30000000 + bench.draw(n, 21, 20000000)
  from bench.fault_call
 cross join lateral generate_series(1, case fault
    when 3 then 1 + bench.draw(n, 22, 2) when 4 then 1
    when 10 then bench.draw(n, 22, 2) when 11 then 1
    when 12 then case when bench.is_billed(n) then 2 else 0 end else 0 end) copy;
