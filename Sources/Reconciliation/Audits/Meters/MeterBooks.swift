import Accounting
import Billing

extension BookSource {
  /// Most books that memory holds have no meters.
  package func meters() throws -> [Pulled<Meter>]? { nil }
  package func allowances() throws -> [Pulled<Allowance>]? { nil }

  package func meterEntries(
    postedFrom start: Instant?, before end: Instant, orCorrecting months: [AccountingPeriod],
    receive: (Pulled<MeterEntry>) throws -> Void
  ) throws -> Bool { false }
}
