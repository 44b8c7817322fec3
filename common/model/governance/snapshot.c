#include "common/model/governance/snapshot.h"
#include "common/base/money.h"
#include "common/model/budget/amounts.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#define TEXT_MAX (1U << 20) /* more than a revision can hold */
#define WITH_DEPENDENCIES "+ dependencies\n"

/* What counts of each type. figures: shown by drift; the rest enters the digest. Progress, owners, tags, notes and places do not count. */
static const struct counted {
  uint32_t type;
  enum jl_section section;
  uint32_t figures[JL_FIGURES_MAX];
  uint32_t rest[16];
} counted[] = {
    {JL_TYPE_PLAN,
     JL_SECTION_STRATEGY,
     {JL_PLAN_START, JL_PLAN_END},
     {JL_PLAN_NAME, JL_PLAN_CURRENCY, JL_PLAN_CONTROL, JL_PLAN_SHARE_PROVEN, JL_PLAN_SHARE_OPTIMISATION, JL_PLAN_SHARE_INNOVATION}},
    {JL_TYPE_OBJECTIVE,
     JL_SECTION_STRATEGY,
     {JL_OBJECTIVE_BASELINE, JL_OBJECTIVE_TARGET, JL_OBJECTIVE_START, JL_OBJECTIVE_DUE},
     {JL_OBJECTIVE_TITLE, JL_OBJECTIVE_PARENT, JL_OBJECTIVE_KIND, JL_OBJECTIVE_FORM, JL_OBJECTIVE_NATURE, JL_OBJECTIVE_METRIC,
      JL_OBJECTIVE_UNIT}},
    {JL_TYPE_KEY_RESULT,
     JL_SECTION_STRATEGY,
     {JL_KEY_RESULT_START, JL_KEY_RESULT_TARGET},
     {JL_KEY_RESULT_OBJECTIVE, JL_KEY_RESULT_TITLE, JL_KEY_RESULT_UNIT}},
    {JL_TYPE_LEVER,
     JL_SECTION_STRATEGY,
     {JL_LEVER_BASELINE, JL_LEVER_TARGET},
     {JL_LEVER_NAME, JL_LEVER_DIRECTION, JL_LEVER_CHANNEL, JL_LEVER_OBJECTIVES, JL_LEVER_UNIT}},
    {JL_TYPE_KPI,
     JL_SECTION_STRATEGY,
     {JL_KPI_COMPARATOR, JL_KPI_TARGET, JL_KPI_BASELINE},
     {JL_KPI_NAME, JL_KPI_CHANNEL, JL_KPI_UNIT, JL_KPI_DIRECTION, JL_KPI_FORMULA, JL_KPI_OBJECTIVE, JL_KPI_LEVER}},
    {JL_TYPE_ACTION,
     JL_SECTION_ACTIONS,
     {JL_ACTION_START, JL_ACTION_DUE, JL_ACTION_DURATION, JL_ACTION_QUANTITY_TARGET},
     {JL_ACTION_TITLE, JL_ACTION_LEVER, JL_ACTION_DESCRIPTION, JL_ACTION_KPIS, JL_ACTION_PERSONAS, JL_ACTION_QUANTITY_UNIT,
      JL_ACTION_CONVERSION_FROM, JL_ACTION_CONVERSION_TO}},
    {JL_TYPE_DEPENDENCY, JL_SECTION_ACTIONS, {JL_DEPENDENCY_LAG}, {0}}, /* what it joins cannot change: its line says that it is there */
    {JL_TYPE_BUDGET_LINE,
     JL_SECTION_BUDGET,
     {0},
     {JL_BUDGET_LINE_TITLE, JL_BUDGET_LINE_LEVER, JL_BUDGET_LINE_ACTION, JL_BUDGET_LINE_CATEGORY, JL_BUDGET_LINE_SUBCATEGORY,
      JL_BUDGET_LINE_BUCKET, JL_BUDGET_LINE_VAT_BASIS, JL_BUDGET_LINE_VAT_RATE, JL_BUDGET_LINE_KPI}},
    {JL_TYPE_BUDGET_MONTH, JL_SECTION_BUDGET, {JL_BUDGET_MONTH_MONTH, JL_BUDGET_MONTH_PLANNED}, {JL_BUDGET_MONTH_LINE}},
    {JL_TYPE_PAYROLL_LINE,
     JL_SECTION_PAYROLL,
     {JL_PAYROLL_LINE_START, JL_PAYROLL_LINE_END, JL_PAYROLL_LINE_PLANNED},
     {JL_PAYROLL_LINE_TITLE, JL_PAYROLL_LINE_PERSON}},
};

/* ---- what an approval is about ---- */
static int64_t subject_of(const struct jl_record *approval) {
  return jl_record_int(approval->type, approval->body, JL_APPROVAL_SECTION, 0);
}

static const struct jl_record *named(const struct jl_replica *r, const struct jl_record *approval, uint32_t field) {
  struct jl_id id;
  return jl_record_id(approval->type, approval->body, field, &id) ? jl_replica_live(r, &id) : NULL;
}

uint32_t jl_approval_sections(const struct jl_record *approval) {
  switch (subject_of(approval)) {
  case JL_APPROVAL_OF_PLAN:
    return 1U << JL_SECTION_STRATEGY | 1U << JL_SECTION_ACTIONS | 1U << JL_SECTION_BUDGET | 1U << JL_SECTION_PAYROLL;
  case JL_APPROVAL_OF_ACTION:
    return 1U << JL_SECTION_ACTIONS | 1U << JL_SECTION_BUDGET;
  case JL_APPROVAL_OF_BUDGET:
    return 1U << JL_SECTION_BUDGET | (jl_approval_reallocates(approval) ? 0 : 1U << JL_SECTION_PAYROLL);
  default:
    return 0;
  }
}

/* ---- making it ---- */
struct making {
  const struct jl_replica *r;
  struct jl_arena *a;
  struct jl_moves moves;         /* counted in */
  bool dependencies;             /* counted: not beside what was submitted before they were */
  struct jl_buffer text;
  crypto_generichash_state rest;
  struct jl_error *err;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory for the group"), NULL); }

static void digest_number(struct making *m, uint64_t n) {
  uint8_t bytes[8];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(n >> (8 * i));
  crypto_generichash_update(&m->rest, bytes, sizeof bytes);
}

static void digest_rest(struct making *m, const struct counted *c, const struct jl_record *record) {
  digest_number(m, record->type_number);
  crypto_generichash_update(&m->rest, record->id.bytes, sizeof record->id.bytes);
  for (size_t i = 0; i < JL_COUNT(c->rest) && c->rest[i] != 0; i++) {
    struct jl_bytes slice = jl_record_slice(record->body, c->rest[i]);
    digest_number(m, slice.size);
    if (slice.size > 0) crypto_generichash_update(&m->rest, slice.data, slice.size);
  }
}

static bool planned_net(struct making *m, const struct jl_record *line, int64_t *ret) {
  bool gross = jl_record_int(line->type, line->body, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_GROSS;
  bool fits = jl_line_planned(m->r, line, m->a, ret);
  if (fits) *ret = jl_moves_planned(&m->moves, line, *ret);
  if (fits && (!gross || jl_vat_net(*ret, jl_record_int(line->type, line->body, JL_BUDGET_LINE_VAT_RATE, 0), ret))) return true;
  return jl_fail(m->err, JL_E_TOO_LARGE, JL_MSG("the amounts of this plan are too large to add up"),
                 JL_MSG("correct the largest budget lines"));
}

static int64_t figure_of(const struct making *m, const struct jl_record *record, uint32_t field) {
  int64_t now = jl_record_int(record->type, record->body, field, 0);
  return field == JL_BUDGET_MONTH_PLANNED && record->type_number == JL_TYPE_BUDGET_MONTH ? jl_moves_month(&m->moves, record, now) : now;
}

static bool add_line(struct making *m, const struct counted *c, const struct jl_record *record) {
  char reference[JL_REFERENCE_SIZE];
  int64_t planned;
  jl_reference_format(record->type, record->number, reference);
  jl_buffer_text(&m->text, reference);
  if (record->type_number == JL_TYPE_BUDGET_LINE) {
    if (!planned_net(m, record, &planned)) return false;
    jl_buffer_printf(&m->text, " %d=%" PRId64, JL_FIGURE_PLANNED, planned);
  }
  for (size_t i = 0; i < JL_COUNT(c->figures) && c->figures[i] != 0; i++)
    if (jl_record_has(record->body, c->figures[i]))
      jl_buffer_printf(&m->text, " %" PRIu32 "=%" PRId64, c->figures[i], figure_of(m, record, c->figures[i]));
  jl_buffer_byte(&m->text, '\n');
  if (record->type_number != JL_TYPE_DEPENDENCY) digest_rest(m, c, record);
  return true;
}

static bool add_all(struct making *m, const struct counted *c, const struct jl_record **records, size_t n) {
  if (n == SIZE_MAX) return no_memory(m->err);
  for (size_t i = 0; i < n; i++)
    if (!add_line(m, c, records[i])) return false;
  return true;
}

static bool add_months(struct making *m, const struct counted *c, const struct jl_record *line) {
  size_t n = 0;
  if (line == NULL) return true;
  const struct jl_record **months = jl_replica_referring(m->r, &line->id, JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, m->a, &n);
  return add_all(m, c, months, n);
}

static bool add_dependencies(struct making *m, const struct counted *c, const struct jl_record **all, size_t n) {
  if (!m->dependencies) return true;
  if (n == SIZE_MAX) return no_memory(m->err);
  for (size_t i = 0; i < n; i++)
    if (!add_line(m, c, all[i])) return false;
  return true;
}

/* Of one action: itself, what it waits for, its budget lines and their months. */
static bool add_of_action(struct making *m, const struct counted *c, const struct jl_record *action) {
  size_t n = 0;
  if (c->type == JL_TYPE_ACTION) return action == NULL || add_line(m, c, action);
  if (action == NULL) return true;
  if (c->type == JL_TYPE_DEPENDENCY) {
    const struct jl_record **waits = jl_replica_referring(m->r, &action->id, JL_TYPE_DEPENDENCY, JL_DEPENDENCY_SUCCESSOR, m->a, &n);
    return add_dependencies(m, c, waits, n);
  }
  const struct jl_record **lines = jl_replica_referring(m->r, &action->id, JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, m->a, &n);
  if (c->type == JL_TYPE_BUDGET_LINE) return add_all(m, c, lines, n);
  if (n == SIZE_MAX) return no_memory(m->err);
  for (size_t i = 0; i < n; i++)
    if (!add_months(m, c, lines[i])) return false;
  return true;
}

/* Of money that moves: the lines that give and get, and their months. */
static bool add_moved(struct making *m, const struct counted *c, const struct jl_record *approval) {
  const struct jl_record **lines;
  size_t n;
  if (c->type != JL_TYPE_BUDGET_MONTH && c->type != JL_TYPE_BUDGET_LINE) return true;
  if (!jl_approval_lines(m->r, approval, m->a, &lines, &n)) return no_memory(m->err);
  if (c->type == JL_TYPE_BUDGET_LINE) return add_all(m, c, lines, n);
  for (size_t i = 0; i < n; i++)
    if (!add_months(m, c, lines[i])) return false;
  return true;
}

static bool add_type(struct making *m, const struct counted *c, const struct jl_record *approval) {
  size_t n = 0;
  if (jl_approval_reallocates(approval)) return add_moved(m, c, approval);
  if (subject_of(approval) == JL_APPROVAL_OF_ACTION) return add_of_action(m, c, named(m->r, approval, JL_APPROVAL_TARGET));
  const struct jl_record **all = jl_replica_all(m->r, c->type, m->a, &n);
  return c->type == JL_TYPE_DEPENDENCY ? add_dependencies(m, c, all, n) : add_all(m, c, all, n);
}

static bool add_digest(struct making *m) {
  uint8_t digest[32];
  char hex[sizeof digest * 2 + 1];
  crypto_generichash_final(&m->rest, digest, sizeof digest);
  sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
  jl_buffer_printf(&m->text, "= %s\n", hex);
  if (m->dependencies) jl_buffer_text(&m->text, WITH_DEPENDENCIES);
  return jl_buffer_ok(&m->text) || jl_fail(m->err, JL_E_TOO_LARGE, JL_MSG("the plan is too large to be submitted as a whole"),
                                           JL_MSG("submit its budget and its actions one by one"));
}

/* What was submitted by an earlier version holds no dependencies: they count for nothing beside it. */
static bool counts_dependencies(const struct jl_replica *r, const struct jl_record *approval, enum jl_section section, struct jl_arena *a, bool *ret,
                                struct jl_error *err) {
  struct jl_bytes stored;
  size_t size = sizeof WITH_DEPENDENCIES - 1;
  *ret = section == JL_SECTION_ACTIONS;
  if (!*ret) return true;
  if (!jl_snapshot_stored(r, approval, section, a, &stored, err)) return false;
  *ret = stored.size == 0 || (stored.size >= size && memcmp(stored.data + stored.size - size, WITH_DEPENDENCIES, size) == 0);
  return true;
}

bool jl_snapshot_make(const struct jl_replica *r, const struct jl_record *approval, enum jl_section section, bool before,
                      struct jl_arena *a, struct jl_bytes *ret_text, struct jl_error *err) {
  struct making m = {.r = r, .a = a, .err = err};
  bool ok = true;
  *ret_text = (struct jl_bytes){NULL, 0};
  if (!counts_dependencies(r, approval, section, a, &m.dependencies, err)) return false;
  if (before && section == JL_SECTION_BUDGET && jl_approval_reallocates(approval) && !jl_approval_moves(r, approval, a, &m.moves, err))
    return false;
  jl_buffer_init(&m.text, TEXT_MAX);
  crypto_generichash_init(&m.rest, NULL, 0, 32);
  for (size_t i = 0; ok && i < JL_COUNT(counted); i++)
    if (counted[i].section == section) ok = add_type(&m, &counted[i], approval);
  ok = ok && add_digest(&m);
  if (ok) {
    *ret_text = jl_arena_dup(a, jl_buffer_bytes(&m.text));
    ok = ret_text->data != NULL || no_memory(err);
  }
  jl_buffer_release(&m.text);
  return ok;
}

/* ---- pieces ---- */
static bool put(struct jl_arena *a, struct jl_bytes *body, uint32_t field, const struct jl_value *value) {
  struct jl_bytes slice = jl_value_encode(a, jl_field_by_number(jl_record_type_by_number(JL_TYPE_BASELINE), field), value);
  if (slice.data != NULL) *body = jl_record_with(a, *body, field, slice);
  return slice.data != NULL && body->data != NULL;
}

static bool key_of(const struct jl_replica *r, const struct jl_record *approval, enum jl_section section, int32_t piece, struct jl_arena *a,
                   struct jl_id *ret_id, struct jl_bytes *ret_body) {
  *ret_body = (struct jl_bytes){NULL, 0};
  return put(a, ret_body, JL_BASELINE_APPROVAL, &(struct jl_value){.id = approval->id}) &&
         put(a, ret_body, JL_BASELINE_SECTION, &(struct jl_value){.number = (int64_t)section}) &&
         put(a, ret_body, JL_BASELINE_PIECE, &(struct jl_value){.number = piece}) &&
         jl_record_natural_id(jl_record_type_by_number(JL_TYPE_BASELINE), &jl_replica_where(r)->space, *ret_body, ret_id);
}

bool jl_snapshot_piece(const struct jl_replica *r, const struct jl_record *approval, enum jl_section section, struct jl_bytes text,
                       size_t *io_at, int32_t piece, struct jl_arena *a, struct jl_id *ret_id, struct jl_bytes *ret_body) {
  size_t size = text.size - *io_at;
  *ret_body = (struct jl_bytes){(const uint8_t *)"", 0};
  if (size == 0) return false;
  if (size > JL_SNAPSHOT_PIECE) { /* whole lines */
    size = JL_SNAPSHOT_PIECE;
    while (text.data[*io_at + size - 1] != '\n') size--;
  }
  const struct jl_value content = {.text = {text.data + *io_at, size}};
  if (!key_of(r, approval, section, piece, a, ret_id, ret_body) || !put(a, ret_body, JL_BASELINE_CONTENT, &content)) {
    ret_body->data = NULL;
    return false;
  }
  *io_at += size;
  return true;
}

bool jl_snapshot_stored(const struct jl_replica *r, const struct jl_record *approval, enum jl_section section, struct jl_arena *a,
                        struct jl_bytes *ret_text, struct jl_error *err) {
  struct jl_buffer text;
  const struct jl_record *record;
  struct jl_id id;
  struct jl_bytes key;
  bool ok = true;
  *ret_text = (struct jl_bytes){NULL, 0};
  jl_buffer_init(&text, TEXT_MAX);
  for (int32_t piece = 1; ok; piece++) {
    ok = key_of(r, approval, section, piece, a, &id, &key);
    record = ok ? jl_replica_live(r, &id) : NULL;
    if (record == NULL || record->type_number != JL_TYPE_BASELINE) break;
    struct jl_bytes content = jl_record_text(record->type, record->body, JL_BASELINE_CONTENT);
    jl_buffer_append(&text, content.data, content.size);
  }
  ok = ok && jl_buffer_ok(&text);
  if (ok && text.size > 0) {
    *ret_text = jl_arena_dup(a, jl_buffer_bytes(&text));
    ok = ret_text->data != NULL;
  }
  jl_buffer_release(&text);
  return ok || no_memory(err);
}

/* ---- reading ---- */
static bool read_number(const char **io_at, const char *end, int64_t *ret) {
  const char *p = *io_at;
  bool negative = p < end && *p == '-', any = false;
  uint64_t n = 0;
  for (p += negative; p < end && *p >= '0' && *p <= '9' && n < UINT64_MAX / 20; p++, any = true) n = n * 10 + (uint64_t)(*p - '0');
  *io_at = p;
  *ret = negative ? (int64_t)(0 - n) : (int64_t)n;
  return any;
}

static bool read_line(const char *p, const char *end, struct jl_figures *ret) {
  char text[JL_REFERENCE_SIZE];
  int64_t field;
  size_t size = 0;
  *ret = (struct jl_figures){.count = 0};
  while (p + size < end && p[size] != ' ' && size + 1 < sizeof text) size++;
  memcpy(text, p, size);
  text[size] = '\0';
  if (!jl_reference_parse(text, &ret->type, &ret->number)) return false;
  for (p += size; p < end && *p == ' ' && ret->count < JL_COUNT(ret->figures);) {
    struct jl_figure *figure = &ret->figures[ret->count];
    p++;
    if (!read_number(&p, end, &field) || p == end || *p != '=') return false;
    p++;
    if (!read_number(&p, end, &figure->value)) return false;
    figure->field = (uint32_t)field;
    ret->count++;
  }
  return p == end;
}

bool jl_snapshot_next(struct jl_bytes text, size_t *io_at, struct jl_figures *ret) {
  while (*io_at < text.size) {
    const char *p = (const char *)text.data + *io_at;
    const char *end = memchr(p, '\n', text.size - *io_at);
    if (end == NULL) end = (const char *)text.data + text.size;
    *io_at = (size_t)(end - (const char *)text.data) + 1;
    if (read_line(p, end, ret)) return true; /* a line of a newer model, or the digest, says nothing here */
  }
  return false;
}

bool jl_figure_of(const struct jl_figures *figures, uint32_t field, int64_t *ret) {
  for (size_t i = 0; i < figures->count; i++)
    if (figures->figures[i].field == field) {
      *ret = figures->figures[i].value;
      return true;
    }
  return false;
}
