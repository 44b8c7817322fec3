/* What people call a record: short reference, id or the beginning of one, title or its beginning. */
#include "common/base/text.h"
#include "common/model/replica_internal.h"
#include "common/model/rules.h"
#include "common/model/titles.h"
#include <ctype.h>
#include <string.h>

#define NAMED_MAX 3 /* candidates named when ambiguous */

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

static void by_id(struct search *s, const char *hex, size_t size) {
  static const char digits[] = "0123456789abcdef";
  for (size_t t = 0; t < jl_replica_type_count(s->replica); t++) {
    uint32_t type = jl_replica_type_at(s->replica, t);
    size_t n = type_allowed(s, type) ? jl_replica_of_type(s->replica, type) : 0;
    for (size_t i = 0; i < n; i++) {
      const struct jl_record *record = jl_replica_of_type_at(s->replica, type, i);
      size_t same = 0;
      while (same < size && digits[same % 2 == 0 ? record->id.bytes[same / 2] >> 4 : record->id.bytes[same / 2] & 15] == hex[same]) same++;
      if (same == size) add(s, record);
    }
  }
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

static bool may_be_meant(void *context, const struct jl_record *record) { return wanted(context, record); }

static bool not_found(struct search *s, struct jl_titles *titles, const char *folded, const char *text, struct jl_error *err) {
  size_t third = strlen(folded) / 3;
  const struct jl_record_type *referred;
  uint64_t number;
  const bool as_reference = jl_reference_parse(text, &referred, &number); /* a number that is not there is near to no title */
  const struct jl_record *nearest = as_reference ? NULL : jl_titles_nearest(titles, folded, third < 2 ? 2 : (int)third, s->types, s->type_count, may_be_meant, s);
  const struct jl_record_type *type = s->type_count == 1 ? jl_record_type_by_number(s->types[0]) : NULL;
  struct jl_arg label = jl_arg_label(type == NULL ? JL_MSG("record") : type->label);
  if (nearest != NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no {1} \"{2}\""), JL_MSG("did you mean {3}?"), label, jl_arg_text(text),
                   jl_arg_record(nearest));
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no {1} \"{2}\""), JL_MSG("list the records to see what there is"), label,
                 jl_arg_text(text));
}

static bool settle(const struct search *s, const char *text, const struct jl_record **ret_record, bool *ret_done, struct jl_error *err) {
  *ret_done = s->count > 0;
  if (s->count > 1) return ambiguous(s, text, err);
  if (s->count == 1) *ret_record = s->found[0];
  return true;
}

/* Whole titles come before those that only begin so. */
struct by_title {
  struct search whole, beginning;
};
static void title_found(void *context, const struct jl_record *record, bool whole) {
  struct by_title *by = context;
  if (whole) add(&by->whole, record);
  add(&by->beginning, record);
}

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL); }

static bool by_words(struct search *s, struct jl_titles *titles, const char *text, struct jl_arena *a, const struct jl_record **ret_record,
                     struct jl_error *err) {
  struct by_title by = {.whole = *s, .beginning = *s};
  const char *folded = jl_text_fold(a, text);
  bool done = false;
  if (folded == NULL) return no_memory(err);
  if (folded[0] != '\0' && !jl_titles_beginning(titles, folded, s->types, s->type_count, title_found, &by)) return no_memory(err);
  if (!settle(&by.whole, text, ret_record, &done, err)) return false;
  if (!done && !settle(&by.beginning, text, ret_record, &done, err)) return false;
  return done || not_found(s, titles, folded, text, err);
}

bool jl_resolve_among(struct jl_titles *titles, const char *text, const uint32_t *types, size_t type_count, bool deleted, struct jl_arena *a,
                      const struct jl_record **ret_record, struct jl_error *err) {
  struct search s = {.replica = jl_titles_replica(titles), .types = types, .type_count = type_count, .deleted = deleted};
  const struct jl_record_type *type;
  char hex[33];
  bool done = false;
  if (strnlen(text, JL_TITLE_BYTES + 1) > JL_TITLE_BYTES || !jl_text_valid(text, strlen(text)) || text[0] == '\0')
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no name of a record"), JL_MSG("use a short reference such as A12, or a title"),
                   jl_arg_textn(text, strnlen(text, JL_TITLE_BYTES)));
  const struct jl_record *record = by_reference(&s, text, &type);
  if (record != NULL && type_allowed(&s, record->type_number)) {
    *ret_record = record;
    return true;
  }
  size_t digits = hex_digits(text, hex);
  if (digits > 0) {
    by_id(&s, hex, digits);
    if (!settle(&s, text, ret_record, &done, err)) return false;
    if (done) return true;
  }
  bool ok = by_words(&s, titles, text, a, ret_record, err);
  if (!ok && record != NULL && err != NULL && err->code == JL_E_NOT_FOUND) {
    const struct jl_record_type *one = type_count == 1 ? jl_record_type_by_number(types[0]) : NULL;
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1} is a {2}, not a {3}"), NULL, jl_arg_record(record), jl_arg_label(type->label),
                   jl_arg_label(one == NULL ? JL_MSG("record of that kind") : one->label));
  }
  return ok;
}

bool jl_resolve(const struct jl_replica *r, const char *text, const uint32_t *types, size_t type_count, bool deleted, struct jl_arena *a,
                const struct jl_record **ret_record, struct jl_error *err) {
  struct jl_titles *titles = jl_titles_new(r);
  bool ok = titles != NULL ? jl_resolve_among(titles, text, types, type_count, deleted, a, ret_record, err) : no_memory(err);
  jl_titles_free(titles);
  return ok;
}
