/// The name that a model has in a bill and in a log alike, as far as the name itself tells:
/// `anthropic/claude-sonnet-4-5-20250929` is `claude-sonnet-4-5`, and `gpt-4o-2024-08-06` is
/// `gpt-4o`. Releases of one model come to one name, so they are compared together.
public enum ModelName {
  public static func common(_ name: String) -> String {
    let bare = name.split(separator: "/").last.map(String.init) ?? name
    return withoutRelease(bare.lowercased())
  }

  /// Cuts `-20250929` or `-2024-08-06` off the end.
  private static func withoutRelease(_ name: String) -> String {
    var parts = name.split(separator: "-", omittingEmptySubsequences: false)
    if parts.count > 1, isDigits(parts[parts.count - 1], 8) {
      parts.removeLast()
    } else if parts.count > 3, isDigits(parts[parts.count - 3], 4),
      isDigits(parts[parts.count - 2], 2), isDigits(parts[parts.count - 1], 2)
    {
      parts.removeLast(3)
    }
    return parts.joined(separator: "-")
  }

  private static func isDigits(_ text: Substring, _ count: Int) -> Bool {
    text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
