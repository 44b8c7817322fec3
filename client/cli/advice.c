/* Comments, requests for advice and their answers. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <string.h>

#define ASKED_MAX 16

static bool submit(struct jl_cli *cli, struct jl_group *g, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  bool ok = jl_cli_submit(cli, g, ret_outcome, err);
  jl_group_free(g);
  return ok;
}

static bool put_id(struct jl_cli *cli, const struct jl_record_type *type, struct jl_bytes *record, uint32_t field, const struct jl_id *id,
                   struct jl_error *err) {
  return jl_id_is_zero(id) || jl_record_put_id(cli, type, record, field, id, err);
}

bool jl_cli_put_comment(struct jl_cli *cli, const struct jl_id *plan, const struct jl_comment_of *of, struct jl_outcome_of *ret_outcome,
                        struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_COMMENT);
  struct jl_bytes record = {NULL, 0}, slice;
  struct jl_id id = jl_id_random();
  struct jl_input input = jl_plan_input(cli, record);
  struct jl_mentions mentions;
  if (!jl_cli_mentions(cli, of->text, &mentions, err) || !jl_mentions_slice(cli, &mentions, &slice, err) ||
      !put_id(cli, type, &record, JL_COMMENT_TARGET, &of->target, err) ||
      !jl_record_put_text(cli, type, &record, JL_COMMENT_BODY, of->text, &input, err) ||
      !put_id(cli, type, &record, JL_COMMENT_REPLY_TO, &of->reply_to, err) ||
      (slice.size > 0 && !jl_record_put(cli, &record, JL_COMMENT_MENTIONS, slice, err)) ||
      !put_id(cli, type, &record, JL_COMMENT_ANSWERS, &of->answers, err) || !jl_record_check(type, record, err))
    return false;
  struct jl_group *g = jl_group_new(plan);
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_create(g, type->number, &id, record);
  return submit(cli, g, ret_outcome, err);
}

bool jl_cmd_comment(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_COMMENT);
  struct jl_lookup one = {.text = cli->words[0], .field = jl_field_by_number(type, JL_COMMENT_TARGET)};
  struct jl_outcome_of outcome;
  if (!jl_lookup_one(cli, &one, err)) return false;
  if (!jl_cli_put_comment(cli, &cli->plan, &(struct jl_comment_of){.target = one.record.id, .text = cli->words[1]}, &outcome, err)) return false;
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(one.record.type, one.record.number, reference);
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would get this comment") : JL_MSG("comment on {1}{2}"), jl_arg_text(reference),
         jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

/* ---- answering ---- */
bool jl_cli_answer(struct jl_cli *cli, const struct jl_id *plan, const struct jl_record_state *to, const char *text, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(to->type);
  char reference[JL_REFERENCE_SIZE];
  struct jl_comment_of of = {.text = text};
  struct jl_outcome_of outcome;
  jl_reference_text(to->type, to->number, reference);
  if (to->type == JL_TYPE_ADVICE && jl_record_id(type, to->body, JL_ADVICE_TARGET, &of.target))
    of.answers = to->id;
  else if (to->type == JL_TYPE_COMMENT && jl_record_id(type, to->body, JL_COMMENT_TARGET, &of.target))
    of.reply_to = to->id;
  else
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} asks for no answer in words"), JL_MSG("jalon comment {1} TEXT comments on it"),
                   jl_arg_text(reference));
  if (!jl_cli_put_comment(cli, plan, &of, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would get this answer") : JL_MSG("answer to {1}{2}"), jl_arg_text(reference),
         jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_answer(struct jl_cli *cli, struct jl_error *err) {
  struct jl_lookup one = {.text = cli->words[0]};
  return jl_lookup_one(cli, &one, err) && jl_cli_answer(cli, &cli->plan, &one.record, cli->words[1], err);
}

/* ---- asking ---- */
struct asking {
  struct jl_cli *cli;
  const struct jl_lookup *target;
  struct jl_id asked[ASKED_MAX];
  size_t count;
};

static bool add_asked(struct asking *a, const struct jl_id *id, struct jl_error *err) {
  for (size_t i = 0; i < a->count; i++)
    if (jl_id_equal(&a->asked[i], id)) return true;
  if (a->count == ASKED_MAX)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("at most {1} are asked at once"), NULL, jl_arg_integer(ASKED_MAX));
  a->asked[a->count++] = *id;
  return true;
}

static bool add_consulted(struct asking *a, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_RACI);
  char reference[JL_REFERENCE_SIZE];
  for (size_t i = 0; i < a->target->below_count; i++) {
    const struct jl_record_state *raci = &a->target->below[i];
    struct jl_id holder;
    if (raci->type != JL_TYPE_RACI || raci->deleted_revision != 0 || jl_record_int(type, raci->body, JL_RACI_LETTER, 0) != JL_RACI_C ||
        !jl_record_id(type, raci->body, JL_RACI_HOLDER, &holder))
      continue;
    if (!add_asked(a, &holder, err)) return false;
  }
  jl_reference_text(a->target->record.type, a->target->record.number, reference);
  return a->count > 0 || jl_fail(err, JL_E_NOT_FOUND, JL_MSG("nobody is consulted on {1}: it has no C"),
                                 JL_MSG("name somebody: jalon ask {1} @paul TEXT"), jl_arg_text(reference));
}

/* "@paul,@sales", also without the @. */
static bool add_named(struct asking *a, const char *names, struct jl_error *err) {
  struct jl_cli *cli = a->cli;
  struct jl_lookups l = {.space = cli->plan};
  for (const char *at = names; *at != '\0';) {
    at += strspn(at, ", @");
    size_t size = strcspn(at, ",");
    struct jl_lookup *one = size == 0 ? NULL : jl_lookup_add(cli, &l, jl_arena_strndup(cli->arena, at, size));
    if (size > 0 && (one == NULL || one->text == NULL)) return jl_cli_no_link(err);
    if (one != NULL) one->field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_ADVICE), JL_ADVICE_ASKED);
    at += size;
  }
  if (l.count == 0) return jl_fail(err, JL_E_USAGE, JL_MSG("who is asked is missing"), JL_MSG("as in jalon ask A12 @paul TEXT"));
  if (!jl_lookups_run(cli, &l, err)) return false;
  for (size_t i = 0; i < l.count; i++) {
    if (l.items[i].error.code != JL_E_OK) {
      *err = l.items[i].error;
      return false;
    }
    if (!add_asked(a, &l.items[i].record.id, err)) return false;
  }
  return true;
}

static bool build(struct asking *a, const struct jl_id *asked, struct jl_bytes *ret_record, struct jl_error *err) {
  struct jl_cli *cli = a->cli;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ADVICE);
  struct jl_input input = jl_plan_input_of(cli, &cli->plan);
  const char *by = jl_cli_option(cli, "by");
  *ret_record = (struct jl_bytes){NULL, 0};
  return jl_record_put_id(cli, type, ret_record, JL_ADVICE_TARGET, &a->target->record.id, err) &&
         jl_record_put_text(cli, type, ret_record, JL_ADVICE_QUESTION, cli->words[2], &input, err) &&
         jl_record_put_id(cli, type, ret_record, JL_ADVICE_ASKED, asked, err) &&
         (by == NULL || jl_record_put_text(cli, type, ret_record, JL_ADVICE_DUE, by, &input, err)) && jl_record_check(type, *ret_record, err);
}

/* "Sales (Q2), Product (Q10)": whom, each with the request that was made; provisional numbers, and dry runs, have none. */
static void put_asked(const struct asking *a, const struct jl_id *requests, const struct jl_outcome_of *outcome, struct jl_buffer *out) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ADVICE);
  const struct jl_field *field = jl_field_by_number(type, JL_ADVICE_ASKED);
  struct jl_names names = {.cli = a->cli};
  struct jl_bytes slices[ASKED_MAX];
  for (size_t i = 0; i < a->count; i++) {
    slices[i] = jl_value_encode(a->cli->arena, field, &(struct jl_value){.id = a->asked[i]});
    jl_names_want(&names, field, slices[i]);
  }
  jl_names_learn(&names, &a->cli->plan);
  for (size_t i = 0; i < a->count; i++) {
    char reference[JL_REFERENCE_SIZE] = "";
    for (size_t k = 0; k < outcome->given_count; k++)
      if (jl_id_equal(&outcome->given[k].record, &requests[i])) jl_reference_text(JL_TYPE_ADVICE, outcome->given[k].number, reference);
    if (i > 0) jl_buffer_text(out, ", ");
    if (slices[i].data != NULL) jl_names_put(&names, field, slices[i], out);
    if (reference[0] != '\0') jl_buffer_printf(out, " (%s)", reference);
  }
}

static void say_asked(const struct asking *a, const struct jl_id *requests, const struct jl_outcome_of *outcome) {
  struct jl_buffer whom;
  jl_buffer_init(&whom, 65536);
  put_asked(a, requests, outcome, &whom);
  const struct jl_arg names = jl_arg_text(whom.size > 0 && jl_buffer_ok(&whom) ? jl_buffer_cstring(&whom) : "");
  if (a->cli->dry_run)
    jl_say(a->cli, JL_MSG("{1} would be asked"), names);
  else
    jl_say(a->cli, JL_MSG("asked for advice: {1}{2}; it stands in the inbox, nothing waits for it"), names, jl_cli_made(a->cli, outcome));
  jl_buffer_release(&whom);
}

bool jl_cmd_ask(struct jl_cli *cli, struct jl_error *err) {
  static const uint32_t children[] = {JL_TYPE_RACI};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_ADVICE);
  struct jl_lookup target = {
      .text = cli->words[0], .field = jl_field_by_number(type, JL_ADVICE_TARGET), .children = children, .child_count = JL_COUNT(children)};
  struct asking a = {.cli = cli, .target = &target};
  struct jl_outcome_of outcome;
  bool consulted = strcmp(cli->words[1], "C") == 0 || strcmp(cli->words[1], "c") == 0;
  if (!jl_lookup_one(cli, &target, err) || !(consulted ? add_consulted(&a, err) : add_named(&a, cli->words[1], err))) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  struct jl_id requests[ASKED_MAX];
  if (g == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < a.count; i++) {
    struct jl_bytes record;
    requests[i] = jl_id_random();
    if (!build(&a, &a.asked[i], &record, err)) {
      jl_group_free(g);
      return false;
    }
    jl_group_create(g, type->number, &requests[i], record);
  }
  if (!submit(cli, g, &outcome, err)) return false;
  say_asked(&a, requests, &outcome);
  jl_cli_done(cli, &outcome);
  return true;
}
