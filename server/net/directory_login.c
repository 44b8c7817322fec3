/* A login that a directory checks: asked -> account by its identity there (not by its name) -> what changed is followed: name,
 * administrators' group -> at the first login the person and the account are made -> teams are brought up to date -> proved. */
#include "common/record/schema.h"
#include "server/net/login.h"
#include <string.h>

static struct jl_param text_param(const char *text) {
  return (struct jl_param){.kind = JL_PARAM_TEXT, .bytes = {(const uint8_t *)text, strlen(text)}};
}

/* ---- the person's record: made, or its teams changed, by a group of edits like everybody's ---- */
static const struct jl_replica *organisation(const struct jl_request *r) { return jl_spaces_directory(r->session->server->spaces); }

static bool text_is(const struct jl_record *record, uint32_t field, const char *text) {
  struct jl_bytes value = jl_record_text(record->type, record->body, field);
  return value.size == strlen(text) && memcmp(value.data, text, value.size) == 0;
}

/* The person with this address who is not deleted; NULL: none. */
static const struct jl_record *person_by_mail(struct jl_request *r, const char *mail) {
  size_t n = 0;
  const struct jl_record **people = jl_replica_all(organisation(r), JL_TYPE_PERSON, r->arena, &n);
  for (size_t i = 0; mail[0] != '\0' && people != NULL && i < n; i++)
    if (text_is(people[i], JL_PERSON_EMAIL, mail)) return people[i];
  return NULL;
}

struct teams {
  struct jl_value add[64], remove[64];
  size_t adds, removes;
};

static bool is_wanted(const struct jl_directory_answer *a, const struct jl_record *team) {
  for (size_t i = 0; i < a->team_count; i++)
    if (text_is(team, JL_TEAM_NAME, a->teams[i])) return true;
  return false;
}

static bool is_member(struct jl_request *r, const struct jl_record *person, const struct jl_id *team) {
  size_t n = 0;
  const struct jl_record **members = jl_replica_referring(organisation(r), team, JL_TYPE_PERSON, JL_PERSON_TEAMS, r->arena, &n);
  for (size_t i = 0; person != NULL && members != NULL && i < n; i++)
    if (members[i] == person) return true;
  return false;
}

/* Only teams that the setting names: the others are people's to give. */
static void compare_teams(struct jl_request *r, const struct jl_record *person, struct teams *ret) {
  const struct jl_login *login = r->state;
  size_t n = 0;
  const struct jl_record **teams = jl_replica_all(organisation(r), JL_TYPE_TEAM, r->arena, &n);
  for (size_t i = 0; teams != NULL && i < n; i++) {
    char name[128] = "";
    struct jl_bytes text = jl_record_text(teams[i]->type, teams[i]->body, JL_TEAM_NAME);
    if (text.size == 0 || text.size >= sizeof name) continue;
    memcpy(name, text.data, text.size);
    if (!jl_directory_names_team(r->session->server->directory, name)) continue;
    bool wanted = is_wanted(login->directory, teams[i]), there = is_member(r, person, &teams[i]->id);
    if (wanted && !there && ret->adds < JL_COUNT(ret->add)) ret->add[ret->adds++].id = teams[i]->id;
    if (!wanted && there && ret->removes < JL_COUNT(ret->remove)) ret->remove[ret->removes++].id = teams[i]->id;
  }
}

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

static struct jl_bytes put_text(struct jl_request *r, struct jl_bytes record, uint32_t field, const char *text) {
  const struct jl_field *f = jl_field_by_number(jl_record_type_by_number(JL_TYPE_PERSON), field);
  struct jl_value value = {.text = {(const uint8_t *)text, strlen(text)}};
  if (text[0] == '\0') return record;
  return jl_record_with(r->arena, record, field, jl_value_encode(r->arena, f, &value));
}

/* The group's bytes; size 0: there is nothing to change. */
static struct jl_bytes make_group(struct jl_request *r, const struct jl_record *person, const struct teams *teams) {
  struct jl_login *login = r->state;
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_PERSON), JL_PERSON_TEAMS);
  struct jl_id replica = jl_id_random(), group_id = jl_id_random(), space = *jl_spaces_organisation(r->session->server->spaces);
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  Jalon__FieldEdit change = JALON__FIELD_EDIT__INIT, *changes[] = {&change};
  struct jl_bytes add = jl_values_encode(r->arena, field, teams->add, teams->adds);
  if (person != NULL && teams->adds == 0 && teams->removes == 0) return (struct jl_bytes){(const uint8_t *)"", 0};
  edit.has_verb = edit.has_type = edit.has_id = true;
  edit.type = JL_TYPE_PERSON;
  edit.id = id_bytes(&login->person);
  if (person == NULL) {
    const char *name = login->directory->name[0] != '\0' ? login->directory->name : login->login;
    struct jl_bytes record = put_text(r, (struct jl_bytes){(const uint8_t *)"", 0}, JL_PERSON_NAME, name);
    record = put_text(r, record, JL_PERSON_EMAIL, login->directory->mail);
    if (teams->adds > 0) record = jl_record_with(r->arena, record, JL_PERSON_TEAMS, add);
    edit.verb = JALON__VERB__CREATE;
    edit.has_record = true;
    edit.record = jl_to_pb(record);
  } else {
    edit.verb = JALON__VERB__UPDATE;
    edit.fields = changes;
    edit.n_fields = 1;
    change.has_field = true;
    change.field = JL_PERSON_TEAMS;
    change.has_add = teams->adds > 0;
    change.add = jl_to_pb(add);
    change.has_remove = teams->removes > 0;
    change.remove = jl_to_pb(jl_values_encode(r->arena, field, teams->remove, teams->removes));
  }
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(&replica);
  group.space = id_bytes(&space);
  group.seq = 1;
  group.group_id = id_bytes(&group_id);
  group.model_version = jl_model_version;
  group.n_edits = 1;
  group.edits = edits;
  return jl_pack(&group.base, r->arena, JL_GROUP_MAX_BYTES);
}

static void person_is_there(struct jl_request *r);

static void decided(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_error why = {0};
  const Jalon__Verdict *v = NULL;
  if (verdict.data != NULL) v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, verdict, r->arena, &why);
  if (v != NULL && v->error != NULL) jl_error_from_wire(v->error, &why);
  if (verdict.data == NULL) why = *err;
  if (why.code == JL_E_OK)
    person_is_there(r);
  else
    jl_login_refuse(r, &why);
}

static void submit(struct jl_request *r, const struct jl_error *err) {
  struct jl_login *login = r->state;
  struct jl_error why = {0};
  struct teams teams = {.adds = 0};
  if (err != NULL) {
    jl_login_refuse(r, err);
    return;
  }
  const struct jl_record *person = jl_replica_live(organisation(r), &login->person);
  compare_teams(r, person, &teams);
  struct jl_bytes group = make_group(r, person, &teams);
  if (group.data == NULL) {
    jl_fail(&why, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
    jl_login_refuse(r, &why);
  } else if (group.size == 0) {
    person_is_there(r);
  } else {
    struct jl_author author = {.person = login->person, .may_edit = 1U << JL_SECTION_DIRECTORY, .administrator = true};
    struct jl_id account = jl_account_id(login->directory->id);
    jl_space_submit(r->space, &author, &account, group, 0, decided, r);
  }
}

static void update_person(struct jl_request *r) {
  struct jl_id space = *jl_spaces_organisation(r->session->server->spaces);
  jl_request_open_space(r, id_bytes(&space), false, submit);
}

/* ---- the account ---- */
static void account_is_there(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_error why = {0};
  if (rows == NULL) {
    jl_login_refuse(r, err);
  } else if (jl_rows_count(rows) == 0) {
    jl_fail(&why, JL_E_DENIED, JL_MSG("this login name or this person has another account here"),
            JL_MSG("an administrator renames or closes it: jalon user rename"));
    jl_login_refuse(r, &why);
  } else {
    jl_login_proved(r);
  }
}

static void person_is_there(struct jl_request *r) {
  struct jl_login *login = r->state;
  const struct jl_directory_answer *a = login->directory;
  struct jl_param administrator = {.kind = a->says_administrator ? JL_PARAM_BOOL : JL_PARAM_NULL, .number = a->administrator};
  struct jl_param add[] = {text_param(login->login),
                           {.kind = JL_PARAM_ID, .bytes = {login->person.bytes, sizeof login->person.bytes}},
                           text_param("!"),
                           {.kind = JL_PARAM_BOOL, .number = a->administrator},
                           text_param(a->id)};
  struct jl_param follow[] = {text_param(a->id), text_param(login->login), administrator};
  if (login->known)
    jl_login_proved(r);
  else if (login->found) /* there, but called otherwise or with other rights */
    jl_store_query(r->session->server->store, "directory_follow", follow, JL_COUNT(follow), account_is_there, r);
  else
    jl_store_query(r->session->server->store, "account_add", add, JL_COUNT(add), account_is_there, r);
}

static void account_looked_up(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct jl_request *r = context;
  struct jl_login *login = r->state;
  const struct jl_directory_answer *a = login->directory;
  if (rows == NULL) {
    jl_login_refuse(r, err);
    return;
  }
  login->known = login->found = false; /* from here: the account is as it should be; there is one */
  if (jl_rows_count(rows) == 1) {
    struct jl_bytes name = jl_rows_bytes(rows, 0, 0);
    login->person = jl_rows_id(rows, 0, 1);
    login->found = true;
    login->known = name.size == strlen(login->login) && memcmp(name.data, login->login, name.size) == 0 &&
                   (!a->says_administrator || a->administrator == (jl_rows_integer(rows, 0, 2) != 0));
    if (jl_rows_integer(rows, 0, 3) != 0) {
      jl_login_wrong(r);
      return;
    }
  } else {
    const struct jl_record *person = person_by_mail(r, a->mail);
    login->person = person != NULL ? person->id : jl_id_random();
  }
  update_person(r);
}

/* ---- the answer ---- */
static void answered(void *context, const struct jl_directory_answer *answer) {
  struct jl_request *r = context;
  struct jl_login *login = r->state;
  struct jl_error why = {0};
  struct jl_server *server = r->session->server;
  if (answer->result == JL_DIRECTORY_UNAVAILABLE) {
    jl_log(JL_LOG_WARN, "directory.unavailable", JL_F_TEXT("problem", answer->problem));
    jl_fail(&why, JL_E_UNAVAILABLE, JL_MSG("the directory that checks passwords does not answer"),
            JL_MSG("try again in a minute; accounts of this server's own still get in"));
    jl_login_refuse(r, &why);
    return;
  }
  jl_login_attempt_ended(r, answer->result == JL_DIRECTORY_YES ? JL_ATTEMPT_SUCCEEDED : JL_ATTEMPT_FAILED);
  if (answer->result == JL_DIRECTORY_NO) {
    jl_login_wrong(r);
    return;
  }
  login->directory = jl_arena_alloc(r->arena, sizeof *login->directory);
  if (login->directory == NULL || server->detached) {
    jl_fail(&why, JL_E_DRAINING, JL_MSG("the server is stopping"), JL_MSG("try again in a moment"));
    jl_login_refuse(r, &why);
    return;
  }
  *login->directory = *answer;
  login->by_directory = true;
  if (answer->login[0] != '\0' && !jl_login_normalise(answer->login, login->login)) { /* what was typed was only another name of it */
    jl_log(JL_LOG_WARN, "directory.login_unusable", JL_F_TEXT("login", answer->login));
    jl_login_wrong(r);
    return;
  }
  struct jl_param id = text_param(login->directory->id);
  jl_store_query(server->store, "directory_account", &id, 1, account_looked_up, r);
}

void jl_login_by_directory(struct jl_request *r) {
  struct jl_login *login = r->state;
  struct jl_error why = {0};
  if (jl_directory_ask(r->session->server->directory, login->attempt.lane, login->login, login->password, answered, r, &why)) return;
  r->retry_after_ms = 2000;
  jl_login_refuse(r, &why);
}
