/* People, teams, roles and calendars of an import: those that exist by name are reused, the others are created first. */
#include "client/cli/import.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <string.h>

static const struct {
  const char *list, *word;
  uint32_t type;
} lists[] = {{"calendars", "calendar", JL_TYPE_CALENDAR} /* teams and people name them */,
           {"teams", "team", JL_TYPE_TEAM},
           {"roles", "role", JL_TYPE_ROLE},
           {"people", "person", JL_TYPE_PERSON}};

struct directory {
  struct jl_import *im;
  struct jl_error error;
};

/* A name stands in the table as "person:=folded name". */
static const char *name_key(struct jl_import *im, const char *word, const char *name) {
  const char *folded = jl_text_fold(im->cli->arena, name);
  return folded == NULL ? NULL : jl_arena_printf(im->cli->arena, "%s:=%s", word, folded);
}

static void on_directory(void *context, const struct jl_reply *reply) {
  struct directory *d = context;
  jl_cli_heard(d->im->cli, reply);
  d->error = reply->error;
  for (size_t f = 0; f < reply->found_count && f < JL_COUNT(lists); f++)
    for (size_t i = 0; i < reply->found[f].record_count; i++) {
      const struct jl_record_state *r = &reply->found[f].records[i];
      const char *key = name_key(d->im, lists[f].word, jl_title_text(d->im->cli, r->type, r->body));
      struct jl_error full;
      if (key != NULL && jl_import_find(d->im, key)->key == NULL) (void)!jl_import_add_key(d->im, key, &r->id, NULL, &full);
    }
}

static bool read_directory(struct jl_import *im, struct jl_error *err) {
  struct jl_query queries[JL_COUNT(lists)];
  struct directory d = {.im = im};
  struct jl_id organisation = jl_profile_identity(im->cli->profile)->organisation;
  for (size_t i = 0; i < JL_COUNT(lists); i++) queries[i] = (struct jl_query){.types = &lists[i].type, .type_count = 1, .all = true};
  if (jl_client_read(im->cli->client, &organisation, queries, JL_COUNT(queries), on_directory, &d) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(im->cli, err)) return false;
  if (d.error.code == JL_E_OK) return true;
  *err = d.error;
  return false;
}

static bool import_one(struct jl_import *im, size_t list, const struct jl_json *j, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(lists[list].type);
  const char *name = jl_import_text(j, jl_title_field(type)->name), *key = jl_import_text(j, "key");
  struct jl_id organisation = jl_profile_identity(im->cli->profile)->organisation, id = jl_id_random();
  struct jl_bytes record;
  if (name == NULL) return jl_fail(err, JL_E_INVALID, JL_MSG("line {1}: a name is missing"), NULL, jl_arg_integer(j->line));
  const char *named = name_key(im, lists[list].word, name);
  if (named == NULL) return jl_cli_no_link(err);
  const struct jl_import_key *existing = jl_import_find(im, named);
  if (existing->key != NULL)
    id = existing->id;
  else {
    if (!jl_import_record(im, type, j, &record, err) || !jl_import_put(im, &organisation, type->number, &id, record, err) ||
        !jl_import_add_key(im, named, &id, NULL, err))
      return false;
    im->new_people += type->number != JL_TYPE_CALENDAR;
  }
  if (key == NULL) return true;
  const char *typed = jl_arena_printf(im->cli->arena, "%s:%s", lists[list].word, key);
  if (typed == NULL) return jl_cli_no_link(err);
  return jl_import_add_key(im, key, &id, j, err) && jl_import_add_key(im, typed, &id, NULL, err);
}

bool jl_import_people(struct jl_import *im, struct jl_error *err) {
  const struct jl_json *organisation = jl_json_member(im->root, "organisation");
  if (!read_directory(im, err)) return false;
  for (size_t i = 0; i < JL_COUNT(lists); i++) {
    const struct jl_json *list = organisation == NULL ? NULL : jl_json_member(organisation, lists[i].list);
    if (list != NULL && list->kind != JL_JSON_ARRAY)
      return jl_fail(err, JL_E_INVALID, JL_MSG("line {1}: \"{2}\" must be a list in square brackets"), NULL, jl_arg_integer(list->line),
                     jl_arg_text(lists[i].list));
    for (const struct jl_json *one = list != NULL ? list->first : NULL; one != NULL; one = one->next)
      if (!import_one(im, i, one, err)) return false;
  }
  return true;
}
