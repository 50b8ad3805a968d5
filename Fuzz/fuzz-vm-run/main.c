// Replays files through the fuzz target, or makes inputs of its own; libFuzzer's own main replaces this one.
//
//   fuzz-vm-run FILE…
//   fuzz-vm-run --throughput COUNT
//   fuzz-vm-run --seek COUNT SEED [FIRST]    prints what differs, as small as it can be made; ends at the fifth
//   fuzz-vm-run --expressions COUNT SEED     random expressions, compiled against interpreted
//   fuzz-vm-run --replays COUNT SEED         random inputs, compared with the interpreter wherever code is left
#include <CFuzzMain.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int fuzz_vm_run_seek(uint64_t seed, uint64_t index);
int fuzz_vm_run_expressions(intptr_t count, uint64_t seed);
int fuzz_vm_run_replays(uint64_t count, uint64_t seed);

static volatile unsigned long current;

static void tell(int signal) {
  fprintf(stderr, "input %lu: signal %d\n", current, signal);
  _exit(2);
}

static int seek(unsigned long count, unsigned long seed, unsigned long first) {
  int found = 0;
  static const int signals[] = {SIGALRM, SIGILL, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGTRAP};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], tell);
  for (current = first; current < first + count && found < 5; current++) {
    alarm(240);
    found += fuzz_vm_run_seek(seed, current);
  }
  printf("%lu inputs, %d differences\n", current - first, found);
  return found != 0;
}

__attribute__((weak)) int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc >= 4 && strcmp(argv[1], "--seek") == 0)
    return seek(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10), argc > 4 ? strtoul(argv[4], NULL, 10) : 0);
  if (argc == 4 && strcmp(argv[1], "--expressions") == 0) {
    int found = fuzz_vm_run_expressions((intptr_t)strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
    printf("%s expressions, %s\n", argv[2], found ? "a difference" : "no difference");
    return found;
  }
  if (argc == 4 && strcmp(argv[1], "--replays") == 0)
    return fuzz_vm_run_replays(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
  return fuzz_main(argc, argv, LLVMFuzzerTestOneInput);
}
