/// A word of a line, or a string with its quotes.
struct Token: Equatable {
  var text: ArraySlice<UInt8>
  var line: Int
  /// From 1, in bytes.
  var column: Int

  func error(_ kind: AssemblyError.Kind) -> AssemblyError { AssemblyError(kind, line: line, column: column) }

  func `is`(_ word: StaticString) -> Bool { starts(with: word) && text.count == word.utf8CodeUnitCount }

  func starts(with word: StaticString) -> Bool {
    word.withUTF8Buffer { text.prefix($0.count).elementsEqual($0) }
  }

  var string: String { String(decoding: text, as: UTF8.self) }

  /// What stands behind the first `count` bytes.
  func dropping(_ count: Int) -> Token { Token(text: text.dropFirst(count), line: line, column: column + count) }
}

/// One line's words.
struct Line {
  var tokens: [Token] = []
  /// Where the line's text ends: there an operand is missing.
  var end: Token

  /// The words of `text`, the line with this number, before `;`.
  init(_ text: ArraySlice<UInt8>, number: Int) throws(AssemblyError) {
    var place = text.startIndex
    func token(upTo end: Int) -> Token {
      Token(text: text[place..<end], line: number, column: place - text.startIndex + 1)
    }
    while place < text.endIndex, text[place] != UInt8(ascii: ";") {
      if Line.isSpace(text[place]) {
        place += 1
        continue
      }
      var end = place
      if text[place] == UInt8(ascii: "\"") {
        guard let quote = Line.endOfString(text[place...]) else { throw token(upTo: text.endIndex).error(.badString) }
        end = quote
      } else {
        while end < text.endIndex, !Line.isSpace(text[end]), text[end] != UInt8(ascii: ";") { end += 1 }
      }
      tokens.append(token(upTo: end))
      place = end
    }
    end = token(upTo: place)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// Behind the quote that ends the string at the start of `text`.
  private static func endOfString(_ text: ArraySlice<UInt8>) -> Int? {
    var index = text.startIndex + 1
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "\"") { return index + 1 }
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }
}
