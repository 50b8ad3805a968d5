import Ejit

/// An ELF object file with machine code in its section `.text`, for tools that read such files. System V ABI,
/// chapter 4.
enum ObjectFile {
  static func bytes(_ code: [UInt8], _ architecture: Target.Architecture) -> [UInt8] {
    let names = Array("\0.text\0.shstrtab\0".utf8)
    let codeOffset = 64
    let nameOffset = codeOffset + code.count
    let sections = (nameOffset + names.count + 7) & ~7
    var file: [UInt8] = []
    file.reserveCapacity(sections + 3 * 64)
    appendHeader(to: &file, architecture, sections: sections)
    file += code
    file += names
    file += [UInt8](repeating: 0, count: sections - file.count)
    file += [UInt8](repeating: 0, count: 64)  // section 0 is none
    // SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR
    appendSection(to: &file, name: 1, type: 1, flags: 6, offset: codeOffset, count: code.count, alignment: 16)
    // SHT_STRTAB
    appendSection(to: &file, name: 7, type: 3, flags: 0, offset: nameOffset, count: names.count, alignment: 1)
    return file
  }

  /// `Elf64_Ehdr`.
  private static func appendHeader(to file: inout [UInt8], _ architecture: Target.Architecture, sections: Int) {
    file.append(0x0001_0102_464C_457F, bytes: 8)  // e_ident: 7f 45 4c 46, 64 bits, little-endian, version 1
    file.append(0, bytes: 8)
    file.append(1, bytes: 2)  // e_type: ET_REL
    file.append(architecture == .x86_64 ? 62 : 183, bytes: 2)  // e_machine: EM_X86_64, EM_AARCH64
    file.append(1, bytes: 4)  // e_version
    file.append(0, bytes: 8)  // e_entry
    file.append(0, bytes: 8)  // e_phoff
    file.append(UInt64(sections), bytes: 8)  // e_shoff
    file.append(0, bytes: 4)  // e_flags
    file.append(64, bytes: 2)  // e_ehsize
    file.append(0, bytes: 2)  // e_phentsize
    file.append(0, bytes: 2)  // e_phnum
    file.append(64, bytes: 2)  // e_shentsize
    file.append(3, bytes: 2)  // e_shnum
    file.append(2, bytes: 2)  // e_shstrndx
  }

  /// `Elf64_Shdr`.
  private static func appendSection(
    to file: inout [UInt8], name: UInt64, type: UInt64, flags: UInt64, offset: Int, count: Int, alignment: UInt64
  ) {
    file.append(name, bytes: 4)  // sh_name
    file.append(type, bytes: 4)  // sh_type
    file.append(flags, bytes: 8)  // sh_flags
    file.append(0, bytes: 8)  // sh_addr
    file.append(UInt64(offset), bytes: 8)  // sh_offset
    file.append(UInt64(count), bytes: 8)  // sh_size
    file.append(0, bytes: 8)  // sh_link, sh_info
    file.append(alignment, bytes: 8)  // sh_addralign
    file.append(0, bytes: 8)  // sh_entsize
  }
}

extension [UInt8] {
  /// The low `count` bytes of `value`, little-endian.
  fileprivate mutating func append(_ value: UInt64, bytes count: Int) {
    for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
  }
}
