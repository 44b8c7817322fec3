/* The group that takes another one back, without what others have changed since: that is a group of its own, which its author settles as
 * any other conflict. */
#include "client/cli/undo.h"
#include "common/record/schema.h"

#define TOLD 2 /* edits named in the line; with more it says how many */

static bool edit_has(const struct jl_inverse_edit *e, bool apart) {
  if (e->stays) return false;
  if (e->verb != JL_VERB_UPDATE) return e->apart == apart;
  for (size_t i = 0; i < e->field_count; i++)
    if (e->fields[i].apart == apart) return true;
  return false;
}

size_t jl_undo_edits(const struct jl_undo *u, bool apart) {
  size_t n = 0;
  for (size_t i = 0; i < u->inverse.count; i++) n += edit_has(&u->inverse.edits[i], apart);
  return n;
}

size_t jl_undo_stay(const struct jl_undo *u) {
  size_t n = 0;
  for (size_t i = 0; i < u->inverse.count; i++) n += u->inverse.edits[i].stays;
  return n;
}

static void put_edit(struct jl_group *g, const struct jl_inverse_edit *e, bool apart) {
  if (e->verb == JL_VERB_DELETE) {
    jl_group_delete(g, e->type, &e->id, e->seen_revision, e->with_children);
    return;
  }
  if (e->verb == JL_VERB_RESTORE) {
    jl_group_restore(g, e->type, &e->id);
    return;
  }
  jl_group_update(g, e->type, &e->id);
  for (size_t i = 0; i < e->field_count; i++) {
    const struct jl_inverse_field *f = &e->fields[i];
    if (f->apart != apart) continue;
    if (f->counts)
      jl_group_count(g, f->field, f->add, NULL, NULL);
    else
      jl_group_field(g, f->field, f->seen, f->next);
  }
}

static struct jl_group *build(const struct jl_undo *u, bool apart) {
  struct jl_group *g = jl_group_new(&u->cli->plan);
  if (g == NULL) return NULL;
  for (size_t i = 0; i < u->inverse.count; i++)
    if (edit_has(&u->inverse.edits[i], apart)) put_edit(g, &u->inverse.edits[i], apart);
  if (u->redo)
    jl_group_redoes(g, u->of.revision);
  else
    jl_group_undoes(g, u->of.revision);
  return g;
}

/* ---- what others changed ---- */
static bool goes(const struct jl_undo *u, const struct jl_id *record) {
  for (size_t i = 0; i < u->inverse.count; i++)
    if (u->inverse.edits[i].verb == JL_VERB_DELETE && jl_id_equal(&u->inverse.edits[i].id, record)) return true;
  return false;
}

/* It is about what came below something that would go with all that is there: that stays as a whole, or goes when one says so. */
static size_t set_going_apart(struct jl_undo *u) {
  size_t set = 0;
  for (size_t i = 0; i < u->inverse.count; i++)
    if (u->inverse.edits[i].verb == JL_VERB_DELETE && u->inverse.edits[i].with_children && !u->inverse.edits[i].apart)
      set += jl_inverse_set_apart(&u->inverse, &u->inverse.edits[i].id, 0, true);
  return set;
}

/* What a refusal names is set apart; 0: it is about something else, or all of it. */
static size_t set_apart(struct jl_undo *u, const struct jl_tried *tried) {
  size_t set = 0;
  for (size_t i = 0; i < tried->conflict_count; i++)
    set += jl_inverse_set_apart(&u->inverse, &tried->conflicts[i].record, tried->conflicts[i].field, true);
  if (set == 0 && tried->error.code == JL_E_RECORD_CHANGED) set = set_going_apart(u);
  /* What stays, stays with what it belongs to. */
  if (set == 0 && (u->apart > 0 || u->many) && tried->error.code == JL_E_RULE_VIOLATION && goes(u, &tried->error.record)) {
    set = jl_inverse_set_apart(&u->inverse, &tried->error.record, 0, false);
    if (set > 0 && u->why.code == JL_E_OK) u->why = tried->error;
  }
  return set;
}

static bool only_decided(const struct jl_undo *u, struct jl_error *err) {
  return jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("r{1} submitted or decided something, which is not undone"),
                 JL_MSG("jalon withdraw takes back what waits; what was decided is submitted again"), jl_arg_revision(u->of.revision));
}

/* With the values went what a person had and was, and that does not come back by itself either. */
static bool erased(struct jl_undo *u, struct jl_error *err) {
  u->count = 0;
  return u->many || jl_fail(err, JL_E_RULE_VIOLATION, JL_MSG("r{1} erased a person's values: that is for ever, and nothing of it is taken back"), NULL,
                            jl_arg_revision(u->of.revision));
}

bool jl_undo_invert(struct jl_undo *u, struct jl_error *err) {
  if (u->of.erases && !erased(u, err)) return false;
  if (!jl_inverse_of(u->changes, u->count, u->of.revision, u->cli->arena, &u->inverse, err)) return false;
  if (u->inverse.decided) return only_decided(u, err);
  return u->inverse.count > 0 || u->many ||
         jl_fail(err, JL_E_NOT_FOUND, JL_MSG("r{1} holds nothing that you could undo"), JL_MSG("see jalon history"), jl_arg_revision(u->of.revision));
}

bool jl_undo_sift(struct jl_undo *u, struct jl_error *err) {
  while (jl_undo_edits(u, false) > 0) {
    struct jl_tried tried;
    struct jl_group *g = build(u, false);
    if (g == NULL) return jl_cli_no_link(err);
    bool ok = jl_cli_try(u->cli, g, &tried, err);
    jl_group_free(g);
    if (!ok) return false;
    if (tried.error.code == JL_E_OK) break;
    size_t set = set_apart(u, &tried);
    u->apart += set;
    if (set > 0) continue;
    *err = tried.error;
    return false;
  }
  return true;
}

bool jl_undo_send(const struct jl_undo *u, bool apart, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  struct jl_group *g = build(u, apart);
  if (g == NULL) return jl_cli_no_link(err);
  bool ok = jl_cli_submit(u->cli, g, ret_outcome, err);
  jl_group_free(g);
  return ok;
}

/* ---- in words ---- */
static bool told_edit(const struct jl_undo *u, const struct jl_inverse_edit *e, bool apart, struct jl_outbox_edit *to) {
  struct jl_outbox_field *fields = jl_arena_array(u->cli->arena, e->field_count + 1, sizeof *fields);
  const struct jl_record_type *type = jl_record_type_by_number(e->type);
  if (fields == NULL || type == NULL) return false;
  *to = (struct jl_outbox_edit){.verb = e->verb, .type = e->type, .record = e->id, .number = e->number, .fields = fields};
  for (size_t i = 0; i < e->field_count; i++) {
    const struct jl_inverse_field *f = &e->fields[i];
    const struct jl_field *field = jl_field_by_number(type, f->field);
    if (f->apart != apart || field == NULL) continue;
    bool place = field->kind == JL_KIND_RANK; /* nobody reads those */
    struct jl_bytes none = {NULL, 0};
    fields[to->field_count++] = (struct jl_outbox_field){
        .field = f->field, .base = place ? none : f->seen, .next = place ? none : f->next, .counts = f->counts, .add_number = f->add};
  }
  return true;
}

static void learn_titles(const struct jl_undo *u, struct jl_outbox_edit *edits, size_t n) {
  struct jl_lookups l = {.space = u->cli->plan};
  struct jl_error ignored;
  for (size_t i = 0; i < n; i++) {
    struct jl_lookup *one = jl_lookup_add(u->cli, &l, NULL);
    if (one == NULL) return;
    one->id = edits[i].record;
    one->type = jl_record_type_by_number(edits[i].type);
    one->deleted = true;
  }
  if (n == 0 || !jl_lookups_run(u->cli, &l, &ignored)) return;
  for (size_t i = 0; i < n; i++)
    if (l.items[i].error.code == JL_E_OK) edits[i].title = jl_title_text(u->cli, l.items[i].record.type, l.items[i].record.body);
}

void jl_undo_words(const struct jl_undo *u, bool apart, struct jl_buffer *out) {
  struct jl_outbox_edit edits[TOLD] = {{0}};
  struct jl_outbox_group g = {.space = u->cli->plan, .edits = edits, .edit_count = jl_undo_edits(u, apart)};
  struct jl_names names = {.cli = u->cli};
  size_t told = 0;
  for (size_t i = 0; i < u->inverse.count && told < TOLD; i++)
    if (edit_has(&u->inverse.edits[i], apart) && told_edit(u, &u->inverse.edits[i], apart, &edits[told])) told++;
  (void)jl_plan_input_of(u->cli, &u->cli->plan); /* its currency */
  learn_titles(u, edits, told);
  jl_group_names(&g, &names);
  jl_names_learn(&names, &g.space);
  jl_group_words(&g, &names, out);
}
