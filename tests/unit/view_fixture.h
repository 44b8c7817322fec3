/* Small replicas made by hand for the tests of views, and a document's rows as plain text: "A1 Webinar|to do|20454". */
#ifndef JL_TESTS_UNIT_VIEW_FIXTURE_H
#define JL_TESTS_UNIT_VIEW_FIXTURE_H
#include "common/model/document.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define EVERYTHING ((1u << JL_SECTION_STRATEGY) | (1u << JL_SECTION_ACTIONS) | (1u << JL_SECTION_BUDGET) | (1u << JL_SECTION_PAYROLL) | (1u << JL_SECTION_PIPELINE) | (1u << JL_SECTION_DIRECTORY))

struct fixture {
  struct jl_arena *arena;
  struct jl_replica *plan, *organisation;
  const struct jl_record_type *type; /* of the record being made */
  struct jl_bytes body;
  uint64_t numbers[256];
  uint8_t next_id;
  struct jl_view_input in;
};

static inline struct jl_id fx_id(uint8_t n) {
  struct jl_id id = {{n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n}};
  return id;
}

static inline struct fixture fx_new(void) {
  struct fixture fx = {.arena = jl_arena_new(32u << 20), .next_id = 10};
  struct jl_id plan = fx_id(1), organisation = fx_id(2);
  assert_non_null(fx.arena);
  fx.plan = jl_replica_new(&plan, JL_SPACE_PLAN);
  fx.organisation = jl_replica_new(&organisation, JL_SPACE_ORGANISATION);
  assert_non_null(fx.plan);
  assert_non_null(fx.organisation);
  fx.in = (struct jl_view_input){.space = fx.plan, .organisation = fx.organisation, .sections = EVERYTHING, .today = 20500};
  return fx;
}

static inline void fx_free(struct fixture *fx) {
  jl_replica_free(fx->plan);
  jl_replica_free(fx->organisation);
  jl_arena_free(fx->arena);
}

static inline void fx_begin(struct fixture *fx, uint32_t type) {
  fx->type = jl_record_type_by_number(type);
  assert_non_null(fx->type);
  fx->body = (struct jl_bytes){NULL, 0};
}

static inline void fx_slice(struct fixture *fx, uint32_t field, const struct jl_value *values, size_t n) {
  const struct jl_field *f = jl_field_by_number(fx->type, field);
  assert_non_null(f);
  struct jl_bytes slice = n == 1 ? jl_value_encode(fx->arena, f, values) : jl_values_encode(fx->arena, f, values, n);
  fx->body = jl_record_with(fx->arena, fx->body, field, slice);
  assert_non_null(fx->body.data);
}

static inline void fx_int(struct fixture *fx, uint32_t field, int64_t n) { fx_slice(fx, field, &(struct jl_value){.number = n}, 1); }

static inline void fx_text(struct fixture *fx, uint32_t field, const char *text) {
  fx_slice(fx, field, &(struct jl_value){.text = {(const uint8_t *)text, strlen(text)}}, 1);
}

static inline void fx_ref(struct fixture *fx, uint32_t field, struct jl_id id) { fx_slice(fx, field, &(struct jl_value){.id = id}, 1); }

static inline struct jl_id fx_put_as(struct fixture *fx, struct jl_id id, uint64_t deleted_revision) {
  struct jl_error err = {.code = JL_E_OK};
  if (!jl_record_check(fx->type, fx->body, &err)) fail_msg("%s: %s", fx->type->name, err.message);
  struct jl_record *record = jl_record_new(fx->type->number, &id, fx->body);
  assert_non_null(record);
  record->number = ++fx->numbers[fx->type->number];
  record->revision = record->created_revision = 1;
  record->deleted_revision = deleted_revision;
  assert_true(jl_replica_put(fx->type->space == JL_SPACE_ORGANISATION ? fx->organisation : fx->plan, record));
  return id;
}

static inline struct jl_id fx_put(struct fixture *fx) { return fx_put_as(fx, fx_id(fx->next_id++), 0); }

static inline struct jl_id fx_named(struct fixture *fx, uint32_t type, const char *name) {
  fx_begin(fx, type);
  fx_text(fx, jl_title_field(fx->type)->number, name);
  return fx_put(fx);
}

static inline void fx_plan(struct fixture *fx) {
  fx_begin(fx, JL_TYPE_PLAN);
  fx_text(fx, JL_PLAN_NAME, "Plan 2026");
  fx_int(fx, JL_PLAN_START, 20454);
  fx_int(fx, JL_PLAN_END, 20818);
  fx_text(fx, JL_PLAN_CURRENCY, "EUR");
  fx_put_as(fx, fx_id(1), 0);
}

static inline void fx_raci(struct fixture *fx, struct jl_id target, int64_t letter, struct jl_id holder, const char *task) {
  fx_begin(fx, JL_TYPE_RACI);
  fx_ref(fx, JL_RACI_TARGET, target);
  fx_int(fx, JL_RACI_LETTER, letter);
  fx_ref(fx, JL_RACI_HOLDER, holder);
  if (task != NULL) fx_text(fx, JL_RACI_TASK, task);
  fx_put(fx);
}

static inline Jalon__Document *fx_try(struct fixture *fx, const char *view, const char *parameter, const char *value,
                                      struct jl_error *err) {
  struct jl_view_parameter *parameters = jl_arena_array(fx->arena, 1, sizeof *parameters);
  struct jl_bytes packed = {NULL, 0};
  parameters[0] = (struct jl_view_parameter){parameter, value};
  fx->in.parameters = parameters;
  fx->in.parameter_count = parameter == NULL ? 0 : 1;
  const struct jl_view *found = jl_view_by_name(view);
  assert_non_null(found);
  if (!jl_view_build(found, &fx->in, fx->arena, &packed, err)) return NULL;
  Jalon__Document *document = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(document);
  return document;
}

static inline Jalon__Document *fx_view(struct fixture *fx, const char *view, const char *parameter, const char *value) {
  struct jl_error err = {.code = JL_E_OK};
  Jalon__Document *document = fx_try(fx, view, parameter, value, &err);
  if (document == NULL) {
    char text[512];
    jl_error_describe(&err, text, sizeof text);
    fail_msg("view %s: %s", view, text);
  }
  return document;
}

static inline const Jalon__Block *fx_block(const Jalon__Document *document, const char *name) {
  for (size_t i = 0; i < document->n_blocks; i++)
    if (strcmp(document->blocks[i]->name, name) == 0) return document->blocks[i];
  return NULL;
}

static inline void fx_cell_text(const Jalon__Cell *cell, char *out, size_t size) {
  if (!cell->has_kind)
    snprintf(out, size, "%s", "");
  else if (cell->kind == JL_ARG_TEXT || cell->kind == JL_ARG_LABEL)
    snprintf(out, size, "%s", cell->words != NULL ? cell->alternative : cell->text); /* a sentence: as files have it */
  else if (cell->kind == JL_ARG_FRACTION && cell->text != NULL)
    snprintf(out, size, "%" PRId64 " %s", cell->number, cell->text);
  else
    snprintf(out, size, "%" PRId64, cell->number);
}

/* The cells of row `row`, joined by bars; two spaces before it per level. */
static inline void fx_row(const Jalon__Block *block, size_t row, char *out, size_t size) {
  size_t used = 0;
  assert_true(row < block->n_rows);
  const Jalon__Row *r = block->rows[row];
  for (uint32_t i = 0; i < r->level; i++) used += (size_t)snprintf(out + used, size - used, "  ");
  for (size_t i = 0; i < r->n_cells; i++) {
    char cell[400];
    fx_cell_text(r->cells[i], cell, sizeof cell);
    used += (size_t)snprintf(out + used, size - used, "%s%s", i == 0 ? "" : "|", cell);
    assert_true(used < size);
  }
}

static inline void fx_expect_rows(const Jalon__Block *block, const char *const *expected, size_t n) {
  char row[2000];
  assert_non_null(block);
  for (size_t i = 0; i < block->n_rows; i++) assert_int_equal(block->rows[i]->n_cells, block->n_columns); /* a rectangle */
  for (size_t i = 0; i < n && i < block->n_rows; i++) {
    fx_row(block, i, row, sizeof row);
    assert_string_equal(row, expected[i]);
  }
  assert_int_equal(block->n_rows, n);
}
#define FX_ROWS(block, ...)                                                                                                                \
  fx_expect_rows((block), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static inline bool fx_noted(const Jalon__Document *document, const char *message) {
  for (size_t i = 0; i < document->n_blocks; i++)
    for (size_t n = 0; n < document->blocks[i]->n_notes; n++)
      if (strcmp(document->blocks[i]->notes[n]->message, message) == 0) return true;
  return false;
}
#endif
