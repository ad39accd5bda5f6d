-- The cloud's invoices: a line for each deployment, of whole months.
select id as line_id, invoice_id, tenant_id, deployment_id, 'llm_usage'::text as kind,
       date_trunc('month', period_start)::date as period, amount_cents as amount_minor,
       'USD'::text as currency, null::bigint as input_tokens, null::bigint as output_tokens,
       null::bigint as requests, status
  from llm_invoice_lines
