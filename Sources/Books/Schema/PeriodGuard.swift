/// The database's own word on closed months: no correction books into one, whoever brings it, and
/// none is reopened without a trace. Corrections are entries with a run id, all that tieout posts
/// among them; what the biller writes is not looked at and not slowed.
///
/// An entry and a close meet at a lock of the month. So an entry is committed before the close
/// begins, and is in its totals, or it waits and is then refused.
enum PeriodGuard {
  /// SQLSTATE of the refusal: worth a run over the books as they are then.
  static let refusal = "TC001"

  /// First half of the lock's key, "tico" in ASCII; the second is the month's first day.
  static let lockClass = 0x7469_636F

  /// The second half of the lock's key, of a day as an expression of SQL.
  static func lockNumber(_ day: String) -> String { "(\(day) - date '2000-01-01')" }

  static let definition = """
    create function tieout.refuse_closed_period() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      month date := date_trunc('month', new.period)::date;
    begin
      -- Under an older snapshot a close that was waited for would not be seen.
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'corrections are posted in read committed transactions only'
          using errcode = '\(refusal)';
      end if;
      perform pg_advisory_xact_lock_shared(\(lockClass), \(lockNumber("month")));
      if exists (select from tieout.closed_period c where c.period = month) then
        raise exception 'period % is closed and takes no correction', to_char(month, 'YYYY-MM')
          using errcode = '\(refusal)';
      end if;
      return new;
    end $$;

    create function tieout.guard_closed_period() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      if tg_op = 'INSERT' then
        perform pg_advisory_xact_lock(\(lockClass), \(lockNumber("new.period")));
        return new;
      end if;
      if tg_op = 'DELETE' then
        if exists (select from tieout.reopening r
          where r.period = old.period and r.transaction = txid_current())
        then
          return old;
        end if;
      end if;
      raise exception 'a closed period stays as it is: use tieout reopen';
    end $$;
    create trigger guard before insert or update or delete on tieout.closed_period
      for each row execute function tieout.guard_closed_period();
    create trigger guard_all before truncate on tieout.closed_period
      for each statement execute function tieout.guard_closed_period();
    do $$ begin
      if exists (select from pg_catalog.pg_roles where rolname = 'tieout_poster') then
        revoke insert on tieout.closed_period from tieout_poster;
      end if;
    end $$;
    """

  /// To be run by the ledger's owner.
  static let trigger = """
    create trigger tieout_closed_period before insert on ledger.entry for each row \
    when (new.run_id is not null) execute function tieout.refuse_closed_period()
    """

  /// SQL that is true where the ledger has the trigger, and it is not switched off.
  static let stands = """
    exists (select from pg_catalog.pg_trigger t
      join pg_catalog.pg_class c on c.oid = t.tgrelid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'ledger' and c.relname = 'entry' and t.tgname = 'tieout_closed_period'
        and t.tgenabled in ('O', 'A'))
    """

  /// Whether `ledger.entry` is a table: another may stand behind a view, and only its owner knows.
  static func fits(on session: Connection) throws(BooksError) -> Bool {
    try session.query(
      """
      select exists (select from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'ledger' and c.relname = 'entry' and c.relkind in ('r', 'p'))
      """
    ).scalar == "t"
  }
}

extension BooksError {
  /// Whether the database refused a correction because its month was closed meanwhile.
  package var isOfClosedMonth: Bool { sqlState == PeriodGuard.refusal }
}
