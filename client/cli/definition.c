/* Shared definitions: signing them, and the list with who has still to. */
#include "client/cli/cli.h"
#include "common/model/governance/definition.h"
#include "common/record/schema.h"
#include <string.h>

bool jl_cmd_definition_list(struct jl_cli *cli, struct jl_error *err) {
  static const struct jl_parameter deleted[] = {{"type", "definition"}, {"deleted", "yes"}};
  struct jl_view_ask ask = {.space = cli->plan, .view = "definitions"};
  if (jl_cli_option(cli, "deleted") != NULL)
    ask = (struct jl_view_ask){.space = cli->plan, .view = "list", .parameters = deleted, .parameter_count = JL_COUNT(deleted)};
  return jl_cli_view(cli, &ask, err);
}

struct signing {
  struct jl_cli *cli;
  struct jl_lookup *definition, *kpi, *me, *teams; /* kpi NULL: it defines none */
  size_t team_count;
  const struct jl_lookup *only; /* --team; NULL: every team that the reader signs for */
};

/* The definition as it is shown now, with the KPI that it defines: what a digest is made of. */
static struct jl_replica *replica_of(const struct signing *s) {
  struct jl_replica *r = jl_replica_new(&s->cli->plan, JL_SPACE_PLAN);
  const struct jl_lookup *parts[] = {s->definition, s->kpi};
  for (size_t i = 0; r != NULL && i < JL_COUNT(parts); i++) {
    if (parts[i] == NULL || parts[i]->error.code != JL_E_OK) continue;
    struct jl_record *record = jl_record_new(parts[i]->record.type, &parts[i]->record.id, parts[i]->record.body);
    if (record != NULL && jl_replica_put(r, record)) continue;
    jl_replica_free(r);
    return NULL;
  }
  return r;
}

static bool is_member(const struct signing *s, const struct jl_id *team) {
  if (s->me == NULL || s->me->error.code != JL_E_OK) return false;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PERSON);
  struct jl_iterator teams = jl_record_each(s->me->record.body, jl_field_by_number(type, JL_PERSON_TEAMS));
  for (struct jl_value of; jl_iterator_next(&teams, &of);)
    if (jl_id_equal(&of.id, team)) return true;
  return false;
}

/* As the server will see it: the lead, else any member. */
static bool signs_for(const struct signing *s, const struct jl_lookup *team) {
  struct jl_id lead;
  if (team->error.code != JL_E_OK) return false;
  if (s->only != NULL) return jl_id_equal(&team->record.id, &s->only->record.id);
  if (jl_record_id(jl_record_type_by_number(JL_TYPE_TEAM), team->record.body, JL_TEAM_LEAD, &lead)) return jl_id_equal(&lead, &s->me->record.id);
  return is_member(s, &team->record.id);
}

static bool look_up(struct signing *s, struct jl_lookups *l, struct jl_error *err) {
  struct jl_cli *cli = s->cli;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_DEFINITION);
  struct jl_lookup *one = jl_arena_alloc(cli->arena, sizeof *one);
  struct jl_id id;
  if (one == NULL) return jl_cli_no_link(err);
  *one = (struct jl_lookup){.text = cli->words[0], .type = type};
  if (!jl_lookup_one(cli, one, err)) return false;
  s->definition = one;
  struct jl_iterator teams = jl_record_each(one->record.body, jl_field_by_number(type, JL_DEFINITION_TEAMS));
  for (struct jl_value team; jl_iterator_next(&teams, &team); s->team_count++) {
    struct jl_lookup *of = jl_lookup_add(cli, l, NULL);
    if (of == NULL) return jl_cli_no_link(err);
    of->id = team.id;
    of->type = jl_record_type_by_number(JL_TYPE_TEAM);
  }
  bool has_kpi = jl_record_id(type, one->record.body, JL_DEFINITION_KPI, &id);
  struct jl_lookup *me = jl_lookup_add(cli, l, NULL);
  if (me == NULL) return jl_cli_no_link(err);
  me->id = jl_profile_identity(cli->profile)->person;
  me->type = jl_record_type_by_number(JL_TYPE_PERSON);
  const char *named = jl_cli_option(cli, "team");
  struct jl_lookup *only = named == NULL ? NULL : jl_lookup_add(cli, l, named);
  if (only != NULL) only->type = jl_record_type_by_number(JL_TYPE_TEAM);
  struct jl_lookup *kpi = has_kpi ? jl_lookup_add(cli, l, NULL) : NULL;
  if (kpi != NULL) {
    kpi->id = id;
    kpi->type = jl_record_type_by_number(JL_TYPE_KPI);
    kpi->deleted = true;
  }
  if (l->items == NULL || !jl_lookups_run(cli, l, err)) return false;
  s->teams = l->items;
  s->me = &l->items[s->team_count];
  s->only = named == NULL ? NULL : &l->items[s->team_count + 1];
  s->kpi = has_kpi ? &l->items[l->count - 1] : NULL;
  if (s->only == NULL || s->only->error.code == JL_E_OK) return true;
  *err = s->only->error;
  return false;
}

static bool add_signature(struct signing *s, struct jl_group *g, const struct jl_id *team, const char *digest, struct jl_error *err) {
  struct jl_cli *cli = s->cli;
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_SIGNATURE);
  struct jl_bytes record = {NULL, 0};
  struct jl_input input = jl_plan_input(cli, record);
  struct jl_id id;
  if (!jl_record_put_id(cli, type, &record, JL_SIGNATURE_DEFINITION, &s->definition->record.id, err) ||
      !jl_record_put_id(cli, type, &record, JL_SIGNATURE_TEAM, team, err) ||
      !jl_record_put_text(cli, type, &record, JL_SIGNATURE_DIGEST, digest, &input, err) || !jl_record_check(type, record, err))
    return false;
  if (!jl_record_natural_id(type, &cli->plan, record, &id)) return jl_cli_no_link(err);
  jl_group_create(g, type->number, &id, record);
  return true;
}

static bool nobody(const struct signing *s, const char *reference, struct jl_error *err) {
  if (s->team_count == 0)
    return jl_fail(err, JL_E_INVALID, JL_MSG("no team shares {1}"), JL_MSG("jalon definition set {1} --teams marketing,sales"),
                   jl_arg_text(reference));
  return jl_fail(err, JL_E_DENIED, JL_MSG("you sign for none of the teams that share {1}"),
                 JL_MSG("a team signs through its lead, without one through any member; jalon definition list says who is missing"),
                 jl_arg_text(reference));
}

bool jl_cmd_definition_sign(struct jl_cli *cli, struct jl_error *err) {
  struct signing s = {.cli = cli};
  struct jl_lookups l = {.space = cli->plan};
  char digest[JL_ID_TEXT_SIZE], reference[JL_REFERENCE_SIZE];
  if (!look_up(&s, &l, err)) return false;
  if (s.definition == NULL || s.teams == NULL) return jl_cli_no_link(err);
  jl_reference_text(JL_TYPE_DEFINITION, s.definition->record.number, reference);
  struct jl_replica *shown = replica_of(&s);
  if (shown == NULL) return jl_cli_no_link(err);
  const struct jl_record *definition = jl_replica_record(shown, &s.definition->record.id);
  if (definition != NULL) jl_definition_digest(shown, definition, digest);
  jl_replica_free(shown);
  if (definition == NULL) return jl_cli_no_link(err);
  struct jl_group *g = jl_group_new(&cli->plan);
  if (g == NULL) return jl_cli_no_link(err);
  const char *names = "";
  bool ok = true;
  for (size_t i = 0; ok && i < s.team_count; i++) {
    if (!signs_for(&s, &s.teams[i])) continue;
    const char *name = jl_title_text(cli, JL_TYPE_TEAM, s.teams[i].record.body);
    names = jl_arena_printf(cli->arena, "%s%s%s", names, names[0] == '\0' ? "" : ", ", name);
    if (names == NULL) {
      jl_group_free(g);
      return jl_cli_no_link(err);
    }
    ok = add_signature(&s, g, &s.teams[i].record.id, digest, err);
  }
  struct jl_outcome_of outcome;
  if (ok && jl_group_edits(g) == 0) ok = nobody(&s, reference, err);
  ok = ok && jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} {2} would be signed for {3}") : JL_MSG("{1} {2} is signed for {3}{4}"), jl_arg_text(reference),
         jl_arg_text(jl_title_text(cli, JL_TYPE_DEFINITION, s.definition->record.body)), jl_arg_text(names), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
