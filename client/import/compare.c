/* What the rows say beside what is there: made, changed, as it is, deleted since. */
#include "client/import/parts.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define READ_AT_ONCE 64 /* records that one request names, at most (common/model/query_read.c) */

struct asked {
  struct jl_ingest *in;
  size_t first, count;
  struct jl_error error;
};

static bool same(struct jl_bytes a, struct jl_bytes b) { return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0); }

static void keep_bases(struct jl_ingest_chunk *c, struct jl_ingest_item *item, const struct jl_found *found, struct jl_error *err) {
  item->bases = jl_arena_array(c->arena, found->base_count + 1, sizeof *item->bases);
  item->base_count = item->bases == NULL ? 0 : found->base_count;
  if (item->bases == NULL) (void)jl_ingest_no_memory(err);
  for (size_t i = 0; i < item->base_count; i++) {
    item->bases[i] = found->bases[i];
    item->bases[i].value = jl_arena_dup(c->arena, found->bases[i].value);
  }
}

static void on_read(void *context, const struct jl_reply *reply) {
  struct asked *x = context;
  struct jl_ingest_chunk *c = &x->in->chunk;
  jl_ingest_heard(x->in, reply);
  jl_ingest_progress(x->in);
  x->error = reply->error;
  if (reply->error.code == JL_E_OK && reply->found_count < x->count) (void)jl_fail(&x->error, JL_E_BAD_FRAME, JL_MSG("the server left out a part of the answer"), NULL);
  for (size_t i = 0; x->error.code == JL_E_OK && i < x->count; i++) {
    struct jl_ingest_item *item = &c->items[x->first + i];
    const struct jl_found *found = &reply->found[i];
    item->there = found->error.code == JL_E_OK && found->record_count > 0;
    if (!item->there && found->error.code != JL_E_OK && found->error.code != JL_E_NOT_FOUND) x->error = found->error;
    if (!item->there) continue;
    item->now = found->records[0];
    item->now.body = jl_arena_dup(c->arena, found->records[0].body);
    if (item->now.body.data == NULL && found->records[0].body.size > 0) (void)jl_ingest_no_memory(&x->error);
    if (item->shown > 0) keep_bases(c, item, found, &x->error);
  }
}

static bool ask(struct asked *x, struct jl_error *err) {
  struct jl_ingest *in = x->in;
  const struct jl_id space = jl_cli_space(in->cli, jl_record_type_by_number(in->chunk.items[x->first].type));
  struct jl_query queries[READ_AT_ONCE];
  for (size_t i = 0; i < x->count; i++) {
    const struct jl_ingest_item *item = &in->chunk.items[x->first + i];
    queries[i] = (struct jl_query){.id = item->id, .types = &item->type, .type_count = 1, .deleted = true};
    if (item->shown == 0) continue;
    queries[i].shown_revision = item->shown;
    queries[i].base_fields = item->given;
    queries[i].base_field_count = item->given_count;
  }
  return jl_client_read(in->cli->client, &space, queries, x->count, on_read, x) != 0 || jl_cli_no_link(err);
}

bool jl_ingest_read(struct jl_ingest *in, struct jl_error *err) {
  size_t n = (in->chunk.item_count + READ_AT_ONCE - 1) / READ_AT_ONCE;
  struct asked *asked = jl_arena_array(in->chunk.arena, n, sizeof *asked);
  if (asked == NULL) return jl_ingest_no_memory(err);
  for (size_t i = 0; i < n; i++) {
    size_t left = in->chunk.item_count - i * READ_AT_ONCE;
    asked[i] = (struct asked){.in = in, .first = i * READ_AT_ONCE, .count = left < READ_AT_ONCE ? left : READ_AT_ONCE};
    if (!ask(&asked[i], err)) return false;
  }
  if (!jl_cli_wait(in->cli, err)) return false;
  for (size_t i = 0; i < n; i++)
    if (asked[i].error.code != JL_E_OK) {
      *err = asked[i].error;
      return false;
    }
  return true;
}

/* Texts that look alike are the same. */
static bool says_the_same(struct jl_ingest *in, const struct jl_ingest_item *item, uint32_t field, struct jl_bytes now, struct jl_bytes next) {
  const struct jl_record_type *type = jl_record_type_by_number(item->type);
  const struct jl_field *f = jl_field_by_number(type, field);
  if (same(now, next)) return true;
  if (f == NULL || f->repeated || (f->kind != JL_KIND_TEXT && f->kind != JL_KIND_LONG_TEXT) || now.size == 0 || next.size == 0) return false;
  struct jl_bytes a = jl_record_text(type, now, field), b = jl_record_text(type, next, field);
  size_t sizes[2];
  const char *one = jl_text_composed(in->chunk.arena, (const char *)a.data, a.size, &sizes[0]), *other = jl_text_composed(in->chunk.arena, (const char *)b.data, b.size, &sizes[1]);
  return one != NULL && other != NULL && same((struct jl_bytes){(const uint8_t *)one, sizes[0]}, (struct jl_bytes){(const uint8_t *)other, sizes[1]});
}

/* The file names the record: what differs from what was displayed here last is an edit, as one that is typed; what others wrote since stays. */
static void find_edit(struct jl_ingest *in, struct jl_ingest_item *item, uint32_t field, struct jl_bytes now, struct jl_bytes next) {
  size_t i = 0;
  while (i < item->base_count && item->bases[i].field != field) i++;
  struct jl_bytes base = i < item->base_count ? item->bases[i].value : now;
  if (says_the_same(in, item, field, base, next)) return;
  item->changes[item->change_count++] = (struct jl_ingest_change){.field = field, .base = in->overwrite ? now : base, .next = next, .known = true, .by_hand = true, .kept = !in->overwrite && !same(now, base)};
}

/* The fields that the row speaks of. Of a record that is there nothing else is looked at: what people added to it is theirs. */
static bool find_changes(struct jl_ingest *in, struct jl_ingest_item *item, struct jl_error *err) {
  item->changes = jl_arena_array(in->chunk.arena, item->given_count + 1, sizeof *item->changes);
  if (item->changes == NULL) return jl_ingest_no_memory(err);
  for (size_t i = 0; i < item->given_count; i++) {
    uint32_t field = item->given[i];
    struct jl_bytes now = jl_record_slice(item->now.body, field), next = jl_record_slice(item->whole, field);
    if (says_the_same(in, item, field, now, next)) continue;
    if (item->shown > 0) {
      find_edit(in, item, field, now, next);
      continue;
    }
    item->changes[item->change_count++] = (struct jl_ingest_change){.field = field, .base = now, .next = next};
  }
  return true;
}

static bool judge(struct jl_ingest *in, struct jl_ingest_item *item, struct jl_error *err) {
  item->fate = JL_FATE_MAKE;
  if (!item->there) return true;
  if (!find_changes(in, item, err)) return false;
  if (item->now.deleted_revision != 0) {
    item->fate = in->restore ? JL_FATE_BACK : JL_FATE_GONE;
    item->at = in->restore ? 0 : item->now.deleted_revision; /* was it the undoing of an import? */
    return true;
  }
  item->fate = item->change_count > 0 ? JL_FATE_CHANGE : JL_FATE_SAME;
  item->open = in->overwrite || item->shown > 0 ? 0 : item->change_count;
  item->at = item->open > 0 ? item->now.revision : 0;
  return true;
}

bool jl_ingest_compare(struct jl_ingest *in, struct jl_error *err) {
  if (!jl_ingest_read(in, err)) return false;
  for (size_t i = 0; i < in->chunk.item_count; i++)
    if (!judge(in, &in->chunk.items[i], err)) return false;
  return true;
}
