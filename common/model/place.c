/* Giving places in lists: between the neighbours that an edit names, as they are now; or at the end. */
#include "common/base/limits.h"
#include "common/model/evaluation.h"
#include "common/model/rules.h"
#include <string.h>

#define ROOM_FIRST 8                   /* neighbours on either side that get new keys when there is no room; more when that is not enough */
#define ROOM_KEY_MAX (JL_RANK_MAX / 4) /* bytes of the new ones, so that there is room for long */

/* A record and its key; tombstones too: those may come back to their places. */
struct place {
  struct jl_rank rank;
  const struct jl_record *record;
};

static int compare_places(const struct place *a, const struct place *b) {
  int order = jl_rank_compare(&a->rank, &b->rank);
  return order != 0 ? order : jl_id_compare(&a->record->id, &b->record->id);
}

struct placing {
  struct jl_run *run;
  const struct jl_record *moved;
  const struct jl_field *field;
  size_t at;              /* how many stand before it, the moved one left out */
  struct place low, high; /* neighbours; record NULL: none on that side */
};

/* The list without the moved record: `hole` is where that stands in `order`, or SIZE_MAX. */
struct list {
  const struct jl_rank_order *order;
  size_t hole, count;
};

static bool list_of(const struct placing *p, struct list *ret_list, struct jl_error *err) {
  struct jl_rank rank;
  if (!jl_replica_list(p->run->space, p->moved->type_number, &ret_list->order)) return jl_no_memory(err);
  ret_list->hole = SIZE_MAX;
  ret_list->count = ret_list->order->count;
  if (jl_replica_record(p->run->space, &p->moved->id) != p->moved) return true; /* a new one */
  (void)jl_rank_of(p->moved, &rank);
  ret_list->hole = jl_rank_order_place(ret_list->order, &rank, &p->moved->id);
  ret_list->count--;
  return true;
}

static struct place listed(const struct list *list, size_t i) {
  struct place place = {.record = *list->order->slots[i >= list->hole ? i + 1 : i]};
  (void)jl_rank_of(place.record, &place.rank);
  return place;
}

static bool slice_of(const struct placing *p, const struct jl_rank *rank, struct jl_bytes *ret_slice, struct jl_error *err) {
  *ret_slice = jl_value_encode(p->run->a, p->field, &(struct jl_value){.text = {rank->bytes, rank->size}});
  return ret_slice->data != NULL || jl_no_memory(err);
}

/* The neighbours of a place, without the moved record: behind `at` or before it (its record itself on the other side); NULL: the end, or
 * the beginning. */
static bool find_neighbours(struct placing *p, const struct place *at, bool behind, struct jl_error *err) {
  struct list list;
  if (!list_of(p, &list, err)) return false;
  p->at = behind ? list.count : 0;
  if (at != NULL) {
    size_t place = jl_rank_order_place(list.order, &at->rank, &at->record->id);
    p->at = place > list.hole ? place - 1 : place;
    if (behind && p->at < list.count && listed(&list, p->at).record == at->record) p->at++;
  }
  p->low = p->at > 0 ? listed(&list, p->at - 1) : (struct place){.record = NULL};
  p->high = p->at < list.count ? listed(&list, p->at) : (struct place){.record = NULL};
  return true;
}

static bool stands_there(const struct placing *p) {
  struct place now = {.record = p->moved};
  (void)jl_rank_of(p->moved, &now.rank);
  return (p->low.record == NULL || compare_places(&p->low, &now) < 0) && (p->high.record == NULL || compare_places(&now, &p->high) < 0);
}

/* ---- when there is no room between the neighbours ---- */
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

/* Gives the records from..end of the list, without the moved one, the keys of ranks, which has one more for that. */
static bool give_all(struct placing *p, const struct list *list, size_t from, size_t end, const struct jl_rank *ranks,
                     struct jl_error *err) {
  struct place *places = jl_arena_array(p->run->a, end - from + 1, sizeof *places);
  if (places == NULL) return jl_no_memory(err);
  for (size_t i = from; i < end; i++) places[i - from] = listed(list, i); /* the list moves while they get theirs */
  for (size_t i = from; i < end; i++)
    if (!give(p, &places[i - from], &ranks[i - from + (i >= p->at ? 1 : 0)], err)) return false;
  return true;
}

/* New keys for the neighbours in a widening circle, until they and the moved one have short ones. */
static bool make_room(struct placing *p, struct jl_rank *ret_rank, struct jl_error *err) {
  struct list list;
  if (!list_of(p, &list, err)) return false;
  for (size_t room = ROOM_FIRST;; room *= 2) {
    size_t from = p->at > room ? p->at - room : 0, end = list.count - p->at > room ? p->at + room : list.count;
    bool all = from == 0 && end == list.count;
    const struct place none = {.record = NULL}, low = from > 0 ? listed(&list, from - 1) : none,
                       high = end < list.count ? listed(&list, end) : none;
    struct jl_rank *ranks = jl_arena_array(p->run->a, end - from + 1, sizeof *ranks);
    if (ranks == NULL) return jl_no_memory(err);
    bool spread = jl_rank_spread(&low.rank, &high.rank, ranks, end - from + 1);
    if (!all && !(spread && short_enough(ranks, end - from + 1))) continue;
    if (!spread) return jl_fail(err, JL_E_INTERNAL, JL_MSG("there is no place left in the list"), NULL);
    *ret_rank = ranks[p->at - from];
    return give_all(p, &list, from, end, ranks, err);
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
static bool choose_neighbours(struct placing *p, const Jalon__FieldEdit *edit, struct jl_error *err) {
  struct place after, before;
  bool has_after = edit->has_after && neighbour(p, edit->after, &after),
       has_before = edit->has_before && neighbour(p, edit->before, &before);
  if (has_after && has_before && gone(&after) && !gone(&before)) has_after = false;
  if (has_after) return find_neighbours(p, &after, true, err);
  if (has_before) return find_neighbours(p, &before, false, err);
  return find_neighbours(p, NULL, !(edit->has_after && edit->after.len == 0), err); /* after nothing: the first; else the last */
}

/* A key that the record had: undone moves. */
static bool place_at_key(struct placing *p, struct jl_bytes wanted, struct jl_bytes *ret_slice, struct jl_error *err) {
  struct place at = {.record = p->moved};
  struct jl_record with_key = *p->moved;
  with_key.body = jl_record_with(p->run->a, p->moved->body, p->field->number, wanted);
  if (with_key.body.data == NULL) return jl_no_memory(err);
  (void)jl_rank_of(&with_key, &at.rank);
  if (!find_neighbours(p, &at, true, err)) return false;
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
  if (!choose_neighbours(&p, edit, err)) return false;
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
    if (!find_neighbours(&p, NULL, true, err)) return false;
    if (!jl_rank_behind(&p.low.rank, &rank) && !make_room(&p, &rank, err)) return false;
  }
  return slice_of(&p, &rank, ret_slice, err);
}
