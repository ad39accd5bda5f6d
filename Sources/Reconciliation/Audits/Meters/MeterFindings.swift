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

  mutating func add(_ item: MeterFault.Item, to key: MeterFault.Key, unit: String) {
    faults[key, default: MeterFault(key, unit: unit, at: item.at)].add(item)
    if let account = key.account { deviate(key.entity, account, by: item.booked) }
    if let right = key.right { deviate(key.entity, right, by: -item.due) }
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
  /// put right too, in one sum with others.
  var standing: [MeterFault] {
    faults.values.filter { fault in
      let accounts = [fault.key.account, fault.key.right].compactMap(\.self)
      return fault.count > 0
        && (accounts.isEmpty
          || accounts.contains { account in
            let balance = Balance(entity: fault.key.entity, account: account)
            return !(deviations[balance] ?? .zero).isZero
          })
    }.sorted { $0.key < $1.key }
  }

  private mutating func deviate(_ entity: String, _ account: MeterAccount, by amount: Fraction) {
    let balance = Balance(entity: entity, account: account)
    deviations[balance] = (deviations[balance] ?? .zero) + amount
  }

  /// `nil` where it takes more than one account to undo it.
  private func undoing(_ item: MeterFault.Item, of key: MeterFault.Key) -> Undoing? {
    guard let account = key.account ?? key.right, key.right == nil || key.right == account else {
      return nil
    }
    guard let amount = try? (item.due - item.booked).exactMoney() else { return nil }
    return Undoing(balance: Balance(entity: key.entity, account: account), amount: amount)
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
  var text: String { words.map { "\($0.utf8.count):\($0)" }.joined(separator: " ") }

  static func < (left: MeterFault.Key, right: MeterFault.Key) -> Bool {
    left.words.lexicographicallyPrecedes(right.words)
  }
}
