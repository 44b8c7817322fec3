#include "server/net/presence.h"
#include "common/base/calendar.h"
#include "common/base/limits.h"
#include "common/model/governance/rights.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define LIST_ARENA (2U << 20)

struct jl_presence {
  struct jl_presence *next, *previous; /* in the room */
  struct jl_session *session;
  struct jl_presence_room *room;
  Jalon__Doing doing;
  struct jl_id record; /* zero: the space as a whole */
  uint32_t field;
  uint64_t revision;
  int64_t since_us, until_us; /* displayed; monotonic */
};
struct jl_presence_room {
  struct jl_id id; /* first: found by it */
  struct jl_server *server;
  struct jl_space *space; /* held */
  struct jl_presence *first;
  struct jl_subscription *watchers;
  size_t watcher_count;
  bool changed;
  int64_t told_us;
};

/* ---- rooms ---- */
void jl_presence_init(struct jl_server *server) { jl_idmap_init(&server->rooms); }

static struct jl_presence_room *enter_room(struct jl_server *server, struct jl_space *space) {
  const struct jl_id *id = &jl_replica_where(jl_space_committed(space))->space;
  struct jl_presence_room *room = jl_idmap_find(&server->rooms, id);
  if (room != NULL) return room;
  room = calloc(1, sizeof *room);
  if (room == NULL) return NULL;
  room->id = *id;
  room->server = server;
  room->space = space;
  if (!jl_idmap_add(&server->rooms, room)) {
    free(room);
    return NULL;
  }
  jl_space_hold(space);
  return room;
}

static void leave_room(struct jl_presence_room *room) {
  if (room->first != NULL || room->watchers != NULL) return;
  jl_idmap_remove(&room->server->rooms, &room->id);
  jl_space_release(room->space);
  free(room);
}

static int64_t due_us(const struct jl_presence_room *room) {
  return room->told_us + 1000 * (JL_PRESENCE_INTERVAL_MS + (int64_t)room->watcher_count);
}

static void arm(struct jl_server *server) {
  struct jl_presence_room *room;
  int64_t first = INT64_MAX, now = jl_monotonic_us();
  for (size_t at = 0; (room = jl_idmap_each(&server->rooms, &at)) != NULL;)
    if (room->changed && due_us(room) < first) first = due_us(room);
  if (first == INT64_MAX) return;
  uint64_t wait_ms = first <= now ? 0 : (uint64_t)(first - now) / 1000 + 1;
  if (uv_is_active((const uv_handle_t *)&server->presence_timer) && uv_timer_get_due_in(&server->presence_timer) <= wait_ms) return;
  uv_timer_start(&server->presence_timer, jl_presence_told, wait_ms, 0);
}

static void changed(struct jl_presence_room *room) {
  if (room->changed || room->watchers == NULL) return; /* who begins to watch is told all */
  room->changed = true;
  arm(room->server);
}

/* ---- the list ---- */
static int by_person(const void *a, const void *b) {
  const struct jl_presence *const *x = a, *const *y = b;
  int order = jl_id_compare(&(*x)->session->person, &(*y)->session->person);
  if (order != 0) return order;
  if ((*x)->doing != (*y)->doing) return (*x)->doing > (*y)->doing ? -1 : 1;
  return (*x)->since_us > (*y)->since_us ? -1 : (*x)->since_us < (*y)->since_us;
}

static int by_interest(const void *a, const void *b) {
  const struct jl_presence *const *x = a, *const *y = b;
  if ((*x)->doing != (*y)->doing) return (*x)->doing > (*y)->doing ? -1 : 1;
  if ((*x)->since_us != (*y)->since_us) return (*x)->since_us > (*y)->since_us ? -1 : 1;
  return jl_id_compare(&(*x)->session->person, &(*y)->session->person);
}

static char *name_of(const struct jl_replica *known, const struct jl_id *person, struct jl_arena *a) {
  const struct jl_record *record = known != NULL ? jl_replica_record(known, person) : NULL;
  if (record == NULL || record->type == NULL || record->type_number != JL_TYPE_PERSON) return NULL;
  struct jl_bytes text = jl_record_text(record->type, record->body, JL_PERSON_NAME);
  return text.size > 0 ? jl_arena_strndup(a, (const char *)text.data, text.size) : NULL;
}

/* A record that the reader may not see is not named: then the person is only there. */
static bool to_wire(const struct jl_presence *p, const struct jl_replica *known, uint32_t sections, struct jl_arena *a, Jalon__Present *out) {
  const struct jl_replica *replica = jl_space_committed(p->room->space); /* what is named is looked at for the reader below */
  const struct jl_record *record = jl_id_is_zero(&p->record) ? NULL : jl_replica_record(replica, &p->record);
  struct jl_bytes person = jl_arena_dup(a, (struct jl_bytes){p->session->person.bytes, sizeof p->session->person.bytes});
  struct jl_bytes id = jl_arena_dup(a, (struct jl_bytes){p->record.bytes, sizeof p->record.bytes});
  if (person.data == NULL || id.data == NULL) return false;
  jalon__present__init(out);
  out->has_person = out->has_doing = out->has_since_us = true;
  out->person = jl_to_pb(person);
  out->name = name_of(known, &p->session->person, a);
  out->doing = p->doing;
  out->since_us = p->since_us;
  out->has_revision = p->revision != 0;
  out->revision = p->revision;
  if (record == NULL || !jl_record_readable(replica, record, sections)) return true;
  out->has_record = out->has_type = out->has_number = true;
  out->record = jl_to_pb(id);
  out->type = record->type_number;
  out->number = record->number;
  out->has_field = p->field != 0;
  out->field = p->field;
  return true;
}

/* Who is there, for readers of these sections, guests being told of those whom they know; data NULL: no memory. */
static struct jl_bytes list(const struct jl_presence_room *room, const struct jl_id *space, uint32_t sections, struct jl_arena *a) {
  Jalon__PresentNow now = JALON__PRESENT_NOW__INIT;
  size_t count = 0, persons = 0;
  for (const struct jl_presence *p = room != NULL ? room->first : NULL; p != NULL; p = p->next) count++;
  const struct jl_presence **all = jl_arena_array(a, count + 1, sizeof *all);
  if (all == NULL) return (struct jl_bytes){NULL, 0};
  count = 0;
  bool all_known = (sections & JL_NAMES_ONLY) == 0;
  const struct jl_replica *known = room == NULL ? NULL : all_known ? jl_spaces_directory(room->server->spaces) : jl_space_names(room->space, sections);
  if (room != NULL && known == NULL) return (struct jl_bytes){NULL, 0};
  for (const struct jl_presence *p = room != NULL ? room->first : NULL; p != NULL; p = p->next)
    if (all_known || jl_replica_record(known, &p->session->person) != NULL) all[count++] = p;
  qsort(all, count, sizeof *all, by_person);
  for (size_t i = 0; i < count; i++) /* the first of each person is the one to show */
    if (i == 0 || !jl_id_equal(&all[i]->session->person, &all[persons - 1]->session->person)) all[persons++] = all[i];
  qsort(all, persons, sizeof *all, by_interest);
  size_t listed = persons < JL_PRESENCE_LISTED ? persons : JL_PRESENCE_LISTED;
  Jalon__Present *lines = jl_arena_array(a, listed + 1, sizeof *lines);
  now.present = jl_arena_array(a, listed + 1, sizeof(Jalon__Present *));
  if (lines == NULL || now.present == NULL) return (struct jl_bytes){NULL, 0};
  for (size_t i = 0; i < listed; i++) {
    if (!to_wire(all[i], known, sections, a, &lines[i])) return (struct jl_bytes){NULL, 0};
    now.present[now.n_present++] = &lines[i];
  }
  struct jl_bytes id = jl_arena_dup(a, (struct jl_bytes){space->bytes, sizeof space->bytes});
  now.has_space = now.has_total = true;
  now.space = jl_to_pb(id);
  now.total = (uint32_t)persons;
  return jl_pack(&now.base, a, JL_MESSAGE_MAX);
}

/* ---- telling ---- */
static void send_one(struct jl_subscription *sub) {
  struct jl_presence_room *room = sub->room;
  sub->presence_missed = jl_session_congested(sub->session);
  if (sub->presence_missed) return;
  struct jl_arena *a = jl_arena_new(LIST_ARENA);
  struct jl_bytes packed = {NULL, 0};
  if (a != NULL) packed = list(room, &room->id, jl_session_readable(sub->session, room->space), a);
  if (packed.data != NULL) jl_session_send(sub->session, JALON__FRAME_TYPE__PRESENT_NOW, 0, sub->stream, packed);
  jl_arena_free(a);
}

/* Readers of the same sections share a message. Sending may end a session, and with it any of the watchers. */
static void tell(struct jl_presence_room *room) {
  struct jl_arena *a = jl_arena_new(LIST_ARENA);
  struct jl_message *message = NULL;
  uint32_t sections = 0;
  size_t count = 0;
  struct jl_subscription **watchers = a != NULL ? jl_arena_array(a, room->watcher_count, sizeof(struct jl_subscription *)) : NULL;
  room->changed = watchers == NULL; /* no memory: another time */
  room->told_us = jl_monotonic_us();
  for (struct jl_subscription *sub = room->watchers; watchers != NULL && sub != NULL; sub = sub->next_watcher) {
    sub->references++;
    watchers[count++] = sub;
  }
  for (size_t i = 0; i < count; i++) {
    struct jl_subscription *sub = watchers[i];
    if (sub->session != NULL) {
      uint32_t mask = jl_session_readable(sub->session, room->space);
      sub->presence_missed = jl_session_congested(sub->session);
      if (!sub->presence_missed && (message == NULL || mask != sections)) {
        struct jl_bytes packed = list(room, &room->id, mask, a);
        jl_message_release(message);
        message = packed.data != NULL ? jl_message_new(JALON__FRAME_TYPE__PRESENT_NOW, 0, packed) : NULL;
        sections = mask;
      }
      if (!sub->presence_missed && message != NULL) jl_session_send_shared(sub->session, sub->stream, message);
    }
    jl_subscription_unreference(sub);
  }
  jl_message_release(message);
  jl_arena_free(a);
}

void jl_presence_told(uv_timer_t *timer) {
  struct jl_server *server = timer->data;
  struct jl_presence_room *due = NULL, *room;
  int64_t now = jl_monotonic_us();
  do { /* telling may close sessions and rooms: each time from the beginning */
    due = NULL;
    for (size_t at = 0; due == NULL && (room = jl_idmap_each(&server->rooms, &at)) != NULL;)
      if (room->changed && due_us(room) <= now) due = room;
    if (due != NULL) tell(due);
  } while (due != NULL);
  arm(server);
}

bool jl_presence_watch(struct jl_subscription *sub) {
  sub->room = enter_room(sub->server, sub->space);
  if (sub->room == NULL) return false;
  sub->next_watcher = sub->room->watchers;
  if (sub->next_watcher != NULL) sub->next_watcher->previous_watcher = sub;
  sub->room->watchers = sub;
  sub->room->watcher_count++;
  return true;
}

void jl_presence_unwatch(struct jl_subscription *sub) {
  struct jl_presence_room *room = sub->room;
  if (room == NULL) return;
  if (sub->previous_watcher != NULL)
    sub->previous_watcher->next_watcher = sub->next_watcher;
  else
    room->watchers = sub->next_watcher;
  if (sub->next_watcher != NULL) sub->next_watcher->previous_watcher = sub->previous_watcher;
  room->watcher_count--;
  if (room->watchers == NULL) room->changed = false;
  sub->room = NULL;
  sub->next_watcher = sub->previous_watcher = NULL;
  leave_room(room);
}

void jl_presence_begin(struct jl_subscription *sub) {
  if (sub->room != NULL) send_one(sub);
}

void jl_presence_drained(struct jl_subscription *sub) {
  if (sub->room != NULL && sub->presence_missed) send_one(sub);
}

/* ---- coming and going ---- */
void jl_presence_end(struct jl_session *s) {
  struct jl_presence *p = s->presence;
  if (p == NULL) return;
  struct jl_presence_room *room = p->room;
  s->presence = NULL;
  if (p->previous != NULL)
    p->previous->next = p->next;
  else
    room->first = p->next;
  if (p->next != NULL) p->next->previous = p->previous;
  free(p);
  changed(room);
  leave_room(room);
}

static bool be_present(struct jl_session *s, struct jl_space *space, const Jalon__Presence *in, const struct jl_id *record) {
  struct jl_presence *p = s->presence;
  if (p != NULL && p->room->space != space) jl_presence_end(s);
  p = s->presence;
  if (p == NULL) {
    struct jl_presence_room *room = enter_room(s->server, space);
    p = room != NULL ? calloc(1, sizeof *p) : NULL;
    if (p == NULL) {
      if (room != NULL) leave_room(room);
      return false;
    }
    p->session = s;
    p->room = room;
    p->next = room->first;
    if (p->next != NULL) p->next->previous = p;
    room->first = p;
    s->presence = p;
  }
  uint32_t field = jl_id_is_zero(record) ? 0 : in->field;
  bool moved = p->doing != in->doing || !jl_id_equal(&p->record, record) || p->field != field;
  p->until_us = jl_monotonic_us() + 1000 * s->server->settings->presence_ms;
  if (moved) p->since_us = jl_now_utc_us();
  if (moved || p->revision != in->revision) changed(p->room);
  p->doing = in->doing;
  p->record = *record;
  p->field = field;
  p->revision = in->revision;
  return true;
}

void jl_presence_tick(struct jl_server *server) {
  int64_t now = jl_monotonic_us();
  for (struct jl_session *s = server->sessions; s != NULL; s = s->next)
    if (s->presence != NULL && s->presence->until_us < now) jl_presence_end(s);
}

void jl_presence_forget(struct jl_server *server) {
  for (struct jl_session *s = server->sessions; s != NULL; s = s->next) jl_presence_end(s);
  uv_timer_stop(&server->presence_timer);
  jl_idmap_release(&server->rooms);
  jl_idmap_init(&server->rooms);
}

/* ---- the request ---- */
/* At most so many a second of one connection; a well-made client collects its own. */
static bool too_often(struct jl_session *s, int64_t *ret_wait_ms) {
  int64_t now = jl_monotonic_us();
  if (now - s->presence_second_us >= 1000000) {
    s->presence_second_us = now;
    s->presence_count = 0;
  }
  if (++s->presence_count <= JL_PRESENCE_PER_SECOND) return false;
  *ret_wait_ms = (s->presence_second_us + 1000000 - now) / 1000 + 1;
  return true;
}

static void answer(struct jl_request *r, const struct jl_error *err) {
  struct jl_session *s = r->session;
  const Jalon__Presence *in = r->state;
  struct jl_id record = {{0}}, space;
  struct jl_error why = {0};
  if (err != NULL) {
    jl_request_fail(r, err);
    return;
  }
  if (s->connection == NULL || s->closing || s->server->detached) {
    jl_request_drop(r);
    return;
  }
  space = jl_replica_where(jl_space_committed(r->space))->space;
  (void)(in->has_record && jl_id_from_bytes(JL_PB(in->record), &record)); /* checked before */
  if (in->doing == JALON__DOING__LEAVING) {
    if (s->presence != NULL && s->presence->room->space == r->space) jl_presence_end(s);
  } else if (in->doing != JALON__DOING__DOING_UNSPECIFIED && !be_present(s, r->space, in, &record)) {
    jl_fail(&why, JL_E_OVERLOADED, JL_MSG("the server is busy"), JL_MSG("try again in a few seconds"));
    jl_request_fail(r, &why);
    return;
  }
  struct jl_bytes packed = list(jl_idmap_find(&s->server->rooms, &space), &space, jl_session_readable(s, r->space), r->arena);
  if (packed.data == NULL)
    jl_request_out_of_memory(r);
  else
    jl_request_send(r, packed);
}

void jl_handle_presence(struct jl_request *r, const ProtobufCMessage *message) {
  const Jalon__Presence *in = (const Jalon__Presence *)message;
  struct jl_error err = {0};
  struct jl_id record;
  Jalon__Presence *kept = jl_arena_alloc(r->arena, sizeof *kept);
  if (kept == NULL) {
    jl_request_out_of_memory(r);
    return;
  }
  *kept = *in;
  r->state = kept;
  if (in->has_record && in->record.len > 0 && !jl_id_from_bytes(JL_PB(in->record), &record)) {
    jl_fail(&err, JL_E_INVALID, JL_MSG("a record's id has 16 bytes"), NULL);
    jl_request_fail(r, &err);
  } else if (too_often(r->session, &r->retry_after_ms)) {
    jl_fail(&err, JL_E_OVERLOADED, JL_MSG("where somebody is may be told {1} times a second"), JL_MSG("try again in a moment"),
            jl_arg_integer(JL_PRESENCE_PER_SECOND));
    jl_request_fail(r, &err);
  } else {
    jl_request_open_space(r, in->space, false, answer);
  }
}
