/* One evaluation while it runs. Edits are put into the replica one after the other, so that later edits and the rules see
 * the earlier ones without a copy; every first touch keeps the record as it was, and all are put back before the
 * evaluation returns. Shared by evaluate.c (edits), merge.c (fields) and outcome.c (what to commit). */
#ifndef JL_MODEL_EVALUATION_H
#define JL_MODEL_EVALUATION_H
#include "common/model/evaluate.h"
#include "common/model/governance/raci_gate.h"
#include "common/model/replica_internal.h"

#define JL_CONFLICTS_MAX 256 /* reported of one group; it is refused all the same */

struct jl_touch {
  struct jl_id id;
  struct jl_record *before; /* NULL: new */
  struct jl_id instead_of;  /* whom its author stood in for; zero: nobody */
  struct jl_id on_behalf;   /* an automation made the first touch: who wrote that one; zero: the group's author */
  const struct jl_record *own; /* what the group's author made of it, where an automation went on; NULL: no automation did */
};
/* What a put replaced, while that is kept: see tentative.h. */
struct jl_replaced {
  struct jl_id id;
  struct jl_record *was; /* NULL: new */
};
struct jl_run {
  const struct jl_evaluation *in;
  const Jalon__Group *group;
  struct jl_arena *a;
  struct jl_replica *space;
  uint64_t revision;
  struct jl_touch *touches;
  size_t touch_count, touch_capacity;
  uint32_t *slots;
  size_t slot_count; /* id -> index of its touch + 1 */
  Jalon__Given *given;
  size_t given_count;
  Jalon__Conflict *conflicts;
  size_t conflict_count;
  struct jl_error first_conflict;
  struct jl_text_merge *merges; /* wanted */
  size_t merge_count;
  bool wanting; /* nothing but those merges is in the way */
  bool merged;
  struct jl_gate gate;
  size_t at; /* the edit being evaluated */
  bool tentative;         /* what puts replace is kept in: */
  struct jl_replaced *replaced;
  size_t replaced_count, replaced_capacity;
  struct jl_id on_behalf; /* whose automation is at work; zero: none */
  struct jl_firings *firings; /* of automations; NULL: none (common/model/automation/firing.h) */
};

/* One field as an edit wants it. */
struct jl_wish {
  struct jl_bytes seen, next;
  const Jalon__FieldEdit *edit; /* NULL: just seen and next */
};
/* Merges one field into *body (arena). A conflict is added to the run and is no failure. */
JL_MUST_CHECK bool jl_merge_field(struct jl_run *run, const struct jl_record *current, const struct jl_field *field,
                                  const struct jl_wish *wish, struct jl_bytes *body, struct jl_error *err);
/* Adds a conflict; the first one also words the refusal. field 0: about the whole record. */
JL_MUST_CHECK bool jl_conflict_add(struct jl_run *run, enum jl_code code, const struct jl_record *current, uint32_t field,
                                   struct jl_bytes seen, struct jl_bytes mine, struct jl_error *err);
/* Puts what the group makes of a record, in place of `current` (NULL: new). Takes no reference of the caller's. */
JL_MUST_CHECK bool jl_run_put(struct jl_run *run, const struct jl_record_type *type, const struct jl_id *id,
                              const struct jl_record *current, struct jl_bytes body, bool deleted, struct jl_error *err);
/* One edit, as run->in and run->gate let it. */
JL_MUST_CHECK bool jl_run_edit(struct jl_run *run, const Jalon__Edit *edit, struct jl_error *err);
/* The checks that look at records as they are with every edit applied, of these alone. */
JL_MUST_CHECK bool jl_run_check(struct jl_run *run, const struct jl_id *ids, size_t n, struct jl_error *err);
uint32_t *jl_run_slot(const struct jl_run *run, const struct jl_id *id);            /* index of its touch + 1; 0: not touched */
/* Lists (place.c). The place that the edit asks for, as a slice; *ret_slice is the present one when it stands there already. Other
 * records may be put to make room. */
JL_MUST_CHECK bool jl_place(struct jl_run *run, const struct jl_record *current, const struct jl_field *field,
                            const Jalon__FieldEdit *edit, struct jl_bytes *ret_slice, struct jl_error *err);
JL_MUST_CHECK bool jl_place_last(struct jl_run *run, const struct jl_record_type *type, const struct jl_field *field,
                                 struct jl_bytes *ret_slice, struct jl_error *err); /* of a new record */
/* Adds what was changed of a record since its author of a delete saw it: a conflict per field (seen: its value then; no mine), or one
 * about the record when it is not known what. *ret_any false: nothing that counts. */
JL_MUST_CHECK bool jl_conflict_unseen(struct jl_run *run, const struct jl_record *current, const struct jl_record *before, uint64_t seen_revision,
                                      bool *ret_any, struct jl_error *err);
/* The record as it was before this group; NULL when the group made it. */
const struct jl_record *jl_run_before(const struct jl_run *run, const struct jl_record *current);
/* Somebody else than the author made the record's last change, as far as is known. */
bool jl_run_by_another(const struct jl_run *run, const struct jl_record *record);
/* The author may know of the record. What he may not know of is answered like what is not there. */
bool jl_run_sees(const struct jl_run *run, const struct jl_record *record);
JL_MUST_CHECK bool jl_outcome_build(struct jl_run *run, struct jl_outcome *out, struct jl_error *err);
ProtobufCBinaryData jl_pb_dup(struct jl_arena *a, struct jl_bytes bytes); /* data NULL: no memory */
bool jl_no_memory(struct jl_error *err);
#endif
