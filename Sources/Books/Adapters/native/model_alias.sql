-- Other names of models.
select provider, alias, model, effective_from from gateway.model_alias
