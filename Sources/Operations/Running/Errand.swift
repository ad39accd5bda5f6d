/// What a run is made for.
enum Errand {
  case reconcile
  /// To post what was approved of an earlier run.
  case post(ApprovedPosting)
  /// To close a month.
  case close(CloseOrder)

  /// Part of the run's id, where it is more than to reconcile.
  var word: String? {
    switch self {
    case .reconcile: nil
    case .post(let order): "post \(order.proposal.runID)"
    case .close(let order): "close \(order.accepted ?? "")"
    }
  }
}
