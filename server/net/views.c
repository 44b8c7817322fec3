#include "server/net/views.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define KEY_MAX 65536

static const struct jl_replica *replica_of(const struct jl_view_question *q) {
  if (q->past != NULL) return jl_past_seen(q->past, q->sections);
  return q->space != NULL ? jl_space_seen(q->space, q->sections) : NULL;
}
/* A guest knows of the past whom he knows today. */
static const struct jl_replica *directory_of(const struct jl_view_question *q) {
  if (q->names != NULL) return q->names;
  return q->past_directory != NULL ? jl_past_whole(q->past_directory) : jl_spaces_directory(q->server->spaces);
}
static const struct jl_replica *plans_of(const struct jl_view_question *q) {
  return q->view->needs_space ? NULL : q->plans != NULL ? q->plans : jl_spaces_plans(q->server->spaces);
}
static int32_t today_of(const struct jl_view_question *q) {
  if (q->request->has_today) return q->request->today;
  return q->past != NULL ? q->past_today : jl_server_today(q->server, replica_of(q));
}

const char *jl_view_parameter(const struct jl_view_question *q, const char *name) {
  for (size_t i = 0; i < q->request->n_parameters; i++)
    if (strcmp(q->request->parameters[i]->name, name) == 0) return q->request->parameters[i]->value;
  return NULL;
}

struct jl_asker jl_view_query(const struct jl_view_question *q) {
  return (struct jl_asker){.space = replica_of(q),
                           .before = q->before != NULL ? jl_past_seen(q->before, q->sections) : NULL,
                           .organisation = directory_of(q),
                           .plans = plans_of(q),
                           .sections = q->sections,
                           .person = q->reader,
                           .administrator = q->administrator,
                           .today = today_of(q),
                           .since = q->since,
                           .until = q->until,
                           .nothing_until = q->nothing_until};
}

static void key_text(struct jl_buffer *key, const char *text) {
  size_t size = text != NULL ? strlen(text) : 0;
  jl_buffer_varint(key, size);
  if (size > 0) jl_buffer_append(key, text, size);
}

static void key_position(struct jl_buffer *key, const struct jl_replica *replica) {
  if (replica == NULL) return;
  const struct jl_position *position = jl_replica_where(replica);
  jl_buffer_append(key, position->space.bytes, sizeof position->space.bytes);
  jl_buffer_varint(key, position->epoch);
  jl_buffer_varint(key, position->revision);
  jl_buffer_append(key, position->sections, sizeof position->sections); /* an older copy may be restored: the same revision, other content */
}

/* The plans of all spaces have no common position: each plan's revision counts. */
static void key_plans(struct jl_buffer *key, const struct jl_replica *plans) {
  if (plans == NULL) return;
  struct jl_id mixed = {{0}};
  const struct jl_record *record = jl_replica_next(plans, NULL);
  for (; record != NULL; record = jl_replica_next(plans, &record->id)) {
    struct jl_bytes parts[] = {{mixed.bytes, sizeof mixed.bytes},
                               {record->id.bytes, sizeof record->id.bytes},
                               {(const uint8_t *)&record->revision, sizeof record->revision}};
    mixed = jl_id_derive("plans of a view", parts, JL_COUNT(parts));
  }
  jl_buffer_append(key, mixed.bytes, sizeof mixed.bytes);
}

static void make_key(struct jl_view_question *q) {
  struct jl_buffer *key = &q->key;
  jl_buffer_init(key, KEY_MAX);
  key_text(key, q->view->name);
  jl_buffer_varint(key, q->sections);
  jl_buffer_varint(key, (uint32_t)today_of(q));
  if (jl_view_depends_on_reader(q->view->name) || q->names != NULL) {
    jl_buffer_append(key, q->reader.bytes, sizeof q->reader.bytes);
    jl_buffer_byte(key, q->administrator);
  }
  for (size_t i = 0; i < q->request->n_parameters; i++) {
    key_text(key, q->request->parameters[i]->name);
    key_text(key, q->request->parameters[i]->value);
  }
  jl_buffer_byte(key, 0);
  key_position(key, replica_of(q));
  if (q->before != NULL) key_position(key, jl_past_whole(q->before));
  key_position(key, q->names != NULL ? jl_spaces_directory(q->server->spaces) : directory_of(q));
  if (q->past != NULL && q->names != NULL) key_position(key, jl_space_seen(q->space, q->sections)); /* whom a guest knows goes with the plan of today */
  key_plans(key, plans_of(q));
  const struct jl_past *pasts[] = {q->past, q->past_directory, q->before}; /* the same position says something else after an erasure */
  for (size_t i = 0; i < JL_COUNT(pasts); i++) jl_buffer_varint(key, pasts[i] == NULL ? 0 : jl_past_erasures(pasts[i]));
}

void jl_view_answer(struct jl_view_question *q, const struct jl_view_entry *entry, const struct jl_error *err) {
  jl_buffer_release(&q->key);
  jl_replica_free(q->plans);
  jl_replica_free(q->names);
  q->plans = q->names = NULL;
  jl_past_release(q->past);
  jl_past_release(q->past_directory);
  jl_past_release(q->before);
  q->past = q->past_directory = q->before = NULL;
  if (q->under_way) jl_past_leave(q->server->pasts);
  q->under_way = false;
  q->done(q->context, entry, err);
}

static bool build(struct jl_view_question *q, const struct jl_view_log *log, struct jl_arena *a, const struct jl_view_entry **ret_entry,
                  struct jl_error *err) {
  const struct jl_asker query = jl_view_query(q);
  struct jl_bytes document, packed;
  if (!jl_query_document(&query, q->request, log, a, &document, err) || !jl_query_pack_view(&query, document, a, &packed, err))
    return false;
  struct jl_message *message = jl_message_new(JALON__FRAME_TYPE__VIEW_REPLY, JL_FRAME_END, packed);
  *ret_entry = jl_view_cache_put(q->server->views, jl_buffer_bytes(&q->key), document, message);
  return *ret_entry != NULL || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
}

void jl_view_build_and_answer(struct jl_view_question *q, const struct jl_view_log *log, struct jl_arena *a) {
  struct jl_error err = {0};
  const struct jl_view_entry *entry = NULL;
  bool ok = build(q, log, a, &entry, &err);
  jl_arena_free(a);
  jl_view_answer(q, ok ? entry : NULL, ok ? NULL : &err);
}

void jl_view_out_of_memory(struct jl_view_question *q) {
  struct jl_error err = {0};
  jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  jl_view_answer(q, NULL, &err);
}

void jl_view_ask(struct jl_view_question *q) {
  q->view = jl_view_by_name(q->request->view);
  q->plans = q->names = NULL;
  q->since = q->until = 0;
  q->nothing_until = false;
  q->past = q->past_directory = q->before = NULL;
  q->under_way = false;
  q->administrator = q->session != NULL && q->session->administrator;
  if (q->view->compares || jl_view_parameter(q, "at") != NULL)
    jl_view_past(q);
  else
    jl_view_begin(q);
}

void jl_view_begin(struct jl_view_question *q) {
  if ((q->space != NULL && replica_of(q) == NULL) ||
      (q->session != NULL && jl_session_directory(q->session, q->space, q->sections, &q->names) == NULL) ||
      (!q->view->needs_space && q->session != NULL && jl_session_plans(q->session, &q->plans) == NULL)) {
    jl_view_out_of_memory(q);
    return;
  }
  make_key(q);
  if (!jl_buffer_ok(&q->key)) {
    struct jl_error err = {0};
    if (q->key.starved)
      jl_fail(&err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    else
      jl_fail(&err, JL_E_TOO_LARGE, JL_MSG("the parameters of the view are too long"), NULL);
    jl_view_answer(q, NULL, &err);
    return;
  }
  const struct jl_view_entry *entry = jl_view_cache_find(q->server->views, jl_buffer_bytes(&q->key));
  if (entry != NULL) {
    jl_view_answer(q, entry, NULL);
    return;
  }
  if (q->view->needs_log) {
    jl_view_history(q);
    return;
  }
  struct jl_arena *a = jl_arena_new(JL_VIEW_ARENA);
  if (a == NULL)
    jl_view_out_of_memory(q);
  else
    jl_view_build_and_answer(q, NULL, a);
}
