/* person export: what is held of one person (RGPD: the right of access), as JSON. Administrators, of anybody; everybody, of oneself; within
 * what the caller may read. Made of what the server tells anyway, so that nothing is told here that is not told elsewhere. README.md
 * describes the file.
 *
 *     {"jalon_person": 1, "made": ..., "person": {...}, "account": {...}, "logins": [...], "tokens": [...],
 *      "places": [{"place": ..., "records": [...], "history": [...], "refused": [...]}, ...]} */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/record/json.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXPORT_MAX (1u << 30)
#define LOG_PAGE 500

struct exporting {
  struct jl_cli *cli;
  struct jl_record_state person;
  struct jl_buffer out;
  bool own;                /* of whoever asks */
  bool first;              /* of the list that is being written */
  uint64_t next;           /* revision of the log to ask for */
  bool more;
  struct jl_refused last;  /* page of refused groups that came last; seq 0: none */
  struct jl_error error;
  const char *login; /* NULL: none, or not known */
};

static void text(struct jl_buffer *out, const char *t) { jl_json_write_string(out, t != NULL ? t : "", t != NULL ? strlen(t) : 0); }

static void key(struct jl_buffer *out, const char *name, const struct jl_id *id) {
  char written[JL_ID_TEXT_SIZE];
  jl_id_format(id, written);
  jl_buffer_printf(out, "\"%s\":\"%s\"", name, written);
}

static void time_of(struct jl_buffer *out, const char *name, int64_t us) {
  char written[28];
  if (us == 0) return;
  jl_time_format_iso(us, written);
  jl_buffer_printf(out, ",\"%s\":\"%s\"", name, written);
}

static void next(struct exporting *x) {
  jl_buffer_text(&x->out, x->first ? "\n" : ",\n");
  x->first = false;
}

/* ---- records ---- */
/* Some or all fields of a record. A type that this program does not know has bytes for fields. */
static void fields(struct exporting *x, uint32_t type, struct jl_bytes some) {
  static const struct jl_record_type unknown = {.name = ""};
  const struct jl_record_type *known = jl_record_type_by_number(type);
  jl_record_to_json(known != NULL ? known : &unknown, some, &x->out);
}

static void type_of(struct exporting *x, uint32_t type) {
  const struct jl_record_type *known = jl_record_type_by_number(type);
  jl_buffer_printf(&x->out, ",\"type\":\"%s\"", known != NULL ? known->name : "");
}

static bool names(uint32_t type_number, struct jl_bytes record, const struct jl_id *person) {
  const struct jl_record_type *type = jl_record_type_by_number(type_number);
  for (size_t f = 0; type != NULL && f < type->field_count; f++) {
    if (type->fields[f].kind != JL_KIND_REFERENCE) continue;
    struct jl_iterator it = jl_record_each(record, &type->fields[f]);
    for (struct jl_value value; jl_iterator_next(&it, &value);)
      if (jl_id_equal(&value.id, person)) return true;
  }
  return false;
}

static void record(struct exporting *x, const struct jl_record_state *r) {
  char reference[JL_REFERENCE_SIZE];
  next(x);
  jl_buffer_byte(&x->out, '{');
  key(&x->out, "key", &r->id);
  type_of(x, r->type);
  jl_reference_text(r->type, r->number, reference);
  jl_buffer_printf(&x->out, ",\"reference\":\"%s\",\"revision\":%" PRIu64 ",\"deleted\":%s,\"fields\":", reference, r->revision,
                   r->deleted_revision != 0 ? "true" : "false");
  fields(x, r->type, r->body);
  jl_buffer_byte(&x->out, '}');
}

/* all: of the person's own space. */
static bool records(struct exporting *x, const struct jl_id *space, bool all, struct jl_error *err) {
  const struct jl_record_state *found;
  size_t n;
  if (!jl_cli_read_space(x->cli, space, &found, &n, err)) return false;
  x->first = true;
  jl_buffer_text(&x->out, ",\"records\":[");
  for (size_t i = 0; i < n; i++)
    if (all || names(found[i].type, found[i].body, &x->person.id)) record(x, &found[i]);
  jl_buffer_text(&x->out, "]");
  return true;
}

/* ---- history: what the person did, and what was done about the person ---- */
static struct jl_bytes joined(struct exporting *x, const struct jl_log_change *c, bool after) {
  struct jl_bytes all = {NULL, 0};
  for (size_t i = 0; i < c->field_count; i++) {
    struct jl_bytes slice = after ? c->fields[i].after : c->fields[i].before;
    if (slice.size > 0) all = jl_record_with(x->cli->arena, all, c->fields[i].field, slice);
  }
  return all;
}

static const char *verb(uint32_t of) {
  static const char *const verbs[] = {[JL_VERB_CREATE] = "created", [JL_VERB_UPDATE] = "changed", [JL_VERB_DELETE] = "deleted", [JL_VERB_RESTORE] = "restored"};
  return of < JL_COUNT(verbs) && verbs[of] != NULL ? verbs[of] : "";
}

static void change(struct exporting *x, const struct jl_log_entry *e, const struct jl_log_change *c) {
  bool by = jl_id_equal(&e->author, &x->person.id), about = jl_id_equal(&c->id, &x->person.id);
  struct jl_bytes before = joined(x, c, false), after = joined(x, c, true);
  about = about || names(c->type, before, &x->person.id) || names(c->type, after, &x->person.id);
  if (!by && !about) return;
  next(x);
  jl_buffer_printf(&x->out, "{\"revision\":%" PRIu64, e->revision);
  time_of(&x->out, "time", e->time_us);
  jl_buffer_printf(&x->out, ",\"by_the_person\":%s,\"what\":\"%s\",", by ? "true" : "false", verb(c->verb));
  key(&x->out, "key", &c->id);
  type_of(x, c->type);
  jl_buffer_text(&x->out, ",\"before\":");
  fields(x, c->type, before);
  jl_buffer_text(&x->out, ",\"after\":");
  fields(x, c->type, after);
  jl_buffer_byte(&x->out, '}');
}

static void on_log(void *context, const struct jl_reply *reply) {
  struct exporting *x = context;
  x->error = reply->error;
  x->more = reply->has_more;
  if (reply->error.code != JL_E_OK) return;
  for (size_t i = 0; i < reply->log_count; i++) {
    for (size_t k = 0; k < reply->log[i].change_count; k++) change(x, &reply->log[i], &reply->log[i].changes[k]);
    x->next = reply->log[i].revision + 1;
  }
  if (reply->has_more && reply->log_last >= x->next) x->next = reply->log_last + 1; /* a page may have nothing that the caller may read */
}

static bool history(struct exporting *x, const struct jl_id *space, struct jl_error *err) {
  x->first = x->more = true;
  x->next = 1;
  jl_buffer_text(&x->out, ",\"history\":[");
  while (x->more) {
    uint64_t from = x->next;
    if (jl_client_read_log(x->cli->client, space, x->next, UINT64_MAX >> 1, LOG_PAGE, on_log, x) == 0) return jl_cli_no_link(err);
    if (!jl_cli_wait(x->cli, err)) return false;
    if (x->error.code == JL_E_OK && (!x->more || x->next > from)) continue;
    *err = x->error;
    return x->error.code != JL_E_OK ? false
                                    : jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("the server does not say how far the history was read: it is of an older version"),
                                              JL_MSG("bring the server up to date"));
  }
  jl_buffer_text(&x->out, "]");
  return true;
}

/* ---- what was refused, as long as it is kept: only the account itself is told ---- */
static void refused_edit(struct exporting *x, const Jalon__Edit *edit) {
  struct jl_bytes all = JL_PB(edit->record);
  struct jl_id id = {{0}};
  (void)jl_id_from_bytes(JL_PB(edit->id), &id);
  for (size_t i = 0; i < edit->n_fields; i++) {
    struct jl_bytes next = edit->fields[i]->has_add ? JL_PB(edit->fields[i]->add) : JL_PB(edit->fields[i]->next);
    if (next.size > 0) all = jl_record_with(x->cli->arena, all, edit->fields[i]->field, next);
  }
  jl_buffer_printf(&x->out, "{\"what\":\"%s\",", verb((uint32_t)edit->verb));
  key(&x->out, "key", &id);
  type_of(x, edit->type);
  jl_buffer_text(&x->out, ",\"fields\":");
  fields(x, edit->type, all);
  jl_buffer_byte(&x->out, '}');
}

static void refused_group(struct exporting *x, const struct jl_refused *of) {
  struct jl_arena *a = x->cli->arena;
  struct jl_error why = {0}, unread;
  char words[1000] = "", when[28];
  const Jalon__Group *group = (const Jalon__Group *)jl_unpack(&jalon__group__descriptor, of->group, a, &unread);
  const Jalon__Verdict *v = of->verdict.size == 0 ? NULL : (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, of->verdict, a, &unread);
  if (v != NULL && v->error != NULL) jl_error_from_wire(v->error, &why);
  if (why.code != JL_E_OK) jl_error_describe(&why, words, sizeof words);
  jl_time_format_iso(of->time_us, when);
  next(x);
  jl_buffer_printf(&x->out, "{\"time\":\"%s\",\"because\":", when);
  text(&x->out, words);
  jl_buffer_text(&x->out, ",\"edits\":[");
  for (size_t i = 0; group != NULL && i < group->n_edits; i++) {
    if (i > 0) jl_buffer_byte(&x->out, ',');
    refused_edit(x, group->edits[i]);
  }
  jl_buffer_text(&x->out, "]}");
}

static void on_refused(void *context, const struct jl_reply *reply) {
  struct exporting *x = context;
  x->error = reply->error;
  x->more = reply->has_more && reply->refused_count > 0;
  for (size_t i = 0; reply->error.code == JL_E_OK && i < reply->refused_count; i++) {
    refused_group(x, &reply->refused[i]);
    x->last = (struct jl_refused){.replica = reply->refused[i].replica, .seq = reply->refused[i].seq};
  }
}

static bool refused(struct exporting *x, const struct jl_id *space, struct jl_error *err) {
  x->last = (struct jl_refused){0};
  x->first = x->more = true;
  jl_buffer_text(&x->out, ",\"refused\":[");
  while (x->more) {
    if (jl_client_refused(x->cli->client, space, x->last.seq == 0 ? NULL : &x->last, on_refused, x) == 0) return jl_cli_no_link(err);
    if (!jl_cli_wait(x->cli, err)) return false;
    if (x->error.code == JL_E_OK) continue;
    *err = x->error;
    return false;
  }
  jl_buffer_text(&x->out, "]");
  return true;
}

static bool place(struct exporting *x, const char *name, const struct jl_id *space, bool all, bool last, struct jl_error *err) {
  jl_buffer_text(&x->out, "\n{\"place\":");
  text(&x->out, name);
  jl_buffer_byte(&x->out, ',');
  key(&x->out, "key", space);
  if (!records(x, space, all, err) || !history(x, space, err) || (x->own && !refused(x, space, err))) return false;
  jl_buffer_text(&x->out, last ? "}" : "},");
  return true;
}

/* There may be nothing of it for whoever asks. */
static bool place_if_any(struct exporting *x, const char *name, const struct jl_id *space, bool all, struct jl_error *err) {
  if (place(x, name, space, all, false, err)) return true;
  if (err->code != JL_E_NOT_FOUND) return false;
  *err = x->error = (struct jl_error){0};
  jl_buffer_text(&x->out, ",\"records\":[],\"history\":[]},");
  return true;
}

/* ---- the account ---- */
static void on_accounts(void *context, const struct jl_reply *reply) {
  struct exporting *x = context;
  x->error = reply->error;
  for (size_t i = 0; reply->error.code == JL_E_OK && i < reply->account_count; i++) {
    const struct jl_account *a = &reply->accounts[i];
    if (!jl_id_equal(&a->person, &x->person.id)) continue;
    x->login = a->account != NULL ? jl_arena_strdup(x->cli->arena, a->account) : NULL;
    jl_buffer_text(&x->out, ",\n\"account\":{\"login\":");
    text(&x->out, a->account);
    jl_buffer_printf(&x->out, ",\"administrator\":%s,\"closed\":%s,\"kept_by\":", a->administrator ? "true" : "false", a->disabled ? "true" : "false");
    text(&x->out, a->provider != NULL ? a->provider : "");
    time_of(&x->out, "last_login", a->last_login_us);
    jl_buffer_byte(&x->out, '}');
  }
}

static void on_logins(void *context, const struct jl_reply *reply) {
  struct exporting *x = context;
  x->error = reply->error;
  x->first = true;
  for (size_t i = 0; reply->error.code == JL_E_OK && i < reply->session_count; i++) {
    const struct jl_session_state *s = &reply->sessions[i];
    next(x);
    jl_buffer_byte(&x->out, '{');
    key(&x->out, "id", &s->id);
    jl_buffer_text(&x->out, s->token_name != NULL ? ",\"name\":" : ",\"device\":");
    text(&x->out, s->token_name != NULL ? s->token_name : s->device);
    jl_buffer_text(&x->out, ",\"from\":");
    text(&x->out, s->source);
    time_of(&x->out, "created", s->created_us);
    time_of(&x->out, "last_used", s->last_used_us);
    time_of(&x->out, "expires", s->expires_us);
    jl_buffer_byte(&x->out, '}');
  }
}

static bool ask(struct exporting *x, const struct jl_account_ask *what, jl_done *done, struct jl_error *err) {
  x->error = (struct jl_error){0};
  if (jl_client_account(x->cli->client, what, done, x) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(x->cli, err)) return false;
  if (x->error.code == JL_E_OK) return true;
  *err = x->error;
  return false;
}

static bool account(struct exporting *x, bool administrator, struct jl_error *err) {
  const struct jl_account_ask whose = {.verb = administrator ? JL_ACCOUNT_LIST : JL_ACCOUNT_WHO};
  if (!ask(x, &whose, on_accounts, err)) return false;
  if (x->login == NULL) return true;
  const struct jl_account_ask logins = {.verb = JL_SESSION_LIST, .account = x->login}, tokens = {.verb = JL_TOKEN_LIST, .account = x->login};
  jl_buffer_text(&x->out, ",\n\"logins\":[");
  if (!ask(x, &logins, on_logins, err)) return false;
  jl_buffer_text(&x->out, "],\n\"tokens\":[");
  if (!ask(x, &tokens, on_logins, err)) return false;
  jl_buffer_text(&x->out, "]");
  return true;
}

/* ---- all of it ---- */
static bool plans(struct exporting *x, struct jl_error *err) {
  struct jl_plan_named *list;
  size_t n;
  if (!jl_cli_plans(x->cli, &list, &n, err)) return false;
  for (size_t i = 0; i < n; i++)
    if (!place(x, list[i].name, &list[i].id, false, i + 1 == n, err)) return false;
  return true;
}

static bool everything(struct exporting *x, bool own, bool administrator, struct jl_error *err) {
  const struct jl_id organisation = jl_profile_identity(x->cli->profile)->organisation;
  char made[28];
  jl_time_format_iso(jl_now_utc_us(), made);
  jl_buffer_printf(&x->out, "{\"jalon_person\":1,\"made\":\"%s\",\n\"person\":{", made);
  key(&x->out, "key", &x->person.id);
  jl_buffer_text(&x->out, ",\"fields\":");
  fields(x, x->person.type, x->person.body);
  jl_buffer_byte(&x->out, '}');
  if (!account(x, administrator, err)) return false;
  jl_buffer_text(&x->out, ",\n\"places\":[");
  if (!place_if_any(x, "organisation", &organisation, false, err)) return false; /* a guest knows of it what the plans tell */
  if (own && !place_if_any(x, "own", &x->person.id, true, err)) return false;    /* nothing was read in an inbox yet */
  if (!plans(x, err)) return false;
  jl_buffer_text(&x->out, "]}\n");
  return jl_buffer_ok(&x->out) || jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
}

bool jl_cmd_person_export(struct jl_cli *cli, struct jl_error *err) {
  struct exporting x = {.cli = cli};
  const struct jl_profile_identity *me = jl_profile_identity(cli->profile);
  struct jl_lookup one = {.text = cli->word_count > 0 ? cli->words[0] : NULL, .id = me->person, .type = jl_record_type_by_number(JL_TYPE_PERSON), .deleted = true};
  if (!jl_lookup_one(cli, &one, err)) return false;
  bool own = jl_id_equal(&one.record.id, &me->person);
  if (!own && !me->administrator)
    return jl_fail(err, JL_E_DENIED, JL_MSG("only an administrator exports what is held of somebody else"), JL_MSG("ask an administrator"));
  x.person = one.record;
  x.own = own;
  jl_buffer_init(&x.out, EXPORT_MAX);
  bool ok = everything(&x, own, me->administrator, err);
  if (ok)
    jl_cli_print(cli, &x.out);
  else
    jl_buffer_release(&x.out);
  return ok;
}
