/* A user's machine: a home folder, a profile, a local copy and a client of the library, for tests against a real server. Header
 * only, so that programs without the client library need not link it. */
#ifndef JL_TESTS_LAPTOP_H
#define JL_TESTS_LAPTOP_H
#include "client/include/jalon.h"
#include "common/record/record.h"
#include "common/record/schema.h"
#include "tests/component/support/daemon.h"
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LAPTOP_WAIT_MS 120000
struct laptop {
  char home[64];
  const struct daemon *server;
  struct jl_profile *profile;
  struct jl_local *local;
  struct jl_client *client;
  struct jl_arena *a; /* of the last answers */
};
/* What the last request brought, copied. */
struct answer {
  bool came, has_verdict, merged, local;
  struct jl_error error, verdict_error, foreseen;
  uint64_t queued, revision, position;
  size_t conflict_count, given_count;
  struct jl_given given[8];
  struct jl_sync_summary sync;
  char text[256];
  uint64_t number, record_revision;
  size_t found_count, record_count, log_count, present_count;
  struct jl_bytes base;
  uint8_t base_bytes[256];
  size_t document_size;
};

#define must(condition, err) laptop_must((condition), (err), __FILE__, __LINE__)
static inline void laptop_must(bool good, const struct jl_error *err, const char *file, int line) {
  char text[1024] = "";
  if (good) return;
  jl_error_describe(err, text, sizeof text);
  fprintf(stderr, "%s\n", text);
  _fail(file, line);
}

static inline void laptop_home(const struct laptop *l) {
  char data[128];
  snprintf(data, sizeof data, "%s/data", l->home);
  setenv("XDG_CONFIG_HOME", l->home, 1);
  setenv("XDG_DATA_HOME", data, 1);
}

static inline void laptop_done(void *context, const struct jl_reply *reply) {
  struct answer *w = context;
  w->came = true;
  w->error = reply->error;
  w->queued = reply->queued;
  w->local = reply->local;
  w->foreseen = reply->foreseen;
  w->position = reply->position.revision;
  w->document_size = reply->document.size;
  w->log_count = reply->log_count;
  w->present_count = reply->present_count;
  const struct jl_given *given = reply->given;
  w->given_count = reply->given_count;
  if (reply->verdict != NULL) {
    w->has_verdict = true;
    w->revision = reply->verdict->revision;
    w->merged = reply->verdict->merged;
    w->verdict_error = reply->verdict->error;
    w->conflict_count = reply->verdict->conflict_count;
    given = reply->verdict->given;
    w->given_count = reply->verdict->given_count;
  }
  for (size_t i = 0; i < w->given_count && i < JL_COUNT(w->given); i++) w->given[i] = given[i];
  if (reply->sync != NULL) {
    w->sync = *reply->sync;
    w->sync.counts = NULL;
  }
  w->found_count = reply->found_count;
  if (reply->found_count == 0) return;
  const struct jl_found *found = &reply->found[0];
  if (found->error.code != JL_E_OK) w->error = found->error;
  w->record_count = found->record_count;
  if (found->error.code != JL_E_OK || found->record_count == 0) return;
  const struct jl_record_state *r = &found->records[0];
  const struct jl_record_type *type = jl_record_type_by_number(r->type);
  const struct jl_field *title = type == NULL ? NULL : jl_title_field(type);
  struct jl_value value;
  if (title != NULL && jl_record_get(r->body, title, &value)) snprintf(w->text, sizeof w->text, "%.*s", (int)value.text.size, (const char *)value.text.data);
  w->number = r->number;
  w->record_revision = r->revision;
  if (found->base_count > 0 && found->bases[0].value.size <= sizeof w->base_bytes) {
    if (found->bases[0].value.size > 0) memcpy(w->base_bytes, found->bases[0].value.data, found->bases[0].value.size);
    w->base = (struct jl_bytes){w->base_bytes, found->bases[0].value.size};
  }
}

static inline void laptop_client(struct laptop *l, bool offline) {
  struct jl_error err = {0};
  char address[128];
  snprintf(address, sizeof address, "unix:%s", l->server->socket);
  jl_client_free(l->client);
  struct jl_client_options options = {.server = address,
                                      .program = "test",
                                      .profile = l->profile,
                                      .local = l->local,
                                      .offline = offline,
                                      .offer_token = l->local != NULL,
                                      .timeout_ms = LAPTOP_WAIT_MS};
  l->client = jl_client_new(&options, &err);
  must(l->client != NULL, &err);
}

static inline void laptop_wait(struct laptop *l, const struct answer *w) {
  assert_true(jl_client_wait(l->client, 2 * LAPTOP_WAIT_MS));
  assert_true(w->came);
}

/* Logs in, then goes on with the token and the local copy. */
static inline void laptop_start(struct laptop *l, const struct daemon *server, const char *account, const char *password) {
  struct jl_error err = {0};
  struct answer w = {0};
  *l = (struct laptop){.server = server, .a = jl_arena_new(64U << 20)};
  snprintf(l->home, sizeof l->home, "/tmp/jalon-laptop.XXXXXX");
  assert_non_null(mkdtemp(l->home));
  laptop_home(l);
  l->profile = jl_profile_open(NULL, &err);
  must(l->profile != NULL, &err);
  must(jl_profile_lock(l->profile, 1000, &err), &err); /* reads the file, so before the login fills it */
  laptop_client(l, false);
  assert_int_not_equal(jl_client_login(l->client, account, password, laptop_done, &w), 0);
  laptop_wait(l, &w);
  must(w.error.code == JL_E_OK, &w.error);
  must(jl_profile_save(l->profile, &err), &err);
  jl_profile_unlock(l->profile);
  l->local = jl_local_new(l->profile, &err);
  must(l->local != NULL, &err);
  laptop_client(l, false);
}

static inline void laptop_shut(struct laptop *l) { /* the program ends; the files stay */
  jl_client_free(l->client);
  l->client = NULL;
  jl_local_free(l->local);
  l->local = NULL;
  jl_profile_free(l->profile);
  l->profile = NULL;
}
static inline void laptop_open(struct laptop *l, bool offline) { /* another run of a program there */
  struct jl_error err = {0};
  laptop_shut(l);
  laptop_home(l);
  l->profile = jl_profile_open(NULL, &err);
  must(l->profile != NULL, &err);
  l->local = jl_local_new(l->profile, &err);
  must(l->local != NULL, &err);
  laptop_client(l, offline);
}
static inline int laptop_unlink(const char *path, const struct stat *st, int flag, struct FTW *ftw) {
  (void)st, (void)flag, (void)ftw;
  return remove(path);
}
static inline void laptop_end(struct laptop *l) {
  laptop_shut(l);
  jl_arena_free(l->a);
  (void)nftw(l->home, laptop_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- records ---- */
static inline struct jl_bytes laptop_text(struct laptop *l, uint32_t type, uint32_t field, const char *text) {
  struct jl_value value = {.text = {(const uint8_t *)text, strlen(text)}};
  return jl_value_encode(l->a, jl_field_by_number(jl_record_type_by_number(type), field), &value);
}
static inline struct jl_bytes laptop_number(struct laptop *l, uint32_t type, uint32_t field, int64_t n) {
  struct jl_value value = {.number = n};
  return jl_value_encode(l->a, jl_field_by_number(jl_record_type_by_number(type), field), &value);
}
static inline struct jl_bytes laptop_action(struct laptop *l, const char *title) {
  return jl_record_with(l->a, (struct jl_bytes){NULL, 0}, JL_ACTION_TITLE, laptop_text(l, JL_TYPE_ACTION, JL_ACTION_TITLE, title));
}

/* ---- doing, and waiting for what comes ---- */
static inline struct answer laptop_submit(struct laptop *l, struct jl_group *g) {
  struct jl_error err = {0};
  struct answer w = {0};
  uint64_t id = jl_client_submit(l->client, g, false, laptop_done, &w, &err);
  jl_group_free(g);
  must(id != 0, &err);
  laptop_wait(l, &w);
  return w;
}
static inline struct answer laptop_plan(struct laptop *l, const struct jl_id *space, const char *name) {
  struct jl_group *g = jl_group_new(space);
  struct jl_bytes record = {NULL, 0};
  record = jl_record_with(l->a, record, JL_PLAN_NAME, laptop_text(l, JL_TYPE_PLAN, JL_PLAN_NAME, name));
  record = jl_record_with(l->a, record, JL_PLAN_START, laptop_number(l, JL_TYPE_PLAN, JL_PLAN_START, 20454));
  record = jl_record_with(l->a, record, JL_PLAN_END, laptop_number(l, JL_TYPE_PLAN, JL_PLAN_END, 20818));
  record = jl_record_with(l->a, record, JL_PLAN_CURRENCY, laptop_text(l, JL_TYPE_PLAN, JL_PLAN_CURRENCY, "EUR"));
  jl_group_create(g, JL_TYPE_PLAN, space, record);
  return laptop_submit(l, g);
}
static inline struct answer laptop_add(struct laptop *l, const struct jl_id *space, const struct jl_id *id, const char *title) {
  struct jl_group *g = jl_group_new(space);
  jl_group_create(g, JL_TYPE_ACTION, id, laptop_action(l, title));
  return laptop_submit(l, g);
}
static inline struct answer laptop_retitle(struct laptop *l, const struct jl_id *space, const struct jl_id *id, const char *from, const char *to) {
  struct jl_group *g = jl_group_new(space);
  jl_group_update(g, JL_TYPE_ACTION, id);
  jl_group_field(g, JL_ACTION_TITLE, laptop_text(l, JL_TYPE_ACTION, JL_ACTION_TITLE, from), laptop_text(l, JL_TYPE_ACTION, JL_ACTION_TITLE, to));
  return laptop_submit(l, g);
}
static inline struct answer laptop_count(struct laptop *l, const struct jl_id *space, const struct jl_id *id, int64_t add) {
  struct jl_group *g = jl_group_new(space);
  jl_group_update(g, JL_TYPE_ACTION, id);
  jl_group_count(g, JL_ACTION_QUANTITY_DONE, add, NULL, NULL);
  return laptop_submit(l, g);
}
static inline struct answer laptop_sync(struct laptop *l) {
  struct answer w = {0};
  struct jl_sync_ask ask = {0};
  assert_int_not_equal(jl_client_sync(l->client, &ask, laptop_done, &w), 0);
  laptop_wait(l, &w);
  return w;
}
static inline struct answer laptop_sync_well(struct laptop *l) {
  struct answer w = laptop_sync(l);
  must(w.error.code == JL_E_OK, &w.error);
  must(w.sync.space_error.code == JL_E_OK, &w.sync.space_error);
  return w;
}
static inline struct answer laptop_find(struct laptop *l, const struct jl_id *space, const struct jl_id *id) {
  struct answer w = {0};
  struct jl_query query = {.id = *id};
  assert_int_not_equal(jl_client_read(l->client, space, &query, 1, laptop_done, &w), 0);
  laptop_wait(l, &w);
  return w;
}
static inline struct answer laptop_look(struct laptop *l, const struct jl_id *space, const char *view) {
  struct answer w = {0};
  struct jl_view_ask ask = {.view = view, .has_today = true, .today = 20500};
  if (space != NULL) ask.space = *space;
  assert_int_not_equal(jl_client_view(l->client, &ask, laptop_done, &w), 0);
  laptop_wait(l, &w);
  return w;
}
#endif
