/* What the plan has of the type that rows become, and what the rows say, both as hashes: ids, contents, keys. Read once before any row is made, so
 * that a row is known again whoever made its record and wherever it stands in the file. */
#include "client/import/known.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

/* Where a record belongs: two of one title below different ones are different. Others: their parent. */
static const struct { uint32_t type, fields[2]; } belongs[] = {{JL_TYPE_BUDGET_LINE, {JL_BUDGET_LINE_LEVER, JL_BUDGET_LINE_ACTION}}, {JL_TYPE_ACTION, {JL_ACTION_LEVER, 0}}};

/* ---- hashes ---- */
static bool is_words(const struct jl_field *f) { return f != NULL && (f->kind == JL_KIND_TEXT || f->kind == JL_KIND_LONG_TEXT); }

/* As it looks: accents one character with their letters. A switch that is off is one that nobody touched. */
static struct jl_bytes canonical(struct jl_ingest *in, uint32_t field, struct jl_bytes slice) {
  const struct jl_field *f = jl_field_by_number(in->type, field);
  if (slice.size == 0) slice = jl_ingest_default(in, field);
  if (f != NULL && f->kind == JL_KIND_BOOL && slice.size > 0 && slice.data[slice.size - 1] == 0) return (struct jl_bytes){NULL, 0};
  if (!is_words(f) || f->repeated || slice.size == 0) return slice;
  struct jl_bytes words = jl_record_text(in->type, slice, field);
  size_t size;
  const char *text = jl_text_composed(in->row_arena, (const char *)words.data, words.size, &size);
  return text == NULL ? slice : (struct jl_bytes){(const uint8_t *)text, size};
}

static uint64_t hash_of(const char *purpose, const struct jl_bytes *parts, size_t n) {
  const struct jl_id id = jl_id_derive(purpose, parts, n);
  uint64_t h = jl_id_hash(&id);
  return h == 0 ? 1 : h;
}

uint32_t jl_known_value(struct jl_ingest *in, uint32_t field, struct jl_bytes slice) {
  struct jl_bytes value = canonical(in, field, slice);
  uint32_t h = 2166136261u;
  if (value.size == 0) return 0;
  for (size_t i = 0; i < value.size; i++) h = (h ^ value.data[i]) * 16777619u;
  return h == 0 ? 1 : h;
}

static uint64_t content_of(struct jl_ingest *in, struct jl_bytes body) {
  struct jl_ingest_known *k = in->known;
  struct jl_bytes parts[JL_INGEST_GIVEN];
  for (size_t i = 0; i < k->field_count; i++) parts[i] = canonical(in, k->fields[i], jl_record_slice(body, k->fields[i]));
  return hash_of("content of a row", parts, k->field_count);
}

/* Case, accents and blanks do not make another key. */
static struct jl_bytes folded(struct jl_ingest *in, uint32_t field, struct jl_bytes body) {
  struct jl_bytes slice = jl_record_slice(body, field);
  if (slice.size == 0 || !is_words(jl_field_by_number(in->type, field))) return slice;
  struct jl_bytes text = jl_record_text(in->type, body, field);
  const char *copy = jl_arena_strndup(in->row_arena, (const char *)text.data, text.size), *fold = copy == NULL ? NULL : jl_text_fold(in->row_arena, copy);
  return fold == NULL ? slice : (struct jl_bytes){(const uint8_t *)fold, strlen(fold)};
}

static uint32_t part_of(struct jl_ingest *in, uint32_t field, struct jl_bytes body) {
  struct jl_bytes value = field == 0 ? (struct jl_bytes){NULL, 0} : folded(in, field, body);
  return value.size == 0 ? 0 : (uint32_t)hash_of("part of a key", &value, 1) | 1u;
}

static uint64_t key_of(struct jl_ingest *in, struct jl_bytes body) {
  struct jl_bytes value = in->known->key == 0 ? (struct jl_bytes){NULL, 0} : folded(in, in->known->key, body);
  return value.size == 0 ? 0 : hash_of("key of a row", &value, 1);
}

/* ---- which fields ---- */
static void add_part(struct jl_ingest_known *k, uint32_t field) {
  bool is_new = field != 0 && field != k->key && k->part_count < JL_KNOWN_PARTS;
  for (size_t i = 0; i < k->part_count; i++) is_new = is_new && k->parts[i] != field;
  if (is_new) k->parts[k->part_count++] = field;
}

static uint32_t field_of_slot(const struct jl_ingest *in, const char *name) {
  const struct jl_slot *s = jl_ingest_slot(in, name);
  return s == NULL || s->field == NULL ? 0 : s->field->number;
}

static void choose_fields(struct jl_ingest *in) {
  struct jl_ingest_known *k = in->known;
  const char *const *keys = in->keys != NULL ? in->keys : jl_ingest_type_keys(in->type);
  const struct jl_field *title = jl_title_field(in->type), *parent = jl_parent_field(in->type);
  bool listed = false;
  for (size_t i = 0; i < in->slot_count && k->field_count < JL_INGEST_GIVEN; i++)
    if (in->slots[i].field != NULL && jl_ingest_has(in, in->slots[i].name)) k->fields[k->field_count++] = in->slots[i].field->number;
  k->title = title == NULL ? 0 : title->number;
  k->key = keys != NULL ? field_of_slot(in, keys[0]) : k->title;
  for (; keys != NULL && *keys != NULL; keys++) add_part(k, field_of_slot(in, *keys));
  for (size_t i = 0; i < JL_COUNT(belongs); i++)
    for (size_t f = 0; belongs[i].type == in->type->number && f < JL_COUNT(belongs[i].fields); f++) {
      add_part(k, belongs[i].fields[f]);
      listed = true;
    }
  if (!listed && parent != NULL) add_part(k, parent->number);
}

/* ---- what is there ---- */
static bool grow(void **array, uint32_t count, uint32_t *capacity, size_t size, struct jl_error *err) {
  if (count < *capacity) return true;
  if (count >= JL_KNOWN_MOST) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("there are more than {1} records"), JL_MSG("cut the file into several"), jl_arg_integer(JL_KNOWN_MOST));
  uint32_t wanted = *capacity == 0 ? 1024 : *capacity * 2;
  void *larger = realloc(*array, wanted * size);
  if (larger == NULL) return jl_ingest_no_memory(err);
  *array = larger;
  *capacity = wanted;
  return true;
}

static struct jl_id id_of_number(uint64_t number) {
  struct jl_id id = {{0}};
  memcpy(id.bytes, &number, sizeof number);
  return id;
}

static void forget_there(void *context) {
  struct jl_ingest_known *k = context;
  k->there_count = 0;
  jl_ingest_index_free(&k->by_id);
  jl_ingest_index_free(&k->by_number);
}

static bool take_there(struct jl_ingest *in, void *context, const struct jl_record_state *r, struct jl_error *err) {
  struct jl_ingest_known *k = context;
  struct jl_ingest_seen *seen;
  bool is_new;
  if (!grow((void **)&k->there, k->there_count, &k->there_capacity, sizeof *k->there, err)) return false;
  struct jl_ingest_there *t = &k->there[k->there_count];
  *t = (struct jl_ingest_there){.id = r->id, .number = r->number, .revision = r->revision, .deleted = r->deleted_revision != 0, .next_content = JL_KNOWN_NONE, .next_key = JL_KNOWN_NONE};
  t->content = content_of(in, r->body);
  t->key = key_of(in, r->body);
  for (size_t i = 0; i < k->part_count; i++) t->parts[i] = part_of(in, k->parts[i], r->body);
  t->title = part_of(in, k->title, r->body);
  jl_arena_reset(in->row_arena);
  const struct jl_id number = id_of_number(r->number);
  return jl_ingest_index_put(&k->by_id, &r->id, k->there_count, &seen, &is_new, err) && (r->number == 0 || jl_ingest_index_put(&k->by_number, &number, k->there_count, &seen, &is_new, err)) && ++k->there_count > 0;
}

/* Chains of one content and of one key, in the order of their numbers. */
static int by_number(const void *left, const void *right) {
  const struct jl_ingest_there *l = left, *r = right;
  return l->number != r->number ? (l->number > r->number) - (l->number < r->number) : jl_id_compare(&l->id, &r->id);
}

static bool index_there(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_known *k = in->known;
  struct jl_ingest_seen *seen;
  bool is_new;
  k->places = 1024;
  while (k->places < (size_t)k->there_count * 2) k->places *= 2;
  k->by_content = malloc(k->places * sizeof *k->by_content);
  k->by_key = malloc(k->places * sizeof *k->by_key);
  if (k->by_content == NULL || k->by_key == NULL) return jl_ingest_no_memory(err);
  memset(k->by_content, 0xff, k->places * sizeof *k->by_content);
  memset(k->by_key, 0xff, k->places * sizeof *k->by_key);
  if (k->there_count > 0) qsort(k->there, k->there_count, sizeof *k->there, by_number);
  jl_ingest_index_free(&k->by_id);
  jl_ingest_index_free(&k->by_number);
  for (uint32_t i = k->there_count; i-- > 0;) {
    struct jl_ingest_there *t = &k->there[i];
    uint32_t *content = &k->by_content[t->content & (k->places - 1)], *key = &k->by_key[t->key & (k->places - 1)];
    const struct jl_id number = id_of_number(t->number);
    if (!jl_ingest_index_put(&k->by_id, &t->id, i, &seen, &is_new, err) || (t->number != 0 && !jl_ingest_index_put(&k->by_number, &number, i, &seen, &is_new, err))) return false;
    if (t->deleted) continue;
    t->next_content = *content;
    *content = i;
    if (t->key == 0) continue;
    t->next_key = *key;
    *key = i;
  }
  return true;
}

/* ---- what the rows say ---- */
static bool add_to_group(struct jl_ingest *in, uint32_t row, const struct jl_id *first, bool by_content, struct jl_error *err) {
  struct jl_ingest_known *k = in->known;
  struct jl_ingest_seen *seen;
  bool is_new;
  if (!jl_ingest_index_put(&k->by_group, first, k->group_count, &seen, &is_new, err)) return false;
  if (is_new && !grow((void **)&k->groups, k->group_count, &k->group_capacity, sizeof *k->groups, err)) return false;
  if (is_new) k->groups[k->group_count++] = (struct jl_ingest_group){.first = *first, .row = row, .last = row, .by_content = by_content};
  struct jl_ingest_group *g = &k->groups[seen->line];
  if (g->rows > 0) k->rows[g->last].next = row;
  g->last = row;
  k->rows[row].nth = ++g->rows;
  k->rows[row].group = seen->line;
  return true;
}

/* A file of too many rows has none. */
static bool hash_room(struct jl_ingest_known *k, struct jl_error *err) {
  size_t wanted = (size_t)k->row_count * k->field_count;
  if ((k->at > 0 && k->hashes == NULL) || wanted <= k->hash_capacity) return true;
  uint32_t *larger = wanted * sizeof *larger > JL_KNOWN_HASHES ? NULL : realloc(k->hashes, wanted * 2 * sizeof *larger);
  if (larger == NULL && wanted * sizeof *larger <= JL_KNOWN_HASHES) return jl_ingest_no_memory(err);
  if (larger == NULL) free(k->hashes);
  k->hashes = larger;
  k->hash_capacity = larger == NULL ? 0 : (uint32_t)(wanted * 2);
  return true;
}

bool jl_ingest_known_row(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_known *k = in->known;
  if (!k->looks) {
    k->at = k->next++;
    return k->at < k->row_count || jl_fail(err, JL_E_INTERNAL, JL_MSG("the file has changed meanwhile; try again"), NULL);
  }
  if (!grow((void **)&k->rows, k->row_count, &k->row_capacity, sizeof *k->rows, err)) return false;
  k->at = k->row_count++;
  k->rows[k->at] = (struct jl_ingest_whose){.line = (uint32_t)in->line, .next = JL_KNOWN_NONE, .there = JL_KNOWN_NONE, .group = JL_KNOWN_NONE};
  return hash_room(k, err);
}

bool jl_ingest_known_first(struct jl_ingest_record *r, const struct jl_id *first, struct jl_error *err) {
  struct jl_ingest_known *k = r->in->known;
  struct jl_ingest_whose *w = &k->rows[k->at];
  if (w->group != JL_KNOWN_NONE || w->fixed) return true;
  if (r->in->place.again && r->in->place.number > 0) {
    w->place = (uint32_t)r->in->place.number;
    w->fixed = true;
  }
  return add_to_group(r->in, k->at, first, r->key_count == 0, err);
}

/* Its reference is another record's here, by the id beside it; without one, by its title. */
static void look_whether_strange(struct jl_ingest_record *r, const struct jl_ingest_whose *w) {
  struct jl_ingest_known *k = r->in->known;
  const struct jl_ingest_there *t = w->fixed && w->there != JL_KNOWN_NONE ? &k->there[w->there] : NULL;
  k->named_count += t != NULL;
  if (t == NULL || (w->has_id ? w->same_id : w->title == 0 || w->title == t->title)) return;
  if (k->strange_count++ > 0 && (!w->has_id || k->strange.by_id)) return;
  struct jl_bytes title = k->title == 0 ? (struct jl_bytes){NULL, 0} : jl_record_text(r->type, r->whole, k->title);
  const char *text = jl_arena_strndup(r->in->cli->arena, (const char *)title.data, title.size);
  k->strange.number = t->number;
  k->strange.line = w->line;
  k->strange.title = text == NULL ? "" : text;
  k->strange.by_id = w->has_id;
}

void jl_ingest_known_said(struct jl_ingest_record *r) {
  struct jl_ingest *in = r->in;
  struct jl_ingest_known *k = in->known;
  struct jl_ingest_whose *w = &k->rows[k->at];
  w->read = true;
  w->content = content_of(in, r->whole);
  w->key = key_of(in, r->whole);
  w->title = part_of(in, k->title, r->whole);
  for (size_t i = 0; i < k->part_count; i++) w->parts[i] = part_of(in, k->parts[i], r->whole);
  look_whether_strange(r, w);
  for (size_t i = 0; k->hashes != NULL && i < k->field_count; i++) k->hashes[(size_t)k->at * k->field_count + i] = jl_known_value(in, k->fields[i], jl_record_slice(r->whole, k->fields[i]));
}

bool jl_ingest_known_is(struct jl_ingest_record *r, uint64_t number, struct jl_error *err) {
  struct jl_ingest_known *k = r->in->known;
  const struct jl_id id = id_of_number(number);
  const struct jl_ingest_seen *seen = jl_ingest_index_find(&k->by_number, &id);
  struct jl_ingest_whose *w = &k->rows[k->at];
  char reference[JL_REFERENCE_SIZE];
  if (k->looks && seen != NULL) w->there = seen->line;
  if (k->looks) w->fixed = true;
  w->no_record = seen == NULL;
  if (k->looks || seen != NULL) return true;
  jl_reference_text(r->type->number, number, reference);
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no {1} in this plan"), JL_MSG("leave \"ref\" empty where a row is a new record"), jl_arg_text(reference));
}

uint64_t jl_ingest_known_id_of(struct jl_ingest *in, const char *text) {
  struct jl_id id;
  const struct jl_ingest_seen *seen = jl_id_parse(text, &id) ? jl_ingest_index_find(&in->known->by_id, &id) : NULL;
  return seen == NULL ? 0 : in->known->there[seen->line].number;
}

void jl_ingest_known_beside(struct jl_ingest_record *r, const char *text) {
  struct jl_ingest_known *k = r->in->known;
  struct jl_ingest_whose *w = &k->rows[k->at];
  struct jl_id id;
  w->has_id = true;
  w->same_id = w->there != JL_KNOWN_NONE && jl_id_parse(text, &id) && jl_id_equal(&id, &k->there[w->there].id);
}

void jl_ingest_known_rewind(struct jl_ingest *in) {
  if (in->known == NULL) return;
  in->known->next = 0;
  in->known->others = 0;
}

uint64_t jl_ingest_known_others(const struct jl_ingest *in) { return in->known == NULL ? 0 : in->known->others; }
bool jl_ingest_known_looks(const struct jl_ingest *in) { return in->known != NULL && in->known->looks; }

void jl_ingest_known_new(struct jl_ingest_record *r) { r->in->known->rows[r->in->known->at].is_new = true; }

/* ---- the whole ---- */
bool jl_ingest_known_begin(struct jl_ingest *in, struct jl_error *err) {
  if (in->type == NULL) return true;
  in->known = jl_arena_alloc(in->cli->arena, sizeof *in->known);
  if (in->known == NULL) return jl_ingest_no_memory(err);
  choose_fields(in);
  in->known->looks = true;
  struct jl_ingest_each each = {.type = in->type->number, .deleted = true, .begin = forget_there, .take = take_there, .context = in->known};
  return jl_ingest_defaults(in, err) && jl_ingest_each(in, &each, err) && index_there(in, err);
}

bool jl_ingest_known_end(struct jl_ingest *in, struct jl_error *err) {
  if (in->known == NULL) return true;
  in->known->looks = false;
  return jl_known_decide(in, err);
}

void jl_ingest_known_free(struct jl_ingest *in) {
  struct jl_ingest_known *k = in->known;
  if (k == NULL) return;
  jl_ingest_index_free(&k->by_id);
  jl_ingest_index_free(&k->by_number);
  jl_ingest_index_free(&k->by_group);
  free(k->there);
  free(k->rows);
  free(k->groups);
  free(k->hashes);
  free(k->by_content);
  free(k->by_key);
}
