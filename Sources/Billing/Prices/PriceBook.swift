import Accounting

/// A versioned price book. Versions are added and never changed: of each model the one that took
/// effect last is in force, so a version tells of the models in it and of no others.
public struct PriceBook: Sendable {
  /// The provider of a price that holds whoever serves the model.
  public static let anyProvider = "*"

  public let name: String
  private let tables: [ModelName: [PriceTable]]
  private let aliases: [ModelName: [ModelAlias]]
  private let aliasProviders: Set<String>
  /// Who has a price for a model, in order.
  private let providers: [String: [String]]

  private struct ModelName: Hashable {
    var provider: String
    var model: String
  }

  /// - Parameters:
  ///   - prices: rows of one book. Of versions that take effect at one moment, the last in the list
  ///     stands.
  ///   - aliases: of models in it.
  public init(name: String, _ prices: [Price], aliases: [ModelAlias] = []) {
    self.name = name
    tables = Dictionary(grouping: prices) { ModelName(provider: $0.provider, model: $0.model) }
      .mapValues(PriceBook.tables)
    self.aliases = Dictionary(grouping: aliases) {
      ModelName(provider: $0.provider, model: $0.alias)
    }.mapValues { $0.sorted { $0.effectiveFrom < $1.effectiveFrom } }
    aliasProviders = Set(aliases.map(\.provider))
    providers = Dictionary(grouping: tables.keys, by: \.model).mapValues {
      $0.map(\.provider).sorted()
    }
  }

  public var isEmpty: Bool { tables.isEmpty }
  public var modelCount: Int { tables.count }

  /// The versions' tables of one model, cut where a row of one takes effect or ends.
  private static func tables(of prices: [Price]) -> [PriceTable] {
    var order: [String: Int] = [:]
    for price in prices where order[price.version] == nil { order[price.version] = order.count }
    let byVersion = Dictionary(grouping: prices, by: \.version)
    return order.sorted { $0.value < $1.value }
      .flatMap { stretches(of: byVersion[$0.key] ?? []) }
      .enumerated()
      .sorted {
        ($0.element.effectiveFrom, $0.offset) < ($1.element.effectiveFrom, $1.offset)
      }
      .map(\.element)
  }

  private static func stretches(of prices: [Price]) -> [PriceTable] {
    let cuts = Set(prices.flatMap { [$0.effectiveFrom, $0.effectiveTo].compactMap(\.self) })
      .sorted()
    return cuts.indices.compactMap { index in
      let start = cuts[index]
      let current = prices.filter {
        $0.effectiveFrom <= start && $0.effectiveTo.map { start < $0 } ?? true
      }
      guard !current.isEmpty else { return nil }
      return PriceTable(
        current, effectiveFrom: start,
        effectiveTo: index + 1 < cuts.count ? cuts[index + 1] : nil)
    }
  }

  /// The prices of a model at a moment.
  ///
  /// - Parameters:
  ///   - provider: who served the call; `nil` = not told, which will do if one alone has a price.
  ///   - model: its name or an alias; with or without the provider's name and a slash before it.
  public func prices(
    of model: String, by provider: String?, at instant: Instant
  ) -> Result<PriceTable, Unpriced> {
    let candidates: [PriceTable]
    if let provider, !provider.isEmpty {
      candidates = [find(model, provider, instant)].compactMap(\.self)
    } else {
      candidates = unnamedProviders(of: model).compactMap { find(model, $0, instant) }
    }
    guard let first = candidates.first else { return .failure(.unknownModel) }
    guard candidates.count == 1 else { return .failure(.severalProviders) }
    return .success(first)
  }

  /// Every table of the model that the one found belongs to, oldest first.
  func history(of table: PriceTable) -> [PriceTable] {
    tables[ModelName(provider: table.provider, model: table.model)] ?? []
  }

  private func unnamedProviders(of model: String) -> [String] {
    var names = Set(providers[model] ?? [])
    for provider in aliasProviders {
      if aliases[ModelName(provider: provider, model: model)] != nil { names.insert(provider) }
    }
    if let slash = model.firstIndex(of: "/") {
      let provider = String(model[..<slash])
      let rest = String(model[model.index(after: slash)...])
      if tables[ModelName(provider: provider, model: rest)] != nil { names.insert(provider) }
    }
    return names.sorted()
  }

  private func find(_ model: String, _ provider: String, _ instant: Instant) -> PriceTable? {
    let owners = [provider, PriceBook.anyProvider]
    for owner in provider == PriceBook.anyProvider ? [provider] : owners {
      for name in names(of: model, provider) {
        let meant = canonical(name, owner, instant)
        if let table = inForce(ModelName(provider: owner, model: meant), instant) { return table }
      }
    }
    return nil
  }

  /// How a model may be called: as it is, without the provider's prefix, or with it.
  private func names(of model: String, _ provider: String) -> [String] {
    let prefix = provider + "/"
    return model.hasPrefix(prefix)
      ? [model, String(model.dropFirst(prefix.count))] : [model, prefix + model]
  }

  private func canonical(_ name: String, _ owner: String, _ instant: Instant) -> String {
    guard !aliases.isEmpty else { return name }
    let all = aliases[ModelName(provider: owner, model: name)] ?? []
    return all.last { $0.effectiveFrom <= instant }?.model ?? name
  }

  private func inForce(_ name: ModelName, _ instant: Instant) -> PriceTable? {
    tables[name]?.last { $0.isInForce(at: instant) }
  }
}

/// Why a call has no price.
public enum Unpriced: Error, Hashable, Sendable {
  /// The book has no price for the model at that moment.
  case unknownModel
  /// The call does not say who served it, and several sell the model.
  case severalProviders
  /// The model has prices, but none of this.
  case missing(PriceComponent)
  /// The price is in another currency than the call.
  case otherCurrency(Currency)
  /// The tokens contradict themselves, or come to more than can be counted.
  case impossibleTokens

  /// In words, to follow "because".
  public var why: String {
    switch self {
    case .unknownModel: "no price of the model is known"
    case .severalProviders: "several providers have a price of the model, and the call names none"
    case .missing(let component): "the model has no price for \(component)"
    case .otherCurrency(let currency): "the model's price is in \(currency)"
    case .impossibleTokens: "its token counts cannot be right"
    }
  }
}
