/// The tables of imported price books. Versions are added, never changed.
enum PriceSchema {
  /// What something costs is a person's word, like an approval.
  static let tablesOfPeople: Set = ["price_version", "price", "model_alias"]

  static let tables = """
    create table tieout.price_version (       -- an imported version of a price book
      import_number bigint generated always as identity,
      price_book text not null check (price_book <> ''),
      version text not null check (version <> ''),
      effective_from timestamptz not null,
      format text not null,                   -- of the file
      source text not null,                   -- the file's name
      models bigint not null,
      prices bigint not null,
      aliases bigint not null,
      digest text not null,                   -- over its prices and aliases
      imported_role text not null default session_user,
      imported_at timestamptz not null default now(),
      primary key (price_book, version)
    );
    create table tieout.price (               -- with the columns of gateway.price
      price_book text not null,
      version text not null,
      provider text not null,                 -- * = whoever serves the model
      model text not null,
      component text not null,
      service_tier text not null,
      is_batch boolean not null,
      context_over bigint not null,
      over_inclusive boolean not null,
      unit_price numeric not null,
      unit_size bigint not null,
      currency char(3) not null,
      effective_from timestamptz not null,
      effective_to timestamptz,
      primary key (price_book, version, provider, model, component, service_tier, is_batch,
        context_over),
      foreign key (price_book, version) references tieout.price_version
    );
    create table tieout.model_alias (         -- further names of a version's models
      price_book text not null,
      version text not null,
      provider text not null,
      alias text not null,
      model text not null,
      effective_from timestamptz not null,
      primary key (price_book, version, provider, alias),
      foreign key (price_book, version) references tieout.price_version
    );

    """
}
