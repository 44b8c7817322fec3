#include "common/model/heads.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/model/governance/rights.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM "1"
#define BEGIN "jalon-heads " FORM
#define LINE_MAX_BYTES 512
#define GROUP 4 /* bytes written together */
#define CHECK_DIGITS 8

/* ---- writing ---- */
static void put_hash(const uint8_t *bytes, size_t n, struct jl_buffer *out) {
  for (size_t i = 0; i < n; i++) jl_buffer_printf(out, "%s%02x", i > 0 && i % GROUP == 0 ? " " : "", bytes[i]);
}

static void put_check(const uint8_t hash[JL_CHAIN_SIZE], char ret_text[CHECK_DIGITS + 1]) {
  snprintf(ret_text, CHECK_DIGITS + 1, "%02x%02x%02x%02x", hash[0], hash[1], hash[2], hash[3]);
}

void jl_heads_explain(struct jl_buffer *out) {
  jl_buffer_text(out, "# Heads of the chains of Jalon's history. Keep this where the server's\n"
                      "# administrators cannot change it. Later, jalon history verify FILE --heads THIS\n"
                      "# and jalond verify --heads=THIS hold the history against it.\n"
                      "# chain(n) = BLAKE2b-256(chain(n-1) || change n), from 32 zero bytes, for each\n"
                      "# section of a space; check: BLAKE2b-256 of the lines of its block before it.\n\n");
}

/* One blank where blanks are, none at the ends: what is copied by hand need not keep them. */
static size_t squeeze(const uint8_t *text, size_t size, char *out) {
  size_t n = 0;
  for (size_t i = 0; i < size; i++) {
    bool blank = text[i] == ' ' || text[i] == '\t' || text[i] == '\r';
    if (!blank)
      out[n++] = (char)text[i];
    else if (n > 0 && out[n - 1] != ' ')
      out[n++] = ' ';
  }
  if (n > 0 && out[n - 1] == ' ') n--;
  out[n] = '\0';
  return n;
}

static void name_line(const char *name, struct jl_buffer *out) {
  char line[JL_ARG_TEXT_MAX];
  size_t n = squeeze((const uint8_t *)name, strlen(name), line);
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)line[i] < ' ') line[i] = ' ';
  if (n > 0) jl_buffer_printf(out, "name %s\n", line);
}

void jl_heads_put(const struct jl_heads *h, struct jl_buffer *out) {
  char server[JL_ID_TEXT_SIZE], space[JL_ID_TEXT_SIZE], time[28], check[CHECK_DIGITS + 1];
  uint8_t hash[JL_CHAIN_SIZE];
  struct jl_buffer block;
  jl_buffer_init(&block, 16384);
  jl_id_format(&h->server, server);
  jl_id_format(&h->space, space);
  jl_time_format_iso(h->time_us, time);
  jl_buffer_printf(&block, "jalon-heads " FORM "\nserver %s\nspace %s\n", server, space);
  name_line(h->name, &block);
  jl_buffer_printf(&block, "time %s\nepoch %" PRIu64 "\nrevision %" PRIu64 "\n", time, h->epoch, h->revision);
  for (uint32_t s = 1; s < JL_SECTIONS; s++) {
    if ((h->sections >> s & 1) == 0) continue;
    jl_buffer_printf(&block, "section %s %" PRIu64 "\nchain ", jl_section_label((enum jl_section)s), h->section[s].revision);
    put_hash(h->section[s].chain, JL_CHAIN_SIZE, &block);
    jl_buffer_byte(&block, '\n');
  }
  if (jl_buffer_ok(&block)) {
    crypto_generichash(hash, sizeof hash, block.data, block.size, NULL, 0);
    put_check(hash, check);
    jl_buffer_append(out, block.data, block.size);
    jl_buffer_printf(out, "check %s\n\n", check);
  } else {
    out->failed = true;
  }
  jl_buffer_release(&block);
}

/* ---- reading ---- */
struct reading {
  struct jl_arena *arena;
  struct jl_heads *heads;
  size_t count, capacity;
  struct jl_heads *at; /* the block that has begun; NULL: none */
  enum jl_section section;
  uint32_t chains; /* sections whose chain came */
  bool has_server, has_space, has_time, has_revision;
  crypto_generichash_state hash;
  int64_t line;
  size_t torn;          /* blocks that were not written whole */
  struct jl_error what; /* is wrong with the block that has begun: its check tells whether it is a block at all */
};

static bool wrong(const struct reading *r, struct jl_error *err) {
  return jl_fail(err, JL_E_USAGE, JL_MSG("line {1} of the heads cannot be read"), JL_MSG("it must be as jalon history heads wrote it"),
                 jl_arg_integer(r->line));
}

static void end_torn(struct reading *r) {
  r->torn += r->at != NULL;
  r->at = NULL;
}

static bool begin_block(struct reading *r, const char *form, struct jl_error *err) {
  if (strcmp(form, FORM) != 0)
    return jl_fail(err, JL_E_UPGRADE_REQUIRED, JL_MSG("line {1}: these heads are of a form that this program does not know"),
                   JL_MSG("use a newer one"), jl_arg_integer(r->line));
  end_torn(r);
  if (r->count == r->capacity) {
    size_t capacity = r->capacity == 0 ? 16 : r->capacity * 2;
    struct jl_heads *grown = jl_arena_array(r->arena, capacity, sizeof *grown);
    if (grown == NULL) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the heads are too large"), NULL);
    if (r->count > 0) memcpy(grown, r->heads, r->count * sizeof *grown);
    r->heads = grown;
    r->capacity = capacity;
  }
  r->at = &r->heads[r->count];
  *r->at = (struct jl_heads){.epoch = 0};
  r->section = JL_SECTION_NONE;
  r->what = (struct jl_error){0};
  r->chains = 0;
  r->has_server = r->has_space = r->has_time = r->has_revision = false;
  crypto_generichash_init(&r->hash, NULL, 0, JL_CHAIN_SIZE);
  return true;
}

static bool number(const char *text, uint64_t *ret) {
  char *end = NULL;
  if (text[0] < '0' || text[0] > '9' || strlen(text) > 18) return false;
  *ret = strtoull(text, &end, 10);
  return *end == '\0';
}

static int digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool take_section(struct reading *r, char *text) {
  char *space = strchr(text, ' ');
  if (space == NULL) return false;
  *space = '\0';
  for (uint32_t s = 1; s < JL_SECTIONS; s++) {
    if (strcmp(text, jl_section_label((enum jl_section)s)) != 0) continue;
    r->section = (enum jl_section)s;
    bool twice = (r->at->sections >> s & 1) != 0;
    r->at->sections |= 1U << s;
    return !twice && number(space + 1, &r->at->section[s].revision);
  }
  r->section = JL_SECTIONS; /* one that this program does not know */
  return true;
}

static bool take_chain(struct reading *r, const char *text) {
  size_t n = 0;
  if (r->section == JL_SECTION_NONE) return false;
  if (r->section == JL_SECTIONS) return true;
  uint8_t *chain = r->at->section[r->section].chain;
  for (; *text != '\0'; text++) {
    if (*text == ' ') continue;
    int d = digit(*text);
    if (d < 0 || n == 2 * (size_t)JL_CHAIN_SIZE) return false;
    chain[n / 2] = (uint8_t)(chain[n / 2] << 4 | d);
    n++;
  }
  r->chains |= 1U << r->section;
  return n == 2 * (size_t)JL_CHAIN_SIZE;
}

static bool end_block(struct reading *r, const char *text, struct jl_error *err) {
  char expected[CHECK_DIGITS + 1];
  uint8_t hash[JL_CHAIN_SIZE];
  crypto_generichash_final(&r->hash, hash, sizeof hash);
  put_check(hash, expected);
  if (r->what.code != JL_E_OK) {
    *err = r->what;
    return false;
  }
  if (strlen(text) < CHECK_DIGITS && strncmp(expected, text, strlen(text)) == 0) { /* the last line was cut off */
    end_torn(r);
    return true;
  }
  if (strcmp(expected, text) != 0)
    return jl_fail(err, JL_E_USAGE,
                   JL_MSG("the heads that end in line {1} are not as they were written: their check is {2}, and {3} stands there"),
                   JL_MSG("compare them with the original: a slip of the pen, or somebody changed them"), jl_arg_integer(r->line),
                   jl_arg_text(expected), jl_arg_text(text));
  if (!r->has_server || !r->has_space || !r->has_time || !r->has_revision || r->chains != r->at->sections) return wrong(r, err);
  r->at = NULL;
  r->count++;
  return true;
}

/* The first line of a block, and no more of it. */
static bool is_torn_begin(const char *line, size_t size) {
  return size < sizeof BEGIN - 1 && memcmp(line, BEGIN, size) == 0;
}

static bool take_line(struct reading *r, char *line, size_t size, struct jl_error *err) {
  if (size == 0 || line[0] == '#') return true;
  char *value = strchr(line, ' ');
  char none[1] = "";
  size_t word = value == NULL ? size : (size_t)(value - line);
  value = value == NULL ? none : value + 1;
#define IS(text) (word == sizeof(text) - 1 && memcmp(line, text, word) == 0)
  if (is_torn_begin(line, size) && (r->at == NULL || IS("jalon-heads"))) {
    end_torn(r);
    r->torn++;
    return true;
  }
  if (IS("jalon-heads") && !begin_block(r, value, err)) return false;
  if (r->at == NULL) return wrong(r, err);
  if (IS("check")) return end_block(r, value, err);
  crypto_generichash_update(&r->hash, (const uint8_t *)line, size);
  crypto_generichash_update(&r->hash, (const uint8_t *)"\n", 1);
  bool ok = true;
  if (IS("server")) ok = r->has_server = jl_id_parse(value, &r->at->server);
  if (IS("space")) ok = r->has_space = jl_id_parse(value, &r->at->space);
  if (IS("name")) snprintf(r->at->name, sizeof r->at->name, "%.*s", (int)jl_text_cut(value, strlen(value), sizeof r->at->name - 1), value);
  if (IS("time")) ok = r->has_time = jl_time_parse_iso(value, &r->at->time_us);
  if (IS("epoch")) ok = number(value, &r->at->epoch);
  if (IS("revision")) ok = r->has_revision = number(value, &r->at->revision);
  if (IS("section")) ok = take_section(r, value);
  if (IS("chain")) ok = take_chain(r, value);
#undef IS
  if (!ok && r->what.code == JL_E_OK) (void)wrong(r, &r->what);
  return true;
}

bool jl_heads_parse(struct jl_bytes text, struct jl_arena *a, struct jl_heads **ret_heads, size_t *ret_n, size_t *ret_torn,
                    struct jl_error *err) {
  struct reading r = {.arena = a};
  char line[LINE_MAX_BYTES + 1];
  for (size_t at = 0; at < text.size;) {
    const uint8_t *start = text.data + at, *end = memchr(start, '\n', text.size - at);
    size_t size = end == NULL ? text.size - at : (size_t)(end - start);
    at += size + 1;
    r.line++;
    if (memchr(start, '\0', size) != NULL) { /* what some file systems leave after a crash */
      r.torn += r.at == NULL;
      end_torn(&r);
      continue;
    }
    if (size > LINE_MAX_BYTES) return wrong(&r, err);
    size_t squeezed = squeeze(start, size, line);
    if (!take_line(&r, line, squeezed, err)) return false;
  }
  if (r.count == 0 && r.at != NULL) { /* nothing else is there: what is wrong with it is what there is to say */
    if (r.what.code == JL_E_OK) (void)wrong(&r, &r.what);
    *err = r.what;
    return false;
  }
  end_torn(&r);
  if (ret_torn != NULL) *ret_torn = r.torn;
  if (r.count == 0) return jl_fail(err, JL_E_USAGE, JL_MSG("there are no heads in the file"), JL_MSG("jalon history heads writes them"));
  *ret_heads = r.heads;
  *ret_n = r.count;
  return true;
}
