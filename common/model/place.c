/* Giving places in lists: between the neighbours that an edit names, as they are now; or at the end. */
#include "common/base/limits.h"
#include "common/model/evaluation.h"
#include "common/model/rules.h"
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 8                   /* neighbours on either side that get new keys when there is no room; more when that is not enough */
#define ROOM_KEY_MAX (JL_RANK_MAX / 4) /* bytes of the new ones, so that there is room for long */

/* Records of a type with their keys, tombstones too: those may come back to their places. */
struct place {
  struct jl_rank rank;
  const struct jl_record *record;
};

static int compare_places(const struct place *a, const struct place *b) {
  int order = jl_rank_compare(&a->rank, &b->rank);
  return order != 0 ? order : jl_id_compare(&a->record->id, &b->record->id);
}
static int by_place(const void *x, const void *y) { return compare_places(x, y); }

struct placing {
  struct jl_run *run;
  const struct jl_record *moved;
  const struct jl_field *field;
  struct place low, high; /* neighbours; record NULL: none on that side */
};

static bool slice_of(const struct placing *p, const struct jl_rank *rank, struct jl_bytes *ret_slice, struct jl_error *err) {
  *ret_slice = jl_value_encode(p->run->a, p->field, &(struct jl_value){.text = {rank->bytes, rank->size}});
  return ret_slice->data != NULL || jl_no_memory(err);
}

/* The neighbours of a place: the nearest records on either side of it, without the moved one. With `at` a record itself is on the side that
 * `behind` says. */
static void find_neighbours(struct placing *p, const struct place *at, bool behind) {
  uint32_t type = p->moved->type_number;
  size_t n = jl_replica_of_type(p->run->space, type);
  for (size_t i = 0; i < n; i++) {
    struct place other = {.record = jl_replica_of_type_at(p->run->space, type, i)};
    if (jl_id_equal(&other.record->id, &p->moved->id)) continue;
    (void)jl_rank_of(other.record, &other.rank);
    int order = at == NULL ? (behind ? -1 : 1) : compare_places(&other, at);
    bool below = order < 0 || (order == 0 && behind);
    struct place *nearest = below ? &p->low : &p->high;
    if (nearest->record == NULL || (below ? compare_places(&other, nearest) > 0 : compare_places(&other, nearest) < 0)) *nearest = other;
  }
}

static bool stands_there(const struct placing *p) {
  struct place now = {.record = p->moved};
  (void)jl_rank_of(p->moved, &now.rank);
  return (p->low.record == NULL || compare_places(&p->low, &now) < 0) && (p->high.record == NULL || compare_places(&now, &p->high) < 0);
}

/* ---- when there is no room between the neighbours ---- */
static struct place *sorted_list(const struct placing *p, size_t *ret_n, size_t *ret_at) {
  uint32_t type = p->moved->type_number;
  size_t n = jl_replica_of_type(p->run->space, type), kept = 0;
  struct place *list = jl_arena_array(p->run->a, n + 1, sizeof *list);
  if (list == NULL) return NULL;
  for (size_t i = 0; i < n; i++) {
    list[kept].record = jl_replica_of_type_at(p->run->space, type, i);
    if (jl_id_equal(&list[kept].record->id, &p->moved->id)) continue;
    (void)jl_rank_of(list[kept].record, &list[kept].rank);
    kept++;
  }
  qsort(list, kept, sizeof *list, by_place);
  *ret_n = kept;
  for (*ret_at = 0; *ret_at < kept && (p->low.record != NULL && compare_places(&list[*ret_at], &p->low) <= 0);) ++*ret_at;
  return list;
}

static bool short_enough(const struct jl_rank *ranks, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (ranks[i].size > ROOM_KEY_MAX) return false;
  return true;
}

static bool give(struct placing *p, const struct place *place, const struct jl_rank *rank, struct jl_error *err) {
  struct jl_bytes slice;
  if (jl_rank_compare(&place->rank, rank) == 0) return true;
  if (!slice_of(p, rank, &slice, err)) return false;
  struct jl_bytes body = jl_record_with(p->run->a, place->record->body, p->field->number, slice);
  if (body.data == NULL) return jl_no_memory(err);
  struct jl_id id = place->record->id;
  return jl_run_put(p->run, place->record->type, &id, place->record, body, place->record->deleted_revision != 0, err);
}

/* New keys for the neighbours in a widening circle, until they and the moved one have short ones. */
static bool make_room(struct placing *p, struct jl_rank *ret_rank, struct jl_error *err) {
  size_t n, at;
  struct place *list = sorted_list(p, &n, &at);
  struct jl_rank *ranks = list == NULL ? NULL : jl_arena_array(p->run->a, n + 1, sizeof *ranks);
  if (ranks == NULL) return jl_no_memory(err);
  for (size_t room = ROOM_FIRST;; room *= 2) {
    const struct jl_rank nothing = {.size = 0};
    size_t first = at > room ? at - room : 0, end = n - at > room ? at + room : n, count = end - first + 1;
    bool all = first == 0 && end == n;
    bool spread = jl_rank_spread(first > 0 ? &list[first - 1].rank : &nothing, end < n ? &list[end].rank : &nothing, ranks, count);
    if (!all && !(spread && short_enough(ranks, count))) continue;
    if (!spread) return jl_fail(err, JL_E_INTERNAL, JL_MSG("there is no place left in the list"), NULL);
    for (size_t i = first; i < end; i++)
      if (!give(p, &list[i], &ranks[i - first + (i >= at ? 1 : 0)], err)) return false;
    *ret_rank = ranks[at - first];
    return true;
  }
}

/* ---- what an edit asks for ---- */
/* A neighbour that the edit names. Not there (it never reached the server, or is another list's): nothing is known of it. */
static bool neighbour(const struct placing *p, ProtobufCBinaryData named, struct place *ret_place) {
  struct jl_id id;
  const struct jl_record *record = jl_id_from_bytes(JL_PB(named), &id) ? jl_replica_record(p->run->space, &id) : NULL;
  if (record == NULL || record->type_number != p->moved->type_number || jl_id_equal(&record->id, &p->moved->id)) return false;
  ret_place->record = record;
  return jl_rank_of(record, &ret_place->rank);
}

static bool gone(const struct place *place) { return place->record->deleted_revision != 0; }

/* Behind the one before, or before the one behind: a neighbour that was deleted is the second choice, and marks its place still. */
static void choose_neighbours(struct placing *p, const Jalon__FieldEdit *edit) {
  struct place after, before;
  bool has_after = edit->has_after && neighbour(p, edit->after, &after),
       has_before = edit->has_before && neighbour(p, edit->before, &before);
  if (has_after && has_before && gone(&after) && !gone(&before)) has_after = false;
  if (has_after)
    find_neighbours(p, &after, true);
  else if (has_before)
    find_neighbours(p, &before, false);
  else
    find_neighbours(p, NULL, !(edit->has_after && edit->after.len == 0)); /* after nothing: the first; else the last */
}

/* A key that the record had: undone moves. */
static bool place_at_key(struct placing *p, struct jl_bytes wanted, struct jl_bytes *ret_slice, struct jl_error *err) {
  struct place at = {.record = p->moved};
  struct jl_value value = {.text = {NULL, 0}};
  struct jl_record with_key = *p->moved;
  with_key.body = jl_record_with(p->run->a, p->moved->body, p->field->number, wanted);
  if (with_key.body.data == NULL) return jl_no_memory(err);
  (void)value;
  (void)jl_rank_of(&with_key, &at.rank);
  find_neighbours(p, &at, true);
  *ret_slice = wanted;
  bool taken = (p->low.record != NULL && jl_rank_compare(&p->low.rank, &at.rank) == 0) ||
               (p->high.record != NULL && jl_rank_compare(&p->high.rank, &at.rank) == 0);
  if (!taken) return true;
  struct jl_rank rank;
  if (!jl_rank_between(&p->low.rank, &p->high.rank, &rank) && !make_room(p, &rank, err)) return false;
  return slice_of(p, &rank, ret_slice, err);
}

bool jl_place(struct jl_run *run, const struct jl_record *current, const struct jl_field *field, const Jalon__FieldEdit *edit,
              struct jl_bytes *ret_slice, struct jl_error *err) {
  struct placing p = {.run = run, .moved = current, .field = field};
  struct jl_rank rank;
  if (!edit->has_after && !edit->has_before) return place_at_key(&p, JL_PB(edit->next), ret_slice, err);
  choose_neighbours(&p, edit);
  *ret_slice = jl_record_slice(current->body, field->number);
  if (stands_there(&p)) return true;
  bool found = p.high.record == NULL  ? jl_rank_behind(&p.low.rank, &rank)
               : p.low.record == NULL ? jl_rank_before(&p.high.rank, &rank)
                                      : jl_rank_between(&p.low.rank, &p.high.rank, &rank);
  if (!found && !make_room(&p, &rank, err)) return false;
  return slice_of(&p, &rank, ret_slice, err);
}

bool jl_place_last(struct jl_run *run, const struct jl_record_type *type, const struct jl_field *field, struct jl_bytes *ret_slice,
                   struct jl_error *err) {
  const struct jl_record made = {.type_number = type->number, .type = type};
  struct placing p = {.run = run, .moved = &made, .field = field};
  struct jl_rank last = jl_replica_last_rank(run->space, type->number), rank;
  if (!jl_rank_behind(&last, &rank)) {
    find_neighbours(&p, NULL, true);
    if (!jl_rank_behind(&p.low.rank, &rank) && !make_room(&p, &rank, err)) return false;
  }
  return slice_of(&p, &rank, ret_slice, err);
}
