-- The meters, as the platform defines them. A pool without a category is the last resort: the
-- universal credits.
select m.slug,
       case when m.meter_type = 'usage_pool' and m.category_meter is null then 'credit_pool'
            else m.meter_type end as kind,
       m.aggregation,
       case m.unit when 'tokens' then 'token' when '' then null else m.unit end as unit,
       m.credit_cost,
       m.category_meter as category_slug,
       m.period_interval as period,
       m.rollover_cap,
       m.is_active
  from {platform_meters} m
