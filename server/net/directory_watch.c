/* People of the directory who are connected are looked up again, every so often and when they come back with their token, also
 * when they have left before their turn came, as a script's short commands do: whoever is no longer there, or no longer in a group that gets in, loses all logins at once, on every node (revocation.c). One
 * question at a time; when the directory does not answer, everybody stays and the next round asks again. */
#include "common/base/calendar.h"
#include "server/auth/directory.h"
#include "server/net/session.h"
#include <stdlib.h>
#include <string.h>

struct look {
  struct jl_server *server;
  char login[JL_LOGIN_MAX + 1];
};

static void ended(void *context, const struct jl_rows *rows, const struct jl_error *err) {
  struct look *look = context;
  struct jl_server *server = look->server;
  (void)err;
  server->auth_questions--;
  if (rows != NULL) jl_revocation_look(server);
  free(look);
}

static void looked(void *context, const struct jl_directory_answer *answer) {
  struct look *look = context;
  struct jl_server *server = look->server;
  server->looking_up = false;
  if (answer->result == JL_DIRECTORY_UNAVAILABLE) {
    for (size_t i = 0; i < JL_COUNT(server->left); i++)
      if (strcmp(server->left[i].login, look->login) == 0) server->left[i].waits = true; /* those who are connected come round by themselves */
    jl_log(JL_LOG_WARN, "directory.unavailable", JL_F_TEXT("problem", answer->problem));
  }
  if (answer->result != JL_DIRECTORY_NO || server->closing) {
    server->auth_questions--;
    free(look);
    return;
  }
  jl_log(JL_LOG_INFO, "directory.gone", JL_F_TEXT("login", look->login));
  struct jl_param login = {.kind = JL_PARAM_TEXT, .bytes = {(const uint8_t *)look->login, strlen(look->login)}};
  jl_store_query(server->store, "session_end_all", &login, 1, ended, look);
}

static void look_up(struct jl_server *server, const char *login) {
  struct jl_error err = {0};
  struct look *look = calloc(1, sizeof *look);
  if (look == NULL) return;
  look->server = server;
  memcpy(look->login, login, strnlen(login, JL_LOGIN_MAX));
  if (!jl_directory_ask(server->directory, JL_LOGIN_KNOWN, login, NULL, looked, look, &err)) {
    free(look);
    return;
  }
  server->looking_up = true;
  server->auth_questions++;
}

/* When there is no room, the longest known one whose turn is over gives its place; if all wait, this one is looked up when it comes again. */
void jl_directory_left(struct jl_session *s) {
  struct jl_server *server = s->server;
  struct jl_left *place = NULL;
  if (server->directory == NULL || s->state != JL_SESSION_READY || !s->by_directory || s->looked_up_us != 0) return;
  for (size_t i = 0; i < JL_COUNT(server->left); i++) {
    struct jl_left *one = &server->left[i];
    if (strcmp(one->login, s->login) == 0) {
      one->waits = true;
      return;
    }
    if (!one->waits && (place == NULL || one->looked_up_us < place->looked_up_us)) place = one;
  }
  if (place == NULL) return;
  *place = (struct jl_left){.waits = true};
  memcpy(place->login, s->login, sizeof place->login);
}

static struct jl_left *oldest_left(struct jl_server *server, int64_t due_us) {
  struct jl_left *oldest = NULL;
  for (size_t i = 0; i < JL_COUNT(server->left); i++) {
    struct jl_left *one = &server->left[i];
    if (one->waits && one->looked_up_us <= due_us && (oldest == NULL || one->looked_up_us < oldest->looked_up_us)) oldest = one;
  }
  return oldest;
}

/* The longest unseen one whose time has come; others of the same account count as seen with it. */
void jl_directory_watch(struct jl_server *server) {
  int64_t now_us = jl_monotonic_us(), due_us = now_us - 1000000 * server->settings->ldap_recheck_s;
  struct jl_session *oldest = NULL;
  if (server->directory == NULL || server->looking_up || server->closing) return;
  for (struct jl_session *s = server->sessions; s != NULL; s = s->next)
    if (s->state == JL_SESSION_READY && s->by_directory && !s->closing && s->looked_up_us <= due_us &&
        (oldest == NULL || s->looked_up_us < oldest->looked_up_us))
      oldest = s;
  struct jl_left *left = oldest_left(server, due_us);
  if (oldest == NULL && left == NULL) return;
  bool take_left = left != NULL && (oldest == NULL || left->looked_up_us <= oldest->looked_up_us);
  char login[JL_LOGIN_MAX + 1];
  memcpy(login, take_left ? left->login : oldest->login, sizeof login);
  for (struct jl_session *s = server->sessions; s != NULL; s = s->next)
    if (strcmp(s->login, login) == 0) s->looked_up_us = now_us;
  for (size_t i = 0; i < JL_COUNT(server->left); i++)
    if (strcmp(server->left[i].login, login) == 0) {
      server->left[i].waits = false;
      server->left[i].looked_up_us = now_us;
    }
  look_up(server, login);
}
