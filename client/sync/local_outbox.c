/* The outbox as people look at it: each group with its edits, what it waits for, why it was refused. */
#include "client/sync/client.h"
#include "client/sync/local.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include <string.h>

struct listing {
  struct jl_local *l;
  struct jl_base *base; /* NULL: there is none */
  struct jl_arena *a;
  struct jl_error *err;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static const char *title_of(const struct listing *x, const struct jl_record_type *type, struct jl_bytes body) {
  const struct jl_field *field = type == NULL ? NULL : jl_title_field(type);
  struct jl_value value;
  if (field == NULL || !jl_record_get(body, field, &value)) return "";
  const char *title = jl_arena_strndup(x->a, (const char *)value.text.data, value.text.size);
  return title == NULL ? "" : title;
}

/* Title and number of a record that is edited: from the base, or from the group that makes it. */
static void name_edited(const struct listing *x, const struct jl_id *space, struct jl_outbox_edit *edit) {
  struct jl_base_space s;
  struct jl_record *record = NULL;
  struct jl_error ignored;
  edit->number = jl_outbox_provisional(&x->l->outbox, &edit->record);
  if (x->base == NULL || !jl_base_find(x->base, space, &s, &ignored) || !jl_base_record(x->base, &s.live, &edit->record, &record, &ignored) ||
      record == NULL)
    return;
  edit->title = title_of(x, record->type, record->body);
  edit->number = record->number;
  jl_record_release(record);
}

static bool field_edits(const struct listing *x, const Jalon__Edit *in, struct jl_outbox_edit *out) {
  struct jl_outbox_field *fields = jl_arena_array(x->a, in->n_fields + 1, sizeof *fields);
  if (fields == NULL) return no_memory(x->err);
  for (size_t i = 0; i < in->n_fields; i++) {
    const Jalon__FieldEdit *f = in->fields[i];
    fields[i] = (struct jl_outbox_field){f->field, JL_PB(f->seen), JL_PB(f->next), JL_PB(f->add), JL_PB(f->remove), f->has_add_number, f->add_number};
  }
  out->fields = fields;
  out->field_count = in->n_fields;
  return true;
}

static bool made_fields(const struct listing *x, const struct jl_record_type *type, struct jl_bytes body, struct jl_outbox_edit *out) {
  size_t most = type == NULL ? 0 : type->field_count;
  struct jl_outbox_field *fields = jl_arena_array(x->a, most + 1, sizeof *fields);
  if (fields == NULL) return no_memory(x->err);
  for (size_t i = 0; i < most; i++) {
    struct jl_bytes slice = jl_record_slice(body, type->fields[i].number);
    if (slice.size > 0) fields[out->field_count++] = (struct jl_outbox_field){.field = type->fields[i].number, .next = slice};
  }
  out->fields = fields;
  return true;
}

static bool edit_of(const struct listing *x, const struct jl_id *space, const Jalon__Edit *in, struct jl_outbox_edit *out) {
  const struct jl_record_type *type = jl_record_type_by_number(in->type);
  *out = (struct jl_outbox_edit){.verb = (uint32_t)in->verb, .type = in->type, .title = ""};
  (void)jl_id_from_bytes(JL_PB(in->id), &out->record);
  name_edited(x, space, out);
  if (in->verb != JALON__VERB__CREATE) return field_edits(x, in, out);
  out->title = title_of(x, type, JL_PB(in->record));
  return made_fields(x, type, JL_PB(in->record), out);
}

static bool refusal(const struct listing *x, const struct jl_entry *e, struct jl_outbox_group *out) {
  struct jl_verdict verdict;
  if (e->verdict.size == 0) {
    uint64_t behind;
    if (e->state != JL_OUTBOX_PARKED) return true;
    if (!jl_outbox_conflict(&x->l->outbox, e->behind, &behind, x->err)) return false;
    (void)jl_fail(&out->error, JL_E_DEPENDS, JL_MSG("it depends on C{1}, which was refused"), JL_MSG("settle that one first"), jl_arg_revision(behind));
    return true;
  }
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, e->verdict, x->a, x->err);
  if (v == NULL || !jl_verdict_convert(x->a, v, &verdict)) return v != NULL ? no_memory(x->err) : false;
  out->error = verdict.error;
  out->conflicts = verdict.conflicts;
  out->conflict_count = verdict.conflict_count;
  return true;
}

static bool waits_for(const struct listing *x, const struct jl_entry *e, struct jl_outbox_group *out) {
  struct jl_entry *needs;
  size_t n;
  if (e->state == JL_OUTBOX_DONE) return true;
  if (!jl_outbox_depends(&x->l->outbox, e->id, x->a, &needs, &n, x->err)) return false;
  uint64_t *ids = jl_arena_array(x->a, n + 1, sizeof *ids);
  if (ids == NULL) return no_memory(x->err);
  for (size_t i = 0; i < n; i++) ids[out->depends_count++] = needs[i].id;
  if (e->state == JL_OUTBOX_PARKED && e->behind != 0) ids[out->depends_count++] = e->behind;
  out->depends_on = ids;
  return true;
}

static bool group_of(const struct listing *x, const struct jl_entry *e, struct jl_outbox_group *out) {
  *out = (struct jl_outbox_group){.id = e->id,
                                  .state = e->state,
                                  .space = e->space,
                                  .group_id = e->group_id,
                                  .seq = e->seq,
                                  .revision = e->revision,
                                  .created_us = e->created_us,
                                  .decided_us = e->decided_us,
                                  .merged = (e->flags & JL_ENTRY_MERGED) != 0,
                                  .again = (e->flags & JL_ENTRY_AGAIN) != 0,
                                  .seen = (e->flags & JL_ENTRY_SEEN) != 0};
  const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, e->group, x->a, x->err);
  if (group == NULL) return false;
  struct jl_given *given;
  size_t n;
  if (e->state != JL_OUTBOX_DONE && !jl_outbox_numbers(&x->l->outbox, e->id, x->a, &given, &n, x->err)) return false;
  struct jl_outbox_edit *edits = jl_arena_array(x->a, group->n_edits + 1, sizeof *edits);
  if (edits == NULL) return no_memory(x->err);
  for (size_t i = 0; i < group->n_edits; i++)
    if (!edit_of(x, &e->space, group->edits[i], &edits[i])) return false;
  out->edits = edits;
  out->edit_count = group->n_edits;
  if (e->state == JL_OUTBOX_REFUSED && !jl_outbox_conflict(&x->l->outbox, e->id, &out->conflict, x->err)) return false;
  return waits_for(x, e, out) && (e->state == JL_OUTBOX_DONE || refusal(x, e, out));
}

/* What the local copy foresees for those that wait; without a copy of their space nothing is. */
static void foresee(const struct listing *x, struct jl_outbox_group *groups, size_t n) {
  for (size_t first = 0; first < n; first++) {
    struct jl_overlays overlays;
    struct jl_error ignored;
    bool done = groups[first].state != JL_OUTBOX_QUEUED;
    for (size_t i = 0; i < first && !done; i++) done = groups[i].state == JL_OUTBOX_QUEUED && jl_id_equal(&groups[i].space, &groups[first].space);
    if (done || !jl_overlay_open(x->l, &groups[first].space, 0, x->a, &overlays, &ignored)) continue;
    for (size_t i = first; i < n; i++)
      for (size_t k = 0; k < overlays.foresight_count; k++)
        if (groups[i].state == JL_OUTBOX_QUEUED && overlays.foresights[k].entry == groups[i].id) groups[i].error = overlays.foresights[k].error;
    jl_overlay_close(&overlays);
  }
}

bool jl_local_outbox(struct jl_local *l, const struct jl_outbox_ask *ask, struct jl_arena *a, const struct jl_outbox_group **ret_groups,
                     size_t *ret_n, struct jl_error *err) {
  struct jl_error ignored;
  struct listing x = {.l = l, .base = jl_local_base(l, &ignored), .a = a, .err = err};
  struct jl_entry *entries, one;
  size_t n;
  uint32_t states = ask->states != 0 ? ask->states : ~(1U << JL_OUTBOX_DONE);
  if (ask->id != 0) {
    if (!jl_outbox_get(&l->outbox, ask->id, a, &one, err)) return false;
    entries = &one;
    n = 1;
  } else if (!jl_outbox_list(&l->outbox, ask->space, states, a, &entries, &n, err)) {
    return false;
  }
  struct jl_outbox_group *groups = jl_arena_array(a, n + 1, sizeof *groups);
  if (groups == NULL) return no_memory(err);
  for (size_t i = 0; i < n; i++)
    if (!group_of(&x, &entries[i], &groups[i])) return false;
  foresee(&x, groups, n);
  *ret_groups = groups;
  *ret_n = n;
  return true;
}
