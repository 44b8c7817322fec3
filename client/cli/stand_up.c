/* stand-up: one's note of the day in one command; a second one that day changes it. */
#include "client/cli/rhythm.h"
#include "common/record/schema.h"

static const struct {
  uint32_t field;
  const char *option;
} parts[] = {{JL_STAND_UP_DONE, "done"}, {JL_STAND_UP_NEXT, "next"}, {JL_STAND_UP_BLOCKED, "blocked"}};

static bool whose(struct jl_cli *cli, struct jl_id *ret_person, struct jl_error *err) {
  const char *named = jl_cli_option(cli, "person");
  size_t n = 0;
  *ret_person = jl_profile_identity(cli->profile)->person;
  return named == NULL || jl_people_named(cli, named, ret_person, 1, &n, err);
}

/* The note of that person and day: *ret_found false when there is none yet. */
static bool find(struct jl_rhythm *r, struct jl_draft *d, struct jl_lookup *one, bool *ret_found, struct jl_error *err) {
  static const uint32_t fields[] = {JL_STAND_UP_DONE, JL_STAND_UP_NEXT, JL_STAND_UP_BLOCKED};
  *one = (struct jl_lookup){.type = d->type, .base_fields = fields, .base_field_count = JL_COUNT(fields)};
  if (!jl_record_natural_id(d->type, &r->cli->plan, d->body, &one->id)) return jl_cli_no_link(err);
  *ret_found = jl_lookup_one(r->cli, one, err);
  if (*ret_found) return true;
  if (err->code != JL_E_NOT_FOUND) return false;
  *err = (struct jl_error){0};
  return true;
}

static bool put_edits(struct jl_rhythm *r, struct jl_error *err) {
  struct jl_cli *cli = r->cli;
  struct jl_draft d = jl_draft_of(r, JL_TYPE_STAND_UP);
  struct jl_lookup one;
  struct jl_id person;
  int32_t day = jl_cli_today(cli);
  bool found = false, ok = true;
  const char *named = jl_cli_option(cli, "day");
  if (named != NULL && !jl_input_date(&r->input, named, &day, err)) return false;
  if (!whose(cli, &person, err) || !jl_draft_ids(&d, JL_STAND_UP_PERSON, &person, 1, err) || !jl_draft_number(&d, JL_STAND_UP_DAY, day, err) ||
      !find(r, &d, &one, &found, err))
    return false;
  if (found) jl_group_update(r->group, JL_TYPE_STAND_UP, &one.id);
  for (size_t i = 0; ok && i < JL_COUNT(parts); i++) {
    const char *text = jl_cli_option(cli, parts[i].option);
    ok = found ? jl_change_text(r, &one, parts[i].field, text, err) : jl_draft_text(&d, parts[i].field, text, err);
  }
  return ok && (found || jl_draft_put(&d, err));
}

bool jl_cmd_stand_up(struct jl_cli *cli, struct jl_error *err) {
  struct jl_rhythm r;
  struct jl_outcome_of outcome;
  bool says = false;
  for (size_t i = 0; i < JL_COUNT(parts); i++) says = says || jl_cli_option(cli, parts[i].option) != NULL;
  if (!says)
    return jl_fail(err, JL_E_USAGE, JL_MSG("a stand-up note says what was done, what is next or what is in the way"),
                   JL_MSG("such as: jalon stand-up --done \"...\" --next \"...\""));
  if (!jl_rhythm_begin(&r, cli, err)) return false;
  bool ok = put_edits(&r, err);
  if (!jl_rhythm_end(&r, ok, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("the stand-up note would be kept") : JL_MSG("stand-up note{1}"), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
