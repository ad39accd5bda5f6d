/// A currency of ISO 4217 with the number of decimals of its minor unit.
public struct Currency: Hashable, Sendable {
  /// The three-letter code, such as `USD`.
  public let code: String
  /// Decimals of the minor unit: USD 2, JPY 0, KWD 3.
  public let minorUnits: Int
  /// One minor unit in `Money`'s steps of 10⁻¹⁸.
  public let unitsPerMinor: Int128

  /// - Returns: `nil` for a code that ISO 4217 does not list as money with a minor unit.
  public init?(_ code: some StringProtocol) {
    let code = String(code)
    guard let minorUnits = Currency.minorUnitsByCode[code] else { return nil }
    self.code = code
    self.minorUnits = minorUnits
    unitsPerMinor = Currency.unitsPerMinor(minorUnits)
  }

  private init(noMoney code: String) {
    self.code = code
    minorUnits = 0
    unitsPerMinor = Currency.unitsPerMinor(0)
  }

  /// ISO 4217's `XXX`, for what concerns no currency. It is not read from any book.
  public static let none = Currency(noMoney: "XXX")

  private static func unitsPerMinor(_ minorUnits: Int) -> Int128 {
    (0..<minorUnits).reduce(Money.unitsPerMajor) { units, _ in units / 10 }
  }

  /// One minor unit as an amount.
  public var minorUnit: Money { Money(minorUnits: 1, of: self) }

  public static func == (left: Currency, right: Currency) -> Bool { left.code == right.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension Currency: Comparable {
  public static func < (left: Currency, right: Currency) -> Bool { left.code < right.code }
}

extension Currency: CustomStringConvertible {
  public var description: String { code }
}

extension Currency {
  /// Source: ISO 4217 list one, the active codes of money in circulation and funds codes that have
  /// a minor unit. Metals and testing codes have none and are left out.
  private static let minorUnitsByCode: [String: Int] = {
    var table: [String: Int] = [:]
    for (minorUnits, codes) in codesByMinorUnits {
      for code in codes.split(separator: " ") { table[String(code)] = minorUnits }
    }
    return table
  }()

  private static let codesByMinorUnits: [(Int, String)] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
      2,
      """
      AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN \
      BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
      GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP \
      LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR \
      NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
      SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR \
      ZMW ZWG
      """
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
  ]
}
