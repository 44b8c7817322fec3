/* review start, accept, refuse, reopen, add, apply, close, discard: the decisions of a quarter or a week, on facts that the server freezes. */
#include "client/cli/undo.h"
#include "client/cli/written.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include <string.h>

#define OWN_KEY (INT64_C(1) << 32) /* keys below it are those of proposals that were worked out */

static const struct jl_record_type *type_of(uint32_t type) { return jl_record_type_by_number(type); }

static struct jl_arg given(const struct jl_outcome_of *outcome, uint32_t type) {
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == type) jl_reference_text(type, outcome->given[i].number, reference);
  return jl_arg_text(reference);
}

static bool send(struct jl_cli *cli, struct jl_group *g, bool ok, struct jl_outcome_of *ret, struct jl_error *err) {
  *ret = (struct jl_outcome_of){0};
  ok = ok && jl_cli_submit(cli, g, ret, err);
  jl_group_free(g);
  return ok;
}

static struct jl_group *begin(struct jl_cli *cli, struct jl_error *err) {
  struct jl_group *g = jl_group_new(&cli->plan);
  if (g == NULL) (void)jl_cli_no_link(err);
  return g;
}

static bool show(struct jl_cli *cli, const char *reference, struct jl_error *err) {
  const struct jl_parameter parameter = {"record", reference};
  struct jl_view_ask ask = {.space = cli->plan, .view = "review", .parameters = &parameter, .parameter_count = 1};
  if (cli->face.face != JL_FACE_TERMINAL || cli->quiet) return true;
  return jl_cli_view(cli, &ask, err);
}

/* ---- start ---- */
static bool describe(struct jl_cli *cli, struct jl_bytes *record, struct jl_error *err) {
  static const struct {
    const char *option;
    uint32_t field;
  } given_fields[] = {{"qualified", JL_REVIEW_QUALIFIED}, {"minimum-data", JL_REVIEW_MINIMUM_DATA}, {"step", JL_REVIEW_STEP}, {"gap", JL_REVIEW_GAP}, {"until", JL_REVIEW_UNTIL}, {"note", JL_REVIEW_NOTE}};
  const struct jl_record_type *type = type_of(JL_TYPE_REVIEW);
  const char *period = jl_cli_option(cli, "period"), *week = jl_cli_option(cli, "week");
  struct jl_input input = jl_plan_input_of(cli, &cli->plan);
  if ((period == NULL) == (week == NULL))
    return jl_fail(err, JL_E_USAGE, JL_MSG("a review is of a period or of a week"), JL_MSG("as in jalon review start --period 2026-Q3, or --week 2026-W40"));
  if (!jl_record_put_text(cli, type, record, JL_REVIEW_PERIOD, period != NULL ? period : week, &input, err) ||
      !jl_written_int(cli, type, record, JL_REVIEW_KIND, week != NULL ? JL_REVIEW_WEEKLY : JL_REVIEW_QUARTERLY, err))
    return false;
  for (size_t i = 0; i < JL_COUNT(given_fields); i++) {
    const char *text = jl_cli_option(cli, given_fields[i].option);
    if (text != NULL && !jl_record_put_text(cli, type, record, given_fields[i].field, text, &input, err)) return false;
  }
  return jl_record_check(type, *record, err);
}

bool jl_cmd_review_start(struct jl_cli *cli, struct jl_error *err) {
  struct jl_bytes record = {NULL, 0};
  struct jl_outcome_of outcome;
  struct jl_id id = jl_id_random();
  if (!describe(cli, &record, err)) return false;
  struct jl_group *g = begin(cli, err);
  if (g == NULL) return false;
  jl_group_create(g, JL_TYPE_REVIEW, &id, record);
  if (!send(cli, g, true, &outcome, err)) return false;
  struct jl_arg reference = given(&outcome, JL_TYPE_REVIEW);
  jl_say(cli, cli->dry_run ? JL_MSG("a review would be started") : JL_MSG("review {1} is started: its facts are frozen{2}"), reference, jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return cli->dry_run || outcome.queued != 0 || reference.text[0] == '\0' || show(cli, jl_arena_strndup(cli->arena, reference.text, strlen(reference.text)), err);
}

/* ---- which review ---- */
struct which {
  struct jl_lookup one;
  char reference[JL_REFERENCE_SIZE];
};

/* The one that is named, else the one that the view shows. */
static bool find_review(struct jl_cli *cli, struct which *ret, struct jl_error *err) {
  *ret = (struct which){.one = {.type = type_of(JL_TYPE_REVIEW), .text = cli->word_count > 0 ? cli->words[0] : NULL}};
  if (ret->one.text == NULL) {
    struct jl_view_ask ask = {.space = cli->plan, .view = "review"};
    const Jalon__Document *document;
    uint64_t revision;
    if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
    const Jalon__Block *block = jl_cli_block(document, "review");
    const Jalon__RecordRef *ref = block == NULL || block->n_rows == 0 ? NULL : block->rows[0]->record;
    if (ref == NULL || !jl_id_from_bytes((struct jl_bytes){ref->id.data, ref->id.len}, &ret->one.id))
      return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no review yet"), JL_MSG("jalon review start --period 2026-Q3"));
  }
  if (!jl_lookup_one(cli, &ret->one, err)) return false;
  jl_reference_text(JL_TYPE_REVIEW, ret->one.record.number, ret->reference);
  return true;
}

/* ---- close, discard ---- */
static bool end(struct jl_cli *cli, int64_t state, const char *message, const char *dry, struct jl_error *err) {
  struct which w;
  struct jl_outcome_of outcome;
  struct jl_bytes made = {NULL, 0};
  if (!find_review(cli, &w, err) || !jl_written_int(cli, w.one.type, &made, JL_REVIEW_STATE, state, err)) return false;
  struct jl_group *g = begin(cli, err);
  if (g == NULL) return false;
  jl_group_update(g, JL_TYPE_REVIEW, &w.one.record.id);
  jl_group_field(g, JL_REVIEW_STATE, jl_record_slice(w.one.record.body, JL_REVIEW_STATE), jl_record_slice(made, JL_REVIEW_STATE));
  if (!send(cli, g, true, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? dry : message, jl_arg_text(w.reference), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_review_close(struct jl_cli *cli, struct jl_error *err) {
  return end(cli, JL_REVIEW_CLOSED, JL_MSG("{1} is closed{2}; minutes: jalon review {1} --markdown"), JL_MSG("{1} would be closed"), err);
}
bool jl_cmd_review_discard(struct jl_cli *cli, struct jl_error *err) { return end(cli, JL_REVIEW_DISCARDED, JL_MSG("{1} is discarded{2}"), JL_MSG("{1} would be discarded"), err); }

/* ---- deciding ---- */
static bool put_decision(struct jl_cli *cli, struct jl_group *g, const struct jl_lookup *proposal, int64_t verdict, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_REVIEW_DECISION);
  const char *reason = jl_cli_option(cli, "reason");
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  struct jl_input input = jl_plan_input(cli, record);
  if (!jl_record_put_id(cli, type, &record, JL_REVIEW_DECISION_PROPOSAL, &proposal->record.id, err) || !jl_written_int(cli, type, &record, JL_REVIEW_DECISION_VERDICT, verdict, err) ||
      (reason != NULL && !jl_record_put_text(cli, type, &record, JL_REVIEW_DECISION_REASON, reason, &input, err)) || !jl_record_check(type, record, err))
    return false;
  jl_group_create(g, type->number, &id, record);
  return true;
}

static bool find_proposals(struct jl_cli *cli, struct jl_lookups *l, const uint32_t *children, size_t child_count, struct jl_error *err) {
  *l = (struct jl_lookups){.space = cli->plan};
  for (size_t i = 0; i < cli->word_count; i++) {
    struct jl_lookup *one = jl_lookup_add(cli, l, cli->words[i]);
    if (one == NULL) return jl_cli_no_link(err);
    one->type = type_of(JL_TYPE_REVIEW_PROPOSAL);
    one->children = children;
    one->child_count = child_count;
  }
  if (!jl_lookups_run(cli, l, err)) return false;
  for (size_t i = 0; i < l->count; i++)
    if (l->items[i].error.code != JL_E_OK) {
      *err = l->items[i].error;
      return false;
    }
  return true;
}

static bool decide(struct jl_cli *cli, int64_t verdict, const char *message, const char *dry, struct jl_error *err) {
  struct jl_lookups l;
  struct jl_outcome_of outcome;
  if (verdict == JL_VERDICT_REFUSED && jl_cli_option(cli, "reason") == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("a proposal is refused with a reason"), JL_MSG("say why: --reason \"...\""));
  if (!find_proposals(cli, &l, NULL, 0, err)) return false;
  struct jl_group *g = begin(cli, err);
  bool ok = g != NULL;
  for (size_t i = 0; ok && i < l.count; i++) ok = put_decision(cli, g, &l.items[i], verdict, err);
  if (!send(cli, g, ok, &outcome, err)) return false;
  for (size_t i = 0; i < l.count; i++) jl_say(cli, cli->dry_run ? dry : message, jl_cli_called(cli, &l.items[i].record), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_review_accept(struct jl_cli *cli, struct jl_error *err) { return decide(cli, JL_VERDICT_ACCEPTED, JL_MSG("{1} is accepted{2}"), JL_MSG("{1} would be accepted"), err); }
bool jl_cmd_review_refuse(struct jl_cli *cli, struct jl_error *err) { return decide(cli, JL_VERDICT_REFUSED, JL_MSG("{1} is refused{2}"), JL_MSG("{1} would be refused"), err); }

bool jl_cmd_review_reopen(struct jl_cli *cli, struct jl_error *err) {
  static const uint32_t children[] = {JL_TYPE_REVIEW_DECISION};
  struct jl_lookups l;
  struct jl_outcome_of outcome;
  const struct jl_record_state *decision = NULL;
  if (!find_proposals(cli, &l, children, 1, err)) return false;
  for (size_t i = 0; i < l.items[0].below_count; i++)
    if (l.items[0].below[i].type == JL_TYPE_REVIEW_DECISION && l.items[0].below[i].deleted_revision == 0) decision = &l.items[0].below[i];
  if (decision == NULL) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1} is not decided yet"), JL_MSG("jalon review accept REF, or jalon review refuse REF --reason \"...\""), jl_cli_called(cli, &l.items[0].record));
  struct jl_group *g = begin(cli, err);
  if (g == NULL) return false;
  jl_group_delete(g, JL_TYPE_REVIEW_DECISION, &decision->id, decision->revision, false);
  if (!send(cli, g, true, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would be to be decided again") : JL_MSG("{1} is to be decided again{2}"), jl_cli_called(cli, &l.items[0].record), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

/* ---- one's own proposal ---- */
static int64_t own_key(const struct jl_id *id) {
  int64_t key = 0;
  for (size_t i = 0; i < 7; i++) key = key << 8 | id->bytes[i];
  return key | OWN_KEY;
}

static bool describe_move(struct jl_cli *cli, const struct which *w, struct jl_bytes *record, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_REVIEW_PROPOSAL);
  const char *from = jl_cli_option(cli, "from"), *to = jl_cli_option(cli, "to"), *amount = jl_cli_option(cli, "amount");
  const struct jl_id chance = jl_id_random();
  struct jl_input input = jl_plan_input_of(cli, &cli->plan);
  if (from == NULL || to == NULL || amount == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("a proposal of one's own moves an amount from one budget line to another, and says why"), JL_MSG("such as: jalon review add \"...\" --from B3 --to B4 --amount 500"));
  struct jl_lookup giver = {.text = from, .type = type_of(JL_TYPE_BUDGET_LINE)}, getter = {.text = to, .type = type_of(JL_TYPE_BUDGET_LINE)};
  return jl_lookup_one(cli, &giver, err) && jl_lookup_one(cli, &getter, err) && jl_record_put_id(cli, type, record, JL_REVIEW_PROPOSAL_REVIEW, &w->one.record.id, err) &&
         jl_written_int(cli, type, record, JL_REVIEW_PROPOSAL_KEY, own_key(&chance), err) && jl_written_int(cli, type, record, JL_REVIEW_PROPOSAL_SECTION, JL_SECTION_BUDGET, err) &&
         jl_written_int(cli, type, record, JL_REVIEW_PROPOSAL_KIND, JL_PROPOSAL_MOVE, err) && jl_record_put_id(cli, type, record, JL_REVIEW_PROPOSAL_SOURCE, &giver.record.id, err) &&
         jl_record_put_id(cli, type, record, JL_REVIEW_PROPOSAL_DESTINATION, &getter.record.id, err) && jl_record_put_text(cli, type, record, JL_REVIEW_PROPOSAL_AMOUNT, amount, &input, err) &&
         jl_record_put_text(cli, type, record, JL_REVIEW_PROPOSAL_WHY, cli->words[0], &input, err) && jl_record_check(type, *record, err);
}

bool jl_cmd_review_add(struct jl_cli *cli, struct jl_error *err) {
  struct which w;
  struct jl_bytes record = {NULL, 0};
  struct jl_outcome_of outcome;
  struct jl_id id;
  const char *const why = cli->words[0];
  size_t words = cli->word_count;
  const char *review = jl_cli_option(cli, "review");
  cli->word_count = 0;
  if (review != NULL) {
    cli->words = &review;
    cli->word_count = 1;
  }
  bool found = find_review(cli, &w, err);
  cli->words = &why;
  cli->word_count = words;
  if (!found || !describe_move(cli, &w, &record, err)) return false;
  if (!jl_record_natural_id(type_of(JL_TYPE_REVIEW_PROPOSAL), &cli->plan, record, &id)) return jl_cli_no_link(err);
  struct jl_group *g = begin(cli, err);
  if (g == NULL) return false;
  jl_group_create(g, JL_TYPE_REVIEW_PROPOSAL, &id, record);
  if (!send(cli, g, true, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("it could be proposed in {3}") : JL_MSG("proposed as {1} in {3}{2}"), given(&outcome, JL_TYPE_REVIEW_PROPOSAL), jl_cli_made(cli, &outcome), jl_arg_text(w.reference));
  jl_cli_done(cli, &outcome);
  return true;
}

/* ---- apply ---- */
static bool put_approval(struct jl_cli *cli, struct jl_group *g, const struct which *w, struct jl_error *err) {
  const struct jl_record_type *type = type_of(JL_TYPE_APPROVAL);
  const char *note = jl_cli_option(cli, "note");
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  struct jl_input input = jl_plan_input(cli, record);
  if (!jl_record_put_id(cli, type, &record, JL_APPROVAL_TARGET, &cli->plan, err) || !jl_record_put_text(cli, type, &record, JL_APPROVAL_SECTION, "budget", &input, err) ||
      (note != NULL && !jl_record_put_text(cli, type, &record, JL_APPROVAL_NOTE, note, &input, err)) ||
      !jl_record_put_id(cli, type, &record, JL_APPROVAL_REVIEW, &w->one.record.id, err) || !jl_record_check(type, record, err))
    return false;
  jl_group_create(g, type->number, &id, record);
  return true;
}

/* A weekly arbitration within the plan's policy is decided at once. */
static bool is_decided(struct jl_cli *cli, const char *approval, bool *ret, struct jl_error *err) {
  struct jl_lookup one = {.text = approval, .type = type_of(JL_TYPE_APPROVAL)};
  if (!jl_lookup_one(cli, &one, err)) return false;
  *ret = jl_record_int(one.type, one.record.body, JL_APPROVAL_STATE, 0) == JL_APPROVAL_APPROVED;
  return true;
}

bool jl_cmd_review_apply(struct jl_cli *cli, struct jl_error *err) {
  struct which w;
  struct jl_outcome_of outcome;
  bool decided = false;
  if (!find_review(cli, &w, err)) return false;
  struct jl_group *g = begin(cli, err);
  if (g == NULL) return false;
  if (!send(cli, g, put_approval(cli, g, &w, err), &outcome, err)) return false;
  struct jl_arg approval = given(&outcome, JL_TYPE_APPROVAL);
  if (!cli->dry_run && outcome.queued == 0 && approval.text[0] != '\0' && !is_decided(cli, jl_arena_strndup(cli->arena, approval.text, strlen(approval.text)), &decided, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("what is accepted of {1} would be submitted") : decided ? JL_MSG("what is accepted of {1} has moved, within what the plan lets a weekly arbitration move: {2}{3}")
                                                                             : JL_MSG("what is accepted of {1} is submitted: {2}{3}; what exactly moves: jalon show {2}"),
         jl_arg_text(w.reference), approval, jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
