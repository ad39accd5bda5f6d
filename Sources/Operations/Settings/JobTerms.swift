import Accounting
import Reconciliation

extension Job {
  /// The job with the environment's connections over the file's.
  ///
  /// Source: `TIEOUT_GATEWAY_DSN`, `TIEOUT_LEDGER_DSN`; empty counts as not set.
  package func over(by environment: [String: String]) -> Job {
    var job = self
    if let dsn = environment["TIEOUT_GATEWAY_DSN"], !dsn.isEmpty { job.gateway.dsn = dsn }
    if let dsn = environment["TIEOUT_LEDGER_DSN"], !dsn.isEmpty { job.ledger.dsn = dsn }
    return job
  }

  /// The days of the job's own range.
  /// - Throws: `SettingsError` for an unknown time zone, `UsageError` where the job has no range.
  package func resolveRange(asOf: Instant) throws -> DayRange {
    guard let range else {
      throw UsageError(
        "no range to reconcile",
        hint: "give --from DAY --to DAY or --period MONTH, or a job file with a 'range'")
    }
    return range.days(today: try Zones.billingZone(named: timezone).day(of: asOf))
  }

  /// What a judgement of these days depends on beside the books.
  /// - Throws: `SettingsError` for an unknown time zone.
  package func terms(range: DayRange, asOf: Instant, places: PlaceFilter) throws -> Terms {
    Terms(
      range: range, zone: try Zones.billingZone(named: timezone), asOf: asOf, places: places,
      grace: grace, rounding: rounding, ledgerRounding: ledgerRounding, tolerance: tolerance,
      materiality: materiality, suspectedDuplicateWindow: suspectedDuplicateWindow,
      dispositions: dispositions, limits: limits, ledgerName: ledgerName,
      priceBook: priceBook)
  }

  /// A projected true-up is never posted; a rule that is off stays off.
  private var dispositions: [BreakCode: Disposition] {
    guard trueUp == .project, rules[.trueUpDue] != .off else { return rules }
    return rules.merging([.trueUpDue: .report]) { $1 }
  }

  /// `sha256:` and 64 hexadecimal digits.
  package var configDigest: String { "sha256:" + Digest.hex([canonicalText]) }

  /// The settings that bear on the judgement, one `key=value` a line, always in this order: what
  /// the configuration digest is made of. Connections stay out because they hold secrets; range,
  /// report and metrics files because they do not bear on what is found.
  package var canonicalText: String {
    var lines = [
      "job=\(name)", "timezone=\(timezone)",
      "books.gateway.adapter=\(gateway.adapter)", "books.ledger.adapter=\(ledger.adapter)",
      "books.ledger.name=\(ledgerName)", "books.ledger.rounding=\(ledgerRounding.rawValue)",
      "grace=\(grace)s", "rounding=\(rounding.rawValue)", "tolerance.amount=\(tolerance)",
      "materiality.amount=\(materiality)",
      "suspected_duplicate_window=\(suspectedDuplicateWindow)s", "true_up=\(trueUp.rawValue)",
      "limits.entries=\(limits.entries.map(String.init) ?? "none")",
      "limits.amount=\(limits.amount?.description ?? "none")",
      "limits.share_of_revenue=\(limits.shareOfRevenue?.description ?? "none")",
    ]
    if let priceBook { lines.append("prices.book=\(priceBook)") }
    for (code, disposition) in rules.sorted(by: { $0.key < $1.key }) {
      lines.append("rules.\(code.rawValue)=\(disposition.rawValue)")
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
