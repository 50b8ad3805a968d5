// Replays files or measures; libFuzzer's own main replaces this one.
#include <CFuzzMain.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

__attribute__((weak)) int main(int argc, char **argv) { return fuzz_main(argc, argv, LLVMFuzzerTestOneInput); }
