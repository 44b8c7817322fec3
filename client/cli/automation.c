/* automation test, on, off: what one would do, and whether it does. */
#include "client/cli/rhythm.h"
#include "common/record/schema.h"

bool jl_cmd_automation_test(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_parameter parameters[] = {{"record", cli->words[0]}, {"on", cli->words[1]}};
  struct jl_view_ask ask = {.space = cli->plan, .view = "automations", .parameters = parameters, .parameter_count = JL_COUNT(parameters)};
  return jl_cli_view(cli, &ask, err);
}

static bool turn(struct jl_cli *cli, int64_t state, const char *would, const char *done, struct jl_error *err) {
  struct jl_rhythm r;
  struct jl_outcome_of outcome;
  static const uint32_t fields[] = {JL_AUTOMATION_STATE};
  struct jl_lookup one = {.text = cli->words[0], .type = jl_record_type_by_number(JL_TYPE_AUTOMATION), .base_fields = fields, .base_field_count = 1};
  if (!jl_rhythm_begin(&r, cli, err)) return false;
  bool ok = jl_lookup_one(cli, &one, err);
  if (ok && jl_record_int(one.type, one.record.body, JL_AUTOMATION_STATE, JL_AUTOMATION_ON) == state)
    ok = jl_fail(err, JL_E_INVALID, state == JL_AUTOMATION_ON ? JL_MSG("{1} is on already") : JL_MSG("{1} is off already"), NULL, jl_cli_called(cli, &one.record));
  if (ok) {
    jl_group_update(r.group, JL_TYPE_AUTOMATION, &one.record.id);
    ok = jl_change_number(&r, &one, JL_AUTOMATION_STATE, state, err);
  }
  if (!jl_rhythm_end(&r, ok, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? would : done, jl_cli_called(cli, &one.record), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_automation_on(struct jl_cli *cli, struct jl_error *err) {
  return turn(cli, JL_AUTOMATION_ON, JL_MSG("{1} would be switched on, with your rights"), JL_MSG("{1} is on, with your rights{2}"), err);
}

bool jl_cmd_automation_off(struct jl_cli *cli, struct jl_error *err) {
  return turn(cli, JL_AUTOMATION_OFF, JL_MSG("{1} would be switched off"), JL_MSG("{1} is off{2}"), err);
}
