-- The gateway's price book: what a unit of each component costs, and since when.
select price_book, version, provider, model, component, service_tier, is_batch, context_over,
       over_inclusive, unit_price, unit_size, currency, effective_from, effective_to
  from gateway.price
