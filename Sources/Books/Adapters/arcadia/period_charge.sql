-- The gateway is the pricing authority: its period charge stands above any derived one.
select tenant_id, deployment_id, month as period, period_charge as amount, 'USD'::text as currency,
       revision, computed_at
  from gateway_period_charges
