#include "client/cli/cli.h"
#include <malloc.h>

#define KEPT (64 << 20) /* bytes */

/* What one step of a command gives back serves the next: else large pieces go to the system at once, and the next ones come with a
 * page fault for every 4 KiB. */
int main(int argc, char **argv) {
  (void)mallopt(M_MMAP_THRESHOLD, KEPT / 2);
  (void)mallopt(M_TRIM_THRESHOLD, KEPT);
  (void)mallopt(M_TOP_PAD, 1 << 20);
  return jl_cli_main(argc, argv);
}
