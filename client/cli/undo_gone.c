/* What is taken back already. A group that takes another one back says so, and so does one that makes it again: what the last of them did
 * to a field, or to a record's being there, holds. Only what they really did counts, not what they say. */
#include "client/cli/input.h"
#include "client/cli/undo.h"
#include <stdlib.h>
#include <string.h>

#define MEMBER_ARENA (64u << 20)

/* ---- which ones there are ---- */
uint64_t jl_undo_head(struct jl_cli *cli) {
  (void)jl_plan_input_of(cli, &cli->plan); /* says where the plan stands */
  return cli->heard.position.revision;
}

struct taking {
  struct jl_cli *cli;
  struct jl_undo_takers *takers;
  uint64_t head, from;
};

static bool note_taker(void *context, const struct jl_undo_entry *e, bool local, struct jl_error *err) {
  struct taking *x = context;
  struct jl_undo_takers *t = x->takers;
  if (e->revision <= x->from) /* what was asked about itself: it does not know the question */
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("the server is older than this program and cannot tell what was taken back already"),
                   JL_MSG("bring the server up to date"));
  if (e->undoes == 0 && e->redoes == 0) return true;
  if (t->count == t->capacity) {
    size_t wanted = t->capacity == 0 ? 64 : t->capacity * 2;
    struct jl_undo_taker *larger = jl_arena_array(x->cli->arena, wanted, sizeof *larger);
    if (larger == NULL) return jl_cli_no_link(err);
    if (t->count > 0) memcpy(larger, t->list, t->count * sizeof *larger);
    t->list = larger;
    t->capacity = wanted;
  }
  t->list[t->count++] = (struct jl_undo_taker){
      .revision = e->revision, .target = e->undoes != 0 ? e->undoes : e->redoes, .waits = local && e->revision > x->head};
  return true;
}

bool jl_undo_takers(struct jl_cli *cli, uint64_t from, uint64_t to, struct jl_undo_takers *ret_takers, struct jl_error *err) {
  struct taking x = {.cli = cli, .takers = ret_takers, .head = jl_undo_head(cli), .from = from};
  const struct jl_log_ask ask = {.space = cli->plan, .from = from, .to = to, .takers = true};
  *ret_takers = (struct jl_undo_takers){0};
  if (!jl_undo_find(cli, &ask, note_taker, &x, err)) return false;
  for (size_t i = 0, n = ret_takers->count; i < n / 2; i++) { /* the newest first */
    struct jl_undo_taker other = ret_takers->list[i];
    ret_takers->list[i] = ret_takers->list[n - 1 - i];
    ret_takers->list[n - 1 - i] = other;
  }
  return true;
}

/* ---- who belongs together ---- */
/* The newest first. */
static int compare_takers(const void *key, const void *item) {
  uint64_t revision = *(const uint64_t *)key, other = ((const struct jl_undo_taker *)item)->revision;
  return revision > other ? -1 : revision < other;
}

struct jl_undo_taker *jl_undo_taker_of(const struct jl_undo_takers *t, uint64_t revision) {
  return t->count == 0 ? NULL : bsearch(&revision, t->list, t->count, sizeof *t->list, compare_takers);
}

void jl_undo_find_roots(struct jl_undo_takers *t, jl_undo_is_root *is_root, const void *context) {
  for (size_t i = t->count; i-- > 0;) {
    const struct jl_undo_taker *of = jl_undo_taker_of(t, t->list[i].target);
    bool known = of != NULL && of->root != 0;
    t->list[i].root = known ? of->root : is_root(context, t->list[i].target) ? t->list[i].target : 0;
    t->list[i].odd = !(known && of->odd);
  }
}

/* ---- what they did ---- */
static bool mark(struct jl_undo *u, uint64_t by, bool back, struct jl_error *err) {
  struct jl_arena *run = u->cli->arena, *own = jl_arena_new(MEMBER_ARENA);
  struct jl_undo other;
  if (own == NULL) return jl_cli_no_link(err);
  u->cli->arena = own;
  bool ok = jl_undo_read(u->cli, by, &other, err) && jl_inverse_taken_back(&u->inverse, other.changes, other.count, back, own, err);
  u->cli->arena = run;
  jl_arena_free(own);
  return ok;
}

bool jl_undo_mark_gone(struct jl_undo *u, const struct jl_undo_takers *t, uint64_t root, bool odd, uint64_t *ret_by, struct jl_error *err) {
  if (ret_by != NULL) *ret_by = 0;
  for (size_t i = t->count; i-- > 0;) {
    const struct jl_undo_taker *by = &t->list[i];
    if (by->root != root || by->revision <= u->of.revision) continue;
    if (!mark(u, by->revision, by->odd != odd, err)) return false;
    if (ret_by != NULL && by->odd != odd) *ret_by = by->revision;
  }
  return true;
}

/* ---- of one group ---- */
/* What was undone in the end, when this one takes something back itself; *ret_odd: it undoes it, else it makes it again. */
static bool root_of(const struct jl_undo *u, uint64_t *ret_root, bool *ret_odd, struct jl_error *err) {
  struct jl_undo_window *w = jl_arena_alloc(u->cli->arena, sizeof *w);
  struct jl_undo_entry at = u->of;
  if (w == NULL) return jl_cli_no_link(err);
  *ret_odd = false;
  for (;;) {
    uint64_t target = at.undoes != 0 ? at.undoes : at.redoes;
    *ret_root = at.revision;
    if (target == 0 || target >= at.revision) return true;
    if (!jl_undo_window(u->cli, target, target, w, err)) return false;
    if (w->count == 0) return true;
    at = w->entries[0];
    *ret_odd = !*ret_odd;
  }
}

static bool is_the_root(const void *context, uint64_t revision) { return *(const uint64_t *)context == revision; }

bool jl_undo_drop_gone(struct jl_undo *u, struct jl_error *err) {
  struct jl_undo_takers t = {0};
  uint64_t root = u->of.revision, by = 0;
  bool odd = false;
  if (!root_of(u, &root, &odd, err) || !jl_undo_takers(u->cli, root, root, &t, err)) return false;
  jl_undo_find_roots(&t, is_the_root, &root);
  if (!jl_undo_mark_gone(u, &t, root, odd, &by, err)) return false;
  jl_inverse_drop_gone(&u->inverse);
  if (u->inverse.count > 0) return true;
  const struct jl_undo_taker *last = jl_undo_taker_of(&t, by);
  if (last != NULL && last->waits)
    return jl_fail(err, JL_E_RULE_VIOLATION,
                   u->redo ? JL_MSG("what r{1} took back is made again already; that waits to be sent")
                           : JL_MSG("r{1} is taken back already; that waits to be sent"),
                   JL_MSG("jalon status shows what waits; jalon undo takes back the last of it"), jl_arg_revision(u->of.revision));
  return jl_fail(err, JL_E_RULE_VIOLATION,
                 u->redo ? JL_MSG("what r{1} took back is made again already by r{2}") : JL_MSG("r{1} is undone already by r{2}"),
                 JL_MSG("see jalon history"), jl_arg_revision(u->of.revision), jl_arg_revision(by));
}
