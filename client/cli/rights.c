/* rights set: what a team, a person or everybody may do with a section of the plan; in one group. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <string.h>

struct setting {
  struct jl_cli *cli;
  struct jl_id holder;
  const char *level; /* "default": nothing is said any more */
  struct jl_group *group;
};

static bool everybody(const char *word) {
  static const char *const words[] = {"everybody", "all", "tous", "tout-le-monde"};
  for (size_t i = 0; i < JL_COUNT(words); i++)
    if (strcmp(word, words[i]) == 0) return true;
  return false;
}

static bool find_holder(struct setting *s, const char *word, struct jl_error *err) {
  struct jl_cli *cli = s->cli;
  struct jl_lookups lookups = {.space = cli->plan};
  if (everybody(word)) {
    s->holder = cli->plan;
    return true;
  }
  struct jl_lookup *one = jl_lookup_add(cli, &lookups, word);
  if (one == NULL) return jl_cli_no_link(err);
  one->field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_RACI), JL_RACI_HOLDER); /* the directory's; a role has no rights */
  if (!jl_lookup_one(cli, one, err)) return false;
  if (one->record.type == JL_TYPE_ROLE)
    return jl_fail(err, JL_E_USAGE, JL_MSG("rights are given to teams, people or everybody, not to a role"), NULL);
  s->holder = one->record.id;
  return true;
}

static bool record_of(struct setting *s, const char *section, struct jl_bytes *record, struct jl_error *err) {
  struct jl_cli *cli = s->cli;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_GRANT);
  struct jl_input input = jl_plan_input(cli, *record);
  const char *level = strcmp(s->level, "default") == 0 ? "edit" : s->level; /* then only its id is wanted */
  return jl_record_put_id(cli, type, record, JL_GRANT_PLAN, &cli->plan, err) &&
         jl_record_put_id(cli, type, record, JL_GRANT_HOLDER, &s->holder, err) &&
         jl_record_put_text(cli, type, record, JL_GRANT_SECTION, section, &input, err) &&
         jl_record_put_text(cli, type, record, JL_GRANT_LEVEL, level, &input, err) && jl_record_check(type, *record, err);
}

/* A right that is there already is changed, from the level that this profile last saw. */
static bool set_section(struct setting *s, const char *section, struct jl_error *err) {
  static const uint32_t fields[] = {JL_GRANT_LEVEL};
  struct jl_cli *cli = s->cli;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_GRANT);
  struct jl_bytes record = {NULL, 0};
  struct jl_id id;
  if (!record_of(s, section, &record, err)) return false;
  if (!jl_record_natural_id(type, &cli->plan, record, &id)) return jl_cli_no_link(err);
  struct jl_lookups lookups = {.space = cli->plan};
  struct jl_lookup *one = jl_lookup_add(cli, &lookups, NULL);
  if (one == NULL) return jl_cli_no_link(err);
  one->id = id;
  one->type = type;
  one->base_fields = fields;
  one->base_field_count = JL_COUNT(fields);
  if (!jl_lookups_run(cli, &lookups, err)) return false;
  bool there = one->error.code == JL_E_OK, gone = strcmp(s->level, "default") == 0;
  if (!there && one->error.code != JL_E_NOT_FOUND) {
    *err = one->error;
    return false;
  }
  if (gone && there) {
    uint64_t seen = jl_lookup_seen(cli, &cli->plan, one);
    jl_group_delete(s->group, JL_TYPE_GRANT, &id, seen == 0 ? one->record.revision : seen, false);
  } else if (!gone && !there) {
    jl_group_create(s->group, JL_TYPE_GRANT, &id, record);
  } else if (!gone) {
    struct jl_bytes next = jl_record_slice(record, JL_GRANT_LEVEL);
    if (jl_same_bytes(next, jl_record_slice(one->record.body, JL_GRANT_LEVEL))) return true;
    jl_group_update(s->group, JL_TYPE_GRANT, &id);
    jl_group_field(s->group, JL_GRANT_LEVEL, jl_lookup_base(one, JL_GRANT_LEVEL), next);
  }
  return true;
}

static bool set_sections(struct setting *s, const char *section, struct jl_error *err) {
  const struct jl_enum *sections = jl_field_by_number(jl_record_type_by_number(JL_TYPE_GRANT), JL_GRANT_SECTION)->enumeration;
  if (strcmp(section, "all") != 0 && strcmp(section, "toutes") != 0) return set_section(s, section, err);
  for (size_t i = 0; i < sections->count; i++)
    if (!set_section(s, sections->values[i].text, err)) return false;
  return true;
}

static bool submit(struct setting *s, struct jl_error *err) {
  struct jl_cli *cli = s->cli;
  struct jl_outcome_of outcome;
  if (jl_group_edits(s->group) == 0) {
    jl_say(cli, JL_MSG("it is so already: nothing to change"));
    return true;
  }
  if (!jl_cli_submit(cli, s->group, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("rights of {1} on {2} would be: {3}") : JL_MSG("rights of {1} on {2}: {3}{4}"),
         jl_arg_text(cli->words[0]), jl_arg_text(cli->words[1]), jl_arg_text(cli->words[2]), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_rights_set(struct jl_cli *cli, struct jl_error *err) {
  struct setting s = {.cli = cli, .level = cli->words[2]};
  if (!find_holder(&s, cli->words[0], err)) return false;
  s.group = jl_group_new(&cli->plan);
  if (s.group == NULL) return jl_cli_no_link(err);
  bool ok = set_sections(&s, cli->words[1], err) && submit(&s, err);
  jl_group_free(s.group);
  return ok;
}
