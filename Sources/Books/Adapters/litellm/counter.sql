-- What LiteLLM counts beside its log. A total since the last reset counts from there: from the next
-- reset back by the budget's duration, or from when it was made, whichever is later.
with total as (
  select 'key.spend' as counter, k.token as entity_id, k.team_id as tenant_id,
         coalesce(k.budget_duration, b.budget_duration) as duration,
         coalesce(k.budget_reset_at, b.budget_reset_at) as reset_at,
         k.spend as value, coalesce(k.max_budget, b.max_budget) as limit_value,
         k.created_at, k.updated_at
    from "LiteLLM_VerificationToken" k left join "LiteLLM_BudgetTable" b using (budget_id)
  union all
  select 'key.total_spend', token, team_id, null, null, total_spend, null, created_at, updated_at
    from "LiteLLM_VerificationToken"
  union all
  select 'tenant.spend', team_id, team_id, budget_duration, budget_reset_at, spend, max_budget,
         created_at, updated_at
    from "LiteLLM_TeamTable"
  union all
  select 'user.spend', user_id, team_id, budget_duration, budget_reset_at, spend, max_budget,
         created_at, updated_at
    from "LiteLLM_UserTable"
)
select
  t.counter,
  t.entity_id,
  nullif(t.tenant_id, '')                                        as tenant_id,
  'USD'::text                                                    as unit,
  greatest(t.created_at, w.began) at time zone 'UTC'             as window_start,
  null::timestamptz                                              as window_end,
  round(t.value::text::numeric, 18)                              as value,
  round(t.limit_value::text::numeric, 18)                        as limit_value,
  greatest(now(), t.updated_at at time zone 'UTC')               as as_of
from total t
cross join lateral (
  -- Thirty days that end on the first of a month are a calendar month: so LiteLLM sets them.
  select case
    when t.duration = '30d' and extract(day from t.reset_at) = 1 then t.reset_at - interval '1 month'
    when t.duration ~ '^[0-9]{1,4}mo$'
      then t.reset_at - make_interval(months => left(t.duration, -2)::int)
    when t.duration ~ '^[0-9]{1,4}w$'
      then t.reset_at - make_interval(weeks => left(t.duration, -1)::int)
    when t.duration ~ '^[0-9]{1,5}d$'
      then t.reset_at - make_interval(days => left(t.duration, -1)::int)
    when t.duration ~ '^[0-9]{1,6}h$'
      then t.reset_at - make_interval(hours => left(t.duration, -1)::int)
    when t.duration ~ '^[0-9]{1,8}m$'
      then t.reset_at - make_interval(mins => left(t.duration, -1)::int)
    when t.duration ~ '^[0-9]{1,9}s$'
      then t.reset_at - make_interval(secs => left(t.duration, -1)::int)
  end as began
) w
