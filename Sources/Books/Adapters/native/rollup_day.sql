-- Daily totals kept beside the log.
select rollup, row_id, entity_id, day, key_id, provider, model, requests, input_tokens, output_tokens,
       amount, additive
  from gateway.rollup_day
