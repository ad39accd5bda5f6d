import Accounting

/// Looks for prices that were quoted for one unit and written as if for another: per million, per
/// thousand, per token. Such a mistake is wrong by orders of magnitude and looks like any number.
public struct MagnitudeLint: Sendable {
  public struct Finding: Hashable, Sendable {
    /// Whether it is beyond doubt.
    public var isCertain: Bool
    public var provider: String
    public var model: String
    public var component: PriceComponent
    public var text: String
  }

  /// What a million tokens of text cost at most and at least: $10,000 is beyond every price
  /// there is, $200 dearer than all but a handful, and below a tenth of a cent none is sold.
  private static let impossible = Money(minorUnits: 10_000, of: .none)
  private static let improbable = Money(minorUnits: 200, of: .none)
  private static let least = ExactAmount.step(3)
  private static let million: Int128 = 1_000_000

  /// - Parameters:
  ///   - prices: those that are to be imported.
  ///   - earlier: those of the version before, if there is one.
  /// - Returns: one finding a model and component at most, in the order of the list.
  public static func findings(in prices: [Price], earlier: [Price] = []) -> [Finding] {
    let known = Dictionary(earlier.map { (PriceID($0), $0) }) { first, _ in first }
    var seen: Set<[String]> = []
    return prices.compactMap { price in
      guard !price.unitPrice.isZero, let finding = finding(price, known[PriceID(price)]),
        seen.insert([price.provider, price.model, price.component.text]).inserted
      else { return nil }
      return finding
    }
  }

  private static func finding(_ price: Price, _ earlier: Price?) -> Finding? {
    guard let each = ExactAmount(million, at: price.unitPrice, per: price.unitSize) else {
      return nil
    }
    func finding(_ text: String, isCertain: Bool = false) -> Finding {
      Finding(
        isCertain: isCertain, provider: price.provider, model: price.model,
        component: price.component, text: text)
    }
    if let text = jump(from: earlier, to: price) { return finding(text, isCertain: true) }
    guard PriceComponent.tokens.contains(price.component) else { return nil }
    let quoted = "\(each) a million tokens"
    if each >= ExactAmount(impossible) {
      return finding("\(quoted): that is the price of a million, taken for one", isCertain: true)
    }
    if each > ExactAmount(improbable) {
      return finding("\(quoted): is it a price per thousand, or 1,000 times too high?")
    }
    guard let floor = ExactAmount(1, at: (try? Money(units: least)) ?? .zero, per: 1),
      each < floor
    else { return nil }
    return finding("\(quoted): is it the price of one token, taken for that of a million?")
  }

  /// A price that became a thousand or a million times another is another unit.
  private static func jump(from earlier: Price?, to price: Price) -> String? {
    guard let earlier, !earlier.unitPrice.isZero,
      let before = ExactAmount(million, at: earlier.unitPrice, per: earlier.unitSize),
      let now = ExactAmount(million, at: price.unitPrice, per: price.unitSize)
    else { return nil }
    for factor in [1000, million] {
      if before.times(factor).map({ $0 == now }) ?? false {
        return "\(factor) times the \(earlier.version) price, exactly"
      }
      if now.times(factor).map({ $0 == before }) ?? false {
        return "1/\(factor) of the \(earlier.version) price, exactly"
      }
    }
    return nil
  }
}

/// What a price is for, whatever its version.
struct PriceID: Hashable {
  let provider: String
  let model: String
  let component: PriceComponent
  let tier: ServiceTier
  let isBatch: Bool
  let contextOver: Int64

  init(_ price: Price) {
    provider = price.provider
    model = price.model
    component = price.component
    tier = price.serviceTier
    isBatch = price.isBatch
    contextOver = price.contextOver
  }
}
