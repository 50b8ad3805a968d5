extension AArch64Image {
  /// The file: a static ELF executable for AArch64 Linux.
  ///
  /// - Parameter secondsPerCall: processor time after which a call gets the signal 27 (SIGPROF); 0: no limit.
  public func executable(secondsPerCall: UInt32 = 10) -> [UInt8] {
    let control = controlWords(secondsPerCall: secondsPerCall)
    let codeEnd = ImageLayout.codeOffset + code.count
    let controlOffset = ImageFile.aligned(codeEnd)
    let inputOffset = ImageFile.aligned(controlOffset + control.count * 8)
    let outputOffset = ImageFile.aligned(inputOffset + inputs.count)

    var file = ImageFile(capacity: outputOffset + outputs.count)
    file.appendHeader(segments: 5)
    file.appendSegment(.readExecute, offset: 0, address: ImageLayout.program, count: codeEnd)
    file.appendSegment(
      .readWrite, offset: controlOffset, address: ImageLayout.control, count: control.count * 8,
      zeros: results.count + ImageLayout.signalStackSize)
    file.appendSegment(.readWrite, offset: inputOffset, address: ImageLayout.inputs, count: inputs.count)
    file.appendSegment(.readWrite, offset: outputOffset, address: ImageLayout.outputs, count: outputs.count)
    file.appendStack()
    file.pad(to: ImageLayout.stubOffset)
    for word in ImageStub.words { file.append32(word) }
    file.pad(to: ImageLayout.codeOffset)
    file.bytes += code
    file.pad(to: controlOffset)
    for word in control { file.append64(word) }
    file.pad(to: inputOffset)
    file.bytes += inputs
    file.pad(to: outputOffset)
    file.bytes += outputs
    return file.bytes
  }

  /// Where the results will be; behind them the signal stack.
  var results: (address: UInt64, count: Int) {
    let words = ImageLayout.controlWords + calls.count * ImageLayout.callWords
    return (ImageLayout.control + UInt64(words * 8), calls.count * ImageLayout.resultWords * 8)
  }

  /// The control block and the calls.
  private func controlWords(secondsPerCall: UInt32) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: ImageLayout.controlWords)
    let signalStack = results.address + UInt64(results.count)
    words[ImageLayout.callCount] = UInt64(calls.count)
    words[ImageLayout.nextCall] = ImageLayout.control + UInt64(ImageLayout.controlWords * 8)
    words[ImageLayout.nextResult] = results.address
    words[ImageLayout.signalStack] = signalStack + 15 & ~15
    words[ImageLayout.signalStack + 2] = UInt64(ImageLayout.signalStackSize - 16)
    words[ImageLayout.action] = ImageLayout.program + UInt64(ImageLayout.stubOffset + ImageStub.handler * 4)
    words[ImageLayout.action + 1] = 0x4800_0000  // SA_NODEFER, SA_ONSTACK: asm-generic/signal-defs.h
    words[ImageLayout.limit + 2] = UInt64(secondsPerCall)
    for (index, signal) in ImageFile.signals.enumerated() { words[ImageLayout.signals + index] = signal }
    for index in 0..<ImageLayout.preservedWords {
      words[ImageLayout.preserved + index] = ImageResults.preserved(index)
    }
    words[ImageLayout.ranges] = results.address
    words[ImageLayout.ranges + 1] = UInt64(results.count)
    words[ImageLayout.ranges + 2] = ImageLayout.outputs
    words[ImageLayout.ranges + 3] = UInt64(outputs.count)
    words.reserveCapacity(words.count + calls.count * ImageLayout.callWords)
    for call in calls {
      for index in 0..<8 { words.append(call.integers[index]) }
      for index in 0..<8 { words.append(call.floats[index]) }
      words.append(call.address)
    }
    return words
  }
}

/// The bytes of an ELF file as they grow. System V ABI, chapters 4 (object files) and 5 (program loading).
struct ImageFile {
  /// SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGPROF, SIGSYS.
  static let signals: [UInt64] = [4, 5, 6, 7, 8, 11, 27, 31]

  /// PF_R | PF_X and PF_R | PF_W: nothing is both writable and executable.
  enum Permissions: UInt32 { case readExecute = 5, readWrite = 6 }

  var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  static func aligned(_ offset: Int) -> Int {
    (offset + ImageLayout.alignment - 1) & -ImageLayout.alignment
  }

  mutating func append16(_ value: UInt16) { append(value.littleEndian) }
  mutating func append32(_ value: UInt32) { append(value.littleEndian) }
  mutating func append64(_ value: UInt64) { append(value.littleEndian) }

  private mutating func append<T: FixedWidthInteger>(_ value: T) {
    unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func pad(to offset: Int) { bytes.append(contentsOf: repeatElement(0, count: offset - bytes.count)) }

  /// `Elf64_Ehdr`.
  mutating func appendHeader(segments: UInt16) {
    append64(0x0001_0102_464C_457F)  // e_ident: 7f 45 4c 46, 64 bits, little-endian, version 1, System V
    append64(0)
    append16(2)  // e_type: ET_EXEC
    append16(183)  // e_machine: EM_AARCH64
    append32(1)  // e_version
    append64(ImageLayout.program + UInt64(ImageLayout.stubOffset))  // e_entry
    append64(64)  // e_phoff: behind this header
    append64(0)  // e_shoff: no sections
    append32(0)  // e_flags
    append16(64)  // e_ehsize
    append16(56)  // e_phentsize
    append16(segments)  // e_phnum
    append16(0)  // e_shentsize
    append16(0)  // e_shnum
    append16(0)  // e_shstrndx
  }

  /// `Elf64_Phdr` of type PT_LOAD: `count` bytes of the file, then `zeros`.
  mutating func appendSegment(
    _ permissions: Permissions, offset: Int, address: UInt64, count: Int, zeros: Int = 0
  ) {
    append32(1)  // p_type
    append32(permissions.rawValue)  // p_flags
    append64(UInt64(offset))  // p_offset
    append64(address)  // p_vaddr
    append64(address)  // p_paddr
    append64(UInt64(count))  // p_filesz
    append64(UInt64(count + zeros))  // p_memsz
    append64(UInt64(ImageLayout.alignment))  // p_align
  }

  /// `Elf64_Phdr` of type PT_GNU_STACK: without it the stack would be executable.
  mutating func appendStack() {
    append32(0x6474_E551)  // p_type
    append32(Permissions.readWrite.rawValue)  // p_flags
    for _ in 0..<5 { append64(0) }
    append64(16)  // p_align
  }
}
