/* What undo needs of the log: the changes of one revision, and which of the last ones are one's own. */
#include "client/cli/undo.h"
#include <stdio.h>
#include <string.h>

#define BACK_MAX 2048 /* revisions looked through for the last one; further back it must be named */

/* ---- one revision ---- */
struct reading {
  struct jl_cli *cli;
  struct jl_undo *u;
  struct jl_error error;
  bool local;
  uint64_t head; /* of the local copy */
};

static bool keep_change(struct jl_arena *a, const struct jl_log_change *from, struct jl_logged *to) {
  struct jl_logged_field *fields = jl_arena_array(a, from->field_count + 1, sizeof *fields);
  if (fields == NULL) return false;
  *to = (struct jl_logged){.type = from->type, .verb = from->verb, .id = from->id, .number = from->number, .fields = fields, .field_count = from->field_count};
  to->previous_revision = from->previous_revision;
  for (size_t i = 0; i < from->field_count; i++) {
    const struct jl_log_field *f = &from->fields[i];
    fields[i] = (struct jl_logged_field){f->field, jl_arena_dup(a, f->before), jl_arena_dup(a, f->after), f->erased};
    if ((f->before.size > 0 && fields[i].before.data == NULL) || (f->after.size > 0 && fields[i].after.data == NULL)) return false;
  }
  return true;
}

static struct jl_undo_entry entry_of(const struct jl_log_entry *e) {
  struct jl_undo_entry entry = {e->revision, e->undoes, e->redoes, e->author, e->time_us, e->change_count, e->import, "", e->import_part, e->erases};
  snprintf(entry.import_name, sizeof entry.import_name, "%s", e->import_name);
  return entry;
}

static void on_revision(void *context, const struct jl_reply *reply) {
  struct reading *r = context;
  size_t n = 0;
  jl_cli_heard(r->cli, reply);
  r->error = reply->error;
  r->local = reply->local;
  for (size_t i = 0; i < reply->log_count; i++) n += reply->log[i].change_count;
  r->u->changes = jl_arena_array(r->cli->arena, n + 1, sizeof *r->u->changes);
  bool ok = r->u->changes != NULL;
  for (size_t i = 0; i < reply->log_count; i++) {
    r->u->of = entry_of(&reply->log[i]);
    for (size_t k = 0; ok && k < reply->log[i].change_count; k++)
      ok = keep_change(r->cli->arena, &reply->log[i].changes[k], &r->u->changes[r->u->count++]);
  }
  if (!ok) (void)jl_cli_no_link(&r->error);
}

bool jl_undo_read(struct jl_cli *cli, uint64_t revision, struct jl_undo *ret_undo, struct jl_error *err) {
  struct reading r = {.cli = cli, .u = ret_undo};
  *ret_undo = (struct jl_undo){.cli = cli};
  if (jl_client_read_log(cli->client, &cli->plan, revision, revision, 0, on_revision, &r) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  if (r.error.code != JL_E_OK) {
    *err = r.error;
    return false;
  }
  if (ret_undo->count > 0) return true;
  if (r.local)
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the local copy does not hold change r{1}"), JL_MSG("it needs the server"), jl_arg_revision(revision));
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("r{1} holds nothing that you could undo"), JL_MSG("see jalon history"), jl_arg_revision(revision));
}

/* ---- the last ones ---- */
static void on_window(void *context, const struct jl_reply *reply) {
  struct jl_undo_window *w = context;
  jl_cli_heard(w->cli, reply);
  w->error = reply->error;
  w->has_more = reply->has_more;
  for (size_t i = 0; i < reply->log_count; i++) {
    bool same = w->count > 0 && w->entries[w->count - 1].revision == reply->log[i].revision; /* another section of it */
    if (same) {
      w->entries[w->count - 1].changes += reply->log[i].change_count;
    } else if (w->count < JL_UNDO_WINDOW)
      w->entries[w->count++] = entry_of(&reply->log[i]);
  }
}

/* A page of which nothing may be read does not say how far it went: then half as many, and one in the end. */
bool jl_undo_window(struct jl_cli *cli, uint64_t from, uint64_t to, struct jl_undo_window *ret_window, struct jl_error *err) {
  struct jl_undo_window *w = ret_window;
  w->cli = cli;
  w->count = 0;
  for (uint64_t end = to; from <= to; end = to) {
    size_t before = w->count;
    do {
      w->has_more = false;
      if (jl_client_read_log(w->cli->client, &w->cli->plan, from, end, 0, on_window, w) == 0) return jl_cli_no_link(err);
      if (!jl_cli_wait(w->cli, err)) return false;
      if (w->error.code != JL_E_OK) {
        *err = w->error;
        return false;
      }
    } while (w->has_more && w->count == before && (end = from + (end - from) / 2, true) && end > from);
    from = w->has_more && w->count > before ? w->entries[w->count - 1].revision + 1 : end + 1;
  }
  return true;
}

/* ---- those that are found by themselves ---- */
struct page {
  struct jl_cli *cli;
  struct jl_undo_entry *entries;
  size_t count;
  uint64_t last;
  bool has_more, local;
  struct jl_error error;
};

static void on_page(void *context, const struct jl_reply *reply) {
  struct page *p = context;
  jl_cli_heard(p->cli, reply);
  p->error = reply->error;
  p->has_more = reply->has_more;
  p->local = reply->local;
  p->last = reply->log_last;
  p->entries = jl_arena_array(p->cli->arena, reply->log_count + 1, sizeof *p->entries);
  if (p->entries == NULL) {
    (void)jl_cli_no_link(&p->error);
    return;
  }
  for (size_t i = 0; i < reply->log_count; i++) {
    struct jl_undo_entry e = entry_of(&reply->log[i]), *before = p->count == 0 ? NULL : &p->entries[p->count - 1];
    if (before != NULL && before->revision == e.revision)
      before->changes += e.changes; /* another section of it */
    else
      p->entries[p->count++] = e;
  }
  if (p->count > 0 && p->entries[p->count - 1].revision > p->last) p->last = p->entries[p->count - 1].revision;
}

bool jl_undo_find(struct jl_cli *cli, const struct jl_log_ask *ask, jl_undo_found *found, void *context, struct jl_error *err) {
  struct jl_log_ask next = *ask;
  for (bool more = true; more;) {
    struct page p = {.cli = cli};
    if (jl_client_find_log(cli->client, &next, on_page, &p) == 0) return jl_cli_no_link(err);
    if (!jl_cli_wait(cli, err)) return false;
    if (p.error.code != JL_E_OK) {
      *err = p.error;
      return false;
    }
    for (size_t i = 0; i < p.count; i++)
      if (!found(context, &p.entries[i], p.local, err)) return false;
    uint64_t *from = next.takers ? &next.after : &next.from, at = next.takers ? p.last : p.last + 1;
    more = p.has_more && at > *from;
    *from = at;
  }
  return true;
}

/* Going back from the newest: what was taken back is passed over, and so is what took it back. */
struct stack {
  bool redo, found, ended;
  uint64_t gone[BACK_MAX]; /* revisions that are taken back, or (redo) undoings that were */
  size_t gone_count;
  uint64_t revision;
};

static bool is_gone(const struct stack *s, uint64_t revision) {
  for (size_t i = 0; i < s->gone_count; i++)
    if (s->gone[i] == revision) return true;
  return false;
}

static void look_at(struct stack *s, const struct jl_undo_entry *e) {
  uint64_t names = s->redo ? e->redoes : e->undoes;
  if (names != 0 && s->gone_count < BACK_MAX) s->gone[s->gone_count++] = names;
  s->ended = s->redo && e->undoes == 0 && e->redoes == 0; /* a change since: there is nothing to make again before it */
  s->found = !s->ended && !is_gone(s, e->revision) && (s->redo ? e->undoes != 0 : e->undoes == 0);
  s->revision = e->revision;
}

/* In the profile, or a group that waited and was sent by a later command. */
static uint64_t newest_own(struct jl_cli *cli) {
  uint64_t profile = jl_profile_last_own(cli->profile, &cli->plan), outbox = jl_cli_has_outbox(cli) ? jl_local_last_own(cli->local, &cli->plan) : 0;
  return outbox > profile ? outbox : profile;
}

static bool nothing(bool redo, struct jl_error *err) {
  if (redo) return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("nothing was taken back last in this plan that could be made again"), NULL);
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("this profile has changed nothing in this plan that could be undone"), NULL);
}

bool jl_undo_last(struct jl_cli *cli, bool redo, uint64_t *ret_revision, struct jl_error *err) {
  struct jl_undo_window *w = jl_arena_alloc(cli->arena, sizeof *w);
  struct stack *s = jl_arena_alloc(cli->arena, sizeof *s);
  struct jl_id person = jl_profile_identity(cli->profile)->person;
  uint64_t to = newest_own(cli), first = to;
  if (w == NULL || s == NULL) return jl_cli_no_link(err);
  s->redo = redo;
  while (to > 0 && first - to < BACK_MAX) {
    uint64_t from = to > JL_UNDO_WINDOW ? to - JL_UNDO_WINDOW + 1 : 1;
    if (!jl_undo_window(cli, from, to, w, err)) return false;
    for (size_t i = w->count; i-- > 0;) {
      if (!jl_id_equal(&w->entries[i].author, &person)) continue;
      look_at(s, &w->entries[i]);
      *ret_revision = s->revision;
      if (s->found) return true;
      if (s->ended) return nothing(redo, err);
    }
    to = from - 1;
  }
  if (first == 0 || to == 0) return nothing(redo, err);
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("among the last {1} revisions there is nothing of yours that could be undone"),
                 JL_MSG("name an older one: jalon undo r123; see jalon history"), jl_arg_integer(BACK_MAX));
}
