/* Where a figure comes from: the tree of one cell, its lists cut to a window that still adds up, what may not be named. Figures by hand. */
#include "common/model/explain.h"
#include "common/base/money.h"
#include "view_fixture.h"

#define PERCENT(n) ((n)*10000)

static struct jl_id measured_kpi(struct fixture *fx, int64_t first_day, int64_t n) {
  fx_begin(fx, JL_TYPE_KPI);
  fx_text(fx, JL_KPI_NAME, "Conversion");
  fx_text(fx, JL_KPI_UNIT, "%");
  fx_int(fx, JL_KPI_COMPARATOR, JL_AT_LEAST);
  fx_int(fx, JL_KPI_TARGET, PERCENT(5));
  struct jl_id kpi = fx_put(fx);
  for (int64_t i = 0; i < n; i++) {
    fx_begin(fx, JL_TYPE_MEASUREMENT);
    fx_ref(fx, JL_MEASUREMENT_KPI, kpi);
    fx_int(fx, JL_MEASUREMENT_DATE, first_day + i);
    fx_int(fx, JL_MEASUREMENT_VALUE, PERCENT(i + 1));
    fx_put(fx);
  }
  return kpi;
}

/* Of the first row of a table: the cell of the column with this name. */
static const Jalon__Block *why(struct fixture *fx, const char *view, const char *block_name, const char *column, Jalon__Document **ret_document) {
  struct jl_error err = {.code = JL_E_OK};
  Jalon__Document *document = fx_try(fx, view, NULL, NULL, &err);
  assert_non_null(document);
  char name[64] = "";
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t c = 0; strcmp(document->blocks[b]->name, block_name) == 0 && c < document->blocks[b]->n_columns; c++)
      if (strcmp(document->blocks[b]->columns[c]->name, column) == 0) snprintf(name, sizeof name, "%zu.r0.%zu", b, c);
  assert_true(name[0] != '\0');
  jalon__document__free_unpacked(document, NULL);
  *ret_document = fx_try(fx, view, "explain", name, &err);
  if (*ret_document == NULL) fail_msg("%s: %s", name, err.message);
  assert_string_equal((*ret_document)->view, "why");
  for (size_t b = 0; b < (*ret_document)->n_blocks; b++)
    if (strcmp((*ret_document)->blocks[b]->name, "explanation") == 0) return (*ret_document)->blocks[b];
  fail_msg("no explanation");
  return NULL;
}

enum { VALUE = 1, OF = 3, OPERATION = 4, FIELD = 8, COUNT = 9, TAKEN = 10 };
static void row_is(const Jalon__Block *block, size_t row, const char *operation, int64_t value, int64_t of) {
  assert_true(row < block->n_rows);
  Jalon__Cell **cells = block->rows[row]->cells;
  assert_string_equal(cells[OPERATION]->text, operation);
  assert_int_equal(cells[VALUE]->number, value);
  if (of < 0)
    assert_false(cells[OF]->has_number);
  else
    assert_int_equal(cells[OF]->number, of);
}

static void change(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  Jalon__Document *document;
  fx_plan(&fx);
  measured_kpi(&fx, fx.in.today - 2, 5); /* 1, 2, 3 % until today, and two later ones */
  const Jalon__Block *block = why(&fx, "kpi", "kpis", "trend", &document);
  assert_int_equal(block->n_rows, 3);
  row_is(block, 0, "difference", PERCENT(1), -1);
  row_is(block, 1, "field", PERCENT(3), 0);
  row_is(block, 2, "field", PERCENT(2), 0);
  assert_string_equal(block->rows[1]->cells[FIELD]->text, "value");
  assert_int_equal(block->rows[1]->record->number, 3);
  jalon__document__free_unpacked(document, NULL);
  block = why(&fx, "kpi", "kpis", "value", &document);
  row_is(block, 0, "last", PERCENT(3), -1);
  row_is(block, 1, "field", PERCENT(3), 0);
  assert_true(block->rows[1]->cells[TAKEN]->has_number);
  assert_int_equal(block->n_rows, 4); /* not the later ones */
  jalon__document__free_unpacked(document, NULL);
  fx_free(&fx);
}

static void of_objective(struct fixture *fx, int64_t baseline, int64_t target, int64_t current) {
  fx_begin(fx, JL_TYPE_OBJECTIVE);
  fx_text(fx, JL_OBJECTIVE_TITLE, "Leads");
  fx_int(fx, JL_OBJECTIVE_BASELINE, baseline * JL_FRACTION_ONE);
  fx_int(fx, JL_OBJECTIVE_TARGET, target * JL_FRACTION_ONE);
  fx_int(fx, JL_OBJECTIVE_CURRENT, current * JL_FRACTION_ONE);
  fx_put(fx);
}

/* 335 of 300 to 450: 35 / 150 = 0.2333..; beyond the target no more than 1. */
static void progress(void **state) {
  (void)state;
  struct fixture fx = fx_new();
  Jalon__Document *document;
  fx_plan(&fx);
  of_objective(&fx, 300, 450, 335);
  const Jalon__Block *block = why(&fx, "dashboard", "objectives", "progress", &document);
  row_is(block, 0, "ratio", 233333, -1);
  row_is(block, 1, "difference", 35 * JL_FRACTION_ONE, 0);
  row_is(block, 2, "field", 335 * JL_FRACTION_ONE, 1);
  row_is(block, 3, "field", 300 * JL_FRACTION_ONE, 1);
  row_is(block, 4, "difference", 150 * JL_FRACTION_ONE, 0);
  assert_int_equal(block->n_rows, 7);
  jalon__document__free_unpacked(document, NULL);
  fx_free(&fx);
  fx = fx_new();
  fx_plan(&fx);
  of_objective(&fx, 300, 450, 600);
  block = why(&fx, "dashboard", "objectives", "progress", &document);
  row_is(block, 0, "minimum", JL_FRACTION_ONE, -1);
  row_is(block, 1, "ratio", 2 * JL_FRACTION_ONE, 0);
  row_is(block, block->n_rows - 1, "constant", JL_FRACTION_ONE, 0);
  jalon__document__free_unpacked(document, NULL);
  fx_free(&fx);
}

/* ---- the tree itself ---- */
struct tree {
  struct fixture fx;
  struct jl_builder *b;
  struct jl_explanation *e;
};
static void tree_new(struct tree *t, const char *operands, const char *first) {
  struct jl_error err;
  t->fx = fx_new();
  fx_plan(&t->fx);
  t->e = jl_explanation_new(t->fx.arena, "0.r1.0", operands, first, &err);
  assert_non_null(t->e);
  t->b = jl_builder_new(t->fx.arena, "kpi", t->fx.in.today, t->fx.plan);
  jl_builder_reader(t->b, t->fx.in.sections);
  jl_builder_explain(t->b, t->e);
  jl_block_begin(t->b, JL_BLOCK_TABLE, "table", NULL);
  jl_column(t->b, "figure", "figure", JL_ARG_INTEGER, 0);
  for (int row = 0; row < 2; row++) {
    jl_row_begin(t->b, NULL, 0, JL_ROW_NORMAL);
    assert_false(jl_explaining(t->b));
    jl_cell(t->b, jl_arg_integer(7));
    assert_int_equal(jl_explaining(t->b), row == 1);
  }
}
static const Jalon__Block *tree_end(struct tree *t) {
  struct jl_error err;
  struct jl_builder *b = jl_builder_new(t->fx.arena, "why", t->fx.in.today, t->fx.plan);
  jl_builder_reader(b, t->fx.in.sections);
  if (!jl_explanation_document(t->e, jl_view_by_name("kpi"), &t->fx.in, b, &err)) fail_msg("%s", err.message);
  assert_true(jl_builder_ok(b));
  const Jalon__Document *document = jl_builder_document(b);
  return document->blocks[document->n_blocks - 1];
}

static void long_lists(void **state) {
  (void)state;
  struct tree t;
  tree_new(&t, "10", "20");
  assert_true(jl_why_begin(t.b, JL_WHY_SUM, jl_arg_integer(INT64_C(99999) * 50000), "sum"));
  jl_why_many(t.b, 100000);
  for (int64_t i = 0; i < 100000; i++) { /* each with a tree of its own */
    if (jl_why_begin(t.b, JL_WHY_PRODUCT, jl_arg_integer(i), "twice")) {
      jl_why_constant(t.b, jl_arg_integer(1), "one");
      jl_why_constant(t.b, jl_arg_integer(i), "it");
    }
    jl_why_end(t.b);
  }
  jl_why_end(t.b);
  const Jalon__Block *block = tree_end(&t);
  assert_int_equal(block->n_rows, 1 + 1 + 10 * 3 + 1);
  row_is(block, 1, "rest", 190, 0); /* 0 + ... + 19 */
  assert_int_equal(block->rows[1]->cells[COUNT]->number, 20);
  int64_t sum = 0;
  for (size_t r = 1; r < block->n_rows; r++)
    if (block->rows[r]->level == 1) sum += block->rows[r]->cells[VALUE]->number;
  assert_int_equal(sum, INT64_C(99999) * 50000);
  assert_int_equal(block->rows[block->n_rows - 1]->cells[COUNT]->number, 100000 - 30);
  fx_free(&t.fx);
}

/* However a view nests them, the tree stays small, and every level adds up. */
static void lists_of_lists(void **state) {
  (void)state;
  struct tree t;
  tree_new(&t, NULL, NULL);
  jl_why_begin(t.b, JL_WHY_SUM, jl_arg_integer(500 * 500), "sum");
  jl_why_many(t.b, 500);
  for (int i = 0; i < 500; i++) {
    if (jl_why_begin(t.b, JL_WHY_SUM, jl_arg_integer(500), "inner")) jl_why_many(t.b, 500);
    for (int k = 0; k < 500; k++) jl_why_constant(t.b, jl_arg_integer(1), "one");
    jl_why_end(t.b);
  }
  jl_why_end(t.b);
  const Jalon__Block *block = tree_end(&t);
  assert_in_range(block->n_rows, 1000, 10000);
  for (size_t r = 0; r < block->n_rows; r++) {
    if (strcmp(block->rows[r]->cells[OPERATION]->text, "sum") != 0) continue;
    int64_t sum = 0;
    for (size_t k = r + 1; k < block->n_rows; k++)
      if (block->rows[k]->cells[OF]->has_number && (size_t)block->rows[k]->cells[OF]->number == r) sum += block->rows[k]->cells[VALUE]->number;
    assert_int_equal(sum, block->rows[r]->cells[VALUE]->number);
  }
  fx_free(&t.fx);
}

/* What others are taken from is not counted among them, wherever the tree is full: 10 - 3 - 2. */
static void differences_in_full_trees(void **state) {
  (void)state;
  struct tree t;
  int cut = 0, gone = 0;
  tree_new(&t, NULL, NULL);
  jl_why_begin(t.b, JL_WHY_SUM, jl_arg_integer(4000 * 5), "sum");
  for (int i = 0; i < 4000; i++) {
    if (jl_why_begin(t.b, JL_WHY_DIFFERENCE, jl_arg_integer(5), "left")) {
      jl_why_many(t.b, 3);
      jl_why_constant(t.b, jl_arg_integer(10), "whole");
      jl_why_constant(t.b, jl_arg_integer(3), "one");
      jl_why_constant(t.b, jl_arg_integer(2), "other");
    }
    jl_why_end(t.b);
  }
  jl_why_end(t.b);
  const Jalon__Block *block = tree_end(&t);
  for (size_t r = 0; r < block->n_rows; r++) {
    if (strcmp(block->rows[r]->cells[OPERATION]->text, "difference") != 0) continue;
    size_t end = r + 1;
    while (end < block->n_rows && block->rows[end]->level == 2) end++;
    assert_true(end > r + 1);
    int64_t left = block->rows[r + 1]->cells[VALUE]->number;
    for (size_t k = r + 2; k < end; k++) left -= block->rows[k]->cells[VALUE]->number;
    assert_int_equal(left, 5);
    cut += end == r + 3;
    gone += end == r + 2;
  }
  assert_true(cut > 100);
  assert_true(gone <= 1);
  fx_free(&t.fx);
}

/* What the reader may not read is left out, name and value; another explanation of the cell takes the place of the first. */
static void rights(void **state) {
  (void)state;
  struct tree t;
  tree_new(&t, NULL, NULL);
  struct jl_id kpi = measured_kpi(&t.fx, 20000, 1);
  fx_begin(&t.fx, JL_TYPE_PAYROLL_LINE);
  fx_text(&t.fx, JL_PAYROLL_LINE_TITLE, "secret");
  fx_int(&t.fx, JL_PAYROLL_LINE_PLANNED, 4242);
  struct jl_id secret = fx_put(&t.fx);
  t.fx.in.sections = EVERYTHING & ~(1u << JL_SECTION_PAYROLL);
  jl_why_field(t.b, &t.fx.in, jl_replica_record(t.fx.plan, &secret), JL_PAYROLL_LINE_PLANNED);
  jl_why_begin(t.b, JL_WHY_SUM, jl_arg_integer(1), "sum");
  jl_why_about(t.b, &t.fx.in, jl_replica_record(t.fx.plan, &secret));
  jl_why_field(t.b, &t.fx.in, jl_replica_record(t.fx.plan, &secret), JL_PAYROLL_LINE_PLANNED);
  jl_why_record(t.b, &t.fx.in, jl_replica_record(t.fx.plan, &secret));
  jl_why_field(t.b, &t.fx.in, jl_replica_record(t.fx.plan, &kpi), JL_KPI_TARGET);
  jl_why_end(t.b);
  const Jalon__Block *block = tree_end(&t);
  assert_int_equal(block->n_rows, 2);
  assert_null(block->rows[0]->record);
  row_is(block, 1, "field", PERCENT(5), 0);
  fx_free(&t.fx);
}

static void no_such_cell(void **state) {
  (void)state;
  static const char *const bad[] = {"", "0", "0.r0", "0.x0.0", "0.r0.0.0", "0.r-1.0", "0.r0.", ".r0.0", "0.r99999999999999999999.0", "a.rb.c"};
  struct fixture fx = fx_new();
  struct jl_error err;
  fx_plan(&fx);
  for (size_t i = 0; i < JL_COUNT(bad); i++) {
    assert_null(fx_try(&fx, "kpi", "explain", bad[i], &err));
    assert_int_equal(err.code, JL_E_INVALID);
  }
  assert_null(fx_try(&fx, "kpi", "explain", "0.r0.0", &err));
  assert_int_equal(err.code, JL_E_NOT_FOUND);
  assert_null(fx_try(&fx, "kpi", "explain", "999999999.t0.0", &err));
  assert_int_equal(err.code, JL_E_NOT_FOUND);
  fx_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(change), cmocka_unit_test(progress),      cmocka_unit_test(long_lists), cmocka_unit_test(lists_of_lists), cmocka_unit_test(differences_in_full_trees),
                                     cmocka_unit_test(rights), cmocka_unit_test(no_such_cell)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
