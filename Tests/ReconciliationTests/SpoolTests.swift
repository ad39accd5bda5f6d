import Foundation
import Reconciliation
import TestSupport
import Testing

@Suite("Lists that outgrow memory")
struct SpoolTests {
  /// So little that any list of more than a handful goes to disk.
  private static let tight = Scratch(memory: 600)

  /// Names of all lengths, now and then the same.
  private static func texts(_ count: Int, _ random: inout SplitMix64) -> [String] {
    (0..<count).map { _ in
      let name = random.pick(["", "a", "acme", "tenant é", "line\nbreak", "\u{1F9FE}"])
      return String(repeating: name, count: random.number(0...9)) + "\(random.number(0...40))"
    }
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func areWhatArraysAre(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let texts = Self.texts(random.number(0...900), &random)
    var writer = SpoolWriter<String>(in: Self.tight)
    for text in texts { try writer.append(text) }
    let spool = try writer.finish()
    #expect(spool.isSpooled == (texts.reduce(0) { $0 + $1.weight } > 600), "seed \(seed)")
    #expect(spool == Spool(texts), "seed \(seed)")
    #expect(spool.hashValue == Spool(texts).hashValue, "seed \(seed)")
    #expect(Array(spool) == texts, "seed \(seed)")
    #expect(Array(spool.indices).map { spool[$0] } == texts, "seed \(seed)")
    #expect(Array(spool.reversed()) == texts.reversed(), "seed \(seed)")
    #expect(Array(spool.dropFirst(7).prefix(60)) == Array(texts.dropFirst(7).prefix(60)))
    guard let place = texts.indices.randomElement(using: &random) else { return }
    var changed = spool
    changed[place] = "changed"
    #expect(changed[place] == "changed" && spool[place] == texts[place], "seed \(seed)")
    #expect(changed != spool && changed.count == spool.count, "seed \(seed)")
  }

  /// More runs than are merged at once, and elements that only their place tells apart.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func areSortedAsArraysAre(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let texts = Self.texts(random.number(0...1500), &random)
    for memory in [0, 600, 1 << 20] {
      var sorter = SpoolSorter<String>(in: Scratch(memory: memory)) { $0.count < $1.count }
      for text in texts { try sorter.append(text) }
      let sorted = texts.enumerated().sorted {
        ($0.element.count, $0.offset) < ($1.element.count, $1.offset)
      }
      #expect(Array(try sorter.finish()) == sorted.map(\.element), "seed \(seed), \(memory) bytes")
    }
  }

  @Test(arguments: SeedBlock.all)
  func makeNoDifferenceToAJudgement(block: SeedBlock) throws {
    for seed in block.seeds where seed % 7 == 3 {
      let books = try RandomBooks(seed: seed)
      let ample = try Judgement(of: books.inMemory, under: books.terms)
      let tight = try Judgement(of: books.inMemory, under: books.terms, scratch: Self.tight)
      #expect(!ample.breaks.isSpooled, "seed \(seed)")
      #expect(tight == ample, "seed \(seed)")
      #expect(tight.digest == ample.digest, "seed \(seed)")
    }
  }

  @Test func breaksOfManyRequestsComeInReportOrder() throws {
    let mill = try #require(ExceptionMill(count: 4000, tenants: 30))
    let judgement = try Judgement(
      of: mill.books, under: mill.terms, engine: mill, scratch: Scratch(memory: 100_000))
    #expect(judgement.breaks.isSpooled && judgement.corrections.isSpooled)
    #expect(judgement.breaks.count == 4000 && judgement.controls.brokenRequests == 4000)
    let again = try Judgement(of: mill.books, under: mill.terms, engine: mill)
    #expect(judgement == again)
    for (left, right) in zip(judgement.breaks, judgement.breaks.dropFirst()) {
      #expect(left.group <= right.group)
    }
  }

  /// As the operating system counts it, in a process of its own: five times as many breaks take
  /// hardly more memory, where arrays would take some 40 MB more.
  @Test func memoryDoesNotGrowWithTheBreaks() async {
    await #expect(processExitsWith: .success) {
      func peak(judging count: Int) throws -> Int {
        let mill = try #require(ExceptionMill(count: count, tenants: 20))
        let judgement = try Judgement(of: mill.books, under: mill.terms, engine: mill)
        try #require(judgement.breaks.count == count)
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let kilobytes = try #require(status.firstMatch(of: /VmHWM:\s*([0-9]+) kB/)?.1)
        return try #require(Int(kilobytes))
      }
      let few = try peak(judging: 3000)
      let many = try peak(judging: 15_000)
      try #require(many - few < 8 << 10, "\(few) kB, then \(many) kB")
    }
  }

  @Test func aDirectoryThatIsNotThereIsNamed() throws {
    let nowhere = Scratch(directory: "/nowhere", memory: 0)
    let error = try #require(throws: ScratchError.self) {
      var writer = SpoolWriter<String>(in: nowhere)
      try writer.append("a")
    }
    #expect(
      error.what == "cannot make a scratch file in /nowhere: No such file or directory")
    #expect(error.hint == "set TMPDIR to a directory that this user may write to")
  }

  /// A process of its own, for the limit holds for all of it.
  @Test func aFullDiskIsNamed() async throws {
    await #expect(processExitsWith: .exitCode(73)) {
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let mill = try #require(ExceptionMill(count: 4000))
      do {
        _ = try Judgement(
          of: mill.books, under: mill.terms, engine: mill, scratch: Scratch(memory: 50_000))
      } catch let error as ScratchError {
        exit(error.what == "cannot write a scratch file in /tmp: File too large" ? 73 : 1)
      }
    }
  }
}
