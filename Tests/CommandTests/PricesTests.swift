import Books
import Foundation
import TestSupport
import Testing

@Suite("Price books, by command")
struct PricesTests {
  private let workplace: Workplace
  private let session: Connection
  private let dsn: String

  init() async throws {
    workplace = try Workplace()
    dsn = try await TestCluster.database()
    session = try Connection("ledger", conninfo: dsn)
    try workplace.write(
      """
      {"sample_spec": {}, "opus": {"litellm_provider": "anthropic", "input_cost_per_token": 5e-06,
        "output_cost_per_token": 2.5e-05, "cache_read_input_token_cost": 8.142857142857142e-08,
        "aliases": ["opus-latest"], "input_dbu_cost_per_token": 1}}
      """, to: "map.json")
    try workplace.write(
      "{\"2026-10\": {\"opus\": {\"input_per_mtok\": 15, \"output_per_mtok\": 75}}}",
      to: "table.json")
  }

  @discardableResult private func prices(
    _ arguments: String, status: Int32 = 0, job: String? = nil
  ) throws -> TieoutProgram.Result {
    let words = ["prices"] + arguments.split(separator: " ").map(String.init)
    let result = try workplace.tieout(words, dsn: dsn)
    #expect(result.status == status, "\(arguments): \(result.errors)")
    return result
  }

  @Test("a list is imported once, whole, and to the last digit")
  func imported() throws {
    let none = try prices("list", status: 78)
    #expect(
      none.errors.contains("has no schema tieout that keeps prices; hint: run `tieout install`"))
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    #expect(try prices("list").output == "no price book was imported\n")

    let done = try prices("import map.json --as 2026-09 --effective 2026-09-01")
    #expect(
      done.errors == """
        imported litellm 2026-09, in force from 2026-09-01T00:00:00Z: 3 prices of 1 model, 1 aliases; \
        left out: 1 (in DBU, not in money)

        """)
    let again = try prices("import map.json --as 2026-09 --effective 2026-09-01 --json")
    #expect(again.errors == "litellm 2026-09 is there already, with the same prices\n")
    #expect(again.output.contains("\"outcome\": \"already_there\""))
    let other = try prices("import map.json --as 2026-09 --effective 2026-09-02", status: 65)
    #expect(
      other.errors.contains(
        "was imported with other prices, or from another date, and versions are never changed"))
    #expect(
      try session.query(
        "select unit_price || ' ' || unit_size from tieout.price where component = 'cache_read'"
      ).scalar == "0.08142857142857142 1000000")

    let list = try prices("list").output
    #expect(
      list.contains("litellm  2026-09  2026-09-01T00:00:00Z       1       3        1  litellm"))
    #expect(try prices("list --json").output.hasPrefix("{\"price_book\": \"litellm\", \"version\""))
    let model = try prices("list --model opus").output
    #expect(
      model.contains("litellm  2026-09  anthropic  cache_read   0.08142857142857142  USD per"))
  }

  @Test("two versions are compared price by price")
  func compared() throws {
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    try prices("import map.json --as v1 --effective 2026-09-01 --book list")
    try prices(
      "import table.json --as 2026-10 --effective 2026-10-01 --book list --provider anthropic")
    let table = try prices("diff v1 2026-10").output
    #expect(table.contains(/opus +anthropic +input +5 +15 +USD per 1,000,000 +× 3/))
    #expect(table.contains(/cache_read +0.08142857142857142 +- +USD per 1,000,000 +gone/))
    #expect(table.hasSuffix("\n\n2 changed, 0 new, 1 gone\n"))
    #expect(try prices("diff v1 v1").output == "the two versions have the same prices\n")
    #expect(try prices("diff v1 2026-10 --json").output.contains("\"after\": null"))
    let unknown = try prices("diff v1 v9", status: 64)
    #expect(unknown.errors.contains("no version 'v9' of a price book was imported; hint: there is"))
    try prices("import table.json --as 2026-10 --effective 2026-10-01 --book other")
    let several = try prices("diff v1 2026-10", status: 64)
    #expect(several.errors.contains("is one of several price books: list, other; hint: name the"))
  }

  @Test("what cannot be meant is refused, and says what to do")
  func refused() throws {
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    try workplace.write("{\"opus\": {\"input_cost_per_token\": 15}}", to: "wrong.json")
    try workplace.write("{\"opus\": {\"input_cost_per_token\": 0.00027}}", to: "doubtful.json")
    try workplace.write("{\"opus\": ", to: "broken.json")
    for (status, arguments, message) in [
      (64, "import none.json --as v1 --effective 2026-09-01", "there is no such file"),
      (64, "import map.json --as v1 --effective soon", "there is no day 'soon'; hint: write it as"),
      (64, "import map.json --as v1 --effective 2026-09-01 --currency XX", "'XX' is no currency"),
      (65, "import broken.json --as v1 --effective 2026-09-01", "broken.json: "),
      (
        65, "import wrong.json --as v1 --effective 2026-09-01",
        "15000000 a million tokens: that is the price of a million, taken for one; hint: mend the"
      ),
    ] {
      #expect(
        try prices(arguments, status: Int32(status)).errors.contains(message), "\(message)")
    }
    #expect(try session.query("select count(*) from tieout.price_version").scalar == "0")
    let doubtful = try prices("import doubtful.json --as v1 --effective 2026-09-01")
    #expect(
      doubtful.errors.contains(
        "warning: opus (*) input: 270 a million tokens: is it a price per thousand, or 1,000 times")
    )
    try prices("import wrong.json --as v2 --effective 2026-09-01 --accept-magnitudes")
    #expect(try session.query("select count(*) from tieout.price").scalar == "2")
    for (file, version) in [("wrong", "v2"), ("doubtful", "v1")] {
      let again = try prices("import \(file).json --as \(version) --effective 2026-09-01")
      #expect(again.errors.contains("\(version) is there already, with the same prices"))
      #expect(!again.errors.contains("warning"))
    }
  }

  @Test("a run rates by the imported book, and by the gateway's own where it keeps one")
  func rated() throws {
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    try session.execute(
      """
      insert into gateway.usage_event (event_id, request_id, tenant_id, occurred_at, recorded_at,
        provider, model, input_tokens, cost, charge)
      values ('e1', 'r1', 'acme', '2026-10-03', '2026-10-03', 'anthropic', 'opus-latest', 1000000,
        15, 15),
        ('e2', 'r2', 'acme', '2026-10-03', '2026-10-03', 'anthropic', 'haiku', 1000, 0, 1);
      insert into ledger.entry (tenant_id, request_id, amount, period, posted_at)
      values ('acme', 'r1', 15, '2026-10-01', '2026-10-03'),
        ('acme', 'r2', 1, '2026-10-01', '2026-10-03')
      """)
    func run() throws -> String {
      try workplace.tieout(
        ["run", "--period", "2026-10", "--as-of", "2026-11-02T00:00:00Z", "--json"], dsn: dsn
      ).output
    }
    #expect(try run().contains("relation price holds no rows, and no price book was imported"))
    try prices("import map.json --as 2026-09 --effective 2026-09-01")
    let imported = try run()
    #expect(imported.contains("recorded to cost 15.00 USD; by price version 2026-09 it comes to 5"))
    #expect(imported.contains("Explained exactly by: 3 times the price."))
    #expect(
      imported.contains("1 call of haiku (anthropic) on 2026-10-03 with 1000 tokens: no price"))
    try session.execute(
      """
      insert into gateway.price (price_book, version, provider, model, component, unit_price,
        unit_size, effective_from)
      values ('own', 'v7', 'anthropic', 'opus', 'input', 15, 1000000, '-infinity'),
        ('own', 'v7', 'anthropic', 'haiku', 'input', 'NaN', 1000000, '2026-01-01');
      insert into gateway.model_alias values ('anthropic', 'opus-latest', 'opus', '2026-01-01')
      """)
    let own = try run()
    #expect(!own.contains("price-variance\", \"severity"))
    #expect(own.contains("a row of its prices cannot be read: unit_price is NaN"))
  }

  @Test("what charges are off by is adjusted once, beside what is posted")
  func adjusted() throws {
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    try workplace.write(
      "job: prices\nrules: { price-variance: post }\nbooks: { ledger: { rounding: line } }\n",
      to: "job.yaml")
    try session.execute(
      """
      insert into gateway.price (price_book, version, provider, model, component, unit_price,
        unit_size, effective_from)
      values ('own', 'v7', 'anthropic', 'opus', 'input', 5, 1000000, '-infinity');
      insert into gateway.charge_policy (policy_id, tenant_id, kind, percent, effective_from)
      values ('p', 'acme', 'flat_percent', 20, '2026-01-01');
      insert into gateway.usage_event (event_id, request_id, tenant_id, occurred_at, recorded_at,
        provider, model, input_tokens, cost, charge)
      values ('e1', 'r1', 'acme', '2026-10-03', '2026-10-03', 'anthropic', 'opus', 1000000, 15, 18),
        ('e2', 'r2', 'acme', '2026-10-04', '2026-10-04', 'anthropic', 'opus', 1000000, 5, 6);
      insert into ledger.entry (tenant_id, request_id, amount, period, posted_at)
      values ('acme', 'r1', 18, '2026-10-01', '2026-10-03'),
        ('acme', 'r2', 6, '2026-10-01', '2026-10-04')
      """)
    func run(_ more: [String]) throws -> TieoutProgram.Result {
      try workplace.tieout(
        ["run", "--job", "job.yaml", "--period", "2026-10", "--as-of", "2026-11-02T00:00:00Z"]
          + more, dsn: dsn)
    }
    let posted = try run(["--post"])
    #expect(posted.status == 1, "\(posted.errors)")
    let adjustment = "select kind || (amount = -12) from ledger.entry where reason is not null"
    #expect(try session.query(adjustment).scalar == "price_adjustmenttrue")
    let again = try run(["--post", "--json"])
    #expect(again.output.contains("12.00 USD too much"))
    #expect(try session.query("select count(*) from ledger.entry").scalar == "3")
    #expect(again.output.contains("\"variance\": \"0.00\""))
  }

  /// Where `Tests/PriceMap/fetch` could have it; without, the tests above say the same of an excerpt.
  @Test("the whole of LiteLLM's price map goes in")
  func wholeMap() throws {
    guard let map = ProcessInfo.processInfo.environment["TIEOUT_PRICE_MAP"], !map.isEmpty else {
      return
    }
    #expect(try workplace.tieout(["install"], dsn: dsn).status == 0)
    let done = try prices("import \(map) --as whole --effective 2026-09-01")
    print(done.errors)
    let models = try #require(
      try session.query("select count(distinct (provider, model)) from tieout.price").scalar)
    #expect(Int(models) ?? 0 > 4000)
    #expect(
      try session.query(
        """
        select unit_price from tieout.price where model = 'bigmodel/glm-5.3-flashx'
          and component = 'cache_read'
        """
      ).scalar == "0.08142857142857142")
    let again = try prices("import \(map) --as whole --effective 2026-09-01")
    #expect(again.errors.hasSuffix("is there already, with the same prices\n"))
  }
}
