import Accounting
import Billing

extension BreakRule {
  static let lateEvent = BreakRule(
    code: .lateEvent, severity: .error,
    meaning: "An unbilled event occurred in a closed period and was recorded after its close.",
    remedy: "charge in the open period; the service period is kept",
    disposition: .post,
    judge: .request { match, book in
      guard let event = match.charged, book.isLate(event), let home = match.home else {
        return nil
      }
      return match.missingCharge(
        book,
        because: """
          and arrived at \(event.recordedAt), after \(home.period) was closed; it is booked in \
          \(book.bookingPeriod(for: home.period))
          """)
    })
}
