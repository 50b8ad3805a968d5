#include "CFuzzMain.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static atomic_uint_fast64_t all_steps, good_inputs;

void fuzz_count(uint64_t steps, int is_good) {
  atomic_fetch_add_explicit(&all_steps, steps, memory_order_relaxed);
  atomic_fetch_add_explicit(&good_inputs, is_good, memory_order_relaxed);
}

// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", figure 16.
static uint64_t next(uint64_t *state) {
  uint64_t mixed = *state += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return mixed ^ mixed >> 31;
}

/// Of all threads together: what else the machine does matters less.
static double processor_seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

static int measure(unsigned long inputs, int (*target)(const uint8_t *, size_t)) {
  enum { longest = 512, count = 1024 };
  static uint64_t bytes[count][longest / 8];
  static size_t lengths[count];
  uint64_t state = 1;
  for (size_t i = 0; i < count; i++) {
    for (size_t word = 0; word < longest / 8; word++) bytes[i][word] = next(&state);
    lengths[i] = next(&state) % (longest + 1);
  }
  double start = processor_seconds();
  for (unsigned long i = 0; i < inputs; i++) {
    // Other bytes each time: 1024 inputs are not all there is.
    size_t row = i % count;
    bytes[row][next(&state) % (longest / 8)] = next(&state);
    target((const uint8_t *)bytes[row], lengths[row]);
  }
  double time = processor_seconds() - start;
  double n = (double)inputs;
  printf("%lu inputs, %.0f a second of processor time, %.1f steps each, %.1f %% good\n", inputs, n / time, (double)all_steps / n,
         100 * (double)good_inputs / n);
  return 0;
}

static int replay(const char *path, int (*target)(const uint8_t *, size_t)) {
  static uint8_t bytes[1 << 20];
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    return 2;
  }
  size_t count = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  target(bytes, count);
  return 0;
}

int fuzz_main(int argc, char **argv, int (*target)(const uint8_t *, size_t)) {
  if (argc == 3 && strcmp(argv[1], "--throughput") == 0) return measure(strtoul(argv[2], NULL, 10), target);
  for (int i = 1; i < argc; i++) {
    int failure = replay(argv[i], target);
    if (failure) return failure;
  }
  printf("%d passed, 0 failed\n", argc - 1);
  return 0;
}
