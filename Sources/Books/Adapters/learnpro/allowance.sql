-- The daily budget is a setting of the process and in no table. Tell it to the database:
--   alter database learnpro set learnpro.daily_limit_tokens = '200000';
--   alter database learnpro set learnpro.downgrade_threshold = '0.8';
-- 0 is unlimited here. Each user of an organization has the budget for himself.
select 'daily budget of ' || o.id as allowance_id,
       o.id as tenant_id,
       null::text as user_id,
       'tokens'::text as account,
       'token'::text as unit,
       'daily_budget'::text as kind,
       null::text as credit_type,
       nullif(s.daily_limit, 0) as amount,
       s.threshold,
       'day'::text as period,
       null::timestamptz as starts_at,
       null::timestamptz as ends_at
  from organizations o,
       (select nullif(current_setting('learnpro.daily_limit_tokens', true), '')::numeric
                 as daily_limit,
               coalesce(nullif(current_setting('learnpro.downgrade_threshold', true), '')::numeric,
                 0.8) as threshold) s
 where s.daily_limit is not null
