import Accounting
import Foundation
import Testing

@testable import Billing

/// A handful of prices in the shape of LiteLLM's price map: one for each thing that the map can say.
enum PriceMapExcerpt {
  static let text = """
    {
      "sample_spec": {"input_cost_per_token": 0.0, "mode": "one of: chat, embedding"},
      "claude-opus-4-7": {"litellm_provider": "anthropic",
        "input_cost_per_token": 5e-06, "output_cost_per_token": 2.5e-05,
        "cache_read_input_token_cost": 5e-07, "cache_creation_input_token_cost": 6.25e-06,
        "cache_creation_input_token_cost_above_1hr": 1e-05,
        "input_cost_per_token_batches": 2.5e-06, "output_cost_per_token_batches": 1.25e-05,
        "cache_read_input_token_cost_batches": 2.5e-07,
        "search_context_cost_per_query": {"search_context_size_low": 0.01},
        "provider_specific_entry": {"us": 1.1}},
      "claude-sonnet-4-5": {"litellm_provider": "anthropic",
        "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05,
        "cache_read_input_token_cost": 3e-07, "cache_creation_input_token_cost": 3.75e-06,
        "aliases": ["claude-sonnet-latest", "claude-opus-4-7"]},
      "gemini-2.5-pro": {"litellm_provider": "vertex_ai-language-models",
        "input_cost_per_token": 1.25e-06, "input_cost_per_token_above_200k_tokens": 2.5e-06,
        "input_cost_per_token_flex": 6.25e-07, "input_cost_per_token_priority": 2.25e-06,
        "input_cost_per_token_above_200k_tokens_priority": 4.5e-06,
        "output_cost_per_token": 1e-05, "output_cost_per_token_above_200k_tokens": 1.5e-05,
        "output_cost_per_token_flex": 5e-06,
        "cache_read_input_token_cost": 1.25e-07,
        "cache_read_input_token_cost_above_200k_tokens": 2.5e-07},
      "gpt-5": {"litellm_provider": "openai",
        "input_cost_per_token": 1.25e-06, "output_cost_per_token": 1e-05,
        "cache_read_input_token_cost": 1.25e-07,
        "input_cost_per_token_flex": 6.25e-07, "output_cost_per_token_flex": 5e-06,
        "cache_read_input_token_cost_flex": 6.25e-08,
        "input_cost_per_token_priority": 2.5e-06, "output_cost_per_token_priority": 2e-05},
      "xai/grok-4": {"litellm_provider": "xai",
        "input_cost_per_token": 3e-06, "input_cost_per_token_above_128k_tokens": 6e-06,
        "output_cost_per_token": 1.5e-05, "output_cost_per_token_above_128k_tokens": 3e-05},
      "dashscope/qwen3-coder-flash": {"litellm_provider": "dashscope", "tiered_pricing": [
        {"range": [0, 32000.0], "input_cost_per_token": 3e-07, "output_cost_per_token": 1.5e-06,
          "cache_read_input_token_cost": 8e-08},
        {"range": [32000.0, 128000.0], "input_cost_per_token": 5e-07,
          "output_cost_per_token": 2.5e-06, "output_cost_per_reasoning_token": 4e-06},
        {"range": [128000.0, 1000000.0], "input_cost_per_token": 8e-07,
          "output_cost_per_token": 4e-06}]},
      "kyma/qwen3.7-flash": {"litellm_provider": "kyma",
        "input_cost_per_token": 4.35e-08, "cache_read_input_token_cost": 8.1e-09,
        "input_cost_per_token_above_32k_tokens": 1.35e-07,
        "input_cost_per_token_above_256k_tokens": 2.7e-07,
        "output_cost_per_token": 1.886e-07, "output_cost_per_token_above_256k_tokens": 1.08e-06},
      "databricks/databricks-claude-sonnet-4-1": {"litellm_provider": "databricks",
        "input_cost_per_token": 2.9999900000000002e-06,
        "output_cost_per_token": 1.5000020000000002e-05, "input_dbu_cost_per_token": 4.2857e-05},
      "bigmodel/glm-5.3-flashx": {"litellm_provider": "bigmodel",
        "input_cost_per_token": 2.857142857142857e-07, "output_cost_per_token": "1.1e-6",
        "cache_read_input_token_cost": 8.142857142857142e-08},
      "deepseek/deepseek-chat": {"litellm_provider": "deepseek",
        "input_cost_per_token": 2.8e-07, "output_cost_per_token": 4.2e-07,
        "input_cost_per_token_cache_hit": 2.8e-08, "cache_read_input_token_cost": 2.8e-08,
        "cache_creation_input_token_cost": 0.0,
        "off_peak_pricing": {"input_cost_per_token": 1.4e-07, "output_cost_per_token": 2.1e-07,
          "windows": [{"hours_utc": "16:30-00:30"}]}},
      "gpt-reasoner": {"litellm_provider": "openai",
        "input_cost_per_token": 1e-06, "output_cost_per_token": 4e-06,
        "output_cost_per_reasoning_token": 8e-06, "output_cost_per_token_flex": 2e-06,
        "input_cost_per_request": 0.005},
      "text-embedding-3-small": {"litellm_provider": "openai", "input_cost_per_token": 2e-08,
        "output_cost_per_token": 0.0},
      "whisper-1": {"litellm_provider": "openai", "input_cost_per_second": 0.0001,
        "output_cost_per_second": 0.0001, "input_cost_per_token": null},
      "exa_ai/search": {"litellm_provider": "exa_ai", "tiered_pricing": [
        {"input_cost_per_query": 0.005, "max_results_range": [0, 25]}]},
      "free-router": {"input_cost_per_token": 0, "output_cost_per_token": 0}
    }
    """

  /// The whole map, where `TIEOUT_PRICE_MAP` names it.
  static var wholeMap: Data? {
    ProcessInfo.processInfo.environment["TIEOUT_PRICE_MAP"].flatMap {
      FileManager.default.contents(atPath: $0)
    }
  }

  static let start = Instant(microseconds: 0)

  static func list(_ version: String = "v1", from start: Instant = start) throws -> PriceList {
    try PriceList(parsing: text.utf8, terms(version, from: start))
  }

  static func terms(_ version: String = "v1", from start: Instant = start) throws -> PriceList.Terms
  {
    PriceList.Terms(
      book: "litellm", version: version, effectiveFrom: start,
      currency: try #require(Currency("USD")))
  }

  static func book() throws -> PriceBook {
    let list = try list()
    return PriceBook(name: "litellm", list.prices, aliases: list.aliases)
  }
}
