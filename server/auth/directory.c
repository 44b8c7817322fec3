#include "server/auth/directory.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include <errno.h>
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define THREADS 2
#define QUEUE 32         /* waiting in each lane; more: OVERLOADED */
#define FAILURES 3       /* in a row; then nobody waits for */
#define PAUSE_US 5000000 /* so long */
#define FILTER_MAX 4096
#define GROUPS_MAX 256 /* of one person */
#define PASSWORD_MAX 512

struct job {
  struct jl_waiting waiting; /* first */
  struct job *next;          /* finished */
  char login[256], password[PASSWORD_MAX + 1];
  bool only_look;
  struct jl_directory_answer answer;
  jl_directory_done *done;
  void *context;
};
struct jl_directory {
  uv_async_t wake;
  uv_mutex_t mutex;
  uv_cond_t work;
  uv_thread_t threads[THREADS];
  int thread_count;
  bool stopping;
  struct jl_turns queue; /* under mutex, as what follows */
  struct job *finished, **finished_end;
  size_t failures;
  int64_t pause_until_us;
  struct jl_settings settings;
  char service_password[PASSWORD_MAX + 1];
  void (*closed)(void *context);
  void *closed_context;
};

bool jl_directory_escape(const char *text, size_t size, char *out, size_t out_size) {
  size_t at = 0;
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    bool special = c == '*' || c == '(' || c == ')' || c == '\\' || c < 0x20 || c >= 0x7f;
    if (at + 4 > out_size) return false;
    at += (size_t)snprintf(out + at, out_size - at, special ? "\\%02x" : "%c", c);
  }
  if (at >= out_size) return false;
  out[at] = '\0';
  return true;
}

/* The template with {word} replaced by the escaped value, wherever it stands. */
static bool fill_filter(const char *template, const char *word, const char *value, char out[FILTER_MAX]) {
  char escaped[FILTER_MAX];
  size_t at = 0, word_size = strlen(word);
  if (!jl_directory_escape(value, strlen(value), escaped, sizeof escaped)) return false;
  while (*template != '\0') {
    bool here = strncmp(template, word, word_size) == 0;
    const char *part = here ? escaped : template;
    size_t size = here ? strlen(escaped) : 1;
    if (at + size >= FILTER_MAX) return false;
    memcpy(out + at, part, size);
    at += size;
    template += here ? word_size : 1;
  }
  out[at] = '\0';
  return true;
}

/* ---- groups: "jalon-admins=administrator, marketing=team:Marketing, staff=login" ---- */
struct rule {
  char group[128], means[160];
};

static bool next_rule(const char **io_text, struct rule *ret) {
  const char *at = *io_text;
  at += strspn(at, ",; \t");
  size_t size = strcspn(at, ",;"), group = strcspn(at, "=");
  *io_text = at + size;
  if (size == 0 || group >= size || group >= sizeof ret->group || size - group - 1 >= sizeof ret->means) return false;
  snprintf(ret->group, sizeof ret->group, "%.*s", (int)group, at);
  snprintf(ret->means, sizeof ret->means, "%.*s", (int)(size - group - 1), at + group + 1);
  for (size_t end = strlen(ret->means); end > 0 && ret->means[end - 1] == ' ';) ret->means[--end] = '\0';
  return true;
}

static const char *team_of(const struct rule *rule) { return strncmp(rule->means, "team:", 5) == 0 ? rule->means + 5 : NULL; }

bool jl_directory_names_team(const struct jl_directory *d, const char *team) {
  struct rule rule;
  for (const char *at = d->settings.ldap_groups; next_rule(&at, &rule);)
    if (team_of(&rule) != NULL && strcmp(team_of(&rule), team) == 0) return true;
  return false;
}

/* What this group of the person gives; true: it is one of those that the setting names. */
static bool take_group(const struct jl_directory *d, const char *name, struct jl_directory_answer *a) {
  struct rule rule;
  bool named = false;
  for (const char *at = d->settings.ldap_groups; next_rule(&at, &rule);) {
    if (strcasecmp(rule.group, name) != 0) continue;
    named = true;
    if (strcmp(rule.means, "administrator") == 0) a->administrator = true;
    if (team_of(&rule) != NULL && a->team_count < JL_DIRECTORY_TEAMS)
      snprintf(a->teams[a->team_count++], sizeof a->teams[0], "%s", team_of(&rule));
  }
  return named;
}

static bool says_administrator(const struct jl_directory *d) {
  struct rule rule;
  for (const char *at = d->settings.ldap_groups; next_rule(&at, &rule);)
    if (strcmp(rule.means, "administrator") == 0) return true;
  return false;
}

/* ---- one conversation, in a worker's thread ---- */
static bool problem(struct jl_directory_answer *a, const char *what, int code) {
  a->result = JL_DIRECTORY_UNAVAILABLE;
  snprintf(a->problem, sizeof a->problem, "%s: %s", what, ldap_err2string(code));
  return false;
}

static bool set_options(LDAP *ld, const struct jl_settings *s, struct jl_directory_answer *a) {
  struct timeval patience = {.tv_sec = (time_t)(s->ldap_timeout_ms / 1000), .tv_usec = (suseconds_t)(s->ldap_timeout_ms % 1000 * 1000)};
  int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND, fresh = 0, time_limit = (int)(s->ldap_timeout_ms / 1000 + 1);
  int code = ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
  if (code == LDAP_SUCCESS) code = ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  if (code == LDAP_SUCCESS) code = ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &patience);
  if (code == LDAP_SUCCESS) code = ldap_set_option(ld, LDAP_OPT_TIMEOUT, &patience);
  if (code == LDAP_SUCCESS) code = ldap_set_option(ld, LDAP_OPT_TIMELIMIT, &time_limit);
  if (code == LDAP_SUCCESS) code = ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
  if (code == LDAP_SUCCESS && s->ldap_authority[0] != '\0') code = ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, s->ldap_authority);
  if (code == LDAP_SUCCESS) code = ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &fresh); /* last: it takes what was set */
  return code == LDAP_SUCCESS || problem(a, "options", code);
}

static LDAP *open_connection(const struct jl_settings *s, struct jl_directory_answer *a) {
  LDAP *ld = NULL;
  int code = ldap_initialize(&ld, s->ldap_url);
  if (code != LDAP_SUCCESS) {
    (void)problem(a, "address", code);
    return NULL;
  }
  bool ok = set_options(ld, s, a);
  if (ok && strncasecmp(s->ldap_url, "ldap://", 7) == 0) {
    code = ldap_start_tls_s(ld, NULL, NULL);
    ok = code == LDAP_SUCCESS || problem(a, "StartTLS", code);
  }
  if (ok) return ld;
  ldap_unbind_ext_s(ld, NULL, NULL);
  return NULL;
}

static int bind_as(LDAP *ld, const char *dn, const char *password) {
  char copy[PASSWORD_MAX + 1];
  snprintf(copy, sizeof copy, "%s", password);
  struct berval secret = {.bv_len = strlen(copy), .bv_val = copy};
  int code = secret.bv_len == 0 && dn[0] != '\0' ? LDAP_INVALID_CREDENTIALS : ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
  explicit_bzero(copy, sizeof copy);
  return code;
}

/* Binary identities (objectGUID) become digits: what is no text, even where all its bytes could be of one. */
static void take_value(LDAP *ld, LDAPMessage *entry, const char *attribute, bool as_id, char *out, size_t size) {
  struct berval **values = ldap_get_values_len(ld, entry, attribute);
  out[0] = '\0';
  if (values != NULL && values[0] != NULL && values[0]->bv_len > 0) {
    const unsigned char *data = (const unsigned char *)values[0]->bv_val;
    bool text = jl_text_valid(data, values[0]->bv_len);
    if (text && values[0]->bv_len < size)
      snprintf(out, size, "%.*s", (int)values[0]->bv_len, values[0]->bv_val);
    else if (as_id && values[0]->bv_len * 2 < size)
      for (size_t i = 0; i < values[0]->bv_len; i++) snprintf(out + 2 * i, 3, "%02x", data[i]);
  }
  ldap_value_free_len(values);
}

static bool search(LDAP *ld, const struct jl_settings *s, const char *base, const char *filter, char **attributes, int most, LDAPMessage **ret,
                   struct jl_directory_answer *a) {
  struct timeval patience = {.tv_sec = (time_t)(s->ldap_timeout_ms / 1000), .tv_usec = (suseconds_t)(s->ldap_timeout_ms % 1000 * 1000)};
  int code = ldap_search_ext_s(ld, base, LDAP_SCOPE_SUBTREE, filter, attributes, 0, NULL, NULL, &patience, most, ret);
  return code == LDAP_SUCCESS || code == LDAP_SIZELIMIT_EXCEEDED || problem(a, "search", code);
}

static bool append(char out[FILTER_MAX], size_t *at, const char *text) {
  size_t size = strlen(text);
  if (*at + size >= FILTER_MAX) return false;
  memcpy(out + *at, text, size + 1);
  *at += size;
  return true;
}

/* Only the groups that the setting names are asked for: a person may be in hundreds, and a directory answers with so many at once. */
static bool fill_group_filter(const struct jl_directory *d, const char *dn, char out[FILTER_MAX]) {
  struct rule rule;
  char of_person[FILTER_MAX], name[sizeof rule.group * 3 + 1];
  size_t at = 0;
  if (!fill_filter(d->settings.ldap_group_filter, "{dn}", dn, of_person)) return false;
  bool ok = append(out, &at, "(&") && append(out, &at, of_person) && append(out, &at, "(|");
  for (const char *next = d->settings.ldap_groups; ok && next_rule(&next, &rule);)
    ok = jl_directory_escape(rule.group, strlen(rule.group), name, sizeof name) && append(out, &at, "(cn=") && append(out, &at, name) &&
         append(out, &at, ")");
  return ok && append(out, &at, "))");
}

static bool find_groups(LDAP *ld, const struct jl_directory *d, const char *dn, struct jl_directory_answer *a) {
  const struct jl_settings *s = &d->settings;
  char filter[FILTER_MAX], name[256];
  char cn[] = "cn", *attributes[] = {cn, NULL};
  LDAPMessage *found = NULL;
  bool named = s->ldap_groups[0] == '\0';
  a->says_administrator = says_administrator(d);
  if (named) return true;
  if (!fill_group_filter(d, dn, filter)) return problem(a, "ldap-group-filter", LDAP_FILTER_ERROR);
  bool ok = search(ld, s, s->ldap_group_base[0] != '\0' ? s->ldap_group_base : s->ldap_base, filter, attributes, GROUPS_MAX, &found, a);
  for (LDAPMessage *entry = ok ? ldap_first_entry(ld, found) : NULL; entry != NULL; entry = ldap_next_entry(ld, entry)) {
    take_value(ld, entry, cn, false, name, sizeof name);
    if (name[0] == '\0') ok = problem(a, "cn of a group", LDAP_NO_SUCH_ATTRIBUTE); /* found by it, so it is there */
    if (ok && take_group(d, name, a)) named = true;
  }
  ldap_msgfree(found);
  if (ok && !named) a->result = JL_DIRECTORY_NO;
  return ok && named;
}

/* The person's entry: exactly one. dn "": there is none. */
static bool find_person(LDAP *ld, const struct jl_settings *s, const char *login, char *ret_dn, size_t dn_size, struct jl_directory_answer *a) {
  char filter[FILTER_MAX], id[64], name[64], mail[64], canonical[64];
  snprintf(id, sizeof id, "%.63s", s->ldap_id_attribute);
  snprintf(name, sizeof name, "%.63s", s->ldap_name_attribute);
  snprintf(mail, sizeof mail, "%.63s", s->ldap_mail_attribute);
  snprintf(canonical, sizeof canonical, "%.63s", s->ldap_login_attribute);
  char *attributes[] = {id, name, mail, canonical[0] != '\0' ? canonical : NULL, NULL};
  LDAPMessage *found = NULL;
  ret_dn[0] = '\0';
  if (!fill_filter(s->ldap_filter, "{login}", login, filter)) return problem(a, "ldap-filter", LDAP_FILTER_ERROR);
  bool ok = search(ld, s, s->ldap_base, filter, attributes, 2, &found, a);
  LDAPMessage *entry = ok ? ldap_first_entry(ld, found) : NULL;
  if (entry != NULL && ldap_count_entries(ld, found) == 1) {
    char *dn = ldap_get_dn(ld, entry);
    if (dn != NULL && strlen(dn) < dn_size) snprintf(ret_dn, dn_size, "%s", dn);
    ldap_memfree(dn);
    take_value(ld, entry, id, true, a->id, sizeof a->id);
    take_value(ld, entry, name, false, a->name, sizeof a->name);
    take_value(ld, entry, mail, false, a->mail, sizeof a->mail);
    if (canonical[0] != '\0') take_value(ld, entry, canonical, false, a->login, sizeof a->login);
    if (a->id[0] == '\0') ok = problem(a, "ldap-id-attribute", LDAP_NO_SUCH_ATTRIBUTE);
    if (canonical[0] != '\0' && a->login[0] == '\0') ok = problem(a, "ldap-login-attribute", LDAP_NO_SUCH_ATTRIBUTE);
  }
  ldap_msgfree(found);
  return ok;
}

static void converse(const struct jl_directory *d, LDAP *ld, const struct job *job, struct jl_directory_answer *a) {
  const struct jl_settings *s = &d->settings;
  char dn[1024];
  int code = bind_as(ld, s->ldap_bind_dn, d->service_password);
  if (code != LDAP_SUCCESS) {
    (void)problem(a, "bind of the service account", code);
    return;
  }
  if (!find_person(ld, s, job->login, dn, sizeof dn, a)) return;
  a->result = JL_DIRECTORY_NO;
  bool member = dn[0] != '\0' && find_groups(ld, d, dn, a);
  if (a->result == JL_DIRECTORY_UNAVAILABLE) return;
  if (job->only_look) {
    a->result = member ? JL_DIRECTORY_YES : JL_DIRECTORY_NO;
    return;
  }
  /* Whoever does not exist costs a bind too: how long it takes tells nothing. */
  char nobody[JL_SETTING_MAX + 16];
  snprintf(nobody, sizeof nobody, "cn=nobody,%s", s->ldap_base);
  code = bind_as(ld, dn[0] != '\0' ? dn : nobody, job->password);
  if (code != LDAP_SUCCESS && code != LDAP_INVALID_CREDENTIALS && code != LDAP_NO_SUCH_OBJECT && code != LDAP_INAPPROPRIATE_AUTH &&
      code != LDAP_UNWILLING_TO_PERFORM && code != LDAP_INVALID_DN_SYNTAX)
    (void)problem(a, "bind", code);
  else
    a->result = code == LDAP_SUCCESS && member ? JL_DIRECTORY_YES : JL_DIRECTORY_NO;
}

static void run_job(struct jl_directory *d, struct job *job) {
  struct jl_directory_answer *a = &job->answer;
  uv_mutex_lock(&d->mutex);
  bool resting = d->failures >= FAILURES && jl_monotonic_us() < d->pause_until_us;
  uv_mutex_unlock(&d->mutex);
  if (resting) {
    (void)problem(a, "it did not answer a moment ago", LDAP_SERVER_DOWN);
  } else {
    LDAP *ld = open_connection(&d->settings, a);
    if (ld != NULL) {
      converse(d, ld, job, a);
      ldap_unbind_ext_s(ld, NULL, NULL);
    }
    uv_mutex_lock(&d->mutex);
    d->failures = a->result == JL_DIRECTORY_UNAVAILABLE ? d->failures + 1 : 0;
    d->pause_until_us = jl_monotonic_us() + PAUSE_US;
    uv_mutex_unlock(&d->mutex);
  }
  explicit_bzero(job->password, sizeof job->password);
}

/* ---- threads ---- */
static void finish_job(struct jl_directory *d, struct job *job) { /* under mutex */
  job->next = NULL;
  *d->finished_end = job;
  d->finished_end = &job->next;
  uv_async_send(&d->wake);
}

static void worker(void *argument) {
  struct jl_directory *d = argument;
  uv_mutex_lock(&d->mutex);
  for (;;) {
    while (jl_turns_empty(&d->queue) && !d->stopping) uv_cond_wait(&d->work, &d->mutex);
    if (d->stopping) break;
    struct job *job = (struct job *)jl_turns_next(&d->queue);
    uv_mutex_unlock(&d->mutex);
    run_job(d, job);
    uv_mutex_lock(&d->mutex);
    finish_job(d, job);
  }
  uv_mutex_unlock(&d->mutex);
}

static void deliver(struct jl_directory *d) {
  uv_mutex_lock(&d->mutex);
  struct job *job = d->finished;
  d->finished = NULL;
  d->finished_end = &d->finished;
  uv_mutex_unlock(&d->mutex);
  while (job != NULL) {
    struct job *next = job->next;
    job->done(job->context, &job->answer);
    free(job);
    job = next;
  }
}
static void on_wake(uv_async_t *wake) { deliver(wake->data); }

/* ---- life ---- */
static bool read_password(struct jl_directory *d, struct jl_error *err) {
  const char *path = d->settings.ldap_bind_password_file;
  if (path[0] == '\0') return true;
  FILE *file = fopen(path, "re");
  bool ok = file != NULL && fgets(d->service_password, sizeof d->service_password, file) != NULL;
  int problem_number = errno;
  if (file != NULL) fclose(file);
  d->service_password[strcspn(d->service_password, "\r\n")] = '\0';
  return ok || jl_fail(err, JL_E_INVALID, JL_MSG("the file {1} cannot be used: {2}"), JL_MSG("check its owner and the disk"), jl_arg_text(path),
                       jl_arg_text(strerror(problem_number)));
}

static bool check_settings(const struct jl_settings *s, struct jl_error *err) {
  const char *url = s->ldap_url;
  if (strncasecmp(url, "ldaps://", 8) != 0 && strncasecmp(url, "ldap://", 7) != 0 && strncasecmp(url, "ldapi://", 8) != 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("setting ldap-url begins with ldaps://, ldap:// (StartTLS) or ldapi://"), NULL);
  if (s->ldap_base[0] == '\0') return jl_fail(err, JL_E_USAGE, JL_MSG("setting ldap-base is missing"), JL_MSG("for example dc=example,dc=org"));
  if (strstr(s->ldap_filter, "{login}") == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("setting ldap-filter must contain {1}"), NULL, jl_arg_text("{login}"));
  return true;
}

struct jl_directory *jl_directory_new(uv_loop_t *loop, const struct jl_settings *s, struct jl_error *err) {
  if (s->ldap_url[0] == '\0' || !check_settings(s, err)) return NULL;
  struct jl_directory *d = calloc(1, sizeof *d);
  if (d == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("not enough memory to start"), NULL);
    return NULL;
  }
  d->settings = *s;
  /* Nothing of the system's or a user's ldap.conf: what is set here decides. And libldap sets itself up before there are threads. */
  int version = 0;
  if (setenv("LDAPNOINIT", "1", 1) != 0 || ldap_get_option(NULL, LDAP_OPT_PROTOCOL_VERSION, &version) != LDAP_SUCCESS) {
    free(d);
    (void)jl_fail(err, JL_E_INTERNAL, JL_MSG("the directory's library does not start"), NULL);
    return NULL;
  }
  if (!read_password(d, err)) {
    free(d);
    return NULL;
  }
  jl_turns_init(&d->queue, QUEUE);
  d->finished_end = &d->finished;
  uv_mutex_init(&d->mutex);
  uv_cond_init(&d->work);
  uv_async_init(loop, &d->wake, on_wake);
  d->wake.data = d;
  for (int i = 0; i < THREADS; i++)
    if (uv_thread_create(&d->threads[d->thread_count], worker, d) == 0) d->thread_count++;
  JL_ASSERT(d->thread_count > 0);
  return d;
}

static void wake_closed(uv_handle_t *handle) {
  struct jl_directory *d = handle->data;
  void (*closed)(void *context) = d->closed;
  void *context = d->closed_context;
  uv_mutex_destroy(&d->mutex);
  uv_cond_destroy(&d->work);
  explicit_bzero(d->service_password, sizeof d->service_password);
  free(d);
  closed(context);
}

void jl_directory_close(struct jl_directory *d, void (*closed)(void *context), void *context) {
  d->closed = closed;
  d->closed_context = context;
  uv_mutex_lock(&d->mutex);
  d->stopping = true;
  uv_cond_broadcast(&d->work);
  uv_mutex_unlock(&d->mutex);
  for (int i = 0; i < d->thread_count; i++) uv_thread_join(&d->threads[i]); /* a conversation ends by its time limits */
  for (struct job *job; (job = (struct job *)jl_turns_next(&d->queue)) != NULL;) {
    (void)problem(&job->answer, "the server is stopping", LDAP_SERVER_DOWN);
    finish_job(d, job);
  }
  deliver(d);
  uv_close((uv_handle_t *)&d->wake, wake_closed);
}

bool jl_directory_ask(struct jl_directory *d, enum jl_login_lane lane, const char *login, const char *password, jl_directory_done *done, void *context, struct jl_error *err) {
  struct job *job = calloc(1, sizeof *job);
  if (job == NULL || strlen(login) >= sizeof job->login || (password != NULL && (password[0] == '\0' || strlen(password) > PASSWORD_MAX))) {
    free(job);
    return jl_fail(err, JL_E_INVALID, JL_MSG("the password could not be checked"), NULL);
  }
  snprintf(job->login, sizeof job->login, "%s", login);
  if (password != NULL) snprintf(job->password, sizeof job->password, "%s", password);
  job->only_look = password == NULL;
  job->done = done;
  job->context = context;
  uv_mutex_lock(&d->mutex);
  bool fits = !d->stopping && jl_turns_wait(&d->queue, lane, &job->waiting);
  if (fits) uv_cond_signal(&d->work);
  uv_mutex_unlock(&d->mutex);
  if (fits) return true;
  explicit_bzero(job, sizeof *job);
  free(job);
  return jl_fail(err, JL_E_OVERLOADED, JL_MSG("too many people are logging in at this moment"), JL_MSG("try again in a few seconds"));
}
