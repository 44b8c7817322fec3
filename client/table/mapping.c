/* Titles of columns as fields: whose export it is decides what a title means that several have. */
#include "client/table/parts.h"
#include "common/base/text.h"
#include <stdio.h>
#include <string.h>

#define SOURCES 32

size_t jl_known_titles(struct jl_reading_of *r, const char *const *cells, const size_t *sizes, size_t count) {
  struct jl_arena *a = jl_arena_new(1U << 20);
  size_t known = 0;
  for (size_t i = 0; a != NULL && i < count; i++) {
    char currency[4];
    bool money;
    const struct jl_table_word *const *words;
    const char *folded = sizes[i] == 0 || sizes[i] > 200 ? NULL : jl_title_fold(a, cells[i], sizes[i], currency, &money);
    known += folded != NULL && jl_vocabulary_find(r->vocabulary, folded, &words) > 0;
  }
  jl_arena_free(a);
  return known;
}

struct sources {
  const char *names[SOURCES];
  size_t counts[SOURCES], count;
};

static void count_source(struct sources *s, const char *name) {
  size_t i = 0;
  while (i < s->count && strcmp(s->names[i], name) != 0) i++;
  if (i == SOURCES) return;
  if (i == s->count) s->names[s->count++] = name;
  s->counts[i]++;
}

/* Whose words most columns are; nobody's when as many are nobody's. */
static const char *most(const struct sources *s) {
  size_t best = 0;
  const char *name = "";
  for (size_t i = 0; i < s->count; i++)
    if (s->names[i][0] == '\0') best = s->counts[i];
  for (size_t i = 0; i < s->count; i++)
    if (s->counts[i] > best) {
      best = s->counts[i];
      name = s->names[i];
    }
  return best >= 3 ? name : "";
}

static size_t count_of(const struct sources *s, const char *name) {
  for (size_t i = 0; i < s->count; i++)
    if (strcmp(s->names[i], name) == 0) return s->counts[i];
  return 0;
}

/* The file's own, then what it means in general; what a title means in another export only when a second column is from there too. */
static const struct jl_table_word *word_of(const struct jl_table_word *const *words, size_t n, const char *source, const struct sources *sources) {
  const struct jl_table_word *general = NULL, *other = NULL;
  for (size_t i = 0; i < n; i++) {
    if (strcmp(words[i]->source, source) == 0) return words[i];
    if (words[i]->source[0] == '\0') general = words[i];
    if (other == NULL && count_of(sources, words[i]->source) > 1) other = words[i];
  }
  return general != NULL ? general : other;
}

static bool is_taken(const struct jl_table_found *f, size_t before, const struct jl_table_field *field) {
  for (size_t i = 0; i < before; i++)
    if (f->columns[i].field == field) return true;
  return false;
}

static void map(struct jl_reading_of *r) {
  struct jl_table_found *f = r->found;
  struct sources sources = {.count = 0};
  const struct jl_table_word *const *words;
  for (size_t i = 0; i < f->column_count; i++) {
    size_t n = jl_vocabulary_find(r->vocabulary, f->columns[i].folded, &words);
    for (size_t k = 0; k < n; k++)
      if (k == 0 || strcmp(words[k - 1]->source, words[k]->source) != 0) count_source(&sources, words[k]->source);
  }
  f->source = most(&sources);
  for (size_t i = 0; i < f->column_count; i++) {
    size_t n = jl_vocabulary_find(r->vocabulary, f->columns[i].folded, &words);
    const struct jl_table_word *word = word_of(words, n, f->source, &sources);
    const struct jl_table_field *field = word == NULL ? NULL : jl_table_field_by_name(word->field);
    if (field != NULL && !is_taken(f, i, field)) f->columns[i].field = field;
    f->columns[i].groups = f->columns[i].field != NULL && jl_table_field_groups(f->columns[i].field->name);
  }
}

bool jl_columns_name(struct jl_reading_of *r, const struct jl_head_row *header, size_t width, struct jl_error *err) {
  struct jl_table_found *f = r->found;
  f->column_count = header != NULL ? header->count : width;
  while (header != NULL && f->column_count > 0 && header->sizes[f->column_count - 1] == 0) f->column_count--; /* separators at the end of the line */
  f->own = !f->is_workbook && header != NULL && f->column_count > 1 && strcmp(header->cells[0], "ref") == 0;
  f->columns = jl_arena_array(r->arena, f->column_count + 1, sizeof *f->columns);
  if (f->columns == NULL) return jl_table_no_memory(err);
  for (size_t i = 0; i < f->column_count; i++) {
    struct jl_column *c = &f->columns[i];
    bool money = false;
    bool named = header != NULL && header->sizes[i] > 0;
    c->title = named ? header->cells[i] + (f->own && jl_text_armed(header->cells[i], header->sizes[i])) : jl_arena_printf(r->arena, "%zu", i + 1);
    if (c->title == NULL) return jl_table_no_memory(err);
    c->folded = jl_title_fold(r->arena, c->title, strlen(c->title), c->currency, &money);
    if (c->folded == NULL) return jl_table_no_memory(err);
    if (money) c->kind = JL_COLUMN_MONEY;
  }
  map(r);
  if (r->options->named != NULL) r->options->named(r->options->context, f);
  return true;
}
