/// The turns of a tool loop: one run calls its model again and again, and is billed for all of it.
public enum ToolLoop {
  /// Sums one count over the turns of a run.
  ///
  /// A turn that does not tell counts as 0; a real zero is a count like any other. So a run of which
  /// no turn tells has no count at all, and one whose turns tell zeros has 0.
  ///
  /// Example: 120, not told, 80 → 200. Not told, 0 → 0. Not told, not told → not told.
  ///
  /// - Returns: `nil` where no turn tells; a sum past the range stops at its end.
  public static func sum(_ turns: some Sequence<Int64?>) -> Int64? {
    var total: Int64?
    for case let count? in turns {
      let (sum, overflow) = (total ?? 0).addingReportingOverflow(count)
      total = overflow ? (count < 0 ? .min : .max) : sum
    }
    return total
  }
}
