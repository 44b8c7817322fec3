/* scenario new, refresh, compare, accept: what goes first when the budget is cut, kept as records that others see; the one that is accepted is
 * written in one group, which submits the budget too. */
#include "client/cli/written.h"
#include "client/faces/format.h"
#include "common/base/limits.h"
#include "common/base/money.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct proposal {
  struct jl_cli *cli;
  const Jalon__Document *document;
  const Jalon__Block *block;
  uint64_t revision;
  bool has_base; /* false: nobody knows, something has no exchange rate */
  int64_t base;  /* planned in all */
};

static bool ask(struct proposal *p, const char *cut, struct jl_error *err) {
  struct jl_cli *cli = p->cli;
  struct jl_parameter parameter = {"cut", cut};
  struct jl_view_ask question = {.space = cli->plan, .view = "cut", .parameters = &parameter, .parameter_count = 1};
  if (!jl_cli_document(cli, &question, &p->document, &p->revision, err)) return false;
  p->block = jl_cli_block(p->document, "cut");
  if (p->block == NULL || p->block->n_rows < 2) return jl_fail(err, JL_E_INVALID, JL_MSG("there is nothing to cut: no budget line yet"), NULL);
  const Jalon__Cell *total = jl_written_cell(p->block, p->block->rows[p->block->n_rows - 1], "now");
  p->has_base = total != NULL && total->has_number;
  p->base = p->has_base ? total->number : 0;
  if (cli->face.face == JL_FACE_TERMINAL && !cli->quiet && !jl_cli_print_document(cli, p->document, err)) return false;
  return jl_cli_mark_document(cli, &cli->plan, p->document, p->revision, err);
}

static int64_t number_of(const Jalon__Cell *cell) { return cell == NULL || !cell->has_number ? 0 : cell->number; }

/* The row changes something. */
static bool changes(const struct proposal *p, const Jalon__Row *row) {
  return row->record != NULL && row->record->type == JL_TYPE_BUDGET_LINE &&
         number_of(jl_written_cell(p->block, row, "now")) != number_of(jl_written_cell(p->block, row, "afterwards"));
}

static struct jl_id id_of(const Jalon__Row *row) {
  struct jl_id id = {{0}};
  (void)jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &id);
  return id;
}

/* ---- a line of a scenario ---- */
static const struct jl_record_type *line_type(void) { return jl_record_type_by_number(JL_TYPE_SCENARIO_LINE); }

static bool figures(const struct proposal *p, const Jalon__Row *row, struct jl_bytes *record, struct jl_error *err) {
  const Jalon__Cell *yield = jl_written_cell(p->block, row, "yield"), *why = jl_written_cell(p->block, row, "why");
  bool low = why != NULL && why->alternative != NULL && strcmp(why->alternative, "low-return") == 0;
  bool common = why != NULL && why->alternative != NULL && strcmp(why->alternative, "common") == 0;
  return jl_written_int(p->cli, line_type(), record, JL_SCENARIO_LINE_BEFORE, number_of(jl_written_cell(p->block, row, "now")), err) &&
         jl_written_int(p->cli, line_type(), record, JL_SCENARIO_LINE_AFTER, number_of(jl_written_cell(p->block, row, "afterwards")), err) &&
         jl_written_int(p->cli, line_type(), record, JL_SCENARIO_LINE_REASON, low ? JL_SCENARIO_LOW_RETURN : common ? JL_SCENARIO_COMMON : JL_SCENARIO_NO_RETURN, err) &&
         (yield == NULL || !yield->has_number || jl_written_int(p->cli, line_type(), record, JL_SCENARIO_LINE_EXPECTED_RETURN, yield->number, err));
}

static bool make_line(const struct proposal *p, struct jl_group *g, const struct jl_id *scenario, const Jalon__Row *row, struct jl_error *err) {
  struct jl_bytes record = {NULL, 0};
  struct jl_id line = id_of(row), id;
  if (!jl_record_put_id(p->cli, line_type(), &record, JL_SCENARIO_LINE_SCENARIO, scenario, err) ||
      !jl_record_put_id(p->cli, line_type(), &record, JL_SCENARIO_LINE_LINE, &line, err) || !figures(p, row, &record, err) ||
      !jl_record_check(line_type(), record, err))
    return false;
  if (!jl_record_natural_id(line_type(), &p->cli->plan, record, &id)) return jl_cli_no_link(err);
  jl_group_create(g, JL_TYPE_SCENARIO_LINE, &id, record);
  return true;
}

static bool fits(const struct proposal *p, size_t already, struct jl_error *err) {
  size_t n = already;
  for (size_t i = 0; i < p->block->n_rows; i++) n += changes(p, p->block->rows[i]);
  return n < JL_GROUP_MAX_EDITS || jl_fail(err, JL_E_TOO_LARGE, JL_MSG("this changes more lines than one group holds"), NULL);
}

/* ---- new ---- */
static bool describe(struct proposal *p, const char *cut, struct jl_bytes *record, struct jl_error *err) {
  struct jl_cli *cli = p->cli;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_SCENARIO);
  const char *note = jl_cli_option(cli, "note");
  struct jl_input input = jl_plan_input_of(cli, &cli->plan);
  return jl_record_put_text(cli, type, record, JL_SCENARIO_TITLE, cli->words[0], &input, err) &&
         jl_record_put_text(cli, type, record, strchr(cut, '%') != NULL ? JL_SCENARIO_CUT : JL_SCENARIO_AMOUNT, cut, &input, err) &&
         jl_written_int(cli, type, record, JL_SCENARIO_STATE, JL_SCENARIO_DRAFT, err) && (!p->has_base || jl_written_int(cli, type, record, JL_SCENARIO_BASE, p->base, err)) &&
         (note == NULL || jl_record_put_text(cli, type, record, JL_SCENARIO_NOTE, note, &input, err)) && jl_record_check(type, *record, err);
}

static struct jl_arg given(const struct jl_outcome_of *outcome) {
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == JL_TYPE_SCENARIO) jl_reference_text(JL_TYPE_SCENARIO, outcome->given[i].number, reference);
  return jl_arg_text(reference);
}

bool jl_cmd_scenario_new(struct jl_cli *cli, struct jl_error *err) {
  struct proposal p = {.cli = cli};
  struct jl_bytes record = {NULL, 0};
  struct jl_outcome_of outcome = {0};
  struct jl_id id = jl_id_random();
  const char *cut = jl_cli_option(cli, "cut");
  if (cut == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("a scenario says what is cut"), JL_MSG("as in jalon scenario new \"-20 %\" --cut 20%"));
  if (!ask(&p, cut, err) || !describe(&p, cut, &record, err) || !fits(&p, 0, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_create(g, JL_TYPE_SCENARIO, &id, record);
  bool ok = true;
  for (size_t i = 0; ok && i < p.block->n_rows; i++)
    if (changes(&p, p.block->rows[i])) ok = make_line(&p, g, &id, p.block->rows[i], err);
  ok = ok && jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("scenario {2} would be kept") : JL_MSG("scenario {1} {2} is kept{3}; jalon scenario {1}, jalon scenario compare, jalon scenario accept {1}"),
         given(&outcome), jl_arg_text(cli->words[0]), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

/* ---- one that is kept ---- */
struct kept {
  struct jl_cli *cli;
  struct jl_lookup one;
  char reference[JL_REFERENCE_SIZE];
};

static bool find(struct kept *k, struct jl_error *err) {
  static const uint32_t children[] = {JL_TYPE_SCENARIO_LINE};
  k->one = (struct jl_lookup){.text = k->cli->words[0], .type = jl_record_type_by_number(JL_TYPE_SCENARIO), .children = children, .child_count = 1};
  if (!jl_lookup_one(k->cli, &k->one, err)) return false;
  jl_reference_text(JL_TYPE_SCENARIO, k->one.record.number, k->reference);
  if (jl_record_int(k->one.type, k->one.record.body, JL_SCENARIO_STATE, JL_SCENARIO_DRAFT) != JL_SCENARIO_DRAFT)
    return jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("{1} is no draft any more"), JL_MSG("make another one: jalon scenario new"), jl_arg_text(k->reference));
  return true;
}

/* As it was typed. */
static const char *cut_of(const struct kept *k) {
  static const int64_t scale[] = {1, 10, 100, 1000, 10000};
  const struct jl_record_type *type = k->one.type;
  int64_t share = jl_record_int(type, k->one.record.body, JL_SCENARIO_CUT, 0), amount = jl_record_int(type, k->one.record.body, JL_SCENARIO_AMOUNT, 0);
  int digits = jl_currency_digits(k->cli->currency);
  if (jl_record_has(k->one.record.body, JL_SCENARIO_CUT)) return jl_arena_printf(k->cli->arena, "%" PRId64 ".%02" PRId64 "%%", share / 100, share % 100);
  int64_t unit = scale[digits < 0 || digits > 4 ? 2 : digits];
  return unit == 1 ? jl_arena_printf(k->cli->arena, "%" PRId64, amount)
                   : jl_arena_printf(k->cli->arena, "%" PRId64 ".%0*" PRId64, amount / unit, digits < 0 ? 2 : digits, amount % unit);
}

static bool put_field(struct jl_cli *cli, struct jl_group *g, const struct jl_record_state *old, uint32_t field, struct jl_bytes next, bool *io_begun) {
  struct jl_bytes there = jl_record_slice(old->body, field);
  (void)cli;
  if (jl_same_bytes(there, next)) return true;
  if (!*io_begun) jl_group_update(g, old->type, &old->id);
  *io_begun = true;
  jl_group_field(g, field, there, next);
  return true;
}

/* A new figure for the line: it has an exchange rate. */
static bool is_known(const struct proposal *p, const Jalon__Row *row) {
  const Jalon__Cell *now = jl_written_cell(p->block, row, "now");
  return now != NULL && now->has_number;
}

/* A line that is in the scenario gets the new figures; one that the new proposal leaves alone goes back to what is planned. */
static bool refresh_line(const struct proposal *p, struct jl_group *g, const struct jl_record_state *old, const Jalon__Row *row, struct jl_error *err) {
  static const uint32_t fields[] = {JL_SCENARIO_LINE_BEFORE, JL_SCENARIO_LINE_AFTER, JL_SCENARIO_LINE_REASON, JL_SCENARIO_LINE_EXPECTED_RETURN};
  struct jl_bytes made = {NULL, 0};
  bool begun = false;
  if (!figures(p, row, &made, err)) return false;
  for (size_t i = 0; i < JL_COUNT(fields); i++)
    if (!put_field(p->cli, g, old, fields[i], jl_record_slice(made, fields[i]), &begun)) return false;
  return true;
}

static const struct jl_record_state *line_in(const struct kept *k, const struct jl_id *line) {
  struct jl_id id;
  for (size_t i = 0; i < k->one.below_count; i++) {
    const struct jl_record_state *old = &k->one.below[i];
    if (old->type == JL_TYPE_SCENARIO_LINE && old->deleted_revision == 0 && jl_record_id(line_type(), old->body, JL_SCENARIO_LINE_LINE, &id) && jl_id_equal(&id, line))
      return old;
  }
  return NULL;
}

bool jl_cmd_scenario_refresh(struct jl_cli *cli, struct jl_error *err) {
  struct kept k = {.cli = cli};
  struct proposal p = {.cli = cli};
  struct jl_outcome_of outcome = {0};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_SCENARIO);
  struct jl_input input = jl_plan_input_of(cli, &cli->plan); /* and the currency */
  (void)input;
  if (!find(&k, err)) return false;
  const char *cut = cut_of(&k);
  if (cut == NULL) return jl_cli_no_link(err);
  if (!ask(&p, cut, err) || !fits(&p, k.one.below_count, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  struct jl_bytes made = {NULL, 0};
  bool ok = g != NULL || jl_cli_no_link(err), begun = false;
  ok = ok && (!p.has_base || jl_written_int(cli, type, &made, JL_SCENARIO_BASE, p.base, err)) &&
       put_field(cli, g, &k.one.record, JL_SCENARIO_BASE, jl_record_slice(made, JL_SCENARIO_BASE), &begun);
  for (size_t i = 0; ok && i < p.block->n_rows; i++) {
    const Jalon__Row *row = p.block->rows[i];
    if (row->record == NULL) continue;
    struct jl_id line = id_of(row);
    const struct jl_record_state *old = line_in(&k, &line);
    if (old != NULL && !is_known(&p, row)) jl_group_delete(g, old->type, &old->id, old->revision, false); /* it has no exchange rate any more: it stays as it is */
    else if (old != NULL) ok = refresh_line(&p, g, old, row, err);
    else if (changes(&p, row)) ok = make_line(&p, g, &k.one.record.id, row, err);
  }
  ok = ok && jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would be worked out anew") : JL_MSG("{1} is worked out anew{2}"), jl_arg_text(k.reference), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

/* ---- side by side ---- */
bool jl_cmd_scenario_compare(struct jl_cli *cli, struct jl_error *err) {
  struct jl_view_ask question = {.space = cli->plan, .view = "scenario"};
  return jl_cli_view(cli, &question, err);
}

/* ---- accepting ---- */
/* A line, or the whole budget, plans something else than when it was worked out. */
static bool is_stale(const struct kept *k, const Jalon__Document *document) {
  const Jalon__Block *block = jl_cli_block(document, "scenario");
  for (size_t i = 0; block != NULL && i < block->n_rows; i++) {
    const Jalon__Row *row = block->rows[i];
    const Jalon__Cell *then = jl_written_cell(block, row, "then"), *now = jl_written_cell(block, row, "now");
    bool total = row->record == NULL && jl_record_has(k->one.record.body, JL_SCENARIO_BASE);
    int64_t was = total ? jl_record_int(k->one.type, k->one.record.body, JL_SCENARIO_BASE, 0) : number_of(then);
    if ((total || (then != NULL && then->has_number)) && was != number_of(now)) return true;
  }
  return false;
}

static const char *note_of(struct jl_cli *cli, const struct kept *k) {
  struct jl_bytes title = jl_record_text(k->one.type, k->one.record.body, JL_SCENARIO_TITLE);
  const struct jl_arg args[] = {jl_arg_text(k->reference), jl_arg_textn((const char *)title.data, title.size)};
  const char *own = jl_cli_option(cli, "note");
  struct jl_buffer out;
  if (own != NULL) return own;
  jl_buffer_init(&out, 1000);
  jl_format_words(JL_MSG("scenario {1} {2}"), args, 2, &out);
  const char *text = jl_buffer_ok(&out) ? jl_arena_strndup(cli->arena, (const char *)out.data, out.size) : NULL;
  jl_buffer_release(&out);
  return text;
}

bool jl_cmd_scenario_accept(struct jl_cli *cli, struct jl_error *err) {
  struct kept k = {.cli = cli};
  struct jl_outcome_of outcome = {0};
  struct jl_bytes made = {NULL, 0};
  const Jalon__Document *document;
  uint64_t revision;
  size_t count = 0;
  bool begun = false, submits = jl_cli_option(cli, "no-submit") == NULL;
  if (!find(&k, err)) return false;
  const struct jl_parameter parameters[] = {{"record", k.reference}, {"writes", "yes"}};
  struct jl_view_ask question = {.space = cli->plan, .view = "scenario", .parameters = parameters, .parameter_count = 2};
  if (!jl_cli_document(cli, &question, &document, &revision, err)) return false;
  if (cli->face.face == JL_FACE_TERMINAL && !cli->quiet && !jl_cli_print_document(cli, document, err)) return false;
  if (is_stale(&k, document))
    return jl_fail(err, JL_E_GUARD_FAILED, JL_MSG("{1}: the budget is not any more as it was when this was worked out"), JL_MSG("jalon scenario refresh {1}, and look again"),
                   jl_arg_text(k.reference));
  struct jl_group *g = jl_group_new(&cli->plan);
  bool ok = (g != NULL || jl_cli_no_link(err)) && jl_cli_mark_document(cli, &cli->plan, document, revision, err) && jl_written_put(cli, document, g, &count, err) &&
            jl_written_int(cli, k.one.type, &made, JL_SCENARIO_STATE, JL_SCENARIO_ACCEPTED, err) &&
            put_field(cli, g, &k.one.record, JL_SCENARIO_STATE, jl_record_slice(made, JL_SCENARIO_STATE), &begun);
  ok = ok && (!submits || jl_written_submit(cli, g, note_of(cli, &k), &submits, err)) && jl_written_agreed(cli, g, err) && jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  struct jl_arg approval = jl_written_approval(&outcome);
  jl_say(cli,
         cli->dry_run && submits ? JL_MSG("{1} would be accepted: {2} lines and months planned anew, and the budget submitted")
         : cli->dry_run ? JL_MSG("{1} would be accepted: {2} lines and months planned anew")
         : approval.text[0] != '\0' ? JL_MSG("{1} is accepted: {2} lines and months planned anew, the budget is submitted: {3}{4}")
                                    : JL_MSG("{1} is accepted: {2} lines and months planned anew{4}; jalon undo takes it back"),
         jl_arg_text(k.reference), jl_arg_integer((int64_t)count), approval, jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
