/// The tables of imported provider bills. Rows are added, never changed: a stretch of time that is
/// imported again is told anew, and the newest telling stands.
enum BillSchema {
  static let tables = """
    create table tieout.bill_import (         -- one report that was imported
      import_number bigint primary key,       -- 1, 2, 3: a later one stands before an earlier one
      provider text not null,
      account text not null,
      report text not null,                   -- usage | cost
      source text not null,                   -- the file
      imported_by text not null default session_user,
      imported_at timestamptz not null default now()
    );
    create table tieout.bill_bucket (         -- a stretch of time that it tells of
      import_number bigint not null references tieout.bill_import,
      bucket_start timestamptz not null,
      bucket_end timestamptz not null,        -- exclusive
      digest text not null,                   -- over its rows
      primary key (import_number, bucket_start, bucket_end)
    );
    create index on tieout.bill_bucket (bucket_start, bucket_end);
    create table tieout.bill_row (
      import_number bigint not null,
      bucket_start timestamptz not null,
      bucket_end timestamptz not null,
      row_id text not null,
      basis text not null,                    -- quantity | amount | both
      model text,
      component text,
      service_tier text,
      quantity numeric,
      amount numeric,                         -- major units
      currency char(3) not null,
      primary key (import_number, row_id),
      foreign key (import_number, bucket_start, bucket_end) references tieout.bill_bucket
    );
    """

  /// The buckets that stand: no later import of the same report tells of any of their time.
  static let standing = """
    select i.provider, i.account, i.report, b.import_number, b.bucket_start, b.bucket_end, b.digest
      from tieout.bill_bucket b join tieout.bill_import i using (import_number)
     where not exists (
       select from tieout.bill_bucket n join tieout.bill_import m using (import_number)
        where m.provider = i.provider and m.account = i.account and m.report = i.report
          and n.import_number > b.import_number
          and n.bucket_start < b.bucket_end and n.bucket_end > b.bucket_start)
    """

  /// Relation `provider_bill`, out of them.
  static let relation = """
    select s.provider, s.account, r.row_id, r.bucket_start, r.bucket_end, r.basis, r.model,
           r.component, r.service_tier, r.quantity, r.amount, r.currency
      from (\(standing)) s
      join tieout.bill_row r using (import_number, bucket_start, bucket_end)
    """

  static func isInstalled(on session: Connection) throws(BooksError) -> Bool {
    try session.query("select to_regclass('tieout.bill_row') is not null").scalar == "t"
  }
}
