/* action count: one more of an action's quantity is done, or so many; what two people count adds up. */
#include "client/cli/rhythm.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

static bool how_many(const struct jl_cli *cli, int64_t *ret, struct jl_error *err) {
  char *end = NULL;
  *ret = 1;
  if (cli->word_count < 2) return true;
  *ret = strtoll(cli->words[1], &end, 10);
  if (end != cli->words[1] && *end == '\0' && *ret != 0 && *ret >= -1000000 && *ret <= 1000000) return true;
  return jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" is no number of things done"), JL_MSG("such as 1, 3, or -1 to take one back"), jl_arg_text(cli->words[1]));
}

bool jl_cmd_action_count(struct jl_cli *cli, struct jl_error *err) {
  static const int64_t none = 0;
  struct jl_lookup one = {.text = cli->words[0], .type = jl_record_type_by_number(JL_TYPE_ACTION)};
  struct jl_rhythm r;
  struct jl_outcome_of outcome;
  int64_t more = 1;
  if (!how_many(cli, &more, err) || !jl_lookup_one(cli, &one, err)) return false;
  int64_t target = jl_record_int(one.type, one.record.body, JL_ACTION_QUANTITY_TARGET, 0), done = jl_record_int(one.type, one.record.body, JL_ACTION_QUANTITY_DONE, 0) + more;
  struct jl_bytes unit = jl_record_text(one.type, one.record.body, JL_ACTION_QUANTITY_UNIT);
  if (target == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} has no quantity"), JL_MSG("such as: jalon action set {1} --quantity-target 6 --quantity-per year --quantity-unit webinars"),
                   jl_cli_called(cli, &one.record));
  if (done < 0) return jl_fail(err, JL_E_INVALID, JL_MSG("{1}: fewer than none cannot be done"), NULL, jl_cli_called(cli, &one.record));
  if (!jl_rhythm_begin(&r, cli, err)) return false;
  jl_group_update(r.group, JL_TYPE_ACTION, &one.record.id);
  jl_group_count(r.group, JL_ACTION_QUANTITY_DONE, more, &none, NULL);
  if (!jl_rhythm_end(&r, true, &outcome, err)) return false;
  jl_say(cli, unit.size > 0 ? JL_MSG("{1} {5}: done {2}, quantity {3}{4}") : JL_MSG("{1}: done {2}, quantity {3}{4}"), jl_cli_called(cli, &one.record), jl_arg_integer(done),
         jl_arg_integer(target), jl_cli_made(cli, &outcome), jl_arg_textn((const char *)unit.data, unit.size));
  jl_cli_done(cli, &outcome);
  return true;
}
