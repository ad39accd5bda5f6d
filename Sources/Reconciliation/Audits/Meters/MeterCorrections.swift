import Accounting
import Billing

/// Adjustments of earlier runs that answer breaks of meters. Each rights one usage: that of the entry it
/// names, or else of the request.
struct MeterCorrections {
  private struct Name: Hashable {
    let entity: String
    let id: String
  }

  private var entries: [MeterEntry] = []
  private var byEntry: [Name: [Int]] = [:]
  private var byRequest: [Name: [Int]] = [:]

  var isEmpty: Bool { entries.isEmpty }

  mutating func add(_ entry: MeterEntry) {
    if let id = entry.reversesEntryID {
      byEntry[Name(entity: entry.entity, id: id), default: []].append(entries.count)
    } else if let id = entry.requestID {
      byRequest[Name(entity: entry.entity, id: id), default: []].append(entries.count)
    }
    entries.append(entry)
  }

  /// Those of one usage in an entity's book.
  func of(_ entity: String, request: String?, entryID: String?) -> [MeterEntry] {
    guard !isEmpty else { return [] }
    func found(_ id: String?, in index: [Name: [Int]]) -> [Int] {
      id.flatMap { index[Name(entity: entity, id: $0)] } ?? []
    }
    return (found(entryID, in: byEntry) + found(request, in: byRequest)).map { entries[$0] }
  }
}
