/* move: another place in the list, for every record type whose list people order. */
#include "client/cli/cli.h"
#include <string.h>

/* The four ways to say where; one of them. */
static const struct way {
  const char *option;
  bool named;  /* takes a neighbour */
  bool behind; /* of it, or at the end */
  const char *done, *dry;
} ways[] = {
    {"after", true, true, JL_MSG("{1} is behind {2} now{3}"), JL_MSG("{1} would be behind {2}")},
    {"before", true, false, JL_MSG("{1} is before {2} now{3}"), JL_MSG("{1} would be before {2}")},
    {"first", false, false, JL_MSG("{1} is the first now{3}"), JL_MSG("{1} would be the first")},
    {"last", false, true, JL_MSG("{1} is the last now{3}"), JL_MSG("{1} would be the last")},
};

static const struct way *way_of(const struct jl_cli *cli, struct jl_error *err) {
  const struct way *chosen = NULL;
  size_t n = 0;
  for (size_t i = 0; i < JL_COUNT(ways); i++) {
    if (jl_cli_option(cli, ways[i].option) == NULL) continue;
    chosen = &ways[i];
    n++;
  }
  if (n != 1)
    (void)jl_fail(err, JL_E_USAGE, JL_MSG("where to? one of --after REF, --before REF, --first and --last"), JL_MSG("see jalon help {1}"),
                  jl_arg_text(cli->command->path));
  return n == 1 ? chosen : NULL;
}

bool jl_cmd_record_move(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = cli->command->type;
  const struct way *way = way_of(cli, err);
  struct jl_id space = jl_cli_space(cli, type), nothing = {{0}};
  struct jl_lookups l = {.space = cli->plan};
  if (way == NULL) return false;
  struct jl_lookup *moved = jl_lookup_add(cli, &l, cli->words[0]);
  if (moved != NULL) moved->type = type;
  struct jl_lookup *neighbour = moved == NULL || !way->named ? moved : jl_lookup_add(cli, &l, jl_cli_option(cli, way->option));
  if (neighbour == NULL) return jl_cli_no_link(err);
  neighbour->type = type;
  if (!jl_lookups_run(cli, &l, err)) return false;
  for (size_t i = 0; i < l.count; i++) {
    if (l.items[i].error.code == JL_E_OK) continue;
    *err = l.items[i].error;
    return false;
  }
  const struct jl_record_state *record = &l.items[0].record, *other = &l.items[l.count - 1].record;
  char references[2][JL_REFERENCE_SIZE];
  jl_reference_text(type->number, record->number, references[0]);
  jl_reference_text(type->number, other->number, references[1]);
  if (way->named && jl_id_equal(&record->id, &other->id))
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} cannot stand beside itself"), NULL, jl_arg_text(references[0]));
  const struct jl_id *beside = way->named ? &other->id : &nothing;
  bool after = way->behind == way->named; /* the first is after nothing, the last before nothing */
  struct jl_group *g = jl_group_new(&space);
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_update(g, type->number, &record->id);
  jl_group_place(g, jl_rank_field(type)->number, after ? beside : NULL, after ? NULL : beside);
  struct jl_outcome_of outcome;
  bool ok = jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? way->dry : way->done, jl_arg_text(references[0]), jl_arg_text(references[1]),
         jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
