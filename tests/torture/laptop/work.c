#include "common/wire/unpack.h"
#include "tests/support/mix.h"
#include "tests/torture/laptop/laptop.h"
#include <inttypes.h>
#include <stdlib.h>

#define PATIENCE_MS 2500
#define SESSION_GROUPS 8
#define VIEW_MAX (64u << 20)

static struct jl_client *client_new(struct laptop *l, bool offline) {
  struct jl_error err = {0};
  const struct jl_client_options options = {
      .server = l->slot->address, .program = "laptop", .profile = l->profile, .local = l->local, .offline = offline, .timeout_ms = PATIENCE_MS, .offer_token = true};
  struct jl_client *c = jl_client_new(&options, &err);
  if (!c) laptop_fail("a client", &err);
  return c;
}

/* ---- looking ---- */
static void take_records(void *context, const struct jl_reply *reply) {
  struct jl_replica *seen = context;
  for (size_t i = 0; i < reply->found_count; i++)
    for (size_t k = 0; k < reply->found[i].record_count; k++) {
      const struct jl_record_state *state = &reply->found[i].records[k];
      struct jl_record *record = jl_record_new(state->type, &state->id, state->body);
      JL_ASSERT(record);
      record->number = state->number;
      record->revision = state->revision;
      record->created_revision = state->created_revision;
      record->deleted_revision = state->deleted_revision;
      JL_ASSERT(jl_replica_put(seen, record));
    }
}

struct jl_replica *laptop_view(struct laptop *l, int space) {
  const struct jl_id *id = &l->progress->spaces[space];
  struct jl_replica *seen = jl_replica_new(id, JL_SPACE_PLAN);
  struct jl_client *c = client_new(l, true);
  JL_ASSERT(seen);
  uint32_t types[64];
  struct jl_query queries[64];
  size_t n = 0;
  for (size_t i = 0; i < jl_record_type_count && n < JL_COUNT(queries); i++) {
    if (jl_record_types[i]->space != JL_SPACE_PLAN) continue;
    types[n] = jl_record_types[i]->number;
    queries[n] = (struct jl_query){.types = &types[n], .type_count = 1, .all = true};
    n++;
  }
  jl_client_read(c, id, queries, n, take_records, seen);
  jl_client_wait(c, PATIENCE_MS);
  jl_client_free(c);
  return seen;
}

/* ---- editing ---- */
static const struct jl_id *id_at(ProtobufCBinaryData b, struct jl_id *out) { return jl_id_from_bytes(JL_PB(b), out) ? out : NULL; }

static void add_field(struct jl_group *g, const Jalon__FieldEdit *f) {
  struct jl_id after, before;
  if (f->has_add || f->has_remove)
    jl_group_set(g, f->field, JL_PB(f->add), JL_PB(f->remove));
  else if (f->has_add_number)
    jl_group_count(g, f->field, f->add_number, &f->minimum, &f->maximum);
  else if (f->has_after || f->has_before)
    jl_group_place(g, f->field, f->has_after ? id_at(f->after, &after) : NULL, f->has_before ? id_at(f->before, &before) : NULL);
  else
    jl_group_field(g, f->field, JL_PB(f->seen), JL_PB(f->next));
}

static void add_edit(struct jl_group *g, const Jalon__Edit *e) {
  struct jl_id id;
  JL_ASSERT(id_at(e->id, &id));
  if (e->verb == JALON__VERB__CREATE) jl_group_create(g, e->type, &id, JL_PB(e->record));
  if (e->verb == JALON__VERB__DELETE) jl_group_delete(g, e->type, &id, e->seen_revision, e->with_children);
  if (e->verb == JALON__VERB__RESTORE) jl_group_restore(g, e->type, &id);
  if (e->verb != JALON__VERB__UPDATE) return;
  jl_group_update(g, e->type, &id);
  for (size_t i = 0; i < e->n_fields; i++) add_field(g, e->fields[i]);
}

struct asked { struct laptop *l; uint64_t id; };

static void heard(void *context, const struct jl_reply *reply) {
  struct asked *a = context;
  if (reply->verdict) notes_write(a->l, "heard %" PRIu64 " %" PRIu64 " %d", a->id, reply->verdict->revision, (int)reply->verdict->error.code);
  a->l->acknowledged += reply->verdict && reply->verdict->revision != 0;
  a->l->conflicts += reply->verdict && reply->verdict->revision == 0;
}

static bool submit_one(struct laptop *l, struct jl_client *c, int space, const struct jl_replica *seen /* NULL: something new */, struct asked *asked) {
  struct jl_arena *a = jl_arena_new(4 << 20);
  struct building b = {.arena = a};
  struct jl_id group_id, nobody = {{0}};
  struct jl_error err = {0};
  if (seen) mix_work(&b, &l->random, seen);
  else mix_new(&b, &l->random);
  struct jl_group *g = jl_group_new(&l->progress->spaces[space]);
  for (size_t i = 0; i < b.count; i++) add_edit(g, b.edits[i]);
  if (!jl_id_is_zero(&b.import)) jl_group_import(g, &b.import, BUILD_IMPORT, 1);
  if (b.undoes != 0) jl_group_undoes(g, b.undoes);
  for (size_t i = 0; i < b.guard_count; i++) {
    struct jl_id record;
    JL_ASSERT(id_at(b.guards[i]->record, &record));
    jl_group_guard(g, &record, b.guards[i]->field, JL_PB(b.guards[i]->expected));
  }
  *asked = (struct asked){l, 0};
  asked->id = jl_client_submit(c, g, false, heard, asked, &err);
  if (asked->id != 0 && outbox_group_id(l, asked->id, &group_id))
    notes_keep(l, asked->id, &group_id, space, build_pack(&b, &l->random, &nobody, &l->progress->spaces[space], 0));
  else
    notes_write(l, "full %d", (int)err.code);
  jl_group_free(g);
  jl_arena_free(a);
  return asked->id != 0;
}

void laptop_session(struct laptop *l, bool offline) {
  struct asked asked[SESSION_GROUPS];
  int space = (int)random_below(&l->random, SPACES);
  size_t n = 1 + random_below(&l->random, SESSION_GROUPS);
  struct jl_replica *seen = laptop_view(l, space);
  struct jl_client *c = client_new(l, offline);
  for (size_t i = 0; i < n && l->kept < l->progress->laptop_edits; i++)
    if (!submit_one(l, c, space, seen, &asked[i])) break;
  jl_client_wait(c, PATIENCE_MS);
  jl_client_free(c);
  jl_replica_free(seen);
}

void laptop_make_new(struct laptop *l) {
  struct asked asked[2 * RISKED_LEAST];
  struct jl_client *c = client_new(l, true);
  for (int i = 0; i < 2 * RISKED_LEAST; i++)
    if (!submit_one(l, c, i % SPACES, NULL, &asked[i])) break;
  jl_client_wait(c, PATIENCE_MS);
  jl_client_free(c);
}

/* ---- coming together ---- */
struct syncing { struct laptop *l; bool done, received; };

static void synced(void *context, const struct jl_reply *reply) {
  struct syncing *s = context;
  bool whole = reply->error.code == JL_E_OK && reply->sync && reply->sync->space_error.code == JL_E_OK;
  s->done = whole && reply->sync->waiting == 0;
  if (!whole || !s->received) return;
  if (s->l->slot->stands) s->l->slot->snapshots += reply->sync->snapshots;
  s->l->slot->stands = true;
}

bool laptop_sync(struct laptop *l, bool receive) {
  struct syncing syncing = {l, false, receive};
  struct jl_client *c = client_new(l, false);
  const struct jl_sync_ask ask = {.spaces = l->progress->spaces, .space_count = SPACES, .no_receive = !receive};
  jl_client_sync(c, &ask, synced, &syncing);
  jl_client_wait(c, 30000);
  jl_client_free(c);
  return syncing.done;
}
