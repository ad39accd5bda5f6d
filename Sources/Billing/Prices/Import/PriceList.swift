import Accounting

/// What an import makes of a price list: rows of one version of a book, and all that it left out.
public struct PriceList: Sendable {
  /// What the file itself does not tell.
  public struct Terms: Sendable {
    /// `nil` = the name of the list's format.
    public var book: String?
    public var version: String
    public var effectiveFrom: Instant
    /// Of prices that name no provider.
    public var provider: String
    public var currency: Currency

    public init(
      book: String? = nil, version: String, effectiveFrom: Instant,
      provider: String = PriceBook.anyProvider, currency: Currency
    ) {
      self.book = book
      self.version = version
      self.effectiveFrom = effectiveFrom
      self.provider = provider
      self.currency = currency
    }
  }

  /// Something of the list that is no row of a price book.
  public struct LeftOut: Hashable, Sendable {
    public var model: String
    public var key: String
    public var why: String
  }

  /// The formats that are read.
  public enum Format: String, Sendable, CaseIterable {
    /// LiteLLM's `model_prices_and_context_window.json`: USD for one token.
    case litellm
    /// Models with `input_per_mtok` and `output_per_mtok`: USD a million.
    case learnpro
    /// An array of objects with the columns of `gateway.price`.
    case rows
  }

  public internal(set) var format: Format
  /// What the prices are a version of.
  public var book: String { prices.first?.book ?? format.rawValue }
  /// By provider, model, component and condition.
  public internal(set) var prices: [Price] = []
  public internal(set) var aliases: [ModelAlias] = []
  public internal(set) var leftOut: [LeftOut] = []

  init(_ format: Format) { self.format = format }

  /// Reads a price list without losing a digit.
  ///
  /// - Parameters:
  ///   - text: JSON, in one of the formats.
  ///   - format: `nil` = whichever it is.
  /// - Throws: `PriceListError`: no such list, or a price in it that cannot be kept exactly.
  public init(
    parsing text: some Collection<UInt8>, as format: Format? = nil, _ terms: Terms
  ) throws(PriceListError) {
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue(parsing: text)
    } catch {
      throw PriceListError("no JSON: \(error)")
    }
    switch format ?? PriceList.format(of: document) {
    case .litellm: self = try LiteLLMPriceMap.read(document, terms)
    case .learnpro: self = try PricesPerMillion.read(document, terms)
    case .rows: self = try PriceRows.read(document, terms)
    case nil:
      throw PriceListError(
        "no price list: neither LiteLLM's price map, nor prices per million tokens, nor rows",
        hint: "tieout prices import --help shows what is read")
    }
    guard !prices.isEmpty else {
      throw PriceListError("there is no price in it")
    }
    prices.sort(by: Price.inListOrder)
    aliases.sort { ($0.provider, $0.alias) < ($1.provider, $1.alias) }
  }

  private static func format(of document: JSONValue) -> Format? {
    if document.array != nil { return .rows }
    if PricesPerMillion.holds(document) { return .learnpro }
    return LiteLLMPriceMap.holds(document) ? .litellm : nil
  }
}

/// Why a price list is not read, and what to do.
public struct PriceListError: Error, Hashable, Sendable {
  public let what: String
  public let hint: String?

  init(_ what: String, hint: String? = nil) {
    self.what = what
    self.hint = hint
  }
}

extension Price {
  /// Conditions of a price, in one text that sorts them.
  private var conditions: String {
    let over = String(contextOver)
    return "\(isBatch ? 1 : 0) \(serviceTier) "
      + String(repeating: "0", count: max(0, 20 - over.utf8.count)) + over
  }

  static func inListOrder(_ left: Price, _ right: Price) -> Bool {
    (left.provider, left.model, left.component.text, left.conditions)
      < (right.provider, right.model, right.component.text, right.conditions)
  }

  /// - Parameters:
  ///   - number: for `1 / 10^power` of a unit; the row is for ten to the power of units, or as many
  ///     more as it takes to keep every digit.
  static func quoted(
    _ number: DecimalNumber, perTenTo power: Int
  ) throws(MoneyError) -> Rate {
    let least = max(power, number.decimals - Money.scale)
    guard least <= 18 else { throw .lostDigits(number.description) }
    let size = (0..<least).reduce(Int64(1)) { size, _ in size * 10 }
    return Rate(unitPrice: try number.money(timesTenTo: least), unitSize: size)
  }
}

extension PriceList {
  /// Adds a price as it is quoted for one unit.
  ///
  /// - Parameter power: the row is for ten to the power of units, as people quote it.
  mutating func add(
    _ number: DecimalNumber, _ key: PriceKey, of model: String, by provider: String,
    perTenTo power: Int, isOverInclusive: Bool = false, _ terms: Terms
  ) throws(PriceListError) {
    guard !number.isNegative else {
      throw PriceListError("\(model): \(key.component) has a negative price, \(number)")
    }
    let rate: Rate
    do throws(MoneyError) {
      rate = try Price.quoted(number, perTenTo: power)
    } catch {
      throw PriceListError("\(model): the price of \(key.component): \(error)")
    }
    prices.append(
      Price(
        book: terms.book ?? format.rawValue, version: terms.version, provider: provider,
        model: model,
        component: key.component, serviceTier: key.tier, isBatch: key.isBatch,
        contextOver: key.contextOver, isOverInclusive: isOverInclusive && key.contextOver > 0,
        unitPrice: rate.unitPrice, unitSize: rate.unitSize, currency: terms.currency,
        effectiveFrom: terms.effectiveFrom))
  }
}

extension PriceList {
  /// How many models have a price.
  public var modelCount: Int {
    // They stand together.
    zip(prices, prices.dropFirst()).count { $0.model != $1.model || $0.provider != $1.provider }
      + (prices.isEmpty ? 0 : 1)
  }
}
