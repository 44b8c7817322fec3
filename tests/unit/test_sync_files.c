/* The files of the local copy: killed at any write, a full disk, damaged and foreign files, a read-only folder, no locks. The
 * writes are counted by a VFS that stands before SQLite's own. */
#include "tests/unit/sync_world.h"
#include "client/sync/local.h"
#include "client/sync/profile.h"
#include "tests/support/folder.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* ---- a VFS that counts what is written, and kills or fails at the n-th ---- */
enum fault { FAULT_NONE, FAULT_KILL, FAULT_FULL };
static enum fault fault;
static long fault_at, fault_count;
static sqlite3_vfs *below;
static sqlite3_vfs counting;
static sqlite3_io_methods methods;
struct counted {
  sqlite3_file base;
  sqlite3_file *file; /* behind the struct */
};
static sqlite3_file *file_of(sqlite3_file *f) { return ((struct counted *)f)->file; }
static int strike(void) {
  fault_count++;
  if (fault == FAULT_KILL && fault_count == fault_at) kill(getpid(), SIGKILL);
  return fault == FAULT_FULL && fault_count >= fault_at ? SQLITE_FULL : SQLITE_OK;
}
static int c_close(sqlite3_file *f) { return file_of(f)->pMethods->xClose(file_of(f)); }
static int c_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) { return file_of(f)->pMethods->xRead(file_of(f), p, n, at); }
static int c_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
  int code = strike();
  return code != SQLITE_OK ? code : file_of(f)->pMethods->xWrite(file_of(f), p, n, at);
}
static int c_truncate(sqlite3_file *f, sqlite3_int64 size) {
  (void)strike();
  return file_of(f)->pMethods->xTruncate(file_of(f), size);
}
static int c_sync(sqlite3_file *f, int flags) {
  (void)strike();
  return file_of(f)->pMethods->xSync(file_of(f), flags);
}
static int c_size(sqlite3_file *f, sqlite3_int64 *size) { return file_of(f)->pMethods->xFileSize(file_of(f), size); }
static int c_lock(sqlite3_file *f, int n) { return file_of(f)->pMethods->xLock(file_of(f), n); }
static int c_unlock(sqlite3_file *f, int n) { return file_of(f)->pMethods->xUnlock(file_of(f), n); }
static int c_reserved(sqlite3_file *f, int *out) { return file_of(f)->pMethods->xCheckReservedLock(file_of(f), out); }
static int c_control(sqlite3_file *f, int op, void *arg) { return file_of(f)->pMethods->xFileControl(file_of(f), op, arg); }
static int c_sector(sqlite3_file *f) { return file_of(f)->pMethods->xSectorSize(file_of(f)); }
static int c_device(sqlite3_file *f) { return file_of(f)->pMethods->xDeviceCharacteristics(file_of(f)); }
static int c_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out) {
  struct counted *c = (struct counted *)f;
  (void)vfs;
  c->file = (sqlite3_file *)(c + 1);
  int code = below->xOpen(below, name, c->file, flags, out);
  c->base.pMethods = code == SQLITE_OK ? &methods : NULL;
  return code;
}
static int c_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  (void)vfs;
  (void)strike();
  return below->xDelete(below, name, sync);
}
static void register_vfs(void) {
  below = sqlite3_vfs_find(NULL);
  counting = *below;
  counting.zName = "counting";
  counting.szOsFile = (int)sizeof(struct counted) + below->szOsFile;
  counting.xOpen = c_open;
  counting.xDelete = c_delete;
  methods = (sqlite3_io_methods){.iVersion = 1,
                                 .xClose = c_close,
                                 .xRead = c_read,
                                 .xWrite = c_write,
                                 .xTruncate = c_truncate,
                                 .xSync = c_sync,
                                 .xFileSize = c_size,
                                 .xLock = c_lock,
                                 .xUnlock = c_unlock,
                                 .xCheckReservedLock = c_reserved,
                                 .xFileControl = c_control,
                                 .xSectorSize = c_sector,
                                 .xDeviceCharacteristics = c_device};
  assert_int_equal(sqlite3_vfs_register(&counting, 0), SQLITE_OK);
}

static bool whole(struct jl_sql *s) {
  struct jl_error err;
  sqlite3_stmt *q = jl_sql(s, "PRAGMA integrity_check", &err);
  bool ok = q != NULL && jl_sql_step(s, q, &err) == 1 && strcmp((const char *)sqlite3_column_text(q, 0), "ok") == 0;
  sqlite3_reset(q);
  return ok;
}

/* ---- a session that writes both files, step by step ---- */
static void session(struct device *d, int told) {
  struct jl_id id = fx_id(7000);
  struct fx *f = d->w->f;
  struct draft action = fx_action(f, "A");
  fx_begin(f);
  fx_create(f, &action, id);
  (void)device_put(d);
  (void)!write(told, "1", 1); /* kept: this must be there after a kill */
  put_count(d, id, 1);
  (void)!write(told, "2", 1);
  device_follow(d, false);
  device_up(d);
  device_run(d);
  (void)!write(told, "3", 1);
  put_count(d, id, 2);
  (void)!write(told, "4", 1);
  device_run(d);
}

static void killed_at_any_write(void **state) {
  long n = 1;
  for (bool over = false; !over; n += n < 120 ? 1 : 3) {
    struct world *w = malloc(sizeof *w);
    struct device d = {.w = w};
    int pipes[2], status = 0;
    char acknowledged[8] = "";
    world_start(w, *state);
    d.to_device_end = &d.to_device;
    snprintf(d.folder, sizeof d.folder, "/tmp/jalon-device.XXXXXX");
    assert_non_null(mkdtemp(d.folder));
    assert_int_equal(pipe(pipes), 0);
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
      fault = FAULT_KILL;
      fault_at = n;
      fault_count = 0;
      device_files(&d, "counting");
      session(&d, pipes[1]);
      _exit(0);
    }
    close(pipes[1]);
    ssize_t got = read(pipes[0], acknowledged, 1);
    for (char next; got == 1 && read(pipes[0], &next, 1) == 1;) acknowledged[0] = next;
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    over = WIFEXITED(status);
    assert_true(over || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
    device_files(&d, NULL); /* opens, rolls back what was half done */
    assert_true(whole(&d.outbox.sql));
    assert_true(whole(&d.base.sql));
    struct jl_arena *a = jl_arena_new(16U << 20);
    struct jl_entry *entries;
    size_t count;
    struct jl_error err = {0};
    assert_true(jl_outbox_list(&d.outbox, NULL, UINT32_MAX, a, &entries, &count, &err));
    size_t promised = acknowledged[0] == '4' ? 3 : acknowledged[0] >= '2' ? 2 : acknowledged[0] == '1' ? 1 : 0;
    assert_true(count >= promised && count <= promised + 1);
    if (acknowledged[0] >= '3') assert_true(entries[0].state == JL_OUTBOX_DONE && entries[1].state == JL_OUTBOX_DONE);
    struct jl_base_space s;
    assert_true(jl_base_find(&d.base, &w->f->plan, &s, &err));
    struct jl_replica *replica = jl_base_load(&d.base, &s, &err);
    assert_non_null(replica);
    /* The child's server is gone with it; here only the form is looked at: records of a position, all or none. */
    assert_true(s.live.number == 0 ? jl_replica_count(replica) == 0 : jl_replica_count(replica) >= 1);
    jl_replica_free(replica);
    jl_arena_free(a);
    device_end(&d);
    free(w);
  }
  assert_true(n > 60); /* there were that many writes */
}

/* From the n-th write on the disk is full: an edit is refused with a clear error, nothing is half done, and it works again later. */
static void full_disk(void **state) {
  for (long n = 1; n < 40; n++) {
    struct world *w = malloc(sizeof *w);
    struct device d = {.w = w};
    struct jl_error err = {0};
    struct jl_outbox_counts before, after;
    world_start(w, *state);
    fault = FAULT_NONE;
    d.to_device_end = &d.to_device;
    snprintf(d.folder, sizeof d.folder, "/tmp/jalon-device.XXXXXX");
    assert_non_null(mkdtemp(d.folder));
    device_files(&d, "counting");
    struct jl_id id = put_action(&d, "A", NULL);
    (void)id;
    assert_true(jl_outbox_counts(&d.outbox, &before, &err));
    struct fx *f = w->f;
    struct draft action = fx_action(f, "B");
    fx_begin(f);
    fx_create(f, &action, fx_id(7001));
    f->group.group_id = fx_pb_id(f, jl_id_random());
    struct jl_outbox_new in = {.group = &f->group, .now_us = w->now_us};
    struct jl_entry entry;
    fault = FAULT_FULL;
    fault_count = 0;
    fault_at = n;
    bool put = jl_engine_put(d.engine, &in, &entry, &err);
    fault = FAULT_NONE;
    if (!put) {
      assert_int_equal(err.code, JL_E_UNAVAILABLE);
      assert_non_null(strstr(err.message, "full"));
    }
    struct jl_error ignored;
    assert_true(jl_outbox_counts(&d.outbox, &after, &ignored));
    assert_int_equal(after.queued, before.queued + put);
    assert_true(whole(&d.outbox.sql));
    put_action(&d, "C", NULL);
    device_follow(&d, false);
    device_up(&d);
    device_run(&d);
    device_same(&d);
    device_end(&d);
    free(w);
    if (put) return;
  }
  fail();
}

/* ---- the folder ---- */
static char home[64];
static int flock_answer; /* errno that flock gives; 0: none */
int flock(int fd, int operation) {
  if (flock_answer != 0) {
    errno = flock_answer;
    return -1;
  }
  struct flock lock = {.l_type = (short)((operation & LOCK_UN) != 0 ? F_UNLCK : F_WRLCK), .l_whence = SEEK_SET};
  int result = fcntl(fd, F_OFD_SETLK, &lock);
  if (result != 0 && errno == EAGAIN) errno = EWOULDBLOCK;
  return result;
}
static struct jl_profile *profile_of_test(void) {
  struct jl_error err = {0};
  char data[100];
  snprintf(home, sizeof home, "/tmp/jalon-files.XXXXXX");
  assert_non_null(mkdtemp(home));
  snprintf(data, sizeof data, "%s/data", home);
  setenv("XDG_CONFIG_HOME", home, 1);
  setenv("XDG_DATA_HOME", data, 1);
  struct jl_profile *p = jl_profile_open(NULL, &err);
  assert_non_null(p);
  struct jl_profile_identity *id = jl_profile_identity(p);
  snprintf(id->account, sizeof id->account, "paul/2");
  id->server_id = fx_id(77);
  id->organisation = fx_id(8000);
  return p;
}
static void file_of_test(const char *name, char out[200]) {
  char id[JL_ID_TEXT_SIZE], hex[33];
  size_t n = 0;
  struct jl_id server = fx_id(77);
  jl_id_format(&server, id);
  for (const char *c = id; *c != '\0'; c++)
    if (*c != '-') hex[n++] = *c;
  hex[n] = '\0';
  snprintf(out, 200, "%s/data/jalon/%s-paul%%2f2-00000000/%s", home, hex, name);
}
static void forget_home(void) {
  assert_true(folder_remove(home));
}

static void one_at_a_time(void **state) {
  (void)state;
  struct jl_error err = {0};
  struct jl_profile *p = profile_of_test();
  struct jl_local *first = jl_local_new(p, &err), *second = jl_local_new(p, &err);
  char path[200];
  struct stat st;
  assert_true(jl_local_open(first, 0, &err));
  assert_int_equal(jl_local_mode(first), JL_LOCAL_OPEN);
  file_of_test("outbox.db", path);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  file_of_test("", path);
  assert_int_equal(stat(path, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0700);
  assert_false(jl_local_open(second, 20, &err));
  assert_int_equal(err.code, JL_E_UNAVAILABLE);
  assert_int_equal(err.args[1].number, getpid()); /* who has it */
  jl_local_close(first);
  assert_true(jl_local_open(second, 0, &err));
  jl_local_free(first);
  jl_local_free(second);
  jl_profile_free(p);
  forget_home();
}

static void no_locks(void **state) {
  (void)state;
  struct jl_error err = {0};
  struct jl_profile *p = profile_of_test();
  struct jl_local *l = jl_local_new(p, &err);
  flock_answer = ENOLCK;
  assert_true(jl_local_open(l, 0, &err));
  flock_answer = 0;
  assert_int_equal(jl_local_mode(l), JL_LOCAL_ONLINE_ONLY);
  assert_int_equal(jl_local_note(l)->code, JL_E_UNAVAILABLE);
  jl_local_free(l);
  jl_profile_free(p);
  forget_home();
}

static void overwrite(const char *name, off_t at, const void *data, size_t size) {
  char path[200];
  file_of_test(name, path);
  int fd = open(path, O_WRONLY);
  assert_true(fd >= 0);
  assert_int_equal(pwrite(fd, data, size, at), (ssize_t)size);
  close(fd);
}
static void make_both(struct jl_local *l) {
  struct jl_error err = {0};
  assert_true(jl_local_open(l, 0, &err));
  assert_non_null(jl_local_base(l, &err));
  jl_local_close(l);
}

static void damaged_and_foreign(void **state) {
  (void)state;
  struct jl_error err = {0};
  struct jl_profile *p = profile_of_test();
  struct jl_local *l = jl_local_new(p, &err);
  static const char garbage[4096] = "this is no database";
  char path[200];
  struct stat before, after;
  make_both(l);
  /* The replica is thrown away and made anew. */
  overwrite("replica.db", 0, garbage, sizeof garbage);
  assert_true(jl_local_open(l, 0, &err));
  assert_non_null(jl_local_base(l, &err));
  assert_int_equal(jl_local_note(l)->code, JL_E_INVALID);
  jl_local_close(l);
  make_both(l);
  /* An older form of it as well, a newer one is left alone. */
  uint8_t version[4] = {0, 0, 0, 0};
  overwrite("replica.db", 60, version, 4);
  assert_true(jl_local_open(l, 0, &err));
  assert_non_null(jl_local_base(l, &err));
  jl_local_close(l);
  version[3] = 99;
  overwrite("replica.db", 60, version, 4);
  assert_true(jl_local_open(l, 0, &err));
  assert_null(jl_local_base(l, &err));
  assert_int_equal(err.code, JL_E_UPGRADE_REQUIRED);
  jl_local_close(l);
  version[3] = JL_BASE_VERSION;
  overwrite("replica.db", 60, version, 4);
  /* The outbox: newer is refused and not touched, damaged is refused and kept. */
  version[3] = 99;
  overwrite("outbox.db", 60, version, 4);
  file_of_test("outbox.db", path);
  assert_int_equal(stat(path, &before), 0);
  assert_false(jl_local_open(l, 0, &err));
  assert_int_equal(err.code, JL_E_UPGRADE_REQUIRED);
  /* Where an older one cannot be written it is not brought up to date, and nobody is told that nothing waits. */
  struct jl_outbox o;
  struct jl_id replica = jl_id_random();
  bool made;
  version[3] = JL_OUTBOX_VERSION - 1;
  overwrite("outbox.db", 60, version, 4);
  assert_int_equal(stat(path, &before), 0);
  assert_false(jl_outbox_open(&o, path, NULL, true, &replica, &made, &err));
  assert_int_equal(err.code, JL_E_UNSUPPORTED);
  assert_int_equal(stat(path, &after), 0);
  assert_true(before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
  version[3] = JL_OUTBOX_VERSION;
  overwrite("outbox.db", 60, version, 4);
  assert_true(jl_local_open(l, 0, &err));
  jl_local_close(l);
  overwrite("outbox.db", 4096, garbage, sizeof garbage);
  assert_int_equal(stat(path, &before), 0);
  assert_false(jl_local_open(l, 0, &err));
  assert_int_equal(err.code, JL_E_INVALID);
  assert_non_null(strstr(err.hint, "recover"));
  assert_int_equal(stat(path, &after), 0);
  assert_true(before.st_ino == after.st_ino && before.st_size == after.st_size && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
  /* A link in the place of a file is not followed. */
  assert_int_equal(unlink(path), 0);
  assert_int_equal(symlink("/tmp/elsewhere", path), 0);
  assert_false(jl_local_open(l, 0, &err));
  jl_local_free(l);
  jl_profile_free(p);
  forget_home();
}

int main(void) {
  register_vfs();
  const struct CMUnitTest tests[] = {
      FX_TEST(killed_at_any_write),     FX_TEST(full_disk),     cmocka_unit_test(one_at_a_time),
      cmocka_unit_test(no_locks),       cmocka_unit_test(damaged_and_foreign),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
