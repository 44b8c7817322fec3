/* Names of records that the file has, each found once, however often it stands there: noted in the first pass, asked for between the two. A name
 * means a record when it is its reference (B3) or its whole title, whatever case and accents; of people the first name will do. --value
 * "SLOT:NAME=REF" says what a name means, --value "NAME=" that it means nothing. */
#include "client/import/parts.h"
#include "common/base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMES_MAX 20000
#define READ_AT_ONCE 64 /* records that one request names, at most */
#define TOLD 20

static uint64_t hash(const char *text, const struct jl_field *field) {
  uint64_t h = 1469598103934665603u ^ (uint64_t)(uintptr_t)field;
  for (; *text != '\0'; text++) h = (h ^ (uint8_t)*text) * 1099511628211u;
  return h;
}

/* The place in the hash table that has it, or is free for it. */
static size_t *place(const struct jl_ingest_names *n, const struct jl_field *field, const char *slot, const char *text) {
  for (uint64_t i = hash(text, field);; i++) {
    size_t *at = &n->slots[i & (n->slot_capacity - 1)];
    if (*at == 0) return at;
    const struct jl_ingest_name *one = &n->items[*at - 1];
    if (one->field == field && strcmp(one->text, text) == 0 && strcmp(one->slot, slot) == 0) return at;
  }
}

static bool grow(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_names *n = &in->names;
  size_t capacity = n->capacity == 0 ? 256 : n->capacity * 2;
  struct jl_ingest_name *items = jl_arena_array(in->cli->arena, capacity, sizeof *items);
  size_t *slots = jl_arena_array(in->cli->arena, capacity * 2, sizeof *slots);
  if (items == NULL || slots == NULL) return jl_ingest_no_memory(err);
  if (n->count > 0) memcpy(items, n->items, n->count * sizeof *items);
  n->items = items;
  n->capacity = capacity;
  n->slots = slots;
  n->slot_capacity = capacity * 2;
  for (size_t i = 0; i < n->count; i++) *place(n, items[i].field, items[i].slot, items[i].text) = i + 1;
  return true;
}

/* What --value says of it; NULL: nothing. */
static const char *said(const struct jl_ingest *in, const char *slot, const char *text) {
  size_t slot_size = strlen(slot), size = strlen(text);
  for (size_t i = in->cli->option_count; i > 0; i--) {
    const char *value = in->cli->options[i - 1].value;
    if (strcmp(in->cli->options[i - 1].name, "value") != 0) continue;
    if (strncmp(value, slot, slot_size) == 0 && value[slot_size] == ':') value += slot_size + 1;
    if (strncmp(value, text, size) == 0 && value[size] == '=') return value + size + 1;
  }
  return NULL;
}

/* Of "L1 Site web", as tables of ours have it, where the title begins; 0: it is no such. */
static size_t title_behind(const char *text) {
  const struct jl_record_type *type = NULL;
  uint64_t number;
  size_t size = jl_reference_scan(text, &type, &number);
  return size > 0 && type != NULL && text[size] == ' ' && text[size + 1] != '\0' ? size + 1 : 0;
}

bool jl_ingest_is_said(const struct jl_ingest *in, const char *slot, const char *name) { return said(in, slot, name) != NULL; }

static bool note(struct jl_ingest *in, const char *slot, const struct jl_field *field, const char *text, bool quiet, struct jl_error *err) {
  struct jl_ingest_names *n = &in->names;
  if (n->count * 2 >= n->slot_capacity || n->count == n->capacity) {
    if (n->count >= NAMES_MAX) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} names more than {2} different records"), NULL, jl_arg_text(in->file_name), jl_arg_integer(NAMES_MAX));
    if (!grow(in, err)) return false;
  }
  size_t *at = place(n, field, slot, text);
  if (*at != 0) {
    n->items[*at - 1].count++;
    n->items[*at - 1].quiet = n->items[*at - 1].quiet && quiet;
    return true;
  }
  const char *meant = said(in, slot, text), *kept = jl_arena_strdup(in->cli->arena, text), *kept_slot = jl_arena_strdup(in->cli->arena, slot);
  if (kept == NULL || kept_slot == NULL) return jl_ingest_no_memory(err);
  struct jl_ingest_name *one = &n->items[n->count++];
  *one = (struct jl_ingest_name){.field = field, .slot = kept_slot, .text = kept, .lookup = SIZE_MAX, .count = 1, .quiet = quiet};
  *at = n->count;
  if (meant != NULL && meant[0] == '\0') return true;
  one->lookup = n->lookups.count;
  one->title = meant != NULL ? 0 : title_behind(kept);
  const char *asked = one->title == 0 ? kept : jl_arena_strndup(in->cli->arena, kept, one->title - 1);
  struct jl_lookup *lookup = asked == NULL ? NULL : jl_lookup_add(in->cli, &n->lookups, meant != NULL ? meant : asked);
  if (lookup == NULL) return jl_ingest_no_memory(err);
  lookup->field = field;
  return true;
}

static bool find(struct jl_ingest *in, const char *slot, const struct jl_field *field, const char *text, bool quiet, const struct jl_record_state **ret, struct jl_error *err) {
  *ret = NULL;
  if (text[0] == '\0') return true;
  if (in->notes) return note(in, slot, field, text, quiet, err);
  size_t at = in->names.slot_capacity == 0 ? 0 : *place(&in->names, field, slot, text);
  if (at == 0) return jl_fail(err, JL_E_INTERNAL, JL_MSG("\"{1}\" was not there when the names were looked for"), JL_MSG("the file has changed meanwhile; try again"), jl_arg_text(text));
  const struct jl_ingest_name *one = &in->names.items[at - 1];
  if (one->lookup == SIZE_MAX) return true;
  if (one->error.code != JL_E_OK) {
    if (quiet) return true;
    *err = one->error;
    return false;
  }
  *ret = &in->names.lookups.items[one->lookup].record;
  return true;
}

bool jl_ingest_find(struct jl_ingest *in, const char *slot, const struct jl_field *field, const char *name, const struct jl_record_state **ret, struct jl_error *err) {
  return find(in, slot, field, name, false, ret, err);
}

bool jl_ingest_find_or_make(struct jl_ingest *in, const char *slot, const struct jl_field *field, const char *name, const struct jl_record_state **ret, bool *ret_make, struct jl_error *err) {
  struct jl_error why = {0};
  *ret_make = false;
  if (find(in, slot, field, name, in->notes, ret, &why)) return true;
  *ret_make = why.code == JL_E_NOT_FOUND;
  if (!*ret_make) *err = why;
  return *ret_make;
}

bool jl_ingest_look(struct jl_ingest *in, const char *slot, const struct jl_field *field, const char *name, const struct jl_record_state **ret, struct jl_error *err) {
  return find(in, slot, field, name, true, ret, err);
}

/* ---- asking ---- */
/* A reference, an id, the whole title; of people and the like the words that a title begins with. */
static bool means(struct jl_ingest *in, const char *text, const struct jl_record_state *record) {
  const struct jl_record_type *type;
  uint64_t number;
  struct jl_id id;
  if (jl_reference_parse(text, &type, &number) || jl_id_parse(text, &id)) return true;
  const char *title = jl_text_fold(in->row_arena, jl_title_text(in->cli, record->type, record->body)), *folded = jl_text_fold(in->row_arena, text);
  if (title == NULL || folded == NULL) return false;
  size_t size = strlen(folded);
  return strcmp(title, folded) == 0 || (jl_type_is_directory(record->type) && strncmp(title, folded, size) == 0 && title[size] == ' ');
}

/* The reference alone would be another record's, were the table of another plan or older than a new numbering. */
static bool has_title(struct jl_ingest *in, const struct jl_ingest_name *one, const struct jl_record_state *record) {
  const char *title = jl_text_fold(in->row_arena, jl_title_text(in->cli, record->type, record->body)), *folded = jl_text_fold(in->row_arena, one->text + one->title);
  return title != NULL && folded != NULL && strcmp(title, folded) == 0;
}

static bool other_title(struct jl_ingest *in, const struct jl_ingest_name *one, const struct jl_lookup *found, struct jl_error *err) {
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("{1}: {2} is called \"{5}\" in this plan, not \"{3}\""), JL_MSG("--value \"{4}:{2} {3}={2}\" says that it is meant"), jl_arg_label(one->field->label), jl_arg_text(found->text),
                 jl_arg_text(one->text + one->title), jl_arg_text(one->slot), jl_arg_text(jl_title_text(in->cli, found->record.type, found->record.body)));
}

/* The whole may be a title that begins like a reference. */
static bool ask_again(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_names *n = &in->names;
  for (size_t i = 0; i < n->count; i++) {
    struct jl_ingest_name *one = &n->items[i];
    struct jl_lookup *found = one->title == 0 ? NULL : &n->lookups.items[one->lookup];
    if (found == NULL || one->unknown || (found->error.code == JL_E_OK && has_title(in, one, &found->record))) continue;
    struct jl_lookup whole = {.text = one->text, .field = one->field};
    struct jl_lookups single = {.items = &whole, .count = 1, .space = n->lookups.space};
    if (!jl_lookups_run(in->cli, &single, err)) return false;
    if (whole.error.code == JL_E_OK && means(in, one->text, &whole.record)) {
      *found = whole;
    } else if (found->error.code == JL_E_OK) {
      one->unknown = true;
      (void)!other_title(in, one, found, &one->error);
    }
  }
  return true;
}

static void judge(struct jl_ingest *in, struct jl_ingest_name *one) {
  const struct jl_lookup *found = one->lookup == SIZE_MAX ? NULL : &in->names.lookups.items[one->lookup];
  if (found == NULL || (found->error.code == JL_E_OK && (found->text == NULL || means(in, found->text, &found->record)))) return;
  one->unknown = true;
  if (found->error.code == JL_E_AMBIGUOUS)
    one->error = found->error;
  else
    (void)jl_fail(&one->error, JL_E_NOT_FOUND, JL_MSG("{1}: there is no \"{2}\" in the plan"), JL_MSG("--value \"{3}:{2}=REF\" says what it means, --value \"{3}:{2}=\" that it means nothing"),
                  jl_arg_label(one->field->label), jl_arg_text(one->text), jl_arg_text(one->slot));
}

static bool look_up_all(struct jl_ingest *in, struct jl_error *err) {
  struct jl_lookups *all = &in->names.lookups;
  all->space = in->cli->plan;
  for (size_t at = 0; at < all->count; at += READ_AT_ONCE) {
    struct jl_lookups some = {.items = all->items + at, .count = all->count - at < READ_AT_ONCE ? all->count - at : READ_AT_ONCE, .space = all->space};
    if (!jl_lookups_run(in->cli, &some, err)) return false;
  }
  return ask_again(in, err);
}

static bool look_up(struct jl_ingest *in, void *context, struct jl_error *err) {
  (void)context;
  if (look_up_all(in, err)) return true;
  in->unheard = in->unheard || jl_code_class(err->code) == JL_CLASS_RETRY;
  return false;
}

bool jl_ingest_names_run(struct jl_ingest *in, struct jl_error *err) {
  if (!jl_ingest_with_server(in, look_up, NULL, err)) return false;
  for (size_t i = 0; i < in->names.count; i++) {
    judge(in, &in->names.items[i]);
    jl_arena_reset(in->row_arena);
  }
  return true;
}

size_t jl_ingest_names_unknown(const struct jl_ingest *in) {
  size_t n = 0;
  for (size_t i = 0; i < in->names.count; i++) n += in->names.items[i].unknown && !in->names.items[i].quiet;
  return n;
}

static int by_count(const void *left, const void *right) {
  const struct jl_ingest_name *l = *(const struct jl_ingest_name *const *)left, *r = *(const struct jl_ingest_name *const *)right;
  return l->count != r->count ? (l->count < r->count) - (l->count > r->count) : strcmp(l->text, r->text);
}

/* ---- asking who imports ---- */
static bool keep_answer(struct jl_ingest *in, const struct jl_ingest_name *one, const char *answer, struct jl_error *err) {
  struct jl_given_option *options = jl_arena_array(in->cli->arena, in->cli->option_count + 1, sizeof *options);
  const char *value = jl_arena_printf(in->cli->arena, "%s:%s=%s", one->slot, one->text, answer);
  if (options == NULL || value == NULL) return jl_ingest_no_memory(err);
  memcpy(options, in->cli->options, in->cli->option_count * sizeof *options);
  options[in->cli->option_count++] = (struct jl_given_option){"value", value}; /* --save-mapping keeps it with what was typed */
  in->cli->options = options;
  return true;
}

/* *ret_done false: the answer means nothing here, so it is asked again. */
static bool take_answer(struct jl_ingest *in, struct jl_ingest_name *one, const char *answer, bool *ret_done, struct jl_error *err) {
  struct jl_lookup *found = &in->names.lookups.items[one->lookup];
  bool nothing = strcmp(answer, "-") == 0;
  *ret_done = true;
  if (answer[0] == '\0') return true;
  if (!nothing) {
    struct jl_error why = {0};
    struct jl_lookup other = {.text = jl_arena_strdup(in->cli->arena, answer), .field = one->field};
    if (other.text == NULL) return jl_ingest_no_memory(err);
    *ret_done = jl_lookup_one(in->cli, &other, &why);
    if (!*ret_done) jl_cli_note(in->cli, why.message, why.args, JL_ERROR_ARGS);
    if (!*ret_done) return true;
    *found = other;
  }
  one->unknown = false;
  one->error = (struct jl_error){0};
  if (nothing) one->lookup = SIZE_MAX;
  return keep_answer(in, one, nothing ? "" : answer, err);
}

static bool ask_one(struct jl_ingest *in, struct jl_ingest_name *one, struct jl_error *err) {
  const struct jl_arg args[] = {jl_arg_label(one->field->label), jl_arg_text(one->text), jl_arg_integer((int64_t)one->count)};
  for (bool done = false; !done;) {
    char answer[400];
    struct jl_buffer text;
    jl_buffer_init(&text, 4096);
    jl_format_words(JL_MSG("{1} \"{2}\" ({3} rows) is which one? (- none, Enter: these rows are left out)"), args, 3, &text);
    (void)fprintf(stderr, "%.*s ", (int)text.size, text.data != NULL ? (const char *)text.data : "");
    jl_buffer_release(&text);
    if (fgets(answer, sizeof answer, stdin) == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("stopped: nothing was made"), NULL);
    answer[strcspn(answer, "\r\n")] = '\0';
    if (!take_answer(in, one, answer, &done, err)) return false;
  }
  return true;
}

/* In a terminal; where nobody can answer the rows are rejected, each with the option that answers. */
bool jl_ingest_names_ask(struct jl_ingest *in, struct jl_error *err) {
  bool terminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
  size_t asked = 0;
  if (!terminal || in->preview || in->cli->dry_run || jl_ingest_names_unknown(in) == 0) return true;
  jl_cli_let_others(in->cli);
  for (size_t i = 0; i < in->names.count && asked < TOLD; i++) {
    struct jl_ingest_name *one = &in->names.items[i];
    if (!one->unknown || one->quiet) continue;
    asked++;
    if (!ask_one(in, one, err)) return false;
  }
  return true;
}

/* The most frequent first. */
void jl_ingest_names_tell(struct jl_ingest *in) {
  size_t n = jl_ingest_names_unknown(in), k = 0;
  const struct jl_ingest_name **list = n == 0 ? NULL : jl_arena_array(in->cli->arena, n, sizeof *list);
  if (list == NULL) return;
  for (size_t i = 0; i < in->names.count; i++)
    if (in->names.items[i].unknown && !in->names.items[i].quiet) list[k++] = &in->names.items[i];
  qsort(list, n, sizeof *list, by_count);
  for (size_t i = 0; i < n && i < TOLD; i++)
    jl_talk(in->cli, JL_MSG("{1}: nothing in the plan is called \"{2}\" (rows: {3}); --value \"{4}:{2}=REF\" says what it means"), jl_arg_label(list[i]->field->label), jl_arg_text(list[i]->text),
            jl_arg_integer((int64_t)list[i]->count), jl_arg_text(list[i]->slot));
  if (n > 1) jl_talk(in->cli, JL_MSG("--save-mapping NAME keeps what --value says of them for the next time"));
  if (n > TOLD) jl_talk(in->cli, JL_MSG("... and {1} more names"), jl_arg_integer((int64_t)(n - TOLD)));
}
