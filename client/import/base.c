/* Who wrote last what the file would change. An import may change what an import gave; what somebody typed since stays, and is told. So the base
 * of such an edit is what the last import wrote there, found in the log: the record's changes, from the newest on, until each field in question
 * has one. Only records that differ are looked at, and those that a group of an import touched last need one look for all of them. */
#include "client/import/parts.h"
#include "common/record/schema.h"
#include <string.h>

#define AT_ONCE 32 /* revisions asked for together */
#define ROUNDS 64  /* changes of one record that are looked through; what is older counts as not found */

struct looking {
  struct jl_ingest *in;
  uint64_t revision;
  struct jl_error error;
};

static bool same(struct jl_bytes a, struct jl_bytes b) { return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0); }

/* ret_after: what it wrote there. A record that is made without a field has none from then on. */
static bool wrote(const struct jl_log_change *change, uint32_t field, struct jl_bytes *ret_after) {
  *ret_after = (struct jl_bytes){NULL, 0};
  for (size_t i = 0; i < change->field_count; i++)
    if (change->fields[i].field == field) {
      *ret_after = change->fields[i].after;
      return true;
    }
  return change->verb == JL_VERB_CREATE;
}

/* An import that was taken back counts as if it had not been: neither what it wrote nor the undoing is anybody's typing. */
static bool cancels(struct jl_ingest_change *c, const struct jl_log_entry *entry, bool import) {
  bool undone = c->undone, redone = c->redone;
  c->undone = c->redone = false;
  if (entry->redoes != 0) return c->redone = true;
  if (entry->undoes != 0) {
    c->undone = !redone;
    return true;
  }
  c->by_hand = c->by_hand || redone;
  return undone && import;
}

static void settle(struct jl_ingest *in, struct jl_ingest_item *item, const struct jl_log_entry *entry, const struct jl_log_change *change) {
  bool import = !jl_id_is_zero(&entry->import);
  if (item->fate == JL_FATE_GONE) { /* the undoing of an import is no wish that it never came again */
    if (change->verb == JL_VERB_DELETE) item->taken_back = entry->undoes != 0; /* if it had only been restored: as the deletion before that was */
    item->at = item->taken_back && change->verb != JL_VERB_CREATE ? change->previous_revision : 0;
    return;
  }
  for (size_t i = 0; i < item->change_count; i++) {
    struct jl_ingest_change *c = &item->changes[i];
    struct jl_bytes after;
    if (c->known || !wrote(change, c->field, &after)) continue;
    if (cancels(c, entry, import)) continue;
    if (!import) {
      c->by_hand = true;
      continue;
    }
    c->known = true;
    c->wrote = jl_arena_dup(in->chunk.arena, after);
    c->kept = c->by_hand;
    c->unchanged = c->by_hand && same(after, c->next);
    item->open--;
  }
  item->at = item->open > 0 && change->verb != JL_VERB_CREATE ? change->previous_revision : 0;
}

static void on_log(void *context, const struct jl_reply *reply) {
  struct looking *l = context;
  struct jl_ingest_chunk *c = &l->in->chunk;
  jl_ingest_heard(l->in, reply);
  l->error = reply->error;
  for (size_t e = 0; e < reply->log_count; e++)
    for (size_t k = 0; k < reply->log[e].change_count; k++) {
      const struct jl_log_change *change = &reply->log[e].changes[k];
      const struct jl_ingest_seen *known = jl_ingest_index_find(&l->in->at_index, &change->id);
      struct jl_ingest_item *item = known == NULL || known->line >= c->item_count ? NULL : &c->items[known->line];
      if (item != NULL && item->at == l->revision) settle(l->in, item, &reply->log[e], change);
    }
  for (size_t i = 0; c->items != NULL && i < c->item_count; i++) /* not told: of a section that may not be read, or pruned */
    if (c->items[i].at == l->revision) c->items[i].at = 0;
}

static size_t wanted(const struct jl_ingest *in, struct looking looks[AT_ONCE]) {
  size_t n = 0;
  for (size_t i = 0; i < in->chunk.item_count; i++) {
    uint64_t at = in->chunk.items[i].at;
    size_t k = 0;
    while (k < n && looks[k].revision != at) k++;
    if (at == 0 || k < n || n == AT_ONCE) continue;
    looks[n++].revision = at;
  }
  return n;
}

static bool look(struct jl_ingest *in, bool *ret_more, struct jl_error *err) {
  struct looking looks[AT_ONCE] = {{0}};
  struct jl_id space = jl_cli_space(in->cli, jl_record_type_by_number(in->chunk.items[0].type));
  size_t n = wanted(in, looks);
  *ret_more = n > 0;
  for (size_t i = 0; i < n; i++) {
    looks[i].in = in;
    if (jl_client_read_log(in->cli->client, &space, looks[i].revision, looks[i].revision, 0, on_log, &looks[i]) == 0) return jl_cli_no_link(err);
  }
  if (n == 0) return true;
  if (!jl_cli_wait(in->cli, err)) return false;
  for (size_t i = 0; i < n; i++)
    if (looks[i].error.code != JL_E_OK && !in->cli->heard.local) {
      *err = looks[i].error;
      return false;
    }
  return true;
}

static void keep(struct jl_ingest *in, const struct jl_ingest_item *item, const struct jl_ingest_change *c) {
  if (in->kept_count == JL_INGEST_KEPT) return;
  struct jl_ingest_kept *k = &in->kept[in->kept_count];
  *k = (struct jl_ingest_kept){.record = item->now, .field = c->field, .line = in->chunk.lines[item->row].line};
  k->record.body = jl_arena_dup(in->cli->arena, item->now.body);
  k->now = jl_record_slice(k->record.body, c->field);
  k->wanted = jl_arena_dup(in->cli->arena, c->next);
  if (k->record.body.data != NULL) in->kept_count++;
}

/* Where a cost is paid from stands beside the file: in --set line, in --value, or in what the plan has today. Said otherwise than the last time it would move
 * money that is on a line already, so it is asked about. A column that says it is the file's own word; --create may give campaigns lines of their own. */
static bool would_move(const struct jl_ingest *in, const struct jl_ingest_item *item) {
  const struct jl_slot *line = jl_ingest_slot(in, "line");
  bool is_set = line != NULL && line->is_set;
  if (item->type != JL_TYPE_EXPENSE || (!is_set && (jl_ingest_column(in, "line") >= 0 || jl_cli_option(in->cli, "create") != NULL))) return false;
  for (size_t i = 0; i < item->change_count; i++)
    if (item->changes[i].field == JL_EXPENSE_LINE && item->changes[i].known && !item->changes[i].kept) return true;
  return false;
}

static void reject_move(struct jl_ingest *in, const struct jl_ingest_item *item) {
  struct jl_ingest_line *l = &in->chunk.lines[item->row];
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(item->now.type, item->now.number, reference);
  l->rejected = true;
  (void)jl_fail(&l->error, JL_E_ALREADY_EXISTS, JL_MSG("it is {1}, which an earlier import put on another budget line: its money would move"),
                JL_MSG("--overwrite moves it; what makes it another cost is another account or campaign, or --key"), jl_arg_text(reference));
}

/* What nobody is known to have written counts as typed by somebody. */
static void conclude(struct jl_ingest *in, struct jl_ingest_item *item) {
  size_t kept = 0;
  if (item->fate == JL_FATE_GONE && item->taken_back) item->fate = JL_FATE_BACK;
  if (item->fate != JL_FATE_CHANGE || in->overwrite) return;
  if (would_move(in, item)) {
    reject_move(in, item);
    return;
  }
  for (size_t i = 0; i < item->change_count; i++) {
    struct jl_ingest_change *c = &item->changes[i];
    if (!c->known) c->kept = true;
    kept += c->kept;
    if (c->kept && !c->unchanged) keep(in, item, c);
  }
  if (kept == item->change_count) item->fate = JL_FATE_KEPT;
}

static bool look_through(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_chunk *c = &in->chunk;
  struct jl_ingest_seen *seen;
  bool more = true, ok = true, is_new;
  for (size_t i = 0; ok && i < c->item_count; i++)
    if (c->items[i].at != 0) ok = jl_ingest_index_put(&in->at_index, &c->items[i].id, i, &seen, &is_new, err);
  for (size_t round = 0; ok && more && round < ROUNDS; round++) ok = look(in, &more, err);
  jl_ingest_index_free(&in->at_index);
  return ok;
}

static bool look_at_left(struct jl_ingest *in, void *context, struct jl_error *err) {
  struct jl_ingest_chunk *c = &in->chunk;
  (void)context;
  for (size_t i = 0; i < c->item_count; i++) c->items[i].there = c->items[i].taken_back = false;
  if (!jl_ingest_read(in, err)) return false;
  for (size_t i = 0; i < c->item_count; i++) {
    struct jl_ingest_item *item = &c->items[i];
    item->changes = jl_arena_array(c->arena, item->given_count + 1, sizeof *item->changes);
    if (item->changes == NULL) return jl_ingest_no_memory(err);
    item->fate = JL_FATE_CHANGE;
    for (size_t f = 0; f < item->given_count; f++) item->changes[f] = (struct jl_ingest_change){.field = item->given[f], .next = jl_record_slice(item->now.body, item->given[f])};
    item->change_count = item->open = item->given_count;
    item->at = item->there && item->open > 0 ? item->now.revision : 0;
  }
  return look_through(in, err);
}

bool jl_ingest_left(struct jl_ingest *in, struct jl_error *err) { return jl_ingest_with_server(in, look_at_left, NULL, err); }

bool jl_ingest_bases(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_chunk *c = &in->chunk;
  bool ok = look_through(in, err);
  for (size_t i = 0; ok && i < c->item_count; i++) conclude(in, &c->items[i]);
  return ok;
}
