#include "client/cli/figures.h"
#include "client/cli/rhythm.h"
#include "common/base/limits.h"
#include "common/base/money.h"
#include "common/base/text.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define GROUP_MOST 1000 /* edits of one figure are two at most */
#define READ_AT_ONCE 64 /* records that one request names, at most (common/model/query_read.c) */
static const uint32_t fields[] = {JL_FIGURE_COUNT, JL_FIGURE_AMOUNT, JL_FIGURE_SOURCE};

/* Folded, without the s of a plural. */
static const struct {
  const char *name, *stage;
  bool amount;
} words[] = {{"visit", JL_STAGE_VISITS, false},         {"visite", JL_STAGE_VISITS, false},
             {"lead", JL_STAGE_LEADS, false},           {"piste", JL_STAGE_LEADS, false},
             {"mql", JL_STAGE_MQL, false},              {"sql", JL_STAGE_SQL, false},
             {"opportunity", JL_STAGE_OPPORTUNITIES, false}, {"opportunitie", JL_STAGE_OPPORTUNITIES, false},
             {"opportunite", JL_STAGE_OPPORTUNITIES, false}, {"customer", JL_STAGE_CUSTOMERS, false},
             {"client", JL_STAGE_CUSTOMERS, false},     {"pipeline", JL_STAGE_OPPORTUNITIES, true},
             {"ca potentiel", JL_STAGE_OPPORTUNITIES, true}, {"revenue", JL_STAGE_CUSTOMERS, true},
             {"signed revenue", JL_STAGE_CUSTOMERS, true},   {"ca", JL_STAGE_CUSTOMERS, true},
             {"ca signe", JL_STAGE_CUSTOMERS, true},    {"chiffre d'affaire", JL_STAGE_CUSTOMERS, true}};

static const char *stem(struct jl_cli *cli, const char *name) {
  char *folded = jl_text_fold(cli->arena, name);
  size_t size = folded == NULL ? 0 : strlen(folded);
  if (size > 1 && folded[size - 1] == 's') folded[size - 1] = '\0';
  return folded;
}

const char *jl_told_stage(struct jl_told_figures *f, const char *name, bool *ret_amount) {
  const char *wanted = stem(f->cli, name);
  *ret_amount = false;
  for (size_t i = 0; wanted != NULL && i < JL_COUNT(words); i++) {
    if (strcmp(words[i].name, wanted) != 0) continue;
    *ret_amount = words[i].amount;
    return words[i].stage;
  }
  for (size_t i = 0; wanted != NULL && f->stages != NULL && f->stages[i] != NULL; i++) {
    const char *known = stem(f->cli, f->stages[i]);
    if (known != NULL && strcmp(known, wanted) == 0) return f->stages[i];
  }
  return NULL;
}

const char *jl_told_platform(struct jl_arena *a, const char *text) {
  char *folded = jl_text_fold(a, text);
  size_t n = 0;
  for (const char *c = folded; c != NULL && *c != '\0'; c++) {
    bool between = *c == ' ' || *c == '-', after = n > 0 && (folded[n - 1] == '-' || folded[n - 1] == ':');
    if (between && (n == 0 || after)) continue;
    if (*c == ':' && after) n--;
    folded[n++] = between ? '-' : *c;
  }
  if (folded != NULL) folded[n > 0 && folded[n - 1] == '-' ? n - 1 : n] = '\0';
  return folded;
}

/* Names of the stages of the plan's funnels. */
static bool read_stages(struct jl_told_figures *f, struct jl_error *err) {
  struct jl_parameter type = {"type", "funnel_stage"};
  const struct jl_view_ask ask = {.space = f->cli->plan, .view = "list", .parameters = &type, .parameter_count = 1};
  const Jalon__Document *document;
  uint64_t revision;
  size_t n = 0;
  if (!jl_cli_document(f->cli, &ask, &document, &revision, err)) return false;
  const Jalon__Block *block = jl_cli_block(document, "funnel_stage");
  f->stages = jl_arena_array(f->cli->arena, (block == NULL ? 0 : block->n_rows) + 1, sizeof *f->stages);
  if (f->stages == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; block != NULL && i < block->n_rows; i++) {
    const Jalon__Cell *name = jl_row_cell(block, block->rows[i], "name");
    if (name != NULL && name->text != NULL && strlen(name->text) <= 64) f->stages[n++] = name->text;
  }
  return true;
}

/* Its quarters and years are those of the plan, as its views have them. */
static bool read_fiscal(struct jl_told_figures *f, struct jl_error *err) {
  struct jl_lookup plan = {.id = f->cli->plan, .type = jl_record_type_by_number(JL_TYPE_PLAN)};
  if (!jl_lookup_one(f->cli, &plan, err)) return false;
  struct jl_record *record = jl_record_new(JL_TYPE_PLAN, &f->cli->plan, plan.record.body);
  if (record == NULL) return jl_cli_no_link(err);
  f->fiscal = jl_fiscal_of(record, f->input.today);
  jl_record_release(record);
  return true;
}

bool jl_told_begin(struct jl_told_figures *f, struct jl_cli *cli, int64_t source, struct jl_error *err) {
  *f = (struct jl_told_figures){.cli = cli, .input = jl_plan_input_of(cli, &cli->plan), .source = source, .lookups = {.space = cli->plan}};
  return read_stages(f, err) && read_fiscal(f, err);
}

bool jl_told_period(struct jl_told_figures *f, const char *text, int32_t *ret_start, int32_t *ret_end, struct jl_error *err) {
  return jl_fiscal_period(&f->fiscal, text, ret_start, ret_end, err);
}

bool jl_told_add(struct jl_told_figures *f, const struct jl_told_figure *one, struct jl_error *err) {
  if (f->count == f->capacity) {
    size_t more = f->capacity == 0 ? 64 : f->capacity * 2;
    struct jl_told_figure *items = jl_arena_array(f->cli->arena, more, sizeof *items);
    if (items == NULL) return jl_cli_no_link(err);
    if (f->count > 0) memcpy(items, f->items, f->count * sizeof *items);
    f->items = items;
    f->capacity = more;
  }
  f->items[f->count++] = *one;
  return true;
}

/* ---- each once ---- */
static bool make_draft(struct jl_rhythm *r, const struct jl_told_figures *f, const struct jl_told_figure *one, struct jl_draft *d, struct jl_error *err) {
  *d = jl_draft_of(r, JL_TYPE_FIGURE);
  return jl_draft_words(d, JL_FIGURE_STAGE, (struct jl_bytes){(const uint8_t *)one->stage, strlen(one->stage)}, err) &&
         jl_draft_number(d, JL_FIGURE_START, one->start, err) && jl_draft_number(d, JL_FIGURE_END, one->end, err) &&
         (!one->has_lever || jl_draft_ids(d, JL_FIGURE_LEVER, &one->lever, 1, err)) && (!one->has_action || jl_draft_ids(d, JL_FIGURE_ACTION, &one->action, 1, err)) &&
         (one->platform == NULL || one->platform[0] == '\0' || jl_draft_words(d, JL_FIGURE_PLATFORM, (struct jl_bytes){(const uint8_t *)one->platform, strlen(one->platform)}, err)) &&
         (!one->has_count || jl_draft_number(d, JL_FIGURE_COUNT, one->count, err)) && (!one->has_amount || jl_draft_number(d, JL_FIGURE_AMOUNT, one->amount, err)) &&
         jl_draft_number(d, JL_FIGURE_SOURCE, f->source, err);
}

static int by_id(const void *left, const void *right) { return jl_id_compare(&((const struct jl_told_figure *)left)->id, &((const struct jl_told_figure *)right)->id); }

static bool unite(struct jl_told_figures *f, struct jl_error *err) {
  struct jl_rhythm r = {.cli = f->cli, .input = f->input};
  size_t kept = 0;
  for (size_t i = 0; i < f->count; i++) {
    struct jl_draft d;
    if (!make_draft(&r, f, &f->items[i], &d, err)) return false;
    if (!jl_record_natural_id(d.type, &f->cli->plan, d.body, &f->items[i].id)) return jl_cli_no_link(err);
  }
  if (f->count > 0) qsort(f->items, f->count, sizeof *f->items, by_id);
  for (size_t i = 0; i < f->count; i++) {
    struct jl_told_figure *last = kept > 0 ? &f->items[kept - 1] : NULL, *one = &f->items[i];
    if (last == NULL || !jl_id_equal(&last->id, &one->id)) {
      f->items[kept++] = *one;
      continue;
    }
    if (!jl_add(last->count, one->count, &last->count) || !jl_add(last->amount, one->amount, &last->amount))
      return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the figures of {1} are too large to add up"), NULL, jl_arg_text(one->stage));
    last->has_count = last->has_count || one->has_count;
    last->has_amount = last->has_amount || one->has_amount;
  }
  f->count = kept;
  return true;
}

/* ---- what is there ---- */
bool jl_told_read(struct jl_told_figures *f, struct jl_error *err) {
  struct jl_lookups *all = &f->lookups;
  for (size_t at = 0; at < all->count; at += READ_AT_ONCE) {
    struct jl_lookups some = {.items = all->items + at, .count = all->count - at < READ_AT_ONCE ? all->count - at : READ_AT_ONCE, .space = all->space};
    if (!jl_lookups_run(f->cli, &some, err)) return false;
  }
  return true;
}

static bool look_up(struct jl_told_figures *f, size_t first, size_t n, struct jl_error *err) {
  f->lookups.count = 0;
  for (size_t i = 0; i < n; i++) {
    struct jl_lookup *one = jl_lookup_add(f->cli, &f->lookups, NULL);
    if (one == NULL) return jl_cli_no_link(err);
    one->id = f->items[first + i].id;
    one->type = jl_record_type_by_number(JL_TYPE_FIGURE);
    one->base_fields = fields;
    one->base_field_count = JL_COUNT(fields);
    one->deleted = true;
    f->items[first + i].lookup = i;
  }
  if (!jl_told_read(f, err)) return false;
  for (size_t i = 0; i < f->lookups.count; i++)
    if (f->lookups.items[i].error.code != JL_E_OK && f->lookups.items[i].error.code != JL_E_NOT_FOUND) {
      *err = f->lookups.items[i].error;
      return false;
    }
  return true;
}

static bool has_number(const struct jl_lookup *old, uint32_t field, int64_t number) {
  struct jl_value value;
  return jl_record_get(old->record.body, jl_field_by_number(old->type, field), &value) && value.number == number;
}

static bool put_one(struct jl_told_figures *f, struct jl_rhythm *r, const struct jl_told_figure *one, struct jl_error *err) {
  struct jl_lookup *old = &f->lookups.items[one->lookup];
  if (old->error.code == JL_E_NOT_FOUND) {
    struct jl_draft d;
    f->made++;
    return make_draft(r, f, one, &d, err) && jl_draft_put(&d, err);
  }
  bool deleted = old->record.deleted_revision != 0;
  bool count = one->has_count && !has_number(old, JL_FIGURE_COUNT, one->count), amount = one->has_amount && !has_number(old, JL_FIGURE_AMOUNT, one->amount);
  if (!deleted && !count && !amount) {
    f->same++;
    return true;
  }
  f->changed++;
  if (deleted) jl_group_restore(r->group, JL_TYPE_FIGURE, &one->id);
  if (!count && !amount) return true;
  jl_group_update(r->group, JL_TYPE_FIGURE, &one->id);
  return (!count || jl_change_number(r, old, JL_FIGURE_COUNT, one->count, err)) && (!amount || jl_change_number(r, old, JL_FIGURE_AMOUNT, one->amount, err)) &&
         jl_change_number(r, old, JL_FIGURE_SOURCE, f->source, err);
}

/* In one group; an edit of what is gone comes with its restore. */
static bool put_some(struct jl_told_figures *f, size_t first, size_t n, const struct jl_id *run, uint32_t part, struct jl_outcome_of *outcome, struct jl_error *err) {
  struct jl_rhythm r;
  if (!look_up(f, first, n, err) || !jl_rhythm_begin(&r, f->cli, err)) return false;
  bool ok = true;
  for (size_t i = 0; ok && i < n; i++) ok = put_one(f, &r, &f->items[first + i], err);
  if (ok && jl_group_edits(r.group) == 0) {
    jl_group_free(r.group);
    return true;
  }
  if (f->import != NULL) jl_group_import(r.group, run, f->import, part);
  return jl_rhythm_end(&r, ok, outcome, err);
}

bool jl_told_put(struct jl_told_figures *f, struct jl_error *err) {
  const struct jl_id run = jl_id_random();
  struct jl_outcome_of outcome = {0};
  uint32_t part = 0;
  if (!unite(f, err)) return false;
  for (size_t at = 0; at < f->count; at += GROUP_MOST)
    if (!put_some(f, at, f->count - at < GROUP_MOST ? f->count - at : GROUP_MOST, &run, ++part, &outcome, err)) return false;
  if (f->made + f->changed == 0) {
    jl_say(f->cli, JL_MSG("these figures are there already: {1}"), jl_arg_integer((int64_t)f->same));
    if (f->cli->json) jl_cli_done(f->cli, &outcome);
    return true;
  }
  jl_say(f->cli, f->cli->dry_run ? JL_MSG("figures that would be made: {1}, changed: {2}; as they were: {3}") : JL_MSG("figures made: {1}, changed: {2}; as they were: {3}{4}"),
         jl_arg_integer((int64_t)f->made), jl_arg_integer((int64_t)f->changed), jl_arg_integer((int64_t)f->same), jl_cli_made(f->cli, &outcome));
  jl_cli_done(f->cli, &outcome);
  return true;
}
