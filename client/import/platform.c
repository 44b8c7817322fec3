/* Who counted what a row says, and which campaigns of the file are one action of the plan. */
#include "client/import/about.h"
#include "client/import/parts.h"
#include "client/cli/figures.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <string.h>

bool jl_about_platform(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err) {
  const char *said = jl_ingest_has(in, "platform") ? jl_ingest_words(in, row, "platform") : "", *account = jl_ingest_words(in, row, "account");
  if (said == NULL || account == NULL) return jl_ingest_no_memory(err);
  const struct jl_slot *slot = jl_ingest_slot(in, "platform");
  about->says_platform = said[0] != '\0';
  bool none = said[0] == '\0' && slot != NULL && slot->is_set && slot->column < 0; /* --set platform= */
  if (said[0] == '\0' && !none) said = in->source->vocabulary != NULL ? in->source->vocabulary : in->found->source;
  if (said[0] != '\0' && account[0] != '\0' && strchr(said, ':') == NULL) said = jl_arena_printf(in->row_arena, "%s:%s", said, account);
  about->platform = said == NULL ? NULL : jl_told_platform(in->row_arena, said);
  return about->platform != NULL || jl_ingest_no_memory(err);
}

/* ---- campaigns of the file ---- */
struct campaign { const char *name, *platform; };
struct jl_ingest_campaigns {
  struct jl_ingest_index names, actions; /* the latter with how many campaigns they are */
  struct campaign *items;
  size_t count, capacity;
  bool resolved;
};

void jl_ingest_campaigns_free(struct jl_ingest *in) {
  if (in->campaigns == NULL) return;
  jl_ingest_index_free(&in->campaigns->names);
  jl_ingest_index_free(&in->campaigns->actions);
}

static struct jl_id id_of(const char *purpose, const void *what, size_t size, const char *platform) {
  const struct jl_bytes parts[] = {{what, size}, {(const uint8_t *)platform, strlen(platform)}};
  return jl_id_derive(purpose, parts, JL_COUNT(parts));
}

static bool keep(struct jl_ingest *in, struct jl_ingest_campaigns *c, const struct jl_about *about, struct jl_error *err) {
  if (c->count == c->capacity) {
    size_t wanted = c->capacity == 0 ? 64 : c->capacity * 2;
    struct campaign *items = jl_arena_array(in->cli->arena, wanted, sizeof *items);
    if (items == NULL) return jl_ingest_no_memory(err);
    if (c->count > 0) memcpy(items, c->items, c->count * sizeof *items);
    c->items = items;
    c->capacity = wanted;
  }
  struct campaign *one = &c->items[c->count++];
  *one = (struct campaign){jl_arena_strdup(in->cli->arena, about->name), jl_arena_strdup(in->cli->arena, about->platform)};
  return (one->name != NULL && one->platform != NULL) || jl_ingest_no_memory(err);
}

static bool note(struct jl_ingest *in, struct jl_ingest_campaigns *c, const struct jl_about *about, const char *number, struct jl_error *err) {
  const char *key = number[0] != '\0' ? number : jl_text_fold(in->row_arena, about->name);
  struct jl_ingest_seen *seen;
  bool is_new;
  if (key == NULL) return jl_ingest_no_memory(err);
  const struct jl_id id = id_of("campaign of a file", key, strlen(key), about->platform);
  return jl_ingest_index_put(&c->names, &id, in->line, &seen, &is_new, err) && (!is_new || keep(in, c, about, err));
}

/* One that the plan does not have yet is made by its name (about.c). */
static bool resolve(struct jl_ingest *in, struct jl_ingest_campaigns *c, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_FIGURE), JL_FIGURE_ACTION);
  for (size_t i = 0; i < c->count; i++) {
    const struct jl_record_state *found = NULL;
    struct jl_ingest_record *made = jl_ingest_make(in, JL_TYPE_ACTION);
    struct jl_ingest_seen *seen;
    bool is_new;
    if (!jl_ingest_look(in, "campaign", field, c->items[i].name, &found, err)) return false;
    (void)jl_ingest_key(made, c->items[i].name);
    const struct jl_id action = found != NULL ? found->id : jl_ingest_own_id(made), id = id_of("action of a file", action.bytes, sizeof action.bytes, c->items[i].platform);
    if (!jl_ingest_index_put(&c->actions, &id, 1, &seen, &is_new, err)) return false;
  }
  c->resolved = true;
  return true;
}

bool jl_about_alone(struct jl_ingest *in, const struct jl_about *about, const char *number, bool *ret, struct jl_error *err) {
  *ret = false;
  if (in->campaigns == NULL) in->campaigns = jl_arena_alloc(in->cli->arena, sizeof *in->campaigns);
  if (in->campaigns == NULL) return jl_ingest_no_memory(err);
  if (in->notes) return note(in, in->campaigns, about, number, err);
  if (!about->has_action) return true;
  if (!in->campaigns->resolved && !resolve(in, in->campaigns, err)) return false;
  const struct jl_id id = id_of("action of a file", about->action.bytes, sizeof about->action.bytes, about->platform);
  const struct jl_ingest_seen *seen = jl_ingest_index_find(&in->campaigns->actions, &id);
  *ret = seen != NULL && seen->count == 1;
  return true;
}
