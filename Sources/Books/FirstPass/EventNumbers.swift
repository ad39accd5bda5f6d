import Accounting

/// Where the events of the last first pass came from, by their numbers.
struct EventNumbers {
  /// Events whose times are kept together, where there are no blocks to go by.
  private static let stretch = 256

  /// From which number on events are of which blocks.
  private struct Start {
    var number: UInt32
    var blocks: BlockRange
  }

  private struct Stretch {
    var first: Instant
    var last: Instant
  }

  let plan: FirstPassPlan
  private let isByBlocks: Bool
  private var starts: [Start] = []
  /// Of every so many events; `nil` = none of them tells a time.
  private var stretches: [Stretch?] = []
  private var count: UInt32 = 0

  init(_ plan: FirstPassPlan) {
    self.plan = plan
    isByBlocks = plan.isByBlocks
  }

  /// The events from `number` on are of these blocks.
  mutating func begin(_ blocks: BlockRange, at number: UInt32) {
    starts.append(Start(number: number, blocks: blocks))
  }

  /// Notes the next event.
  @inline(__always)
  mutating func note(_ occurredAt: Instant?) {
    defer { count += 1 }
    guard !isByBlocks else { return }
    let index = Int(count) / EventNumbers.stretch
    if index == stretches.count { stretches.append(nil) }
    guard let occurredAt else { return }
    guard let known = stretches[index] else {
      stretches[index] = Stretch(first: occurredAt, last: occurredAt)
      return
    }
    stretches[index] = Stretch(
      first: min(known.first, occurredAt), last: max(known.last, occurredAt))
  }

  /// Conditions that find the events again, and some beside them.
  /// - Parameters:
  ///   - numbers: in order.
  ///   - isWide: whether to look in the whole slice, not just where in it they should be.
  func conditions(for numbers: [UInt32], isWide: Bool) -> [String] {
    isByBlocks ? blockConditions(numbers, isWide) : timeConditions(numbers)
  }

  private func blockConditions(_ numbers: [UInt32], _ isWide: Bool) -> [String] {
    var ranges: [BlockRange] = []
    var start = 0
    for number in numbers {
      while start + 1 < starts.count, starts[start + 1].number <= number { start += 1 }
      let next = blocks(of: number, from: start, isWide)
      // Blocks that were read twice come last.
      if let last = ranges.last, last.start <= next.start,
        last.end.map({ next.start <= $0 }) ?? true
      {
        let end = last.end.flatMap { lastEnd in next.end.map { max(lastEnd, $0) } }
        ranges[ranges.count - 1].end = end
      } else {
        ranges.append(next)
      }
    }
    return ranges.map(\.condition)
  }

  /// Rows are spread over their blocks about evenly: two blocks to either side make up for the rest.
  private func blocks(of number: UInt32, from start: Int, _ isWide: Bool) -> BlockRange {
    let blocks = starts[start].blocks
    guard !isWide, let end = blocks.end else { return blocks }
    let next = start + 1 < starts.count ? starts[start + 1].number : count
    let rows = Int(next - starts[start].number)
    guard rows > 0 else { return blocks }
    let block =
      blocks.start + Int(number - starts[start].number) * (end - blocks.start) / rows
    return BlockRange(start: max(blocks.start, block - 2), end: min(end, block + 3))
  }

  private func timeConditions(_ numbers: [UInt32]) -> [String] {
    Set(numbers.map { Int($0) / EventNumbers.stretch }).sorted().filter { $0 < stretches.count }
      .compactMap { stretches[$0] }
      .map { "occurred_at >= '\($0.first)' and occurred_at <= '\($0.last)'" }
  }
}
