/* restore: a deleted record comes back to its place, with what was deleted below it in the same group. What was deleted below it before
 * that stays deleted; what was not deleted itself comes back by itself, for it was only hidden. */
#include "client/cli/undo.h"
#include "common/record/record.h"

#define AT_ONCE 64 /* records asked for in one exchange */
#define DEPTH_MAX 32

struct with_it {
  struct jl_id id, parent;
  uint32_t type;
  bool comes;
};

static bool parent_of(const struct jl_record_state *r, struct jl_id *ret_parent) {
  const struct jl_record_type *type = jl_record_type_by_number(r->type);
  const struct jl_field *parent = type == NULL ? NULL : jl_parent_field(type);
  return parent != NULL && jl_record_id(type, r->body, parent->number, ret_parent);
}

/* What each of them belonged to. */
static bool learn_parents(struct jl_cli *cli, struct with_it *all, size_t n, struct jl_error *err) {
  for (size_t from = 0; from < n; from += AT_ONCE) {
    struct jl_lookups l = {.space = cli->plan};
    size_t end = n - from > AT_ONCE ? from + AT_ONCE : n;
    for (size_t i = from; i < end; i++) {
      struct jl_lookup *one = jl_lookup_add(cli, &l, NULL);
      if (one == NULL) return jl_cli_no_link(err);
      one->id = all[i].id;
      one->type = jl_record_type_by_number(all[i].type);
      one->deleted = true;
    }
    if (!jl_lookups_run(cli, &l, err)) return false;
    for (size_t i = from; i < end; i++)
      if (l.items[i - from].error.code == JL_E_OK) (void)parent_of(&l.items[i - from].record, &all[i].parent);
  }
  return true;
}

static const struct with_it *find(const struct with_it *all, size_t n, const struct jl_id *id) {
  for (size_t i = 0; i < n; i++)
    if (jl_id_equal(&all[i].id, id)) return &all[i];
  return NULL;
}

static bool lies_below(const struct with_it *all, size_t n, const struct with_it *one, const struct jl_id *root) {
  for (int depth = 0; one != NULL && depth < DEPTH_MAX; depth++) {
    if (jl_id_equal(&one->parent, root)) return true;
    one = find(all, n, &one->parent);
  }
  return false;
}

/* What the group that deleted the record deleted below it. Without that group (the copy does not go so far back) nothing is known. */
static bool find_below(struct jl_cli *cli, const struct jl_record_state *root, struct with_it **ret_all, size_t *ret_n, struct jl_error *err) {
  struct jl_undo u;
  struct jl_error why = {0};
  *ret_n = 0;
  if (!jl_undo_read(cli, root->deleted_revision, &u, &why)) {
    if (why.code == JL_E_NOT_FOUND || why.code == JL_E_UNAVAILABLE) return true;
    *err = why;
    return false;
  }
  struct with_it *all = *ret_all = jl_arena_array(cli->arena, u.count + 1, sizeof *all);
  if (all == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < u.count; i++)
    if (u.changes[i].verb == JL_VERB_DELETE && !jl_id_equal(&u.changes[i].id, &root->id) && jl_record_type_by_number(u.changes[i].type) != NULL)
      all[(*ret_n)++] = (struct with_it){.id = u.changes[i].id, .type = u.changes[i].type};
  if (!learn_parents(cli, all, *ret_n, err)) return false;
  for (size_t i = 0; i < *ret_n; i++) all[i].comes = lies_below(all, *ret_n, &all[i], &root->id);
  return true;
}

/* It is not deleted itself: what it belongs to may be. */
static bool not_deleted(struct jl_cli *cli, const struct jl_record_state *record, struct jl_error *err) {
  struct jl_error ignored;
  struct jl_record_state at = *record;
  char reference[JL_REFERENCE_SIZE], above[JL_REFERENCE_SIZE];
  jl_reference_text(record->type, record->number, reference);
  for (int depth = 0; depth < DEPTH_MAX && at.deleted_revision == 0; depth++) {
    struct jl_lookup parent = {.deleted = true};
    if (!parent_of(&at, &parent.id) || !jl_lookup_one(cli, &parent, &ignored)) break;
    at = parent.record;
  }
  if (at.deleted_revision == 0) return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is not deleted"), NULL, jl_arg_text(reference));
  jl_reference_text(at.type, at.number, above);
  return jl_fail(err, JL_E_PARENT_DELETED, JL_MSG("{1} belongs to {2}, which was deleted"), JL_MSG("jalon restore {2} brings both back"),
                 jl_arg_text(reference), jl_arg_text(above));
}

static bool restore(struct jl_cli *cli, const struct jl_id *space, const struct jl_lookup *one, struct jl_error *err) {
  struct with_it *all = NULL;
  size_t n = 0, below = 0;
  struct jl_outcome_of outcome;
  char reference[JL_REFERENCE_SIZE];
  bool here = jl_id_equal(space, &cli->plan);
  jl_reference_text(one->record.type, one->record.number, reference);
  if (one->record.deleted_revision == 0) return not_deleted(cli, &one->record, err);
  if (here && !find_below(cli, &one->record, &all, &n, err)) return false;
  struct jl_group *g = jl_group_new(space);
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_restore(g, one->record.type, &one->record.id);
  for (size_t i = 0; i < n; i++) {
    if (!all[i].comes) continue;
    jl_group_restore(g, all[i].type, &all[i].id);
    below++;
  }
  bool ok = jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  const struct jl_arg args[] = {jl_arg_text(reference), jl_arg_text(jl_title_text(cli, one->record.type, one->record.body)),
                                jl_cli_made(cli, &outcome), jl_arg_integer((int64_t)below)};
  jl_cli_say(cli,
             cli->dry_run ? (below > 0 ? JL_MSG("{1} {2} would be back, with {4} records that were deleted with it") : JL_MSG("{1} {2} would be back"))
             : below > 0  ? JL_MSG("{1} {2} is back, with {4} records that were deleted with it{3}")
                          : JL_MSG("{1} {2} is back{3}"),
             args, 4);
  jl_cli_done(cli, &outcome);
  return true;
}

bool jl_cmd_record_restore(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = cli->command->type;
  struct jl_id space = jl_cli_space(cli, type);
  struct jl_lookup one = {.text = cli->words[0], .type = type, .deleted = true};
  return jl_lookup_one(cli, &one, err) && restore(cli, &space, &one, err);
}

bool jl_cmd_restore(struct jl_cli *cli, struct jl_error *err) {
  struct jl_lookup one = {.text = cli->words[0], .deleted = true};
  return jl_lookup_one(cli, &one, err) && restore(cli, &cli->plan, &one, err);
}
