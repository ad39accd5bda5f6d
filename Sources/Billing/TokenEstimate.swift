extension TokenVector {
  /// What a text comes to where the provider reports no tokens: one for every four characters, begun
  /// ones included. An estimate: record it as one (`token_basis` `estimated`), beside what providers
  /// report.
  ///
  /// Example: 10 characters are 3 tokens; none are 0.
  ///
  /// - Parameter characters: of the text, as its system counts them (UTF-16 units in JavaScript).
  public static func estimatedTokens(forCharacters characters: Int) -> Int64 {
    let characters = max(0, characters)
    return Int64(characters / 4 + (characters % 4).signum())
  }
}
