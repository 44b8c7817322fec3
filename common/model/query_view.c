/* Views as answers: the request's check, the document, what travels. */
#include "common/base/limits.h"
#include "common/model/query.h"
#include "common/wire/unpack.h"
#include <string.h>

bool jl_view_request_check(const Jalon__ViewRequest *request, bool has_space, struct jl_error *err) {
  const struct jl_view *view = request->view != NULL ? jl_view_by_name(request->view) : NULL;
  if (view == NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no view {1}"), JL_MSG("jalon --help lists the views"), jl_arg_text(request->view));
  if (view->needs_space && !has_space)
    return jl_fail(err, JL_E_INVALID, JL_MSG("choose a plan first"), JL_MSG("jalon plan use NAME, or --plan NAME"));
  if (request->n_parameters > JL_VIEW_PARAMETERS)
    return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("a view takes at most {1} parameters"), NULL, jl_arg_integer(JL_VIEW_PARAMETERS));
  for (size_t i = 0; i < request->n_parameters; i++) {
    const char *name = request->parameters[i]->name;
    if (!jl_view_takes(view, name))
      return jl_fail(err, JL_E_USAGE, JL_MSG("view {1} has no parameter {2}"), NULL, jl_arg_text(view->name), jl_arg_text(name));
  }
  return true;
}

bool jl_view_depends_on_reader(const char *view) {
  const struct jl_view *found = jl_view_by_name(view);
  return found != NULL && found->of_reader;
}

bool jl_view_needs_log(const Jalon__ViewRequest *request) { return jl_view_by_name(request->view)->needs_log; }

bool jl_query_document(const struct jl_asker *query, const Jalon__ViewRequest *request, const struct jl_view_log *log, struct jl_arena *a,
                       struct jl_bytes *ret_document, struct jl_error *err) {
  const struct jl_view *view = jl_view_by_name(request->view);
  struct jl_view_parameter parameters[JL_VIEW_PARAMETERS];
  for (size_t i = 0; i < request->n_parameters; i++) {
    const Jalon__ViewParameter *p = request->parameters[i];
    parameters[i] = (struct jl_view_parameter){p->name, p->value != NULL ? p->value : ""};
  }
  struct jl_view_input in = {.space = query->space,
                             .before = query->before,
                             .organisation = query->organisation,
                             .plans = view->needs_space ? NULL : query->plans,
                             .sections = query->sections,
                             .today = request->has_today ? request->today : query->today,
                             .parameters = parameters,
                             .parameter_count = request->n_parameters};
  if (jl_view_depends_on_reader(view->name)) {
    in.reader = query->person;
    in.administrator = query->administrator;
  }
  if (log != NULL) {
    in.log = log->bodies;
    in.log_private = log->private_values;
    in.log_count = log->count;
    in.log_older = log->older;
  }
  return jl_view_build(view, &in, a, ret_document, err);
}

bool jl_query_pack_view(const struct jl_asker *query, struct jl_bytes document, struct jl_arena *a, struct jl_bytes *ret_packed,
                        struct jl_error *err) {
  const struct jl_replica *where = query->space != NULL ? query->space : query->organisation;
  Jalon__ViewReply reply = JALON__VIEW_REPLY__INIT;
  Jalon__Position position;
  if (!jl_position_to_wire(jl_replica_where(where), query->sections, a, &position))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  reply.position = &position;
  reply.has_document = true;
  reply.document = jl_to_pb(document);
  *ret_packed = jl_pack(&reply.base, a, JL_MESSAGE_MAX);
  return ret_packed->data != NULL || jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the view is larger than {1}"),
                                             JL_MSG("ask for one record, as with jalon show REF"), jl_arg_bytes(JL_VIEW_MAX));
}

static bool history_log(struct jl_history *history, const struct jl_log_source *log, struct jl_error *err) {
  for (const struct jl_log_want *want; (want = jl_history_wants(history)) != NULL;) {
    struct jl_log_rows rows = {0};
    if (!log->rows(log->context, want, &rows, err) || !jl_history_give(history, &rows, err)) return false;
  }
  return true;
}

bool jl_query_view(const struct jl_asker *query, const Jalon__ViewRequest *request, const struct jl_log_source *log, struct jl_arena *a,
                   struct jl_bytes *ret_document, struct jl_error *err) {
  struct jl_history *history = NULL;
  if (!jl_view_request_check(request, query->space != NULL, err)) return false;
  for (size_t i = 0; i < request->n_parameters; i++) /* a copy holds the log of the last days only */
    if (strcmp(request->parameters[i]->name, "at") == 0)
      return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("past days are kept by the server, and it is not there"), JL_MSG("try again when you are online"));
  if (!jl_view_needs_log(request)) return jl_query_document(query, request, NULL, a, ret_document, err);
  bool ok = jl_history_begin(query, request, &history, err) && history_log(history, log, err) &&
            jl_query_document(query, request, jl_history_log(history), a, ret_document, err);
  jl_history_end(history);
  return ok;
}

/* ---- the log itself ---- */
#define LOG_BYTES 524288 /* near half a message at a time */
#define LOG_ROWS 2000

bool jl_read_log_wants(const struct jl_asker *query, const Jalon__ReadLog *request, struct jl_log_want *ret_want) {
  const struct jl_position *where = jl_replica_where(query->space);
  if (request->import_name != NULL && strlen(request->import_name) > JL_IMPORT_NAME_MAX) return false; /* no import has such a name */
  uint64_t from = request->from > 0 ? request->from : 1;
  uint64_t to = request->has_to && request->to < where->revision ? request->to : where->revision;
  *ret_want = (struct jl_log_want){.space = where->space,
                                   .from = from,
                                   .to = to,
                                   .max_bytes = LOG_BYTES,
                                   .import = request->import_name,
                                   .takers = request->takers,
                                   .after = request->after,
                                   .sections = query->sections};
  return from <= to;
}

static bool put_sections(uint32_t sections, Jalon__ReadLogReply *reply, struct jl_arena *a) {
  reply->sections = jl_arena_array(a, JL_SECTIONS, sizeof *reply->sections);
  if (reply->sections == NULL) return false;
  for (uint32_t s = 1; s < JL_SECTIONS; s++)
    if ((sections >> s & 1) != 0) reply->sections[reply->n_sections++] = s;
  return true;
}

/* Which other sections its revision touched stays here: its reader may not read them all. */
static bool put_link(const struct jl_log_row *row, Jalon__Change *change, struct jl_arena *a) {
  if (row->link[0] == 0) return true;
  struct jl_bytes link = jl_arena_dup(a, (struct jl_bytes){row->link + 1, JL_LINK_SIZE - 1});
  change->has_link = true;
  change->link = jl_to_pb(link);
  return link.data != NULL;
}

bool jl_read_log_reply(const struct jl_asker *query, const Jalon__ReadLog *request, const struct jl_log_rows *rows, struct jl_arena *a,
                       Jalon__ReadLogReply *ret_reply, struct jl_error *err) {
  uint64_t revisions = 0, last = 0;
  size_t limit = request->has_limit && request->limit > 0 && request->limit < LOG_ROWS ? request->limit : LOG_ROWS;
  bool some = request->import_name != NULL || request->takers;
  jalon__read_log_reply__init(ret_reply);
  ret_reply->has_has_more = true;
  ret_reply->has_more = rows->has_more;
  ret_reply->changes = jl_arena_array(a, rows->count + 1, sizeof(Jalon__Change *));
  bool ok = ret_reply->changes != NULL && put_sections(query->sections, ret_reply, a);
  for (size_t i = 0; ok && i < rows->count; i++) {
    const struct jl_log_row *row = &rows->rows[i];
    bool readable = row->section < JL_SECTIONS && (query->sections & 1U << row->section) != 0;
    if (!readable && some) continue; /* that there is such a row says what is in it */
    if (row->revision != last) {
      if (revisions == limit) {
        ret_reply->has_more = true;
        break;
      }
      revisions++;
      last = row->revision;
      ret_reply->has_last = true;
      ret_reply->last = last;
    }
    if (!readable) continue;
    Jalon__Change *change = jl_arena_alloc(a, sizeof *change);
    ok = change != NULL;
    if (!ok) break;
    jalon__change__init(change);
    change->has_body = true;
    change->body = jl_to_pb(row->change.body);
    change->has_private_values = row->change.private_values.size > 0;
    change->private_values = jl_to_pb(row->change.private_values);
    ok = put_link(row, change, a);
    if (!ok) break;
    ret_reply->changes[ret_reply->n_changes++] = change;
  }
  return ok || jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the answer is larger than {1}"), JL_MSG("ask for less at once"),
                       jl_arg_bytes(JL_MESSAGE_MAX));
}

bool jl_query_read_log(const struct jl_asker *query, const Jalon__ReadLog *request, const struct jl_log_source *log, struct jl_arena *a,
                       Jalon__ReadLogReply *ret_reply, struct jl_error *err) {
  struct jl_log_want want;
  struct jl_log_rows rows = {0};
  jalon__read_log_reply__init(ret_reply);
  if (!jl_read_log_wants(query, request, &want)) return true;
  return log->rows(log->context, &want, &rows, err) && jl_read_log_reply(query, request, &rows, a, ret_reply, err);
}
