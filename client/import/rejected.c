/* Rows that were not taken, in a file of their own: as they were, with line, column and reason behind, so that they can be corrected there and
 * imported again in the same way (the columns that are added are passed over). It takes its name when the import has ended. */
#include "client/import/parts.h"
#include "common/base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING ".rejected"
#define KIND ".csv"
#define NAMES 1000 /* of one import, at most: "budget.csv.rejected-2.csv" */
#define SHOWN 10
#define ADDED_PLACE 3
#define WORDS_MAX 4096

struct jl_ingest_reject {
  FILE *out;
  char path[4096], fresh[4200];
  bool given; /* the path, by --rejected */
  struct jl_ingest_rejected_row rows[SHOWN];
  size_t count;
};

/* A text that begins like a formula is armed as in our other files (common/base/text.h); it is read without the apostrophe again. */
static void put_cell(struct jl_buffer *out, const char *text, size_t size, bool first, bool is_text) {
  if (!first) jl_buffer_byte(out, ';');
  bool armed = is_text && jl_text_runs(text, size);
  if (armed) jl_buffer_text(out, "\"'");
  bool quoted = memchr(text, ';', size) != NULL || memchr(text, '"', size) != NULL || memchr(text, '\n', size) != NULL || memchr(text, '\r', size) != NULL;
  if (!quoted && !armed) {
    jl_buffer_append(out, text, size);
    return;
  }
  if (!armed) jl_buffer_byte(out, '"');
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '"') jl_buffer_byte(out, '"');
    jl_buffer_byte(out, (uint8_t)text[i]);
  }
  jl_buffer_byte(out, '"');
}

struct jl_bytes jl_ingest_raw(struct jl_ingest *in, const struct jl_table_row *row) {
  struct jl_buffer line;
  jl_buffer_init(&line, 2 * JL_TABLE_ROW_MAX);
  for (size_t i = 0; i < in->found->column_count; i++)
    if (!jl_ingest_added_column(in, i)) put_cell(&line, row->cells[i].text, row->cells[i].size, line.size == 0 && i == 0, in->found->columns[i].kind == JL_COLUMN_TEXT || row->cells[i].state == JL_CELL_BAD);
  struct jl_bytes bytes = jl_arena_dup(in->row_arena, jl_buffer_bytes(&line));
  jl_buffer_release(&line);
  return bytes;
}

/* ---- the columns that are added ---- */
static const char *const added[] = {JL_MSG("rejected: line"), JL_MSG("rejected: column"), JL_MSG("rejected: reason"), JL_MSG("rejected: place")};

static size_t added_as(struct jl_arena *a, const char *folded) {
  static const char *const languages[] = {"en", "fr"};
  for (size_t i = 0; i < JL_COUNT(added) * JL_COUNT(languages); i++) {
    char currency[4];
    bool money;
    const char *title = jl_tr_in(languages[i % 2], added[i / 2]), *other = jl_title_fold(a, title, strlen(title), currency, &money);
    if (other != NULL && strcmp(other, folded) == 0) return i / 2;
  }
  return JL_COUNT(added);
}

bool jl_ingest_added_title(struct jl_arena *a, const char *folded) { return added_as(a, folded) < JL_COUNT(added); }

/* In such a file rows are fewer than they were: their place is what they were rejected with. */
struct jl_ingest_place jl_ingest_rejects_place(const struct jl_ingest *in, const struct jl_table_row *row) {
  struct jl_ingest_place place = {0};
  for (size_t i = 0; i < in->found->column_count; i++) {
    char text[24];
    if (!jl_ingest_added_column(in, i) || added_as(in->row_arena, in->found->columns[i].folded) != ADDED_PLACE) continue;
    place.again = true;
    (void)snprintf(text, sizeof text, "%.*s", (int)(row->cells[i].size < sizeof text ? row->cells[i].size : 0), row->cells[i].text);
    unsigned long number = strtoul(text, NULL, 10);
    place.number = number <= JL_INGEST_PLACES ? number : 0;
  }
  return place;
}

bool jl_ingest_added_column(const struct jl_ingest *in, size_t column) { return in->added != NULL && in->added[column]; }

/* ---- the file ---- */
static bool cannot(const char *path, struct jl_error *err) {
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("cannot write {1}: {2}"), JL_MSG("--rejected FILE says where the rejected rows are to go"), jl_arg_text(path), jl_arg_text(strerror(errno)));
}

static void put_titles(struct jl_ingest *in, struct jl_buffer *line) {
  for (size_t i = 0; i < in->found->column_count; i++)
    if (!jl_ingest_added_column(in, i)) put_cell(line, in->found->columns[i].title, strlen(in->found->columns[i].title), line->size == 0 && i == 0, true);
  for (size_t i = 0; i < JL_COUNT(added); i++) put_cell(line, jl_tr(added[i]), strlen(jl_tr(added[i])), false, true);
  jl_buffer_text(line, "\r\n");
}

static bool write_line(struct jl_ingest_reject *r, struct jl_buffer *line, struct jl_error *err) {
  bool ok = jl_buffer_ok(line) && fwrite(line->data, 1, line->size, r->out) == line->size;
  jl_buffer_release(line);
  return ok || cannot(r->fresh, err);
}

const char *jl_ingest_base_name(struct jl_arena *a, const char *file) {
  size_t size = strlen(file), kind = strlen(KIND), ending = strlen(ENDING);
  if (size <= kind || strcmp(file + size - kind, KIND) != 0) return file;
  size -= kind;
  size_t end = size;
  while (end > 0 && file[end - 1] >= '0' && file[end - 1] <= '9') end--;
  if (end < size && end > 0 && file[end - 1] == '-') size = end - 1;
  return size > ending && memcmp(file + size - ending, ENDING, ending) == 0 ? jl_arena_strndup(a, file, size - ending) : file;
}

/* Where a dry run or a preview would write nobody expects a file. */
static bool wants_file(const struct jl_ingest *in) { return !in->preview && (!in->cli->dry_run || in->all_or_nothing || jl_cli_option(in->cli, "rejected") != NULL); }

bool jl_ingest_rejects_look(const struct jl_ingest *in, struct jl_error *err) {
  const char *given = jl_cli_option(in->cli, "rejected");
  struct stat input, other;
  if (given == NULL || stat(in->path, &input) != 0 || stat(given, &other) != 0 || input.st_dev != other.st_dev || input.st_ino != other.st_ino) return true;
  return jl_fail(err, JL_E_USAGE, JL_MSG("--rejected {1}: that is the file that is imported"), JL_MSG("another name keeps it as it is"), jl_arg_text(given));
}

static bool open_file(struct jl_ingest *in, struct jl_ingest_reject *r, struct jl_error *err) {
  const char *given = jl_cli_option(in->cli, "rejected");
  struct jl_buffer line;
  r->given = given != NULL && given[0] != '\0';
  int size = r->given ? snprintf(r->path, sizeof r->path, "%s", given) : snprintf(r->path, sizeof r->path, "%s" ENDING KIND, strcmp(in->name, "-") == 0 ? "stdin" : in->name);
  for (char *c = r->path; !r->given && *c != '\0'; c++)
    if (*c == '/') *c = '-';
  if (size < 0 || (size_t)size >= sizeof r->path) return jl_fail(err, JL_E_USAGE, JL_MSG("--rejected: the name is too long"), NULL);
  (void)snprintf(r->fresh, sizeof r->fresh, "%s.new", r->path);
  int fd = open(r->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  r->out = fd < 0 ? NULL : fdopen(fd, "w");
  if (r->out == NULL) {
    if (fd >= 0) (void)close(fd);
    return cannot(r->fresh, err);
  }
  jl_buffer_init(&line, 1u << 20);
  jl_buffer_text(&line, "\xef\xbb\xbf"); /* for Excel */
  struct jl_buffer titles;
  jl_buffer_init(&titles, 1u << 20);
  put_titles(in, &titles);
  if (titles.data != NULL) jl_buffer_append(&line, titles.data, titles.size);
  jl_buffer_release(&titles);
  return write_line(r, &line, err);
}

static const char *reason(struct jl_ingest *in, const struct jl_error *why) {
  struct jl_buffer words;
  jl_buffer_init(&words, WORDS_MAX);
  jl_format_words(why->message, why->args, JL_ERROR_ARGS, &words);
  if (why->hint[0] != '\0') {
    jl_buffer_text(&words, " - ");
    jl_format_words(why->hint, why->args, JL_ERROR_ARGS, &words);
  }
  const char *text = jl_arena_strndup(in->cli->arena, words.data != NULL ? (const char *)words.data : "", words.size);
  jl_buffer_release(&words);
  return text != NULL ? text : "";
}

static const char *column_of(struct jl_ingest *in, const struct jl_error *why) {
  const struct jl_record_type *type = why->field != 0 ? jl_record_type_by_number(why->record_type) : NULL;
  const struct jl_field *f = type == NULL ? NULL : jl_field_by_number(type, why->field);
  for (size_t i = 0; f != NULL && i < in->slot_count; i++)
    if (in->slots[i].field == f && in->slots[i].column >= 0) return in->found->columns[in->slots[i].column].title;
  return f != NULL ? jl_tr(f->label) : in->bad_column != NULL ? in->bad_column : "";
}

bool jl_ingest_rejects(struct jl_ingest *in, size_t line, struct jl_bytes raw, size_t place, const struct jl_error *why, struct jl_error *err) {
  struct jl_ingest_reject *r = in->reject != NULL ? in->reject : jl_arena_alloc(in->cli->arena, sizeof *r);
  if (r == NULL) return jl_ingest_no_memory(err);
  in->reject = r;
  in->rejected++;
  if (r->out == NULL && wants_file(in) && !open_file(in, r, err)) return false;
  const char *words = r->out != NULL || r->count < SHOWN ? reason(in, why) : "", *column = column_of(in, why);
  if (r->count < SHOWN) r->rows[r->count++] = (struct jl_ingest_rejected_row){line, jl_arena_strdup(in->cli->arena, column), words};
  in->bad_column = NULL;
  if (r->out == NULL) return true;
  struct jl_buffer text;
  char number[24];
  jl_buffer_init(&text, 4 * JL_TABLE_ROW_MAX);
  if (raw.data != NULL && raw.size > 0) jl_buffer_append(&text, raw.data, raw.size);
  (void)snprintf(number, sizeof number, "%zu", line);
  put_cell(&text, number, strlen(number), false, false);
  put_cell(&text, column, strlen(column), false, true);
  put_cell(&text, words, strlen(words), false, true);
  (void)snprintf(number, sizeof number, "%zu", place);
  put_cell(&text, number, place > 0 ? strlen(number) : 0, false, false);
  jl_buffer_text(&text, "\r\n");
  return write_line(r, &text, err);
}

const struct jl_ingest_rejected_row *jl_ingest_rejected(const struct jl_ingest *in, size_t *ret_n) {
  *ret_n = in->reject == NULL ? 0 : in->reject->count;
  return in->reject == NULL ? NULL : in->reject->rows;
}

static bool has_same_bytes(const char *path, const char *other) {
  FILE *a = fopen(path, "re"), *b = fopen(other, "re");
  bool same = a != NULL && b != NULL;
  for (int c = 0; same && c != EOF;) {
    c = getc(a);
    same = c == getc(b) && ferror(a) == 0 && ferror(b) == 0;
  }
  if (a != NULL) (void)fclose(a);
  if (b != NULL) (void)fclose(b);
  return same;
}

/* Takes its name; one that says something else may hold somebody's corrections, and keeps its own. */
static bool take_name(struct jl_ingest *in, struct jl_ingest_reject *r, struct jl_error *err) {
  const char *base = jl_arena_strndup(in->cli->arena, r->path, strlen(r->path) - (r->given ? 0 : strlen(KIND)));
  if (base == NULL) return jl_ingest_no_memory(err);
  for (int n = 2; !r->given && n <= NAMES && access(r->path, F_OK) == 0 && !has_same_bytes(r->path, r->fresh); n++)
    if (snprintf(r->path, sizeof r->path, "%s-%d" KIND, base, n) >= (int)sizeof r->path || n == NAMES)
      return jl_fail(err, JL_E_ALREADY_EXISTS, JL_MSG("there are too many files of rejected rows beside {1}"), JL_MSG("--rejected FILE says where the rejected rows are to go"), jl_arg_text(base));
  return rename(r->fresh, r->path) == 0 || cannot(r->path, err);
}

bool jl_ingest_rejects_save(struct jl_ingest *in, const char **ret_path, struct jl_error *err) {
  struct jl_ingest_reject *r = in->reject;
  *ret_path = NULL;
  if (r == NULL || r->out == NULL) return true;
  bool ok = fclose(r->out) == 0;
  r->out = NULL;
  if (!ok) return cannot(r->path, err);
  if (!take_name(in, r, err)) return false;
  *ret_path = r->path;
  return true;
}

/* Of an import that did not come to its end: it will be written anew. */
void jl_ingest_rejects_end(struct jl_ingest *in) {
  if (in->reject == NULL || in->reject->out == NULL) return;
  (void)fclose(in->reject->out);
  (void)unlink(in->reject->fresh);
  in->reject->out = NULL;
}
