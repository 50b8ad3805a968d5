// What the programs that run fuzz targets share.

#ifndef CFUZZMAIN_H
#define CFUZZMAIN_H

#include <stddef.h>
#include <stdint.h>

/// Called by a target once for each input: how many steps (instructions, calls) it was decoded to, and whether it was a
/// good one, which got to where most can go wrong (0 or 1).
void fuzz_count(uint64_t steps, int is_good);

/// `FILE…` replays these; `--throughput N` runs N random inputs and prints how many that are in a second.
int fuzz_main(int argc, char **argv, int (*target)(const uint8_t *, size_t));

#endif
