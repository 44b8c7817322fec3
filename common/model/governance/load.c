#include "common/model/governance/load.h"
#include "common/model/calendar/capacity.h"
#include "common/model/governance/raci.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

enum { GAPS_SHOWN = 40, LOAD_LIMIT = 10, LOAD_DAYS = 60 /* working days: a quarter */ };

static bool holder_of(const struct jl_record *raci, struct jl_id *ret_id) {
  return jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, ret_id);
}

static bool works(const struct jl_record *raci) {
  int64_t letter = jl_view_int(raci, JL_RACI_LETTER, 0);
  return letter == JL_RACI_A || letter == JL_RACI_R;
}

/* Whoever may read the action may read its letters. */
static const struct jl_record **letters_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *action, size_t *ret_n) {
  const struct jl_record **all = jl_replica_referring(in->space, &action->id, JL_TYPE_RACI, JL_RACI_TARGET, jl_builder_arena(b), ret_n);
  if (*ret_n != SIZE_MAX) return all;
  jl_builder_fail(b, JL_E_NO_MEMORY);
  *ret_n = 0;
  return NULL;
}

/* ---- load ---- */
struct load {
  const struct jl_record *holder; /* person or team */
  int64_t accountable, responsible, actions, work; /* in millionths of a day */
  const struct jl_record *last; /* the action counted last: one for both letters */
};
struct loads {
  const struct jl_view_input *in;
  struct jl_builder *b;
  struct load *list; /* by the holder's id while they are counted */
  size_t count;
  int64_t limit, days;
};

static int by_holder(const void *left, const void *right) {
  return jl_id_compare(&((const struct load *)left)->holder->id, &((const struct load *)right)->holder->id);
}

static void carry(struct loads *loads, const struct jl_record *holder, const struct jl_record *action, int64_t letter) {
  const struct load key = {.holder = holder};
  struct load *load = bsearch(&key, loads->list, loads->count, sizeof *loads->list, by_holder);
  if (load == NULL) return;
  load->accountable += letter == JL_RACI_A;
  load->responsible += letter == JL_RACI_R;
  if (letter == JL_RACI_R) load->work += jl_action_work(action);
  load->actions += load->last != action;
  load->last = action;
}

static void carry_all(struct loads *loads, const struct jl_record *action) {
  size_t n = 0, people = 0;
  const struct jl_record **assignments = letters_of(loads->in, loads->b, action, &n);
  for (size_t i = 0; i < n; i++) {
    struct jl_id holder;
    int64_t letter = jl_view_int(assignments[i], JL_RACI_LETTER, 0);
    const struct jl_record *record =
        works(assignments[i]) && holder_of(assignments[i], &holder) ? jl_replica_live(loads->in->organisation, &holder) : NULL;
    if (record == NULL) continue;
    if (record->type_number != JL_TYPE_ROLE) {
      carry(loads, record, action, letter);
      continue;
    }
    const struct jl_record **members =
        jl_replica_referring(loads->in->organisation, &holder, JL_TYPE_PERSON, JL_PERSON_ROLES, jl_builder_arena(loads->b), &people);
    if (people == SIZE_MAX) jl_builder_fail(loads->b, JL_E_NO_MEMORY);
    for (size_t k = 0; people != SIZE_MAX && k < people; k++) carry(loads, members[k], action, letter);
  }
}

static void add_holders(struct loads *loads, uint32_t type, size_t room) {
  size_t n = 0;
  const struct jl_record **records = jl_view_directory(loads->in, loads->b, type, &n);
  for (size_t i = 0; i < n && loads->count < room; i++) loads->list[loads->count++].holder = records[i];
}

static bool find_loads(const struct jl_view_input *in, struct jl_builder *b, struct loads *ret) {
  size_t people = 0, teams = 0, n = 0;
  *ret = (struct loads){.in = in, .b = b, .limit = LOAD_LIMIT, .days = LOAD_DAYS};
  if (in->organisation == NULL) return false;
  const struct jl_record *plan = jl_view_plan(in);
  if (plan != NULL) ret->limit = jl_view_int(plan, JL_PLAN_LOAD_LIMIT, LOAD_LIMIT);
  if (plan != NULL) ret->days = jl_view_int(plan, JL_PLAN_LOAD_DAYS, LOAD_DAYS);
  (void)jl_view_directory(in, b, JL_TYPE_PERSON, &people);
  (void)jl_view_directory(in, b, JL_TYPE_TEAM, &teams);
  ret->list = jl_view_alloc(b, people + teams + 1, sizeof *ret->list);
  if (ret->list == NULL) return false;
  memset(ret->list, 0, (people + teams + 1) * sizeof *ret->list);
  add_holders(ret, JL_TYPE_PERSON, people);
  add_holders(ret, JL_TYPE_TEAM, people + teams);
  qsort(ret->list, ret->count, sizeof *ret->list, by_holder);
  const struct jl_record **actions = jl_view_all(in, b, JL_TYPE_ACTION, &n);
  for (size_t i = 0; i < n && jl_builder_ok(b); i++)
    if (jl_action_open(actions[i])) carry_all(ret, actions[i]);
  return jl_builder_ok(b);
}

/* A team is many. */
static bool overloaded(const struct loads *loads, const struct load *load) {
  return load->holder->type_number == JL_TYPE_PERSON && (load->actions > loads->limit || load->work > loads->days * JL_DAY_WORK);
}

static int heavier(const void *left, const void *right) {
  const struct load *a = left, *b = right;
  if (a->actions != b->actions) return a->actions > b->actions ? -1 : 1;
  if (a->work != b->work) return a->work > b->work ? -1 : 1;
  if (a->holder->type_number != b->holder->type_number) return a->holder->type_number < b->holder->type_number ? -1 : 1;
  return a->holder->number < b->holder->number ? -1 : a->holder->number > b->holder->number;
}

void jl_block_load(const struct jl_view_input *in, struct jl_builder *b) {
  struct loads loads;
  size_t held = 0;
  if (!find_loads(in, b, &loads)) return;
  for (size_t i = 0; i < loads.count; i++)
    if (loads.list[i].actions > 0) loads.list[held++] = loads.list[i];
  if (held == 0) return;
  qsort(loads.list, held, sizeof *loads.list, heavier);
  jl_block_begin(b, JL_BLOCK_TABLE, "load", JL_MSG("load per person"));
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 0);
  jl_column(b, "actions", JL_MSG("actions not done"), JL_ARG_INTEGER, 0);
  jl_column(b, "accountable", JL_MSG("as A"), JL_ARG_INTEGER, 1);
  jl_column(b, "responsible", JL_MSG("as R"), JL_ARG_INTEGER, 1);
  jl_column(b, "days", JL_MSG("days as R"), JL_ARG_INTEGER, 0);
  jl_column(b, "state", JL_MSG("load"), JL_ARG_LABEL, 0);
  for (size_t i = 0; i < held; i++) {
    const struct load *load = &loads.list[i];
    bool over = overloaded(&loads, load);
    jl_row_begin(b, load->holder, 0, JL_ROW_NORMAL);
    jl_cell_text(b, jl_view_title(load->holder));
    jl_cell(b, jl_arg_integer(load->actions));
    if (over && load->actions > loads.limit) jl_cell_tone(b, JL_TONE_BAD);
    jl_cell(b, jl_arg_integer(load->accountable));
    jl_cell(b, jl_arg_integer(load->responsible));
    jl_cell(b, jl_arg_integer((load->work + JL_DAY_WORK - 1) / JL_DAY_WORK));
    if (over && load->work > loads.days * JL_DAY_WORK) jl_cell_tone(b, JL_TONE_BAD);
    if (over) {
      jl_cell_label(b, JL_MSG("overload"), "overload");
      jl_cell_tone(b, JL_TONE_BAD);
    } else if (load->holder->type_number == JL_TYPE_TEAM) {
      jl_cell_label(b, JL_MSG("team"), "team");
      jl_cell_tone(b, JL_TONE_MUTED);
    } else {
      jl_cell_empty(b);
    }
  }
  const struct jl_arg limits[] = {jl_arg_integer(loads.limit), jl_arg_integer(loads.days)};
  jl_note(b, JL_TONE_MUTED,
          JL_MSG("an overload: more than {1} actions as A or R, or more than {2} working days as R (plan set --load-limit, --load-days)"),
          limits, 2);
}

/* ---- gaps ---- */
static const struct {
  const char *label, *text;
} gap_names[JL_GAPS] = {{JL_MSG("no A"), "no A"},
                     {JL_MSG("no R"), "no R"},
                     {JL_MSG("A is away, without a substitute"), "away"},
                     {JL_MSG("held by somebody who has left"), "left"},
                     {JL_MSG("held by a role or team without people"), "nobody"}};

struct gaps {
  const struct jl_view_input *in;
  struct jl_builder *b;
  bool rows; /* written, not only counted */
  jl_gap_told *told; /* instead, when it is not NULL */
  void *context;
  size_t counts[JL_GAPS], total;
};

static void gap_found(struct gaps *g, const struct jl_record *action, enum jl_gap gap, const struct jl_record *raci,
                      const struct jl_record *leave) {
  g->counts[gap]++;
  if (g->told != NULL) g->told(g->context, gap, action, raci);
  if (!g->rows || g->total++ >= GAPS_SHOWN) return;
  struct jl_id holder;
  jl_row_begin(g->b, action, 0, JL_ROW_NORMAL);
  jl_cell_title(g->b, g->in, action);
  jl_cell_label(g->b, gap_names[gap].label, gap_names[gap].text);
  jl_cell_tone(g->b, JL_TONE_BAD);
  if (raci != NULL && holder_of(raci, &holder))
    jl_cell(g->b, jl_arg_text(jl_view_holder_name(g->in, g->b, &holder)));
  else
    jl_cell_empty(g->b);
  if (raci != NULL) jl_cell_source(g->b, raci);
  if (leave != NULL)
    jl_cell_field(g->b, NULL, g->in->organisation, leave, jl_field_by_number(leave->type, JL_LEAVE_END));
  else
    jl_cell_empty(g->b);
}

/* Away today, and nobody stands in. */
static const struct jl_record *uncovered(const struct gaps *g, const struct jl_id *person) {
  const struct jl_record *leave = jl_leave_of(g->in->organisation, person, g->in->today);
  struct jl_id substitute;
  if (leave == NULL) return NULL;
  bool covered = jl_record_id(leave->type, leave->body, JL_LEAVE_SUBSTITUTE, &substitute) && !jl_id_equal(&substitute, person) &&
                 jl_person_there(g->in->organisation, &substitute) != NULL;
  return covered ? NULL : leave;
}

/* People of a role or team: how many there are, and how many of them act today; *ret_leave: of one who does not. */
static size_t acting(struct gaps *g, const struct jl_id *group, uint32_t field, size_t *ret_there, const struct jl_record **ret_leave) {
  size_t n = 0, acting = 0;
  const struct jl_record **people = jl_replica_referring(g->in->organisation, group, JL_TYPE_PERSON, field, jl_builder_arena(g->b), &n);
  if (n == SIZE_MAX) jl_builder_fail(g->b, JL_E_NO_MEMORY);
  for (size_t i = 0; n != SIZE_MAX && i < n; i++) {
    if (jl_person_there(g->in->organisation, &people[i]->id) == NULL) continue;
    const struct jl_record *leave = uncovered(g, &people[i]->id);
    ++*ret_there;
    acting += leave == NULL;
    if (leave != NULL) *ret_leave = leave;
  }
  return acting;
}

static void look_at_holder(struct gaps *g, const struct jl_record *action, const struct jl_record *raci) {
  struct jl_id holder;
  const struct jl_record *record = holder_of(raci, &holder) ? jl_replica_live(g->in->organisation, &holder) : NULL, *leave = NULL;
  bool accountable = jl_view_int(raci, JL_RACI_LETTER, 0) == JL_RACI_A;
  if (record != NULL && record->type_number == JL_TYPE_PERSON) {
    if (jl_person_there(g->in->organisation, &holder) == NULL)
      gap_found(g, action, JL_GAP_LEFT, raci, NULL);
    else if (accountable && (leave = uncovered(g, &holder)) != NULL)
      gap_found(g, action, JL_GAP_AWAY, raci, leave);
    return;
  }
  size_t there = 0;
  uint32_t field = record != NULL && record->type_number == JL_TYPE_ROLE ? JL_PERSON_ROLES : JL_PERSON_TEAMS;
  size_t act = record == NULL ? 0 : acting(g, &holder, field, &there, &leave);
  if (there == 0)
    gap_found(g, action, JL_GAP_NOBODY, raci, NULL);
  else if (act == 0 && accountable)
    gap_found(g, action, JL_GAP_AWAY, raci, leave);
}

static void look_at(struct gaps *g, const struct jl_record *action) {
  size_t n = 0, accountable = 0, responsible = 0;
  const struct jl_record **all = letters_of(g->in, g->b, action, &n);
  for (size_t i = 0; i < n; i++) {
    accountable += jl_view_int(all[i], JL_RACI_LETTER, 0) == JL_RACI_A;
    responsible += jl_view_int(all[i], JL_RACI_LETTER, 0) == JL_RACI_R;
  }
  if (accountable == 0) gap_found(g, action, JL_GAP_NO_A, NULL, NULL);
  if (responsible == 0) gap_found(g, action, JL_GAP_NO_R, NULL, NULL);
  for (size_t i = 0; i < n; i++) /* who has left is named with any letter: people think that they are asked and told */
    if (works(all[i])) {
      look_at_holder(g, action, all[i]);
    } else {
      struct jl_id holder;
      const struct jl_record *record = holder_of(all[i], &holder) ? jl_replica_live(g->in->organisation, &holder) : NULL;
      if (record != NULL && record->type_number == JL_TYPE_PERSON && jl_person_there(g->in->organisation, &holder) == NULL)
        gap_found(g, action, JL_GAP_LEFT, all[i], NULL);
    }
}

static void look_at_all(struct gaps *g) {
  size_t n = 0;
  const struct jl_record **actions = jl_view_all(g->in, g->b, JL_TYPE_ACTION, &n);
  for (size_t i = 0; i < n && jl_builder_ok(g->b); i++)
    if (jl_action_open(actions[i])) look_at(g, actions[i]);
}

void jl_block_gaps(const struct jl_view_input *in, struct jl_builder *b) {
  struct gaps counted = {.in = in, .b = b}, g = {.in = in, .b = b, .rows = true};
  size_t any = 0;
  if (in->organisation == NULL) return;
  look_at_all(&counted);
  for (size_t i = 0; i < JL_GAPS; i++) any += counted.counts[i];
  if (any == 0) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "gaps", JL_MSG("gaps"));
  jl_column(b, "action", JL_MSG("action"), JL_ARG_TEXT, 0);
  jl_column(b, "gap", JL_MSG("gap"), JL_ARG_LABEL, 0);
  jl_column(b, "who", JL_MSG("who"), JL_ARG_TEXT, 1);
  jl_column(b, "until", JL_MSG("away until"), JL_ARG_DATE, 2);
  look_at_all(&g);
  const struct jl_arg more = jl_arg_integer((int64_t)any - GAPS_SHOWN);
  if (any > GAPS_SHOWN) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more gaps"), &more, 1);
}

void jl_gaps_tell(const struct jl_view_input *in, struct jl_builder *b, jl_gap_told *told, void *context) {
  struct gaps g = {.in = in, .b = b, .told = told, .context = context};
  if (in->organisation != NULL) look_at_all(&g);
}

void jl_overloads_tell(const struct jl_view_input *in, struct jl_builder *b, jl_overload_told *told, void *context) {
  struct loads loads;
  if (!find_loads(in, b, &loads)) return;
  for (size_t i = 0; i < loads.count; i++)
    if (overloaded(&loads, &loads.list[i])) told(context, loads.list[i].holder, loads.list[i].actions, (loads.list[i].work + JL_DAY_WORK - 1) / JL_DAY_WORK);
}

void jl_note_governance(const struct jl_view_input *in, struct jl_builder *b) {
  static const char *const notes[JL_GAPS] = {JL_MSG("actions without an accountable (A): {1}; see jalon raci"),
                                          JL_MSG("actions without a responsible (R): {1}; see jalon raci"),
                                          JL_MSG("actions whose accountable (A) is away without a substitute: {1}; see jalon raci"),
                                          JL_MSG("letters held by people who have left: {1}; see jalon raci"),
                                          JL_MSG("letters held by roles or teams without people: {1}; see jalon raci")};
  struct gaps g = {.in = in, .b = b};
  struct loads loads;
  size_t over = 0;
  if (in->organisation == NULL || !find_loads(in, b, &loads)) return;
  look_at_all(&g);
  for (size_t i = 0; i < loads.count; i++) over += overloaded(&loads, &loads.list[i]);
  for (size_t i = 0; i < JL_GAPS; i++) {
    const struct jl_arg count = jl_arg_integer((int64_t)g.counts[i]);
    if (g.counts[i] > 0) jl_note(b, JL_TONE_WARN, notes[i], &count, 1);
  }
  const struct jl_arg count = jl_arg_integer((int64_t)over);
  if (over > 0) jl_note(b, JL_TONE_WARN, JL_MSG("people with an overload: {1}; see jalon raci"), &count, 1);
}
