-- Who uses what: the settings of these books, tenants with their deployments and prices, models.
-- psql variables: rows, seed, broken_every (one call in so many is broken), shuffled (0|1),
-- ids (text|prefixed|uuid).
create schema bench;

create table bench.setting as
select :rows::bigint as rows, :seed::bigint as seed, :broken_every::bigint as broken_every,
       :shuffled = 1 as shuffled, :'ids'::text as ids,
       timestamptz '2026-10-01 00:00Z' as starts_at, date '2026-10-01' as period;

-- A number from 0 to below - 1, always the same for the same n and k.
create function bench.draw(n bigint, k int, below bigint) returns bigint immutable parallel safe
return ((hashint8extended(n, :seed * 64 + k) >> 8) & 36028797018963967) % below;

-- A made-up row or request id.
create function bench.id(kind text, n bigint) returns text immutable parallel safe
return case when :'ids' = 'prefixed'
  then kind || '_' || substr(md5(kind || n || '-' || :seed), 1, 26)
  else md5(kind || n || '-' || :seed)::uuid::text end;

create table bench.model (
  model_no int primary key, provider text, model text, reasons boolean,
  -- 10^-9 USD per token
  input bigint, output bigint, cache_read bigint, cache_write bigint);
insert into bench.model values
  (0, 'anthropic', 'claude-opus-4-7', false, 5000, 25000, 500, 6250),
  (1, 'anthropic', 'claude-sonnet-4-6', false, 3000, 15000, 300, 3750),
  (2, 'anthropic', 'claude-haiku-4-5', false, 1000, 5000, 100, 1250),
  (3, 'openai', 'gpt-5', true, 1250, 10000, 125, 1250),
  (4, 'openai', 'gpt-5-mini', true, 250, 2000, 25, 250),
  (5, 'openai', 'gpt-5-nano', true, 50, 400, 5, 50),
  (6, 'openai', 'gpt-4o-mini', false, 150, 600, 75, 150),
  (7, 'google', 'gemini-2.5-flash', true, 300, 2500, 30, 300);

-- Tenants by size (Zipf): the k-th has a share of 1 / (k + 9).
create table bench.tenant as
select k, 'ten_' || lpad(k::text, 5, '0') as tenant_id,
       1 + k % 3 as deployments,
       k % 20 = 7 as has_no_deployment,
       k % 32 = 5 as is_planned,             -- plan_inclusive
       k % 64 = 5 as is_pooled,              -- one plan for all deployments
       case when k % 12 = 3 then 20 else 0 end as percent,
       case when k % 50 = 11 then 'JPY' when k % 12 = 8 then 'EUR' else 'USD' end as currency,
       sum(1000000000 / (k + 9)) over (order by k) as reach
  from generate_series(1, greatest(20, least(2000, :rows / 100))) k;

-- 65,536 places to draw from, each tenant's as many as its share.
create table bench.place as
select slot, t.k, t.tenant_id,
       case when t.has_no_deployment then null
            else (array['prod', 'staging', 'eu-west'])[1 + slot % t.deployments] end
         as deployment_id,
       t.currency::char(3) as currency,
       case t.currency when 'JPY' then 0 else 2 end as decimals,
       case t.currency when 'JPY' then 0.000000150 when 'EUR' then 0.00000000092
            else 0.000000001 end as rate,      -- of 10^-9 USD
       case t.percent when 20 then 1.2 else 1 end as markup,
       t.is_planned, t.is_pooled
  from (
    select *, coalesce(lag(reach) over (order by k), 0) as reach_before,
           max(reach) over () as whole
      from bench.tenant) t
 cross join lateral generate_series(
   ((reach_before * 65536 + whole - 1) / whole)::int, ((reach * 65536 + whole - 1) / whole)::int - 1)
   as slot;
alter table bench.place add primary key (slot);
analyze bench.place;
analyze bench.model;

-- What is planted in call n: one call in broken_every, of the kinds in turn; 0 = nothing. Kind 12
-- was put right long ago, and is no break.
create function bench.fault(n bigint) returns int immutable parallel safe
return case when bench.draw(n, 19, :broken_every) = 0 then 1 + bench.draw(n, 20, 11)::int
            when bench.draw(n, 18, 5000) = 0 then 12 else 0 end;

create table bench.fault_call as
select n, bench.fault(n) as fault from generate_series(1::bigint, :rows) n where bench.fault(n) > 0;
analyze bench.fault_call;

create table bench.fault_kind (fault int primary key, code text, what text);
insert into bench.fault_kind values
  (1, 'unbilled', 'no entry'),
  (2, 'unsupported-charge', 'an entry, and no event'),
  (3, 'double-billed', 'two or three entries'),
  (4, 'double-billed', 'two entries, and the event logged twice as well'),
  (5, 'amount-mismatch', 'an entry of another amount'),
  (6, 'misposted', 'billed to another tenant'),
  (7, 'cut-off-error', 'booked to the next month'),
  (8, 'nonbillable-charge', 'a failed call that is billed'),
  (9, 'duplicate-event', 'the event logged twice, billed once'),
  (10, 'double-billed', 'two requests tell of one provider call; every other time not billed again'),
  (11, 'suspected-duplicate', 'two calls alike within seconds');
