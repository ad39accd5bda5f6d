-- reflexio's value signals, each under its event key. Whether one is billed is told by the rules of
-- signals, the same that `SignalReading.billing` states; its charge by the price list.
select e.id::text as event_id, e.event_key as request_id, null::text as provider_request_id,
       'primary'::text as attempt_kind, e.org_id as tenant_id, null::text as deployment_id, e.user_id,
       -- Whose LLM key: not told counts as the platform's own.
       case when e.platform_llm is false then 'customer' else 'platform' end as key_id,
       -- Signals of one request that are alike may be one told twice.
       nullif(e.request_id, '') as session_id, e.caller_type,
       to_timestamp(e.created_at) as occurred_at, to_timestamp(e.created_at) as recorded_at, 'signal'::text as operation,
       null::text as provider, e.pipeline as model, 'standard'::text as service_tier,
       coalesce(e.entity_type = 'batch', false) as is_batch, s.status, s.billable,
       case when e.event_name = 'extraction_tokens' then 'canonical' else 'none' end as token_basis,
       case when e.event_name = 'extraction_tokens' then coalesce(e.billing_input_tokens, 0)
            else 0 end as input_tokens,
       0::bigint as cache_read_tokens, 0::bigint as cache_write_5m_tokens,
       0::bigint as cache_write_1h_tokens, 0::bigint as output_tokens, 0::bigint as reasoning_tokens,
       q.quantity, e.event_name as unit, null::numeric as cost,
       -- Without a price there is no charge: the call is set aside, not given away.
       case when s.billable and s.status = 'ok' then q.quantity * p.unit_price end as charge,
       null::bigint as charge_minor, 'USD'::text as currency, p.version as price_version,
       null::text as policy_id
  from usage_events e
  left join signal_prices p on p.event_name = e.event_name,
       lateral (select case when e.event_name = 'extraction_tokens' then e.billing_input_tokens
                            else e.count_value end::numeric as quantity) q,
       lateral (select
         case when e.event_category = 'skipped' then 'skipped'
              -- The batch's own event stands; the records of it tell the same again.
              when e.entity_type is distinct from 'batch' and e.request_id <> '' and exists (
                select from usage_events b
                 where b.request_id = e.request_id and b.org_id = e.org_id
                   and b.event_name = e.event_name and b.pipeline = e.pipeline
                   and b.entity_type = 'batch' and b.event_category <> 'skipped') then 'in_batch'
              else 'ok' end as status,
         case when coalesce(q.quantity, 0) <= 0 then false
              when e.event_name = 'extraction_tokens'
                then e.pipeline in ('profile_generation', 'playbook_generation')
                 and e.platform_llm is not false
              when e.event_name = 'learnings_generated'
                then e.pipeline in ('profile_generation', 'playbook_generation')
              when e.event_name = 'learning_applied'
                then e.pipeline not in ('evaluation', 'reflection')
                 and coalesce(e.caller_type = 'production_agent', false)
              else false end as billable) s
