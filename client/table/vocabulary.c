#include "client/table/vocabulary.h"
#include "client/table/characters.h"
#include "client/table/number.h"
#include "common/base/error.h"
#include "common/base/text.h"
#include <stdlib.h>
#include <string.h>

#define JL_TABLE_FIELD(name, kind, label) {name, label, JL_COLUMN_##kind},
const struct jl_table_field jl_table_fields[] = {
#include "client/table/vocabulary.def"
};
const size_t jl_table_field_count = JL_COUNT(jl_table_fields);

#define JL_TABLE_WORD(source, field, title) {source, field, title},
const struct jl_table_word jl_table_words[] = {
#include "client/table/vocabulary.def"
};
const size_t jl_table_word_count = JL_COUNT(jl_table_words);

const struct jl_table_field *jl_table_field_by_name(const char *name) {
  for (size_t i = 0; i < jl_table_field_count; i++)
    if (strcmp(jl_table_fields[i].name, name) == 0) return &jl_table_fields[i];
  return NULL;
}

bool jl_table_field_groups(const char *name) {
  static const char *const names[] = {"channel", "lever", "campaign", "campaign-group", "line", "category", "sub-category", "bucket"};
  for (size_t i = 0; i < JL_COUNT(names); i++)
    if (strcmp(names[i], name) == 0) return true;
  return false;
}

/* "... (EUR)", "... (€)", "... [USD]" at the end. Returns the size without it. */
static size_t without_currency(const char *title, size_t size, char ret[4], bool *ret_money) {
  char close = size > 2 ? title[size - 1] : '\0', open = close == ')' ? '(' : close == ']' ? '[' : '\0';
  size_t at = size;
  while (open != '\0' && at > 0 && title[at - 1] != open) at--;
  if (open == '\0' || at == 0 || !jl_currency_written(title + at, size - 1 - at, ret)) return size;
  *ret_money = true;
  return at - 1;
}

char *jl_title_fold(struct jl_arena *a, const char *title, size_t size, char ret_currency[4], bool *ret_money) {
  memset(ret_currency, 0, 4);
  *ret_money = false;
  while (size > 0 && (title[size - 1] == '*' || title[size - 1] == ' ')) size--;
  size = without_currency(title, size, ret_currency, ret_money);
  char *plain = jl_arena_array(a, size + 1, 1);
  size_t n = 0;
  if (plain == NULL) return NULL;
  for (size_t at = 0, length; at < size; at += length) {
    uint32_t c = 0;
    length = jl_text_decode(title + at, size - at, &c);
    if (length == 0) length = 1;
    if (jl_is_blank(c))
      plain[n++] = ' ';
    else if (c == 0x2019)
      plain[n++] = '\'';
    else
      for (size_t i = 0; i < length; i++) plain[n++] = title[at + i];
  }
  plain[n] = '\0';
  return jl_text_fold(a, plain);
}

struct jl_vocabulary {
  const char **folded; /* sorted */
  const struct jl_table_word **words;
};

struct pair {
  const char *folded;
  const struct jl_table_word *word;
};
static int by_title(const void *left, const void *right) {
  const struct pair *l = left, *r = right;
  int order = strcmp(l->folded, r->folded);
  return order != 0 ? order : (l->word > r->word) - (l->word < r->word);
}

struct jl_vocabulary *jl_vocabulary_new(struct jl_arena *a) {
  struct jl_vocabulary *v = jl_arena_alloc(a, sizeof *v);
  struct pair *pairs = jl_arena_array(a, jl_table_word_count, sizeof *pairs);
  if (v == NULL || pairs == NULL) return NULL;
  v->folded = jl_arena_array(a, jl_table_word_count, sizeof *v->folded);
  v->words = jl_arena_array(a, jl_table_word_count, sizeof(struct jl_table_word *));
  if (v->folded == NULL || v->words == NULL) return NULL;
  for (size_t i = 0; i < jl_table_word_count; i++) {
    char currency[4];
    bool money;
    pairs[i] = (struct pair){jl_title_fold(a, jl_table_words[i].title, strlen(jl_table_words[i].title), currency, &money), &jl_table_words[i]};
    if (pairs[i].folded == NULL) return NULL;
  }
  qsort(pairs, jl_table_word_count, sizeof *pairs, by_title);
  for (size_t i = 0; i < jl_table_word_count; i++) {
    v->folded[i] = pairs[i].folded;
    v->words[i] = pairs[i].word;
  }
  return v;
}

size_t jl_vocabulary_find(const struct jl_vocabulary *v, const char *folded, const struct jl_table_word *const **ret) {
  size_t low = 0, high = jl_table_word_count, n = 0;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(v->folded[middle], folded) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  while (low + n < jl_table_word_count && strcmp(v->folded[low + n], folded) == 0) n++;
  *ret = v->words + low;
  return n;
}
