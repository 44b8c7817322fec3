/* submit, approve, send-back, withdraw. What somebody approves is a submission that this profile has displayed, or that is named by its
 * own reference: never one that came since. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <string.h>

struct approving {
  struct jl_cli *cli;
  struct jl_record_state target;
  const struct jl_record_state *subject; /* of an approval that was named itself; NULL: the target */
  bool budget; /* the plan's, not the plan */
  const struct jl_record_state *below;
  size_t below_count;
};

static const struct jl_record_type *approval_type(void) { return jl_record_type_by_number(JL_TYPE_APPROVAL); }

static int64_t number_of(const struct jl_record_state *approval, uint32_t field) {
  return jl_record_int(approval_type(), approval->body, field, 0);
}

static bool is_budget(const char *word) { return strcmp(word, "budget") == 0; }

/* No word: the plan. */
static bool find_target(struct approving *a, const char *word, struct jl_error *err) {
  static const uint32_t children[] = {JL_TYPE_APPROVAL, JL_TYPE_RACI};
  struct jl_cli *cli = a->cli;
  struct jl_lookups lookups = {.space = cli->plan};
  a->budget = word != NULL && is_budget(word);
  struct jl_lookup *one = jl_lookup_add(cli, &lookups, word == NULL || a->budget ? NULL : word);
  if (one == NULL) return jl_cli_no_link(err);
  if (one->text == NULL) {
    one->id = cli->plan;
    one->type = jl_record_type_by_number(JL_TYPE_PLAN);
  }
  one->children = children;
  one->child_count = JL_COUNT(children);
  if (!jl_lookups_run(cli, &lookups, err)) return false;
  one = &lookups.items[0];
  if (one->error.code != JL_E_OK) {
    *err = one->error;
    return false;
  }
  a->target = one->record;
  a->below = one->below;
  a->below_count = one->below_count;
  return true;
}

/* "A12 Webinar", the plan's name, "budget". */
static struct jl_arg name_of(const struct approving *a) {
  return a->budget ? jl_arg_label(JL_MSG("budget")) : jl_cli_called(a->cli, a->subject != NULL ? a->subject : &a->target);
}

/* Who decides about what is submitted: the A of it, else of the plan; "": not known here. */
static struct jl_arg decider(struct approving *a) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  const struct jl_field *holder = jl_field_by_number(type, JL_RACI_HOLDER);
  struct jl_names names = {.cli = a->cli};
  struct jl_bytes found = {NULL, 0};
  for (size_t i = 0; i < a->below_count; i++)
    if (a->below[i].type == JL_TYPE_RACI && a->below[i].deleted_revision == 0 && jl_record_int(type, a->below[i].body, JL_RACI_LETTER, 0) == JL_RACI_A)
      found = jl_record_slice(a->below[i].body, JL_RACI_HOLDER);
  if (found.size == 0) return jl_arg_text("");
  struct jl_buffer text;
  jl_names_want(&names, holder, found);
  jl_names_learn(&names, &a->cli->plan);
  jl_buffer_init(&text, 4096);
  jl_names_put(&names, holder, found, &text);
  struct jl_arg name = jl_arg_text(text.size > 0 && jl_buffer_ok(&text) ? jl_buffer_cstring(&text) : "");
  jl_buffer_release(&text);
  return name;
}

/* ---- submit ---- */
/* "2027-03" or "2027-03..2027-05" */
static bool put_months(struct approving *a, const char *option, uint32_t first_field, uint32_t last_field, const struct jl_input *input,
                       struct jl_bytes *record, struct jl_error *err) {
  const char *text = jl_cli_option(a->cli, option), *dots = text == NULL ? NULL : strstr(text, "..");
  if (text == NULL) return true;
  const char *first = dots == NULL ? text : jl_arena_strndup(a->cli->arena, text, (size_t)(dots - text));
  if (first == NULL) return jl_cli_no_link(err);
  return jl_record_put_text(a->cli, approval_type(), record, first_field, first, input, err) &&
         (dots == NULL || jl_record_put_text(a->cli, approval_type(), record, last_field, dots + 2, input, err));
}

/* How much, excl. or incl. VAT, from which months to which. */
static bool put_money(struct approving *a, const struct jl_input *input, struct jl_bytes *record, struct jl_error *err) {
  static const struct {
    const char *option, *basis;
  } amounts[] = {{"amount", NULL}, {"net", "net"}, {"gross", "gross"}};
  struct jl_cli *cli = a->cli;
  const struct jl_record_type *type = approval_type();
  size_t given = 0;
  for (size_t i = 0; i < JL_COUNT(amounts); i++) {
    const char *amount = jl_cli_option(cli, amounts[i].option);
    if (amount == NULL) continue;
    given++;
    if (!jl_record_put_text(cli, type, record, JL_APPROVAL_AMOUNT, amount, input, err) ||
        (amounts[i].basis != NULL && !jl_record_put_text(cli, type, record, JL_APPROVAL_BASIS, amounts[i].basis, input, err)))
      return false;
  }
  if (given > 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("one amount moves: excl. or incl. VAT"), JL_MSG("give one of --amount, --net, --gross"));
  return put_months(a, "months", JL_APPROVAL_FIRST_MONTH, JL_APPROVAL_LAST_MONTH, input, record, err) &&
         put_months(a, "to-months", JL_APPROVAL_TO_FIRST_MONTH, JL_APPROVAL_TO_LAST_MONTH, input, record, err);
}

/* Any of what only money that moves has. */
static bool says_money(struct jl_cli *cli) {
  static const char *const options[] = {"amount", "net", "gross"};
  for (size_t i = 0; i < JL_COUNT(options); i++)
    if (jl_cli_option(cli, options[i]) != NULL) return true;
  return false;
}

static bool describe(struct approving *a, struct jl_bytes *record, struct jl_error *err) {
  struct jl_cli *cli = a->cli;
  const struct jl_record_type *type = approval_type();
  const char *note = jl_cli_option(cli, "note"), *to = jl_cli_option(cli, "to");
  bool line = a->target.type == JL_TYPE_BUDGET_LINE;
  struct jl_input input = jl_plan_input(cli, *record);
  const char *what = a->target.type == JL_TYPE_ACTION ? "action" : a->budget || line ? "budget" : "plan";
  bool months = jl_cli_option(cli, "months") != NULL || jl_cli_option(cli, "to-months") != NULL;
  if (line != (to != NULL) || line != says_money(cli) || (months && !line))
    return jl_fail(err, JL_E_USAGE, JL_MSG("money that goes from one budget line to another needs both lines and the amount"),
                   JL_MSG("jalon submit B3 --to B4 --amount 500"));
  if (!line && a->target.type != JL_TYPE_ACTION && a->target.type != JL_TYPE_PLAN)
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} is nothing that can be submitted"),
                   JL_MSG("submit the plan, budget, an action, or money from one budget line to another"), name_of(a));
  if (!jl_record_put_id(cli, type, record, JL_APPROVAL_TARGET, &a->target.id, err) ||
      !jl_record_put_text(cli, type, record, JL_APPROVAL_SECTION, what, &input, err) ||
      (note != NULL && !jl_record_put_text(cli, type, record, JL_APPROVAL_NOTE, note, &input, err)))
    return false;
  if (line) {
    struct jl_lookup other = {.text = to, .field = jl_field_by_number(type, JL_APPROVAL_TO)};
    if (!jl_lookup_one(cli, &other, err) || !jl_record_put_id(cli, type, record, JL_APPROVAL_TO, &other.record.id, err) ||
        !put_money(a, &input, record, err))
      return false;
  }
  return jl_record_check(type, *record, err);
}

static struct jl_arg given(const struct jl_outcome_of *outcome) {
  char reference[JL_REFERENCE_SIZE] = "";
  for (size_t i = 0; i < outcome->given_count; i++)
    if (outcome->given[i].type == JL_TYPE_APPROVAL) jl_reference_text(JL_TYPE_APPROVAL, outcome->given[i].number, reference);
  return jl_arg_text(reference);
}

static bool send(struct approving *a, struct jl_group *g, const char *message, const char *dry, struct jl_arg approval,
                 struct jl_error *err) {
  struct jl_cli *cli = a->cli;
  struct jl_outcome_of outcome;
  bool ok = jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  struct jl_arg who = jl_arg_text("");
  bool submits = approval.text[0] == '\0';
  if (submits) {
    approval = given(&outcome);
    who = decider(a);
    if (who.text[0] != '\0') message = JL_MSG("{1} is submitted: {2}{3}; {4} decides");
  }
  jl_say(cli, cli->dry_run ? dry : message, name_of(a), approval, jl_cli_made(cli, &outcome), who);
  if (submits && a->target.type == JL_TYPE_BUDGET_LINE && approval.text[0] != '\0')
    jl_say(cli, JL_MSG("what exactly moves: jalon show {1}"), approval);
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_submit(struct jl_cli *cli, struct jl_error *err) {
  struct approving a = {.cli = cli};
  struct jl_bytes record = {NULL, 0};
  struct jl_id id = jl_id_random();
  if (!find_target(&a, cli->word_count > 0 ? cli->words[0] : NULL, err) || !describe(&a, &record, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_create(g, JL_TYPE_APPROVAL, &id, record);
  return send(&a, g, JL_MSG("{1} is submitted: {2}{3}"), JL_MSG("{1} would be submitted"), jl_arg_text(""), err);
}

/* ---- what an edit did to an approval ---- */
void jl_cli_tell_reopened(struct jl_cli *cli, const struct jl_record_state *action, const struct jl_outcome_of *outcome) {
  struct approving a = {.cli = cli};
  struct jl_error ignored;
  char reference[JL_REFERENCE_SIZE];
  if (!outcome->decided || outcome->revision == 0 || action->type != JL_TYPE_ACTION ||
      jl_record_int(jl_record_type_by_number(JL_TYPE_ACTION), action->body, JL_ACTION_NEEDS_APPROVAL, 0) == 0)
    return;
  jl_reference_text(action->type, action->number, reference);
  if (!find_target(&a, reference, &ignored)) return;
  bool freed = jl_record_int(jl_record_type_by_number(JL_TYPE_ACTION), a.target.body, JL_ACTION_NEEDS_APPROVAL, 0) == 0;
  for (size_t i = 0; i < a.below_count; i++) {
    const struct jl_record_state *approval = &a.below[i];
    char what[JL_REFERENCE_SIZE];
    if (approval->type != JL_TYPE_APPROVAL || approval->revision != outcome->revision) continue;
    int64_t state = number_of(approval, JL_APPROVAL_STATE);
    jl_reference_text(JL_TYPE_APPROVAL, approval->number, what);
    if (state == (freed ? JL_APPROVAL_WITHDRAWN : JL_APPROVAL_REOPENED)) {
      jl_say(cli, freed ? JL_MSG("{1} does not wait to be approved any more ({2}); who was asked is told")
                        : JL_MSG("{1} is not any more as it was approved: jalon submit {1} asks again"),
             jl_arg_text(reference), jl_arg_text(what));
      return;
    }
  }
}

/* ---- decisions ---- */
static bool waits(const struct approving *a, const struct jl_record_state *approval) {
  bool budget = number_of(approval, JL_APPROVAL_SECTION) == JL_APPROVAL_OF_BUDGET;
  if (approval->type != JL_TYPE_APPROVAL || approval->deleted_revision != 0 ||
      number_of(approval, JL_APPROVAL_STATE) != JL_APPROVAL_SUBMITTED)
    return false;
  return a->target.type != JL_TYPE_PLAN || budget == a->budget;
}

static bool find_waiting(const struct approving *a, const struct jl_record_state **ret, struct jl_error *err) {
  char first[JL_REFERENCE_SIZE], second[JL_REFERENCE_SIZE];
  *ret = a->target.type == JL_TYPE_APPROVAL ? &a->target : NULL;
  for (size_t i = 0; a->target.type != JL_TYPE_APPROVAL && i < a->below_count; i++) {
    if (!waits(a, &a->below[i])) continue;
    if (*ret != NULL) {
      jl_reference_text(JL_TYPE_APPROVAL, (*ret)->number, first);
      jl_reference_text(JL_TYPE_APPROVAL, a->below[i].number, second);
      return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("several submissions of {1} wait: {2}, {3}"), JL_MSG("name the one that is meant"),
                     name_of(a), jl_arg_text(first), jl_arg_text(second));
    }
    *ret = &a->below[i];
  }
  return *ret != NULL ||
         jl_fail(err, JL_E_NOT_FOUND, JL_MSG("nothing of {1} waits for a decision"), JL_MSG("it is submitted with jalon submit {1}"), name_of(a));
}

/* Nobody approves by a reference to the target what was submitted after he looked. */
static bool was_seen(const struct approving *a, const struct jl_record_state *approval, const char *reference, struct jl_error *err) {
  if (a->target.type == JL_TYPE_APPROVAL || a->cli->has_base || jl_profile_shown(a->cli->profile, &a->cli->plan, &approval->id) > 0)
    return true;
  return jl_fail(err, JL_E_GUARD_FAILED, JL_MSG("{1} waits as {2}, which you have not looked at"),
                 a->budget ? JL_MSG("look at it first: jalon budget, jalon show {2}; then jalon approve {2}")
                           : JL_MSG("look at it first: jalon show {1}; then jalon approve {2}"),
                 name_of(a), jl_arg_text(reference));
}

/* Whoever may not decide is told that, rather than to look first. */
static void may_not(struct jl_cli *cli, const struct jl_group *g, struct jl_error *err) {
  struct jl_outcome_of outcome;
  struct jl_error why = {0};
  bool dry_run = cli->dry_run;
  cli->dry_run = true;
  if (!jl_cli_submit(cli, g, &outcome, &why) && why.code == JL_E_DENIED) *err = why;
  cli->dry_run = dry_run;
}

/* Named by its own reference: what is said is about its target. */
static bool find_subject(struct approving *a, struct jl_error *err) {
  struct jl_lookups lookups = {.space = a->cli->plan};
  struct jl_lookup *one = a->target.type == JL_TYPE_APPROVAL ? jl_lookup_add(a->cli, &lookups, NULL) : NULL;
  if (a->target.type != JL_TYPE_APPROVAL) return true;
  if (one == NULL || !jl_record_id(approval_type(), a->target.body, JL_APPROVAL_TARGET, &one->id)) return jl_cli_no_link(err);
  if (!jl_lookups_run(a->cli, &lookups, err)) return false;
  if (lookups.items[0].error.code == JL_E_OK) a->subject = &lookups.items[0].record;
  a->budget = number_of(&a->target, JL_APPROVAL_SECTION) == JL_APPROVAL_OF_BUDGET && a->subject != NULL && a->subject->type == JL_TYPE_PLAN;
  return true;
}

static bool decide(struct jl_cli *cli, const char *word, int64_t state, const char *reason, const char *message, const char *dry,
                   struct jl_error *err) {
  const struct jl_record_type *type = approval_type();
  const struct jl_field *field = jl_field_by_number(type, JL_APPROVAL_STATE);
  struct approving a = {.cli = cli};
  const struct jl_record_state *approval;
  char reference[JL_REFERENCE_SIZE];
  if (!find_target(&a, word, err) || !find_waiting(&a, &approval, err)) return false;
  jl_reference_text(JL_TYPE_APPROVAL, approval->number, reference);
  if (!find_subject(&a, err)) return false;
  struct jl_bytes seen = jl_value_encode(cli->arena, field, &(struct jl_value){.number = JL_APPROVAL_SUBMITTED}),
                  next = jl_value_encode(cli->arena, field, &(struct jl_value){.number = state}), text = {NULL, 0};
  if (reason != NULL)
    text = jl_value_encode(cli->arena, jl_field_by_number(type, JL_APPROVAL_REASON),
                           &(struct jl_value){.text = {(const uint8_t *)reason, strlen(reason)}});
  struct jl_group *g = jl_group_new(&cli->plan);
  if (g == NULL || seen.data == NULL || next.data == NULL || (reason != NULL && text.data == NULL)) {
    jl_group_free(g);
    return jl_cli_no_link(err);
  }
  jl_group_update(g, JL_TYPE_APPROVAL, &approval->id);
  jl_group_field(g, JL_APPROVAL_STATE, seen, next);
  if (reason != NULL) jl_group_field(g, JL_APPROVAL_REASON, (struct jl_bytes){NULL, 0}, text);
  if (state == JL_APPROVAL_APPROVED && !was_seen(&a, approval, reference, err)) {
    may_not(cli, g, err);
    jl_group_free(g);
    return false;
  }
  return send(&a, g, message, dry, jl_arg_text(reference), err);
}

static const char *first_word(const struct jl_cli *cli) { return cli->word_count > 0 ? cli->words[0] : NULL; }

bool jl_cmd_approve(struct jl_cli *cli, struct jl_error *err) {
  return decide(cli, first_word(cli), JL_APPROVAL_APPROVED, NULL, JL_MSG("{1} is approved ({2}){3}"), JL_MSG("{1} would be approved ({2})"),
                err);
}
bool jl_cmd_send_back(struct jl_cli *cli, struct jl_error *err) {
  return decide(cli, cli->words[0], JL_APPROVAL_SENT_BACK, cli->words[1], JL_MSG("{1} is sent back ({2}){3}"),
                JL_MSG("{1} would be sent back ({2})"), err);
}
bool jl_cmd_withdraw(struct jl_cli *cli, struct jl_error *err) {
  return decide(cli, first_word(cli), JL_APPROVAL_WITHDRAWN, NULL, JL_MSG("{1} does not wait for a decision any more ({2}){3}"),
                JL_MSG("{1} would not wait for a decision any more ({2})"), err);
}
