/* sprint close: what is unfinished goes to the next sprint, and the sprint is closed, in one group. When there is no next one yet it is made:
 * as long as this one, from the next working day on. */
#include "client/cli/rhythm.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct closing {
  struct jl_rhythm r;
  struct jl_lookup sprint;
  struct jl_id next;
  const char *next_name;
  bool makes_next;
  struct jl_id *open;
  size_t open_count;
};

static bool read_sprint(struct closing *c, struct jl_error *err) {
  static const uint32_t fields[] = {JL_SPRINT_REVIEW, JL_SPRINT_CLOSED};
  struct jl_cli *cli = c->r.cli;
  struct jl_parameter record = {"record", cli->words[0]};
  struct jl_view_ask ask = {.space = cli->plan, .view = "sprint", .parameters = &record, .parameter_count = 1};
  const Jalon__Document *d;
  uint64_t revision;
  c->sprint = (struct jl_lookup){
      .text = cli->words[0], .type = jl_record_type_by_number(JL_TYPE_SPRINT), .base_fields = fields, .base_field_count = JL_COUNT(fields)};
  if (!jl_lookup_one(cli, &c->sprint, err) || !jl_cli_document(cli, &ask, &d, &revision, err)) return false;
  if (jl_record_has(c->sprint.record.body, JL_SPRINT_CLOSED))
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is closed already"), NULL, jl_cli_called(cli, &c->sprint.record));
  const Jalon__Block *actions = jl_cli_block(d, "actions"), *head = jl_cli_block(d, "sprint");
  c->open = jl_arena_array(cli->arena, actions == NULL ? 1 : actions->n_rows + 1, sizeof *c->open);
  if (c->open == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; actions != NULL && i < actions->n_rows; i++) {
    const Jalon__Cell *status = jl_row_cell(actions, actions->rows[i], "status");
    if (!jl_cell_is(status, "done") && !jl_cell_is(status, "dropped") && jl_row_record(actions->rows[i], JL_TYPE_ACTION, &c->open[c->open_count]))
      c->open_count++;
  }
  for (size_t i = 0; head != NULL && i < head->n_rows; i++)
    if (head->rows[i]->n_cells > 1 && jl_cell_is(head->rows[i]->cells[0], "next") && jl_row_record(head->rows[i], JL_TYPE_SPRINT, &c->next))
      c->next_name = head->rows[i]->cells[1]->text;
  return true;
}

static bool named_next(struct closing *c, struct jl_error *err) {
  struct jl_cli *cli = c->r.cli;
  struct jl_lookup into = {.text = jl_cli_option(cli, "into"), .type = jl_record_type_by_number(JL_TYPE_SPRINT)};
  if (into.text == NULL) return true;
  if (!jl_lookup_one(cli, &into, err)) return false;
  c->next = into.record.id;
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(into.record.type, into.record.number, reference);
  c->next_name = jl_arena_printf(cli->arena, "%s %s", reference, jl_title_text(cli, into.record.type, into.record.body));
  return c->next_name != NULL || jl_cli_no_link(err);
}

/* "Sprint 9" is followed by "Sprint 10", "Printemps" by "Printemps 2". */
static const char *name_after(struct jl_cli *cli, const char *name) {
  size_t size = strlen(name), digits = 0;
  while (digits < size && digits < 6 && name[size - digits - 1] >= '0' && name[size - digits - 1] <= '9') digits++;
  if (digits == 0) return jl_arena_printf(cli->arena, "%s 2", name);
  return jl_arena_printf(cli->arena, "%.*s%ld", (int)(size - digits), name, strtol(name + size - digits, NULL, 10) + 1);
}

static bool make_next(struct closing *c, struct jl_error *err) {
  struct jl_cli *cli = c->r.cli;
  const struct jl_record_state *sprint = &c->sprint.record;
  struct jl_draft d = jl_draft_of(&c->r, JL_TYPE_SPRINT);
  int64_t first = jl_record_int(d.type, sprint->body, JL_SPRINT_START, 0), last = jl_record_int(d.type, sprint->body, JL_SPRINT_END, 0), start = last + 1;
  while (jl_weekday((int32_t)start) > 5) start++;
  const char *name = name_after(cli, jl_title_text(cli, sprint->type, sprint->body));
  struct jl_id team;
  bool has_team = jl_record_id(d.type, sprint->body, JL_SPRINT_TEAM, &team);
  if (name == NULL) return jl_cli_no_link(err);
  c->makes_next = true;
  c->next = d.id;
  c->next_name = name;
  return jl_draft_words(&d, JL_SPRINT_NAME, (struct jl_bytes){(const uint8_t *)name, strlen(name)}, err) &&
         jl_draft_number(&d, JL_SPRINT_START, start, err) && jl_draft_number(&d, JL_SPRINT_END, start + last - first, err) &&
         jl_draft_ids(&d, JL_SPRINT_TEAM, &team, has_team ? 1 : 0, err) && jl_draft_put(&d, err);
}

static bool put_edits(struct closing *c, struct jl_error *err) {
  struct jl_cli *cli = c->r.cli;
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_ACTION), JL_ACTION_SPRINT);
  if (c->open_count > 0 && jl_id_is_zero(&c->next) && !make_next(c, err)) return false;
  struct jl_bytes from = jl_value_encode(cli->arena, field, &(struct jl_value){.id = c->sprint.record.id}),
                  to = jl_value_encode(cli->arena, field, &(struct jl_value){.id = c->next});
  if (from.data == NULL || to.data == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < c->open_count; i++) {
    jl_group_update(c->r.group, JL_TYPE_ACTION, &c->open[i]);
    jl_group_field(c->r.group, JL_ACTION_SPRINT, from, to);
  }
  jl_group_update(c->r.group, JL_TYPE_SPRINT, &c->sprint.record.id);
  return jl_change_text(&c->r, &c->sprint, JL_SPRINT_REVIEW, jl_cli_option(cli, "review"), err) &&
         jl_change_number(&c->r, &c->sprint, JL_SPRINT_CLOSED, jl_cli_today(cli), err);
}

bool jl_cmd_sprint_close(struct jl_cli *cli, struct jl_error *err) {
  struct closing c = {.next_name = ""};
  struct jl_outcome_of outcome;
  if (!jl_rhythm_begin(&c.r, cli, err)) return false;
  bool ok = read_sprint(&c, err) && named_next(&c, err) && put_edits(&c, err);
  if (!jl_rhythm_end(&c.r, ok, &outcome, err)) return false;
  if (c.open_count == 0)
    jl_say(cli, cli->dry_run ? JL_MSG("{1} would be closed: nothing is left in it") : JL_MSG("{1} is closed: nothing was left in it{2}"),
           jl_cli_called(cli, &c.sprint.record), jl_cli_made(cli, &outcome));
  else
    jl_say(cli,
           cli->dry_run    ? JL_MSG("{1} would be closed; actions carried over to {4}: {3}")
           : c.makes_next ? JL_MSG("{1} is closed; actions carried over to {4}, which was made for them: {3}{2}")
                          : JL_MSG("{1} is closed; actions carried over to {4}: {3}{2}"),
           jl_cli_called(cli, &c.sprint.record), jl_cli_made(cli, &outcome), jl_arg_integer((int64_t)c.open_count), jl_arg_text(c.next_name));
  jl_cli_done(cli, &outcome);
  return true;
}
