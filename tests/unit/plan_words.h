/* Small plans in words, for tests that need many: "objective:o title='Leads +30 %' kind=business due=t+90; lever name=SEO objectives=o".
 * Records are parted by semicolons: type, a key for others to name it by, fields. Texts with blanks stand in apostrophes, several values are
 * parted by commas, days are t (today), t+5, t-5; amounts are in units, percent in percent, fractions as decimals. "plan" is the plan itself,
 * which is always there; as a record it gives it fields. */
#ifndef JL_TESTS_UNIT_PLAN_WORDS_H
#define JL_TESTS_UNIT_PLAN_WORDS_H
#include "view_fixture.h"
#include <ctype.h>
#include <stdlib.h>

#define WORDS_KEYS 64
struct words {
  struct fixture *fx;
  struct { char name[24]; struct jl_id id; } keys[WORDS_KEYS];
  size_t count;
};

static inline struct jl_id words_key(const struct words *w, const char *name) {
  for (size_t i = 0; i < w->count; i++)
    if (strcmp(w->keys[i].name, name) == 0) return w->keys[i].id;
  if (strcmp(name, "plan") != 0) fail_msg("nothing is called %s", name);
  return fx_id(1);
}

static inline int64_t words_number(const struct words *w, const struct jl_field *field, const char *text) {
  if (field->kind == JL_KIND_DATE) return text[0] == 't' ? w->fx->in.today + strtol(text + 1, NULL, 10) : strtol(text, NULL, 10);
  if (field->kind == JL_KIND_FRACTION) return (int64_t)(strtod(text, NULL) * 1000000);
  if (field->kind == JL_KIND_MONEY || field->kind == JL_KIND_SHARE) return strtol(text, NULL, 10) * 100;
  if (field->kind == JL_KIND_BOOL) return strcmp(text, "yes") == 0;
  if (field->kind != JL_KIND_ENUM) return strtol(text, NULL, 10);
  for (size_t i = 0; i < field->enumeration->count; i++)
    if (strcmp(field->enumeration->values[i].text, text) == 0) return field->enumeration->values[i].number;
  fail_msg("%s is no %s", text, field->name);
  return 0;
}

static inline void words_field(struct words *w, const char *name, char *text) {
  const struct jl_field *field = jl_field_by_name(w->fx->type, name);
  struct jl_value values[16];
  size_t n = 0;
  if (field == NULL) fail_msg("%s has no field %s", w->fx->type->name, name);
  for (char *next = text; next != NULL && n < 16; n++) {
    char *at = next;
    next = field->repeated ? strchr(at, ',') : NULL;
    if (next != NULL) *next++ = '\0';
    if (field->kind == JL_KIND_REFERENCE)
      values[n] = (struct jl_value){.id = words_key(w, at)};
    else if (field->kind == JL_KIND_TEXT || field->kind == JL_KIND_LONG_TEXT || field->kind == JL_KIND_LINK || field->kind == JL_KIND_CURRENCY)
      values[n] = (struct jl_value){.text = {(const uint8_t *)at, strlen(at)}};
    else
      values[n] = (struct jl_value){.number = words_number(w, field, at)};
  }
  fx_slice(w->fx, field->number, values, n);
}

/* The next word, ended at a blank, '=' or ':' outside of apostrophes; *ret_end is what ended it. */
static inline char *words_next(char **io_at, char *ret_end) {
  char *at = *io_at, *out;
  while (*at == ' ') at++;
  char *word = out = at;
  for (bool quoted = false; *at != '\0' && (quoted || strchr(" =:", *at) == NULL); at++) {
    if (*at == '\'')
      quoted = !quoted;
    else
      *out++ = *at;
  }
  *ret_end = *at;
  if (*at != '\0') at++;
  *out = '\0';
  *io_at = at;
  return word;
}

static inline void words_record(struct words *w, char *at) {
  char end, *type = words_next(&at, &end), *key = end == ':' ? words_next(&at, &end) : NULL;
  const struct jl_record_type *found = jl_record_type_by_name(type);
  if (found == NULL) fail_msg("there is no type %s", type);
  fx_begin(w->fx, found->number);
  if (found->number == JL_TYPE_PLAN) {
    fx_text(w->fx, JL_PLAN_NAME, "Plan 2026");
    fx_int(w->fx, JL_PLAN_START, 20454);
    fx_int(w->fx, JL_PLAN_END, 20818);
    fx_text(w->fx, JL_PLAN_CURRENCY, "EUR");
  }
  for (char *name; *(name = words_next(&at, &end)) != '\0';) {
    char *value = words_next(&at, &end);
    words_field(w, name, value);
  }
  bool plan = found->number == JL_TYPE_PLAN;
  struct jl_id id = plan ? fx_put_as(w->fx, fx_id(1), 0) : fx_put(w->fx);
  if (key == NULL || plan) return;
  assert_true(w->count < WORDS_KEYS);
  snprintf(w->keys[w->count].name, sizeof w->keys[w->count].name, "%s", key);
  w->keys[w->count++].id = id;
}

/* Adds them to the fixture's plan and organisation. */
static inline void words_read(struct fixture *fx, const char *text) {
  struct words w = {.fx = fx};
  char *copy = strdup(text), *rest = copy;
  assert_non_null(copy);
  if (strncmp(text, "plan ", 5) != 0) fx_plan(fx);
  for (char *record; (record = strsep(&rest, ";")) != NULL;)
    if (record[strspn(record, " ")] != '\0') words_record(&w, record);
  free(copy);
}
#endif
