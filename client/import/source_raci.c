/* A grid of who does what: tasks down, people, roles and teams across, letters where they meet: R, A, C, I, several as "A/R", "A, R", "AR". A task is
 * the action of that title, and is made where the plan has none. A title such as "Sales / Product" is two holders. Who is not known is told;
 * --value "holder:TPM=R3" says who it is, --create makes a role. Columns with other words in them are passed over, and named. */
#include "client/import/about.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <ctype.h>
#include <string.h>

#define HOLDERS 4 /* of one column */
struct holder { const char *name; bool found, told; struct jl_id id; };
struct raci {
  struct holders { struct holder list[HOLDERS]; size_t count; } *columns; /* count 0: it is none */
};

static bool only_looks(const struct jl_ingest *in) { return jl_ingest_cli(in)->dry_run || jl_cli_option(jl_ingest_cli(in), "preview") != NULL; }
static bool creates(const struct jl_ingest *in) { return jl_cli_option(jl_ingest_cli(in), "create") != NULL; }
static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

/* Bits 1 << letter. false: it is something else. Blank is none. */
static bool letters_of(const char *text, size_t size, unsigned *ret) {
  static const struct { char letter; unsigned bit; } letters[] = {{'r', 1U << JL_RACI_R}, {'a', 1U << JL_RACI_A}, {'c', 1U << JL_RACI_C}, {'i', 1U << JL_RACI_I}};
  *ret = 0;
  for (size_t at = 0; at < size; at++) {
    bool found = strchr(" ,;/+&.-\n\r\t", text[at]) != NULL;
    if (size - at > 1 && memcmp(text + at, "\xc2\xa0", 2) == 0) {
      at++;
      continue;
    }
    for (size_t i = 0; i < JL_COUNT(letters) && !found; i++) {
      found = tolower((unsigned char)text[at]) == letters[i].letter && (*ret & letters[i].bit) == 0;
      if (found) *ret |= letters[i].bit;
    }
    if (!found) return false;
  }
  return true;
}

/* ---- columns ---- */
/* By its first rows: mostly letters. A slip of the pen rejects its row, not the column. */
static bool are_letters(const struct jl_table_found *t, size_t column) {
  size_t with = 0, without = 0;
  if (t->columns[column].kind != JL_COLUMN_TEXT) return false;
  for (size_t i = 0; i < t->sample_count; i++) {
    unsigned letters;
    bool is = letters_of(t->samples[i][column], strlen(t->samples[i][column]), &letters);
    with += is && letters != 0;
    without += !is;
  }
  return with > without || (with == 0 && without == 0);
}

static bool split(struct jl_ingest *in, const char *title, struct holders *ret, struct jl_error *err) {
  char *text = jl_arena_strdup(jl_ingest_cli(in)->arena, title), *rest = text;
  ret->count = 0;
  if (text == NULL) return no_memory(err);
  for (char *word; (word = strsep(&rest, "/&;")) != NULL;) {
    while (*word == ' ' || *word == '\n') word++;
    size_t size = strlen(word);
    while (size > 0 && (word[size - 1] == ' ' || word[size - 1] == '\n')) word[--size] = '\0';
    if (size == 0) continue;
    if (ret->count == HOLDERS) return jl_fail(err, JL_E_INVALID, JL_MSG("the column \"{1}\" names more than {2} holders"), NULL, jl_arg_text(title), jl_arg_integer(HOLDERS));
    ret->list[ret->count++].name = word;
  }
  return true;
}

static bool read_columns(struct jl_ingest *in, struct raci *g, struct jl_error *err) {
  const struct jl_table_found *t = jl_ingest_table(in);
  size_t n = 0;
  g->columns = jl_arena_array(jl_ingest_cli(in)->arena, t->column_count + 1, sizeof *g->columns);
  if (g->columns == NULL) return no_memory(err);
  for (size_t i = 0; i < t->column_count; i++) {
    if (jl_ingest_fills(in, i) || jl_ingest_passed_over(in, i)) continue;
    if (!are_letters(t, i))
      jl_talk(jl_ingest_cli(in), JL_MSG("the column \"{1}\" is not read: it has other words than R, A, C, I"), jl_arg_text(t->columns[i].title));
    else if (!split(in, t->columns[i].title, &g->columns[i], err))
      return false;
    n += g->columns[i].count;
  }
  return n > 0 || jl_fail(err, JL_E_INVALID, JL_MSG("no column has the letters R, A, C, I"), JL_MSG("people, roles and teams stand across, tasks down"));
}

/* ---- holders ---- */
/* Roles are the organisation's; they go before the rows that need them, as a part of the import, and only when there are such rows. */
static bool make_role(struct jl_ingest *in, struct holder *h, struct jl_error *err) {
  struct jl_ingest_record *role = jl_ingest_make(in, JL_TYPE_ROLE);
  const char *folded = jl_text_fold(jl_ingest_arena(in), h->name);
  if (folded == NULL) return no_memory(err);
  if (!jl_ingest_put_words(role, JL_ROLE_NAME, h->name, err) || !jl_ingest_key(role, folded) || !jl_ingest_add_once(role, err)) return false;
  h->id = *jl_ingest_id(role);
  if (!h->told) jl_talk(jl_ingest_cli(in), JL_MSG("the role \"{1}\" is made"), jl_arg_text(h->name));
  h->told = true;
  return true;
}

static void tell_roles(struct jl_ingest *in, const struct raci *g) {
  for (size_t i = 0; i < jl_ingest_table(in)->column_count; i++)
    for (size_t k = 0; k < g->columns[i].count; k++)
      if (!g->columns[i].list[k].found) jl_talk(jl_ingest_cli(in), JL_MSG("the role \"{1}\" would be made"), jl_arg_text(g->columns[i].list[k].name));
}

static bool find_holders(struct jl_ingest *in, struct raci *g, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_HOLDER);
  for (size_t i = 0; i < jl_ingest_table(in)->column_count; i++)
    for (size_t k = 0; k < g->columns[i].count; k++) {
      struct holder *h = &g->columns[i].list[k];
      const struct jl_record_state *found = NULL;
      if (!jl_ingest_look(in, "holder", field, h->name, &found, err)) return false;
      h->found = found != NULL;
      if (found != NULL) h->id = found->id;
    }
  return true;
}

static bool begin(struct jl_ingest *in, struct jl_error *err) {
  struct raci *g = jl_ingest_state(in, sizeof *g);
  if (g == NULL) return no_memory(err);
  if (g->columns == NULL && !read_columns(in, g, err)) return false;
  if (!find_holders(in, g, err)) return false;
  if (!jl_ingest_notes(in) && creates(in) && only_looks(in)) tell_roles(in, g);
  return true;
}

/* ---- rows ---- */
static bool find_action(struct jl_ingest *in, const struct jl_ingest_row *row, bool *ret_has, struct jl_id *ret, struct jl_error *err) {
  const char *task = jl_ingest_words(in, row, "task"), *lever = jl_ingest_words(in, row, "lever");
  const struct jl_record_state *found = NULL;
  char *folded = task == NULL ? NULL : jl_text_fold(jl_ingest_arena(in), task);
  *ret_has = false;
  if (folded == NULL || lever == NULL) return no_memory(err);
  if (folded[0] == '\0') return true;
  if (!jl_ingest_look(in, "task", jl_field_by_number(jl_record_type_by_number(JL_TYPE_FIGURE), JL_FIGURE_ACTION), task, &found, err)) return false;
  *ret_has = true;
  if (found != NULL) *ret = found->id;
  struct jl_ingest_record *a = jl_ingest_make(in, JL_TYPE_ACTION);
  if (jl_ingest_notes(in)) return jl_ingest_put_slot(a, JL_ACTION_LEVER, row, "lever", err); /* the name of the lever */
  if (found != NULL) return true;
  if (!jl_ingest_put_words(a, JL_ACTION_TITLE, task, err) || !jl_ingest_put_slot(a, JL_ACTION_LEVER, row, "lever", err) || !jl_ingest_key(a, folded) || !jl_ingest_add_once(a, err)) return false;
  *ret = *jl_ingest_id(a);
  return true;
}

static bool assign(struct jl_ingest *in, const struct jl_id *action, unsigned letters, struct holder *h, struct jl_error *err) {
  const struct jl_record_state *found = NULL;
  if (!h->found && !creates(in)) return jl_ingest_find(in, "holder", jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_HOLDER), h->name, &found, err);
  if (!h->found && !jl_ingest_notes(in) && !make_role(in, h, err)) return false;
  for (int letter = JL_RACI_R; !jl_ingest_notes(in) && letter <= JL_RACI_I; letter++) {
    if ((letters & (1U << letter)) == 0) continue;
    struct jl_ingest_record *r = jl_ingest_make(in, JL_TYPE_RACI);
    if (!jl_ingest_put_id(r, JL_RACI_TARGET, action, err) || !jl_ingest_put_number(r, JL_RACI_LETTER, letter, err) || !jl_ingest_put_id(r, JL_RACI_HOLDER, &h->id, err) || !jl_ingest_add(r, err)) return false;
  }
  return true;
}

/* Of each column; what is no letter is said. *ret_to_come: a holder is a role that would be made. */
static bool read_letters(struct jl_ingest *in, const struct raci *g, const struct jl_ingest_row *row, unsigned *letters, bool *ret_to_come, struct jl_error *err) {
  const struct jl_table_found *t = jl_ingest_table(in);
  *ret_to_come = false;
  for (size_t i = 0; i < t->column_count; i++) {
    letters[i] = 0;
    if (g->columns[i].count == 0) continue;
    if (!letters_of(row->cells[i].text, row->cells[i].size, &letters[i]))
      return jl_fail(err, JL_E_INVALID, JL_MSG("column \"{1}\": \"{2}\" is none of R, A, C, I"), JL_MSG("several stand like A/R"), jl_arg_text(t->columns[i].title), jl_arg_textn(row->cells[i].text, row->cells[i].size));
    for (size_t k = 0; letters[i] != 0 && k < g->columns[i].count; k++) *ret_to_come = *ret_to_come || !g->columns[i].list[k].found;
  }
  return true;
}

static bool row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
  const struct raci *g = jl_ingest_state(in, sizeof *g);
  const size_t n = jl_ingest_table(in)->column_count;
  unsigned *letters = jl_arena_array(jl_ingest_arena(in), n + 1, sizeof *letters);
  struct jl_id action = {{0}};
  bool has = false, to_come = false;
  if (g == NULL || letters == NULL) return no_memory(err);
  if (!find_action(in, row, &has, &action, err)) return false;
  if (!has) return jl_ingest_leave(in, JL_MSG("rows that name no task"));
  if (!read_letters(in, g, row, letters, &to_come, err)) return false;
  if (to_come && creates(in) && only_looks(in)) return jl_ingest_leave(in, JL_MSG("letters of rows whose roles would be made first"));
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; letters[i] != 0 && k < g->columns[i].count; k++)
      if (!assign(in, &action, letters[i], &g->columns[i].list[k], err)) return false;
  return true;
}

static const char *const needs[] = {"task", NULL};
static const char *const reads[] = {"lever", NULL};
const struct jl_ingest_source jl_source_raci = {.name = "raci-grid", .label = JL_MSG("a RACI grid: tasks down, who across"), .needs = needs, .reads = reads, .every_column = true, .begin = begin, .row = row};
