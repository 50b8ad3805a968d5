import CEjitShims

/// The figures of a run, printed as a table, as JSON or as `RES tool metric value` lines.
struct Report {
  enum Format { case table, json, res }

  private var rows: [(tool: String, metric: String, value: Double)] = []

  mutating func add(_ tool: String, _ metric: String, _ value: Double) { rows.append((tool, metric, value)) }

  /// Takes over the `RES` lines that another tool printed.
  mutating func add(lines: String) {
    for line in lines.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 4, words[0] == "RES", let value = Double(words[3]) {
        add(String(words[1]), String(words[2]), value)
      }
    }
  }

  func value(_ tool: String, _ metric: String) -> Double? {
    rows.first { $0.tool == tool && $0.metric == metric }?.value
  }

  func print(_ format: Format) {
    switch format {
    case .res: for row in rows { put("RES \(row.tool) \(row.metric) \(Report.short(row.value))") }
    case .json:
      let fields = rows.map {
        "  {\"tool\": \"\($0.tool)\", \"metric\": \"\($0.metric)\", \"value\": \(Report.short($0.value))}"
      }
      put("[\n" + fields.joined(separator: ",\n") + "\n]")
    case .table:
      for row in rows {
        put("\(Report.padded(row.tool, 22)) \(Report.padded(row.metric, 22)) \(Report.short(row.value))")
      }
      for (name, ratio) in ratios { put("\(Report.padded(name, 45)) \(Report.short(ratio))") }
    }
  }

  /// What the figures mean beside each other, where both were measured.
  private var ratios: [(String, Double)] {
    func ratio(_ name: String, _ a: (String, String), _ b: (String, String)) -> (String, Double)? {
      guard let x = value(a.0, a.1), let y = value(b.0, b.1), y > 0 else { return nil }
      return (name, x / y)
    }
    let asmjit = "asmjitD_Asm"
    return [
      ratio("S2direct: asmjit / ejit", (asmjit, "S2direct_ns_ins"), ("ejit", "S2direct_ns_ins")),
      ratio("S2emit: asmjit S2direct / ejit", (asmjit, "S2direct_ns_ins"), ("ejit", "S2emit_ns_ins")),
      ratio("S3: asmjit / ejit", (asmjit, "S3_ns_ins"), ("ejit", "S3_ns_ins")),
      ratio("S3 bytes: ejit / asmjit", ("ejit", "S3_bytes"), (asmjit, "S3_bytes")),
      ratio("S2 bytes: ejit / asmjit", ("ejit", "S2_bytes"), (asmjit, "S2_bytes")),
      ratio("S4 add: asmjit / ejit", ("asmjitD_JitRuntime", "S4_add_dual_us"), ("ejit", "S4_add_dual_us")),
      ratio("S4 add / emit", ("ejit", "S4_add_dual_us"), ("ejit", "S4_emit_us")),
      ratio("S3: ejit / template copying", ("ejit", "S3_ns_ins"), ("ejit", "S3template_ns_ins")),
      ratio("S3: ejit / memcpy", ("ejit", "S3_ns_ins"), ("ejit", "S3memcpy_ns_ins")),
      ratio("S2: ejit / memcpy", ("ejit", "S2_ns_ins"), ("ejit", "S2memcpy_ns_ins")),
      ratio("1,000,000 / 1,000 instructions", ("ejit", "million_ns_ins"), ("ejit", "thousand_ns_ins")),
      ratio("own page: system calls / all", ("ejit", "S1fresh_calls_us"), ("ejit", "S1fresh_us")),
    ].compactMap { $0 }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.utf8.count))
  }

  /// Four significant digits.
  static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "null" }
    var (scale, magnitude) = (1.0, abs(value))
    while magnitude < 1000 { (scale, magnitude) = (scale * 10, magnitude * 10) }
    let rounded = scale == 1 ? value.rounded() : (value * scale).rounded() / scale
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int64(rounded)) : String(rounded)
  }
}
