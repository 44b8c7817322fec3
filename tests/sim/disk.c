#include "tests/sim/disk.h"
#include <fcntl.h>
#include <ftw.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct memory_file { /* the world's memory */
  struct memory_file *next;
  char name[512];
  uint8_t *data, *synced;
  size_t size, capacity, synced_size;
  bool was_synced;
};
struct open_file {
  sqlite3_file base;
  struct memory_file *file;
};
static struct memory_file *files;
static char full_folder[512];
static int64_t full_until_us;

static struct memory_file *find(const char *name) {
  struct memory_file *f = files;
  while (f != NULL && strcmp(f->name, name) != 0) f = f->next;
  return f;
}
static void forget(struct memory_file *f) {
  for (struct memory_file **at = &files; *at != NULL; at = &(*at)->next)
    if (*at == f) {
      *at = f->next;
      break;
    }
  world_free(f->data);
  world_free(f->synced);
  world_free(f);
}
static bool is_full(const struct memory_file *f) {
  return full_until_us > world->now_us && strncmp(f->name, full_folder, strlen(full_folder)) == 0;
}

bool disk_has(const char *path) { return find(path) != NULL; }

/* ---- a file ---- */
static struct memory_file *file_of(sqlite3_file *f) { return ((struct open_file *)f)->file; }
static int on_close(sqlite3_file *f) { return (void)f, SQLITE_OK; }
static int on_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at) {
  const struct memory_file *m = file_of(f);
  size_t from = (size_t)at, size = (size_t)n, have = from < m->size ? m->size - from : 0;
  if (have > size) have = size;
  if (have > 0) memcpy(out, m->data + from, have);
  if (have == size) return SQLITE_OK;
  memset((uint8_t *)out + have, 0, size - have);
  return SQLITE_IOERR_SHORT_READ;
}
static int on_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 at) {
  struct memory_file *m = file_of(f);
  size_t end = (size_t)at + (size_t)n;
  if (is_full(m)) return SQLITE_FULL;
  effect();
  if (end > m->capacity) {
    m->data = world_resize(m->data, end * 2);
    memset(m->data + m->capacity, 0, end * 2 - m->capacity);
    m->capacity = end * 2;
  }
  memcpy(m->data + at, data, (size_t)n);
  if (end > m->size) m->size = end;
  return SQLITE_OK;
}
static int on_truncate(sqlite3_file *f, sqlite3_int64 size) {
  struct memory_file *m = file_of(f);
  effect();
  if ((size_t)size < m->size) {
    memset(m->data + size, 0, m->size - (size_t)size);
    m->size = (size_t)size;
  }
  return SQLITE_OK;
}
static int on_sync(sqlite3_file *f, int flags) {
  struct memory_file *m = file_of(f);
  (void)flags;
  effect();
  m->synced = world_resize(m->synced, m->size + 1);
  if (m->size > 0) memcpy(m->synced, m->data, m->size);
  m->synced_size = m->size;
  m->was_synced = true;
  return SQLITE_OK;
}
static int on_size(sqlite3_file *f, sqlite3_int64 *size) { return *size = (sqlite3_int64)file_of(f)->size, SQLITE_OK; }
static int on_lock(sqlite3_file *f, int level) { return (void)f, (void)level, SQLITE_OK; }
static int on_reserved(sqlite3_file *f, int *out) { return (void)f, *out = 0, SQLITE_OK; }
static int on_control(sqlite3_file *f, int op, void *argument) { return (void)f, (void)op, (void)argument, SQLITE_NOTFOUND; }
static int on_sector(sqlite3_file *f) { return (void)f, 512; }
static int on_traits(sqlite3_file *f) { return (void)f, 0; }
static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = on_close,
                                           .xRead = on_read,
                                           .xWrite = on_write,
                                           .xTruncate = on_truncate,
                                           .xSync = on_sync,
                                           .xFileSize = on_size,
                                           .xLock = on_lock,
                                           .xUnlock = on_lock,
                                           .xCheckReservedLock = on_reserved,
                                           .xFileControl = on_control,
                                           .xSectorSize = on_sector,
                                           .xDeviceCharacteristics = on_traits};

/* ---- the file system ---- */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out_flags) {
  struct memory_file *m = name == NULL ? NULL : find(name);
  (void)vfs;
  f->pMethods = NULL;
  if (m == NULL && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
  if (m == NULL) {
    effect();
    m = world_alloc(sizeof *m);
    m->next = files;
    snprintf(m->name, sizeof m->name, "%s", name == NULL ? "" : name);
    files = m;
  }
  ((struct open_file *)f)->file = m;
  f->pMethods = &methods;
  if (out_flags != NULL) *out_flags = flags;
  return SQLITE_OK;
}
static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  struct memory_file *m = find(name);
  (void)vfs, (void)sync;
  if (m == NULL) return SQLITE_IOERR_DELETE_NOENT;
  effect();
  forget(m);
  return SQLITE_OK;
}
static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
  (void)vfs, (void)flags;
  *out = find(name) != NULL;
  return SQLITE_OK;
}
static int vfs_path(sqlite3_vfs *vfs, const char *name, int n, char *out) {
  (void)vfs;
  snprintf(out, (size_t)n, "%s", name);
  return SQLITE_OK;
}
static int vfs_random(sqlite3_vfs *vfs, int n, char *out) {
  (void)vfs;
  memset(out, 7, (size_t)n);
  return n;
}
static int vfs_sleep(sqlite3_vfs *vfs, int us) { return (void)vfs, us; }
static int vfs_now(sqlite3_vfs *vfs, sqlite3_int64 *out) {
  (void)vfs;
  *out = INT64_C(210866760000000) + (WORLD_EPOCH_US + world->now_us) / 1000;
  return SQLITE_OK;
}
static int vfs_error(sqlite3_vfs *vfs, int n, char *out) { return (void)vfs, (void)n, (void)out, 0; }
static sqlite3_vfs vfs = {.iVersion = 2,
                          .szOsFile = sizeof(struct open_file),
                          .mxPathname = 500,
                          .zName = DISK_VFS,
                          .xOpen = vfs_open,
                          .xDelete = vfs_delete,
                          .xAccess = vfs_access,
                          .xFullPathname = vfs_path,
                          .xRandomness = vfs_random,
                          .xSleep = vfs_sleep,
                          .xGetLastError = vfs_error,
                          .xCurrentTimeInt64 = vfs_now};

/* ---- SQLite's memory is its process's ---- */
static void *memory_new(int n) {
  uint64_t *p = malloc((size_t)n + 16);
  if (p == NULL) return NULL;
  p[0] = (uint64_t)n;
  return p + 2;
}
static void memory_free(void *p) { free((uint64_t *)p - 2); }
static int memory_size(void *p) { return (int)((uint64_t *)p)[-2]; }
static void *memory_resize(void *p, int n) {
  uint64_t *more = realloc((uint64_t *)p - 2, (size_t)n + 16);
  if (more == NULL) return NULL;
  more[0] = (uint64_t)n;
  return more + 2;
}
static int memory_round(int n) { return (n + 7) & ~7; }
static int memory_begin(void *context) { return (void)context, SQLITE_OK; }
static void memory_end(void *context) { (void)context; }

void disk_set_up(void) {
  static const sqlite3_mem_methods memory = {memory_new,   memory_free,  memory_resize, memory_size,
                                             memory_round, memory_begin, memory_end,    NULL};
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_initialize();
  sqlite3_vfs_register(&vfs, 1); /* the default: its randomness is asked */
}

void disk_begin(void) {
  sqlite3_randomness(0, NULL);
  full_until_us = 0;
}
static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw) {
  (void)st, (void)kind, (void)ftw;
  return remove(path);
}
void disk_end(void) {
  char folder[300];
  snprintf(folder, sizeof folder, "%s/jalon", getenv("XDG_CONFIG_HOME"));
  (void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  while (files != NULL) forget(files);
}
void disk_power_off(const char *folder) {
  for (struct memory_file *f = files, *next; f != NULL; f = next) {
    next = f->next;
    if (strncmp(f->name, folder, strlen(folder)) != 0) continue;
    if (!f->was_synced) {
      forget(f);
      continue;
    }
    if (f->synced_size > f->capacity) f->data = world_resize(f->data, f->capacity = f->synced_size);
    if (f->synced_size > 0) memcpy(f->data, f->synced, f->synced_size);
    f->size = f->synced_size;
  }
}
static uint8_t *copy_of(const uint8_t *data, size_t size) {
  uint8_t *copy = world_alloc(size + 1);
  if (size > 0) memcpy(copy, data, size);
  return copy;
}
void disk_copy(const char *from, const char *to) {
  for (const struct memory_file *f = files; f != NULL; f = f->next) {
    if (strncmp(f->name, from, strlen(from)) != 0) continue;
    struct memory_file *copy = world_alloc(sizeof *copy); /* all of it is on the new disk for good */
    *copy = (struct memory_file){.next = files, .size = f->size, .capacity = f->size, .synced_size = f->size, .was_synced = true};
    snprintf(copy->name, sizeof copy->name, "%s%s", to, f->name + strlen(from));
    copy->data = copy_of(f->data, f->size);
    copy->synced = copy_of(f->data, f->size);
    files = copy;
  }
}
void disk_full(const char *folder, int64_t until_us) {
  snprintf(full_folder, sizeof full_folder, "%s", folder);
  full_until_us = until_us;
}

/* ---- what the client library does to real files: a lock and empty files that mark the others' places ---- */
int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_flock(int fd, int operation);

int __wrap_open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  unsigned mode = (flags & O_CREAT) != 0 ? va_arg(arguments, unsigned) : 0;
  va_end(arguments);
  int fd = __real_open(path, flags, mode);
  if (fd >= 0) process_owns(fd, true);
  return fd;
}
int __wrap_close(int fd) {
  process_owns(fd, false);
  return __real_close(fd);
}
/* One process has a folder at a time here, and a killed one's lock must not outlive it. */
int __wrap_flock(int fd, int operation) { return (void)fd, (void)operation, 0; }
