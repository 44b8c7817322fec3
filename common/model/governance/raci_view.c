/* RACI: the matrix of all actions, or the classic table of one (product.md G1): task, owner, letter. */
#include "common/model/governance/load.h"
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

#define HOLDERS_MAX 200 /* columns of the matrix */

static const struct {
  int64_t letter;
  const char *text, *meaning;
} letters[] = {{JL_RACI_R, "R", JL_MSG("responsible")},
               {JL_RACI_A, "A", JL_MSG("accountable")},
               {JL_RACI_C, "C", JL_MSG("consulted")},
               {JL_RACI_I, "I", JL_MSG("informed")}};
/* In a cell of the matrix the one who decides comes first: "A/R". */
static const struct {
  int64_t letter;
  const char *text;
} in_cell[] = {{JL_RACI_A, "A"}, {JL_RACI_R, "R"}, {JL_RACI_C, "C"}, {JL_RACI_I, "I"}};

static int64_t letter_of(const struct jl_record *raci) { return jl_view_int(raci, JL_RACI_LETTER, 0); }
static bool holder_of(const struct jl_record *raci, struct jl_id *ret_id) {
  return jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, ret_id);
}

static bool any_with(const struct jl_record **assignments, size_t n, int64_t letter) {
  for (size_t i = 0; i < n; i++)
    if (letter_of(assignments[i]) == letter) return true;
  return false;
}

static bool same_task(const struct jl_record *a, const struct jl_record *b) {
  struct jl_bytes x = jl_record_text(a->type, a->body, JL_RACI_TASK), y = jl_record_text(b->type, b->body, JL_RACI_TASK);
  return x.size == y.size && (x.size == 0 || memcmp(x.data, y.data, x.size) == 0);
}

/* "Sales / Product": every holder of this letter with this task, in the order in which they were assigned. */
static void cell_owners(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record **assignments, size_t n,
                        size_t first) {
  const char *names = "";
  for (size_t i = first; i < n && jl_builder_ok(b); i++) {
    struct jl_id holder;
    if (letter_of(assignments[i]) != letter_of(assignments[first]) || !same_task(assignments[i], assignments[first]) ||
        !holder_of(assignments[i], &holder))
      continue;
    const char *name = jl_view_holder_name(in, b, &holder);
    names = jl_arena_printf(jl_builder_arena(b), "%s%s%s", names, names[0] == '\0' ? "" : " / ", name);
    if (names == NULL) {
      jl_builder_fail(b, JL_E_NO_MEMORY);
      return;
    }
  }
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)names, strlen(names)});
  for (size_t i = first; i < n; i++)
    if (letter_of(assignments[i]) == letter_of(assignments[first]) && same_task(assignments[i], assignments[first]))
      jl_cell_source(b, assignments[i]);
}

static bool said_before(const struct jl_record **assignments, size_t i) {
  for (size_t k = 0; k < i; k++)
    if (letter_of(assignments[k]) == letter_of(assignments[i]) && same_task(assignments[k], assignments[i])) return true;
  return false;
}

static void table_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *target) {
  size_t n = 0;
  const struct jl_record **assignments = jl_view_referring(in, b, &target->id, JL_TYPE_RACI, JL_RACI_TARGET, &n);
  const struct jl_arg name = jl_arg_text(jl_record_caption(b, in->space, target));
  jl_builder_title(b, JL_MSG("RACI of {1}"), &name, 1);
  jl_block_begin(b, JL_BLOCK_TABLE, "raci", NULL);
  jl_column(b, "task", JL_MSG("task"), JL_ARG_TEXT, 0);
  jl_column(b, "owner", JL_MSG("owner (RACI)"), JL_ARG_TEXT, 0);
  jl_column(b, "raci", JL_MSG("RACI"), JL_ARG_LABEL, 0);
  for (size_t l = 0; l < JL_COUNT(letters); l++) {
    for (size_t i = 0; i < n; i++) {
      if (letter_of(assignments[i]) != letters[l].letter || said_before(assignments, i)) continue;
      struct jl_bytes task = jl_record_text(assignments[i]->type, assignments[i]->body, JL_RACI_TASK);
      jl_row_begin(b, assignments[i], 0, JL_ROW_NORMAL);
      if (task.size > 0) {
        jl_cell_text(b, task);
      } else {
        jl_cell_label(b, letters[l].meaning, NULL);
        jl_cell_tone(b, JL_TONE_MUTED);
      }
      cell_owners(in, b, assignments, n, i);
      jl_cell_label(b, letters[l].text, letters[l].text);
    }
  }
  if (!any_with(assignments, n, JL_RACI_A)) jl_note(b, JL_TONE_BAD, JL_MSG("nobody is accountable (A)"), NULL, 0);
  if (!any_with(assignments, n, JL_RACI_R)) jl_note(b, JL_TONE_BAD, JL_MSG("nobody does the work (R)"), NULL, 0);
}

struct matrix {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct jl_id holders[HOLDERS_MAX];
  size_t holder_count, more_holders;
  const struct jl_record *cells[HOLDERS_MAX][JL_COUNT(in_cell)]; /* of the row being written */
  int64_t loads[HOLDERS_MAX];
  int64_t rows, no_a, no_r;
};

static size_t column_of(const struct matrix *m, const struct jl_id *holder) {
  for (size_t i = 0; i < m->holder_count; i++)
    if (jl_id_equal(&m->holders[i], holder)) return i;
  return SIZE_MAX;
}

/* Columns: people, roles and teams that hold something, in the order of the directory. */
static void find_holders(struct matrix *m, const struct jl_record **assignments, size_t n) {
  static const uint32_t kinds[] = {JL_TYPE_PERSON, JL_TYPE_ROLE, JL_TYPE_TEAM};
  struct jl_seen *held = jl_seen_new(m->b, n);
  struct jl_id holder;
  for (size_t i = 0; i < n; i++)
    if (holder_of(assignments[i], &holder)) (void)jl_seen_add(held, &holder);
  for (size_t k = 0; k < JL_COUNT(kinds); k++) {
    size_t count = 0;
    const struct jl_record **directory = jl_view_directory(m->in, m->b, kinds[k], &count);
    for (size_t i = 0; i < count; i++) {
      if (!jl_seen_has(held, &directory[i]->id)) continue;
      if (m->holder_count < HOLDERS_MAX)
        m->holders[m->holder_count++] = directory[i]->id;
      else
        m->more_holders++;
    }
  }
  for (size_t i = 0; i < n; i++) /* holders that the directory does not list any more */
    if (holder_of(assignments[i], &holder) && column_of(m, &holder) == SIZE_MAX && m->more_holders == 0 && m->holder_count < HOLDERS_MAX)
      m->holders[m->holder_count++] = holder;
}

/* Who holds which letter of the row's target. */
static void fill_cells(struct matrix *m, const struct jl_record **assignments, size_t n) {
  memset(m->cells, 0, sizeof m->cells[0] * m->holder_count);
  for (size_t i = 0; i < n; i++) {
    struct jl_id holder;
    size_t column = holder_of(assignments[i], &holder) ? column_of(m, &holder) : SIZE_MAX;
    for (size_t l = 0; column != SIZE_MAX && l < JL_COUNT(in_cell); l++)
      if (letter_of(assignments[i]) == in_cell[l].letter) m->cells[column][l] = assignments[i];
  }
}

static void cell_letters(struct matrix *m, bool open, size_t column) {
  char text[16] = "";
  size_t used = 0;
  bool works = false;
  for (size_t l = 0; l < JL_COUNT(in_cell); l++) {
    if (m->cells[column][l] == NULL) continue;
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used == 0 ? "" : "/", in_cell[l].text);
    works = works || in_cell[l].letter == JL_RACI_A || in_cell[l].letter == JL_RACI_R;
  }
  m->loads[column] += open && works;
  jl_cell_text(m->b, (struct jl_bytes){(const uint8_t *)text, used});
  for (size_t l = 0; l < JL_COUNT(in_cell); l++) jl_cell_source(m->b, m->cells[column][l]);
}

static void matrix_row(struct matrix *m, const struct jl_record *target) {
  size_t n = 0;
  const struct jl_record **assignments = jl_view_referring(m->in, m->b, &target->id, JL_TYPE_RACI, JL_RACI_TARGET, &n);
  bool action = target->type_number == JL_TYPE_ACTION;
  bool dropped = action && jl_view_int(target, JL_ACTION_STATUS, 0) == JL_DROPPED;
  if (n == 0 && (!action || dropped)) return;
  bool no_a = !dropped && !any_with(assignments, n, JL_RACI_A), no_r = !dropped && !any_with(assignments, n, JL_RACI_R);
  m->rows++;
  m->no_a += no_a;
  m->no_r += no_r;
  jl_row_begin(m->b, target, 0, dropped ? JL_ROW_MUTED : JL_ROW_NORMAL);
  jl_cell_title(m->b, m->in, target);
  fill_cells(m, assignments, n);
  for (size_t c = 0; c < m->holder_count; c++) cell_letters(m, !action || jl_action_open(target), c);
  if (no_a && no_r)
    jl_cell_label(m->b, JL_MSG("no A, no R"), "no A, no R");
  else if (no_a)
    jl_cell_label(m->b, JL_MSG("no A"), "no A");
  else if (no_r)
    jl_cell_label(m->b, JL_MSG("no R"), "no R");
  else
    jl_cell_empty(m->b);
  if (no_a || no_r) jl_cell_tone(m->b, JL_TONE_BAD);
}

static void matrix_notes(struct matrix *m) {
  struct jl_builder *b = m->b;
  const struct jl_arg no_a[] = {jl_arg_integer(m->no_a), jl_arg_integer(m->rows)},
                      no_r[] = {jl_arg_integer(m->no_r), jl_arg_integer(m->rows)};
  const struct jl_arg more = jl_arg_integer((int64_t)m->more_holders);
  if (m->no_a > 0) jl_note(b, JL_TONE_BAD, JL_MSG("nobody accountable (A): {1} of {2} rows"), no_a, 2);
  if (m->no_r > 0) jl_note(b, JL_TONE_BAD, JL_MSG("nobody does the work (R): {1} of {2} rows"), no_r, 2);
  if (m->more_holders > 0) jl_note(b, JL_TONE_WARN, JL_MSG("{1} more holders have no column here"), &more, 1);
  if (m->rows == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no action yet"), NULL, 0);
  else
    jl_note(b, JL_TONE_MUTED, JL_MSG("load: rows not done where the holder is A or R"), NULL, 0);
}

static void matrix(const struct jl_view_input *in, struct jl_builder *b, struct matrix *m) {
  static const uint32_t targets[] = {JL_TYPE_PLAN, JL_TYPE_ACTION, JL_TYPE_BUDGET_LINE};
  size_t n = 0;
  const struct jl_record **assignments = jl_view_all(in, b, JL_TYPE_RACI, &n);
  find_holders(m, assignments, n);
  jl_builder_title(b, JL_MSG("RACI matrix"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "matrix", NULL);
  jl_column(b, "target", JL_MSG("action"), JL_ARG_TEXT, 0);
  for (size_t c = 0; c < m->holder_count; c++) {
    char name[JL_ID_TEXT_SIZE];
    jl_id_format(&m->holders[c], name);
    jl_column_text(b, name, jl_view_holder_name(in, b, &m->holders[c]), 2);
  }
  jl_column(b, "gaps", JL_MSG("gaps"), JL_ARG_LABEL, 1);
  for (size_t t = 0; t < JL_COUNT(targets); t++) {
    const struct jl_record **records = jl_view_all(in, b, targets[t], &n);
    for (size_t i = 0; i < n && jl_builder_ok(b); i++) matrix_row(m, records[i]);
  }
  jl_row_begin(b, NULL, 0, JL_ROW_TOTAL);
  jl_cell_label(b, JL_MSG("load"), "load");
  for (size_t c = 0; c < m->holder_count; c++) jl_cell(b, jl_arg_integer(m->loads[c]));
  jl_cell_empty(b);
  matrix_notes(m);
}

bool jl_raci_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  static const uint32_t types[] = {JL_TYPE_ACTION, JL_TYPE_PLAN, JL_TYPE_BUDGET_LINE};
  const struct jl_record *target = NULL;
  if (!jl_view_named(in, b, types, JL_COUNT(types), &target, err)) return false;
  if (target != NULL) {
    table_of(in, b, target);
    return true;
  }
  struct matrix *m = jl_view_alloc(b, 1, sizeof *m);
  if (m == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for this view"), NULL);
  m->in = in;
  m->b = b;
  matrix(in, b, m);
  jl_block_load(in, b);
  jl_block_gaps(in, b);
  return true;
}
