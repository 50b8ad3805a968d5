import EjitVM

/// A file with a module, in either form.
struct Source {
  let path: String
  let module: Module
  /// Of a text.
  private let assembly: Assembly?

  /// Binary modules begin with a byte that no text has.
  init(_ path: String) throws(Failure) {
    self.path = path
    let bytes = try Files.read(path)
    if bytes.first == 0 {
      do throws(ModuleError) { module = try Module(bytes: bytes) } catch {
        throw Failure("\(path):1: error: offset \(error.offset): \(error.message)")
      }
      assembly = nil
    } else {
      do throws(AssemblyError) { assembly = try Assembly(text: bytes) } catch {
        throw Failure("\(path):\(error.line): error: column \(error.column): \(error.message)")
      }
      module = assembly!.module
    }
  }

  func verified() throws(Failure) -> VerifiedModule {
    do throws(VerifyError) { return try module.verify() } catch {
      let function = error.function.flatMap { name in module.functions.firstIndex { $0.name == name } }
      let line = function.map { self.line(function: $0, offset: error.offset) } ?? 1
      throw Failure("\(path):\(line): error: \(error.message)")
    }
  }

  /// The line of an instruction; 1 in files that have no lines.
  func line(function: Int, offset: Int) -> Int { assembly?.line(function: function, offset: offset) ?? 1 }

  /// `NAME + OFFSET (FILE:LINE)`
  func text(of place: Trap.Place) -> String {
    let name = module.functions[place.function].name
    return "\(name) + \(place.offset) (\(path):\(line(function: place.function, offset: place.offset)))"
  }
}
