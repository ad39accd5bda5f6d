import Accounting
import Testing

@testable import Billing

@Suite("Reading price lists")
struct PriceListTests {
  func row(_ list: PriceList, _ model: String, _ text: String) -> String? {
    let words = text.split(separator: " ").map(String.init)
    return list.prices.first {
      $0.model == model && $0.component.text == words[0] && $0.serviceTier.text == words[1]
        && "\($0.contextOver)" == words[2] && $0.isBatch == (words.count > 3)
    }.map { "\($0.unitPrice)/\($0.unitSize)" }
  }

  @Test func keepsEveryDigitAndEveryCondition() throws {
    let list = try PriceMapExcerpt.list()
    #expect(list.format == .litellm)
    let expected = [
      ("databricks/databricks-claude-sonnet-4-1", "input standard 0", "2.9999900000000002/1000000"),
      ("bigmodel/glm-5.3-flashx", "cache_read standard 0", "0.08142857142857142/1000000"),
      ("bigmodel/glm-5.3-flashx", "output standard 0", "1.1/1000000"),
      ("gemini-2.5-pro", "input priority 200000", "4.5/1000000"),
      ("gemini-2.5-pro", "input flex 0", "0.625/1000000"),
      ("claude-opus-4-7", "cache_write_1h standard 0", "10/1000000"),
      ("claude-opus-4-7", "cache_read standard 0 batch", "0.25/1000000"),
      ("claude-opus-4-7", "search_low standard 0", "0.01/1"),
      ("deepseek/deepseek-chat", "cache_read standard 0", "0.028/1000000"),
      ("deepseek/deepseek-chat", "cache_write_5m standard 0", "0/1000000"),
      ("deepseek/deepseek-chat", "input off_peak 0", "0.14/1000000"),
      ("whisper-1", "second standard 0", "0.0001/1"),
      ("whisper-1", "output_per_second standard 0", nil),
      ("whisper-1", "output_second standard 0", "0.0001/1"),
      ("gpt-reasoner", "request standard 0", "0.005/1"),
      ("exa_ai/search", "query_results_0_25 standard 0", "0.005/1"),
      ("dashscope/qwen3-coder-flash", "cache_read standard 32000", "0.5/1000000"),
      ("dashscope/qwen3-coder-flash", "reasoning standard 0", "1.5/1000000"),
      ("sample_spec", "input standard 0", nil),
    ]
    for (model, key, price) in expected {
      #expect(row(list, model, key) == price, "\(model) \(key)")
    }
    let xai = list.prices.filter { $0.provider == "xai" }
    #expect(xai.allSatisfy { $0.isOverInclusive == ($0.contextOver > 0) } && xai.count == 4)
    #expect(list.prices.filter(\.isOverInclusive).count == 2)
  }

  @Test func namesProvidersAsCallsDoAndTellsWhatItLeftOut() throws {
    let list = try PriceMapExcerpt.list()
    #expect(
      Set(list.prices.filter { $0.model == "gemini-2.5-pro" }.map(\.provider)) == ["vertex_ai"])
    #expect(list.prices.first { $0.model == "free-router" }?.provider == PriceBook.anyProvider)
    // An alias that is a model of its own stays that.
    #expect(list.aliases.map(\.alias) == ["claude-sonnet-latest"])
    let left = list.leftOut.map { "\($0.model) \($0.key): \($0.why)" }.sorted()
    #expect(
      left == [
        "claude-opus-4-7 provider_specific_entry: a multiplier, not a price",
        "databricks/databricks-claude-sonnet-4-1 input_dbu_cost_per_token: in DBU, not in money",
        "deepseek/deepseek-chat off_peak_pricing: its hours; the prices are those of tier off_peak",
      ])
  }

  @Test(arguments: [
    ("input_cost_per_token", "input standard 0"),
    ("input_cost_per_token_above_200000_tokens", "input standard 200000"),
    ("input_cost_per_token_priority_above_200k_tokens", "input priority 200000"),
    (
      "cache_creation_input_token_cost_above_1hr_above_200k_tokens",
      "cache_write_1h standard 200000"
    ),
    (
      "cache_creation_input_token_cost_above_12hr_above_272k_tokens_batches",
      "cache_write_12hr standard 272000 batch"
    ),
    ("cache_read_input_token_cost_decisions", "cache_read decisions 0"),
    ("output_cost_per_reasoning_token_flex", "reasoning flex 0"),
    ("input_cost_per_audio_token_batches", "input_audio_token standard 0 batch"),
    ("input_cost_per_character_above_128k_tokens", "input_character standard 128000"),
    ("cache_read_input_audio_token_cost_flex", "cache_read_input_audio_token flex 0"),
    (
      "input_cost_per_video_per_second_above_8s_interval",
      "input_video_per_second_above_8s_interval standard 0"
    ),
    ("output_cost_per_image_1K", "output_image_1K standard 0"),
    ("ocr_cost_per_page", "ocr_page standard 0"), ("max_tokens", nil),
  ])
  func readsTheNamesOfPrices(name: String, expected: String?) {
    let text = PriceKey(liteLLM: name).map {
      "\($0.component) \($0.tier) \($0.contextOver)\($0.isBatch ? " batch" : "")"
    }
    #expect(text == expected)
  }

  @Test(arguments: [
    """
    {"2026-04-26": {"claude-opus-4-7": {"input_per_mtok": 15, "output_per_mtok": 75},
      "claude-haiku-4-5-20251001": {"input_per_mtok": "1", "output_per_mtok": 5.00}},
     "2026-09-01": {"claude-opus-4-7": {"input_per_mtok": 5, "output_per_mtok": 25}}}
    """,
    """
    {"pricing_version": "2026-04-26", "models": {
      "claude-opus-4-7": {"provider": "*", "input_per_mtok": 15, "output_per_mtok": 75}}}
    """,
    """
    {"claude-opus-4-7": {"input_per_mtok": 15, "output_per_mtok": 75}}
    """,
  ])
  func readsLearnprosTable(text: String) throws {
    let list = try PriceList(parsing: text.utf8, PriceMapExcerpt.terms("2026-04-26"))
    #expect(
      list.format == .learnpro && row(list, "claude-opus-4-7", "input standard 0") == "15/1000000")
    let tokens = TokenVector(input: 1234, output: 567)
    let usage = RatedUsage(
      model: "claude-opus-4-7", tokens: tokens, currency: try #require(Currency("USD")),
      occurredAt: PriceMapExcerpt.start)
    let cost = try PriceBook(name: "learnpro", list.prices).rate(usage).get().cost
    #expect(
      try cost.money() == Money("0.061035") && cost.rounded(toDecimals: 6) == Money("0.061035"))
  }

  @Test func readsRowsAsTheContractHasThem() throws {
    let text = """
      [{"provider": "openai", "model": "gpt-5", "component": "input", "unit_price": "1.25",
        "unit_size": 1000000, "service_tier": "flex", "context_over": 200000,
        "over_inclusive": true, "effective_from": "2026-10-01", "effective_to": null},
       {"model": "m", "component": "second", "unit_price": 0.5, "currency": "EUR", "version": "v1"}]
      """
    let prices = try PriceList(parsing: text.utf8, PriceMapExcerpt.terms()).prices
    #expect(prices.map(\.model) == ["m", "gpt-5"])
    #expect(prices[1].effectiveFrom == Instant("2026-10-01T00:00:00Z") && prices[1].isOverInclusive)
    #expect(prices[0].currency.code == "EUR" && prices[0].provider == "*")
  }

  @Test(arguments: [
    ("", "no JSON: line 1, column 1: the text ends where a value is expected"),
    ("7", "no price list: neither LiteLLM's price map, nor prices per million tokens, nor rows"),
    ("[]", "there is no price in it"),
    ("{\"m\": {\"input_cost_per_token\": -1e-6}}", "m: input has a negative price, -0.000001"),
    (
      "{\"m\": {\"input_cost_per_token\": 1e-40}}",
      "m: the price of input: 0.0000000000000000000000000000000000000001 needs more than 18 decimals"
    ),
    ("{\"m\": {\"input_cost_per_token\": 1}, \"n\": 3}", "n is a number, not an object of prices"),
    (
      "{\"version\": \"2\", \"models\": {\"m\": {\"input_per_mtok\": 1}}}",
      "the file says it is version 2, not v1"
    ),
    (
      "{\"a\": {\"m\": {\"input_per_mtok\": 1}}, \"b\": {\"m\": {\"input_per_mtok\": 1}}}",
      "the file holds version a, b, not v1"
    ),
    ("{\"m\": {\"input_per_mtok\": true}}", "m: input_per_mtok is true or false, not a price"),
    ("[{\"modell\": 1}]", "row 1: there is no column 'modell'"),
    ("[{\"model\": \"m\"}]", "row 1: model, component and unit_price are required"),
    (
      "[{\"model\": \"m\", \"component\": \"input\", \"unit_price\": 1, \"unit_size\": 0}]",
      "row 1: unit_size, context_over or unit_price is out of range"
    ),
    (
      "[{\"model\": \"m\", \"component\": \"input\", \"unit_price\": 1e-20}]",
      "row 1: 0.00000000000000000001 USD cannot be kept exactly"
    ),
    (
      "[{\"model\": \"m\", \"component\": \"input\", \"unit_price\": 1, \"version\": \"v2\"}]",
      "row 1: version is 'v2', not v1"
    ),
    (
      """
      [{"model": "m", "component": "input", "unit_price": 1},
       {"model": "m", "component": "input", "unit_price": 2}]
      """, "row 2 gives the price of m input again"
    ),
  ])
  func saysWhyItReadsNoPrices(text: String, message: String) {
    #expect {
      try PriceList(parsing: text.utf8, PriceMapExcerpt.terms())
    } throws: {
      ($0 as? PriceListError)?.what == message
    }
  }
}

@Suite("Orders of magnitude of prices")
struct MagnitudeLintTests {
  func findings(_ price: String, perMillion: Bool = false, before: String? = nil) throws -> [String]
  {
    func list(_ price: String) throws -> [Price] {
      let name = perMillion ? "input_per_mtok" : "input_cost_per_token"
      let text = "{\"m\": {\"\(name)\": \(price)}}"
      return try PriceList(parsing: text.utf8, PriceMapExcerpt.terms()).prices
    }
    return MagnitudeLint.findings(in: try list(price), earlier: try before.map(list) ?? [])
      .map { ($0.isCertain ? "refused: " : "doubtful: ") + $0.text }
  }

  @Test func askAboutWhatIsTooHighOrTooLow() throws {
    // $0.27 a million, written as if for a thousand, in either kind of list.
    #expect(
      try findings("0.00027") == [
        "doubtful: 270 a million tokens: is it a price per thousand, or 1,000 times too high?"
      ])
    #expect(
      try findings("0.00027", perMillion: true) == [
        "doubtful: 0.00027 a million tokens: is it the price of one token, taken for that of a million?"
      ])
    #expect(
      try findings("15") == [
        "refused: 15000000 a million tokens: that is the price of a million, taken for one"
      ])
    for price in ["2.7e-07", "0.0002", "1e-09", "0", "0.00015"] {
      #expect(try findings(price).isEmpty, "\(price)")
    }
  }

  @Test func refuseAJumpByAThousandOrAMillion() throws {
    #expect(
      try findings("0.00027", before: "2.7e-07") == ["refused: 1000 times the v1 price, exactly"])
    #expect(
      try findings("3e-09", before: "3e-06") == ["refused: 1/1000 of the v1 price, exactly"])
    #expect(try findings("3.1e-06", before: "3e-06").isEmpty)
    #expect(try findings("3e-06", before: "0").isEmpty)
  }

  @Test func sayItOnceAModelAndComponent() throws {
    let text = """
      {"m": {"input_cost_per_token": 1, "input_cost_per_token_flex": 1, "output_cost_per_token": 1}}
      """
    let list = try PriceList(parsing: text.utf8, PriceMapExcerpt.terms())
    let found = MagnitudeLint.findings(in: list.prices)
    #expect(found.map(\.component) == [.input, .output])
    #expect(MagnitudeLint.findings(in: try PriceMapExcerpt.list().prices).isEmpty)
  }
}
