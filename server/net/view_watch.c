/* Subscriptions to a view: its state now and whenever its document changed, at most ten a second, with who changed what.
 * Watches of the same view share the document through the cache. */
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "server/net/subscription.h"
#include "server/net/views.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define INTERVAL_US 100000
#define CHANGES_MAX 20
#define CHANGE_VALUE_MAX 512 /* bytes of a field's slice; a longer one is left out */
#define NOTES_ARENA (256U * 1024U)

struct jl_view_watch {
  struct jl_arena *memory; /* of the request */
  Jalon__ViewRequest *request;
  struct jl_arena *notes; /* of the changes since the last state */
  Jalon__ChangedBy *changes[CHANGES_MAX];
  size_t change_count;
  uint8_t document[32]; /* hash of the last one sent */
  bool sent_any, asking;
  int64_t looked_us;
  int32_t today;
  uint64_t directory_revision;
  struct jl_view_question question;
};

static void arm(struct jl_server *server, int64_t wait_us);

/* ---- who changed what ---- */
static char *title_of(const struct jl_replica *replica, const struct jl_id *id, struct jl_arena *a) {
  const struct jl_record *record = replica != NULL ? jl_replica_record(replica, id) : NULL;
  const struct jl_field *title = record != NULL && record->type != NULL ? jl_title_field(record->type) : NULL;
  if (title == NULL) return NULL;
  struct jl_bytes text = jl_record_text(record->type, record->body, title->number);
  return text.size > 0 ? jl_arena_strndup(a, (const char *)text.data, text.size) : NULL;
}

static ProtobufCBinaryData keep(struct jl_arena *a, ProtobufCBinaryData bytes) {
  struct jl_bytes copy = bytes.len <= CHANGE_VALUE_MAX ? jl_arena_dup(a, JL_PB(bytes)) : (struct jl_bytes){NULL, 0};
  return copy.data != NULL ? jl_to_pb(copy) : (ProtobufCBinaryData){0, NULL};
}

static void note(struct jl_subscription *sub, const Jalon__ChangeBody *body, const Jalon__RecordChange *change,
                 const Jalon__FieldResult *field) {
  struct jl_view_watch *w = sub->watch;
  Jalon__ChangedBy *by = w->change_count < CHANGES_MAX ? jl_arena_alloc(w->notes, sizeof *by) : NULL;
  struct jl_id person, record;
  if (by == NULL || !jl_id_from_bytes(JL_PB(body->author), &person) || !jl_id_from_bytes(JL_PB(change->id), &record)) return;
  jalon__changed_by__init(by);
  by->has_person = by->has_type = by->has_record = by->has_number = by->has_revision = by->has_verb = true;
  by->person = keep(w->notes, body->author);
  by->name = title_of(jl_session_names(sub->session, sub->space, sub->rights), &person, w->notes);
  by->type = change->type;
  by->record = keep(w->notes, change->id);
  by->number = change->number;
  by->revision = body->revision;
  by->verb = change->verb;
  by->title = title_of(jl_space_committed(sub->space), &record, w->notes);
  if (field != NULL) {
    by->has_field = true;
    by->field = field->field;
    by->has_before = field->has_before;
    by->before = keep(w->notes, field->before);
    by->has_after = field->has_after;
    by->after = keep(w->notes, field->after);
  }
  w->changes[w->change_count++] = by;
}

/* Everybody's changes, the reader's own too: those may come from another terminal, and who knows them has the person. */
static void note_row(struct jl_subscription *sub, const struct jl_log_row *row, struct jl_arena *scratch) {
  struct jl_error err = {0};
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row->change.body, scratch, &err);
  if (body == NULL) return;
  for (size_t i = 0; i < body->n_changes; i++) {
    const Jalon__RecordChange *change = body->changes[i];
    if (change->verb != JALON__VERB__UPDATE || change->n_fields == 0)
      note(sub, body, change, NULL);
    else
      for (size_t f = 0; f < change->n_fields; f++) note(sub, body, change, change->fields[f]);
  }
}

void jl_view_watch_advanced(struct jl_subscription *sub, const struct jl_listener_rows *rows) {
  struct jl_view_watch *w = sub->watch;
  uint32_t sections = sub->rights;
  struct jl_arena *scratch = w->change_count < CHANGES_MAX ? jl_arena_new(JL_REQUEST_ARENA) : NULL;
  for (size_t i = 0; scratch != NULL && i < rows->count && w->change_count < CHANGES_MAX; i++) {
    if (rows->rows[i].section >= JL_SECTIONS || (sections & 1U << rows->rows[i].section) == 0) continue;
    jl_arena_reset(scratch);
    note_row(sub, &rows->rows[i], scratch);
  }
  jl_arena_free(scratch);
  jl_view_watch_mark(sub);
}

void jl_view_watch_rights(struct jl_subscription *sub) {
  struct jl_view_watch *w = sub->watch;
  w->change_count = 0;
  jl_arena_reset(w->notes);
  jl_view_watch_mark(sub);
}

/* ---- looking and sending ---- */
static void send_state(struct jl_subscription *sub, const struct jl_view_entry *entry) {
  struct jl_view_watch *w = sub->watch;
  uint8_t hash[32];
  crypto_generichash(hash, sizeof hash, entry->document.data, entry->document.size, NULL, 0);
  if (w->sent_any && memcmp(hash, w->document, sizeof hash) == 0) return;
  struct jl_arena *a = jl_arena_new(3U * JL_MESSAGE_MAX);
  Jalon__ViewState state = JALON__VIEW_STATE__INIT;
  Jalon__Position position;
  const struct jl_position where = jl_session_position(sub->session, sub->space, sub->rights);
  if (a != NULL && jl_position_to_wire(&where, sub->rights, a, &position)) {
    state.position = &position;
    state.has_document = true;
    state.document = jl_to_pb(entry->document);
    state.changes = w->changes;
    state.n_changes = w->change_count;
    struct jl_bytes packed = jl_pack(&state.base, a, JL_MESSAGE_MAX);
    if (packed.data == NULL && state.n_changes > 0) { /* a document that fits alone must not be lost for who changed it */
      state.n_changes = 0;
      packed = jl_pack(&state.base, a, JL_MESSAGE_MAX);
    }
    if (packed.data != NULL) {
      memcpy(w->document, hash, sizeof hash);
      w->sent_any = true;
      sub->sent = where.revision;
      jl_session_send(sub->session, JALON__FRAME_TYPE__VIEW_STATE, 0, sub->stream, packed);
    }
  }
  jl_arena_free(a);
  w->change_count = 0;
  jl_arena_reset(w->notes);
}

static void answered(void *context, const struct jl_view_entry *entry, const struct jl_error *err) {
  struct jl_subscription *sub = context;
  sub->watch->asking = false;
  if (sub->session != NULL) {
    if (!jl_subscription_still_may(sub) || sub->watch->question.sections != sub->rights)
      jl_view_watch_mark(sub); /* rights have changed while its log was read: another one */
    else if (entry != NULL)
      send_state(sub, entry);
    else
      jl_subscription_end(sub, JALON__FRAME_TYPE__ENDED, err);
  }
  jl_subscription_unreference(sub);
}

static bool gone(void *context) {
  const struct jl_subscription *sub = context;
  return sub->session == NULL;
}

static void look(struct jl_subscription *sub) {
  struct jl_view_watch *w = sub->watch;
  if (w->asking) return;
  w->asking = true;
  w->looked_us = jl_monotonic_us();
  w->today = jl_server_today(sub->server, sub->space != NULL ? jl_space_committed(sub->space) : NULL);
  w->directory_revision = jl_replica_where(jl_spaces_directory(sub->server->spaces))->revision;
  w->question = (struct jl_view_question){.server = sub->server,
                                          .space = sub->space,
                                          .request = w->request,
                                          .session = sub->session,
                                          .sections = sub->rights,
                                          .reader = sub->session->person,
                                          .done = answered,
                                          .gone = gone,
                                          .context = sub};
  sub->references++;
  jl_view_ask(&w->question);
}

/* Waits at least 1 ms: a timer of 0 started in its own callback would run again before anything is read. */
static void arm_again(struct jl_server *server, int64_t wait_us) {
  if (wait_us > INTERVAL_US) wait_us = INTERVAL_US;
  arm(server, wait_us > 1000 ? wait_us : 1000);
}

static void put_back_first(struct jl_server *server, struct jl_subscription *list) {
  struct jl_subscription *last = list;
  while (last->next_dirty != NULL) last = last->next_dirty;
  last->next_dirty = server->dirty;
  if (server->dirty == NULL) server->dirty_last = last;
  server->dirty = list;
}

/* Goes through the list until the turn has lasted long enough; the rest is first in the next turn, before what was marked
 * meanwhile. Those not due yet, or whose question has no answer yet, go to the end. */
static void on_timer(uv_timer_t *timer) {
  struct jl_server *server = timer->data;
  struct jl_subscription *list = server->dirty;
  server->dirty = server->dirty_last = NULL;
  int64_t begin_us = jl_monotonic_us(), now_us = begin_us, wait_us = INT64_MAX;
  while (list != NULL && now_us - begin_us < JL_VIEW_TURN_MS * 1000) {
    struct jl_subscription *sub = list;
    list = sub->next_dirty;
    sub->next_dirty = NULL;
    sub->dirty = false;
    int64_t due_us = sub->watch->looked_us + INTERVAL_US;
    if (sub->session != NULL && (due_us > now_us || sub->watch->asking)) {
      jl_view_watch_mark(sub);
      int64_t left_us = due_us > now_us ? due_us - now_us : INTERVAL_US;
      if (left_us < wait_us) wait_us = left_us;
    } else if (sub->session != NULL && !jl_session_congested(sub->session)) {
      look(sub); /* a congested one is marked again when its queue drains */
    }
    jl_subscription_unreference(sub);
    now_us = jl_monotonic_us();
  }
  if (list != NULL) {
    put_back_first(server, list);
    wait_us = 0;
  }
  if (server->dirty != NULL) arm_again(server, wait_us);
}

static void arm(struct jl_server *server, int64_t wait_us) {
  if (!server->detached) uv_timer_start(&server->view_timer, on_timer, (uint64_t)(wait_us / 1000), 0);
}

void jl_view_watch_mark(struct jl_subscription *sub) {
  if (sub->dirty || sub->session == NULL) return;
  sub->dirty = true;
  sub->references++; /* the list's */
  sub->next_dirty = NULL;
  if (sub->server->dirty_last != NULL)
    sub->server->dirty_last->next_dirty = sub;
  else
    sub->server->dirty = sub;
  sub->server->dirty_last = sub;
  if (!uv_is_active((uv_handle_t *)&sub->server->view_timer)) arm(sub->server, 0);
}

/* What no listener tells: a new day, a change of the organisation, plans of other spaces. */
void jl_view_watch_tick(struct jl_server *server) {
  uint64_t directory = jl_replica_where(jl_spaces_directory(server->spaces))->revision;
  for (struct jl_session *s = server->sessions; s != NULL; s = s->next)
    for (struct jl_subscription *sub = s->subscriptions; sub != NULL; sub = sub->next) {
      if (sub->watch == NULL) continue;
      bool moved = sub->space == NULL || sub->watch->directory_revision != directory ||
                   sub->watch->today != jl_server_today(server, jl_space_committed(sub->space));
      if (moved) jl_view_watch_mark(sub);
    }
}

void jl_view_watch_forget(struct jl_server *server) {
  while (server->dirty != NULL) {
    struct jl_subscription *sub = server->dirty;
    server->dirty = sub->next_dirty;
    if (server->dirty == NULL) server->dirty_last = NULL;
    sub->dirty = false;
    jl_subscription_unreference(sub);
  }
}

bool jl_view_watch_start(struct jl_subscription *sub, const Jalon__ViewRequest *view, struct jl_error *err) {
  if (!jl_view_request_check(view, sub->space != NULL, err)) return false;
  bool past = jl_view_by_name(view->view)->compares;
  for (size_t i = 0; i < view->n_parameters; i++) past = past || strcmp(view->parameters[i]->name, "at") == 0;
  if (past)
    return jl_fail(err, JL_E_INVALID, JL_MSG("what is past does not change: there is nothing to watch"), JL_MSG("leave --at away"));
  struct jl_view_watch *w = calloc(1, sizeof *w);
  if (w == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  w->memory = jl_arena_new(16U * JL_MESSAGE_MAX);
  w->notes = jl_arena_new(NOTES_ARENA);
  sub->watch = w;
  sub->state = JL_FEED_LIVE;
  if (w->memory == NULL || w->notes == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  struct jl_bytes packed = jl_pack(&view->base, w->memory, JL_MESSAGE_MAX);
  if (packed.data != NULL || packed.size == 0)
    w->request = (Jalon__ViewRequest *)jl_unpack(&jalon__view_request__descriptor, packed, w->memory, err);
  return w->request != NULL;
}

void jl_view_watch_free(struct jl_subscription *sub) {
  if (sub->watch == NULL) return;
  jl_arena_free(sub->watch->memory);
  jl_arena_free(sub->watch->notes);
  free(sub->watch);
  sub->watch = NULL;
}
