/* The order in which an import is sent: what a record names goes before it, since only within one group a reference may point forward.
 * So types that others name go first, each in the file's order; records that others of their type name go before those. Lists that
 * people order end in the file's order all the same: who had to be sent early is moved to its place. */
#include "client/cli/import.h"
#include "common/record/record.h"
#include "common/record/schema.h"
#include <stdlib.h>

struct index {
  struct jl_id id;
  size_t item;
};
struct seed { /* an item, and how far it stands from what names nothing */
  size_t item, level;
};
#define TYPES_MAX 256 /* in one file; more are sent as they come */
struct levels {
  uint32_t types[TYPES_MAX];
  size_t of[TYPES_MAX + 1], count; /* the last one: of all that found no room */
};
enum state { NOT_SENT, BELOW, SENT }; /* BELOW: what it names is being looked at */
struct ordering {
  struct jl_import *im;
  struct index *index; /* ascending by id */
  uint8_t *states;
  size_t *stack, depth; /* items that are BELOW, each named by the one before it */
  size_t *sent, sent_count; /* items in the order of sending */
};

static int by_id(const void *a, const void *b) { return jl_id_compare(&((const struct index *)a)->id, &((const struct index *)b)->id); }

/* SIZE_MAX: not of this file. */
static size_t item_of(const struct ordering *o, const struct jl_id *id) {
  const struct index key = {.id = *id}, *found = bsearch(&key, o->index, o->im->item_count, sizeof *o->index, by_id);
  return found == NULL ? SIZE_MAX : found->item;
}

/* One that the item names and that was not looked at yet. In a circle somebody is first; the server has its rules about circles. */
static size_t named_first(const struct ordering *o, size_t at) {
  struct jl_id id;
  for (size_t from = 0; jl_record_next_id(o->im->items[at].record, &from, &id);) {
    size_t named = item_of(o, &id);
    if (named != SIZE_MAX && o->states[named] == NOT_SENT) return named;
  }
  return SIZE_MAX;
}

static void send_with_named(struct ordering *o, size_t item) {
  if (o->states[item] != NOT_SENT) return;
  o->states[item] = BELOW;
  o->stack[o->depth++] = item;
  while (o->depth > 0) {
    size_t top = o->stack[o->depth - 1], named = named_first(o, top);
    if (named != SIZE_MAX) {
      o->states[named] = BELOW;
      o->stack[o->depth++] = named;
      continue;
    }
    o->depth--;
    o->states[top] = SENT;
    o->sent[o->sent_count++] = top;
  }
}

/* Of each list: whoever was sent before one that stands before it in the file is moved behind its predecessor there. */
static bool find_moves(const struct ordering *o, struct jl_error *err) {
  struct jl_import *im = o->im;
  struct jl_arena *a = im->cli->arena;
  size_t *place = jl_arena_array(a, im->item_count, sizeof *place); /* in the order of sending */
  im->moves = jl_arena_array(a, im->item_count, sizeof *im->moves);
  if (place == NULL || im->moves == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < o->sent_count; i++) place[o->sent[i]] = i;
  for (size_t t = 0; t < jl_record_type_count; t++) {
    size_t last = SIZE_MAX, highest = 0; /* before the item in its list, and the latest sent so far */
    if (jl_rank_field(jl_record_types[t]) == NULL) continue;
    for (size_t i = 0; i < im->item_count; i++) {
      if (im->items[i].type != jl_record_types[t]->number) continue;
      if (last != SIZE_MAX && place[i] < highest)
        im->moves[im->move_count++] = (struct jl_import_move){&im->items[i], &im->items[last].id};
      else
        highest = place[i];
      last = i;
    }
  }
  return true;
}

/* ---- types that others name ---- */
/* TYPES_MAX: there is no more room. */
static size_t place_of(struct levels *l, uint32_t type) {
  size_t i = 0;
  while (i < l->count && l->types[i] != type) i++;
  if (i == l->count && i < TYPES_MAX) l->types[l->count++] = type;
  return i;
}

/* One level above everything that its records name; types in a circle rise no further than there are types. */
static bool raise_levels(const struct ordering *o, struct levels *l) {
  bool raised = false;
  for (size_t i = 0; i < o->im->item_count; i++) {
    const struct jl_import_item *item = &o->im->items[i];
    struct jl_id id;
    size_t mine = place_of(l, item->type);
    for (size_t from = 0; jl_record_next_id(item->record, &from, &id);) {
      size_t named = item_of(o, &id);
      size_t theirs = named == SIZE_MAX ? mine : place_of(l, o->im->items[named].type);
      if (theirs == mine || mine == TYPES_MAX || l->of[mine] > l->of[theirs] || l->of[mine] >= TYPES_MAX) continue;
      l->of[mine] = l->of[theirs] + 1;
      raised = true;
    }
  }
  return raised;
}

static int by_level(const void *a, const void *b) {
  const struct seed *x = a, *y = b;
  if (x->level != y->level) return x->level < y->level ? -1 : 1;
  return x->item < y->item ? -1 : x->item > y->item;
}

/* Closed months last, behind all that counts in them, but for what names them. */
static void close_last(struct levels *l) {
  size_t closings = place_of(l, JL_TYPE_CLOSED_MONTH);
  if (closings < TYPES_MAX) l->of[closings] = TYPES_MAX - 1;
}

/* People, teams and roles first: they are of another space. */
static struct seed *seeds_of(const struct ordering *o) {
  struct jl_import *im = o->im;
  struct levels *l = jl_arena_alloc(im->cli->arena, sizeof *l);
  struct seed *seeds = jl_arena_array(im->cli->arena, im->item_count + 1, sizeof *seeds);
  if (l == NULL || seeds == NULL) return NULL;
  close_last(l);
  for (size_t round = 0; round < TYPES_MAX && raise_levels(o, l); round++) {
  }
  for (size_t i = 0; i < im->item_count; i++)
    seeds[i] = (struct seed){i, jl_id_equal(&im->items[i].space, &im->plan) ? 1 + l->of[place_of(l, im->items[i].type)] : 0};
  qsort(seeds, im->item_count, sizeof *seeds, by_level);
  return seeds;
}

/* ---- what must not be parted ---- */
/* Whoever is named on an action or a line may edit it from then on, and others no more: what lies below it goes with it in one group, which is
 * judged by the letters before it. So do the rights of a plan and its letters with the plan itself. */
static bool goes_with(const struct ordering *o, size_t item, size_t *ret_head) {
  static const struct {
    uint32_t type, field;
  } below[] = {{JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION},
               {JL_TYPE_LINK, JL_LINK_ACTION},
               {JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE},
               {JL_TYPE_GRANT, JL_GRANT_PLAN},
               {JL_TYPE_RACI, JL_RACI_TARGET}};
  const struct jl_import_item *it = &o->im->items[item];
  struct jl_id head;
  size_t b = 0;
  while (b < JL_COUNT(below) && below[b].type != it->type) b++;
  if (b == JL_COUNT(below) || !jl_record_id(jl_record_type_by_number(it->type), it->record, below[b].field, &head)) return false;
  *ret_head = item_of(o, &head);
  return *ret_head != SIZE_MAX && *ret_head != item;
}

static bool keep_together(struct ordering *o, struct jl_error *err) {
  struct jl_import *im = o->im;
  size_t n = im->item_count, kept = 0;
  size_t *first = jl_arena_array(im->cli->arena, n + 1, sizeof *first), *last = jl_arena_array(im->cli->arena, n + 1, sizeof *last),
         *next = jl_arena_array(im->cli->arena, n + 1, sizeof *next), *sent = jl_arena_array(im->cli->arena, n + 1, sizeof *sent);
  if (first == NULL || last == NULL || next == NULL || sent == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < n; i++) first[i] = next[i] = SIZE_MAX;
  for (size_t i = 0; i < o->sent_count; i++) {
    size_t item = o->sent[i], head;
    if (!goes_with(o, item, &head)) continue;
    im->items[item].bound = true;
    if (first[head] == SIZE_MAX)
      first[head] = item;
    else
      next[last[head]] = item;
    last[head] = item;
  }
  for (size_t i = 0; i < o->sent_count; i++) {
    if (im->items[o->sent[i]].bound) continue;
    sent[kept++] = o->sent[i];
    for (size_t item = first[o->sent[i]]; item != SIZE_MAX; item = next[item]) sent[kept++] = item;
  }
  o->sent = sent;
  o->sent_count = kept;
  return true;
}

bool jl_import_order(struct jl_import *im, struct jl_error *err) {
  struct jl_arena *a = im->cli->arena;
  size_t n = im->item_count;
  struct ordering o = {.im = im,
                       .index = jl_arena_array(a, n + 1, sizeof *o.index),
                       .states = jl_arena_array(a, n + 1, sizeof *o.states),
                       .stack = jl_arena_array(a, n + 1, sizeof *o.stack),
                       .sent = jl_arena_array(a, n + 1, sizeof *o.sent)};
  if (o.index == NULL || o.states == NULL || o.stack == NULL || o.sent == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < n; i++) o.index[i] = (struct index){im->items[i].id, i};
  qsort(o.index, n, sizeof *o.index, by_id);
  const struct seed *seeds = seeds_of(&o);
  if (seeds == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < n; i++) send_with_named(&o, seeds[i].item);
  if (!keep_together(&o, err)) return false;
  struct jl_import_item *ordered = jl_arena_array(a, n + 1, sizeof *ordered);
  if (ordered == NULL) return jl_cli_no_link(err);
  if (!find_moves(&o, err)) return false;
  for (size_t i = 0; i < n; i++) ordered[i] = im->items[o.sent[i]];
  im->sent = ordered;
  return true;
}
