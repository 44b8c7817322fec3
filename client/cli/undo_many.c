/* Several groups at once: a range of revisions, or all of an import. Each is taken back by a group of its own, the newest first, so every
 * step is whole, and the same command goes on after an interruption: what is taken back already is passed over. Roles and people that an import needed
 * are the organisation's, another space: its groups go after those of the plan. */
#include "client/cli/undo.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUP_ARENA (64u << 20)
#define NAMES_TOLD 5
#define NAMES_BACK 2048 /* revisions looked through for names of imports, when there is none of the name that was given */
#define ASKED_MAX 64    /* records asked for in one request */

/* A record that these groups touch. */
struct touched {
  struct jl_id id; /* zero: a free slot */
  uint64_t seen;   /* the last of these revisions that touched it, when nobody else did in between */
  bool made;       /* by one of these groups: it goes, so its changes need not be taken back */
  bool deleted;    /* as far as these groups know; and it is so now */
  bool stays;      /* for what lies below it */
};

struct many {
  struct jl_cli *cli;
  const char *import; /* NULL: a range */
  struct jl_id run;
  struct jl_undo_entry *list; /* the newest first; changes: of what is not taken back yet */
  size_t count, capacity, waiting /* of them are not taken back yet */;
  struct jl_undo_takers takers;
  struct touched *records;
  size_t slots, used;
  size_t others, changes, done, undone, stay, conflicts;
  struct jl_error why; /* the first refusal that is no conflict; OK: none */
  uint64_t first, last; /* revisions that it made */
  uint64_t head; /* of the plan, as far as is known */
  bool begun;    /* import: something of it was found */
  bool whole;    /* import: all runs of that name */
  size_t runs, earlier; /* import: of that name; of them, before this one */
  char names[NAMES_TOLD][128];
  size_t name_count;
  struct many *organisation; /* import: what it made there, and is there still; NULL: nothing */
};

/* ---- which groups ---- */
static bool add_entry(struct many *m, const struct jl_undo_entry *e, struct jl_error *err) {
  if (m->count == m->capacity) {
    size_t wanted = m->capacity == 0 ? 64 : m->capacity * 2;
    struct jl_undo_entry *larger = jl_arena_array(m->cli->arena, wanted, sizeof *larger);
    if (larger == NULL) return jl_cli_no_link(err);
    if (m->count > 0) memcpy(larger, m->list, m->count * sizeof *larger);
    m->list = larger;
    m->capacity = wanted;
  }
  m->list[m->count++] = *e;
  return true;
}

static bool mine(const struct many *m, const struct jl_undo_entry *e) {
  struct jl_id person = jl_profile_identity(m->cli->profile)->person;
  return jl_id_equal(&e->author, &person);
}

static void keep_name(struct many *m, const char *name) {
  for (size_t i = 0; i < m->name_count; i++)
    if (strcmp(m->names[i], name) == 0) return;
  if (m->name_count < NAMES_TOLD) snprintf(m->names[m->name_count++], sizeof m->names[0], "%s", name);
}

static bool take_import(void *context, const struct jl_undo_entry *e, bool local, struct jl_error *err) {
  struct many *m = context;
  (void)local;
  return strcmp(e->import_name, m->import) != 0 || add_entry(m, e, err); /* an older server tells of all */
}

static void newest_first(struct many *m) {
  for (size_t i = 0; i < m->count / 2; i++) {
    struct jl_undo_entry other = m->list[i];
    m->list[i] = m->list[m->count - 1 - i];
    m->list[m->count - 1 - i] = other;
  }
}

/* Of every import of that name that one may take back. */
static bool find_imports(struct many *m, struct jl_error *err) {
  const struct jl_log_ask ask = {.space = m->cli->plan, .from = 1, .to = UINT64_MAX, .import_name = m->import};
  if (!jl_undo_find(m->cli, &ask, take_import, m, err)) return false;
  newest_first(m);
  m->begun = m->count > 0;
  size_t kept = 0;
  for (size_t i = 0; i < m->count; i++)
    if (mine(m, &m->list[i]) || jl_profile_identity(m->cli->profile)->administrator) m->list[kept++] = m->list[i];
  m->count = kept;
  return kept > 0 || !m->begun ||
         jl_fail(err, JL_E_DENIED, JL_MSG("the import {1} is somebody else's"), JL_MSG("its author or an administrator can undo it"), jl_arg_text(m->import));
}

/* The run of the n-th import among all of that name, 0 the newest. false: there are not so many, or no memory. */
static bool take_run(const struct many *all, size_t n, struct many *m, struct jl_error *err) {
  size_t runs = 0, at = 0;
  *m = (struct many){.cli = all->cli, .import = all->import, .head = all->head, .begun = true};
  for (; at < all->count; at++) {
    bool seen = false;
    for (size_t k = 0; k < at && !seen; k++) seen = jl_id_equal(&all->list[k].import, &all->list[at].import);
    if (!seen && runs++ == n) break;
  }
  if (at == all->count) return false;
  m->run = all->list[at].import;
  for (size_t i = at; i < all->count; i++)
    if (jl_id_equal(&all->list[i].import, &m->run) && !add_entry(m, &all->list[i], err)) return false;
  return true;
}

static size_t count_runs(const struct many *all) {
  size_t runs = 0;
  for (size_t i = 0; i < all->count; i++) {
    bool seen = false;
    for (size_t k = 0; k < i && !seen; k++) seen = jl_id_equal(&all->list[k].import, &all->list[i].import);
    runs += !seen;
  }
  return runs;
}

static bool look_back(struct many *m, uint64_t from, uint64_t to, bool (*take)(struct many *m, const struct jl_undo_entry *e, struct jl_error *err),
                      struct jl_error *err) {
  struct jl_undo_window *w = jl_arena_alloc(m->cli->arena, sizeof *w);
  if (w == NULL) return jl_cli_no_link(err);
  while (to >= from && to > 0) {
    uint64_t begin = to - from >= JL_UNDO_WINDOW ? to - JL_UNDO_WINDOW + 1 : from;
    if (!jl_undo_window(m->cli, begin, to, w, err)) return false;
    for (size_t i = w->count; i-- > 0;)
      if (!take(m, &w->entries[i], err)) return false;
    to = begin - 1;
  }
  return true;
}

static bool take_range(struct many *m, const struct jl_undo_entry *e, struct jl_error *err) {
  if (mine(m, e)) return add_entry(m, e, err);
  m->others++;
  return true;
}

static bool take_name(struct many *m, const struct jl_undo_entry *e, struct jl_error *err) {
  (void)err;
  if (!jl_id_is_zero(&e->import)) keep_name(m, e->import_name);
  return true;
}

static int compare_entries(const void *key, const void *item) {
  uint64_t revision = *(const uint64_t *)key, other = ((const struct jl_undo_entry *)item)->revision;
  return revision > other ? -1 : revision < other;
}

static bool is_listed(const void *context, uint64_t revision) {
  const struct many *m = context;
  return m->count > 0 && bsearch(&revision, m->list, m->count, sizeof *m->list, compare_entries) != NULL;
}

/* One that takes back another one of them, or makes that again, is no case of its own: as what that one left behind is taken back, so is it. */
static void find_roots(struct many *m) {
  size_t kept = 0;
  jl_undo_find_roots(&m->takers, is_listed, m);
  for (size_t i = 0; i < m->count; i++) {
    const struct jl_undo_taker *t = jl_undo_taker_of(&m->takers, m->list[i].revision);
    if (t == NULL || t->root == 0) m->list[kept++] = m->list[i];
  }
  m->count = kept;
}

static bool no_import(const struct many *m, struct jl_error *err) {
  const char *named = m->import;
  struct jl_buffer names;
  if (m->begun)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("the import {1} is taken back already"), NULL, jl_arg_text(m->import));
  struct many seen = {.cli = m->cli};
  if (!look_back(&seen, m->head > NAMES_BACK ? m->head - NAMES_BACK : 1, m->head, take_name, err)) return false;
  m = &seen;
  jl_buffer_init(&names, 1024);
  for (size_t i = 0; i < m->name_count; i++) jl_buffer_printf(&names, "%s%s", i > 0 ? ", " : "", m->names[i]);
  jl_fail(err, JL_E_NOT_FOUND, JL_MSG("nothing was imported into this plan as {1}"),
          m->name_count > 0 ? JL_MSG("the last imports are {2}") : JL_MSG("see jalon history; jalon undo r100..r120 takes back a range"),
          jl_arg_text(named), jl_arg_textn((const char *)names.data, names.size));
  jl_buffer_release(&names);
  return false;
}

/* ---- the records that they touch ---- */
static struct touched *slot_of(const struct many *m, const struct jl_id *id) {
  size_t at = (size_t)jl_id_hash(id) & (m->slots - 1);
  while (!jl_id_is_zero(&m->records[at].id) && !jl_id_equal(&m->records[at].id, id)) at = (at + 1) & (m->slots - 1);
  return &m->records[at];
}

static bool make_room(struct many *m, struct jl_error *err) {
  struct many before = *m;
  if (m->used * 2 < m->slots) return true;
  m->slots = m->slots == 0 ? 4096 : m->slots * 2;
  m->records = jl_arena_array(m->cli->arena, m->slots, sizeof *m->records);
  if (m->records == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < before.slots; i++)
    if (!jl_id_is_zero(&before.records[i].id)) *slot_of(m, &before.records[i].id) = before.records[i];
  return true;
}

/* From the oldest on: what was made, and what it was when the last of these groups had touched it. */
static bool learn(struct many *m, struct jl_undo *u, struct jl_error *err) {
  for (size_t i = 0; i < u->count; i++) {
    const struct jl_logged *c = &u->changes[i];
    if (!make_room(m, err)) return false;
    struct touched *t = slot_of(m, &c->id);
    bool known = !jl_id_is_zero(&t->id);
    if (!known) m->used++;
    t->id = c->id;
    if (!known || c->previous_revision == t->seen) t->seen = u->of.revision;
    if (c->verb == JL_VERB_CREATE) t->made = true;
    if (c->verb != JL_VERB_UPDATE) t->deleted = c->verb == JL_VERB_DELETE;
  }
  return true;
}

/* What these groups left deleted may have been restored since. */
static bool ask_whether_deleted(struct many *m, struct touched **asked, size_t n, struct jl_error *err) {
  struct jl_arena *run = m->cli->arena, *own = jl_arena_new(GROUP_ARENA);
  struct jl_lookups l = {.space = m->cli->plan};
  if (own == NULL) return jl_cli_no_link(err);
  m->cli->arena = own;
  bool ok = true;
  for (size_t i = 0; ok && i < n; i++) {
    struct jl_lookup *one = jl_lookup_add(m->cli, &l, NULL);
    if (one == NULL) {
      ok = jl_cli_no_link(err);
      break;
    }
    one->id = asked[i]->id;
    one->deleted = true;
  }
  ok = ok && jl_lookups_run(m->cli, &l, err);
  for (size_t i = 0; ok && i < n; i++)
    if (l.items[i].error.code == JL_E_OK) asked[i]->deleted = l.items[i].record.deleted_revision != 0;
  m->cli->arena = run;
  jl_arena_free(own);
  return ok;
}

static bool learn_deleted(struct many *m, struct jl_error *err) {
  struct touched *asked[ASKED_MAX];
  size_t n = 0;
  for (size_t i = 0; i < m->slots; i++) {
    if (!jl_id_is_zero(&m->records[i].id) && m->records[i].deleted) asked[n++] = &m->records[i];
    if (n == 0 || (n < ASKED_MAX && i + 1 < m->slots)) continue;
    if (!ask_whether_deleted(m, asked, n, err)) return false;
    n = 0;
  }
  return true;
}

/* One group in an arena of its own: there may be many. */
typedef bool step(struct many *m, struct jl_undo *u, struct jl_error *err);
static bool with_group(struct many *m, uint64_t revision, step *what, struct jl_error *err) {
  struct jl_arena *run = m->cli->arena, *own = jl_arena_new(GROUP_ARENA);
  struct jl_undo u;
  if (own == NULL) return jl_cli_no_link(err);
  m->cli->arena = own;
  bool ok = jl_undo_read(m->cli, revision, &u, err);
  m->cli->arena = run;
  ok = ok && what(m, &u, err);
  m->cli->arena = run;
  jl_arena_free(own);
  return ok;
}

static int compare_revisions(const void *a, const void *b) {
  const uint64_t *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static bool is_singleton(uint32_t type_number) {
  const struct jl_record_type *type = jl_record_type_by_number(type_number);
  return type != NULL && type->singleton;
}

/* What goes needs no other change; the plan itself stays. */
static bool is_needless(const struct many *m, const struct jl_inverse_edit *e) {
  return (e->verb == JL_VERB_UPDATE && slot_of(m, &e->id)->made) || (e->verb == JL_VERB_DELETE && is_singleton(e->type));
}

/* What is left to be taken back of the inverse of u, in the arena of the run. */
static bool without_gone(struct many *m, struct jl_undo *u, struct jl_error *err) {
  if (!jl_undo_mark_gone(u, &m->takers, u->of.revision, false, NULL, err)) return false;
  for (size_t i = 0; i < u->inverse.count; i++) {
    struct jl_inverse_edit *e = &u->inverse.edits[i];
    if (e->verb == JL_VERB_DELETE && !slot_of(m, &e->id)->deleted) e->gone = false;
  }
  jl_inverse_drop_gone(&u->inverse);
  return true;
}

static bool count_left(struct many *m, struct jl_undo *u, struct jl_error *err) {
  struct jl_arena *run = m->cli->arena, *own = jl_arena_new(GROUP_ARENA);
  struct jl_undo_entry *e = bsearch(&u->of.revision, m->list, m->count, sizeof *m->list, compare_entries);
  if (own == NULL) return jl_cli_no_link(err);
  m->cli->arena = own;
  bool ok = jl_inverse_of(u->changes, u->count, u->of.revision, own, &u->inverse, err) && without_gone(m, u, err);
  if (ok && e != NULL) e->changes = 0;
  for (size_t i = 0; ok && e != NULL && i < u->inverse.count; i++) e->changes += !is_needless(m, &u->inverse.edits[i]);
  m->cli->arena = run;
  jl_arena_free(own);
  return ok;
}

/* What was taken back already touched the records too, and so did the taking back. */
static bool learn_all(struct many *m, struct jl_error *err) {
  uint64_t *told = jl_arena_array(m->cli->arena, m->count + m->takers.count + 1, sizeof *told);
  size_t n = 0;
  if (told == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < m->count; i++) told[n++] = m->list[i].revision;
  for (size_t i = 0; i < m->takers.count; i++)
    if (m->takers.list[i].root != 0) told[n++] = m->takers.list[i].revision;
  qsort(told, n, sizeof *told, compare_revisions);
  for (size_t i = 0; i < n; i++)
    if (!with_group(m, told[i], learn, err)) return false;
  if (n > m->count && !learn_deleted(m, err)) return false;
  for (size_t i = 0; i < m->count; i++) {
    if (!with_group(m, m->list[i].revision, count_left, err)) return false;
    m->waiting += m->list[i].changes > 0;
    m->changes += m->list[i].changes;
  }
  return true;
}

/* ---- one after the other ---- */
static void adjust(struct many *m, struct jl_undo *u) {
  size_t kept = 0;
  for (size_t i = 0; i < u->inverse.count; i++) {
    struct jl_inverse_edit *e = &u->inverse.edits[i];
    const struct touched *t = slot_of(m, &e->id);
    if (is_needless(m, e)) continue;
    if (e->verb == JL_VERB_DELETE && t->seen > e->seen_revision) e->seen_revision = t->seen;
    u->inverse.edits[kept++] = *e;
  }
  u->inverse.count = kept;
  for (size_t i = 0; i < kept; i++)
    if (u->inverse.edits[i].verb == JL_VERB_DELETE && slot_of(m, &u->inverse.edits[i].id)->stays)
      u->apart += jl_inverse_set_apart(&u->inverse, &u->inverse.edits[i].id, 0, false);
}

static void stay(struct many *m, const struct jl_undo *u) {
  for (size_t i = 0; i < u->inverse.count; i++) {
    const struct jl_inverse_edit *e = &u->inverse.edits[i];
    if (e->verb != JL_VERB_DELETE || !e->apart || jl_id_is_zero(&e->parent)) continue;
    struct touched *parent = slot_of(m, &e->parent);
    if (!jl_id_is_zero(&parent->id)) parent->stays = true;
  }
}

static bool expected(enum jl_code code) {
  return jl_code_class(code) == JL_CLASS_CONFLICT || code == JL_E_RULE_VIOLATION || code == JL_E_PARENT_DELETED;
}

static void count_made(struct many *m, size_t edits, uint64_t revision) {
  if (revision != 0 && revision <= m->head) return; /* it was so already */
  m->undone += edits;
  if (revision == 0) return; /* kept, and sent later */
  m->last = m->head = revision;
  if (m->first == 0) m->first = revision;
}

static void keep_reason(struct many *m, const struct jl_error *why) {
  if (m->why.code == JL_E_OK) m->why = *why;
}

/* Refused, and kept to be settled; or written over. What oneself changed since was only said to be in conflict by the trial. */
static bool leave(struct many *m, const struct jl_undo *u, struct jl_error *err) {
  struct jl_outcome_of outcome = {0};
  struct jl_error why = {0};
  bool settled = false;
  if (jl_undo_send(u, true, &outcome, &why)) {
    count_made(m, jl_undo_edits(u, true), outcome.revision);
    return true;
  }
  if (!expected(why.code)) {
    *err = why;
    return false;
  }
  if (outcome.conflict != 0 && jl_cli_option(m->cli, "force") != NULL) {
    if (!jl_cli_settle(m->cli, outcome.conflict, true, &settled, err)) return false;
    if (settled) {
      m->undone += jl_undo_edits(u, true);
      return true;
    }
  }
  m->stay += jl_undo_edits(u, true);
  m->conflicts += outcome.conflict != 0;
  if (outcome.conflict == 0) keep_reason(m, &why);
  return true;
}

static bool take_back(struct many *m, struct jl_undo *u, struct jl_error *err) {
  struct jl_outcome_of outcome = {0};
  struct jl_cli *cli = m->cli;
  struct jl_arena *run = cli->arena, *own = jl_arena_new(GROUP_ARENA);
  if (own == NULL) return jl_cli_no_link(err);
  cli->arena = own;
  u->many = true;
  u->redo = u->of.undoes != 0;
  bool ok = jl_undo_invert(u, err) && without_gone(m, u, err);
  if (ok) adjust(m, u);
  size_t all = u->inverse.count;
  ok = ok && (all == 0 || jl_undo_sift(u, err));
  if (ok) stay(m, u);
  if (ok) keep_reason(m, &u->why);
  size_t edits = ok ? jl_undo_edits(u, false) : 0;
  if (ok && edits > 0) ok = jl_undo_send(u, false, &outcome, err);
  if (ok && edits > 0) count_made(m, edits, outcome.revision);
  m->stay += ok ? jl_undo_stay(u) : 0;
  ok = ok && (jl_undo_edits(u, true) == 0 || leave(m, u, err));
  cli->arena = run;
  jl_arena_free(own);
  if (!ok) return false;
  m->done++;
  if (m->waiting > 1 && isatty(STDERR_FILENO) == 1)
    jl_talk(cli, JL_MSG("{1} of {2} groups are taken back"), jl_arg_integer((int64_t)m->done), jl_arg_integer((int64_t)m->waiting));
  return true;
}

static bool take_all_back(struct many *m, struct jl_error *err) {
  for (size_t i = 0; i < m->count; i++) {
    if (m->list[i].changes == 0 || with_group(m, m->list[i].revision, take_back, err)) continue;
    if (m->done > 0)
      jl_talk(m->cli, JL_MSG("{1} of {2} groups are taken back; the same command goes on with the rest"), jl_arg_integer((int64_t)m->done),
              jl_arg_integer((int64_t)m->waiting));
    return false;
  }
  return true;
}

/* ---- in words ---- */
static void explain(const struct many *m) {
  const struct jl_arg args[] = {jl_arg_text(m->import != NULL ? m->import : ""), jl_arg_integer((int64_t)m->waiting),
                                jl_arg_revision(m->list[m->count - 1].revision), jl_arg_revision(m->list[0].revision),
                                jl_arg_integer((int64_t)m->changes)};
  const char *import = m->waiting == 1 ? JL_MSG("this takes back the import {1}: a group from r{3} to r{4}, changes: {5}")
                                       : JL_MSG("this takes back the import {1}: {2} groups from r{3} to r{4}, changes: {5}");
  const char *range = m->waiting == 1 ? JL_MSG("this takes back a group of yours from r{3} to r{4}, changes: {5}")
                                      : JL_MSG("this takes back {2} groups of yours from r{3} to r{4}, the newest first, changes: {5}");
  if (m->waiting > 0) jl_cli_note(m->cli, m->import != NULL ? import : range, args, 5);
  if (m->organisation != NULL)
    jl_talk(m->cli, JL_MSG("of the organisation it takes back what {1} made there, but for what a plan still names; changes: {2}"), args[0], jl_arg_integer((int64_t)m->organisation->changes));
  if (m->runs > 1 && !m->whole)
    jl_talk(m->cli, JL_MSG("{1} was imported {2} times; this is one of them ({3}), --all is all of them"), args[0], jl_arg_integer((int64_t)m->runs),
            jl_cli_age(m->list[0].time_us));
  if (m->others > 0) jl_talk(m->cli, JL_MSG("{1} groups of others in between stay"), jl_arg_integer((int64_t)m->others));
}

static bool all_gone(const struct many *m, struct jl_error *err) {
  return m->import != NULL ? no_import(m, err) : jl_fail(err, JL_E_NOT_FOUND, JL_MSG("that is taken back already"), NULL);
}

/* Why, as the server says it, and what to do; only what waits to be settled is among the conflicts. */
static bool tell_what_stays(const struct many *m, struct jl_error *err) {
  const struct jl_arg count = jl_arg_integer((int64_t)m->stay);
  char words[2 * JL_ERROR_MESSAGE_MAX];
  if (m->conflicts == 0 && m->why.code != JL_E_OK) {
    jl_talk(m->cli, JL_MSG("{1} changes stay, because the server refuses to take them back"), count);
    *err = m->why;
    return false;
  }
  if (m->why.code != JL_E_OK) {
    jl_error_describe(&m->why, words, sizeof words);
    jl_talk(m->cli, JL_MSG("some of it stays: {1}"), jl_arg_text(words));
  }
  return jl_fail(err, JL_E_FIELD_CONFLICT, JL_MSG("{1} changes stay, because others have changed the same since or added to it"),
                 m->conflicts > 0 ? JL_MSG("see jalon conflicts") : JL_MSG("see jalon history"), count);
}

static bool tell(const struct many *m, struct jl_error *err) {
  const struct jl_arg args[] = {jl_arg_integer((int64_t)m->done), jl_arg_integer((int64_t)m->undone), jl_arg_revision(m->first),
                                jl_arg_revision(m->last)};
  if (m->undone == 0 && m->stay == 0) return all_gone(m, err);
  if (m->cli->json)
    printf("{\"groups\":%zu,\"changes\":%zu,\"first\":%" PRIu64 ",\"last\":%" PRIu64 ",\"stay\":%zu}\n", m->done, m->undone, m->first, m->last, m->stay);
  const char *one = m->first == 0 ? JL_MSG("undone, changes: {2}") : JL_MSG("undone, changes: {2}, r{3}; jalon redo makes that again");
  const char *several = m->first == 0         ? JL_MSG("{1} groups are undone: {2} changes")
                        : m->first == m->last ? JL_MSG("{1} groups are undone: {2} changes, r{3}; jalon redo makes them again")
                                              : JL_MSG("{1} groups are undone: {2} changes, r{3} to r{4}; jalon undo r{3}..r{4} makes them again");
  jl_cli_say(m->cli, m->done == 1 ? one : several, args, 4);
  if (m->earlier > 0)
    jl_talk(m->cli, JL_MSG("earlier imports of that name: {1}; the same command takes back the one before"), jl_arg_integer((int64_t)m->earlier));
  return m->stay == 0 || tell_what_stays(m, err);
}

/* ---- of the organisation ---- */
typedef bool part(struct many *m, struct jl_error *err);
static bool in_organisation(struct many *m, part *what, struct jl_error *err) {
  const struct jl_id plan = m->cli->plan;
  m->cli->plan = jl_profile_identity(m->cli->profile)->organisation;
  bool ok = what(m, err);
  m->cli->plan = plan;
  return ok;
}

/* A role that a plan names stays, whoever wrote it there; so does all of it when the plans cannot be read. */
static bool keep_used(struct many *m, struct jl_error *err) {
  struct jl_id *ids = jl_arena_array(m->cli->arena, m->used + 1, sizeof *ids);
  struct touched **touched = jl_arena_array(m->cli->arena, m->used + 1, sizeof(struct touched *));
  bool *used = jl_arena_array(m->cli->arena, m->used + 1, sizeof *used);
  struct jl_error ignored = {0};
  size_t n = 0;
  if (ids == NULL || touched == NULL || used == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < m->slots; i++)
    if (!jl_id_is_zero(&m->records[i].id) && !m->records[i].deleted) {
      touched[n] = &m->records[i];
      ids[n++] = m->records[i].id;
    }
  bool known = n == 0 || jl_undo_used(m->cli, ids, n, used, &ignored);
  for (size_t i = 0; i < n; i++) touched[i]->stays = touched[i]->stays || used[i] || !known;
  return true;
}

static bool take_organisation_back(struct many *m, struct jl_error *err) {
  struct many *o = m->organisation;
  if (o == NULL) return true;
  if (!keep_used(o, err) || !in_organisation(o, take_all_back, err)) return false;
  m->done += o->done;
  m->undone += o->undone;
  m->stay += o->stay;
  m->conflicts += o->conflicts;
  if (o->why.code != JL_E_OK) keep_reason(m, &o->why);
  return true;
}

/* What of these groups is there still: m->waiting of them. */
static bool look_at_list(struct many *m, struct jl_error *err) {
  if (!jl_undo_takers(m->cli, m->list[m->count - 1].revision, m->list[0].revision, &m->takers, err)) return false;
  find_roots(m);
  return learn_all(m, err);
}

static bool find_parts(struct many *o, struct jl_error *err) {
  const struct jl_log_ask ask = {.space = o->cli->plan, .from = 1, .to = UINT64_MAX, .import_name = o->import};
  if (!jl_undo_find(o->cli, &ask, take_import, o, err)) return false;
  newest_first(o);
  return true;
}

/* The groups of these imports there, as far as one may read and take them back. */
static bool find_organisation(struct many *m, struct jl_error *err) {
  struct many *o = jl_arena_alloc(m->cli->arena, sizeof *o);
  struct jl_error ignored = {0};
  size_t kept = 0;
  if (o == NULL) return jl_cli_no_link(err);
  *o = (struct many){.cli = m->cli, .import = m->import};
  if (!in_organisation(o, find_parts, &ignored)) return true; /* the local copy has no such log, and a guest reads none */
  for (size_t i = 0; i < o->count; i++) {
    bool is = false;
    for (size_t k = 0; k < m->count && !is; k++) is = jl_id_equal(&o->list[i].import, &m->list[k].import);
    if (is && (mine(o, &o->list[i]) || jl_profile_identity(m->cli->profile)->administrator)) o->list[kept++] = o->list[i];
  }
  o->count = kept;
  if (kept == 0) return true;
  if (!in_organisation(o, look_at_list, err)) return false;
  if (o->waiting > 0) m->organisation = o;
  return true;
}

static bool take_back_list(struct many *m, struct jl_error *err) {
  struct jl_cli *cli = m->cli;
  if (m->waiting == 0 && m->organisation == NULL) return all_gone(m, err);
  if (!jl_undo_asks(cli) && !cli->dry_run && jl_cli_option(cli, "yes") == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("undoing several groups asks first, and there is no terminal"), JL_MSG("add --yes"));
  explain(m);
  if (cli->dry_run) return true;
  cli->settles = true;
  return jl_undo_agreed(cli, err) && take_all_back(m, err) && take_organisation_back(m, err) && tell(m, err);
}

bool jl_undo_range(struct jl_cli *cli, uint64_t from, uint64_t to, struct jl_error *err) {
  struct many m = {.cli = cli, .head = jl_undo_head(cli)};
  if (from > to) return jl_fail(err, JL_E_USAGE, JL_MSG("r{1} comes after r{2}"), NULL, jl_arg_revision(from), jl_arg_revision(to));
  if (m.head == 0) to = from; /* reading it says why */
  if (!look_back(&m, from, m.head > 0 && m.head < to ? m.head : to, take_range, err)) return false;
  if (m.count == 0)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("from r{1} to r{2} there is nothing of yours that could be undone"), JL_MSG("see jalon history"),
                   jl_arg_revision(from), jl_arg_revision(to));
  return look_at_list(&m, err) && take_back_list(&m, err);
}

/* The newest run of which anything is there still. */
bool jl_undo_import(struct jl_cli *cli, const char *name, struct jl_error *err) {
  struct many all = {.cli = cli, .import = name, .head = jl_undo_head(cli), .whole = jl_cli_option(cli, "all") != NULL}, m;
  if (!find_imports(&all, err)) return false;
  if (all.count == 0) return no_import(&all, err);
  all.runs = count_runs(&all);
  if (all.whole) return look_at_list(&all, err) && find_organisation(&all, err) && take_back_list(&all, err);
  *err = (struct jl_error){0};
  for (size_t n = 0; take_run(&all, n, &m, err); n++) {
    if (!look_at_list(&m, err) || !find_organisation(&m, err)) return false;
    m.runs = all.runs;
    m.earlier = all.runs - n - 1;
    if (m.waiting > 0 || m.organisation != NULL) return take_back_list(&m, err);
  }
  return err->code == JL_E_OK && no_import(&all, err);
}

bool jl_undo_run(struct jl_cli *cli, const struct jl_undo_entry *of, bool *ret_several, struct jl_error *err) {
  struct many all = {.cli = cli, .import = of->import_name, .head = jl_undo_head(cli)}, m;
  *ret_several = false;
  if (!find_imports(&all, err)) return false;
  *err = (struct jl_error){0};
  for (size_t n = 0; take_run(&all, n, &m, err); n++) {
    if (!jl_id_equal(&m.run, &of->import)) continue;
    if (!find_organisation(&m, err)) return false;
    *ret_several = m.count > 1 || m.organisation != NULL;
    return !*ret_several || (look_at_list(&m, err) && take_back_list(&m, err));
  }
  return err->code == JL_E_OK;
}
