-- Where each database keeps its log, its meters and its plans: the names that stand in braces in the
-- other files. NULL = not provisioned for this database.
select quote_literal(d.id::text) as database_id,
       (d.id = '00000000-0000-0000-0000-000000000000')::text as is_platform,
       case when to_regclass(t.log) is not null then t.log end as log,
       case when to_regclass(t.ledger) is not null then t.ledger end as ledger,
       case when to_regclass(t.meters) is not null then t.meters end as meters,
       -- The platform's definitions stand for all.
       case when to_regclass(t.meters) is not null
             and d.id = '00000000-0000-0000-0000-000000000000' then t.meters end as platform_meters,
       case when to_regclass(t.credits) is not null then t.credits end as credits,
       case when to_regclass(t.subscriptions) is not null and to_regclass(t.limits) is not null
            then t.subscriptions end as subscriptions,
       case when to_regclass(t.limits) is not null then t.limits end as limits
  from metaschema_public.database d
  left join metaschema_modules_public.billing_module b on b.database_id = d.id
  left join metaschema_public.schema bs on bs.id = b.schema_id
  left join metaschema_modules_public.inference_log_module i on i.database_id = d.id
  left join metaschema_public.schema ls on ls.id = i.schema_id
  left join metaschema_modules_public.plans_module p on p.database_id = d.id
  left join metaschema_public.schema ps on ps.id = p.schema_id
  left join metaschema_public."table" pl on pl.id = p.plan_meter_limits_table_id,
       lateral (
         select quote_ident(ls.schema_name) || '.' || quote_ident(i.inference_log_table_name) as log,
                billing.name || quote_ident(coalesce(nullif(b.ledger_table_name, ''), 'ledger'))
                  as ledger,
                billing.name || quote_ident(coalesce(nullif(b.meters_table_name, ''), 'meters'))
                  as meters,
                billing.name
                  || quote_ident(coalesce(nullif(b.meter_credits_table_name, ''), 'meter_credits'))
                  as credits,
                billing.name || quote_ident(
                  coalesce(nullif(b.plan_subscriptions_table_name, ''), 'plan_subscriptions'))
                  as subscriptions,
                quote_ident(ps.schema_name) || '.'
                  || quote_ident(coalesce(pl.name, 'plan_meter_limits')) as limits
           from (select quote_ident(bs.schema_name) || '.' as name) billing
       ) t
 order by d.id
