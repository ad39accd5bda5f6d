-- The price table of the system's own source, version by version, in USD per million tokens. It is only
-- ever added to.
select 'learnpro'::text as price_book,
       v.version,
       'anthropic'::text as provider,
       p.model,
       c.component,
       'standard'::text as service_tier,
       false as is_batch,
       0::bigint as context_over,
       false as over_inclusive,
       c.price as unit_price,
       1000000::bigint as unit_size,
       'USD'::text as currency,
       v.effective_from,
       null::timestamptz as effective_to
  from (values ('2026-04-26'::text, '2026-04-26T00:00:00Z'::timestamptz)) v (version, effective_from)
  join (values ('2026-04-26'::text, 'claude-opus-4-7'::text, 15::numeric, 75::numeric),
               ('2026-04-26', 'claude-sonnet-4-6', 3, 15),
               ('2026-04-26', 'claude-haiku-4-5-20251001', 1, 5))
       p (version, model, input_price, output_price) on p.version = v.version,
       lateral (values ('input'::text, p.input_price), ('output', p.output_price)) c (component, price)
