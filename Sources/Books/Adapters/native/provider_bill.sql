-- The providers' own usage and cost reports.
select provider, account, row_id, bucket_start, bucket_end, basis, model, component, service_tier,
       quantity, amount, currency
  from gateway.provider_bill
