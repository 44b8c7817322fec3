/* The lines of a profile's two files: "key value", a space's lines after its "space" line. */
#include "client/sync/profile.h"
#include "common/base/text.h"
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define FORMAT_LINE "jalon-profile 1"
#define SHOWN_LINE "jalon-shown 1\n"
enum { SUM_BYTES = 16 }; /* after "whole ", in the last line of what was shown */

/* ---- reading ---- */
static bool bad_line(struct jl_error *err, const struct jl_profile *p, int line) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("line {1} of the profile {2} cannot be read"), JL_MSG("move the file away and log in again"),
                 jl_arg_integer(line), jl_arg_text(p->path));
}

static bool parse_number(const char *text, uint64_t *ret_n) {
  uint64_t n = 0;
  if (text[0] == '\0') return false;
  for (; *text != '\0'; text++)
    if (*text < '0' || *text > '9' || __builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, (uint64_t)(*text - '0'), &n)) return false;
  *ret_n = n;
  return true;
}

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static bool parse_hex(const char *text, uint8_t *out, size_t size) {
  if (strlen(text) != size * 2) return false;
  for (size_t i = 0; i < size; i++) {
    int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}

static bool parse_text(const char *value, char *out, size_t size) {
  if (strlen(value) >= size || !jl_text_valid(value, strlen(value))) return false;
  memcpy(out, value, strlen(value) + 1);
  return true;
}

/* What stands before the next blank; *io_text NULL: there was none. Thousands of lines are read at each start. */
static const char *next_word(char **io_text) {
  char *word = *io_text, *blank = word == NULL ? NULL : strchr(word, ' ');
  *io_text = blank == NULL ? NULL : blank + 1;
  if (blank != NULL) *blank = '\0';
  return word;
}

static bool parse_shown(struct jl_profile *p, const struct jl_seen *seen, char *value) {
  struct jl_shown shown = {0};
  uint64_t type = 0;
  const char *id = next_word(&value), *type_text = next_word(&value), *number = next_word(&value);
  if (value == NULL || !jl_id_parse(id, &shown.record) || !parse_number(type_text, &type) || type > UINT32_MAX ||
      !parse_number(number, &shown.number) || !parse_number(value, &shown.revision))
    return false;
  struct jl_id space = seen->space;
  return jl_profile_mark_shown(p, &space, &shown.record, (uint32_t)type, shown.number, shown.revision);
}

static bool parse_space_line(struct jl_profile *p, struct jl_seen *seen, const char *key, char *value) {
  uint64_t position;
  if (strcmp(key, "shown") == 0) return parse_shown(p, seen, value);
  if (strcmp(key, "position") == 0) {
    if (!parse_number(value, &position)) return false;
    if (position > seen->position) seen->position = position;
    return true;
  }
  if (strcmp(key, "last-own") == 0) return parse_number(value, &seen->last_own);
  return strcmp(key, "next-seq") == 0 || strcmp(key, "confirmed") == 0; /* of before the outbox, which numbers by itself */
}

static bool parse_identity_line(struct jl_profile_identity *id, const char *key, const char *value) {
  if (strcmp(key, "server") == 0) return parse_text(value, id->server, sizeof id->server);
  if (strcmp(key, "server-id") == 0) return jl_id_parse(value, &id->server_id);
  if (strcmp(key, "account") == 0) return parse_text(value, id->account, sizeof id->account);
  if (strcmp(key, "account-id") == 0) return jl_id_parse(value, &id->account_id);
  if (strcmp(key, "administrator") == 0) return id->administrator = true;
  if (strcmp(key, "token") == 0) return id->has_token = parse_hex(value, id->token, sizeof id->token);
  if (strcmp(key, "replica") == 0) return jl_id_parse(value, &id->replica);
  if (strcmp(key, "person") == 0) return jl_id_parse(value, &id->person);
  if (strcmp(key, "organisation") == 0) return jl_id_parse(value, &id->organisation);
  if (strcmp(key, "plan") == 0) return jl_id_parse(value, &id->plan);
  if (strcmp(key, "plan-name") == 0) return parse_text(value, id->plan_name, sizeof id->plan_name);
  return false;
}

/* One line with its space; *io_seen NULL: none yet. */
static bool parse_line(struct jl_profile *p, char *line, struct jl_seen **io_seen) {
  struct jl_id space;
  char *value = strchr(line, ' ');
  if (value == NULL) return false;
  *value++ = '\0';
  if (strcmp(line, "space") == 0) return jl_id_parse(value, &space) && (*io_seen = jl_profile_seen(p, &space)) != NULL;
  return *io_seen == NULL ? parse_identity_line(&p->identity, line, value) : parse_space_line(p, *io_seen, line, value);
}

bool jl_profile_parse(struct jl_profile *p, char *text, struct jl_error *err) {
  struct jl_seen *seen = NULL;
  char *rest = text;
  errno = 0; /* a line that cannot be read, or no memory for it */
  for (int line = 1; rest != NULL && *rest != '\0'; line++) {
    char *current = strsep(&rest, "\n");
    if (line == 1) {
      if (strcmp(current, FORMAT_LINE) == 0) continue;
      return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("the profile {1} was written by another version of jalon"),
                     JL_MSG("use that version, or move the file away and log in again"), jl_arg_text(p->path));
    }
    if (current[0] == '\0' || parse_line(p, current, &seen)) continue;
    return errno == ENOMEM ? jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL) : bad_line(err, p, line);
  }
  return true;
}

/* ---- writing ---- */
static void put_id(struct jl_buffer *b, const char *key, const struct jl_id *id) {
  if (jl_id_is_zero(id)) return;
  char text[JL_ID_TEXT_SIZE];
  jl_id_format(id, text);
  jl_buffer_printf(b, "%s %s\n", key, text);
}

static void put_hex(struct jl_buffer *b, const uint8_t *data, size_t size) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < size; i++) {
    jl_buffer_byte(b, (uint8_t)digits[data[i] >> 4]);
    jl_buffer_byte(b, (uint8_t)digits[data[i] & 15]);
  }
}

static void put_text(struct jl_buffer *b, const char *key, const char *value) {
  size_t size = strcspn(value, "\n"); /* a line of the file: no line feed may enter it */
  if (size > 0) jl_buffer_printf(b, "%s %.*s\n", key, (int)size, value);
}

static void put_seen(struct jl_buffer *b, const struct jl_seen *seen) {
  put_id(b, "space", &seen->space);
  jl_buffer_printf(b, "position %" PRIu64 "\n", seen->position);
  for (size_t i = 0; i < seen->shown_count; i++) {
    const struct jl_shown *s = &seen->shown[i];
    char id[JL_ID_TEXT_SIZE];
    jl_id_format(&s->record, id);
    jl_buffer_text(b, "shown ");
    jl_buffer_text(b, id);
    const uint64_t numbers[] = {s->type, s->number, s->revision};
    for (size_t k = 0; k < JL_COUNT(numbers); k++) {
      jl_buffer_byte(b, ' ');
      jl_buffer_number(b, numbers[k]);
    }
    jl_buffer_byte(b, '\n');
  }
}

void jl_profile_put(struct jl_buffer *b, const struct jl_profile *p) {
  const struct jl_profile_identity *id = &p->identity;
  jl_buffer_text(b, FORMAT_LINE "\n");
  put_text(b, "server", id->server);
  put_id(b, "server-id", &id->server_id);
  put_text(b, "account", id->account);
  put_id(b, "account-id", &id->account_id);
  if (id->administrator) jl_buffer_text(b, "administrator yes\n");
  if (id->has_token) {
    jl_buffer_text(b, "token ");
    put_hex(b, id->token, sizeof id->token);
    jl_buffer_byte(b, '\n');
  }
  put_id(b, "replica", &id->replica);
  put_id(b, "person", &id->person);
  put_id(b, "organisation", &id->organisation);
  put_id(b, "plan", &id->plan);
  put_text(b, "plan-name", id->plan_name);
  for (size_t i = 0; i < p->seen_count; i++) {
    if (p->seen[i].last_own == 0) continue;
    put_id(b, "space", &p->seen[i].space);
    jl_buffer_printf(b, "last-own %" PRIu64 "\n", p->seen[i].last_own);
  }
}

static void sum_of(const uint8_t *data, size_t size, uint8_t ret[SUM_BYTES]) {
  (void)crypto_generichash(ret, SUM_BYTES, data, size, NULL, 0);
}

void jl_profile_put_shown(struct jl_buffer *b, const struct jl_profile *p) {
  uint8_t sum[SUM_BYTES];
  jl_buffer_text(b, SHOWN_LINE);
  for (size_t i = 0; i < p->seen_count; i++) put_seen(b, &p->seen[i]);
  sum_of(b->data, b->size, sum);
  jl_buffer_text(b, "whole ");
  put_hex(b, sum, sizeof sum);
  jl_buffer_byte(b, '\n');
}

bool jl_profile_parse_shown(struct jl_profile *p, char *text, size_t size) {
  enum { TAIL = 6 + 2 * SUM_BYTES + 1 }; /* "whole ", the sum, a line feed */
  uint8_t sum[SUM_BYTES], said[SUM_BYTES];
  struct jl_seen *seen = NULL;
  if (size < strlen(SHOWN_LINE) + TAIL || strncmp(text, SHOWN_LINE, strlen(SHOWN_LINE)) != 0) return true;
  char *tail = text + size - TAIL;
  text[size - 1] = '\0';
  sum_of((const uint8_t *)text, size - TAIL, sum);
  if (strncmp(tail, "whole ", 6) != 0 || !parse_hex(tail + 6, said, sizeof said) || memcmp(sum, said, sizeof sum) != 0) return true;
  *tail = '\0';
  errno = 0;
  for (char *rest = text + strlen(SHOWN_LINE); *rest != '\0' && errno != ENOMEM;) { /* what this version does not know is passed over */
    char *line = strsep(&rest, "\n");
    if (seen != NULL || strncmp(line, "space ", 6) == 0) (void)parse_line(p, line, &seen);
    if (rest == NULL) break;
  }
  return errno != ENOMEM;
}

