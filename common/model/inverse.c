#include "common/model/inverse.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include "proto/wire.pb-c.h"
#include <stdlib.h>
#include <string.h>

#define DEPTH_OF_ANY 15 /* what may belong to a record of any type goes first */
#define CHAIN_MAX 64

struct inverting {
  struct jl_arena *a;
  struct jl_inverse *out;
  struct jl_logged const **by_id; /* the changes, to find the parents among them */
  size_t n;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL); }

/* ---- what belongs to what ---- */
static int compare_ids(const void *x, const void *y) {
  const struct jl_logged *const *a = x, *const *b = y;
  return jl_id_compare(&(*a)->id, &(*b)->id);
}

static const struct jl_logged *change_of(const struct inverting *inv, const struct jl_id *id) {
  const struct jl_logged wanted = {.id = *id}, *key = &wanted;
  const struct jl_logged *const *found = bsearch(&key, inv->by_id, inv->n, sizeof *inv->by_id, compare_ids);
  return found == NULL ? NULL : *found;
}

static bool parent_of(const struct jl_logged *c, struct jl_id *ret_parent) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  const struct jl_field *parent = type == NULL ? NULL : jl_parent_field(type);
  struct jl_value value;
  for (size_t i = 0; parent != NULL && i < c->field_count; i++) {
    if (c->fields[i].field != parent->number || !jl_record_get(c->fields[i].after, parent, &value)) continue;
    *ret_parent = value.id;
    return true;
  }
  return false;
}

/* How many types stand above a type, along the one that is named first: none is above itself but what belongs to anything. */
static unsigned depth_of_type(uint32_t number) {
  unsigned depth = 0;
  while (depth < DEPTH_OF_ANY) {
    const struct jl_record_type *type = jl_record_type_by_number(number);
    const struct jl_field *parent = type == NULL ? NULL : jl_parent_field(type);
    if (parent == NULL || parent->reference_count == 0) break;
    if (parent->references[0] == 0) return DEPTH_OF_ANY;
    depth++;
    number = parent->references[0];
  }
  return depth;
}

/* Below others of the same group, which all go. */
static unsigned depth_in_group(const struct inverting *inv, const struct jl_logged *c) {
  unsigned depth = 0;
  struct jl_id parent;
  while (depth < CHAIN_MAX && parent_of(c, &parent) && (c = change_of(inv, &parent)) != NULL) depth++;
  return depth;
}

/* ---- one change ---- */


static void invert_field(const struct jl_field *field, const struct jl_logged_field *from, struct jl_inverse_field *to) {
  *to = (struct jl_inverse_field){.field = from->field, .seen = from->after, .next = from->before};
  if (field->merge != JL_MERGE_COUNTER || from->before.size == 0 || from->after.size == 0) return; /* from or to no value: as it was */
  to->counts = true;
  to->add = jl_record_number(from->before, field, 0) - jl_record_number(from->after, field, 0);
}

/* An action in the group needs no approval any more, which withdrew what waited of it. */
static bool frees_an_action(const struct inverting *inv) {
  const struct jl_field *needs = jl_field_by_number(jl_record_type_by_number(JL_TYPE_ACTION), JL_ACTION_NEEDS_APPROVAL);
  for (size_t i = 0; i < inv->n; i++)
    for (size_t k = 0; inv->by_id[i]->type == JL_TYPE_ACTION && k < inv->by_id[i]->field_count; k++)
      if (inv->by_id[i]->fields[k].field == needs->number && jl_record_number(inv->by_id[i]->fields[k].after, needs, 0) == 0) return true;
  return false;
}

/* What follows from an edit is not taken back: it follows from the edit that takes that one back, or it stays. */
static bool follows(struct inverting *inv, const struct jl_logged *c) {
  if (c->type == JL_TYPE_BASELINE || c->type == JL_TYPE_SPRINT_EVENT || c->type == JL_TYPE_AUTOMATION_FIRING) return true;
  if (c->type != JL_TYPE_APPROVAL) return false;
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_APPROVAL), JL_APPROVAL_STATE);
  int64_t state = 0;
  for (size_t i = 0; i < c->field_count; i++)
    if (c->fields[i].field == JL_APPROVAL_STATE && c->verb == JALON__VERB__UPDATE) state = jl_record_number(c->fields[i].after, field, 0);
  if (state != JL_APPROVAL_REOPENED && !(state == JL_APPROVAL_WITHDRAWN && frees_an_action(inv))) inv->out->decided = true;
  return true;
}

static bool add_update(struct inverting *inv, const struct jl_logged *c, struct jl_inverse_edit *edit, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  struct jl_inverse_field *fields = jl_arena_array(inv->a, c->field_count + 1, sizeof *fields);
  if (fields == NULL) return no_memory(err);
  *edit = (struct jl_inverse_edit){.type = c->type, .verb = JALON__VERB__UPDATE, .id = c->id, .number = c->number, .fields = fields};
  for (size_t i = 0; i < c->field_count; i++) {
    const struct jl_field *field = type == NULL ? NULL : jl_field_by_number(type, c->fields[i].field);
    if (c->fields[i].erased || field == NULL || ((field->immutable || field->by_server) && field->kind != JL_KIND_RANK))
      inv->out->left_out++;
    else
      invert_field(field, &c->fields[i], &fields[edit->field_count++]);
  }
  return true;
}

static bool comes_to_be(const struct jl_logged *c) { return c->verb == JALON__VERB__CREATE || c->verb == JALON__VERB__RESTORE; }
static bool changes_fields(const struct jl_logged *c) { return c->verb != JALON__VERB__CREATE && c->field_count > 0; }

struct going {
  struct jl_inverse_edit edit;
  unsigned type_depth, depth;
  size_t at;
};

/* The deepest first; of equals the one that came last. */
static int compare_going(const void *x, const void *y) {
  const struct going *a = x, *b = y;
  if (a->type_depth != b->type_depth) return a->type_depth < b->type_depth ? 1 : -1;
  if (a->depth != b->depth) return a->depth < b->depth ? 1 : -1;
  return a->at < b->at ? 1 : -1;
}

static bool add_going(struct inverting *inv, const struct jl_logged *changes, uint64_t revision, struct jl_error *err) {
  struct going *going = jl_arena_array(inv->a, inv->n + 1, sizeof *going);
  size_t n = 0;
  if (going == NULL) return no_memory(err);
  for (size_t i = 0; i < inv->n; i++) {
    const struct jl_logged *c = &changes[i];
    if (!comes_to_be(c) || follows(inv, c)) continue;
    struct going *g = &going[n++];
    *g = (struct going){.type_depth = depth_of_type(c->type), .depth = depth_in_group(inv, c), .at = i};
    g->edit = (struct jl_inverse_edit){.type = c->type, .verb = JALON__VERB__DELETE, .id = c->id, .number = c->number, .seen_revision = revision};
    g->edit.with_children = c->verb == JALON__VERB__RESTORE;
    (void)parent_of(c, &g->edit.parent);
  }
  qsort(going, n, sizeof *going, compare_going);
  for (size_t i = 0; i < n; i++) inv->out->edits[inv->out->count++] = going[i].edit;
  return true;
}

/* ---- what is taken back already ---- */
static bool index_changes(struct inverting *inv, const struct jl_logged *changes, struct jl_error *err) {
  inv->by_id = jl_arena_array(inv->a, inv->n + 1, sizeof *inv->by_id);
  if (inv->by_id == NULL) return no_memory(err);
  for (size_t i = 0; i < inv->n; i++) inv->by_id[i] = &changes[i];
  qsort(inv->by_id, inv->n, sizeof *inv->by_id, compare_ids);
  return true;
}

/* Elements and texts are merged with what others did: what came of it need not be what was wanted. */
static bool has_made(const struct jl_field *field, const struct jl_inverse_field *wanted, const struct jl_logged_field *made) {
  if (wanted->counts) return jl_record_number(made->after, field, 0) - jl_record_number(made->before, field, 0) == wanted->add;
  return field->merge == JL_MERGE_SET || field->merge == JL_MERGE_TEXT || jl_bytes_equal(made->after, wanted->next);
}

static void mark_fields(struct jl_inverse_edit *edit, const struct jl_logged *c, bool back) {
  const struct jl_record_type *type = jl_record_type_by_number(edit->type);
  for (size_t i = 0; changes_fields(c) && i < edit->field_count; i++) {
    struct jl_inverse_field *f = &edit->fields[i];
    const struct jl_field *field = type == NULL ? NULL : jl_field_by_number(type, f->field);
    for (size_t k = 0; field != NULL && k < c->field_count; k++)
      if (c->fields[k].field == f->field && (!back || has_made(field, f, &c->fields[k]))) f->gone = back;
  }
}

bool jl_inverse_taken_back(struct jl_inverse *inverse, const struct jl_logged *changes, size_t n, bool back, struct jl_arena *a,
                           struct jl_error *err) {
  struct inverting by = {.a = a, .n = n};
  if (!index_changes(&by, changes, err)) return false;
  for (size_t i = 0; i < inverse->count; i++) {
    struct jl_inverse_edit *edit = &inverse->edits[i];
    const struct jl_logged *c = change_of(&by, &edit->id);
    if (c == NULL || c->type != edit->type) continue;
    if (edit->verb == JALON__VERB__UPDATE)
      mark_fields(edit, c, back);
    else if (c->verb != JALON__VERB__UPDATE && (!back || c->verb == edit->verb))
      edit->gone = back;
  }
  return true;
}

void jl_inverse_drop_gone(struct jl_inverse *inverse) {
  size_t kept = 0;
  for (size_t i = 0; i < inverse->count; i++) {
    struct jl_inverse_edit edit = inverse->edits[i];
    size_t fields = 0;
    for (size_t k = 0; k < edit.field_count; k++)
      if (!edit.fields[k].gone) edit.fields[fields++] = edit.fields[k];
    edit.field_count = fields;
    if (edit.verb == JALON__VERB__UPDATE ? fields > 0 : !edit.gone) inverse->edits[kept++] = edit;
  }
  inverse->count = kept;
}

/* ---- what others changed since ---- */
static size_t set_edit_apart(struct jl_inverse_edit *edit, bool conflict) {
  bool was = edit->apart;
  edit->apart = true;
  edit->stays = was ? edit->stays && !conflict : !conflict;
  for (size_t i = 0; i < edit->field_count; i++) edit->fields[i].apart = true;
  return was ? 0 : 1;
}

static size_t set_field_apart(struct jl_inverse_edit *edit, uint32_t field) {
  size_t set = 0, left = 0;
  for (size_t i = 0; i < edit->field_count; i++) {
    if (edit->fields[i].field == field && !edit->fields[i].apart) {
      edit->fields[i].apart = true;
      set++;
    }
    if (!edit->fields[i].apart) left++;
  }
  if (left == 0) edit->apart = true;
  return set;
}

static bool stays_or_comes(const struct jl_inverse *inverse, const struct jl_id *record) {
  for (size_t i = 0; i < inverse->count; i++)
    if (jl_id_equal(&inverse->edits[i].id, record) && inverse->edits[i].verb != JALON__VERB__UPDATE) return true;
  return false;
}

size_t jl_inverse_set_apart(struct jl_inverse *inverse, const struct jl_id *record, uint32_t field, bool conflict) {
  size_t set = 0;
  struct jl_id at = *record, parent = {{0}};
  bool whole = field == 0 || stays_or_comes(inverse, record);
  for (unsigned depth = 0; depth < CHAIN_MAX && !jl_id_is_zero(&at); depth++) {
    parent = (struct jl_id){{0}};
    for (size_t i = 0; i < inverse->count; i++) {
      struct jl_inverse_edit *edit = &inverse->edits[i];
      if (!jl_id_equal(&edit->id, &at) || (depth > 0 && edit->verb != JALON__VERB__DELETE)) continue;
      set += whole ? set_edit_apart(edit, conflict && depth == 0) : set_field_apart(edit, field);
      if (edit->verb == JALON__VERB__DELETE) parent = edit->parent;
    }
    whole = true;
    at = parent;
  }
  return set;
}

bool jl_inverse_of(const struct jl_logged *changes, size_t n, uint64_t revision, struct jl_arena *a, struct jl_inverse *ret_inverse,
                   struct jl_error *err) {
  struct inverting inv = {.a = a, .out = ret_inverse, .n = n};
  *ret_inverse = (struct jl_inverse){.edits = jl_arena_array(a, 2 * n + 1, sizeof *ret_inverse->edits)};
  if (ret_inverse->edits == NULL) return no_memory(err);
  if (!index_changes(&inv, changes, err)) return false;
  for (size_t i = n; i-- > 0;)
    if (changes[i].verb == JALON__VERB__DELETE && !follows(&inv, &changes[i]))
      ret_inverse->edits[ret_inverse->count++] =
          (struct jl_inverse_edit){.type = changes[i].type, .verb = JALON__VERB__RESTORE, .id = changes[i].id, .number = changes[i].number};
  /* The last one first: where one took the place that another had left, that one's must be free again. */
  for (size_t i = n; i-- > 0;) {
    if (!changes_fields(&changes[i]) || follows(&inv, &changes[i])) continue;
    if (!add_update(&inv, &changes[i], &ret_inverse->edits[ret_inverse->count], err)) return false;
    if (ret_inverse->edits[ret_inverse->count].field_count > 0) ret_inverse->count++;
  }
  return add_going(&inv, changes, revision, err);
}
