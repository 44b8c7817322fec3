/* import FILE --preview: what the reader of tables (client/table/reader.h) makes of a file, before anything is imported: how it is written, what
 * its columns are, the first rows, what is passed over and why, and what it asks. Needs no plan, no server and no login. */
#include "client/cli/table_file.h"
#include "client/import/ingest_run.h"
#include <string.h>

#define SHOWN_COLUMNS 64 /* of the first rows; wider tables are described, column by column, in whole */

static const char *const kinds[] = {[JL_COLUMN_EMPTY] = JL_MSG("empty"),   [JL_COLUMN_TEXT] = JL_MSG("text"),       [JL_COLUMN_NUMBER] = JL_MSG("numeric"),
                                    [JL_COLUMN_MONEY] = JL_MSG("amount"), [JL_COLUMN_PERCENT] = JL_MSG("percentage"), [JL_COLUMN_DATE] = JL_MSG("date")};
static const char *const reasons[JL_SKIPS] = {[JL_SKIP_BEFORE] = JL_MSG("above the table"),
                                              [JL_SKIP_HINT] = JL_MSG("names the separator"),
                                              [JL_SKIP_COMMENT] = JL_MSG("comment"),
                                              [JL_SKIP_TOTAL] = JL_MSG("total"),
                                              [JL_SKIP_FOOTER] = JL_MSG("footer"),
                                              [JL_SKIP_NO_DATA] = JL_MSG("says that there is no data"),
                                              [JL_SKIP_LONG] = JL_MSG("more values than columns"),
                                              [JL_SKIP_OTHER] = JL_MSG("another table: --header-row reads it"),
                                              [JL_SKIP_HIDDEN] = JL_MSG("hidden in the sheet")};

static struct jl_bytes bytes(const char *text) { return (struct jl_bytes){(const uint8_t *)text, strlen(text)}; }

static void fact(struct jl_builder *b, const char *label, struct jl_arg value) {
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(b, label, NULL);
  jl_cell(b, value);
}

static struct jl_arg separator_words(char separator) {
  if (separator == '\t') return jl_arg_label(JL_MSG("tab"));
  return jl_arg_textn(&separator, 1);
}

static void facts(struct jl_builder *b, const struct jl_table_found *f) {
  jl_block_begin(b, JL_BLOCK_FIELDS, "file", NULL);
  jl_column(b, "what", JL_MSG("what"), JL_ARG_LABEL, 0);
  jl_column(b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  if (f->is_workbook) {
    fact(b, JL_MSG("sheet"), jl_arg_text(f->sheet));
  } else {
    fact(b, JL_MSG("encoding"), jl_arg_text(jl_encoding_name(f->encoding)));
    fact(b, JL_MSG("separator"), separator_words(f->separator));
  }
  if (f->header_line > 0)
    fact(b, JL_MSG("line of the names"), jl_arg_integer((int64_t)f->header_line));
  else
    fact(b, JL_MSG("line of the names"), jl_arg_label(JL_MSG("none")));
  if (f->source[0] != '\0') fact(b, JL_MSG("export of"), jl_arg_text(f->source));
  fact(b, JL_MSG("rows"), jl_arg_integer((int64_t)f->row_count));
  uint64_t skipped = 0;
  for (size_t i = 0; i < JL_SKIPS; i++) skipped += f->skip_counts[i];
  fact(b, JL_MSG("passed over"), jl_arg_integer((int64_t)skipped));
}

static void written(struct jl_builder *b, const struct jl_column *c) {
  const char *how = c->undecided                                                                       ? JL_MSG("asked")
                    : c->kind == JL_COLUMN_DATE && c->order == JL_ORDER_DAY                            ? JL_MSG("day first")
                    : c->kind == JL_COLUMN_DATE && c->order == JL_ORDER_MONTH                          ? JL_MSG("month first")
                    : c->kind == JL_COLUMN_DATE && c->order != JL_ORDER_NONE                           ? JL_MSG("serial number")
                    : c->mark == ','                                                                   ? JL_MSG("decimal comma")
                    : c->mark == '.'                                                                   ? JL_MSG("decimal point")
                                                                                                       : NULL;
  if (how == NULL)
    jl_cell(b, (struct jl_arg){.kind = JL_ARG_NONE});
  else
    jl_cell_label(b, how, NULL);
  if (c->undecided) jl_cell_tone(b, JL_TONE_WARN);
}

static void columns(struct jl_builder *b, const struct jl_table_found *f) {
  jl_block_begin(b, JL_BLOCK_TABLE, "columns", JL_MSG("Columns"));
  jl_column(b, "column", JL_MSG("column"), JL_ARG_TEXT, 0);
  jl_column(b, "kind", JL_MSG("kind"), JL_ARG_LABEL, 0);
  jl_column(b, "field", JL_MSG("is taken for"), JL_ARG_LABEL, 1);
  jl_column(b, "written", JL_MSG("written with"), JL_ARG_LABEL, 2);
  jl_column(b, "currency", JL_MSG("currency"), JL_ARG_TEXT, 6);
  jl_column(b, "values", JL_MSG("values"), JL_ARG_INTEGER, 3);
  jl_column(b, "none", JL_MSG("without"), JL_ARG_INTEGER, 4);
  jl_column(b, "bad", JL_MSG("unreadable"), JL_ARG_INTEGER, 5);
  jl_column(b, "bad-line", JL_MSG("from line"), JL_ARG_INTEGER, 7);
  for (size_t i = 0; i < f->column_count; i++) {
    const struct jl_column *c = &f->columns[i];
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_text(b, bytes(c->title));
    jl_cell_label(b, kinds[c->kind], NULL);
    if (c->field != NULL)
      jl_cell_label(b, c->field->label, c->field->name);
    else
      jl_cell(b, (struct jl_arg){.kind = JL_ARG_NONE});
    written(b, c);
    jl_cell_text(b, bytes(c->currency));
    jl_cell(b, jl_arg_integer((int64_t)c->values));
    jl_cell(b, jl_arg_integer((int64_t)c->missing));
    jl_cell(b, jl_arg_integer((int64_t)c->bad));
    if (c->bad > 0) jl_cell_tone(b, JL_TONE_BAD);
    jl_cell(b, c->bad > 0 ? jl_arg_integer((int64_t)c->bad_line) : (struct jl_arg){.kind = JL_ARG_NONE});
  }
}

static void samples(struct jl_builder *b, const struct jl_table_found *f) {
  size_t shown = f->column_count < SHOWN_COLUMNS ? f->column_count : SHOWN_COLUMNS;
  if (f->sample_count == 0) return;
  jl_block_begin(b, JL_BLOCK_CARDS, "rows", JL_MSG("First rows"));
  jl_column(b, "line", JL_MSG("line"), JL_ARG_INTEGER, 0);
  for (size_t i = 0; i < shown; i++) jl_column_text(b, jl_arena_printf(jl_builder_arena(b), "c%zu", i + 1), f->columns[i].title, i < 8 ? (int)i : 8);
  for (size_t k = 0; k < f->sample_count; k++) {
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, jl_arg_integer((int64_t)f->sample_lines[k]));
    for (size_t i = 0; i < shown; i++) jl_cell_text(b, bytes(f->samples[k][i]));
  }
}

static bool is_below(enum jl_skip reason) { return reason != JL_SKIP_BEFORE && reason != JL_SKIP_HINT && reason != JL_SKIP_COMMENT; }

uint64_t jl_table_skipped_below(const struct jl_table_found *f) {
  uint64_t n = 0;
  for (size_t i = 0; i < JL_SKIPS; i++) n += is_below((enum jl_skip)i) ? f->skip_counts[i] : 0;
  return n;
}

void jl_table_skipped(struct jl_builder *b, const struct jl_table_found *f, bool only_below) {
  if (f->skipped_count == 0 || (only_below && jl_table_skipped_below(f) == 0)) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "skipped", JL_MSG("Passed over"));
  jl_column(b, "line", JL_MSG("line"), JL_ARG_INTEGER, 0);
  jl_column(b, "reason", JL_MSG("reason"), JL_ARG_LABEL, 0);
  jl_column(b, "text", JL_MSG("text"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < f->skipped_count; i++) {
    if (only_below && !is_below(f->skipped[i].reason)) continue;
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, jl_arg_integer((int64_t)f->skipped[i].line));
    jl_cell_label(b, reasons[f->skipped[i].reason], NULL);
    jl_cell_text(b, bytes(f->skipped[i].text));
  }
}

/* One after the other: in words, then each answer and what it makes of the example. */
static void questions(struct jl_builder *b, const struct jl_table_found *f) {
  struct jl_arena *a = jl_builder_arena(b);
  for (size_t i = 0; i < f->question_count; i++) {
    const struct jl_question *q = &f->questions[i];
    jl_block_begin(b, JL_BLOCK_NOTES, jl_arena_printf(a, "question-%zu", i + 1), i == 0 ? JL_MSG("To be said, before it can be imported") : NULL);
    jl_note(b, JL_TONE_WARN, q->message, q->args, q->arg_count);
    jl_block_begin(b, JL_BLOCK_FIELDS, jl_arena_printf(a, "answers-%zu", i + 1), NULL);
    jl_column(b, "answer", JL_MSG("answer"), JL_ARG_TEXT, 0);
    jl_column(b, "makes", JL_MSG("then it is"), JL_ARG_TEXT, 0);
    for (size_t k = 0; k < q->candidate_count; k++) {
      const char *value = q->candidates[k].value, *quote = strpbrk(value, " |;'\\") != NULL ? "\"" : "";
      const char *answer = jl_arena_printf(a, "--%s %s%s%s", q->option, quote, value, quote);
      jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
      jl_cell_text(b, bytes(answer != NULL ? answer : ""));
      jl_cell(b, q->candidates[k].reading);
    }
  }
}

/* What is still asked is not decided. Title NULL: whatever the question is about. */
static bool asks(const struct jl_table_found *f, const char *option, const char *title) {
  for (size_t i = 0; i < f->question_count; i++)
    if (strcmp(f->questions[i].option, option) == 0 && (title == NULL || strcmp(f->questions[i].args[0].text, title) == 0)) return true;
  return false;
}

static void note_hidden(struct jl_builder *b, const struct jl_table_found *f) {
  if (f->hidden_count > 0 && f->skip_counts[JL_SKIP_HIDDEN] == 0 && !asks(f, "hidden", NULL))
    jl_note(b, JL_TONE_WARN, JL_MSG("rows that are hidden in the sheet, taken as the others: {1}; --hidden skip leaves them out"), (const struct jl_arg[]){jl_arg_integer((int64_t)f->hidden_count)}, 1);
  if (f->skip_counts[JL_SKIP_HIDDEN] > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("rows that are hidden in the sheet, left out: {1}; --hidden keep takes them"), (const struct jl_arg[]){jl_arg_integer((int64_t)f->skip_counts[JL_SKIP_HIDDEN])}, 1);
  const char *titles = "";
  for (size_t i = 0; titles != NULL && i < f->column_count; i++)
    if (f->columns[i].hidden) titles = jl_arena_printf(jl_builder_arena(b), "%s%s\"%s\"", titles, titles[0] != '\0' ? ", " : "", f->columns[i].title);
  if (titles != NULL && titles[0] != '\0')
    jl_note(b, JL_TONE_WARN, JL_MSG("columns that are hidden in the sheet, and read as the others: {1}; --map \"COLUMN=\" leaves one out"), (const struct jl_arg[]){jl_arg_text(titles)}, 1);
}

static void note_below(struct jl_builder *b, const struct jl_column *c) {
  const struct jl_arg args[] = {jl_arg_text(c->title), jl_arg_integer((int64_t)c->below), jl_arg_integer((int64_t)c->below_line)};
  if (c->below > 0)
    jl_note(b, c->same_above ? JL_TONE_MUTED : JL_TONE_WARN, c->same_above ? JL_MSG("column \"{1}\": empty cells that say the same as above: {2}, from line {3}") : JL_MSG("column \"{1}\": cells that are empty below a filled one, without a value: {2}, from line {3}; --empty \"{1}=same\" takes what stands above"), args, 3);
}

static void note_currencies(struct jl_builder *b, const struct jl_column *c) {
  const char *words = jl_table_currencies(jl_builder_arena(b), c);
  const struct jl_arg args[] = {jl_arg_text(c->title), jl_arg_text(words != NULL ? words : ""), jl_arg_integer((int64_t)c->unnamed)};
  if (c->kind != JL_COLUMN_MONEY || words == NULL || words[0] == '\0') return;
  jl_note(b, JL_TONE_WARN, c->unnamed > 0 ? JL_MSG("column \"{1}\": its amounts are in several currencies: {2}; without one: {3}") : JL_MSG("column \"{1}\": its amounts are in several currencies: {2}"), args, 3);
}

void jl_table_skipped_notes(struct jl_builder *b, const struct jl_table_found *f) {
  uint64_t all = 0;
  for (size_t i = 0; i < JL_SKIPS; i++) all += f->skip_counts[i];
  if (all > f->skipped_count) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more rows are passed over"), (const struct jl_arg[]){jl_arg_integer((int64_t)(all - f->skipped_count))}, 1);
  if (f->skip_counts[JL_SKIP_LONG] > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("rows with more values than there are columns, which are not taken: {1}; where a value holds the separator, quotation marks around it keep it together"),
            (const struct jl_arg[]){jl_arg_integer((int64_t)f->skip_counts[JL_SKIP_LONG])}, 1);
  note_hidden(b, f);
  for (size_t i = 0; i < f->column_count; i++) {
    if (!asks(f, "empty", f->columns[i].title)) note_below(b, &f->columns[i]);
    note_currencies(b, &f->columns[i]);
  }
}

static void notes(struct jl_builder *b, const struct jl_table_found *f) {
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  jl_table_skipped_notes(b, f);
  if (f->short_count > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} rows have fewer values than there are columns: the others are empty"), (const struct jl_arg[]){jl_arg_integer((int64_t)f->short_count)}, 1);
  for (size_t i = 0; i < f->column_count; i++) {
    const struct jl_column *c = &f->columns[i];
    if (c->bad > 0) {
      const struct jl_arg bad[] = {jl_arg_text(c->title), jl_arg_integer((int64_t)c->bad), jl_arg_label(kinds[c->kind]), jl_arg_integer((int64_t)c->bad_line)};
      jl_note(b, JL_TONE_WARN, JL_MSG("column \"{1}\" ({3}): values that cannot be read: {2}, from line {4}"), bad, 4);
    }
    if (c->decided_by == NULL || c->undecided) continue;
    const struct jl_arg args[] = {jl_arg_text(c->title), jl_arg_text(c->decided_by)};
    jl_note(b, JL_TONE_MUTED, c->kind == JL_COLUMN_DATE ? JL_MSG("the order of the dates of \"{1}\" is that of \"{2}\", where it shows") : JL_MSG("the decimal mark of \"{1}\" is that of \"{2}\", where it shows"), args, 2);
  }
}

/* Each question with its first answer, to be looked at again. */
static const char *with_answers(struct jl_cli *cli, const struct jl_table_found *f) {
  struct jl_buffer more;
  jl_buffer_init(&more, 4096);
  jl_buffer_text(&more, " --preview");
  for (size_t i = 0; i < f->question_count; i++) {
    bool twice = false;
    for (size_t k = 0; k < i && !f->questions[i].of_column; k++) twice = twice || strcmp(f->questions[k].option, f->questions[i].option) == 0;
    const char *value = twice || f->questions[i].candidate_count == 0 ? NULL : f->questions[i].candidates[0].value;
    if (value != NULL) jl_buffer_printf(&more, strpbrk(value, " |;'\\") != NULL ? " --%s \"%s\"" : " --%s %s", f->questions[i].option, value);
  }
  const char *words = jl_buffer_cstring(&more), *text = words == NULL ? NULL : jl_ingest_again(cli, 0, words);
  jl_buffer_release(&more);
  return text;
}

static bool next(struct jl_builder *b, struct jl_cli *cli, const struct jl_source *source, const struct jl_table_found *f, struct jl_error *err) {
  struct jl_ingest_guess guess;
  if (!jl_ingest_guess(cli, f, &guess, err)) return false;
  const struct jl_arg later[] = {jl_arg_text(jl_source_name(source)), jl_arg_label(guess.later != NULL ? guess.later : ""), jl_arg_text(guess.needs != NULL ? guess.needs : ""),
                                 jl_arg_text(guess.lacks != NULL ? guess.lacks : "")};
  if (guess.later != NULL) {
    jl_note(b, JL_TONE_WARN, JL_MSG("{1} has {2}, which cannot be imported yet"), later, 4);
    jl_note(b, JL_TONE_MUTED, guess.lacks != NULL && guess.lacks[0] != '\0' ? JL_MSG("their import will need: {3}; not in this file: {4}") : JL_MSG("their import will need: {3}; all of it is in this file"), later, 4);
    return true;
  }
  bool answers = false;
  const char *as = f->question_count > 0 ? "" : jl_ingest_answers(cli, f, &guess, &answers);
  const char *command = f->question_count > 0 ? with_answers(cli, f) : as == NULL ? NULL : jl_ingest_again(cli, 0, as);
  if (command == NULL) return jl_cli_no_link(err);
  const struct jl_arg args[] = {jl_arg_text(command), jl_arg_text(guess.words != NULL ? guess.words : "")};
  jl_note(b, JL_TONE_MUTED, f->question_count > 0 ? JL_MSG("next, with the answers that are right: {1}")
                            : answers && guess.known        ? JL_MSG("next, with the answers that are right: {1}")
                            : answers                       ? JL_MSG("next, with the answers that are right: {1} (its columns fit {2})")
                            : guess.known || guess.as == NULL ? JL_MSG("next: {1}")
                                                              : JL_MSG("next: {1} (its columns fit {2})"), args, 2);
  if (guess.as == NULL && !guess.known) jl_note(b, JL_TONE_MUTED, JL_MSG("jalon help import names what TYPE can be"), NULL, 0);
  return true;
}

static bool preview(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_reader_options options = jl_table_options(cli);
  struct jl_source *source = jl_source_open(cli->words[0], err);
  if (source == NULL) return false;
  struct jl_reader *reader = jl_reader_open(source, &options, err);
  struct jl_builder *b = reader == NULL ? NULL : jl_builder_new(cli->arena, "import", jl_cli_today(cli), NULL);
  bool ok = b != NULL;
  if (reader != NULL && b == NULL) ok = jl_cli_no_link(err);
  if (ok) {
    const struct jl_table_found *f = jl_reader_found(reader);
    jl_builder_title(b, JL_MSG("How {1} is read"), (const struct jl_arg[]){jl_arg_text(jl_source_name(source))}, 1);
    facts(b, f);
    questions(b, f);
    columns(b, f);
    samples(b, f);
    jl_table_skipped(b, f, false);
    notes(b, f);
    ok = next(b, cli, source, f, err);
  }
  if (ok) {
    ok = jl_builder_ok(b) ? jl_cli_print_document(cli, jl_builder_document(b), err) : jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} is too large to be shown"), NULL, jl_arg_text(cli->words[0]));
  }
  jl_reader_free(reader);
  jl_source_free(source);
  return ok;
}

/* Rows become records with --as, or when it is known whose export the file is; otherwise it can be looked at. */
bool jl_cmd_import(struct jl_cli *cli, struct jl_error *err) {
  const char *as = jl_cli_option(cli, "as");
  bool looks = jl_cli_option(cli, "preview") != NULL;
  if (as == NULL && looks && jl_cli_option(cli, "mapping") == NULL) return preview(cli, err);
  return jl_ingest_file(cli, cli->words[0], as, err);
}
