/* What libFuzzer calls; each fuzz_*.c defines it once. */
#ifndef JL_TESTS_FUZZ_H
#define JL_TESTS_FUZZ_H
#include <stddef.h>
#include <stdint.h>
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#endif
