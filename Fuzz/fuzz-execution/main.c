// Replays files through the fuzz target, or makes inputs of its own; libFuzzer's own main replaces this one.
//
//   fuzz-execution FILE…
//   fuzz-execution --throughput COUNT [--seed S]
//   fuzz-execution --batch COUNT [--seed S] [--first INDEX]    programs of AArch64, under qemu
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int fuzz_execution_throughput(intptr_t count, uint64_t seed);
int fuzz_execution_batch(intptr_t count, uint64_t seed, intptr_t first);

static uint64_t option(int argc, char **argv, const char *name) {
  for (int i = 1; i + 1 < argc; i++)
    if (!strcmp(argv[i], name)) return strtoull(argv[i + 1], NULL, 10);
  return 0;
}

__attribute__((weak)) int main(int argc, char **argv) {
  uint64_t seed = option(argc, argv, "--seed");
  uint64_t inputs = option(argc, argv, "--throughput"), programs = option(argc, argv, "--batch");
  if (inputs) return fuzz_execution_throughput((intptr_t)inputs, seed);
  if (programs) return fuzz_execution_batch((intptr_t)programs, seed, (intptr_t)option(argc, argv, "--first"));
  static uint8_t bytes[1 << 20];
  for (int i = 1; i < argc; i++) {
    FILE *file = fopen(argv[i], "rb");
    if (!file) {
      perror(argv[i]);
      return 2;
    }
    size_t count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, count);
  }
  printf("%d passed, 0 failed\n", argc - 1);
  return 0;
}
