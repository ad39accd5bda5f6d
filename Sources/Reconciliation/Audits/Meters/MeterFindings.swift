import Accounting
import Billing

/// What the audit of meters has found, summed by kind, and what has been put right since.
struct MeterFindings {
  private struct Balance: Hashable {
    let entity: String
    let account: MeterAccount
  }

  /// What an adjustment would have to come to, to undo a fault in one account.
  private struct Undoing: Hashable {
    let balance: Balance
    let amount: Money
  }

  private var faults: [MeterFault.Key: MeterFault] = [:]
  /// Booked less due, by account.
  private var deviations: [Balance: Fraction] = [:]
  private var undoable: [Undoing: [(key: MeterFault.Key, item: MeterFault.Item)]] = [:]

  mutating func add(
    _ item: MeterFault.Item, to key: MeterFault.Key, unit: String, isOfSums: Bool
  ) {
    faults[key, default: MeterFault(key, unit: unit, isOfSums: isOfSums, at: item.at)].add(item)
    for deviation in item.deviations {
      deviate(key.entity, deviation.account, by: deviation.amount)
    }
    guard let undoing = undoing(item, of: key) else { return }
    undoable[undoing, default: []].append((key, item))
  }

  /// An adjustment, a reversal, or whatever gives back: the last fault that it comes to is undone.
  mutating func adjust(_ entity: String, _ account: MeterAccount, by amount: Money) {
    deviate(entity, account, by: Fraction(amount))
    let balance = Balance(entity: entity, account: account)
    guard let last = undoable[Undoing(balance: balance, amount: amount)]?.popLast() else { return }
    faults[last.key]?.remove(last.item)
  }

  /// What stands, in a fixed order. Where all accounts of a fault come to what they should, it has been
  /// put right too, in one sum with others; but not where one of these others touches an account that
  /// does not, for righting that one would leave a rest.
  var standing: [MeterFault] {
    let found = faults.values.filter { $0.count > 0 }.map { ($0, balances(of: $0)) }
    var unsettled = Set(deviations.filter { !$0.value.isZero }.keys)
    var count = -1
    while count != unsettled.count {
      count = unsettled.count
      for (_, balances) in found where !unsettled.isDisjoint(with: balances) {
        unsettled.formUnion(balances)
      }
    }
    return found.filter { $1.isEmpty || !unsettled.isDisjoint(with: $1) }.map(\.0)
      .sorted { $0.key < $1.key }
  }

  private func balances(of fault: MeterFault) -> Set<Balance> {
    Set(fault.deviations.keys.map { Balance(entity: fault.key.entity, account: $0) })
  }

  private mutating func deviate(_ entity: String, _ account: MeterAccount, by amount: Fraction) {
    let balance = Balance(entity: entity, account: account)
    deviations[balance] = (deviations[balance] ?? .zero) + amount
  }

  /// `nil` where it takes more than one account to undo it.
  private func undoing(_ item: MeterFault.Item, of key: MeterFault.Key) -> Undoing? {
    guard item.deviations.count == 1, let only = item.deviations.first,
      let amount = try? (-only.amount).exactMoney()
    else { return nil }
    return Undoing(balance: Balance(entity: key.entity, account: only.account), amount: amount)
  }
}

extension MeterFault.Key {
  private var words: [String] {
    [
      day.description, tenant, entity, cause.rawValue, model ?? "-", account?.text ?? "-",
      right?.text ?? "-",
    ]
  }

  /// One text for each key.
  var text: String { words.withLengths }

  static func < (left: MeterFault.Key, right: MeterFault.Key) -> Bool {
    left.words.lexicographicallyPrecedes(right.words)
  }
}

extension [String] {
  /// One text for each list: every word after its length.
  var withLengths: String { map { "\($0.utf8.count):\($0)" }.joined(separator: " ") }
}
