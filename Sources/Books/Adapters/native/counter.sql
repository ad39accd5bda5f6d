-- Running totals kept beside the log.
select counter, entity_id, tenant_id, unit, window_start, window_end, value, limit_value, as_of
  from gateway.counter
