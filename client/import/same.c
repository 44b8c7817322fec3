/* Which record is which row. Rows of one key are told apart by what they say: first that of a record as it is, then as an import left it, for
 * somebody may have corrected it since; what is left goes by likeness among the records that rows of this key made. One row and one record of a key are
 * each other's whatever they say. Of several, a row that is like none of the records that are left may be one that was added or one that was changed: it
 * is left to whoever imports, and so is what cannot be told otherwise below. A record that no such row made is a row's own when it says the same, or when nothing else can be meant by its key; where several may be meant the row is left
 * to whoever imports. */
#include "client/import/known.h"
#include <stdlib.h>
#include <string.h>

#define GAP 64          /* places that may be free before one that is not: rows that were rejected */
#define LIKE_MOST 40000 /* pairs of one group that are compared; of a larger one what differs in one value is found */
#define CHAIN_MOST 64
#define LOOK_AT_ONCE 2000

/* ---- what rows of a key made ---- */
static uint32_t place_of(const struct jl_ingest_known *k, const struct jl_ingest_group *g, size_t place) {
  const struct jl_id id = jl_ingest_id_at(&g->first, place);
  const struct jl_ingest_seen *seen = jl_ingest_index_find(&k->by_id, &id);
  return seen == NULL ? JL_KNOWN_NONE : seen->line;
}

static void find_made(struct jl_ingest *in, uint32_t group) {
  struct jl_ingest_known *k = in->known;
  struct jl_ingest_group *g = &k->groups[group];
  for (size_t place = 1, gap = 0; gap < GAP || place <= g->rows; place++) {
    uint32_t at = place_of(k, g, place);
    gap = at == JL_KNOWN_NONE ? gap + 1 : 0;
    if (at == JL_KNOWN_NONE && g->rows == 1 && place > 2) return; /* most keys have one row */
    if (at == JL_KNOWN_NONE) continue;
    k->there[at].group = group + 1;
    g->made++;
  }
}

/* ---- one row, one record ---- */
static bool is_free(const struct jl_ingest_whose *w) { return w->there == JL_KNOWN_NONE && !w->fixed; }

static void match(struct jl_ingest_known *k, uint32_t row, uint32_t at, uint32_t place) {
  k->rows[row].there = at;
  k->rows[row].place = place;
  k->there[at].taken = true;
}

struct one { uint64_t content; uint32_t at, nth, item; };
struct looked { struct jl_ingest *in; uint32_t *now, *wrote; /* hashes of each field of each item */ size_t first, count; /* items of the group under way */ };

static int by_content(const void *left, const void *right) {
  const struct one *l = left, *r = right;
  return l->content != r->content ? (l->content > r->content) - (l->content < r->content) : (l->nth > r->nth) - (l->nth < r->nth);
}

/* A key that several rows have does not tell which one a record is. */
static bool is_ambiguous(const struct jl_ingest_group *g) { return !g->by_content && (g->rows > 1 || g->made > 1); }

static bool is_of_key(const struct jl_ingest_known *k, uint32_t field) {
  bool is = field == k->key;
  for (size_t i = 0; i < k->part_count; i++) is = is || field == k->parts[i];
  return is;
}

/* How many others of the key have this value of the row: other rows, and the records that are left; the first ones are enough. */
enum evidence { OF_ALL, OF_SOME, OF_NONE };
static enum evidence shared_by(const struct jl_ingest_known *k, const struct looked *l, const struct jl_ingest_group *g, uint32_t row, size_t item, size_t f) {
  uint32_t says = k->hashes[(size_t)row * k->field_count + f];
  size_t others = 0, same = 0;
  for (uint32_t r = g->row; r != JL_KNOWN_NONE && others < CHAIN_MOST; r = k->rows[r].next) {
    others += r != row;
    same += r != row && k->hashes[(size_t)r * k->field_count + f] == says;
  }
  for (size_t i = l->first; i < l->first + l->count && others < 2 * CHAIN_MOST; i++) {
    others += i != item;
    same += i != item && (l->now[i * k->field_count + f] == says || l->wrote[i * k->field_count + f] == says);
  }
  return same == 0 ? OF_NONE : same == others ? OF_ALL : OF_SOME;
}

/* They have a value, beside the key, that no other of it has; or more that differs among these is the same than not. As the record is now, or as an import
 * left it. */
static bool is_like(const struct jl_ingest_known *k, const struct looked *l, const struct jl_ingest_group *g, uint32_t row, size_t item) {
  const uint32_t *says = &k->hashes[(size_t)row * k->field_count], *now = &l->now[item * k->field_count], *wrote = &l->wrote[item * k->field_count];
  size_t same = 0, all = 0, left = 0;
  for (size_t f = 0; f < k->field_count; f++) {
    left += says[f] == wrote[f];
    if (is_of_key(k, k->fields[f]) || (says[f] == 0 && now[f] == 0 && wrote[f] == 0)) continue;
    bool is = says[f] != 0 && (says[f] == now[f] || says[f] == wrote[f]);
    enum evidence by = shared_by(k, l, g, row, item, f);
    if (is && by == OF_NONE) return true;
    all += by != OF_ALL;
    same += is && by != OF_ALL;
  }
  return left == k->field_count || 2 * same > all;
}

/* Both sorted by content: equal ones meet in their order. With `l` only those that are like each other. */
static void meet(struct jl_ingest_known *k, const struct looked *l, const struct jl_ingest_group *g, struct one *rows, size_t n, struct one *made, size_t m) {
  if (n > 0) qsort(rows, n, sizeof *rows, by_content);
  if (m > 0) qsort(made, m, sizeof *made, by_content);
  for (size_t i = 0, j = 0; i < n && j < m;)
    if (rows[i].content == made[j].content) {
      if (l == NULL || is_like(k, l, g, rows[i].at, made[j].item)) match(k, rows[i].at, made[j].at, made[j].nth);
      i++;
      j++;
    } else if (rows[i].content < made[j].content)
      i++;
    else
      j++;
}

static size_t free_rows(const struct jl_ingest_known *k, const struct jl_ingest_group *g, struct one *ret, bool read) {
  size_t n = 0;
  for (uint32_t r = g->row; r != JL_KNOWN_NONE; r = k->rows[r].next)
    if (is_free(&k->rows[r]) && (k->rows[r].read || !read)) ret[n++] = (struct one){k->rows[r].content, r, k->rows[r].nth, 0};
  return n;
}

static size_t free_made(const struct jl_ingest_known *k, const struct jl_ingest_group *g, struct one *ret, bool live, bool deleted) {
  size_t n = 0;
  for (size_t place = 1, found = 0; found < g->made; place++) {
    uint32_t at = place_of(k, g, place);
    if (at == JL_KNOWN_NONE) continue;
    found++;
    if (!k->there[at].taken && (k->there[at].deleted ? deleted : live)) ret[n++] = (struct one){k->there[at].content, at, (uint32_t)place, 0};
  }
  return n;
}

static bool room(size_t n, size_t m, struct one **ret_rows, struct one **ret_made, struct jl_error *err) {
  *ret_rows = malloc((n + m + 1) * sizeof **ret_rows);
  *ret_made = *ret_rows == NULL ? NULL : *ret_rows + n;
  if (*ret_rows == NULL) (void)jl_ingest_no_memory(err);
  return *ret_rows != NULL;
}

/* What stands in the file with a place or a reference, then what says what a record says. */
static bool by_what_they_say(struct jl_ingest_known *k, struct jl_ingest_group *g, struct jl_error *err) {
  struct one *rows, *made;
  for (uint32_t r = g->row; r != JL_KNOWN_NONE; r = k->rows[r].next) {
    uint32_t at = k->rows[r].place == 0 ? JL_KNOWN_NONE : place_of(k, g, k->rows[r].place);
    if (at != JL_KNOWN_NONE && !k->there[at].taken) match(k, r, at, k->rows[r].place);
  }
  if (!room(g->rows, g->made, &rows, &made, err)) return false;
  for (int deleted = 0; deleted < 2; deleted++) {
    size_t n = free_rows(k, g, rows, true), m = free_made(k, g, made, deleted == 0, deleted == 1);
    if (n > 0 && m > 0) meet(k, NULL, g, rows, n, made, m);
  }
  free(rows);
  return true;
}

/* ---- records that no such row made ---- */
static uint32_t same_content(struct jl_ingest_known *k, uint64_t content) {
  uint32_t *at = &k->by_content[content & (k->places - 1)];
  while (*at != JL_KNOWN_NONE && (k->there[*at].taken || k->there[*at].group != 0)) *at = k->there[*at].next_content; /* no row's any more */
  for (uint32_t i = *at; i != JL_KNOWN_NONE; i = k->there[i].next_content)
    if (k->there[i].content == content && !k->there[i].taken && k->there[i].group == 0) return i;
  return JL_KNOWN_NONE;
}

static void by_others_content(struct jl_ingest_known *k) {
  for (uint32_t r = 0; r < k->row_count; r++) {
    struct jl_ingest_whose *w = &k->rows[r];
    uint32_t at = is_free(w) && !w->is_new && w->read && k->field_count > 0 ? same_content(k, w->content) : JL_KNOWN_NONE;
    if (at == JL_KNOWN_NONE) continue;
    match(k, r, at, 0);
    w->other = true;
  }
}

/* A value that one of them does not have says nothing. */
static bool may_be(const struct jl_ingest_known *k, const struct jl_ingest_whose *w, const struct jl_ingest_there *t) {
  if (t->key != w->key || t->deleted || t->group != 0) return false;
  for (size_t i = 0; i < k->part_count; i++)
    if (t->parts[i] != 0 && w->parts[i] != 0 && t->parts[i] != w->parts[i]) return false;
  return true;
}

static void claim(struct jl_ingest_known *k, struct jl_ingest_whose *w) {
  size_t looked = 0;
  if (w->key == 0 || !w->read || w->fixed || w->is_new) return;
  for (uint32_t i = k->by_key[w->key & (k->places - 1)]; i != JL_KNOWN_NONE; i = k->there[i].next_key) {
    if (!may_be(k, w, &k->there[i])) continue;
    if (++looked > CHAIN_MOST) return;
    k->there[i].claimed++;
    w->candidates++;
    w->candidate = i;
  }
}

static void by_others_key(struct jl_ingest_known *k) {
  for (uint32_t r = 0; r < k->row_count; r++) claim(k, &k->rows[r]);
  for (uint32_t r = 0; r < k->row_count; r++) {
    struct jl_ingest_whose *w = &k->rows[r];
    if (!is_free(w) || w->is_new || w->like_none || w->candidates == 0) continue;
    struct jl_ingest_there *t = &k->there[w->candidate];
    bool sure = w->candidates == 1 && t->claimed == 1 && !t->taken && (w->group == JL_KNOWN_NONE || k->groups[w->group].made == 0);
    w->ask = !sure;
    w->other = sure;
    if (sure) match(k, r, w->candidate, 0);
  }
}

/* ---- as an import left it, and likeness ---- */
static void hash_items(struct jl_ingest *in, struct looked *l) {
  struct jl_ingest_known *k = in->known;
  for (size_t i = 0; i < in->chunk.item_count; i++) {
    const struct jl_ingest_item *item = &in->chunk.items[i];
    for (size_t f = 0; f < k->field_count; f++) {
      const struct jl_ingest_change *c = f < item->change_count ? &item->changes[f] : NULL;
      size_t at = i * k->field_count + f;
      l->now[at] = jl_known_value(in, k->fields[f], jl_record_slice(item->now.body, k->fields[f]));
      l->wrote[at] = c != NULL && c->known ? jl_known_value(in, k->fields[f], c->wrote) : l->now[at];
    }
    jl_arena_reset(in->row_arena);
  }
}

/* Fields that say the same as the record now, or when an import wrote it last. Twice as much when all do. */
static size_t likeness(const struct jl_ingest_known *k, const struct looked *l, uint32_t row, size_t item) {
  const uint32_t *says = &k->hashes[(size_t)row * k->field_count];
  size_t same = 0, left = 0;
  for (size_t f = 0; f < k->field_count; f++) {
    size_t at = item * k->field_count + f;
    same += says[f] == l->now[at] || says[f] == l->wrote[at];
    left += says[f] == l->wrote[at];
  }
  return left == k->field_count ? 2 * same + 1 : same;
}

/* The likest pair first; among pairs as like the one that stands first. */
static void by_likeness(struct jl_ingest_known *k, const struct looked *l, const struct jl_ingest_group *g, struct one *rows, size_t n, struct one *made, size_t m, size_t item) {
  for (size_t left = n < m ? n : m; left > 0; left--) {
    size_t row = n, record = m, best = 0;
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < m; j++) {
        if (k->rows[rows[i].at].there != JL_KNOWN_NONE || k->there[made[j].at].taken || k->there[made[j].at].deleted) continue;
        size_t like = likeness(k, l, rows[i].at, item + j);
        if (like <= best || (is_ambiguous(g) && !is_like(k, l, g, rows[i].at, item + j))) continue;
        best = like;
        row = i;
        record = j;
      }
    if (row == n) return;
    match(k, rows[row].at, made[record].at, made[record].nth);
  }
}

/* All that the values say but the one of a field: a group too large for each to be held against each other. */
static uint64_t all_but(const uint32_t *values, size_t n, size_t field) {
  uint64_t h = 14695981039346656037u;
  for (size_t i = 0; i < n; i++) h = (h ^ (i == field ? 0 : values[i])) * 1099511628211u;
  return h;
}

static bool by_all_but_one(struct jl_ingest_known *k, const struct looked *l, const struct jl_ingest_group *g, struct one *rows, const struct one *made, size_t m, size_t item, struct jl_error *err) {
  struct one *free_ones = malloc((m + 1) * sizeof *free_ones);
  if (free_ones == NULL) return jl_ingest_no_memory(err);
  for (size_t pass = 0; pass < 2 * k->field_count; pass++) { /* of each field: as the record is now, then as an import left it */
    const uint32_t *values = pass % 2 == 0 ? l->now : l->wrote;
    size_t n = free_rows(k, g, rows, true), left = 0;
    for (size_t i = 0; i < n; i++) rows[i].content = all_but(&k->hashes[(size_t)rows[i].at * k->field_count], k->field_count, pass / 2);
    for (size_t j = 0; j < m; j++)
      if (!k->there[made[j].at].taken) free_ones[left++] = (struct one){all_but(&values[(item + j) * k->field_count], k->field_count, pass / 2), made[j].at, made[j].nth, (uint32_t)(item + j)};
    if (n > 0 && left > 0) meet(k, is_ambiguous(g) ? l : NULL, g, rows, n, free_ones, left);
  }
  free(free_ones);
  return true;
}

/* The open groups from `from` on, so many as are looked at together: their records' bodies and who wrote what. */
static bool look(struct jl_ingest *in, uint32_t from, uint32_t *ret_to, struct one *made, struct jl_error *err) {
  struct jl_ingest_known *k = in->known;
  struct jl_ingest_chunk *c = &in->chunk;
  uint32_t to = from;
  c->items = jl_arena_array(c->arena, LOOK_AT_ONCE, sizeof *c->items);
  if (c->items == NULL) return jl_ingest_no_memory(err);
  for (; to < k->group_count; to++) {
    const struct jl_ingest_group *g = &k->groups[to];
    if (!g->open) continue;
    size_t m = free_made(k, g, made, true, false);
    if (c->item_count + m > LOOK_AT_ONCE) break;
    for (size_t i = 0; i < m; i++)
      c->items[c->item_count++] = (struct jl_ingest_item){.type = in->type->number, .id = k->there[made[i].at].id, .given = k->fields, .given_count = k->field_count};
  }
  *ret_to = to;
  return c->item_count == 0 || jl_ingest_left(in, err);
}

static bool settle_open(struct jl_ingest *in, struct one *rows, struct one *made, struct jl_error *err) {
  struct jl_ingest_known *k = in->known;
  size_t size = (size_t)LOOK_AT_ONCE * (k->field_count + 1);
  struct looked l = {.in = in, .now = calloc(size, sizeof *l.now), .wrote = calloc(size, sizeof *l.wrote)};
  bool ok = l.now != NULL && l.wrote != NULL;
  if (!ok) (void)jl_ingest_no_memory(err);
  for (uint32_t from = 0, to = 0; ok && from < k->group_count; from = to) {
    ok = look(in, from, &to, made, err);
    if (ok) hash_items(in, &l);
    for (size_t item = 0; ok && from < to; from++) {
      struct jl_ingest_group *g = &k->groups[from];
      if (!g->open) continue;
      size_t n = free_rows(k, g, rows, true), m = free_made(k, g, made, true, false);
      l.first = item;
      l.count = m;
      if (n * m <= LIKE_MOST) by_likeness(k, &l, g, rows, n, made, m, item);
      else ok = by_all_but_one(k, &l, g, rows, made, m, item, err);
      item += m;
    }
    jl_arena_reset(in->chunk.arena);
    in->chunk = (struct jl_ingest_chunk){.arena = in->chunk.arena};
  }
  free(l.now);
  free(l.wrote);
  return ok;
}

/* What is left: in order, where any of them will do. Records that were deleted stay what they were. */
static void settle_rest(struct jl_ingest_known *k, const struct jl_ingest_group *g, struct one *rows, struct one *made) {
  size_t n = g->made == 0 ? 0 : free_rows(k, g, rows, false), m = n == 0 ? 0 : free_made(k, g, made, true, false);
  if (is_ambiguous(g)) {
    for (size_t r = 0; m > 0 && r < n; r++) k->rows[rows[r].at].like_none = !k->rows[rows[r].at].is_new;
    return;
  }
  m += n == 0 ? 0 : free_made(k, g, made + m, false, true);
  for (size_t r = 0; r < n && r < m; r++) match(k, rows[r].at, made[r].at, made[r].nth);
}

/* One row and one record need no look. */
static bool find_open(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_known *k = in->known;
  size_t most_rows = 0, most_made = 0, open = 0;
  struct one *rows, *made;
  for (uint32_t i = 0; i < k->group_count; i++) {
    if (k->groups[i].rows > most_rows) most_rows = k->groups[i].rows;
    if (k->groups[i].made > most_made) most_made = k->groups[i].made;
  }
  if (!room(most_rows, most_made, &rows, &made, err)) return false;
  for (uint32_t i = 0; i < k->group_count; i++) {
    struct jl_ingest_group *g = &k->groups[i];
    size_t n = g->made == 0 || g->rows + g->made == 2 ? 0 : free_rows(k, g, rows, true), m = n == 0 ? 0 : free_made(k, g, made, true, false);
    g->open = k->hashes != NULL && n > 0 && m > 0 && m <= LOOK_AT_ONCE;
    open += g->open;
  }
  bool ok = open == 0 || settle_open(in, rows, made, err);
  for (uint32_t i = 0; ok && i < k->group_count; i++) settle_rest(k, &k->groups[i], rows, made);
  free(rows);
  return ok;
}

/* ---- new ones ---- */
static bool give_places(struct jl_ingest_known *k, struct jl_ingest_group *g, struct jl_error *err) {
  bool *used = calloc((size_t)g->rows + g->made + 2, sizeof *used);
  size_t most = (size_t)g->rows + g->made, place = 1;
  if (used == NULL) return jl_ingest_no_memory(err);
  for (size_t p = 1; p <= most; p++) used[p] = place_of(k, g, p) != JL_KNOWN_NONE;
  for (uint32_t r = g->row; r != JL_KNOWN_NONE; r = k->rows[r].next)
    if (k->rows[r].place > 0 && k->rows[r].place <= most) used[k->rows[r].place] = true;
  for (uint32_t r = g->row; r != JL_KNOWN_NONE; r = k->rows[r].next) {
    struct jl_ingest_whose *w = &k->rows[r];
    if (w->there != JL_KNOWN_NONE || w->place > 0 || w->like_none) continue;
    while (place <= most && used[place]) place++;
    w->place = (uint32_t)place++;
  }
  free(used);
  return true;
}

/* Another plan's records have the same references. Which ones are meant is for who imports to say: no row is taken before. */
static bool are_of_this_plan(struct jl_ingest *in, struct jl_error *err) {
  const struct jl_ingest_known *k = in->known;
  char reference[JL_REFERENCE_SIZE];
  if (in->by_reference || k->strange_count == 0) return true;
  jl_reference_text(in->type->number, k->strange.number, reference);
  return jl_fail(err, JL_E_USAGE,
                 k->strange.by_id ? JL_MSG("{1} of {2} records that \"ref\" names are others in this plan, by their \"id\", such as {3} (line {4}: \"{5}\"): is the file of another plan?")
                                  : JL_MSG("{1} of {2} records that \"ref\" names have another title in this plan, such as {3} (line {4}: \"{5}\"): is the file of another plan?"),
                 JL_MSG("--map \"ref=\" makes new records of its rows; --key ref says that the records that \"ref\" names are meant"), jl_arg_integer((int64_t)k->strange_count), jl_arg_integer((int64_t)k->named_count),
                 jl_arg_text(reference), jl_arg_integer(k->strange.line), jl_arg_text(k->strange.title));
}

bool jl_known_decide(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_known *k = in->known;
  for (uint32_t r = 0; r < k->row_count; r++)
    if (k->rows[r].there != JL_KNOWN_NONE) k->there[k->rows[r].there].taken = true;
  for (uint32_t g = 0; g < k->group_count; g++) find_made(in, g);
  for (uint32_t g = 0; g < k->group_count; g++)
    if (!by_what_they_say(k, &k->groups[g], err)) return false;
  if (!are_of_this_plan(in, err)) return false;
  by_others_content(k);
  if (!find_open(in, err)) return false;
  by_others_key(k);
  for (uint32_t g = 0; g < k->group_count; g++)
    if (!give_places(k, &k->groups[g], err)) return false;
  return true;
}

/* ---- whose the row under way is ---- */
static bool ask(const struct jl_ingest_record *r, const struct jl_ingest_whose *w, struct jl_error *err) {
  const struct jl_ingest_known *k = r->in->known;
  char names[160] = "", reference[JL_REFERENCE_SIZE];
  size_t used = 0, n = 0;
  for (uint32_t i = k->by_key[w->key & (k->places - 1)]; i != JL_KNOWN_NONE && n < 5; i = k->there[i].next_key) {
    if (!may_be(k, w, &k->there[i])) continue;
    jl_reference_text(r->type->number, k->there[i].number, reference);
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", n++ > 0 ? ", " : "", reference);
  }
  return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("it may be {1}, which this import did not make"), JL_MSG("a first column \"ref\" says which record a row is (such as {2}; --key ref, when its title is another), or \"new\""), jl_arg_text(names), jl_arg_text(reference));
}

static bool ask_which(const struct jl_ingest_record *r, const struct jl_ingest_whose *w, struct jl_error *err) {
  const struct jl_ingest_known *k = r->in->known;
  const struct jl_ingest_group *g = &k->groups[w->group];
  char names[160] = "", reference[JL_REFERENCE_SIZE] = "";
  size_t used = 0, n = 0;
  for (size_t place = 1, found = 0; found < g->made && n < 5; place++) {
    uint32_t at = place_of(k, g, place);
    found += at != JL_KNOWN_NONE;
    if (at == JL_KNOWN_NONE || k->there[at].taken || k->there[at].deleted) continue;
    jl_reference_text(r->type->number, k->there[at].number, reference);
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", n++ > 0 ? ", " : "", reference);
  }
  return jl_fail(err, JL_E_AMBIGUOUS, JL_MSG("it may be {1}, which a row of the same key made that the file has no more, or a new one"),
                 JL_MSG("a first column \"ref\" says which record a row is (such as {2}; --key ref, when its title is another), or \"new\""), jl_arg_text(names), jl_arg_text(reference));
}

size_t jl_ingest_known_place(const struct jl_ingest *in) { return in->known->rows[in->known->at].place; }
size_t jl_ingest_known_nth(const struct jl_ingest *in) { return in->known->rows[in->known->at].nth; }

bool jl_ingest_known_id(struct jl_ingest_record *r, const struct jl_id *first, struct jl_error *err) {
  struct jl_ingest_known *k = r->in->known;
  const struct jl_ingest_whose *w = &k->rows[k->at];
  if (w->like_none) return ask_which(r, w, err);
  if (w->ask) return ask(r, w, err);
  r->id = w->there != JL_KNOWN_NONE ? k->there[w->there].id : jl_ingest_id_at(first, w->place > 0 ? w->place : 1);
  k->others += w->other;
  return true;
}
