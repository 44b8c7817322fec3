/* action carry: what is unfinished goes on as another action, in a later sprint or with later dates: same lever, KPIs and people, its links, and of its
 * checklist what is open. The old one is closed as what will not be done, with the reason, and the new one says what it was carried over from. */
#include "client/cli/rhythm.h"
#include "common/record/schema.h"
#include <string.h>

struct carrying {
  struct jl_rhythm r;
  struct jl_lookup old, sprint;
  struct jl_draft made;
};

static bool read_old(struct carrying *c, struct jl_error *err) {
  static const uint32_t fields[] = {JL_ACTION_STATUS, JL_ACTION_DROPPED_REASON}, children[] = {JL_TYPE_RACI, JL_TYPE_CHECKLIST_ITEM, JL_TYPE_LINK};
  struct jl_cli *cli = c->r.cli;
  c->old = (struct jl_lookup){.text = cli->words[0],
                              .type = jl_record_type_by_number(JL_TYPE_ACTION),
                              .base_fields = fields,
                              .base_field_count = JL_COUNT(fields),
                              .children = children,
                              .child_count = JL_COUNT(children)};
  c->sprint = (struct jl_lookup){.text = jl_cli_option(cli, "into"), .type = jl_record_type_by_number(JL_TYPE_SPRINT)};
  if (!jl_lookup_one(cli, &c->old, err) || (c->sprint.text != NULL && !jl_lookup_one(cli, &c->sprint, err))) return false;
  int64_t status = jl_record_int(c->old.type, c->old.record.body, JL_ACTION_STATUS, JL_TO_DO);
  if (status == JL_DONE || status == JL_DROPPED)
    return jl_fail(err, JL_E_INVALID, status == JL_DONE ? JL_MSG("{1} is done: there is nothing to carry over") : JL_MSG("{1} is dropped: there is nothing to carry over"), NULL,
                   jl_cli_called(cli, &c->old.record));
  return true;
}

static bool is_one_of(uint32_t field, const uint32_t *fields, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (fields[i] == field) return true;
  return false;
}

/* All fields of the record but those that the server sets, places in lists, and these. */
static bool copy(struct carrying *c, struct jl_draft *d, struct jl_bytes from, const uint32_t *without, size_t n, struct jl_error *err) {
  for (size_t i = 0; i < d->type->field_count; i++) {
    const struct jl_field *field = &d->type->fields[i];
    struct jl_bytes slice = jl_record_slice(from, field->number);
    if (slice.size == 0 || field->by_server || field->kind == JL_KIND_RANK || is_one_of(field->number, without, n)) continue;
    if (!jl_record_put(c->r.cli, &d->body, field->number, slice, err)) return false;
  }
  return true;
}

/* What is left of a quantity in all; one of each period goes on as it is. */
static bool put_quantity(struct carrying *c, struct jl_error *err) {
  struct jl_bytes old = c->old.record.body;
  int64_t target = jl_record_int(c->old.type, old, JL_ACTION_QUANTITY_TARGET, 0), left = target - jl_record_int(c->old.type, old, JL_ACTION_QUANTITY_DONE, 0);
  if (target == 0) return true;
  bool each = jl_record_has(old, JL_ACTION_QUANTITY_PER);
  return jl_draft_number(&c->made, JL_ACTION_QUANTITY_TARGET, each ? target : left < 1 ? 1 : left, err);
}

static bool put_new(struct carrying *c, struct jl_error *err) {
  static const uint32_t left[] = {JL_ACTION_STATUS,        JL_ACTION_PROGRESS,     JL_ACTION_START,          JL_ACTION_DUE,           JL_ACTION_BLOCKED_REASON,
                                  JL_ACTION_QUANTITY_DONE, JL_ACTION_CARRIED_FROM, JL_ACTION_DROPPED_REASON, JL_ACTION_NOT_BEFORE,    JL_ACTION_NO_LATER,
                                  JL_ACTION_SPRINT,        JL_ACTION_ORIGIN,       JL_ACTION_QUANTITY_TARGET};
  struct jl_cli *cli = c->r.cli;
  c->made = jl_draft_of(&c->r, JL_TYPE_ACTION);
  return copy(c, &c->made, c->old.record.body, left, JL_COUNT(left), err) && jl_draft_text(&c->made, JL_ACTION_START, jl_cli_option(cli, "start"), err) &&
         jl_draft_text(&c->made, JL_ACTION_DUE, jl_cli_option(cli, "due"), err) && put_quantity(c, err) &&
         jl_draft_ids(&c->made, JL_ACTION_CARRIED_FROM, &c->old.record.id, 1, err) &&
         jl_draft_ids(&c->made, JL_ACTION_SPRINT, &c->sprint.record.id, c->sprint.text != NULL ? 1 : 0, err) && jl_draft_put(&c->made, err);
}

static bool put_below(struct carrying *c, const struct jl_record_state *below, struct jl_error *err) {
  static const struct {
    uint32_t type, parent;
  } kinds[] = {{JL_TYPE_RACI, JL_RACI_TARGET}, {JL_TYPE_LINK, JL_LINK_ACTION}, {JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION}};
  uint32_t parent = 0;
  for (size_t i = 0; i < JL_COUNT(kinds); i++)
    if (kinds[i].type == below->type) parent = kinds[i].parent;
  const struct jl_record_type *type = jl_record_type_by_number(below->type);
  struct jl_draft d = jl_draft_of(&c->r, below->type);
  if (below->deleted_revision != 0 || (below->type == JL_TYPE_CHECKLIST_ITEM && jl_record_int(type, below->body, JL_CHECKLIST_ITEM_DONE, 0) != 0)) return true;
  return copy(c, &d, below->body, &parent, 1, err) && jl_draft_ids(&d, parent, &c->made.id, 1, err) && jl_draft_put(&d, err);
}

static bool close_old(struct carrying *c, struct jl_error *err) {
  const char *reason = jl_cli_option(c->r.cli, "reason");
  jl_group_update(c->r.group, JL_TYPE_ACTION, &c->old.record.id);
  return jl_change_number(&c->r, &c->old, JL_ACTION_STATUS, JL_DROPPED, err) &&
         jl_change_text(&c->r, &c->old, JL_ACTION_DROPPED_REASON, reason != NULL ? reason : jl_tr(JL_MSG("carried over")), err);
}

bool jl_cmd_action_carry(struct jl_cli *cli, struct jl_error *err) {
  struct carrying c = {.made = {0}};
  struct jl_outcome_of outcome;
  char made[JL_REFERENCE_SIZE] = "";
  if (jl_cli_option(cli, "into") == NULL && jl_cli_option(cli, "due") == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("carried over to when?"), JL_MSG("--into SP2, or --due DATE"));
  if (!jl_rhythm_begin(&c.r, cli, err)) return false;
  bool ok = read_old(&c, err) && put_new(&c, err);
  for (size_t i = 0; ok && i < c.old.below_count; i++) ok = put_below(&c, &c.old.below[i], err);
  ok = ok && close_old(&c, err);
  if (!jl_rhythm_end(&c.r, ok, &outcome, err)) return false;
  for (size_t i = 0; i < outcome.given_count; i++)
    if (outcome.given[i].type == JL_TYPE_ACTION) jl_reference_text(JL_TYPE_ACTION, outcome.given[i].number, made);
  jl_say(cli,
         cli->dry_run         ? JL_MSG("{1} would be carried over")
         : made[0] == '\0' ? JL_MSG("{1} is carried over{3}; jalon undo takes it back")
                              : JL_MSG("{1} is carried over as {2}{3}; jalon undo takes it back"),
         jl_cli_called(cli, &c.old.record), jl_arg_text(made), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
