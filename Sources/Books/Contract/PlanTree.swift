import Foundation

/// A plan as EXPLAIN (verbose, format json) tells it, to learn which tables and columns stand behind
/// a SELECT: views and partitions are taken apart in it.
struct PlanTree: Decodable {
  let kind: String
  let schema: String?
  let relation: String?
  let alias: String?
  let output: [String]?
  let children: [PlanTree]?

  private enum CodingKeys: String, CodingKey {
    case kind = "Node Type"
    case schema = "Schema"
    case relation = "Relation Name"
    case alias = "Alias"
    case output = "Output"
    case children = "Plans"
  }

  /// Where a column's values come from.
  struct Source: Hashable {
    let schema: String
    let table: String
    /// How the table is called in the plan.
    let alias: String
    /// The column, or what is made of the table's columns, as the plan writes it.
    let expression: String
    let isForeign: Bool
  }

  private struct Explained: Decodable {
    let plan: PlanTree

    private enum CodingKeys: String, CodingKey {
      case plan = "Plan"
    }
  }

  /// - Returns: `nil` where the text is no plan.
  static func read(_ json: String) -> PlanTree? {
    try? JSONDecoder().decode([Explained].self, from: Data(json.utf8)).first?.plan
  }

  /// The tables behind the first column; several where tables are put one after the other. `nil`
  /// where the plan does not tell.
  var sources: [Source]? { sources(ofColumn: 0) }

  private func sources(ofColumn index: Int) -> [Source]? {
    if kind == "Append" || kind == "Merge Append" { return sourcesOfAll(column: index) }
    guard let output, output.indices.contains(index) else { return nil }
    let expression = output[index]
    if let relation, let schema {
      return [
        Source(
          schema: schema, table: relation, alias: alias ?? relation, expression: expression,
          isForeign: kind == "Foreign Scan")
      ]
    }
    // A join, a sort and their like hand on a column under its name.
    for child in children ?? [] {
      if let place = child.output?.firstIndex(of: expression) {
        return child.sources(ofColumn: place)
      }
    }
    return nil
  }

  /// Partitions, or tables under UNION ALL.
  private func sourcesOfAll(column index: Int) -> [Source]? {
    var all: [Source] = []
    for child in children ?? [] {
      guard let sources = child.sources(ofColumn: index) else { return nil }
      all += sources
    }
    return all.isEmpty ? nil : all
  }

  /// Whether the first column is one and the same value in every row.
  var isConstant: Bool {
    guard let first = output?.first else { return false }
    return first.hasPrefix("NULL::") || first.hasPrefix("'")
  }
}
