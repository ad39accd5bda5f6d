-- What is metered, and where what a meter does not hold goes.
select slug, kind, aggregation, unit, credit_cost, category_slug, period, rollover_cap, is_active
  from gateway.meter
