/* funnel apply: the figures of a funnel, as its view shows them, become objectives and KPI targets, in one group. Each figure has one
 * objective (its field funnel_stage says whose it is) and one KPI below it; what is there already gets the new target and dates. The
 * revenue's objective is a business one; the customers' serves it, and each stage's the one behind it. Without a mean deal there is no
 * revenue: then the customers' is the business one, unless --serves names what it is for. What somebody let an objective serve by hand
 * stays so, and is said. */
#include "client/cli/funnel_apply.h"
#include "client/cli/undo.h"
#include "client/faces/format.h"
#include "common/base/calendar.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <string.h>

/* ---- reading the view ---- */
static const Jalon__Cell *cell_named(const Jalon__Block *block, const Jalon__Row *row, const char *column) {
  for (size_t i = 0; i < block->n_columns && i < row->n_cells; i++)
    if (block->columns[i]->name != NULL && strcmp(block->columns[i]->name, column) == 0) return row->cells[i];
  return NULL;
}

static const char *words_of(const Jalon__Cell *cell) {
  if (cell == NULL || cell->text == NULL) return "";
  return cell->kind == JL_ARG_LABEL ? jl_tr(cell->text) : cell->text;
}

static bool id_of(const Jalon__Cell *cell, size_t source, struct jl_id *ret) {
  return cell != NULL && source < cell->n_sources &&
         jl_id_from_bytes((struct jl_bytes){cell->sources[source].data, cell->sources[source].len}, ret);
}

static void find_objective(struct jl_figure *f, const Jalon__Cell *cell) {
  f->has_objective = id_of(cell, 0, &f->objective);
  f->has_kpi = f->has_objective && id_of(cell, 1, &f->kpi);
}

static const char *rate_words(struct jl_cli *cli, const Jalon__Cell *cell) {
  struct jl_buffer out;
  struct jl_arg rate;
  if (cell == NULL || !jl_arg_from_cell(cell, &rate)) return "";
  jl_buffer_init(&out, 256);
  jl_format_arg(&rate, &out);
  const char *text = jl_buffer_ok(&out) ? jl_arena_strndup(cli->arena, (const char *)out.data, out.size) : NULL;
  jl_buffer_release(&out);
  return text == NULL ? "" : text;
}

static bool read_row(struct jl_applying *a, const Jalon__Block *stages, const Jalon__Row *row, struct jl_figure *f) {
  const Jalon__Cell *count = cell_named(stages, row, "count"), *from = cell_named(stages, row, "from"), *until = cell_named(stages, row, "until");
  if (row->record == NULL || count == NULL || !count->has_number || !jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &f->whose))
    return false;
  f->name = words_of(cell_named(stages, row, "stage"));
  f->rate = rate_words(a->cli, cell_named(stages, row, "rate"));
  f->is_stage = row->record->type == JL_TYPE_FUNNEL_STAGE;
  f->target = count->number * JL_FRACTION_ONE; /* the arithmetic bounds a count so that this fits */
  f->has_dates = from != NULL && from->has_number && until != NULL && until->has_number;
  f->from = f->has_dates ? (int32_t)from->number : 0;
  f->until = f->has_dates ? (int32_t)until->number : 0;
  find_objective(f, cell_named(stages, row, "objective"));
  return true;
}

/* Minor units as millionths of the currency. */
static bool read_revenue(const Jalon__Block *target, struct jl_figure *f, const char *currency) {
  static const int64_t scale[] = {1000000, 100000, 10000, 1000, 100};
  int digits = jl_currency_digits(currency);
  for (size_t i = 0; i < target->n_rows; i++) {
    const Jalon__Row *row = target->rows[i];
    if (row->n_cells < 2 || row->cells[0]->alternative == NULL || strcmp(row->cells[0]->alternative, "revenue_of_customers") != 0) continue;
    f->is_revenue = true;
    find_objective(f, row->cells[1]);
    return digits >= 0 && (size_t)digits < JL_COUNT(scale) && !__builtin_mul_overflow(row->cells[1]->number, scale[digits], &f->target);
  }
  return false;
}

static const char *target_words(const Jalon__Block *target, const char *name) {
  for (size_t i = 0; i < target->n_rows; i++)
    if (target->rows[i]->n_cells > 1 && target->rows[i]->cells[0]->alternative != NULL && strcmp(target->rows[i]->cells[0]->alternative, name) == 0)
      return words_of(target->rows[i]->cells[1]);
  return "";
}

static bool read_view(struct jl_applying *a, struct jl_error *err) {
  struct jl_cli *cli = a->cli;
  struct jl_parameter record = {"record", cli->word_count > 0 ? cli->words[0] : ""};
  struct jl_view_ask ask = {.space = cli->plan, .view = "funnel", .parameters = &record, .parameter_count = cli->word_count > 0 ? 1 : 0};
  const Jalon__Document *d;
  uint64_t revision;
  if (!jl_cli_document(cli, &ask, &d, &revision, err)) return false;
  const Jalon__Block *stages = jl_cli_block(d, "stages"), *target = jl_cli_block(d, "target");
  if (stages == NULL || target == NULL || stages->n_rows >= JL_FIGURES_MAX)
    return jl_fail(err, JL_E_INVALID, JL_MSG("say which funnel, as in jalon funnel apply FN1"), JL_MSG("jalon funnel lists them; jalon funnel new makes one"));
  a->currency = d->currency != NULL ? d->currency : "EUR";
  a->rounding = target_words(target, "rounding");
  struct jl_figure revenue = {.name = jl_tr(JL_MSG("revenue")), .rate = ""};
  bool has_revenue = read_revenue(target, &revenue, a->currency);
  if (has_revenue) a->count = 1;
  for (size_t i = stages->n_rows; i-- > 0;)
    if (read_row(a, stages, stages->rows[i], &a->figures[a->count])) a->count++;
  if (a->count < (has_revenue ? 3U : 2U)) return jl_fail(err, JL_E_INVALID, JL_MSG("this funnel has no stages yet"), NULL);
  if (has_revenue) {
    const struct jl_figure *customers = &a->figures[1];
    revenue.whose = customers->whose;
    revenue.has_dates = customers->has_dates;
    revenue.from = customers->from;
    revenue.until = customers->until;
    a->figures[0] = revenue;
  }
  return jl_figures_read_periods(a, d, err) && jl_cli_mark_document(cli, &cli->plan, d, revision, err);
}

/* ---- what is there already ---- */
static const uint32_t objective_fields[] = {JL_OBJECTIVE_TARGET, JL_OBJECTIVE_START, JL_OBJECTIVE_DUE, JL_OBJECTIVE_TITLE, JL_OBJECTIVE_PARENT};
static const uint32_t kpi_fields[] = {JL_KPI_TARGET}, below_kpi[] = {JL_TYPE_KPI_TARGET};

static bool add_lookup(struct jl_applying *a, uint32_t type, const struct jl_id *id, const uint32_t *fields, size_t n, size_t *ret_at) {
  struct jl_lookup *one = jl_lookup_add(a->cli, &a->lookups, NULL);
  if (one == NULL) return false;
  *ret_at = a->lookups.count - 1;
  one->id = *id;
  one->type = jl_record_type_by_number(type);
  one->base_fields = fields;
  one->base_field_count = n;
  return true;
}

/* The customers, who are behind the last stage: their row is the funnel's. */
static const struct jl_figure *customers_of(const struct jl_applying *a) { return &a->figures[a->figures[0].is_revenue ? 1 : 0]; }

static bool look_up(struct jl_applying *a, struct jl_error *err) {
  size_t funnel = 0;
  bool ok = add_lookup(a, JL_TYPE_FUNNEL, &customers_of(a)->whose, NULL, 0, &funnel);
  for (size_t i = 0; ok && i < a->count; i++) {
    struct jl_figure *f = &a->figures[i];
    if (f->is_stage) ok = add_lookup(a, JL_TYPE_FUNNEL_STAGE, &f->whose, NULL, 0, &f->stage_lookup);
    if (ok && f->has_objective) ok = add_lookup(a, JL_TYPE_OBJECTIVE, &f->objective, objective_fields, JL_COUNT(objective_fields), &f->objective_lookup);
    if (ok && f->has_kpi) ok = add_lookup(a, JL_TYPE_KPI, &f->kpi, kpi_fields, JL_COUNT(kpi_fields), &f->kpi_lookup);
    if (ok && f->has_kpi) {
      a->lookups.items[f->kpi_lookup].children = below_kpi;
      a->lookups.items[f->kpi_lookup].child_count = JL_COUNT(below_kpi);
    }
  }
  const char *named = jl_cli_option(a->cli, "serves");
  if (ok && named != NULL) {
    struct jl_lookup *one = jl_lookup_add(a->cli, &a->lookups, named);
    ok = one != NULL;
    if (ok) {
      one->type = jl_record_type_by_number(JL_TYPE_OBJECTIVE);
      a->served = a->lookups.count - 1;
    }
  }
  if (!ok) return jl_cli_no_link(err);
  if (!jl_lookups_run(a->cli, &a->lookups, err)) return false;
  for (size_t i = 0; i < a->lookups.count; i++)
    if (a->lookups.items[i].error.code != JL_E_OK) {
      *err = a->lookups.items[i].error;
      return false;
    }
  const struct jl_record_state *record = &a->lookups.items[funnel].record;
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(record->type, record->number, reference);
  a->funnel = jl_arena_printf(a->cli->arena, "%s %s", reference, jl_title_text(a->cli, record->type, record->body));
  if (a->funnel == NULL) return jl_cli_no_link(err);
  return true;
}

/* ---- the group ---- */
static bool put_number(struct jl_applying *a, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field, int64_t number,
                       struct jl_error *err) {
  struct jl_value value = {.number = number};
  struct jl_bytes slice = jl_value_encode(a->cli->arena, jl_field_by_number(type, field), &value);
  return slice.data == NULL ? jl_cli_no_link(err) : jl_record_put(a->cli, record, field, slice, err);
}

static const char *worded(struct jl_applying *a, const char *message, const struct jl_arg *args, int n) {
  struct jl_buffer out;
  jl_buffer_init(&out, 4096);
  jl_format_words(message, args, n, &out);
  const char *text = jl_buffer_ok(&out) ? jl_arena_strndup(a->cli->arena, (const char *)out.data, out.size) : NULL;
  jl_buffer_release(&out);
  return text == NULL ? "" : text;
}

static struct jl_arg arg_target(const struct jl_applying *a, const struct jl_figure *f, int64_t target) {
  return jl_arg_fraction(target, f->is_revenue ? a->currency : "");
}

/* "Reach 120 SQL" */
static const char *title_of(struct jl_applying *a, const struct jl_figure *f, int64_t target) {
  const struct jl_arg args[] = {arg_target(a, f, target), jl_arg_text(f->name)};
  return worded(a, f->is_revenue ? JL_MSG("Reach a revenue of {1}") : JL_MSG("Reach {1} {2}"), args, 2);
}

static const char *kpi_name_of(struct jl_applying *a, const struct jl_figure *f) {
  const struct jl_arg args[] = {jl_arg_text(f->name), jl_arg_text(a->funnel)};
  return worded(a, JL_MSG("{1} ({2})"), args, 2);
}

/* How the target came about stays with it. */
static const char *origin_of(struct jl_applying *a, const struct jl_figure *f) {
  const struct jl_arg args[] = {jl_arg_text(a->funnel), jl_arg_text(f->rate), jl_arg_text(a->rounding)};
  return worded(a, f->rate[0] != '\0' ? JL_MSG("from the funnel {1}: {2} of them go on to the next stage; rounding: {3}") : JL_MSG("from the funnel {1}; rounding: {3}"),
                args, 3);
}

static const char *unit_of(struct jl_applying *a, const struct jl_figure *f) {
  static const size_t most = 32; /* of the field */
  size_t size = strlen(f->name);
  if (f->is_revenue) return a->currency;
  if (size > most)
    for (size = most; size > 0 && ((unsigned char)f->name[size] & 0xc0) == 0x80;) size--;
  const char *text = jl_arena_strndup(a->cli->arena, f->name, size);
  return text == NULL ? "" : text;
}

static int64_t kind_of(const struct jl_applying *a, const struct jl_figure *f) {
  if (f->is_revenue) return JL_OBJECTIVE_BUSINESS;
  if (!f->is_stage) return a->figures[0].is_revenue || jl_cli_option(a->cli, "serves") != NULL ? JL_OBJECTIVE_SALES : JL_OBJECTIVE_BUSINESS;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_FUNNEL_STAGE);
  int64_t side = jl_record_int(type, a->lookups.items[f->stage_lookup].record.body, JL_FUNNEL_STAGE_SIDE, JL_SIDE_MARKETING);
  return side == JL_SIDE_SALES ? JL_OBJECTIVE_SALES : JL_OBJECTIVE_MARKETING;
}

/* What the objective of figure i serves; false: nothing. */
static bool parent_of(const struct jl_applying *a, size_t i, struct jl_id *ret) {
  if (i > 0) {
    *ret = a->figures[i - 1].objective;
    return true;
  }
  if (jl_cli_option(a->cli, "serves") == NULL) return false;
  *ret = a->lookups.items[a->served].record.id;
  return true;
}

/* The shortest of the horizons that there are in which it is due. */
static int64_t horizon_of(const struct jl_figure *f) {
  static const struct {
    int months;
    int64_t horizon;
  } ends[] = {{3, JL_HORIZON_QUARTER}, {12, JL_HORIZON_YEAR}, {36, JL_HORIZON_THREE_YEARS}};
  for (size_t i = 0; i < JL_COUNT(ends); i++)
    if (f->until < jl_day_add_months(f->from, ends[i].months)) return ends[i].horizon;
  return JL_HORIZON_FIVE_YEARS;
}

static bool make_objective(struct jl_applying *a, size_t i, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_OBJECTIVE);
  struct jl_figure *f = &a->figures[i];
  struct jl_bytes record = {NULL, 0};
  struct jl_id parent;
  f->objective = jl_id_random();
  bool ok = jl_record_put_text(a->cli, type, &record, JL_OBJECTIVE_TITLE, title_of(a, f, f->target), &a->input, err) &&
            jl_record_put_text(a->cli, type, &record, JL_OBJECTIVE_DESCRIPTION, origin_of(a, f), &a->input, err) &&
            jl_record_put_text(a->cli, type, &record, JL_OBJECTIVE_METRIC, f->name, &a->input, err) &&
            jl_record_put_text(a->cli, type, &record, JL_OBJECTIVE_UNIT, unit_of(a, f), &a->input, err) &&
            jl_record_put_id(a->cli, type, &record, JL_OBJECTIVE_FUNNEL_STAGE, &f->whose, err) &&
            put_number(a, type, &record, JL_OBJECTIVE_KIND, kind_of(a, f), err) && put_number(a, type, &record, JL_OBJECTIVE_BASELINE, 0, err) &&
            put_number(a, type, &record, JL_OBJECTIVE_TARGET, f->target, err);
  if (ok && parent_of(a, i, &parent)) ok = jl_record_put_id(a->cli, type, &record, JL_OBJECTIVE_PARENT, &parent, err);
  if (ok && f->has_dates)
    ok = put_number(a, type, &record, JL_OBJECTIVE_START, f->from, err) && put_number(a, type, &record, JL_OBJECTIVE_DUE, f->until, err) &&
         put_number(a, type, &record, JL_OBJECTIVE_HORIZON, horizon_of(f), err);
  if (!ok || !jl_record_defaults(a->cli, type, &a->input, &record, err) || !jl_record_check(type, record, err)) return false;
  jl_group_create(a->group, type->number, &f->objective, record);
  a->made++;
  return true;
}

static bool make_kpi(struct jl_applying *a, struct jl_figure *f, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_KPI);
  struct jl_bytes record = {NULL, 0};
  f->kpi = jl_id_random();
  bool ok = jl_record_put_text(a->cli, type, &record, JL_KPI_NAME, kpi_name_of(a, f), &a->input, err) &&
            jl_record_put_text(a->cli, type, &record, JL_KPI_UNIT, unit_of(a, f), &a->input, err) &&
            jl_record_put_id(a->cli, type, &record, JL_KPI_OBJECTIVE, &f->objective, err) &&
            put_number(a, type, &record, JL_KPI_TIMING, f->is_stage ? JL_LEADING : JL_LAGGING, err) &&
            put_number(a, type, &record, JL_KPI_NATURE, JL_BUSINESS_METRIC, err) &&
            put_number(a, type, &record, JL_KPI_COMPARATOR, JL_AT_LEAST, err) && put_number(a, type, &record, JL_KPI_BASELINE, 0, err) &&
            put_number(a, type, &record, JL_KPI_TARGET, f->target, err);
  if (!ok || !jl_record_defaults(a->cli, type, &a->input, &record, err) || !jl_record_check(type, record, err)) return false;
  jl_group_create(a->group, type->number, &f->kpi, record);
  a->made++;
  return true;
}

/* Of a record that is there already: fields become these, in one update. */
struct changing {
  struct jl_applying *a;
  const struct jl_lookup *of;
  bool begun;
};

static bool change(struct changing *c, uint32_t field, struct jl_value value, struct jl_error *err) {
  struct jl_bytes slice = jl_value_encode(c->a->cli->arena, jl_field_by_number(c->of->type, field), &value);
  if (slice.data == NULL) return jl_cli_no_link(err);
  if (jl_same_bytes(slice, jl_record_slice(c->of->record.body, field))) return true;
  if (!c->begun) jl_group_update(c->a->group, c->of->record.type, &c->of->record.id);
  c->a->changed += !c->begun;
  c->begun = true;
  jl_group_field(c->a->group, field, jl_lookup_base(c->of, field), slice);
  return true;
}

/* A title that says the old target says the new one; one that somebody wrote stays. */
static bool change_title(struct changing *c, const struct jl_figure *f, struct jl_error *err) {
  struct jl_bytes title = jl_record_text(c->of->type, c->of->record.body, JL_OBJECTIVE_TITLE);
  const char *old = title_of(c->a, f, jl_record_int(c->of->type, c->of->record.body, JL_OBJECTIVE_TARGET, 0));
  if (title.size != strlen(old) || memcmp(title.data, old, title.size) != 0) return true;
  const char *made = title_of(c->a, f, f->target);
  return change(c, JL_OBJECTIVE_TITLE, (struct jl_value){.text = {(const uint8_t *)made, strlen(made)}}, err);
}

static bool change_parent(struct changing *c, size_t i, struct jl_error *err) {
  struct jl_id wanted, now;
  if (!parent_of(c->a, i, &wanted) || jl_id_equal(&wanted, &c->of->record.id)) return true;
  if (!jl_record_id(c->of->type, c->of->record.body, JL_OBJECTIVE_PARENT, &now))
    return change(c, JL_OBJECTIVE_PARENT, (struct jl_value){.id = wanted}, err);
  if (!jl_id_equal(&wanted, &now)) {
    const struct jl_arg args[] = {jl_cli_called(c->a->cli, &c->of->record)};
    jl_cli_note(c->a->cli, JL_MSG("{1} serves another objective already, which somebody chose: it stays there (jalon objective set {1} --parent ... changes it)"), args, 1);
  }
  return true;
}

static bool change_objective(struct jl_applying *a, size_t i, struct jl_error *err) {
  const struct jl_figure *f = &a->figures[i];
  struct changing c = {a, &a->lookups.items[f->objective_lookup], false};
  return change_title(&c, f, err) && change_parent(&c, i, err) && /* ascending by number */
         change(&c, JL_OBJECTIVE_TARGET, (struct jl_value){.number = f->target}, err) &&
         (!f->has_dates || (change(&c, JL_OBJECTIVE_START, (struct jl_value){.number = f->from}, err) &&
                            change(&c, JL_OBJECTIVE_DUE, (struct jl_value){.number = f->until}, err)));
}

static bool change_kpi(struct jl_applying *a, const struct jl_figure *f, struct jl_error *err) {
  struct changing c = {a, &a->lookups.items[f->kpi_lookup], false};
  return change(&c, JL_KPI_TARGET, (struct jl_value){.number = f->target}, err);
}

/* What the target was: of the objective, or of the KPI where only that one differs. */
static bool target_before(const struct jl_applying *a, const struct jl_figure *f, int64_t *ret) {
  const struct jl_lookup *objective = &a->lookups.items[f->objective_lookup], *kpi = &a->lookups.items[f->kpi_lookup];
  *ret = f->target;
  if (f->has_objective) *ret = jl_record_int(objective->type, objective->record.body, JL_OBJECTIVE_TARGET, f->target);
  if (*ret == f->target && f->has_kpi) *ret = jl_record_int(kpi->type, kpi->record.body, JL_KPI_TARGET, f->target);
  return *ret != f->target;
}

static void say_figure(struct jl_applying *a, const struct jl_figure *f, bool touched) {
  int64_t before;
  bool differs = target_before(a, f, &before);
  const struct jl_arg args[] = {jl_arg_text(f->name), arg_target(a, f, f->target), jl_arg_date(f->until),
                                jl_arg_label(!f->has_objective ? JL_MSG("new") : touched ? JL_MSG("changed") : JL_MSG("as it is")),
                                arg_target(a, f, before)};
  if (differs)
    jl_cli_say(a->cli, f->has_dates ? JL_MSG("  {1}: {5} -> {2} by {3} ({4})") : JL_MSG("  {1}: {5} -> {2} ({4})"), args, 5);
  else
    jl_cli_say(a->cli, f->has_dates ? JL_MSG("  {1}: {2} by {3} ({4})") : JL_MSG("  {1}: {2} ({4})"), args, 5);
}

static bool put_figure(struct jl_applying *a, size_t i, struct jl_error *err) {
  struct jl_figure *f = &a->figures[i];
  size_t made = a->made, changed = a->changed;
  bool ok = f->has_objective ? change_objective(a, i, err) : make_objective(a, i, err);
  ok = ok && (f->has_kpi ? change_kpi(a, f, err) : make_kpi(a, f, err)) && jl_figure_put_targets(a, f, err);
  if (ok) say_figure(a, f, a->made > made || a->changed > changed);
  return ok;
}

static bool agreed(struct jl_applying *a, struct jl_error *err) {
  if (!jl_undo_asks(a->cli)) return true;
  return jl_undo_agreed(a->cli, err);
}

static bool send(struct jl_applying *a, struct jl_error *err) {
  struct jl_cli *cli = a->cli;
  struct jl_outcome_of outcome = {0};
  if (jl_group_edits(a->group) == 0) {
    jl_say(cli, JL_MSG("objectives and KPIs have these targets already: nothing to change"));
    if (cli->json) jl_cli_done(cli, &outcome);
    return true;
  }
  if (!agreed(a, err) || !jl_cli_submit(cli, a->group, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} objectives and KPIs would be made and {2} changed") : JL_MSG("{1} objectives and KPIs made and {2} changed{3}; jalon undo takes them back"),
         jl_arg_integer((int64_t)a->made), jl_arg_integer((int64_t)a->changed), jl_cli_made(cli, &outcome));
  if (a->targets > 0)
    jl_say(cli, cli->dry_run ? JL_MSG("targets of these KPIs by period that would be set: {1}") : JL_MSG("targets of these KPIs by period: {1}; jalon kpi holds each against that of its period"),
           jl_arg_integer((int64_t)a->targets));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_funnel_apply(struct jl_cli *cli, struct jl_error *err) {
  struct jl_applying *a = jl_arena_alloc(cli->arena, sizeof *a);
  if (a == NULL) return jl_cli_no_link(err);
  *a = (struct jl_applying){.cli = cli, .lookups = {.space = cli->plan}, .input = jl_plan_input_of(cli, &cli->plan)};
  if (!read_view(a, err) || !look_up(a, err)) return false;
  a->group = jl_group_new(&cli->plan);
  bool ok = a->group != NULL || jl_cli_no_link(err);
  for (size_t i = 0; ok && i < a->count; i++) ok = put_figure(a, i, err);
  ok = ok && send(a, err);
  jl_group_free(a->group);
  return ok;
}
