/// Text that XML 1.0 can carry: what it cannot (most control characters, U+FFFE, U+FFFF) becomes
/// U+FFFD. libxml2's writer would write them without a word, and no reader would take the file.
func xmlText(_ text: String) -> String {
  var text = text
  let isPlain = text.withUTF8 { utf8 in
    utf8.allSatisfy { $0 >= 0x20 && $0 != 0xEF }
  }
  return isPlain ? text : replacing(text) { !isXMLCharacter($0) }
}

/// `text` with U+FFFD for each scalar that a format cannot carry.
func replacing(_ text: String, where isUnfit: (Unicode.Scalar) -> Bool) -> String {
  var fit = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { fit.append(isUnfit(scalar) ? "\u{FFFD}" : scalar) }
  return String(fit)
}

/// Source: XML 1.0, production 2, `Char`.
private func isXMLCharacter(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...: true
  default: false
  }
}
