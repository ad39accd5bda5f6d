-- Limits of plans and credits of each database. A negative limit is unlimited.
select format('limit of %s on %s since %s', s.entity_id, p.meter_slug, s.started_at) as allowance_id,
       case when {is_platform} then s.entity_id::text else {database_id} end as tenant_id,
       case when not {is_platform} then s.entity_id::text end as user_id,
       case when m.meter_type <> 'usage_pool' then 'meter:' || m.slug
            when m.category_meter is null then 'credits'
            else 'pool:' || m.slug end as account,
       coalesce(nullif(m.unit, ''), 'token') as unit,
       'limit'::text as kind,
       null::text as credit_type,
       case when p.limit_value >= 0 then p.limit_value end as amount,
       null::numeric as threshold,
       m.period_interval::text as period,
       s.started_at as starts_at,
       s.ended_at as ends_at
  from {subscriptions} s
  join {limits} p on p.plan_id = s.plan_id
  join {meters} m on m.slug = p.meter_slug
union all
select c.id::text,
       case when {is_platform} then c.entity_id::text else {database_id} end,
       case when not {is_platform} then c.entity_id::text end,
       case when m.meter_type <> 'usage_pool' then 'meter:' || m.slug
            when m.category_meter is null then 'credits'
            else 'pool:' || m.slug end,
       coalesce(nullif(m.unit, ''), 'token'),
       'credit',
       c.credit_type,
       c.amount,
       null,
       null,
       c.created_at,
       c.expires_at
  from {credits} c
  join {meters} m on m.slug = c.meter_slug
