import Accounting
import Reconciliation

/// What a field of a report can hold, whatever the format.
enum Value {
  /// `nil` is written as null.
  case text(String?)
  case amount(Money, Currency)
  /// Of no one currency: a sum over all of them, or a quantity.
  case number(Money)
  case count(Int)
  case flag(Bool)
  case texts([String], each: String)
  case record([NamedValue])
  case records([[NamedValue]], each: String)
  /// The lines that are not zero; a spreadsheet shows all of them.
  case bridge([BridgeStep], Currency)
}

struct NamedValue {
  let name: String
  let value: Value

  init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// One field of a record: its name, how to take it from the record, and the columns that it fills
/// in a spreadsheet (one of the same name, unless it is made of several).
struct Field<Record>: Sendable {
  let name: String
  let columns: [String]
  let value: @Sendable (Record) -> Value

  init(_ name: String, columns: [String]? = nil, value: @escaping @Sendable (Record) -> Value) {
    self.name = name
    self.columns = columns ?? [name]
    self.value = value
  }
}

extension Value {
  /// Any value that has one right way to be written.
  static func word(_ value: some CustomStringConvertible) -> Value { .text(value.description) }

  static let groupNames = ["tenant_id", "deployment_id", "currency", "period"]

  static func group(_ key: GroupKey) -> [NamedValue] {
    [
      NamedValue("tenant_id", .text(key.tenant)),
      NamedValue("deployment_id", .text(key.deployment)),
      NamedValue("currency", .word(key.currency)),
      NamedValue("period", .word(key.period)),
    ]
  }
}

extension BridgeStep {
  func named(in currency: Currency) -> [NamedValue] {
    [NamedValue("line", .text(line.rawValue)), NamedValue("amount", .amount(amount, currency))]
  }
}
