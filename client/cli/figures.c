/* figures set: the figures of a lever or campaign in a period, in one line: jalon figures set SEO --period 2026-03 visits=5000 leads=120
 * customers=3 revenue=9000. Those that are there get the new values.
 *
 * figures import: the same from a table. Its first line names the columns, in French or English:
 *   month | period | date | week | start with end; lever (channel); campaign (action); visits, leads, MQL ..., pipeline, revenue, or
 *   stage with count and amount.
 * Rows of one period, lever, campaign and stage are added up; who imports the file again has what it says, not twice as much. */
#include "client/cli/figures.h"
#include "client/cli/table_file.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"
#include <string.h>

static bool take_value(struct jl_told_figures *f, struct jl_told_figure *one, bool amount, const char *text, struct jl_error *err) {
  struct jl_value value;
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_FIGURE), amount ? JL_FIGURE_AMOUNT : JL_FIGURE_COUNT);
  if (!jl_input_value(&f->input, field, text, &value, err)) return false;
  if (value.number < 0) return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is below 0"), NULL, jl_arg_text(text));
  one->has_count = !amount;
  one->has_amount = amount;
  one->count = amount ? 0 : value.number;
  one->amount = amount ? value.number : 0;
  return true;
}

static bool no_stage(const char *name, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no stage"), JL_MSG("visits, leads, MQL, SQL, opportunities, pipeline, customers, revenue, or a stage of a funnel of the plan"),
                 jl_arg_text(name));
}

/* ---- set ---- */
static bool take_assignment(struct jl_told_figures *f, const struct jl_told_figure *of, const char *word, struct jl_error *err) {
  const char *equals = strchr(word, '='), *name = jl_arena_strndup(f->cli->arena, word, (size_t)(equals - word));
  struct jl_told_figure one = *of;
  bool amount = false;
  if (name == NULL) return jl_cli_no_link(err);
  one.stage = jl_told_stage(f, name, &amount);
  if (one.stage == NULL) return no_stage(name, err);
  return take_value(f, &one, amount, equals + 1, err) && jl_told_add(f, &one, err);
}

static struct jl_lookup *wants(struct jl_told_figures *f, const char *text, uint32_t field) {
  struct jl_lookup *one = jl_lookup_add(f->cli, &f->lookups, text);
  if (one != NULL) one->field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_FIGURE), field);
  return one;
}

/* The campaign's lever goes with it, so that who may not read actions has it too. */
static void take_whose(struct jl_told_figure *of, const struct jl_lookup *lever, const struct jl_lookup *action) {
  of->has_lever = lever != NULL;
  if (lever != NULL) of->lever = lever->record.id;
  of->has_action = action != NULL;
  if (action == NULL) return;
  of->action = action->record.id;
  if (!of->has_lever) of->has_lever = jl_record_id(jl_record_type_by_number(JL_TYPE_ACTION), action->record.body, JL_ACTION_LEVER, &of->lever);
}

static bool whose(struct jl_told_figures *f, const char *lever, struct jl_told_figure *of, struct jl_error *err) {
  const char *campaign = jl_cli_option(f->cli, "campaign");
  if ((lever != NULL && wants(f, lever, JL_FIGURE_LEVER) == NULL) || (campaign != NULL && wants(f, campaign, JL_FIGURE_ACTION) == NULL)) return jl_cli_no_link(err);
  if (f->lookups.count > 0 && !jl_lookups_run(f->cli, &f->lookups, err)) return false;
  for (size_t i = 0; i < f->lookups.count; i++)
    if (f->lookups.items[i].error.code != JL_E_OK) {
      *err = f->lookups.items[i].error;
      return false;
    }
  take_whose(of, lever == NULL ? NULL : &f->lookups.items[0], campaign == NULL ? NULL : &f->lookups.items[lever != NULL]);
  return true;
}

bool jl_cmd_figures_set(struct jl_cli *cli, struct jl_error *err) {
  struct jl_told_figures *f = jl_arena_alloc(cli->arena, sizeof *f);
  struct jl_told_figure of = {0};
  const char *period = jl_cli_option(cli, "period"), *lever = strchr(cli->words[0], '=') == NULL ? cli->words[0] : NULL;
  if (f == NULL) return jl_cli_no_link(err);
  if (period == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("of which period are these figures?"), JL_MSG("such as --period 2026-03"));
  if (cli->word_count == 1 && lever != NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("no figure is given"), JL_MSG("such as leads=120 customers=3 revenue=9000"));
  if (!jl_told_begin(f, cli, JL_BY_HAND, err) || !jl_told_period(f, period, &of.start, &of.end, err) || !whose(f, lever, &of, err)) return false;
  for (size_t i = lever != NULL; i < cli->word_count; i++) {
    if (strchr(cli->words[i], '=') == NULL)
      return jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" is no figure"), JL_MSG("such as leads=120 customers=3 revenue=9000"), jl_arg_text(cli->words[i]));
    if (!take_assignment(f, &of, cli->words[i], err)) return false;
  }
  return jl_told_put(f, err);
}

/* ---- import ---- */
enum column { MONTH, PERIOD, DAY, WEEK, START, END, LEVER, CAMPAIGN, STAGE, COUNT, AMOUNT, COLUMNS };
static const char *const names[COLUMNS][6] = {{"month", "mois", NULL},
                                              {"period", "periode", NULL},
                                              {"date", "day", "jour", NULL},
                                              {"week", "semaine", NULL},
                                              {"start", "from", "debut", "du", NULL},
                                              {"end", "until", "to", "fin", "au"},
                                              {"lever", "levier", "channel", "canal", "source", NULL},
                                              {"campaign", "campagne", "action", NULL},
                                              {"stage", "etape", NULL},
                                              {"count", "nombre", "quantite", NULL},
                                              {"amount", "montant", "value", "valeur", NULL}};
struct name_of {
  const char *text;
  size_t lookup;
};
struct importing {
  struct jl_told_figures figures;
  struct jl_table_file table;
  int columns[COLUMNS];
  const char *stages[JL_TABLE_COLUMNS]; /* of the columns that are one; NULL: it is none */
  bool amounts[JL_TABLE_COLUMNS];
  bool has_stages;
  struct name_of *known[2]; /* levers, campaigns, as they were seen; two that follow each other are mostly alike */
  size_t counts[2], capacities[2];
  struct row_of {
    const char *cells[JL_TABLE_COLUMNS];
    size_t line, whose[2]; /* place in known + 1; 0: none */
  } *rows;
  size_t row_count, row_capacity;
};

static bool is_read(const struct importing *im, size_t column) {
  for (size_t i = 0; i < COLUMNS; i++)
    if (im->columns[i] == (int)column) return true;
  return im->stages[column] != NULL;
}

static bool find_columns(struct importing *im, struct jl_error *err) {
  for (size_t i = 0; i < COLUMNS; i++) im->columns[i] = jl_table_column(&im->table, names[i]);
  for (size_t i = 0; i < im->table.columns; i++) {
    bool taken = is_read(im, i);
    im->stages[i] = taken ? NULL : jl_told_stage(&im->figures, im->table.heads[i], &im->amounts[i]);
    im->has_stages = im->has_stages || im->stages[i] != NULL;
    if (!taken && im->stages[i] == NULL)
      jl_talk(im->figures.cli, JL_MSG("the column \"{1}\" is not read: it is no stage of the pipeline"), jl_arg_text(im->table.heads[i]));
  }
  if (im->columns[MONTH] < 0 && im->columns[PERIOD] < 0 && im->columns[DAY] < 0 && im->columns[WEEK] < 0 && im->columns[START] < 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} does not say when"), JL_MSG("a column month, period, week or date, or two: start and end"), jl_arg_text(im->table.path));
  if (!im->has_stages && im->columns[STAGE] < 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} has no figures"), JL_MSG("columns such as leads, MQL, customers, revenue; or stage, count and amount"), jl_arg_text(im->table.path));
  return true;
}

/* The place of a name among those known; names of a file are few. */
static bool name_place(struct importing *im, size_t which, const char *text, size_t *ret_place, struct jl_error *err) {
  *ret_place = 0;
  if (text[0] == '\0') return true;
  for (size_t i = im->counts[which]; i > 0; i--)
    if (strcmp(im->known[which][i - 1].text, text) == 0) {
      *ret_place = i;
      return true;
    }
  if (im->counts[which] == 2000) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} names more than {2} levers or campaigns"), NULL, jl_arg_text(im->table.path), jl_arg_integer(2000));
  if (im->counts[which] == im->capacities[which]) {
    size_t more = im->capacities[which] == 0 ? 64 : im->capacities[which] * 2;
    struct name_of *list = jl_arena_array(im->figures.cli->arena, more, sizeof *list);
    if (list == NULL) return jl_cli_no_link(err);
    if (im->counts[which] > 0) memcpy(list, im->known[which], im->counts[which] * sizeof *list);
    im->known[which] = list;
    im->capacities[which] = more;
  }
  struct jl_lookup *one = wants(&im->figures, text, which == 0 ? JL_FIGURE_LEVER : JL_FIGURE_ACTION);
  if (one == NULL) return jl_cli_no_link(err);
  im->known[which][im->counts[which]++] = (struct name_of){text, im->figures.lookups.count - 1};
  *ret_place = im->counts[which];
  return true;
}

static const char *cell(const struct importing *im, const struct row_of *row, enum column column) { return im->columns[column] < 0 ? "" : row->cells[im->columns[column]]; }

static bool read_rows(struct importing *im, struct jl_error *err) {
  for (bool more = true; more;) {
    if (im->row_count == im->row_capacity) {
      size_t capacity = im->row_capacity == 0 ? 256 : im->row_capacity * 2;
      struct row_of *rows = jl_arena_array(im->figures.cli->arena, capacity, sizeof *rows);
      if (rows == NULL) return jl_cli_no_link(err);
      if (im->row_count > 0) memcpy(rows, im->rows, im->row_count * sizeof *rows);
      im->rows = rows;
      im->row_capacity = capacity;
    }
    struct row_of *row = &im->rows[im->row_count];
    if (!jl_table_next(&im->table, row->cells, &more, err)) return false;
    row->line = im->table.line;
    if (more && (!name_place(im, 0, cell(im, row, LEVER), &row->whose[0], err) || !name_place(im, 1, cell(im, row, CAMPAIGN), &row->whose[1], err))) return false;
    im->row_count += more;
  }
  return true;
}

static bool when(struct importing *im, const struct row_of *row, struct jl_told_figure *of, struct jl_error *err) {
  const struct jl_input *in = &im->figures.input;
  if (cell(im, row, PERIOD)[0] != '\0') return jl_told_period(&im->figures, cell(im, row, PERIOD), &of->start, &of->end, err);
  enum column column = cell(im, row, MONTH)[0] != '\0' ? MONTH : cell(im, row, WEEK)[0] != '\0' ? WEEK : cell(im, row, START)[0] != '\0' ? START : DAY;
  if (!jl_input_date(in, cell(im, row, column), &of->start, err)) return false;
  of->end = of->start;
  if (column == WEEK) of->end = of->start + 6;
  if (column == START && cell(im, row, END)[0] != '\0') return jl_input_date(in, cell(im, row, END), &of->end, err);
  if (column != MONTH) return true;
  struct jl_date d = jl_date_from_day(of->start);
  of->start = jl_day_from_date(d.year, d.month, 1);
  of->end = jl_day_add_months(of->start, 1) - 1;
  return true;
}

static bool take_long(struct importing *im, const struct row_of *row, struct jl_told_figure *of, struct jl_error *err) {
  const char *stage = cell(im, row, STAGE), *count = cell(im, row, COUNT), *amount = cell(im, row, AMOUNT);
  bool is_amount = false;
  if (stage[0] == '\0') return true;
  of->stage = jl_told_stage(&im->figures, stage, &is_amount);
  if (of->stage == NULL) return no_stage(stage, err);
  if (count[0] != '\0' && (!take_value(&im->figures, of, is_amount, count, err) || !jl_told_add(&im->figures, of, err))) return false;
  return amount[0] == '\0' || (take_value(&im->figures, of, true, amount, err) && jl_told_add(&im->figures, of, err));
}

static bool take_row(struct importing *im, const struct row_of *row, struct jl_error *err) {
  struct jl_told_figure of = {0};
  const struct jl_lookup *found = im->figures.lookups.items;
  take_whose(&of, row->whose[0] == 0 ? NULL : &found[im->known[0][row->whose[0] - 1].lookup], row->whose[1] == 0 ? NULL : &found[im->known[1][row->whose[1] - 1].lookup]);
  if (!when(im, row, &of, err) || !take_long(im, row, &of, err)) return false;
  for (size_t i = 0; i < im->table.columns; i++) {
    if (im->stages[i] == NULL || row->cells[i][0] == '\0') continue;
    of.stage = im->stages[i];
    if (!take_value(&im->figures, &of, im->amounts[i], row->cells[i], err) || !jl_told_add(&im->figures, &of, err)) return false;
  }
  return true;
}

static bool in_line(const struct importing *im, size_t line) {
  const struct jl_arg args[] = {jl_arg_text(im->table.path), jl_arg_integer((int64_t)line)};
  jl_cli_note(im->figures.cli, JL_MSG("in {1}, line {2}:"), args, 2);
  return false;
}

/* Levers and campaigns that the plan does not have: none of the file is taken. */
static bool all_known(struct importing *im, struct jl_error *err) {
  if (!jl_told_read(&im->figures, err)) return false;
  for (size_t r = 0; r < im->row_count; r++)
    for (size_t k = 0; k < 2; k++) {
      const struct jl_lookup *one = im->rows[r].whose[k] == 0 ? NULL : &im->figures.lookups.items[im->known[k][im->rows[r].whose[k] - 1].lookup];
      if (one == NULL || one->error.code == JL_E_OK) continue;
      *err = one->error;
      return in_line(im, im->rows[r].line);
    }
  return true;
}

static bool import(struct importing *im, const char *path, struct jl_error *err) {
  if (!jl_told_begin(&im->figures, im->figures.cli, JL_FROM_FILE, err) || !jl_table_open(&im->table, im->figures.cli, path, err) || !find_columns(im, err) || !read_rows(im, err) ||
      !all_known(im, err))
    return false;
  for (size_t i = 0; i < im->row_count; i++)
    if (!take_row(im, &im->rows[i], err)) return in_line(im, im->rows[i].line);
  return true;
}

bool jl_cmd_figures_import(struct jl_cli *cli, struct jl_error *err) {
  struct importing *im = jl_arena_alloc(cli->arena, sizeof *im);
  const char *as = jl_cli_option(cli, "as"), *slash = strrchr(cli->words[0], '/');
  if (im == NULL) return jl_cli_no_link(err);
  im->figures.cli = cli;
  bool ok = import(im, cli->words[0], err);
  jl_table_close(&im->table);
  im->figures.import = as != NULL ? as : slash != NULL ? slash + 1 : cli->words[0];
  return ok && jl_told_put(&im->figures, err);
}
