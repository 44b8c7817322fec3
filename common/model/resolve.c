/* What people call a record: short reference, id or the beginning of one, title or its beginning. */
#include "common/base/text.h"
#include "common/model/replica_internal.h"
#include "common/model/rules.h"
#include <ctype.h>
#include <string.h>

#define WORD_MAX 400         /* bytes of what is asked for and of a title that is compared */
#define FOLD_BYTES 16384     /* scratch for folding one title */
#define NEAREST_RECORDS 2000 /* looked at for "did you mean" */
#define NAMED_MAX 3          /* candidates named when ambiguous */

struct search {
  const struct jl_replica *replica;
  const uint32_t *types;
  size_t type_count;
  bool deleted;
  const struct jl_record *found[NAMED_MAX];
  size_t count;
};

static bool type_allowed(const struct search *s, uint32_t type) {
  for (size_t i = 0; i < s->type_count; i++)
    if (s->types[i] == type) return true;
  return s->type_count == 0;
}

static bool wanted(const struct search *s, const struct jl_record *record) {
  return record->type != NULL && type_allowed(s, record->type_number) && (s->deleted || jl_replica_live(s->replica, &record->id) != NULL);
}

static void add(struct search *s, const struct jl_record *record) {
  if (!wanted(s, record)) return; /* asked last: it costs more than a look at the title */
  if (s->count < NAMED_MAX) s->found[s->count] = record;
  s->count++;
}

/* Calls back for every record that could be meant. */
struct walk {
  struct search *s;
  struct jl_arena *scratch;
  const char *word;
  size_t size;
  int best;
  const struct jl_record *nearest;
  size_t looked; /* for the nearest; the walk ends at NEAREST_RECORDS */
};
static void walk_records(struct walk *w, void (*visit)(struct walk *w, const struct jl_record *record)) {
  for (size_t t = 0; t < jl_replica_type_count(w->s->replica); t++) {
    uint32_t type = jl_replica_type_at(w->s->replica, t);
    size_t n = type_allowed(w->s, type) ? jl_replica_of_type(w->s->replica, type) : 0;
    for (size_t i = 0; i < n; i++) {
      if (w->looked >= NEAREST_RECORDS) return;
      const struct jl_record *record = jl_replica_of_type_at(w->s->replica, type, i);
      if (record->type != NULL) visit(w, record);
    }
  }
}

static const struct jl_record *by_reference(struct search *s, const char *text, const struct jl_record_type **ret_type) {
  uint64_t number;
  *ret_type = NULL;
  if (!jl_reference_parse(text, ret_type, &number)) return NULL;
  const struct jl_record *record = jl_replica_numbered(s->replica, (*ret_type)->number, number);
  return record != NULL && (s->deleted || jl_replica_live(s->replica, &record->id) != NULL) ? record : NULL;
}

/* Hex digits of an id or its beginning, hyphens left out; 0: not one. */
static size_t hex_digits(const char *text, char out[33]) {
  size_t n = 0;
  for (; *text != '\0'; text++) {
    if (*text == '-') continue;
    if (isxdigit((unsigned char)*text) == 0 || n == 32) return 0;
    out[n++] = (char)tolower((unsigned char)*text);
  }
  out[n] = '\0';
  return n >= 4 ? n : 0;
}

static void visit_id(struct walk *w, const struct jl_record *record) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < w->size; i++) {
    uint8_t byte = record->id.bytes[i / 2];
    if (digits[i % 2 == 0 ? byte >> 4 : byte & 15] != w->word[i]) return;
  }
  add(w->s, record);
}

/* NULL: it has no title, or it is not foldable here. Valid until the scratch is reset. */
static const char *folded_title(struct walk *w, const struct jl_record *record) {
  char title[WORD_MAX + 1];
  const struct jl_field *field = jl_title_field(record->type);
  struct jl_bytes text = field == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(record->type, record->body, field->number);
  if (text.size == 0) return NULL;
  size_t size = jl_text_cut((const char *)text.data, text.size, WORD_MAX);
  memcpy(title, text.data, size);
  title[size] = '\0';
  jl_arena_reset(w->scratch);
  return jl_text_fold(w->scratch, title);
}

/* A quick look that spares folding nearly every title: plain letters from the beginning on say no, anything else nothing. */
static bool begins_otherwise(const struct walk *w, const struct jl_record *record) {
  const struct jl_field *field = jl_title_field(record->type);
  struct jl_bytes text = field == NULL ? (struct jl_bytes){NULL, 0} : jl_record_text(record->type, record->body, field->number);
  for (size_t i = 0; i < w->size; i++) {
    if (i == text.size) return true;
    if (text.data[i] <= ' ' || text.data[i] >= 0x80) return false;
    if (tolower(text.data[i]) != (uint8_t)w->word[i]) return true;
  }
  return false;
}

static void visit_title(struct walk *w, const struct jl_record *record) {
  const char *title = begins_otherwise(w, record) ? NULL : folded_title(w, record);
  if (title != NULL && strcmp(title, w->word) == 0) add(w->s, record);
}

static void visit_title_start(struct walk *w, const struct jl_record *record) {
  const char *title = begins_otherwise(w, record) ? NULL : folded_title(w, record);
  if (title != NULL && strncmp(title, w->word, w->size) == 0) add(w->s, record);
}

static void visit_nearest(struct walk *w, const struct jl_record *record) {
  w->looked++;
  const char *title = folded_title(w, record);
  int distance = title == NULL ? w->best : jl_text_distance(w->word, title);
  if (distance >= w->best || !wanted(w->s, record)) return;
  w->best = distance;
  w->nearest = record;
}

static bool ambiguous(const struct search *s, const char *text, struct jl_error *err) {
  struct jl_arg third = s->count > 2 ? jl_arg_record(s->found[2]) : jl_arg_text("");
  if (s->count > 2)
    return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("\"{1}\" can be {2} records: {3}, {4}, {5} ..."),
                   JL_MSG("use the short reference, such as A12"), jl_arg_text(text), jl_arg_integer((int64_t)s->count),
                   jl_arg_record(s->found[0]), jl_arg_record(s->found[1]), third);
  return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("\"{1}\" can be {2} or {3}"), JL_MSG("use the short reference, such as A12"),
                 jl_arg_text(text), jl_arg_record(s->found[0]), jl_arg_record(s->found[1]));
}

static bool not_found(struct walk *w, const char *text, struct jl_error *err) {
  size_t length = strlen(w->word);
  w->best = length / 3 < 2 ? 3 : (int)(length / 3) + 1;
  walk_records(w, visit_nearest);
  const struct jl_record_type *type = w->s->type_count == 1 ? jl_record_type_by_number(w->s->types[0]) : NULL;
  struct jl_arg label = jl_arg_label(type == NULL ? JL_MSG("record") : type->label);
  if (w->nearest != NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no {1} \"{2}\""), JL_MSG("did you mean {3}?"), label, jl_arg_text(text),
                   jl_arg_record(w->nearest));
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no {1} \"{2}\""), JL_MSG("list the records to see what there is"), label,
                 jl_arg_text(text));
}

static bool settle(const struct search *s, const char *text, const struct jl_record **ret_record, bool *ret_done, struct jl_error *err) {
  *ret_done = s->count > 0;
  if (s->count > 1) return ambiguous(s, text, err);
  if (s->count == 1) *ret_record = s->found[0];
  return true;
}

static bool by_words(struct walk *w, const char *text, const struct jl_record **ret_record, struct jl_error *err) {
  static void (*const visits[])(struct walk *, const struct jl_record *) = {visit_title, visit_title_start};
  bool done = false;
  for (size_t i = 0; i < JL_COUNT(visits); i++) {
    if (w->size == 0) break;
    walk_records(w, visits[i]);
    if (!settle(w->s, text, ret_record, &done, err)) return false;
    if (done) return true;
  }
  return not_found(w, text, err);
}

bool jl_resolve(const struct jl_replica *r, const char *text, const uint32_t *types, size_t type_count, bool deleted, struct jl_arena *a,
                const struct jl_record **ret_record, struct jl_error *err) {
  struct search s = {.replica = r, .types = types, .type_count = type_count, .deleted = deleted};
  const struct jl_record_type *type;
  char hex[33];
  bool done = false;
  if (strnlen(text, WORD_MAX + 1) > WORD_MAX || !jl_text_valid(text, strlen(text)) || text[0] == '\0')
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no name of a record"), JL_MSG("use a short reference such as A12, or a title"),
                   jl_arg_textn(text, strnlen(text, WORD_MAX)));
  const struct jl_record *record = by_reference(&s, text, &type);
  if (record != NULL && type_allowed(&s, record->type_number)) {
    *ret_record = record;
    return true;
  }
  struct walk w = {.s = &s, .word = hex, .size = hex_digits(text, hex)};
  if (w.size > 0) {
    walk_records(&w, visit_id);
    if (!settle(&s, text, ret_record, &done, err)) return false;
    if (done) return true;
  }
  w.word = jl_text_fold(a, text);
  w.scratch = jl_arena_new(FOLD_BYTES);
  if (w.word == NULL || w.scratch == NULL) {
    jl_arena_free(w.scratch);
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  }
  w.size = strlen(w.word);
  bool ok = by_words(&w, text, ret_record, err);
  jl_arena_free(w.scratch);
  if (!ok && record != NULL && err != NULL && err->code == JL_E_NOT_FOUND) {
    const struct jl_record_type *one = type_count == 1 ? jl_record_type_by_number(types[0]) : NULL;
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1} is a {2}, not a {3}"), NULL, jl_arg_record(record), jl_arg_label(type->label),
                   jl_arg_label(one == NULL ? JL_MSG("record of that kind") : one->label));
  }
  return ok;
}
