/* The disks of client machines: SQLite's files in the world's memory, so that a machine that loses power loses what was not
 * synced, and a process that is killed keeps what it wrote. */
#ifndef JL_SIM_DISK_H
#define JL_SIM_DISK_H
#include "tests/sim/world.h"

#define DISK_VFS "sim"
void disk_set_up(void); /* once, before SQLite is used */
void disk_begin(void);
void disk_end(void);
void disk_power_off(const char *folder);              /* what was not synced below it is gone */
bool disk_has(const char *path);                       /* a file of that name */
void disk_copy(const char *from, const char *to);     /* folders, as they are at this moment */
void disk_full(const char *folder, int64_t until_us); /* nothing can be written below it before */
#endif
