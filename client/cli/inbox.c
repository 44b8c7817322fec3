/* The inbox of all plans of a person: every plan is asked for its part (common/model/governance/inbox.h), and the parts stand in one list.
 * Without the server the plans of this machine are looked at. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLANS_MAX 1024

struct plan {
  struct jl_id id;
  const char *name;
};
struct gathering {
  struct jl_cli *cli;
  struct plan *plans;
  size_t plan_count;
  size_t absent; /* not on this machine */
  const char *since;
  struct jl_inbox_marks marks;
  Jalon__Document *whole;
  struct {
    size_t *plans; /* of each row */
    size_t count, capacity;
  } rows[2]; /* that wait, that are new */
  struct jl_inbox_list list;
  uint64_t number;
  bool several;
};

/* ---- which plans ---- */
static bool plan_of_row(const Jalon__Row *row, struct plan *ret) {
  if (row->record == NULL || row->record->type != JL_TYPE_PLAN || !jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &ret->id))
    return false;
  ret->name = "";
  for (size_t i = 0; i < row->n_cells && ret->name[0] == '\0'; i++)
    if (row->cells[i]->kind == JL_ARG_TEXT && row->cells[i]->text != NULL) ret->name = row->cells[i]->text;
  return true;
}

static bool find_plans(struct gathering *g, struct jl_error *err) {
  struct jl_view_ask ask = {.view = "plans"};
  const Jalon__Document *document;
  uint64_t revision;
  if (!jl_cli_document(g->cli, &ask, &document, &revision, err)) return false;
  g->plans = jl_arena_array(g->cli->arena, PLANS_MAX, sizeof *g->plans);
  if (g->plans == NULL) return jl_cli_no_link(err);
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t r = 0; r < document->blocks[b]->n_rows && g->plan_count < PLANS_MAX; r++) {
      struct plan *plan = &g->plans[g->plan_count];
      if (!plan_of_row(document->blocks[b]->rows[r], plan)) continue;
      if (g->cli->plan_name == NULL || jl_id_equal(&plan->id, &g->cli->plan)) g->plan_count++;
    }
  g->several = g->plan_count > 1;
  return true;
}

/* ---- one list ---- */
static Jalon__Cell *text_cell(struct jl_cli *cli, const char *text) {
  Jalon__Cell *cell = jl_arena_alloc(cli->arena, sizeof *cell);
  if (cell == NULL) return NULL;
  jalon__cell__init(cell);
  cell->has_kind = true;
  cell->kind = JL_ARG_TEXT;
  cell->text = jl_arena_strdup(cli->arena, text);
  return cell->text == NULL ? NULL : cell;
}

/* Behind the number: which plan. */
static bool add_plan_cell(struct gathering *g, Jalon__Row *row, const char *name) {
  Jalon__Cell **cells = jl_arena_array(g->cli->arena, row->n_cells + 1, sizeof(Jalon__Cell *));
  Jalon__Cell *plan = text_cell(g->cli, name);
  if (cells == NULL || plan == NULL || row->n_cells == 0) return false;
  cells[0] = row->cells[0];
  cells[1] = plan;
  memcpy(cells + 2, row->cells + 1, (row->n_cells - 1) * sizeof(Jalon__Cell *));
  row->cells = cells;
  row->n_cells++;
  return true;
}

static bool add_plan_column(struct gathering *g, Jalon__Block *block) {
  static char label[] = JL_MSG("in the plan"), name[] = "plan";
  Jalon__Column **columns = jl_arena_array(g->cli->arena, block->n_columns + 1, sizeof(Jalon__Column *));
  Jalon__Column *plan = jl_arena_alloc(g->cli->arena, sizeof *plan);
  if (columns == NULL || plan == NULL || block->n_columns == 0) return false;
  jalon__column__init(plan);
  plan->has_kind = plan->has_priority = true;
  plan->kind = JL_ARG_TEXT;
  plan->priority = 2;
  plan->label = label;
  plan->name = name;
  columns[0] = block->columns[0];
  columns[1] = plan;
  memcpy(columns + 2, block->columns + 1, (block->n_columns - 1) * sizeof(Jalon__Column *));
  block->columns = columns;
  block->n_columns++;
  return true;
}

static bool append_notes(struct jl_cli *cli, Jalon__Block *block, const Jalon__Block *more) {
  Jalon__Words **notes = jl_arena_array(cli->arena, block->n_notes + more->n_notes + 1, sizeof *notes);
  uint32_t *tones = jl_arena_array(cli->arena, block->n_note_tones + more->n_note_tones + 1, sizeof *tones);
  size_t n = 0;
  if (notes == NULL || tones == NULL) return false;
  for (; n < block->n_notes; n++) notes[n] = block->notes[n], tones[n] = block->note_tones[n];
  for (size_t i = 0; i < more->n_notes; i++) {
    bool there = false;
    for (size_t k = 0; k < n; k++) there = there || strcmp(notes[k]->message, more->notes[i]->message) == 0;
    if (!there) notes[n] = more->notes[i], tones[n++] = more->note_tones[i];
  }
  block->notes = notes;
  block->note_tones = tones;
  block->n_notes = block->n_note_tones = n;
  return true;
}

/* Which plan the rows of a table are of, for the list that is kept. */
static bool note_plan(struct gathering *g, size_t table, const struct plan *plan, size_t n) {
  size_t wanted = g->rows[table].count + n;
  if (wanted > g->rows[table].capacity) {
    size_t *larger = jl_arena_array(g->cli->arena, 2 * wanted, sizeof *larger);
    if (larger == NULL) return false;
    if (g->rows[table].count > 0) memcpy(larger, g->rows[table].plans, g->rows[table].count * sizeof *larger);
    g->rows[table].plans = larger;
    g->rows[table].capacity = 2 * wanted;
  }
  while (n-- > 0) g->rows[table].plans[g->rows[table].count++] = (size_t)(plan - g->plans);
  return true;
}

static const char *const tables[] = {"waiting", "news"};

/* The document of a plan, put below what is there already. */
static bool take(struct gathering *g, const struct plan *plan, Jalon__Document *document) {
  for (size_t t = 0; t < JL_COUNT(tables); t++) {
    Jalon__Block *block = jl_cli_block(document, tables[t]);
    if (block == NULL) continue;
    if (!note_plan(g, t, plan, block->n_rows)) return false;
    for (size_t r = 0; g->several && r < block->n_rows; r++)
      if (!add_plan_cell(g, block->rows[r], plan->name)) return false;
    if (g->several && !add_plan_column(g, block)) return false;
  }
  if (g->whole == NULL) {
    g->whole = document;
    return true;
  }
  Jalon__Block **blocks = jl_arena_array(g->cli->arena, 4, sizeof *blocks);
  size_t n = 0;
  if (blocks == NULL) return false;
  for (size_t t = 0; t < JL_COUNT(tables); t++) {
    Jalon__Block *here = jl_cli_block(g->whole, tables[t]), *more = jl_cli_block(document, tables[t]);
    if (here != NULL && more != NULL && !jl_cli_add_rows(g->cli, here, more)) return false;
    if (here != NULL || more != NULL) blocks[n++] = here != NULL ? here : more;
  }
  Jalon__Block *notes = jl_cli_block(g->whole, "notes"), *more = jl_cli_block(document, "notes");
  if (notes != NULL && more != NULL && !append_notes(g->cli, notes, more)) return false;
  if (notes != NULL) blocks[n++] = notes;
  g->whole->blocks = blocks;
  g->whole->n_blocks = n;
  return true;
}

/* "nothing new" of one plan does not hold for the list when another one has something. */
static void drop_quiet(Jalon__Document *document) {
  Jalon__Block *notes = jl_cli_block(document, "notes");
  size_t kept = 0;
  if (notes == NULL || (jl_cli_block(document, "waiting") == NULL && jl_cli_block(document, "news") == NULL)) return;
  for (size_t i = 0; i < notes->n_notes; i++) {
    if (notes->note_tones[i] == JL_TONE_GOOD) continue;
    notes->notes[kept] = notes->notes[i];
    notes->note_tones[kept++] = notes->note_tones[i];
  }
  notes->n_notes = notes->n_note_tones = kept;
}

static bool ask_plan(struct gathering *g, const struct plan *plan, struct jl_error *err) {
  struct jl_parameter parameters[2];
  struct jl_view_ask ask = {.space = plan->id, .view = "inbox", .parameters = parameters};
  const char *since = g->since != NULL ? g->since : jl_inbox_marks_since(g->cli, &g->marks, &plan->id),
             *read = g->since != NULL ? NULL : jl_inbox_marks_single(g->cli, &g->marks, &plan->id);
  const Jalon__Document *document;
  uint64_t revision = 0;
  if (since != NULL) parameters[ask.parameter_count++] = (struct jl_parameter){"since", since};
  if (read != NULL) parameters[ask.parameter_count++] = (struct jl_parameter){"read", read};
  if (!jl_cli_document(g->cli, &ask, &document, &revision, err)) {
    if (err->code != JL_E_NOT_FOUND) return false; /* not on this machine, or gone meanwhile */
    *err = (struct jl_error){0};
    g->absent++;
    return true;
  }
  g->list.plans[g->list.plan_count++] = (struct jl_inbox_plan){plan->id, revision};
  Jalon__Document *own = jl_arena_alloc(g->cli->arena, sizeof *own);
  if (own == NULL) return jl_cli_no_link(err);
  *own = *document;
  return take(g, plan, own) || jl_cli_no_link(err);
}

/* ---- numbers ---- */
static bool number_rows(struct gathering *g, struct jl_error *err) {
  g->list.entries = jl_arena_array(g->cli->arena, g->rows[0].count + g->rows[1].count + 1, sizeof *g->list.entries);
  if (g->list.entries == NULL) return jl_cli_no_link(err);
  for (size_t t = 0; t < JL_COUNT(tables); t++) {
    Jalon__Block *block = jl_cli_block(g->whole, tables[t]);
    for (size_t r = 0; block != NULL && r < block->n_rows; r++) {
      Jalon__Row *row = block->rows[r];
      struct jl_inbox_entry entry = {.number = ++g->number, .first = jl_inbox_first(block, row), .waits = t == 0};
      if (row->n_cells > 0) row->cells[0]->number = (int64_t)entry.number;
      if (r >= g->rows[t].count || row->record == NULL ||
          !jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &entry.record))
        continue;
      entry.plan = g->plans[g->rows[t].plans[r]].id;
      g->list.entries[g->list.entry_count++] = entry;
    }
  }
  return true;
}

/* ---- inbox ---- */
static bool read_since(struct gathering *g, struct jl_error *err) {
  const char *text = jl_cli_option(g->cli, "since");
  struct jl_input input = {.today = jl_cli_today(g->cli), .day_first = strcmp(jl_language(), "fr") == 0};
  int32_t day;
  char iso[11];
  if (text == NULL) return true;
  if (!jl_input_date(&input, text, &day, err)) return false;
  jl_day_format_iso(day, iso);
  g->since = jl_arena_strdup(g->cli->arena, iso);
  return g->since != NULL || jl_cli_no_link(err);
}

bool jl_cmd_inbox(struct jl_cli *cli, struct jl_error *err) {
  struct gathering g = {.cli = cli};
  if (!read_since(&g, err) || !find_plans(&g, err) || !jl_inbox_marks_read(cli, &g.marks, err)) return false;
  g.list.plans = jl_arena_array(cli->arena, g.plan_count + 1, sizeof *g.list.plans);
  if (g.list.plans == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < g.plan_count; i++)
    if (!ask_plan(&g, &g.plans[i], err)) return false;
  if (g.whole == NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no plan to look at"),
                   g.absent > 0 ? JL_MSG("with the server at hand, jalon sync brings the plans that you use to this machine") : JL_MSG("see jalon plan list"));
  if (g.several) g.whole->subtitle = NULL, g.whole->has_revision = false, g.whole->revision = 0;
  drop_quiet(g.whole);
  if (!number_rows(&g, err) || !jl_cli_print_document(cli, g.whole, err)) return false;
  if (g.absent > 0) jl_talk(cli, JL_MSG("plans that are not on this machine were not looked at: {1}"), jl_arg_integer((int64_t)g.absent));
  if (g.since == NULL) jl_inbox_list_keep(cli, &g.list);
  jl_cli_refresh_own(cli);
  return true;
}

/* ---- inbox read ---- */
static bool last_list(struct jl_cli *cli, struct jl_inbox_list *ret, struct jl_error *err) {
  return jl_inbox_list_last(cli, ret) ||
         jl_fail(err, JL_E_USAGE, JL_MSG("no list was shown yet"), JL_MSG("run jalon inbox, then use its numbers"));
}

static bool entry_numbered(const struct jl_inbox_list *list, const char *text, size_t *ret_at, struct jl_error *err) {
  uint64_t number = 0;
  if (jl_view_number(text, &number))
    for (*ret_at = 0; *ret_at < list->entry_count; ++*ret_at)
      if (list->entries[*ret_at].number == number) return true;
  return jl_fail(err, JL_E_USAGE, JL_MSG("the list shown last has no number {1}"), JL_MSG("run jalon inbox, then use its numbers"),
                 jl_arg_text(text));
}

static bool has_chosen(const struct jl_inbox_list *list, const struct jl_inbox_plan *plan, const bool *chosen) {
  for (size_t i = 0; chosen != NULL && i < list->entry_count; i++)
    if (chosen[i] && jl_id_equal(&list->entries[i].plan, &plan->plan)) return true;
  return chosen == NULL;
}

/* chosen NULL: all. */
static bool put_read(struct jl_cli *cli, const struct jl_inbox_list *list, const bool *chosen, struct jl_outcome_of *ret_outcome,
                     struct jl_error *err) {
  struct jl_id person = jl_profile_identity(cli->profile)->person;
  struct jl_inbox_marks marks;
  *ret_outcome = (struct jl_outcome_of){0};
  if (jl_id_is_zero(&person))
    return jl_fail(err, JL_E_INVALID, JL_MSG("this account belongs to no person, so it has no inbox"), JL_MSG("jalon user add --person gives one"));
  if (!jl_inbox_marks_read(cli, &marks, err)) return false;
  struct jl_group *g = jl_group_new(&person);
  if (g == NULL) return jl_cli_no_link(err);
  bool ok = true;
  for (size_t i = 0; ok && i < list->plan_count; i++)
    if (has_chosen(list, &list->plans[i], chosen)) ok = jl_inbox_marks_put(cli, g, &marks, list, &list->plans[i], chosen, err);
  if (ok && jl_group_edits(g) > 0) ok = jl_cli_submit(cli, g, ret_outcome, err);
  jl_group_free(g);
  if (ok) jl_cli_refresh_own(cli);
  return ok;
}

/* The list goes on without what was read, under the same numbers. */
static void keep_rest(struct jl_cli *cli, struct jl_inbox_list *list, const bool *chosen) {
  size_t kept = 0;
  for (size_t i = 0; i < list->entry_count; i++)
    if (list->entries[i].waits || (chosen != NULL && !chosen[i])) list->entries[kept++] = list->entries[i];
  list->entry_count = kept;
  jl_inbox_list_keep(cli, list);
}

bool jl_cmd_inbox_read(struct jl_cli *cli, struct jl_error *err) {
  struct jl_inbox_list list;
  struct jl_outcome_of outcome;
  if (!last_list(cli, &list, err)) return false;
  bool *chosen = jl_arena_array(cli->arena, list.entry_count + 1, sizeof *chosen);
  bool all = cli->word_count == 1 && (strcmp(cli->words[0], "all") == 0 || strcmp(cli->words[0], "tout") == 0);
  int64_t n = 0, waiting = 0;
  if (chosen == NULL) return jl_cli_no_link(err);
  for (size_t i = 0, at = 0; !all && i < cli->word_count; i++) {
    if (!entry_numbered(&list, cli->words[i], &at, err)) return false;
    chosen[at] = true;
  }
  for (size_t i = 0; i < list.entry_count; i++) {
    n += (all || chosen[i]) && !list.entries[i].waits;
    waiting += (all || chosen[i]) && list.entries[i].waits;
  }
  if (!put_read(cli, &list, all ? NULL : chosen, &outcome, err)) return false;
  if (!cli->dry_run) keep_rest(cli, &list, all ? NULL : chosen);
  if (n > 0 || waiting == 0) jl_say(cli, JL_MSG("read: {1}"), jl_arg_integer(n));
  if (waiting > 0) jl_say(cli, JL_MSG("still waiting for your answer: {1}"), jl_arg_integer(waiting));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_inbox_answer(struct jl_cli *cli, struct jl_error *err) {
  struct jl_inbox_list list;
  struct jl_outcome_of outcome;
  size_t at = 0;
  if (!last_list(cli, &list, err) || !entry_numbered(&list, cli->words[0], &at, err)) return false;
  const struct jl_inbox_entry *entry = &list.entries[at];
  struct jl_lookup *one = jl_arena_alloc(cli->arena, sizeof *one);
  bool *chosen = jl_arena_array(cli->arena, list.entry_count + 1, sizeof *chosen);
  if (one == NULL || chosen == NULL) return jl_cli_no_link(err);
  *one = (struct jl_lookup){.id = entry->record};
  cli->plan = entry->plan; /* the answer goes where the question is */
  if (!jl_lookup_one(cli, one, err) || !jl_cli_answer(cli, &cli->plan, &one->record, cli->words[1], err)) return false;
  if (entry->waits || cli->dry_run) return true;
  chosen[at] = true;
  if (!put_read(cli, &list, chosen, &outcome, err)) return false;
  keep_rest(cli, &list, chosen);
  return true;
}
