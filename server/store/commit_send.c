#include "server/store/commit_send.h"
#include "server/store/columns.h"
#include "server/store/files.h"
#include "server/store/migrate.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES (64u << 20)
#define KEEP_BYTES (4u << 20) /* a larger array gives its memory back after the transaction */

bool jl_sender_init(struct jl_sender *s) {
  *s = (struct jl_sender){.arena = jl_arena_new(ARENA_BYTES)};
  jl_buffer_init(&s->scratch, 16u << 20);
  jl_buffer_init(&s->text, 1u << 20);
  jl_buffer_init(&s->single, 1u << 20);
  return s->arena != NULL;
}

void jl_sender_release(struct jl_sender *s) {
  for (size_t i = 0; i < JL_COUNT(s->arrays); i++) jl_array_release(&s->arrays[i]);
  jl_buffer_release(&s->scratch);
  jl_buffer_release(&s->text);
  jl_buffer_release(&s->single);
  jl_arena_free(s->arena);
}

enum jl_commit_step jl_sender_step(const struct jl_sender *s, size_t command) {
  return command < s->step_count ? s->steps[command] : JL_STEP_RECORDS;
}

/* ---- one statement: start its arrays, fill them row by row, send ---- */

struct filling {
  struct jl_sender *sender;
  const enum jl_sql_type *types;
  size_t column, count;
};

static struct filling start(struct jl_sender *s, const enum jl_sql_type *types, size_t n) {
  for (size_t i = 0; i < n; i++) jl_array_start(&s->arrays[i], types[i], JL_ARRAY_MAX);
  return (struct filling){.sender = s, .types = types, .count = n};
}
static struct jl_array *next_column(struct filling *f) {
  struct jl_array *a = &f->sender->arrays[f->column];
  f->column = f->column + 1 == f->count ? 0 : f->column + 1;
  return a;
}
static void number(struct filling *f, int64_t n) {
  enum jl_sql_type type = f->types[f->column];
  jl_array_number(next_column(f), type, n);
}
static void id(struct filling *f, const struct jl_id *value) { jl_array_bytes(next_column(f), value->bytes, sizeof value->bytes); }
static void bytes(struct filling *f, struct jl_bytes value) { jl_array_bytes(next_column(f), value.data, value.size); }
static void bytes_or_null(struct filling *f, struct jl_bytes value) {
  if (value.size == 0)
    jl_array_null(next_column(f));
  else
    bytes(f, value);
}

/* Sends the statement of the arrays, or its form for a single row. count: the statement counts its rows. */
static bool send_rows(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const char *name, const char *text, size_t n, bool count) {
  struct jl_pg_param params[JL_PG_PARAMS_MAX] = {{0}};
  struct jl_number rows;
  bool single = s->arrays[0].count == 1;
  count = count && !single;
  for (size_t i = 0; i < n; i++) {
    if (!jl_array_ok(&s->arrays[i])) return false;
    params[i] = single ? jl_array_single(&s->arrays[i]) : jl_array_param(&s->arrays[i]);
  }
  if (count) params[n] = jl_param_bigint((int64_t)s->arrays[0].count, &rows);
  jl_pg_send(c, unit, name, text, params, count ? n + 1 : n);
  for (size_t i = 0; i < n; i++)
    if (s->arrays[i].bytes.capacity > KEEP_BYTES) jl_array_release(&s->arrays[i]);
  return true;
}

/* NULL: no memory. */
static const char *single_text(struct jl_sender *s, const char *text) {
  jl_buffer_clear(&s->single);
  jl_statement_single(text, &s->single);
  return jl_buffer_cstring(&s->single);
}

static bool send_step(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, enum jl_commit_step step, size_t n) {
  static const struct {
    const char *name, *single;
    bool count;
  } statements[JL_STEPS] = {{"commit_fence", "commit_fence 1", true},         {"commit_create", "commit_create 1", false},
                            {"commit_lanes_new", "commit_lanes_new 1", false}, {"commit_lanes", "commit_lanes 1", true},
                            {"commit_refusals", "commit_refusals 1", false},   {"commit_again", "commit_again 1", false},
                            {"commit_log", "commit_log 1", false}};
  if (s->arrays[0].count == 0) return true;
  bool single = s->arrays[0].count == 1;
  const char *key = single ? statements[step].single : statements[step].name, *text = NULL;
  if (!jl_pg_known(c, key)) {
    text = jl_statement_text(statements[step].name);
    if (single && (text = single_text(s, text)) == NULL) return false;
  }
  s->steps[s->step_count++] = step;
  return send_rows(s, c, unit, key, text, n, statements[step].count);
}

/* ---- heads ---- */

#define DIGITS_MAX 20 /* of a revision */

/* Written from its end; returns where it begins. printf takes a tenth of an edit's time here. */
static char *decimal(char *end, uint64_t n) {
  do *--end = (char)('0' + n % 10);
  while ((n /= 10) > 0);
  return end;
}

static void pack_chains(const struct jl_section_position *sections, uint8_t chains[JL_SECTIONS * JL_CHAIN_SIZE]) {
  for (size_t i = 0; i < JL_SECTIONS; i++) memcpy(chains + i * JL_CHAIN_SIZE, sections[i].chain, JL_CHAIN_SIZE);
}

static void section_columns(struct filling *f, const struct jl_store_batch *b) {
  char text[JL_SECTIONS * (DIGITS_MAX + 1) + 1], *end = text + sizeof text, *at = end;
  *--at = '}';
  for (int i = JL_SECTIONS - 1; i >= 0; i--) {
    at = decimal(at, b->sections[i].revision);
    *--at = i == 0 ? '{' : ',';
  }
  bytes(f, (struct jl_bytes){(const uint8_t *)at, (size_t)(end - at)});
  uint8_t chains[JL_SECTIONS * JL_CHAIN_SIZE];
  pack_chains(b->sections, chains);
  bytes(f, (struct jl_bytes){chains, sizeof chains});
}

static bool send_heads(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches,
                       size_t n) {
  static const enum jl_sql_type fence[] = {JL_SQL_UUID,   JL_SQL_BIGINT, JL_SQL_BIGINT, JL_SQL_BIGINT, JL_SQL_BIGINT,
                                           JL_SQL_BIGINT, JL_SQL_BIGINT, JL_SQL_BIGINT, JL_SQL_TEXT,   JL_SQL_BYTEA,  JL_SQL_BIGINT};
  static const enum jl_sql_type create[] = {JL_SQL_UUID,   JL_SQL_SMALLINT, JL_SQL_BIGINT, JL_SQL_BIGINT,
                                            JL_SQL_BIGINT, JL_SQL_BIGINT,   JL_SQL_TEXT,   JL_SQL_BYTEA,
                                            JL_SQL_BIGINT, JL_SQL_UUID,     JL_SQL_BIGINT};
  struct filling f = start(s, fence, JL_COUNT(fence));
  for (size_t i = 0; i < n; i++) {
    const struct jl_store_batch *b = batches[i];
    if (b->creates_space) continue;
    id(&f, &b->space);
    number(&f, (int64_t)b->epoch);
    number(&f, (int64_t)b->old_revision);
    number(&f, (int64_t)b->old_commits);
    number(&f, (int64_t)b->acl_epoch);
    number(&f, (int64_t)b->new_revision);
    number(&f, (int64_t)b->lanes_revision);
    number(&f, b->time_us);
    section_columns(&f, b);
    number(&f, jl_generation());
  }
  if (!send_step(s, c, unit, JL_STEP_FENCE, JL_COUNT(fence))) return false;
  f = start(s, create, JL_COUNT(create));
  for (size_t i = 0; i < n; i++) {
    const struct jl_store_batch *b = batches[i];
    if (!b->creates_space) continue;
    id(&f, &b->space);
    number(&f, (int64_t)b->kind);
    number(&f, (int64_t)b->epoch);
    number(&f, (int64_t)b->new_revision);
    number(&f, (int64_t)b->acl_epoch);
    number(&f, b->time_us);
    section_columns(&f, b);
    number(&f, (int64_t)b->rights_epoch);
    if (jl_id_is_zero(&b->organisation))
      jl_array_null(next_column(&f));
    else
      id(&f, &b->organisation);
    number(&f, jl_generation());
  }
  return send_step(s, c, unit, JL_STEP_CREATE, JL_COUNT(create));
}

/* ---- lanes, refusals, log ---- */

static bool send_lanes(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches, size_t n,
                       bool is_new) {
  static const enum jl_sql_type types[] = {JL_SQL_UUID, JL_SQL_UUID, JL_SQL_UUID, JL_SQL_BIGINT, JL_SQL_BYTEA};
  struct filling f = start(s, types, JL_COUNT(types));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < batches[i]->lane_count; j++) {
      const struct jl_store_lane *l = &batches[i]->lanes[j];
      if (l->is_new != is_new) continue;
      id(&f, &batches[i]->space);
      id(&f, &l->replica);
      id(&f, &l->account);
      number(&f, (int64_t)l->seq);
      bytes(&f, l->verdicts);
    }
  return send_step(s, c, unit, is_new ? JL_STEP_LANES_NEW : JL_STEP_LANES, JL_COUNT(types));
}

static bool send_refusals(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches,
                          size_t n) {
  static const enum jl_sql_type types[] = {JL_SQL_UUID, JL_SQL_UUID, JL_SQL_BIGINT, JL_SQL_BYTEA, JL_SQL_BYTEA, JL_SQL_TIME};
  struct filling f = start(s, types, JL_COUNT(types));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < batches[i]->refusal_count; j++) {
      const struct jl_store_refusal *r = &batches[i]->refusals[j];
      id(&f, &batches[i]->space);
      id(&f, &r->replica);
      number(&f, (int64_t)r->seq);
      bytes(&f, r->group);
      bytes(&f, r->verdict);
      number(&f, r->time_us);
    }
  return send_step(s, c, unit, JL_STEP_REFUSALS, JL_COUNT(types));
}

static bool send_again(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches, size_t n) {
  static const enum jl_sql_type types[] = {JL_SQL_UUID, JL_SQL_UUID, JL_SQL_UUID, JL_SQL_BYTEA, JL_SQL_TIME};
  struct filling f = start(s, types, JL_COUNT(types));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < batches[i]->again_count; j++) {
      const struct jl_store_again *again = &batches[i]->again[j];
      id(&f, &batches[i]->space);
      id(&f, &again->account);
      id(&f, &again->group);
      bytes(&f, again->verdict);
      number(&f, again->time_us);
    }
  return send_step(s, c, unit, JL_STEP_AGAIN, JL_COUNT(types));
}

static bool send_log(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches, size_t n) {
  static const enum jl_sql_type types[] = {JL_SQL_UUID,     JL_SQL_BIGINT, JL_SQL_SMALLINT, JL_SQL_UUID, JL_SQL_BIGINT, JL_SQL_UUID,  JL_SQL_SMALLINT,
                                           JL_SQL_TIME,     JL_SQL_BYTEA,  JL_SQL_BYTEA,    JL_SQL_TEXT, JL_SQL_BIGINT, JL_SQL_BYTEA};
  struct filling f = start(s, types, JL_COUNT(types));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < batches[i]->log_count; j++) {
      const struct jl_store_log *l = &batches[i]->log[j];
      id(&f, &batches[i]->space);
      number(&f, (int64_t)l->revision);
      number(&f, (int64_t)l->section);
      id(&f, &l->replica);
      number(&f, (int64_t)l->seq);
      if (jl_id_is_zero(&l->group))
        jl_array_null(next_column(&f));
      else
        id(&f, &l->group);
      number(&f, (int64_t)l->outcome);
      number(&f, l->time_us);
      bytes(&f, l->body);
      bytes_or_null(&f, l->private_values);
      bytes_or_null(&f, l->import_name);
      if (l->takes_back == 0 || l->takes_back > INT64_MAX)
        jl_array_null(next_column(&f));
      else
        number(&f, (int64_t)l->takes_back);
      if (l->link[0] == 0)
        jl_array_null(next_column(&f));
      else
        bytes(&f, (struct jl_bytes){l->link, sizeof l->link});
    }
  return send_step(s, c, unit, JL_STEP_LOG, JL_COUNT(types));
}

/* ---- records: one statement per (type, new or the set of changed columns) ---- */

struct row {
  const struct jl_store_record *record;
  const struct jl_id *space;
  struct row *next;
};
struct group {
  const struct jl_record_type *type;
  uint64_t mask;
  bool is_new;
  size_t count;
  struct row *first, *last;
  struct group *next;
};

static uint64_t changed_columns(const struct jl_store_record *record) {
  const struct jl_record_type *type = record->record->type;
  uint64_t mask = 0;
  for (size_t i = 0; i < record->field_count; i++) {
    const struct jl_field *field = jl_field_by_number(type, record->fields[i]);
    mask |= (uint64_t)1 << (field == NULL ? JL_COLUMN_UNKNOWN : (int)(field - type->fields));
  }
  return mask;
}

static bool add_row(struct jl_sender *s, struct group **groups, const struct jl_id *space, const struct jl_store_record *record) {
  const struct jl_record_type *type = record->record->type;
  uint64_t mask = record->is_new ? UINT64_MAX : changed_columns(record);
  struct group *g = *groups;
  while (g != NULL && (g->type != type || g->mask != mask || g->is_new != record->is_new)) g = g->next;
  if (g == NULL) {
    g = jl_arena_alloc(s->arena, sizeof *g);
    if (g == NULL) return false;
    *g = (struct group){.type = type, .mask = mask, .is_new = record->is_new, .next = *groups};
    *groups = g;
  }
  struct row *row = jl_arena_alloc(s->arena, sizeof *row);
  if (row == NULL) return false;
  *row = (struct row){.record = record, .space = space};
  if (g->last == NULL)
    g->first = row;
  else
    g->last->next = row;
  g->last = row;
  g->count++;
  return true;
}

static void fill_bookkeeping(struct jl_sender *s, const struct group *g, size_t fixed) {
  static const enum jl_sql_type types[] = {JL_SQL_UUID, JL_SQL_UUID, JL_SQL_BIGINT, JL_SQL_BIGINT, JL_SQL_BIGINT, JL_SQL_BIGINT};
  struct filling f = start(s, types, fixed);
  for (const struct row *row = g->first; row != NULL; row = row->next) {
    const struct jl_record *r = row->record->record;
    id(&f, row->space);
    id(&f, &r->id);
    number(&f, (int64_t)r->number);
    number(&f, (int64_t)r->revision);
    if (g->is_new) number(&f, (int64_t)r->created_revision);
    if (r->deleted_revision == 0)
      jl_array_null(next_column(&f));
    else
      number(&f, (int64_t)r->deleted_revision);
  }
}

static bool send_group(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const struct group *g) {
  size_t n = g->is_new ? 6 : 5;
  fill_bookkeeping(s, g, n);
  for (size_t i = 0; i < g->type->field_count; i++) {
    if ((g->mask >> i & 1) == 0) continue;
    const struct jl_field *field = &g->type->fields[i];
    struct jl_array *a = &s->arrays[n++];
    jl_array_start(a, field->repeated ? JL_SQL_TEXT : jl_column_type(field), JL_ARRAY_MAX);
    for (const struct row *row = g->first; row != NULL; row = row->next) jl_column_append(a, field, row->record->record->body, &s->scratch);
  }
  if ((g->mask >> JL_COLUMN_UNKNOWN & 1) != 0) {
    struct jl_array *a = &s->arrays[n++];
    jl_array_start(a, JL_SQL_BYTEA, JL_ARRAY_MAX);
    for (const struct row *row = g->first; row != NULL; row = row->next)
      jl_column_append_unknown(a, g->type, row->record->record->body, &s->scratch);
  }
  char key[64];
  snprintf(key, sizeof key, "%s %" PRIu32 " %" PRIx64 "%s", g->is_new ? "insert" : "update", g->type->number, g->mask,
           g->count == 1 ? " 1" : "");
  const char *text = NULL;
  if (!jl_pg_known(c, key)) {
    jl_buffer_clear(&s->text);
    if (g->is_new)
      jl_statement_insert(g->type, &s->text);
    else
      jl_statement_update(g->type, g->mask, &s->text);
    text = jl_buffer_cstring(&s->text);
    if (text != NULL && g->count == 1) text = single_text(s, text);
    if (text == NULL) return false;
  }
  return send_rows(s, c, unit, key, text, n, !g->is_new);
}

static bool group_rows(struct jl_sender *s, const struct jl_store_batch *const *batches, size_t n, struct group **ret_groups,
                       struct jl_error *err) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < batches[i]->record_count; j++) {
      const struct jl_store_record *r = &batches[i]->records[j];
      if (r->record->type == NULL || r->record->type->field_count > JL_COLUMNS_MAX)
        return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("records of type {1} cannot be stored by this server"),
                       JL_MSG("upgrade the server"), jl_arg_integer(r->record->type_number));
      if (!add_row(s, ret_groups, &batches[i]->space, r)) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory to save"), NULL);
    }
  return true;
}

/* ---- rights: last, for other heads may be locked by then, and waiting for them must not hold up what waits for ours ---- */
static void send_rights(struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (batches[i]->rights == JL_RIGHTS_KEPT) continue;
    struct jl_pg_param space = jl_param_id(&batches[i]->space);
    jl_send_named(c, unit, batches[i]->rights == JL_RIGHTS_HERE ? "commit_rights" : "commit_rights_all", &space, 1);
  }
}

/* ---- what is erased: behind everything else, of the one batch in its transaction ---- */
static void send_erasures(struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const struct jl_store_batch *b = batches[i];
    uint8_t before[JL_SECTIONS * JL_CHAIN_SIZE], after[JL_SECTIONS * JL_CHAIN_SIZE];
    struct jl_number revision;
    if (b->erases == NULL) continue;
    pack_chains(b->erases, before);
    pack_chains(b->sections, after);
    bool touched = b->new_revision != b->old_revision;
    struct jl_pg_param params[] = {jl_param_id(&b->space), jl_param_bigint(touched ? (int64_t)b->new_revision : 0, &revision), jl_param_id(&b->erased),
                                   {.data = before, .size = sizeof before}, {.data = after, .size = sizeof after}};
    jl_send_named(c, unit, "commit_erase", params, JL_COUNT(params));
  }
}

bool jl_sender_send(struct jl_sender *s, struct jl_pg *c, struct jl_pg_unit *unit, const struct jl_store_batch *const *batches, size_t n,
                    struct jl_error *err) {
  jl_arena_recycle(s->arena, KEEP_BYTES);
  s->step_count = 0;
  struct group *groups = NULL;
  if (!group_rows(s, batches, n, &groups, err)) return false;
  jl_pg_unit_open(c, unit);
  bool ok = send_heads(s, c, unit, batches, n) && send_lanes(s, c, unit, batches, n, true) && send_lanes(s, c, unit, batches, n, false) &&
            send_refusals(s, c, unit, batches, n) && send_again(s, c, unit, batches, n) && send_log(s, c, unit, batches, n);
  for (const struct group *g = groups; ok && g != NULL; g = g->next) ok = send_group(s, c, unit, g);
  if (ok) send_rights(c, unit, batches, n);
  if (ok) send_erasures(c, unit, batches, n);
  if (ok)
    jl_pg_unit_close(c, unit);
  else
    jl_pg_unit_abandon(c, unit); /* without its sync nothing of it can commit */
  return true;
}
