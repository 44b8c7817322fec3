/* Records as a row makes them, field by field, and their ids: derived from plan, source and key, so that the same row is the same record whenever
 * and by whomever it is imported. */
#include "client/import/parts.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void jl_ingest_row_begin(struct jl_ingest *in, size_t line) {
  jl_arena_reset(in->row_arena);
  in->line = line;
  in->records = in->last = NULL;
}

struct jl_ingest_record *jl_ingest_make(struct jl_ingest *in, uint32_t type) {
  static struct jl_ingest_record nothing = {.no_memory = true};
  struct jl_ingest_record *r = jl_arena_alloc(in->row_arena, sizeof *r);
  if (r == NULL) return &nothing;
  *r = (struct jl_ingest_record){.in = in, .type = jl_record_type_by_number(type), .line = in->line};
  return r;
}

static bool usable(const struct jl_ingest_record *r, struct jl_error *err) { return !r->no_memory || jl_ingest_no_memory(err); }

static bool put(struct jl_ingest_record *r, uint32_t field, struct jl_bytes slice, struct jl_error *err) {
  size_t i = 0;
  while (i < r->given_count && r->given[i] != field) i++;
  if (i == JL_INGEST_GIVEN) return jl_fail(err, JL_E_INTERNAL, JL_MSG("a record has more than {1} fields"), NULL, jl_arg_integer(JL_INGEST_GIVEN));
  if (i == r->given_count) r->given[r->given_count++] = field;
  if (slice.size == 0) return true;
  struct jl_bytes next = jl_record_with(r->in->row_arena, r->body, field, slice);
  if (next.data == NULL) return jl_ingest_no_memory(err);
  r->body = next;
  return true;
}

bool jl_ingest_put_cell(struct jl_ingest_record *r, uint32_t field, const struct jl_table_cell *cell, size_t column, struct jl_error *err) {
  struct jl_bytes slice;
  if (!usable(r, err)) return false;
  const struct jl_field *f = jl_field_by_number(r->type, field);
  if (jl_ingest_value(r, f, cell, (int)column, f->flag, &slice, err)) return put(r, field, slice, err);
  r->in->bad_column = r->in->found->columns[column].title;
  return false;
}

bool jl_ingest_put_slot(struct jl_ingest_record *r, uint32_t field, const struct jl_ingest_row *row, const char *slot, struct jl_error *err) {
  struct jl_bytes slice;
  if (!usable(r, err)) return false;
  if (!jl_ingest_has(r->in, slot)) return true;
  int column = jl_ingest_column(r->in, slot);
  if (jl_ingest_value(r, jl_field_by_number(r->type, field), jl_ingest_cell(r->in, row, slot), column, slot, &slice, err)) return put(r, field, slice, err);
  if (column >= 0) r->in->bad_column = r->in->found->columns[column].title;
  return false;
}

bool jl_ingest_put_words(struct jl_ingest_record *r, uint32_t field, const char *text, struct jl_error *err) {
  struct jl_bytes slice;
  if (!usable(r, err)) return false;
  const struct jl_field *f = jl_field_by_number(r->type, field);
  const struct jl_table_cell cell = {.state = text[0] != '\0' ? JL_CELL_VALUE : JL_CELL_NONE, .text = text, .size = strlen(text)};
  return jl_ingest_value(r, f, &cell, -1, f->flag, &slice, err) && put(r, field, slice, err);
}

static bool put_value(struct jl_ingest_record *r, uint32_t field, const struct jl_value *value, struct jl_error *err) {
  if (!usable(r, err)) return false;
  struct jl_bytes slice = jl_value_encode(r->in->row_arena, jl_field_by_number(r->type, field), value);
  return slice.data != NULL ? put(r, field, slice, err) : jl_ingest_no_memory(err);
}

bool jl_ingest_put_number(struct jl_ingest_record *r, uint32_t field, int64_t number, struct jl_error *err) { return put_value(r, field, &(struct jl_value){.number = number}, err); }
bool jl_ingest_put_id(struct jl_ingest_record *r, uint32_t field, const struct jl_id *id, struct jl_error *err) { return put_value(r, field, &(struct jl_value){.id = *id}, err); }
bool jl_ingest_holds(const struct jl_ingest_record *r, uint32_t field) { return jl_record_has(r->body, field); }
const struct jl_id *jl_ingest_id(const struct jl_ingest_record *r) { return &r->id; }

/* ---- keys ---- */
bool jl_ingest_key(struct jl_ingest_record *r, const char *part) {
  const char *folded = r->no_memory ? NULL : jl_text_fold(r->in->row_arena, part);
  r->no_memory = r->no_memory || folded == NULL || r->key_count == JL_COUNT(r->key);
  if (!r->no_memory) r->key[r->key_count++] = (struct jl_bytes){(const uint8_t *)folded, strlen(folded)};
  return true;
}

/* A number or a day however it is written. */
bool jl_ingest_key_slot(struct jl_ingest_record *r, const struct jl_ingest_row *row, const char *slot) {
  if (r->no_memory) return true;
  struct jl_ingest *in = r->in;
  const struct jl_table_cell *cell = jl_ingest_cell(in, row, slot);
  int column = jl_ingest_column(in, slot);
  enum jl_column_kind kind = column >= 0 ? in->found->columns[column].kind : JL_COLUMN_TEXT;
  char text[40];
  if (cell->state == JL_CELL_VALUE && kind == JL_COLUMN_DATE) {
    jl_day_format_iso(cell->moment.day, text);
    return jl_ingest_key(r, text);
  }
  if (cell->state == JL_CELL_VALUE && kind != JL_COLUMN_TEXT && kind != JL_COLUMN_EMPTY) {
    struct jl_decimal d = cell->number;
    for (; d.scale > 0 && d.digits % 10 == 0; d.scale--) d.digits /= 10;
    (void)snprintf(text, sizeof text, "%" PRId64 "e-%d", d.digits, d.scale);
    return jl_ingest_key(r, text);
  }
  const char *words = jl_ingest_trimmed(in->row_arena, cell);
  return jl_ingest_key(r, words != NULL ? words : "");
}

static struct jl_id derived(const struct jl_ingest_record *r, const char *purpose, struct jl_bytes more) {
  const struct jl_ingest *in = r->in;
  uint8_t number[4];
  struct jl_bytes parts[4 + JL_COUNT(r->key)] = {{in->cli->plan.bytes, sizeof in->cli->plan.bytes}, {(const uint8_t *)in->source->name, strlen(in->source->name)}, {number, sizeof number}};
  size_t n = 3;
  for (size_t i = 0; i < sizeof number; i++) number[i] = (uint8_t)(r->type->number >> (8 * i));
  for (size_t i = 0; i < r->key_count; i++) parts[n++] = r->key[i];
  if (more.size > 0) parts[n++] = more;
  return jl_id_derive(purpose, parts, n);
}

static bool twice(struct jl_ingest_record *r, const struct jl_ingest_seen *seen, struct jl_error *err) {
  return jl_fail(err, JL_E_ALREADY_EXISTS, JL_MSG("this {1} stands in line {2} already"), JL_MSG("leave one of them out; --key says what makes rows different"), jl_arg_label(r->type->label),
                 jl_arg_integer(seen->line));
}

struct jl_id jl_ingest_id_at(const struct jl_id *first, size_t place) {
  char count[24];
  if (place <= 1) return *first;
  (void)snprintf(count, sizeof count, "%zu", place);
  const struct jl_bytes parts[] = {{first->bytes, sizeof first->bytes}, {(const uint8_t *)count, strlen(count)}};
  return jl_id_derive("import row again", parts, 2);
}

size_t jl_ingest_place(struct jl_ingest *in, size_t counted) {
  if (in->place.number == 0) in->place.number = counted;
  return in->place.number;
}

bool jl_ingest_reserve(struct jl_ingest_record *r) {
  struct jl_error ignored = {0};
  if (r->no_memory || r->in->notes || r->key_count == 0 || r->in->keys != NULL || r->type->natural_key[0] != '\0') return true;
  r->first = derived(r, "import row", (struct jl_bytes){NULL, 0});
  r->reserved = true;
  if (jl_ingest_known_looks(r->in))
    r->no_memory = !jl_ingest_known_first(r, &r->first, &ignored);
  else
    (void)jl_ingest_place(r->in, jl_ingest_known_place(r->in));
  return true;
}

/* What is said beside a default is no other content. */
static struct jl_bytes without_defaults(const struct jl_ingest_record *r) {
  struct jl_bytes body = r->body;
  for (size_t i = 0; i < r->given_count; i++) {
    struct jl_bytes said = jl_record_slice(body, r->given[i]), usual = jl_ingest_default(r->in, r->given[i]);
    if (said.size > 0 && said.size == usual.size && memcmp(said.data, usual.data, said.size) == 0) body = jl_record_with(r->in->row_arena, body, r->given[i], (struct jl_bytes){NULL, 0});
  }
  return body;
}

/* One row of a record type: which record it is was found out before, for all rows together. */
static bool by_known(struct jl_ingest_record *r, struct jl_error *err) {
  struct jl_ingest *in = r->in;
  struct jl_ingest_seen *seen;
  bool is_new, natural = r->type->natural_key[0] != '\0' && !r->named;
  struct jl_id first = {{0}};
  if (natural && !jl_record_natural_id(r->type, &in->cli->plan, r->whole, &first))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}: a field of its key is missing"), NULL, jl_arg_label(r->type->label));
  if (!natural && !r->named) first = r->reserved ? r->first : in->keys != NULL ? derived(r, "import", (struct jl_bytes){NULL, 0}) : derived(r, "import row", r->key_count > 0 ? (struct jl_bytes){NULL, 0} : without_defaults(r));
  if (jl_ingest_known_looks(in)) {
    if (!natural) jl_ingest_known_said(r);
    return natural || r->named || jl_ingest_known_first(r, &first, err);
  }
  r->id = first;
  if (!natural && !jl_ingest_known_id(r, &first, err)) return false;
  in->by_content = in->by_content || (!natural && !r->named && r->key_count == 0);
  in->twice += jl_ingest_known_nth(in) > 1;
  return jl_ingest_index_put(&in->index, &r->id, r->line, &seen, &is_new, err) && (is_new || twice(r, seen, err));
}

struct jl_id jl_ingest_own_id(const struct jl_ingest_record *r) { return derived(r, "import", (struct jl_bytes){NULL, 0}); }

void jl_ingest_is(struct jl_ingest_record *r, const struct jl_id *id) {
  r->is = true;
  r->id = *id;
}

static bool by_key(struct jl_ingest_record *r, bool sums, struct jl_error *err) {
  struct jl_ingest_seen *seen;
  bool is_new;
  bool natural = r->type->natural_key[0] != '\0';
  if (natural && !r->is && !jl_record_natural_id(r->type, &r->in->cli->plan, r->whole, &r->id))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}: a field of its key is missing"), NULL, jl_arg_label(r->type->label));
  if (!natural && !r->is) r->id = jl_ingest_own_id(r);
  if (!jl_ingest_index_put(&r->in->index, &r->id, r->line, &seen, &is_new, err)) return false;
  r->in->others += r->is && !natural && is_new;
  return is_new || sums || twice(r, seen, err);
}

/* ---- taking them ---- */
/* Defaults are the same for all records of a type, so they are read once. */
static bool defaults_of(struct jl_ingest *in, const struct jl_record_type *type, struct jl_bytes *ret, struct jl_error *err) {
  for (size_t i = 0; i < in->default_count; i++)
    if (in->defaults[i].type == type->number) {
      *ret = in->defaults[i].body;
      return true;
    }
  struct jl_bytes body = {NULL, 0};
  if (in->default_count == JL_COUNT(in->defaults)) return jl_fail(err, JL_E_INTERNAL, JL_MSG("too many kinds of records"), NULL);
  if (!jl_record_defaults(in->cli, type, &in->input, &body, err)) return false;
  in->defaults[in->default_count].type = type->number;
  in->defaults[in->default_count++].body = body;
  *ret = body;
  return true;
}

static bool complete(struct jl_ingest_record *r, struct jl_error *err) {
  struct jl_bytes defaults;
  if (!defaults_of(r->in, r->type, &defaults, err)) return false;
  r->whole = r->body;
  for (size_t i = 0; i < r->type->field_count; i++) {
    uint32_t field = r->type->fields[i].number;
    struct jl_bytes slice = jl_record_slice(defaults, field);
    if (slice.size == 0 || jl_record_has(r->whole, field)) continue;
    r->whole = jl_record_with(r->in->row_arena, r->whole, field, slice);
    if (r->whole.data == NULL) return jl_ingest_no_memory(err);
  }
  return r->named || jl_record_check(r->type, r->whole, err); /* of what the file names it may say a part */
}

bool jl_ingest_defaults(struct jl_ingest *in, struct jl_error *err) {
  struct jl_bytes defaults;
  return defaults_of(in, in->type, &defaults, err);
}

struct jl_bytes jl_ingest_default(const struct jl_ingest *in, uint32_t field) {
  for (size_t i = 0; i < in->default_count; i++)
    if (in->defaults[i].type == in->type->number) return jl_record_slice(in->defaults[i].body, field);
  return (struct jl_bytes){NULL, 0};
}

static void append(struct jl_ingest_record *r) {
  struct jl_ingest *in = r->in;
  r->added = true;
  if (in->last != NULL)
    in->last->next = r;
  else
    in->records = r;
  in->last = r;
}

bool jl_ingest_add(struct jl_ingest_record *r, struct jl_error *err) {
  if (!usable(r, err)) return false;
  if (r->in->notes) return true;
  if (!complete(r, err)) return false;
  if (r->in->known != NULL ? !by_known(r, err) : !by_key(r, false, err)) return false;
  if (jl_ingest_known_looks(r->in)) return true;
  append(r);
  return true;
}

bool jl_ingest_add_once(struct jl_ingest_record *r, struct jl_error *err) {
  struct jl_ingest_seen *seen;
  bool is_new;
  if (!usable(r, err)) return false;
  if (r->in->notes) return true;
  if (!complete(r, err)) return false;
  if (r->type->natural_key[0] == '\0')
    r->id = r->is ? r->id : jl_ingest_own_id(r);
  else if (!jl_record_natural_id(r->type, &r->in->cli->plan, r->whole, &r->id))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1}: a field of its key is missing"), NULL, jl_arg_label(r->type->label));
  if (!jl_ingest_index_put(&r->in->index, &r->id, r->line, &seen, &is_new, err)) return false;
  r->once = true;
  r->in->others += r->is && is_new;
  if (is_new) append(r);
  return true;
}

/* A row that was not taken leaves its keys to others. */
void jl_ingest_row_void(struct jl_ingest *in) {
  for (const struct jl_ingest_record *r = in->records; r != NULL; r = r->next) {
    struct jl_ingest_seen *seen = jl_ingest_index_find(&in->index, &r->id);
    if (seen != NULL) seen->line = JL_INGEST_VOID;
  }
  in->records = in->last = NULL;
}

/* ---- sums ---- */
static struct jl_ingest_record *sum_of(struct jl_ingest *in, const struct jl_id *id) {
  for (size_t i = 0; in->sum_slots > 0; i++) {
    size_t at = in->sum_index[(jl_id_hash(id) + i) & (in->sum_slots - 1)];
    if (at == 0) return NULL;
    if (jl_id_equal(&in->sums[at - 1]->id, id)) return in->sums[at - 1];
  }
  return NULL;
}

static bool sum_room(struct jl_ingest *in, struct jl_error *err) {
  if (in->sum_count < in->sum_capacity) return true;
  if (in->sum_count == JL_INGEST_SUMS) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the file makes more than {1} sums"), JL_MSG("cut it into several, by time"), jl_arg_integer(JL_INGEST_SUMS));
  size_t capacity = in->sum_capacity == 0 ? 1024 : in->sum_capacity * 4;
  struct jl_ingest_record **sums = jl_arena_array(in->sum_arena, capacity, sizeof(struct jl_ingest_record *));
  in->sum_index = jl_arena_array(in->sum_arena, capacity * 2, sizeof *in->sum_index);
  if (sums == NULL || in->sum_index == NULL) return jl_ingest_no_memory(err);
  if (in->sum_count > 0) memcpy(sums, in->sums, in->sum_count * sizeof(struct jl_ingest_record *));
  in->sums = sums;
  in->sum_capacity = capacity;
  in->sum_slots = capacity * 2;
  for (size_t i = 0; i < in->sum_count; i++) {
    size_t k = jl_id_hash(&sums[i]->id) & (in->sum_slots - 1);
    while (in->sum_index[k] != 0) k = (k + 1) & (in->sum_slots - 1);
    in->sum_index[k] = i + 1;
  }
  return true;
}

static bool keep_sum(struct jl_ingest_record *r, struct jl_error *err) {
  struct jl_ingest *in = r->in;
  if (!sum_room(in, err)) return false;
  struct jl_ingest_record *copy = jl_arena_alloc(in->sum_arena, sizeof *copy);
  if (copy == NULL) return jl_ingest_no_memory(err);
  *copy = *r;
  copy->body = jl_arena_dup(in->sum_arena, r->body);
  copy->whole = (struct jl_bytes){NULL, 0};
  copy->next = NULL;
  if (copy->body.data == NULL) return jl_ingest_no_memory(err);
  size_t k = jl_id_hash(&r->id) & (in->sum_slots - 1);
  while (in->sum_index[k] != 0) k = (k + 1) & (in->sum_slots - 1);
  in->sums[in->sum_count++] = copy;
  in->sum_index[k] = in->sum_count;
  return true;
}

/* The value takes the place of the older one in memory when it is as long: sums of many rows do not pile up. */
static bool add_field(struct jl_ingest_record *sum, const struct jl_ingest_record *r, uint32_t number, struct jl_error *err) {
  const struct jl_field *f = jl_field_by_number(r->type, number);
  struct jl_value one, other = {0};
  if (!jl_record_get(r->body, f, &one)) return true;
  bool has = jl_record_get(sum->body, f, &other);
  if (__builtin_add_overflow(one.number, other.number, &one.number)) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1}: the sum is too large"), NULL, jl_arg_label(f->label));
  struct jl_bytes slice = jl_value_encode(r->in->row_arena, f, &one), before = jl_record_slice(sum->body, number);
  if (slice.data == NULL) return jl_ingest_no_memory(err);
  if (has && slice.size == before.size) {
    uint8_t *at;
    memcpy(&at, &before.data, sizeof at); /* ours: of the arena of the sums */
    memcpy(at, slice.data, slice.size);
    return true;
  }
  sum->body = jl_record_with(r->in->sum_arena, sum->body, number, slice);
  if (!has && sum->given_count < JL_INGEST_GIVEN) sum->given[sum->given_count++] = number;
  return sum->body.data != NULL || jl_ingest_no_memory(err);
}

bool jl_ingest_add_up(struct jl_ingest_record *r, const uint32_t *fields, struct jl_error *err) {
  if (!usable(r, err)) return false;
  if (r->in->notes) return true;
  if (!complete(r, err) || !by_key(r, true, err)) return false;
  struct jl_ingest_record *sum = sum_of(r->in, &r->id);
  if (sum == NULL) return keep_sum(r, err);
  for (; *fields != 0; fields++)
    if (!add_field(sum, r, *fields, err)) return false;
  return true;
}

bool jl_ingest_sum_take(struct jl_ingest *in, size_t i, struct jl_error *err) {
  jl_ingest_row_begin(in, in->sums[i]->line);
  struct jl_ingest_record *r = jl_arena_alloc(in->row_arena, sizeof *r);
  if (r == NULL) return jl_ingest_no_memory(err);
  *r = *in->sums[i];
  if (!complete(r, err)) return false;
  append(r);
  return true;
}
