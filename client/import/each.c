/* All records of a type, page after page: an answer holds so many. */
#include "client/import/parts.h"
#include <string.h>

struct reading {
  struct jl_ingest *in;
  const struct jl_ingest_each *each;
  struct jl_id last;
  bool has_more;
  struct jl_error error;
};

static void on_page(void *context, const struct jl_reply *reply) {
  struct reading *x = context;
  const struct jl_found *found = reply->found_count > 0 ? &reply->found[0] : NULL;
  jl_ingest_heard(x->in, reply);
  jl_ingest_progress(x->in);
  x->error = reply->error;
  x->has_more = false;
  if (x->error.code != JL_E_OK || found == NULL || found->error.code == JL_E_NOT_FOUND) return;
  x->error = found->error;
  for (size_t i = 0; x->error.code == JL_E_OK && i < found->record_count; i++) {
    x->last = found->records[i].id;
    (void)!x->each->take(x->in, x->each->context, &found->records[i], &x->error);
  }
  x->has_more = reply->has_more && found->record_count > 0;
}

static bool read_pages(struct jl_ingest *in, void *context, struct jl_error *err) {
  struct reading x = {.in = in, .each = context};
  const struct jl_id space = jl_cli_space(in->cli, jl_record_type_by_number(x.each->type));
  x.each->begin(x.each->context);
  for (bool first = true; first || x.has_more; first = false) {
    if (jl_client_read_page(in->cli->client, &space, x.each->type, first ? NULL : &x.last, x.each->deleted, on_page, &x) == 0) return jl_cli_no_link(err);
    if (!jl_cli_wait(in->cli, err)) return false;
    if (x.error.code == JL_E_OK) continue;
    *err = x.error;
    return false;
  }
  return true;
}

bool jl_ingest_each(struct jl_ingest *in, struct jl_ingest_each *each, struct jl_error *err) { return jl_ingest_with_server(in, read_pages, each, err); }

/* ---- kept until the end of the import ---- */
struct kept { struct jl_record_state *records; size_t count, capacity; };

static void begin(void *context) { ((struct kept *)context)->count = 0; }

static bool keep(struct jl_ingest *in, void *context, const struct jl_record_state *record, struct jl_error *err) {
  struct kept *k = context;
  struct jl_arena *a = in->cli->arena;
  if (k->count == k->capacity) {
    size_t wanted = k->capacity == 0 ? 64 : k->capacity * 2;
    struct jl_record_state *larger = jl_arena_array(a, wanted, sizeof *larger);
    if (larger == NULL) return jl_ingest_no_memory(err);
    if (k->count > 0) memcpy(larger, k->records, k->count * sizeof *larger);
    k->records = larger;
    k->capacity = wanted;
  }
  k->records[k->count] = *record;
  k->records[k->count].body = jl_arena_dup(a, record->body);
  return k->records[k->count++].body.data != NULL || jl_ingest_no_memory(err);
}

bool jl_ingest_all(struct jl_ingest *in, uint32_t type, const struct jl_record_state **ret, size_t *ret_n, struct jl_error *err) {
  size_t i = 0;
  while (i < in->all_count && in->all[i].type != type) i++;
  if (i == in->all_count) {
    struct kept kept = {.count = 0};
    struct jl_ingest_each each = {.type = type, .begin = begin, .take = keep, .context = &kept};
    if (i == JL_COUNT(in->all)) return jl_fail(err, JL_E_INTERNAL, JL_MSG("too many kinds of records"), NULL);
    if (!jl_ingest_each(in, &each, err)) return false;
    in->all[i].type = type;
    in->all[i].records = kept.records;
    in->all[in->all_count++].count = kept.count;
  }
  *ret = in->all[i].records;
  *ret_n = in->all[i].count;
  return true;
}
