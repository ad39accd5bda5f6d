-- The lines of the tenants' invoices.
select line_id, invoice_id, tenant_id, deployment_id, kind, period, amount_minor, currency,
       input_tokens, output_tokens, requests, status
  from ledger.invoice_line
