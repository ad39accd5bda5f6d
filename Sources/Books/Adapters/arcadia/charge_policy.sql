-- Prices are per million tokens; what is included is counted in tokens.
select id as policy_id, tenant_id, deployment_id, policy as kind, percent,
       input_price_per_million as input_price, output_price_per_million as output_price,
       1000000::bigint as unit_size, base_fee,
       case when base_fee_billed_here then 'in_usage' else 'separately' end as base_fee_billed,
       included_tokens as included_quantity, 'token'::text as included_unit,
       overage_price_per_token as overage_price, null::jsonb as overage_tiers,
       null::numeric as minimum_charge, null::numeric as rollover_cap, 'USD'::text as currency,
       effective_from, effective_to
  from gateway_charge_policies
