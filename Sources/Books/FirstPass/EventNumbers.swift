import Accounting

/// Where the events of the last first pass came from, by their numbers.
struct EventNumbers {
  /// Events whose times are kept together, where there are no blocks to go by.
  private static let stretch = 256

  private struct Start {
    var number: UInt32
    var slice: FirstPassPlan.Slice
  }

  private struct Stretch {
    var first: Instant
    var last: Instant
  }

  let plan: FirstPassPlan
  private let isByBlocks: Bool
  private var starts: [Start] = []
  private var stretches: [Stretch] = []
  private var count: UInt32 = 0

  init(_ plan: FirstPassPlan) {
    self.plan = plan
    isByBlocks = plan.isByBlocks
  }

  mutating func begin(slice: Int, at number: UInt32) {
    starts.append(Start(number: number, slice: plan.slices[slice]))
  }

  /// Notes the next event.
  @inline(__always)
  mutating func note(_ occurredAt: Instant?) {
    defer { count += 1 }
    guard !isByBlocks, let occurredAt else { return }
    if Int(count) / EventNumbers.stretch == stretches.count {
      stretches.append(Stretch(first: occurredAt, last: occurredAt))
    } else {
      let index = stretches.count - 1
      stretches[index].first = min(stretches[index].first, occurredAt)
      stretches[index].last = max(stretches[index].last, occurredAt)
    }
  }

  /// Conditions that find the events again, and some beside them.
  /// - Parameters:
  ///   - numbers: in order.
  ///   - isWide: whether to look in the whole slice, not just where in it they should be.
  func conditions(for numbers: [UInt32], isWide: Bool) -> [String] {
    isByBlocks ? blockConditions(numbers, isWide) : timeConditions(numbers)
  }

  private func blockConditions(_ numbers: [UInt32], _ isWide: Bool) -> [String] {
    var ranges: [(start: Int, end: Int?)] = []
    var slice = 0
    for number in numbers {
      while slice + 1 < starts.count, starts[slice + 1].number <= number { slice += 1 }
      let next = range(of: number, in: slice, isWide)
      if let last = ranges.last, last.end.map({ next.start <= $0 }) ?? true {
        let end = last.end.flatMap { lastEnd in next.end.map { max(lastEnd, $0) } }
        ranges[ranges.count - 1].end = end
      } else {
        ranges.append(next)
      }
    }
    return ranges.map { Heap.condition(from: $0.start, to: $0.end) }
  }

  /// Rows are spread over their slice about evenly: two blocks to either side make up for the rest.
  private func range(of number: UInt32, in slice: Int, _ isWide: Bool) -> (start: Int, end: Int?) {
    guard case .blocks(let start, let end) = starts[slice].slice else { return (0, nil) }
    guard !isWide, let end else { return (start, end) }
    let next = slice + 1 < starts.count ? starts[slice + 1].number : count
    let rows = Int(next - starts[slice].number)
    guard rows > 0 else { return (start, end) }
    let block = start + Int(number - starts[slice].number) * (end - start) / rows
    return (max(start, block - 2), min(end, block + 3))
  }

  private func timeConditions(_ numbers: [UInt32]) -> [String] {
    Set(numbers.map { Int($0) / EventNumbers.stretch }).sorted().filter { $0 < stretches.count }
      .map { index in
        """
        occurred_at >= '\(stretches[index].first)' and occurred_at <= '\(stretches[index].last)'
        """
      }
  }
}
