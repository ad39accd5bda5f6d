import Accounting
import Testing

@testable import Billing

@Suite("A provider's report is read as it was written")
struct ProviderReportTests {
  private func report(_ text: String) throws(ProviderReportError) -> ProviderReport {
    try ProviderReport(reading: text.utf8, account: "prod")
  }

  private func told(_ report: ProviderReport) -> [String] {
    report.buckets.flatMap(\.rows).map { row in
      [
        row.model ?? "-", row.component ?? "-", row.serviceTier ?? "-",
        row.quantity?.description ?? "-", row.amount?.description ?? "-", row.currency.code,
      ].joined(separator: " ")
    }
  }

  @Test("Anthropic's usage: five disjoint buckets, workspaces added up, searches apart")
  func anthropicUsage() throws {
    let report = try report(
      """
      {"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z",
        "results": [
          {"uncached_input_tokens": 1500, "cache_creation": {"ephemeral_1h_input_tokens": 1000,
           "ephemeral_5m_input_tokens": 500}, "cache_read_input_tokens": 200, "output_tokens": 500,
           "server_tool_use": {"web_search_requests": 10}, "api_key_id": null,
           "workspace_id": "wrkspc_1", "model": "claude-opus-4-7", "service_tier": "standard",
           "context_window": "0-200k"},
          {"uncached_input_tokens": 500, "cache_read_input_tokens": 0, "output_tokens": 1,
           "workspace_id": "wrkspc_2", "model": "claude-opus-4-7", "service_tier": "standard"}]},
       {"starting_at": "2026-10-02T00:00:00Z", "ending_at": "2026-10-03T00:00:00Z", "results": []}],
       "has_more": true, "next_page": "page_x"}
      """)
    #expect(report.provider == "anthropic")
    #expect(report.kind == .usage)
    #expect(report.hasMore)
    #expect(
      told(report) == [
        "claude-opus-4-7 cache_read standard 200 - USD",
        "claude-opus-4-7 cache_write_1h standard 1000 - USD",
        "claude-opus-4-7 cache_write_5m standard 500 - USD",
        "claude-opus-4-7 input standard 2000 - USD",
        "claude-opus-4-7 output standard 501 - USD",
        "claude-opus-4-7 web_search standard 10 - USD",
        "- - - 0 - USD",
      ])
  }

  @Test("Anthropic's costs are cents in strings, with every digit")
  func anthropicCost() throws {
    let report = try report(
      """
      {"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z",
        "results": [
          {"amount": "123.78912", "context_window": "0-200k", "cost_type": "tokens",
           "currency": "USD", "description": "Claude Sonnet 4 Usage - Input Tokens",
           "model": "claude-sonnet-4-20250514", "service_tier": "standard",
           "token_type": "uncached_input_tokens", "workspace_id": null},
          {"amount": "0.0000000000000001", "cost_type": "tokens", "currency": "USD",
           "model": "claude-sonnet-4-20250514", "service_tier": "batch",
           "token_type": "cache_creation.ephemeral_1h_input_tokens"},
          {"amount": "1000", "cost_type": "web_search", "currency": "USD", "model": null,
           "service_tier": null, "token_type": null}]}],
       "has_more": false, "next_page": null}
      """)
    #expect(report.kind == .cost)
    #expect(!report.hasMore)
    #expect(
      told(report) == [
        "- web_search - - 10 USD",
        "claude-sonnet-4-20250514 cache_write_1h batch - 0.000000000000000001 USD",
        "claude-sonnet-4-20250514 input standard - 1.2378912 USD",
      ])
  }

  @Test("OpenAI's usage: the cached part is taken out of the input")
  func openAIUsage() throws {
    let report = try report(
      """
      {"object": "page", "data": [{"object": "bucket", "start_time": 1730419200,
        "end_time": 1730505600, "results": [
          {"object": "organization.usage.completions.result", "input_tokens": 5000,
           "output_tokens": 1000, "input_cached_tokens": 4000, "input_audio_tokens": 0,
           "output_audio_tokens": 3, "num_model_requests": 5, "project_id": "proj_abc",
           "model": "gpt-4o-mini-2024-07-18", "batch": true}]}],
       "has_more": false, "next_page": null}
      """)
    #expect(report.provider == "openai")
    #expect(report.buckets.first?.start == Instant("2024-11-01T00:00:00Z"))
    #expect(
      told(report) == [
        "gpt-4o-mini-2024-07-18 cache_read batch 4000 - USD",
        "gpt-4o-mini-2024-07-18 input batch 1000 - USD",
        "gpt-4o-mini-2024-07-18 output batch 1000 - USD",
        "gpt-4o-mini-2024-07-18 output_audio batch 3 - USD",
        "gpt-4o-mini-2024-07-18 request batch 5 - USD",
      ])
  }

  @Test("OpenAI's costs are JSON numbers, taken digit for digit up to 18 decimals")
  func openAICost() throws {
    let report = try report(
      """
      [{"object": "page", "data": [{"object": "bucket", "start_time": 1730419200,
        "end_time": 1730505600, "results": [
          {"object": "organization.costs.result", "amount": {"value": 0.06, "currency": "usd"},
           "line_item": "Image models", "project_id": "proj_abc"},
          {"object": "organization.costs.result",
           "amount": {"value": 4.69050000000000051e-05, "currency": "usd"},
           "line_item": "gpt-4o-2024-08-06, cached input", "project_id": null},
          {"object": "organization.costs.result",
           "amount": {"value": "0.13080438340307526", "currency": "usd"},
           "line_item": "gpt-4o-2024-08-06,  output"}]}], "has_more": true},
       {"object": "page", "data": [], "has_more": false}]
      """)
    #expect(!report.hasMore)
    #expect(
      told(report) == [
        "- Image models - - 0.06 USD",
        "gpt-4o-2024-08-06 cache_read - - 0.000046905000000000 USD".replacing(
          "0.000046905000000000", with: "0.000046905"),
        "gpt-4o-2024-08-06 output - - 0.13080438340307526 USD",
      ])
  }

  @Test(
    "What is no report says where",
    arguments: [
      ("[1", "line 1"), ("{}", "data: a report has a list of buckets here"),
      (#"{"data": []}"#, "no bucket has a result"),
      (#"{"data": [{"results": [{"x": 1}]}]}"#, "neither Anthropic's nor OpenAI's"),
      (
        #"{"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [{"amount": "1,20", "currency": "USD"}]}]}"#,
        "data[0].results[0].amount: '1,20' is not a decimal number"
      ),
      (
        #"{"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [{"amount": "1", "currency": "EURO"}]}]}"#,
        "data[0].results[0].currency: 'EURO' is not a currency of ISO 4217"
      ),
      (
        #"{"data": [{"starting_at": "yesterday", "results": [{"uncached_input_tokens": 1}]}]}"#,
        "data[0].starting_at: a time belongs here"
      ),
      (
        #"{"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [{"uncached_input_tokens": 1.5}]}]}"#,
        "data[0].results[0].uncached_input_tokens: a whole number of tokens belongs here"
      ),
      (
        #"{"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [{"uncached_input_tokens": -5}]}]}"#,
        "uncached_input_tokens: -5 tokens are less than none"
      ),
      (
        #"{"data": [{"starting_at": "2026-10-01T00:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [{"uncached_input_tokens": 1}]}, {"starting_at": "2026-10-01T23:00:00Z", "ending_at": "2026-10-02T00:00:00Z", "results": [{"uncached_input_tokens": 1}]}]}"#,
        "data: the bucket from 2026-10-01T23:00:00Z to 2026-10-02T00:00:00Z tells of time that the one"
      ),
    ])
  func refusals(_ text: String, _ words: String) {
    let error = #expect(throws: ProviderReportError.self) { try report(text) }
    #expect(error?.description.contains(words) ?? false, "\(error?.description ?? "-")")
  }

  @Test(
    "A model's releases have one name",
    arguments: [
      ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
      ("anthropic/claude-sonnet-4-5", "claude-sonnet-4-5"),
      ("gpt-4o-2024-08-06", "gpt-4o"), ("openai/GPT-4o", "gpt-4o"), ("gpt-5.2", "gpt-5.2"),
      ("20250929", "20250929"), ("o1-2024-12-17", "o1"), ("", ""),
    ])
  func commonNames(_ name: String, _ common: String) {
    #expect(ModelName.common(name) == common)
  }
}
