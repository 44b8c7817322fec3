/* jalond setup: the first administrator. The person goes the way of every record, through the writer of the organisation;
 * the fence makes that safe beside a running server. */
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include "server/auth/password.h"
#include "server/auth/token.h"
#include "server/ops/log.h"
#include "server/ops/node.h"
#include "server/ops/process.h"
#include "server/ops/serve.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

struct setup {
  struct jl_node node;
  char login[JL_LOGIN_MAX + 1], name[JL_SETTING_MAX], password[JL_PASSWORD_BYTES_MAX + 2], hash[JL_PASSWORD_HASH_SIZE];
  struct jl_id person;
  struct jl_space *space;
  struct jl_arena *arena;
  bool exists, finished;
  struct jl_error error;
};

static bool take_line(FILE *file, char *ret_password, size_t size, struct jl_error *err) {
  if (fgets(ret_password, (int)size, file) == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("no password was given"), JL_MSG("put it into a file and name it with --password-file"));
  size_t length = strcspn(ret_password, "\r\n");
  if (ret_password[length] == '\0' && length + 1 == size) return jl_fail(err, JL_E_INVALID, JL_MSG("the password is too long"), NULL);
  ret_password[length] = '\0';
  return true;
}

static bool ask_password(char *ret_password, size_t size, struct jl_error *err) {
  struct termios before, silent;
  bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    fputs("password of the administrator: ", stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  bool ok = take_line(stdin, ret_password, size, err);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
  }
  return ok;
}

static bool read_password(const char *path, char *ret_password, size_t size, struct jl_error *err) {
  if (path[0] == '\0' || strcmp(path, "-") == 0) return ask_password(ret_password, size, err);
  FILE *file = fopen(path, "re");
  if (file == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("could not read the password file {1}: {2}"), NULL, jl_arg_text(path),
                   jl_arg_text(strerror(errno)));
  bool ok = take_line(file, ret_password, size, err);
  fclose(file);
  return ok;
}

static void finish(struct setup *s, const struct jl_error *err) {
  if (err != NULL) s->error = *err;
  s->finished = true;
  uv_stop(&s->node.loop);
}

static bool run_until_finished(struct setup *s, struct jl_error *err) {
  while (!s->finished) uv_run(&s->node.loop, UV_RUN_DEFAULT);
  s->finished = false;
  if (s->error.code == JL_E_OK) return true;
  *err = s->error;
  return false;
}

static void account_looked_up(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct setup *s = context;
  s->exists = rows != NULL && jl_rows_count(rows) > 0;
  finish(s, rows == NULL ? err : NULL);
}

static void account_added(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct setup *s = context;
  s->exists = rows != NULL && jl_rows_count(rows) == 0;
  finish(s, rows == NULL ? err : NULL);
}

static void space_opened(void *context, struct jl_space *space, const struct jl_error *err) {
  struct setup *s = context;
  if (space != NULL) jl_space_hold(space);
  s->space = space;
  finish(s, space == NULL ? err : NULL);
}

static void person_decided(void *context, struct jl_bytes verdict, const struct jl_error *err) {
  struct setup *s = context;
  struct jl_error why = {0};
  if (verdict.data == NULL) {
    finish(s, err);
    return;
  }
  const Jalon__Verdict *v = (const Jalon__Verdict *)jl_unpack(&jalon__verdict__descriptor, verdict, s->arena, &why);
  if (v != NULL && v->error != NULL) jl_error_from_wire(v->error, &why);
  finish(s, why.code != JL_E_OK ? &why : NULL);
}

static ProtobufCBinaryData id_bytes(struct jl_id *id) { return (ProtobufCBinaryData){sizeof id->bytes, id->bytes}; }

/* The group that creates the person. */
static struct jl_bytes person_group(struct setup *s, struct jl_id organisation) {
  struct jl_id replica = jl_id_random(), group_id = jl_id_random();
  const struct jl_field *name = jl_field_by_number(jl_record_type_by_number(JL_TYPE_PERSON), JL_PERSON_NAME);
  struct jl_value value = {.text = {(const uint8_t *)s->name, strlen(s->name)}};
  struct jl_bytes slice = jl_value_encode(s->arena, name, &value);
  struct jl_bytes record = jl_record_with(s->arena, (struct jl_bytes){(const uint8_t *)"", 0}, JL_PERSON_NAME, slice);
  s->person = jl_id_random();
  Jalon__Edit edit = JALON__EDIT__INIT, *edits[] = {&edit};
  edit.has_verb = edit.has_type = edit.has_id = edit.has_record = true;
  edit.verb = JALON__VERB__CREATE;
  edit.type = JL_TYPE_PERSON;
  edit.id = id_bytes(&s->person);
  edit.record = jl_to_pb(record);
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = id_bytes(&replica);
  group.space = id_bytes(&organisation);
  group.seq = 1;
  group.group_id = id_bytes(&group_id);
  group.model_version = jl_model_version;
  group.n_edits = 1;
  group.edits = edits;
  return jl_pack(&group.base, s->arena, JL_GROUP_MAX_BYTES);
}

static bool add_person(struct setup *s, struct jl_error *err) {
  struct jl_id organisation = *jl_spaces_organisation(s->node.spaces), account = jl_account_id(s->login);
  jl_space_open(s->node.spaces, &organisation, false, space_opened, s);
  if (!run_until_finished(s, err)) return false;
  struct jl_bytes group = person_group(s, organisation);
  if (group.data == NULL) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory"), NULL);
  struct jl_author author = {.person = s->person, .may_edit = 1U << JL_SECTION_DIRECTORY, .administrator = true};
  jl_space_submit(s->space, &author, &account, group, 0, person_decided, s);
  return run_until_finished(s, err);
}

static struct jl_param text_param(const char *text) {
  return (struct jl_param){.kind = JL_PARAM_TEXT, .bytes = {(const uint8_t *)text, strlen(text)}};
}

static bool already_there(const struct setup *s, struct jl_error *err) {
  return jl_fail(err, JL_E_ALREADY_EXISTS, JL_MSG("account {1} exists already"),
                 JL_MSG("an administrator sets a new password with jalon user password"), jl_arg_text(s->login));
}

static bool add_administrator(struct setup *s, struct jl_error *err) {
  struct jl_param login = text_param(s->login);
  jl_store_query(s->node.store, "account_find", &login, 1, account_looked_up, s);
  if (!run_until_finished(s, err)) return false;
  if (s->exists) return already_there(s, err);
  if (!jl_password_hash_now(s->password, s->hash))
    return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("could not hash the password: it needs 19 MiB"), NULL);
  if (!add_person(s, err)) return false;
  struct jl_param params[] = {login,
                              {.kind = JL_PARAM_ID, .bytes = {s->person.bytes, sizeof s->person.bytes}},
                              text_param(s->hash),
                              {.kind = JL_PARAM_BOOL, .number = 1},
                              {.kind = JL_PARAM_NULL}};
  jl_store_query(s->node.store, "account_add", params, JL_COUNT(params), account_added, s);
  if (!run_until_finished(s, err)) return false;
  return !s->exists || already_there(s, err);
}

static bool prepare(struct setup *s, const struct jl_arguments *a, bool *ret_running, struct jl_error *err) {
  enum jl_log_level level;
  if (jl_log_level_by_name(a->settings.log_level, &level)) jl_log_level(level);
  if (!jl_login_normalise(a->administrator, s->login))
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} is no login name: letters a to z, digits, dots, hyphens, underscores or @, at most {2}"),
                   NULL, jl_arg_text(a->administrator), jl_arg_integer(JL_LOGIN_MAX));
  snprintf(s->name, sizeof s->name, "%s", a->name[0] != '\0' ? a->name : s->login);
  if (!read_password(a->password_file, s->password, sizeof s->password, err) || !jl_password_policy(s->password, s->login, err)) return false;
  if (!jl_process_prepare(&a->settings, err)) return false;
  struct jl_error locked = {0};
  if (jl_process_lock(&a->settings, ret_running, &locked) || *ret_running) return true;
  *err = locked;
  return false;
}

int jl_setup(const struct jl_arguments *arguments) {
  static struct setup s;
  struct jl_error err = {0};
  bool running = false;
  if (!prepare(&s, arguments, &running, &err)) return jl_report(&err);
  s.arena = jl_arena_new(1048576);
  bool ok = s.arena != NULL && jl_node_open(&s.node, &arguments->settings, running, &err) && add_administrator(&s, &err);
  sodium_memzero(s.password, sizeof s.password);
  if (s.space != NULL) jl_space_release(s.space);
  jl_node_close(&s.node);
  jl_arena_free(s.arena);
  if (!ok) return jl_report(&err);
  printf("administrator %s added\n", s.login);
  return 0;
}
