/* What a client asks: public structs into messages. */
#include "client/sync/client.h"
#include "common/base/limits.h"
#include "common/wire/unpack.h"
#include <string.h>

#define REQUEST_ARENA (4u << 20)

static ProtobufCBinaryData id_pb(const struct jl_id *id) {
  return (ProtobufCBinaryData){sizeof id->bytes, (uint8_t *)(uintptr_t)id->bytes};
}
static char *text_pb(const char *text) { return (char *)(uintptr_t)text; } /* protobuf-c's structs are not const; packing only reads */

static uint32_t stream_of(const struct jl_request *r) { return r == NULL ? 0 : r->stream; }

uint32_t jl_client_login(struct jl_client *c, const char *account, const char *password, jl_done *done, void *context) {
  Jalon__Login login = JALON__LOGIN__INIT;
  login.account = text_pb(account);
  login.password = text_pb(password);
  login.has_certificate = login.certificate = password == NULL;
  login.has_replica = true;
  login.replica = id_pb(&jl_profile_identity(c->profile)->replica);
  login.device = c->program;
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__LOGIN, &login.base, done, context));
}

uint32_t jl_client_logout(struct jl_client *c, bool all_sessions, jl_done *done, void *context) {
  Jalon__Logout logout = JALON__LOGOUT__INIT;
  logout.has_all_sessions = true;
  logout.all_sessions = all_sessions;
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__LOGOUT, &logout.base, done, context));
}

static Jalon__Query *query_pb(struct jl_arena *a, const struct jl_query *in) {
  Jalon__Query *q = jl_arena_alloc(a, sizeof *q);
  if (q == NULL) return NULL;
  jalon__query__init(q);
  q->text = text_pb(in->text);
  if (in->text == NULL && !in->all) {
    q->has_id = true;
    q->id = id_pb(&in->id);
  }
  q->n_types = in->type_count;
  q->types = (uint32_t *)(uintptr_t)in->types;
  q->n_children = in->child_count;
  q->children = (uint32_t *)(uintptr_t)in->children;
  q->has_shown_revision = in->base_field_count > 0;
  q->shown_revision = in->shown_revision;
  q->n_base_fields = in->base_field_count;
  q->base_fields = (uint32_t *)(uintptr_t)in->base_fields;
  q->has_deleted = q->deleted = in->deleted;
  q->has_all = q->all = in->all;
  return q;
}

static uint32_t send_read(struct jl_client *c, const struct jl_id *space, Jalon__Query **queries, size_t n, jl_done *done, void *context) {
  Jalon__Read read = JALON__READ__INIT;
  read.has_space = true;
  read.space = id_pb(space);
  read.n_queries = n;
  read.queries = queries;
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__READ, &read.base, done, context));
}

uint32_t jl_client_read(struct jl_client *c, const struct jl_id *space, const struct jl_query *queries, size_t n, jl_done *done,
                        void *context) {
  struct jl_arena *a = jl_arena_new(REQUEST_ARENA);
  Jalon__Query **list = a == NULL ? NULL : jl_arena_array(a, n > 0 ? n : 1, sizeof *list);
  bool ok = list != NULL;
  for (size_t i = 0; ok && i < n; i++) ok = (list[i] = query_pb(a, &queries[i])) != NULL;
  uint32_t stream = ok ? send_read(c, space, list, n, done, context) : 0;
  jl_arena_free(a);
  return stream;
}

uint32_t jl_client_read_page(struct jl_client *c, const struct jl_id *space, uint32_t type, const struct jl_id *after, bool deleted, jl_done *done, void *context) {
  Jalon__Query query = JALON__QUERY__INIT, *list[] = {&query};
  query.n_types = 1;
  query.types = &type;
  query.has_all = query.all = true;
  query.has_deleted = query.deleted = deleted;
  query.has_after = true;
  if (after != NULL) query.after = id_pb(after);
  return send_read(c, space, list, 1, done, context);
}

Jalon__ViewRequest *jl_view_request(struct jl_arena *a, const struct jl_view_ask *ask) {
  Jalon__ViewRequest *v = jl_arena_alloc(a, sizeof *v);
  Jalon__ViewParameter **list = jl_arena_array(a, ask->parameter_count + 1, sizeof *list);
  if (v == NULL || list == NULL) return NULL;
  jalon__view_request__init(v);
  if (!jl_id_is_zero(&ask->space)) {
    v->has_space = true;
    v->space = id_pb(&ask->space);
  }
  v->view = text_pb(ask->view);
  for (size_t i = 0; i < ask->parameter_count; i++) {
    Jalon__ViewParameter *p = jl_arena_alloc(a, sizeof *p);
    if (p == NULL) return NULL;
    jalon__view_parameter__init(p);
    p->name = text_pb(ask->parameters[i].name);
    p->value = text_pb(ask->parameters[i].value);
    list[i] = p;
  }
  v->n_parameters = ask->parameter_count;
  v->parameters = list;
  v->has_today = ask->has_today;
  v->today = ask->today;
  return v;
}

uint32_t jl_client_view(struct jl_client *c, const struct jl_view_ask *ask, jl_done *done, void *context) {
  struct jl_arena *a = jl_arena_new(REQUEST_ARENA);
  Jalon__ViewRequest *view = a == NULL ? NULL : jl_view_request(a, ask);
  uint32_t stream = view == NULL ? 0 : stream_of(jl_client_ask(c, JALON__FRAME_TYPE__VIEW, &view->base, done, context));
  jl_arena_free(a);
  return stream;
}

uint32_t jl_client_read_log(struct jl_client *c, const struct jl_id *space, uint64_t from, uint64_t to, uint32_t limit, jl_done *done,
                            void *context) {
  Jalon__ReadLog read = JALON__READ_LOG__INIT;
  read.has_space = read.has_from = read.has_to = true;
  read.space = id_pb(space);
  read.from = from;
  read.to = to;
  read.has_limit = limit != 0;
  read.limit = limit;
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__READ_LOG, &read.base, done, context));
}

uint32_t jl_client_find_log(struct jl_client *c, const struct jl_log_ask *ask, jl_done *done, void *context) {
  Jalon__ReadLog read = JALON__READ_LOG__INIT;
  read.has_space = read.has_from = read.has_to = read.has_takers = read.has_after = true;
  read.space = id_pb(&ask->space);
  read.from = ask->from;
  read.to = ask->to;
  read.import_name = text_pb(ask->import_name);
  read.takers = ask->takers;
  read.after = ask->after;
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__READ_LOG, &read.base, done, context));
}

uint32_t jl_client_verdicts(struct jl_client *c, const struct jl_id *space, uint64_t from_seq, uint64_t to_seq, jl_done *done,
                            void *context) {
  Jalon__VerdictQuery query = JALON__VERDICT_QUERY__INIT;
  query.has_space = query.has_replica = query.has_from_seq = query.has_to_seq = true;
  query.space = id_pb(space);
  query.replica = id_pb(&jl_profile_identity(c->profile)->replica);
  query.from_seq = from_seq;
  query.to_seq = to_seq;
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__VERDICT_QUERY, &query.base, done, context));
}

uint32_t jl_client_refused(struct jl_client *c, const struct jl_id *space, const struct jl_refused *after, jl_done *done, void *context) {
  Jalon__RefusedRead read = JALON__REFUSED_READ__INIT;
  read.has_space = true;
  read.space = id_pb(space);
  read.has_after_replica = read.has_after_seq = after != NULL;
  if (after != NULL) {
    read.after_replica = id_pb(&after->replica);
    read.after_seq = after->seq;
  }
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__REFUSED_READ, &read.base, done, context));
}

uint32_t jl_client_account(struct jl_client *c, const struct jl_account_ask *ask, jl_done *done, void *context) {
  Jalon__AccountRequest request = JALON__ACCOUNT_REQUEST__INIT;
  request.has_verb = true;
  request.verb = (Jalon__AccountVerb)ask->verb;
  request.account = text_pb(ask->account);
  request.password = text_pb(ask->password);
  request.old_password = text_pb(ask->old_password);
  if (!jl_id_is_zero(&ask->person)) {
    request.has_person = true;
    request.person = id_pb(&ask->person);
  }
  request.has_administrator = request.administrator = ask->administrator;
  request.new_account = text_pb(ask->new_account);
  request.session = text_pb(ask->session);
  request.token_name = text_pb(ask->token_name);
  request.has_read_only = request.read_only = ask->read_only;
  request.has_days = ask->days != 0;
  request.days = ask->days;
  request.has_everybody = request.everybody = ask->everybody;
  request.has_skip = ask->skip > 0;
  request.skip = ask->skip;
  ProtobufCBinaryData spaces[JL_TOKEN_SPACES];
  for (; request.n_spaces < ask->space_count && request.n_spaces < JL_TOKEN_SPACES; request.n_spaces++)
    spaces[request.n_spaces] = id_pb(&ask->spaces[request.n_spaces]);
  request.spaces = spaces;
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__ACCOUNT, &request.base, done, context));
}

uint32_t jl_client_presence(struct jl_client *c, const struct jl_id *space, enum jl_doing doing, const struct jl_id *record, uint32_t field,
                            uint64_t revision, jl_done *done, void *context) {
  Jalon__Presence presence = JALON__PRESENCE__INIT;
  presence.has_space = true;
  presence.space = id_pb(space);
  presence.has_doing = doing != 0;
  presence.doing = (Jalon__Doing)doing;
  if (record != NULL && !jl_id_is_zero(record)) {
    presence.has_record = true;
    presence.record = id_pb(record);
  }
  presence.has_field = field != 0;
  presence.field = field;
  presence.has_revision = revision != 0;
  presence.revision = revision;
  return stream_of(jl_client_ask(c, JALON__FRAME_TYPE__PRESENCE, &presence.base, done, context));
}

/* ---- subscriptions ---- */
static uint32_t subscribe(struct jl_client *c, const Jalon__Subscribe *message, const struct jl_id *space, bool view, jl_on_event *event,
                          void *context) {
  struct jl_request *r = jl_client_ask(c, JALON__FRAME_TYPE__SUBSCRIBE, &message->base, NULL, context);
  if (r == NULL) return 0;
  r->event = event;
  r->is_event_view = view;
  r->space = *space;
  return r->stream;
}

uint32_t jl_client_subscribe_view(struct jl_client *c, const struct jl_view_ask *ask, jl_on_event *event, void *context) {
  struct jl_arena *a = jl_arena_new(REQUEST_ARENA);
  uint32_t stream = 0;
  Jalon__Subscribe subscribe_message = JALON__SUBSCRIBE__INIT;
  if (a != NULL && (subscribe_message.view = jl_view_request(a, ask)) != NULL) {
    subscribe_message.has_space = !jl_id_is_zero(&ask->space);
    subscribe_message.space = id_pb(&ask->space);
    stream = subscribe(c, &subscribe_message, &ask->space, true, event, context);
  }
  jl_arena_free(a);
  return stream;
}

uint32_t jl_client_subscribe(struct jl_client *c, const struct jl_id *space, jl_on_event *event, void *context) {
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  message.has_space = true;
  message.space = id_pb(space);
  return subscribe(c, &message, space, false, event, context);
}

struct jl_bytes jl_subscribe_again(struct jl_arena *a, const struct jl_request *r) {
  if (r->seen.revision == 0) return r->payload;
  Jalon__Position position = JALON__POSITION__INIT;
  Jalon__SectionPosition sections[JL_SECTIONS], *list[JL_SECTIONS];
  position.has_space = position.has_epoch = position.has_revision = true;
  position.space = id_pb(&r->space);
  position.epoch = r->seen.epoch;
  position.revision = r->seen.revision;
  position.sections = list;
  for (uint32_t i = 0; i < JL_SECTIONS; i++) {
    const struct jl_section_position *seen = &r->seen.sections[i];
    if (seen->revision == 0) continue;
    Jalon__SectionPosition *section = list[position.n_sections++] = &sections[i];
    jalon__section_position__init(section);
    section->has_section = section->has_revision = section->has_chain = true;
    section->section = i;
    section->revision = seen->revision;
    section->chain = (ProtobufCBinaryData){JL_CHAIN_SIZE, (uint8_t *)(uintptr_t)seen->chain};
  }
  Jalon__Subscribe message = JALON__SUBSCRIBE__INIT;
  message.has_space = true;
  message.space = id_pb(&r->space);
  message.from = &position;
  struct jl_bytes packed = jl_pack(&message.base, a, JL_MESSAGE_MAX);
  return packed.data == NULL ? r->payload : packed;
}
