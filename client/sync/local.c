/* The folder of the local copy: who may use it, and in which state it is found. */
#include "client/sync/hints.h"
#include "client/sync/profile.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TELL_AFTER_US INT64_C(1000000)
#define LOOK_EVERY_US 10000
#define SIGN_EVERY_US 200000
#define SIGN_LASTS_US INT64_C(30000000) /* who has given a sign may be silent for so long: a large copy changes places in one go */
#define MOVES_MAX 8 /* times that the folder is looked for again because another program has moved it */

struct jl_local *jl_local_new(struct jl_profile *profile, struct jl_error *err) {
  const struct jl_profile_identity *id = jl_profile_identity(profile);
  struct jl_local *l = NULL;
  if (id->account[0] == '\0' || jl_id_is_zero(&id->server_id)) {
    (void)jl_fail(err, JL_E_UNAUTHENTICATED, JL_MSG("profile {1} is not logged in"), JL_MSG("run jalon login ACCOUNT --server ADDRESS"),
                  jl_arg_text(id->name));
    return NULL;
  }
  l = calloc(1, sizeof *l);
  if (l == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return NULL;
  }
  l->profile = profile;
  l->lock_fd = -1;
  if (jl_folder_data(l->data, sizeof l->data) && jl_folder_find(id, l->data, &l->folder)) return l;
  free(l);
  (void)jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("there is no place for the local copy"), JL_MSG("set HOME or XDG_DATA_HOME to an absolute folder"));
  return NULL;
}

void jl_local_free(struct jl_local *l) {
  if (l == NULL) return;
  jl_local_close(l);
  free(l);
}

void jl_local_on_wait(struct jl_local *l, void (*waiting)(void *context, int64_t process), void *context) {
  l->waiting = waiting;
  l->waiting_context = context;
}

enum jl_local_mode jl_local_mode(const struct jl_local *l) { return l->mode; }
const struct jl_error *jl_local_note(const struct jl_local *l) { return &l->note; }

static void path_of(const struct jl_local *l, const char *name, char out[4096]) { snprintf(out, 4096, "%s/%s", l->folder.path, name); }

bool jl_local_is_there(const struct jl_local *l) {
  char path[4096];
  struct stat st;
  path_of(l, "outbox.db", path);
  return l->mode != JL_LOCAL_CLOSED || l->folder.former[0] != '\0' || lstat(path, &st) == 0;
}

/* ---- the lock ---- */
static bool make_folders(char *folder) {
  for (char *slash = folder + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
    *slash = '\0';
    bool made = mkdir(folder, 0700) == 0 || errno == EEXIST;
    *slash = '/';
    if (!made) return false;
  }
  return mkdir(folder, 0700) == 0 || errno == EEXIST;
}

static bool folder_error(const struct jl_local *l, struct jl_error *err) {
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the folder of the local copy {1} cannot be used: {2}"),
                 JL_MSG("check its owner and rights, or set XDG_DATA_HOME"), jl_arg_text(l->folder.path), jl_arg_text(strerror(errno)));
}

/* A folder that others may look into or that is somebody else's is none for this. */
static bool folder_is_ours(const char *folder, const struct jl_local *l, struct jl_error *err) {
  struct stat st;
  if (lstat(folder, &st) != 0) return folder_error(l, err);
  if (S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 077) == 0) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("{1} must be a folder that only you can look into"), JL_MSG("chmod 700 it, and check its owner"),
                 jl_arg_text(folder));
}

static int64_t owner_of(int fd) {
  char text[32] = "";
  ssize_t n = pread(fd, text, sizeof text - 1, 0);
  return n > 0 ? strtoll(text, NULL, 10) : 0;
}

static void write_owner(int fd) {
  char text[32];
  int n = snprintf(text, sizeof text, "%" PRId64 "\n", (int64_t)getpid());
  if (ftruncate(fd, 0) == 0) (void)!pwrite(fd, text, (size_t)n, 0); /* only a courtesy to who waits */
}

/* ---- waiting for it ---- */
/* Who waits has "wanted" for that long, with others who wait. It can be made wherever the lock can; without it nobody gives way. */
static int want(const char *folder) {
  char path[4096];
  snprintf(path, sizeof path, "%s/wanted", folder);
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0) (void)flock(fd, LOCK_SH); /* who looks has it alone only for a moment */
  return fd;
}

bool jl_local_is_wanted(const struct jl_local *l) {
  char path[4096];
  path_of(l, "wanted", path);
  int fd = l->lock_fd < 0 ? -1 : open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  bool wanted = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (fd >= 0) close(fd);
  return wanted;
}

void jl_local_sign(struct jl_local *l) {
  int64_t now_us = jl_monotonic_us();
  if (l->lock_fd < 0 || now_us - l->signed_us < SIGN_EVERY_US) return;
  l->signed_us = now_us;
  (void)futimens(l->lock_fd, NULL);
}

/* When who has the lock gave its last sign; 0: not known. */
static int64_t sign_of(int fd) {
  struct stat st;
  return fstat(fd, &st) != 0 ? 0 : st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
}

enum lock { LOCK_TAKEN, LOCK_READ_ONLY, LOCK_IMPOSSIBLE, LOCK_FAILED };

static bool busy(const struct jl_local *l, int64_t process, struct jl_error *err) {
  if (process == 0)
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("another program is using the local copy {1}"), JL_MSG("wait for it"), jl_arg_text(l->folder.path));
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("another jalon (process {2}) is using the local copy {1}"), JL_MSG("wait for it"),
                 jl_arg_text(l->folder.path), jl_arg_revision((uint64_t)process));
}

static enum lock wait_for_lock(struct jl_local *l, int fd, uint32_t wait_ms, struct jl_error *err) {
  int64_t start_us = jl_monotonic_us(), end_us = start_us + (int64_t)wait_ms * 1000, sign = sign_of(fd);
  bool told = false;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP || errno == EINVAL ? LOCK_IMPOSSIBLE : LOCK_FAILED;
    int64_t now_us = jl_monotonic_us(), last = sign_of(fd);
    if (last != sign && wait_ms > 0) end_us = now_us + SIGN_LASTS_US; /* it gets on */
    sign = last;
    if (now_us >= end_us) {
      (void)busy(l, owner_of(fd), err);
      return LOCK_FAILED;
    }
    if (!told && now_us - start_us >= TELL_AFTER_US && l->waiting != NULL) {
      told = true;
      l->waiting(l->waiting_context, owner_of(fd));
    }
    usleep(LOOK_EVERY_US);
  }
  return LOCK_TAKEN;
}

/* A lock that is free needs no "wanted". */
static enum lock wait_wanting(struct jl_local *l, const char *folder, int fd, uint32_t wait_ms, struct jl_error *err) {
  if (wait_ms == 0 || flock(fd, LOCK_EX | LOCK_NB) == 0) return wait_for_lock(l, fd, wait_ms, err);
  int wanted = want(folder);
  enum lock result = wait_for_lock(l, fd, wait_ms, err);
  if (wanted >= 0) close(wanted);
  return result;
}

static enum lock lock_folder(struct jl_local *l, char *folder, uint32_t wait_ms, struct jl_error *err) {
  char path[4096];
  if (!make_folders(folder)) {
    if (errno == EROFS || errno == EACCES) return LOCK_READ_ONLY;
    (void)folder_error(l, err);
    return LOCK_FAILED;
  }
  if (!folder_is_ours(folder, l, err)) return LOCK_FAILED;
  snprintf(path, sizeof path, "%s/lock", folder);
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    if (errno == EROFS || errno == EACCES) return LOCK_READ_ONLY;
    (void)folder_error(l, err);
    return LOCK_FAILED;
  }
  enum lock result = wait_wanting(l, folder, fd, wait_ms, err);
  if (result == LOCK_TAKEN) {
    l->lock_fd = fd;
    return result;
  }
  close(fd);
  if (result == LOCK_FAILED && err->code == JL_E_OK) (void)folder_error(l, err);
  return result;
}

/* Another program may have taken the folder over while its lock was waited for: the lock went with it. */
static bool lock_is_in(const char *folder, int fd) {
  char path[4096];
  struct stat there, ours;
  snprintf(path, sizeof path, "%s/lock", folder);
  return lstat(path, &there) == 0 && fstat(fd, &ours) == 0 && there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}

static enum lock take_lock(struct jl_local *l, uint32_t wait_ms, struct jl_error *err) {
  for (int i = 0; i < MOVES_MAX; i++) {
    struct jl_folder *f = &l->folder;
    struct jl_folder at;
    const struct jl_profile_identity *id = jl_profile_identity(l->profile);
    if (id->account[0] != '\0' && jl_folder_find(id, l->data, &at)) *f = at; /* it may have moved, or the account's id may be known by now */
    char *folder = f->former[0] != '\0' ? f->former : f->path;
    enum lock result = lock_folder(l, folder, wait_ms, err);
    if (result == LOCK_FAILED) return result;
    if (result != LOCK_TAKEN) { /* nothing can be renamed */
      memmove(f->path, folder, strlen(folder) + 1);
      f->former[0] = '\0';
      return result;
    }
    if (lock_is_in(folder, l->lock_fd) && (f->former[0] == '\0' || jl_folder_take_over(f))) {
      write_owner(l->lock_fd);
      return result;
    }
    close(l->lock_fd);
    l->lock_fd = -1;
  }
  (void)busy(l, 0, err);
  return LOCK_FAILED;
}

/* ---- opening ---- */
static bool open_outbox(struct jl_local *l, struct jl_error *err) {
  char path[4096];
  bool made = false, memory = l->mode == JL_LOCAL_ONLINE_ONLY, read_only = l->mode == JL_LOCAL_READ_ONLY;
  struct jl_id replica = jl_profile_identity(l->profile)->replica, fresh = jl_id_random();
  path_of(l, "outbox.db", path);
  if (read_only && !jl_outbox_open(&l->outbox, path, l->vfs, true, &replica, &made, err)) {
    if (err->code != JL_E_UNAVAILABLE && err->code != JL_E_NOT_FOUND) return false;
    memory = true; /* there is none yet: an empty one that nothing can be put into */
  }
  if (memory || !read_only) {
    if (!jl_outbox_open(&l->outbox, memory ? ":memory:" : path, l->vfs, false, memory && !read_only ? &fresh : &replica, &made, err)) return false;
  }
  l->outbox.read_only = read_only;
  if (l->mode == JL_LOCAL_OPEN && !jl_outbox_trim(&l->outbox, jl_now_utc_us(), err)) {
    jl_outbox_close(&l->outbox);
    return false;
  }
  jl_profile_identity(l->profile)->replica = l->outbox.replica; /* what this account writes as, from here */
  return true;
}

bool jl_local_open(struct jl_local *l, uint32_t wait_ms, struct jl_error *err) {
  if (l->mode != JL_LOCAL_CLOSED) return true;
  l->note = (struct jl_error){0};
  err->code = JL_E_OK;
  switch (take_lock(l, wait_ms, err)) {
  case LOCK_TAKEN:
    l->mode = JL_LOCAL_OPEN;
    break;
  case LOCK_READ_ONLY:
    l->mode = JL_LOCAL_READ_ONLY;
    (void)jl_fail(&l->note, JL_E_UNAVAILABLE, JL_MSG("the local copy {1} cannot be written: edits are not possible, and what is read may be old"),
                  JL_MSG("check the folder's owner and rights, or set XDG_DATA_HOME"), jl_arg_text(l->folder.path));
    break;
  case LOCK_IMPOSSIBLE:
    l->mode = JL_LOCAL_ONLINE_ONLY;
    (void)jl_fail(&l->note, JL_E_UNAVAILABLE, JL_MSG("the file system of {1} cannot lock files: nothing is kept there, and jalon works only with the server"),
                  JL_MSG("set XDG_DATA_HOME to a folder on a local disk"), jl_arg_text(l->folder.path));
    break;
  case LOCK_FAILED:
    return false;
  }
  if (l->mode == JL_LOCAL_OPEN) jl_hints_take(l);
  if (open_outbox(l, err)) return true;
  jl_local_close(l);
  return false;
}

static void remove_base(const struct jl_local *l) {
  char path[4096];
  path_of(l, "replica.db", path);
  (void)unlink(path);
  path_of(l, "replica.db-journal", path);
  (void)unlink(path);
}

bool jl_local_mend(struct jl_local *l) {
  if (!l->base_open || l->base.sql.trouble != JL_SQL_DAMAGED) return false;
  jl_base_close(&l->base);
  l->base_open = false;
  if (l->mode == JL_LOCAL_OPEN) remove_base(l);
  (void)jl_fail(&l->note, JL_E_INVALID, JL_MSG("the local copy was damaged and is fetched anew"), NULL);
  return true;
}

void jl_local_close(struct jl_local *l) {
  (void)jl_local_mend(l);
  jl_hints_leave(l);
  if (l->base_open) jl_base_close(&l->base);
  l->base_open = false;
  if (l->outbox.sql.db != NULL) jl_outbox_close(&l->outbox);
  if (l->lock_fd >= 0) close(l->lock_fd);
  l->lock_fd = -1;
  l->mode = JL_LOCAL_CLOSED;
}

struct jl_base *jl_local_base(struct jl_local *l, struct jl_error *err) {
  char path[4096];
  (void)jl_local_mend(l);
  if (l->base_open) return &l->base;
  path_of(l, "replica.db", path);
  uint64_t generation = l->base.generation + 1;
  if (!jl_base_open(&l->base, l->mode == JL_LOCAL_ONLINE_ONLY ? ":memory:" : path, l->vfs, l->mode == JL_LOCAL_READ_ONLY, err)) {
    if (l->mode == JL_LOCAL_READ_ONLY)
      (void)jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no local copy here that could be read"), JL_MSG("run it once with the server at hand"));
    l->base.generation = generation;
    return NULL;
  }
  l->base.generation = generation;
  if (l->base.remade) (void)jl_fail(&l->note, JL_E_INVALID, JL_MSG("the local copy was damaged or of an older version, and is fetched anew"), NULL);
  l->base_open = true;
  return &l->base;
}

/* ---- what it holds ---- */
int64_t jl_local_heard_us(const struct jl_local *l) {
  struct jl_local *mine; /* opening the base late is no change that anybody can see */
  struct jl_error ignored;
  memcpy(&mine, &l, sizeof mine);
  struct jl_base *base = jl_local_base(mine, &ignored);
  return base == NULL ? 0 : jl_base_number(base, "heard_us", 0);
}

static const char *plan_title(struct jl_base *base, const struct jl_base_space *s, struct jl_arena *a);

static bool count_groups(struct jl_local *l, const struct jl_id *space, struct jl_local_space *out, struct jl_arena *a, struct jl_error *err) {
  struct jl_entry *entries;
  size_t n;
  if (!jl_outbox_list(&l->outbox, space, ~(1U << JL_OUTBOX_DONE), a, &entries, &n, err)) return false;
  for (size_t i = 0; i < n; i++) {
    out->waiting += entries[i].state == JL_OUTBOX_QUEUED || entries[i].state == JL_OUTBOX_SENT;
    out->refused += entries[i].state == JL_OUTBOX_REFUSED;
    out->parked += entries[i].state == JL_OUTBOX_PARKED;
  }
  return true;
}

bool jl_local_spaces(struct jl_local *l, struct jl_arena *a, const struct jl_local_space **ret_spaces, size_t *ret_n, struct jl_error *err) {
  struct jl_base *base = jl_local_base(l, err);
  struct jl_base_space *known;
  struct jl_id *written;
  size_t n, written_count, count = 0;
  if (base == NULL) return false;
  if (!jl_base_spaces(base, a, &known, &n, err) || !jl_outbox_spaces(&l->outbox, ~(1U << JL_OUTBOX_DONE), a, &written, &written_count, err))
    return false;
  struct jl_local_space *list = jl_arena_array(a, n + written_count + 1, sizeof *list);
  if (list == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  for (size_t i = 0; i < n; i++) {
    const struct jl_base_space *s = &known[i];
    list[count++] = (struct jl_local_space){.space = s->id,
                                            .kind = (uint32_t)s->kind,
                                            .title = plan_title(base, s, a),
                                            .epoch = s->live.position.epoch,
                                            .revision = s->live.position.revision,
                                            .head = s->head,
                                            .as_of_us = s->as_of_us,
                                            .fetching = s->shadow.number != 0};
  }
  for (size_t i = 0; i < written_count; i++) {
    bool listed = false;
    for (size_t k = 0; k < n; k++) listed = listed || jl_id_equal(&known[k].id, &written[i]);
    if (!listed) list[count++] = (struct jl_local_space){.space = written[i], .title = ""};
  }
  for (size_t i = 0; i < count; i++)
    if (!count_groups(l, &list[i].space, &list[i], a, err)) return false;
  *ret_spaces = list;
  *ret_n = count;
  return true;
}

bool jl_local_sections(struct jl_local *l, const struct jl_id *space, struct jl_section_at ret_sections[16], size_t *ret_n, uint64_t *ret_revision,
                       struct jl_error *err) {
  struct jl_base *base = jl_local_base(l, err);
  struct jl_base_space s;
  *ret_n = 0;
  if (base == NULL || !jl_base_find(base, space, &s, err)) return false;
  if (s.number == 0 || s.live.number == 0) return true;
  *ret_revision = s.live.position.revision;
  for (uint32_t i = 1; i < JL_SECTIONS; i++) {
    const struct jl_section_position *at = &s.live.position.sections[i];
    if (at->revision == 0 || (s.live.sections >> i & 1) == 0) continue;
    struct jl_section_at *to = &ret_sections[(*ret_n)++];
    *to = (struct jl_section_at){.section = i, .revision = at->revision};
    memcpy(to->chain, at->chain, sizeof to->chain);
  }
  return true;
}

static const char *plan_title(struct jl_base *base, const struct jl_base_space *s, struct jl_arena *a) {
  struct jl_error ignored;
  struct jl_record *plan = NULL;
  const char *title = NULL;
  if (s->kind != JL_SPACE_PLAN || !jl_base_record(base, &s->live, &s->id, &plan, &ignored) || plan == NULL) return "";
  const struct jl_field *field = plan->type == NULL ? NULL : jl_title_field(plan->type);
  struct jl_value value;
  if (field != NULL && jl_record_get(plan->body, field, &value)) title = jl_arena_strndup(a, (const char *)value.text.data, value.text.size);
  jl_record_release(plan);
  return title == NULL ? "" : title;
}

bool jl_local_forget_space(struct jl_local *l, const struct jl_id *space, struct jl_error *err) {
  struct jl_base *base = jl_local_base(l, err);
  if (base == NULL || !jl_sql_begin(&base->sql, err)) return false;
  if (jl_base_forget(base, space, err)) return jl_sql_commit(&base->sql, err);
  jl_sql_rollback(&base->sql);
  return false;
}

bool jl_local_given(struct jl_local *l, uint32_t type, uint64_t provisional, struct jl_id *ret_space, struct jl_id *ret_record,
                    uint64_t *ret_number) {
  return jl_outbox_given(&l->outbox, type, provisional, ret_space, ret_record, ret_number);
}
bool jl_local_erased(struct jl_local *l, struct jl_arena *a, const struct jl_erased_edit **ret_edits, size_t *ret_n, struct jl_error *err) {
  return jl_outbox_gone(&l->outbox, a, ret_edits, ret_n, err);
}
bool jl_local_erased_told(struct jl_local *l, struct jl_error *err) { return jl_outbox_gone_told(&l->outbox, err); }
bool jl_local_counts(struct jl_local *l, struct jl_outbox_counts *ret_counts, struct jl_error *err) {
  return jl_outbox_counts(&l->outbox, ret_counts, err);
}
uint64_t jl_local_last_own(struct jl_local *l, const struct jl_id *space) { return jl_outbox_last_own(&l->outbox, space); }

static bool may_write(const struct jl_local *l, struct jl_error *err) {
  if (l->mode == JL_LOCAL_OPEN || l->mode == JL_LOCAL_ONLINE_ONLY) return true;
  *err = l->note;
  return false;
}
bool jl_local_resolve(struct jl_local *l, uint64_t id, const struct jl_resolution *resolution, uint64_t *ret_id, struct jl_error *err) {
  return may_write(l, err) && jl_outbox_resolve(&l->outbox, id, resolution, ret_id, err);
}
bool jl_local_drop(struct jl_local *l, uint64_t id, bool with_dependents, struct jl_error *err) {
  return may_write(l, err) && jl_outbox_drop(&l->outbox, id, with_dependents, err);
}
