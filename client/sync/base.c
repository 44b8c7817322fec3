#include "client/sync/base.h"
#include "common/base/limits.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CACHE_KIB 32768
#define TO_SWEEP "to sweep" /* committed with what was deleted for good, so that whoever opens the file next sweeps it if nobody came to it */
#define SECTION_SIZE (8 + JL_CHAIN_SIZE)
#define SECTIONS_SIZE (JL_SECTIONS * SECTION_SIZE)

static const char schema[] =
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE space (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, kind INTEGER NOT NULL,"
    " live INTEGER NOT NULL, epoch INTEGER NOT NULL, revision INTEGER NOT NULL, sections BLOB NOT NULL,"
    " head INTEGER NOT NULL, as_of_us INTEGER NOT NULL,"
    " shadow INTEGER NOT NULL, shadow_epoch INTEGER NOT NULL, shadow_revision INTEGER NOT NULL, shadow_sections BLOB NOT NULL,"
    " shadow_cursor BLOB NOT NULL, shadow_whole INTEGER NOT NULL, whole_at INTEGER NOT NULL,"
    " shadow_count INTEGER NOT NULL, shadow_total INTEGER NOT NULL, shadow_origin INTEGER NOT NULL) STRICT;"
    "CREATE TABLE record (part INTEGER NOT NULL, id BLOB NOT NULL, type INTEGER NOT NULL, number INTEGER NOT NULL, revision INTEGER NOT NULL,"
    " created_revision INTEGER NOT NULL, deleted_revision INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (part, id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE change (space INTEGER NOT NULL, revision INTEGER NOT NULL, section INTEGER NOT NULL, time_us INTEGER NOT NULL,"
    " body BLOB NOT NULL, private_values BLOB NOT NULL, PRIMARY KEY (space, revision, section)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE plan (id BLOB PRIMARY KEY, number INTEGER NOT NULL, revision INTEGER NOT NULL, created_revision INTEGER NOT NULL,"
    " deleted_revision INTEGER NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO fact VALUES ('next part', 1);";
/* From before copies of some sections only. */
static const char of_sections[] = "ALTER TABLE space ADD COLUMN held INTEGER NOT NULL DEFAULT 4294967295;"
                                  "ALTER TABLE space ADD COLUMN shadow_held INTEGER NOT NULL DEFAULT 4294967295;";
static const char *const steps[JL_BASE_VERSION] = {[0] = schema, [1] = of_sections};
static const struct jl_sql_form form = {JL_BASE_APPLICATION, JL_BASE_VERSION, steps};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* ---- opening ---- */
static bool raise_from(struct jl_base *b, int64_t version, struct jl_error *err) {
  if (!jl_sql_begin(&b->sql, err)) return false;
  if (jl_sql_raise(&b->sql, &form, version, err)) return jl_sql_commit(&b->sql, err);
  jl_sql_rollback(&b->sql);
  return false;
}

static void remove_files(const char *path) {
  char journal[4200];
  snprintf(journal, sizeof journal, "%s-journal", path);
  (void)unlink(path);
  (void)unlink(journal);
}

static bool open_once(struct jl_base *b, const char *path, const char *vfs, bool read_only, bool *ret_again, struct jl_error *err) {
  struct jl_sql_open how = {.path = path, .vfs = vfs, .read_only = read_only, .cache_kib = CACHE_KIB};
  *ret_again = false;
  b->read_only = read_only;
  if (!jl_sql_open(&b->sql, &how, err)) {
    *ret_again = b->sql.trouble == JL_SQL_DAMAGED;
    return false;
  }
  int64_t version;
  switch (jl_sql_look(&b->sql, &form, &version, err)) {
  case JL_SQL_CURRENT:
    return true;
  case JL_SQL_EMPTY:
    if (read_only) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no local copy to read"), NULL);
    if (raise_from(b, 0, err)) return true;
    *ret_again = b->sql.trouble == JL_SQL_DAMAGED;
    return false;
  case JL_SQL_NEWER:
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the local copy {1} was written by a newer version of jalon; it is left as it is"),
                   JL_MSG("install that version"), jl_arg_text(path));
  case JL_SQL_UNREADABLE:
    *ret_again = b->sql.trouble == JL_SQL_DAMAGED;
    return false;
  case JL_SQL_OLDER:
    if (!read_only && version > 0 && raise_from(b, version, err)) return true;
    break;
  case JL_SQL_FOREIGN:
    break;
  }
  *ret_again = true;
  return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("the local copy {1} has an older form"), NULL, jl_arg_text(path));
}

/* Not worth a failure: it is tried again with the next commit that deletes for good, and with the next opening. */
static void sweep_what_was_left(struct jl_base *b) {
  struct jl_error ignored;
  b->to_sweep = !b->read_only && jl_base_number(b, TO_SWEEP, 0) != 0;
  (void)!jl_base_sweep(b, &ignored);
}

bool jl_base_open(struct jl_base *b, const char *path, const char *vfs, bool read_only, struct jl_error *err) {
  bool again;
  *b = (struct jl_base){0};
  if (open_once(b, path, vfs, read_only, &again, err)) {
    sweep_what_was_left(b);
    return true;
  }
  jl_sql_close(&b->sql);
  if (!again || read_only || strcmp(path, ":memory:") == 0) return false;
  remove_files(path);
  if (open_once(b, path, vfs, read_only, &again, err)) return b->remade = true;
  jl_sql_close(&b->sql);
  return false;
}

void jl_base_close(struct jl_base *b) {
  jl_sql_rollback(&b->sql);
  jl_sql_close(&b->sql);
}

/* ---- positions as they are stored ---- */
static void put_le64(uint8_t *out, uint64_t n) {
  for (int i = 0; i < 8; i++) out[i] = (uint8_t)(n >> (8 * i));
}
static uint64_t le64(const uint8_t *in) {
  uint64_t n = 0;
  for (int i = 0; i < 8; i++) n |= (uint64_t)in[i] << (8 * i);
  return n;
}

static void pack_sections(const struct jl_position *p, uint8_t out[SECTIONS_SIZE]) {
  for (size_t i = 0; i < JL_SECTIONS; i++) {
    put_le64(out + i * SECTION_SIZE, p->sections[i].revision);
    memcpy(out + i * SECTION_SIZE + 8, p->sections[i].chain, JL_CHAIN_SIZE);
  }
}

static void unpack_sections(struct jl_bytes in, struct jl_position *p) {
  for (size_t i = 0; i < JL_SECTIONS && (i + 1) * SECTION_SIZE <= in.size; i++) {
    p->sections[i].revision = le64(in.data + i * SECTION_SIZE);
    memcpy(p->sections[i].chain, in.data + i * SECTION_SIZE + 8, JL_CHAIN_SIZE);
  }
}

/* ---- spaces ---- */
#define SPACE_COLUMNS                                                                                                                      \
  "number, id, kind, live, epoch, revision, sections, head, as_of_us, shadow, shadow_epoch, shadow_revision, shadow_sections, "            \
  "shadow_cursor, shadow_whole, whole_at, shadow_count, shadow_total, shadow_origin, held, shadow_held"

static void read_space(sqlite3_stmt *q, struct jl_base_space *s) {
  *s = (struct jl_base_space){.number = sqlite3_column_int64(q, 0),
                              .id = jl_sql_id(q, 1),
                              .kind = (enum jl_space_kind)sqlite3_column_int(q, 2),
                              .live.number = sqlite3_column_int64(q, 3),
                              .head = jl_sql_u64(q, 7),
                              .as_of_us = sqlite3_column_int64(q, 8),
                              .shadow.number = sqlite3_column_int64(q, 9),
                              .shadow_cursor = jl_sql_id(q, 13),
                              .shadow_whole = sqlite3_column_int(q, 14) != 0,
                              .whole_at = jl_sql_u64(q, 15),
                              .shadow_count = jl_sql_u64(q, 16),
                              .shadow_total = jl_sql_u64(q, 17),
                              .shadow_origin = jl_sql_u64(q, 18)};
  s->live.position = (struct jl_position){.space = s->id, .epoch = jl_sql_u64(q, 4), .revision = jl_sql_u64(q, 5)};
  s->shadow.position = (struct jl_position){.space = s->id, .epoch = jl_sql_u64(q, 10), .revision = jl_sql_u64(q, 11)};
  s->live.sections = (uint32_t)sqlite3_column_int64(q, 19);
  s->shadow.sections = (uint32_t)sqlite3_column_int64(q, 20);
  unpack_sections(jl_sql_bytes(q, 6), &s->live.position);
  unpack_sections(jl_sql_bytes(q, 12), &s->shadow.position);
}

bool jl_base_find(struct jl_base *b, const struct jl_id *space, struct jl_base_space *ret_space, struct jl_error *err) {
  *ret_space = (struct jl_base_space){.id = *space,
                                      .live = {.sections = JL_EVERY_SECTION, .position.space = *space},
                                      .shadow = {.sections = JL_EVERY_SECTION, .position.space = *space}};
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT " SPACE_COLUMNS " FROM space WHERE id = ?1", err);
  if (q == NULL) return false;
  jl_sql_put_id(q, 1, space);
  int step = jl_sql_step(&b->sql, q, err);
  if (step == 1) read_space(q, ret_space);
  sqlite3_reset(q);
  return step >= 0;
}

bool jl_base_spaces(struct jl_base *b, struct jl_arena *a, struct jl_base_space **ret_spaces, size_t *ret_n, struct jl_error *err) {
  int64_t count = 0;
  if (!jl_sql_number(&b->sql, "SELECT count(*) FROM space", &count, err)) return false;
  struct jl_base_space *spaces = jl_arena_array(a, (size_t)count + 1, sizeof *spaces);
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT " SPACE_COLUMNS " FROM space ORDER BY number", err);
  if (spaces == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  if (q == NULL) return false;
  size_t n = 0;
  int step;
  while ((step = jl_sql_step(&b->sql, q, err)) == 1 && n < (size_t)count) read_space(q, &spaces[n++]);
  sqlite3_reset(q);
  *ret_spaces = spaces;
  *ret_n = n;
  return step >= 0;
}

bool jl_base_save(struct jl_base *b, struct jl_base_space *s, struct jl_error *err) {
  uint8_t live[SECTIONS_SIZE], shadow[SECTIONS_SIZE];
  sqlite3_stmt *q = jl_sql(&b->sql,
                           "INSERT INTO space (" SPACE_COLUMNS ") VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
                           " ?15, ?16, ?17, ?18, ?19, ?20, ?21) ON CONFLICT (number) DO UPDATE SET kind = excluded.kind, live = excluded.live,"
                           " epoch = excluded.epoch, revision = excluded.revision, sections = excluded.sections, head = excluded.head,"
                           " as_of_us = excluded.as_of_us, shadow = excluded.shadow, shadow_epoch = excluded.shadow_epoch,"
                           " shadow_revision = excluded.shadow_revision, shadow_sections = excluded.shadow_sections,"
                           " shadow_cursor = excluded.shadow_cursor, shadow_whole = excluded.shadow_whole, whole_at = excluded.whole_at,"
                           " shadow_count = excluded.shadow_count, shadow_total = excluded.shadow_total,"
                           " shadow_origin = excluded.shadow_origin, held = excluded.held, shadow_held = excluded.shadow_held",
                           err);
  if (q == NULL) return false;
  pack_sections(&s->live.position, live);
  pack_sections(&s->shadow.position, shadow);
  sqlite3_bind_int64(q, 1, s->number);
  jl_sql_put_id(q, 2, &s->id);
  sqlite3_bind_int(q, 3, (int)s->kind);
  sqlite3_bind_int64(q, 4, s->live.number);
  jl_sql_put_number(q, 5, s->live.position.epoch);
  jl_sql_put_number(q, 6, s->live.position.revision);
  jl_sql_put_bytes(q, 7, (struct jl_bytes){live, sizeof live});
  jl_sql_put_number(q, 8, s->head > s->live.position.revision ? s->head : s->live.position.revision);
  sqlite3_bind_int64(q, 9, s->as_of_us);
  sqlite3_bind_int64(q, 10, s->shadow.number);
  jl_sql_put_number(q, 11, s->shadow.position.epoch);
  jl_sql_put_number(q, 12, s->shadow.position.revision);
  jl_sql_put_bytes(q, 13, (struct jl_bytes){shadow, sizeof shadow});
  jl_sql_put_id(q, 14, &s->shadow_cursor);
  sqlite3_bind_int(q, 15, s->shadow_whole);
  jl_sql_put_number(q, 16, s->whole_at);
  jl_sql_put_number(q, 17, s->shadow_count);
  jl_sql_put_number(q, 18, s->shadow_total);
  jl_sql_put_number(q, 19, s->shadow_origin);
  sqlite3_bind_int64(q, 20, s->live.sections);
  sqlite3_bind_int64(q, 21, s->shadow.sections);
  if (!jl_sql_do(&b->sql, q, err)) return false;
  if (s->number == 0) s->number = sqlite3_last_insert_rowid(b->sql.db);
  return true;
}

static bool by_number(struct jl_base *b, const char *text, int64_t number, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, text, err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, number);
  return jl_sql_do(&b->sql, q, err);
}

static bool drop_records(struct jl_base *b, int64_t set, struct jl_error *err) {
  return set == 0 || by_number(b, "DELETE FROM record WHERE part = ?1", set, err);
}
static bool drop_changes(struct jl_base *b, const struct jl_base_space *s, struct jl_error *err) {
  return by_number(b, "DELETE FROM change WHERE space = ?1", s->number, err);
}

static bool delete_for_good(struct jl_base *b, struct jl_error *err);

static int64_t names_of(const struct jl_base_space *s) { return -s->number; } /* the part of a space's names: sets count upwards */

bool jl_base_forget(struct jl_base *b, const struct jl_id *space, struct jl_error *err) {
  struct jl_base_space s;
  sqlite3_stmt *listed = jl_sql(&b->sql, "DELETE FROM plan WHERE id = ?1", err);
  if (listed == NULL) return false;
  jl_sql_put_id(listed, 1, space);
  if (!delete_for_good(b, err) || !jl_sql_do(&b->sql, listed, err) || !jl_base_find(b, space, &s, err)) return false;
  return s.number == 0 || (drop_records(b, s.live.number, err) && drop_records(b, s.shadow.number, err) && drop_records(b, names_of(&s), err) &&
                           drop_changes(b, &s, err) &&
                           by_number(b, "DELETE FROM space WHERE number = ?1", s.number, err));
}

/* ---- records ---- */
static struct jl_record *read_record(sqlite3_stmt *q, int first) {
  struct jl_id id = jl_sql_id(q, first);
  struct jl_record *r = jl_record_new((uint32_t)sqlite3_column_int64(q, first + 1), &id, jl_sql_bytes(q, first + 6));
  if (r == NULL) return NULL;
  r->number = jl_sql_u64(q, first + 2);
  r->revision = jl_sql_u64(q, first + 3);
  r->created_revision = jl_sql_u64(q, first + 4);
  r->deleted_revision = jl_sql_u64(q, first + 5);
  return r;
}
#define RECORD_COLUMNS "id, type, number, revision, created_revision, deleted_revision, body"

static bool holds(const struct jl_replica *replica, const struct jl_record *r, uint32_t sections) {
  enum jl_section section = jl_replica_section(replica, r);
  return section > JL_SECTION_NONE && section < JL_SECTIONS && (sections >> section & 1) != 0;
}

/* Asked of a type at once where its records have their section from it. */
static bool holds_all(const struct jl_replica *whole, uint32_t sections) {
  for (size_t t = 0; t < jl_replica_type_count(whole); t++) {
    uint32_t number = jl_replica_type_at(whole, t);
    const struct jl_record_type *type = jl_record_type_by_number(number);
    size_t n = type == NULL ? 0 : jl_replica_of_type(whole, number);
    if (n > 1 && type->section < JL_SECTIONS) n = 1;
    for (size_t i = 0; i < n; i++)
      if (!holds(whole, jl_replica_of_type_at(whole, number, i), sections)) return false;
  }
  return true;
}

/* Of a set that gets other sections the records of these are there already, in part: they do not count yet. Mostly there are none. */
static struct jl_replica *only_held(struct jl_replica *whole, uint32_t sections, struct jl_error *err) {
  if (holds_all(whole, sections)) return whole;
  struct jl_replica *part = jl_replica_new(&jl_replica_where(whole)->space, jl_replica_kind(whole));
  bool ok = part != NULL;
  if (ok) *jl_replica_position(part) = *jl_replica_where(whole);
  for (const struct jl_record *r = jl_replica_next(whole, NULL); ok && r != NULL; r = jl_replica_next(whole, &r->id))
    if (r->type == NULL || holds(whole, r, sections)) ok = jl_replica_put(part, jl_record_share(r));
  jl_replica_free(whole);
  if (ok) return part;
  jl_replica_free(part);
  (void)no_memory(err);
  return NULL;
}

static bool read_part(struct jl_base *b, int64_t part, struct jl_replica *into, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT " RECORD_COLUMNS " FROM record WHERE part = ?1", err);
  int step;
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, part);
  while ((step = jl_sql_step(&b->sql, q, err)) == 1) {
    struct jl_record *r = read_record(q, 0);
    if (r != NULL && jl_replica_put(into, r)) continue;
    (void)no_memory(err);
    break;
  }
  sqlite3_reset(q);
  return step == 0;
}

static struct jl_replica *load(struct jl_base *b, const struct jl_base_space *space, const struct jl_base_set *set, struct jl_error *err) {
  struct jl_replica *replica = jl_replica_new(&space->id, space->kind);
  if (replica == NULL) {
    (void)no_memory(err);
    return NULL;
  }
  *jl_replica_position(replica) = set->position;
  if (read_part(b, set->number, replica, err)) return replica;
  jl_replica_free(replica);
  return NULL;
}

struct jl_replica *jl_base_load(struct jl_base *b, const struct jl_base_space *space, struct jl_error *err) {
  struct jl_replica *replica = load(b, space, &space->live, err);
  return replica == NULL || space->live.sections == JL_EVERY_SECTION || space->kind != JL_SPACE_PLAN
             ? replica
             : only_held(replica, space->live.sections, err);
}

/* ---- sections that come and go ---- */
static bool drop_record(struct jl_base *b, int64_t set, const struct jl_id *id, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "DELETE FROM record WHERE part = ?1 AND id = ?2", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, set);
  jl_sql_put_id(q, 2, id);
  return jl_sql_do(&b->sql, q, err);
}

/* What is deleted from here on is overwritten; what lies in free pages since before goes with the sweep. */
static bool delete_for_good(struct jl_base *b, struct jl_error *err) {
  b->to_sweep = true;
  return jl_sql_run(&b->sql, "PRAGMA secure_delete=ON", err) && jl_base_set_number(b, TO_SWEEP, 1, err);
}

/* A record whose section is not known (of a newer type) goes too. */
static bool keep_records(struct jl_base *b, const struct jl_base_space *s, struct jl_base_set *set, uint32_t sections, struct jl_error *err) {
  if (set->number == 0) return true;
  struct jl_replica *whole = load(b, s, set, err);
  bool ok = whole != NULL;
  for (const struct jl_record *r = ok ? jl_replica_next(whole, NULL) : NULL; ok && r != NULL; r = jl_replica_next(whole, &r->id))
    if (!holds(whole, r, sections)) ok = drop_record(b, set->number, &r->id, err);
  jl_replica_free(whole);
  set->sections &= sections;
  for (size_t i = 0; i < JL_SECTIONS; i++)
    if ((sections >> i & 1) == 0) set->position.sections[i] = (struct jl_section_position){0};
  return ok;
}

bool jl_base_keep_sections(struct jl_base *b, struct jl_base_space *s, uint32_t sections, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "DELETE FROM change WHERE space = ?1 AND (?2 >> section & 1) = 0", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, s->number);
  sqlite3_bind_int64(q, 2, sections);
  return delete_for_good(b, err) && jl_sql_do(&b->sql, q, err) && keep_records(b, s, &s->live, sections, err) && keep_records(b, s, &s->shadow, sections, err) &&
         jl_base_save(b, s, err);
}

bool jl_base_add_sections(struct jl_base *b, struct jl_base_space *s, uint32_t sections, const struct jl_position *at, struct jl_error *err) {
  if (!drop_changes(b, s, err)) return false;
  s->live.sections |= sections;
  for (size_t i = 0; i < JL_SECTIONS; i++)
    if ((sections >> i & 1) != 0) s->live.position.sections[i] = at->sections[i];
  return jl_base_save(b, s, err);
}

bool jl_base_erased(struct jl_base *b, const struct jl_base_space *s, uint64_t before, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "DELETE FROM change WHERE space = ?1 AND revision < ?2", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, s->number);
  jl_sql_put_number(q, 2, before);
  return delete_for_good(b, err) && jl_sql_do(&b->sql, q, err);
}

bool jl_base_sweep(struct jl_base *b, struct jl_error *err) {
  if (!b->to_sweep) return true;
  b->to_sweep = !jl_sql_run(&b->sql, "VACUUM", err) /* the file is written anew: free pages and their bytes are gone */ ||
                !jl_base_set_number(b, TO_SWEEP, 0, err);
  return !b->to_sweep;
}

bool jl_base_count(struct jl_base *b, const struct jl_base_set *set, uint64_t *ret_n, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT count(*) FROM record WHERE part = ?1", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, set->number);
  int step = jl_sql_step(&b->sql, q, err);
  if (step == 1) *ret_n = jl_sql_u64(q, 0);
  sqlite3_reset(q);
  return step == 1;
}

bool jl_base_record(struct jl_base *b, const struct jl_base_set *set, const struct jl_id *id, struct jl_record **ret_record,
                    struct jl_error *err) {
  *ret_record = NULL;
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT " RECORD_COLUMNS " FROM record WHERE part = ?1 AND id = ?2", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, set->number);
  jl_sql_put_id(q, 2, id);
  int step = jl_sql_step(&b->sql, q, err);
  if (step == 1 && (*ret_record = read_record(q, 0)) == NULL) {
    (void)no_memory(err);
    step = -1;
  }
  sqlite3_reset(q);
  return step >= 0;
}

bool jl_base_put(struct jl_base *b, const struct jl_base_set *set, const struct jl_record *record, struct jl_error *err) {
  sqlite3_stmt *q =
      jl_sql(&b->sql, "INSERT OR REPLACE INTO record (part, " RECORD_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, set->number);
  jl_sql_put_id(q, 2, &record->id);
  sqlite3_bind_int64(q, 3, record->type_number);
  jl_sql_put_number(q, 4, record->number);
  jl_sql_put_number(q, 5, record->revision);
  jl_sql_put_number(q, 6, record->created_revision);
  jl_sql_put_number(q, 7, record->deleted_revision);
  jl_sql_put_bytes(q, 8, record->body);
  return jl_sql_do(&b->sql, q, err);
}

/* ---- a guest's names ---- */
static bool is_other(const struct jl_record *now, const struct jl_record *before) {
  return now == NULL || !jl_bytes_equal(now->body, before->body);
}

bool jl_base_put_names(struct jl_base *b, const struct jl_base_space *s, const struct jl_replica *names, struct jl_error *err) {
  const struct jl_base_set part = {.number = names_of(s)};
  struct jl_replica *known = jl_replica_new(&s->id, JL_SPACE_ORGANISATION);
  bool ok = known != NULL ? read_part(b, part.number, known, err) : no_memory(err), gone = false;
  for (const struct jl_record *r = ok ? jl_replica_next(known, NULL) : NULL; r != NULL; r = jl_replica_next(known, &r->id))
    gone = gone || is_other(jl_replica_record(names, &r->id), r);
  jl_replica_free(known);
  ok = ok && (!gone || delete_for_good(b, err)) && drop_records(b, part.number, err);
  for (const struct jl_record *r = ok ? jl_replica_next(names, NULL) : NULL; ok && r != NULL; r = jl_replica_next(names, &r->id))
    ok = jl_base_put(b, &part, r, err);
  return ok;
}

bool jl_base_drop_names(struct jl_base *b, struct jl_error *err) { return by_number(b, "DELETE FROM record WHERE part < ?1", 0, err); }

bool jl_base_names(struct jl_base *b, const struct jl_base_space *s, struct jl_replica *into, bool *ret_any, struct jl_error *err) {
  size_t before = jl_replica_count(into);
  bool ok = s->number == 0 || read_part(b, names_of(s), into, err);
  *ret_any = jl_replica_count(into) > before;
  return ok;
}

/* ---- snapshots ---- */
bool jl_base_shadow_begin(struct jl_base *b, struct jl_base_space *s, const struct jl_position *origin, struct jl_error *err) {
  int64_t number = jl_base_number(b, "next part", 0);
  if (!drop_records(b, s->shadow.number, err) || !jl_base_set_number(b, "next part", number + 1, err)) return false;
  s->shadow = (struct jl_base_set){.number = number, .sections = s->shadow.sections, .position = *origin};
  s->shadow.position.space = s->id;
  s->shadow_cursor = (struct jl_id){{0}};
  s->shadow_whole = false;
  s->whole_at = s->shadow_count = s->shadow_total = 0;
  s->shadow_origin = origin->revision;
  return jl_base_save(b, s, err);
}

bool jl_base_shadow_drop(struct jl_base *b, struct jl_base_space *s, struct jl_error *err) {
  if (!drop_records(b, s->shadow.number, err)) return false;
  s->shadow = (struct jl_base_set){.sections = s->shadow.sections, .position.space = s->id};
  s->shadow_cursor = (struct jl_id){{0}};
  s->shadow_whole = false;
  s->whole_at = s->shadow_count = s->shadow_total = 0;
  return jl_base_save(b, s, err);
}

/* Of the changes only those stay that the shadow took itself: the others led to the set that goes. */
bool jl_base_shadow_swap(struct jl_base *b, struct jl_base_space *s, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "DELETE FROM change WHERE space = ?1 AND (revision <= ?2 OR revision > ?3)", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, s->number);
  jl_sql_put_number(q, 2, s->shadow_origin);
  jl_sql_put_number(q, 3, s->shadow.position.revision);
  if (s->live.number != 0 && !delete_for_good(b, err)) return false; /* somebody may have been erased meanwhile */
  if (!jl_sql_do(&b->sql, q, err) || !drop_records(b, s->live.number, err)) return false;
  s->live = s->shadow;
  s->shadow.number = 0;
  return jl_base_shadow_drop(b, s, err);
}

/* ---- the log ---- */
bool jl_base_put_change(struct jl_base *b, const struct jl_base_space *s, const struct jl_base_row *row, int64_t time_us,
                        struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "INSERT OR REPLACE INTO change (space, revision, section, time_us, body, private_values)"
                                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, s->number);
  jl_sql_put_number(q, 2, row->revision);
  sqlite3_bind_int(q, 3, (int)row->section);
  sqlite3_bind_int64(q, 4, time_us);
  jl_sql_put_bytes(q, 5, row->change.body);
  jl_sql_put_bytes(q, 6, row->change.private_values);
  return jl_sql_do(&b->sql, q, err);
}

static bool read_row(sqlite3_stmt *q, struct jl_arena *a, struct jl_base_row *row) {
  struct jl_bytes body = jl_sql_bytes(q, 2), private_values = jl_sql_bytes(q, 3);
  *row = (struct jl_base_row){jl_sql_u64(q, 0), (enum jl_section)sqlite3_column_int(q, 1),
                              {jl_arena_dup(a, body), jl_arena_dup(a, private_values)}};
  return (row->change.body.data != NULL || body.size == 0) && (row->change.private_values.data != NULL || private_values.size == 0);
}

static bool grow_rows(struct jl_arena *a, struct jl_base_row **rows, size_t n, size_t *capacity) {
  if (n < *capacity) return true;
  size_t wanted = *capacity == 0 ? 32 : *capacity * 2;
  struct jl_base_row *larger = jl_arena_array(a, wanted, sizeof *larger);
  if (larger == NULL) return false;
  if (n > 0) memcpy(larger, *rows, n * sizeof *larger);
  *rows = larger;
  *capacity = wanted;
  return true;
}

bool jl_base_changes(struct jl_base *b, const struct jl_base_space *s, uint64_t from, uint64_t to, size_t max_bytes, struct jl_arena *a,
                     struct jl_base_row **ret_rows, size_t *ret_n, bool *ret_more, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT revision, section, body, private_values FROM change WHERE space = ?1 AND revision BETWEEN ?2 AND ?3"
                                    " ORDER BY revision, section", err);
  size_t n = 0, capacity = 0, bytes = 0;
  *ret_rows = NULL;
  *ret_more = false;
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, s->number);
  jl_sql_put_number(q, 2, from);
  jl_sql_put_number(q, 3, to > INT64_MAX ? INT64_MAX : to);
  int step;
  while ((step = jl_sql_step(&b->sql, q, err)) == 1) {
    uint64_t revision = jl_sql_u64(q, 0);
    if (bytes >= max_bytes && n > 0 && (*ret_rows)[n - 1].revision != revision) {
      *ret_more = true;
      break;
    }
    if (!grow_rows(a, ret_rows, n, &capacity) || !read_row(q, a, &(*ret_rows)[n])) {
      (void)no_memory(err);
      step = -1;
      break;
    }
    bytes += (*ret_rows)[n].change.body.size + (*ret_rows)[n].change.private_values.size;
    n++;
  }
  sqlite3_reset(q);
  *ret_n = n;
  return step >= 0;
}

bool jl_base_revision(struct jl_base *b, const struct jl_base_space *s, uint64_t revision, struct jl_arena *a, struct jl_base_row **ret_rows,
                      size_t *ret_n, struct jl_error *err) {
  bool more;
  return jl_base_changes(b, s, revision, revision, SIZE_MAX, a, ret_rows, ret_n, &more, err);
}

bool jl_base_oldest(struct jl_base *b, const struct jl_base_space *s, uint64_t *ret_revision, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT min(revision) FROM change WHERE space = ?1", err);
  if (q == NULL) return false;
  sqlite3_bind_int64(q, 1, s->number);
  int step = jl_sql_step(&b->sql, q, err);
  *ret_revision = step == 1 && sqlite3_column_type(q, 0) != SQLITE_NULL ? jl_sql_u64(q, 0) : s->live.position.revision + 1;
  sqlite3_reset(q);
  return step == 1;
}

bool jl_base_trim(struct jl_base *b, const struct jl_base_space *s, int64_t now_us, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql,
                           "DELETE FROM change WHERE space = ?1 AND revision < coalesce((SELECT min(revision) FROM change WHERE space = ?1"
                           " AND revision > ?2 AND time_us >= ?3), ?2 + 1)",
                           err);
  if (q == NULL) return false;
  uint64_t revision = s->live.position.revision;
  sqlite3_bind_int64(q, 1, s->number);
  jl_sql_put_number(q, 2, revision > JL_LOCAL_REVISIONS ? revision - JL_LOCAL_REVISIONS : 0);
  sqlite3_bind_int64(q, 3, now_us - JL_LOCAL_LOG_S * INT64_C(1000000));
  return jl_sql_do(&b->sql, q, err);
}

/* ---- the list of plans ---- */
bool jl_base_put_plans(struct jl_base *b, struct jl_record *const *plans, size_t n, struct jl_error *err) {
  if (!jl_sql_run(&b->sql, "DELETE FROM plan", err)) return false;
  for (size_t i = 0; i < n; i++) {
    sqlite3_stmt *q = jl_sql(&b->sql, "INSERT OR REPLACE INTO plan (id, number, revision, created_revision, deleted_revision, body)"
                                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)", err);
    if (q == NULL) return false;
    jl_sql_put_id(q, 1, &plans[i]->id);
    jl_sql_put_number(q, 2, plans[i]->number);
    jl_sql_put_number(q, 3, plans[i]->revision);
    jl_sql_put_number(q, 4, plans[i]->created_revision);
    jl_sql_put_number(q, 5, plans[i]->deleted_revision);
    jl_sql_put_bytes(q, 6, plans[i]->body);
    if (!jl_sql_do(&b->sql, q, err)) return false;
  }
  return true;
}

bool jl_base_plans(struct jl_base *b, struct jl_replica *into, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT id, ?1, number, revision, created_revision, deleted_revision, body FROM plan", err);
  int step = q == NULL ? -1 : 1;
  if (q != NULL) sqlite3_bind_int64(q, 1, JL_TYPE_PLAN);
  while (step == 1 && (step = jl_sql_step(&b->sql, q, err)) == 1) {
    struct jl_record *r = read_record(q, 0);
    if (r != NULL && jl_replica_put(into, r)) continue;
    (void)no_memory(err);
    sqlite3_reset(q);
    return false;
  }
  return step == 0;
}

/* ---- facts ---- */
bool jl_base_set_number(struct jl_base *b, const char *name, int64_t value, struct jl_error *err) {
  sqlite3_stmt *q = jl_sql(&b->sql, "INSERT OR REPLACE INTO fact (name, value) VALUES (?1, ?2)", err);
  if (q == NULL) return false;
  sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_int64(q, 2, value);
  return jl_sql_do(&b->sql, q, err);
}

int64_t jl_base_number(struct jl_base *b, const char *name, int64_t otherwise) {
  struct jl_error ignored;
  sqlite3_stmt *q = jl_sql(&b->sql, "SELECT value FROM fact WHERE name = ?1", &ignored);
  if (q == NULL) return otherwise;
  sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
  int64_t value = jl_sql_step(&b->sql, q, &ignored) == 1 ? sqlite3_column_int64(q, 0) : otherwise;
  sqlite3_reset(q);
  return value;
}
