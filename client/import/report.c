/* What came of an import, or would come of it: how many records were made, changed and left, what somebody else had changed, which rows were
 * not taken, and how to go on. A document as others, so that it has all faces. */
#include "client/cli/table_file.h"
#include "client/import/ingest_run.h"
#include "client/import/parts.h"
#include <string.h>

static const struct { enum jl_ingest_fate fate; const char *name, *did, *would; bool always; } fates[] = {
    {JL_FATE_MAKE, "made", JL_MSG("records made"), JL_MSG("records that would be made"), true},
    {JL_FATE_CHANGE, "changed", JL_MSG("records changed"), JL_MSG("records that would be changed"), true},
    {JL_FATE_SAME, "same", JL_MSG("records as they were"), JL_MSG("records that are so already"), true},
    {JL_FATE_KEPT, "kept", JL_MSG("changed here since: left so"), JL_MSG("changed here since: they would stay so"), false},
    {JL_FATE_GONE, "deleted", JL_MSG("deleted here since: left so"), JL_MSG("deleted here since: they would stay so"), false},
    {JL_FATE_BACK, "restored", JL_MSG("records brought back"), JL_MSG("records that would be brought back"), false}};

static struct jl_bytes bytes(const char *text) { return (struct jl_bytes){(const uint8_t *)text, strlen(text)}; }

static void fact(struct jl_builder *b, const char *label, struct jl_arg value, const char *name) {
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(b, label, name);
  jl_cell(b, value);
}

static void counts(struct jl_builder *b, const struct jl_ingest *in) {
  bool would = in->cli->dry_run || in->preview;
  uint64_t left = 0;
  jl_block_begin(b, JL_BLOCK_FIELDS, "counts", NULL);
  jl_column(b, "what", JL_MSG("what"), JL_ARG_LABEL, 0);
  jl_column(b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  fact(b, JL_MSG("rows"), jl_arg_integer((int64_t)in->rows), "rows");
  for (size_t i = 0; i < in->left_count; i++) left += in->left[i].count;
  if (jl_table_skipped_below(in->found) > 0) fact(b, JL_MSG("passed over"), jl_arg_integer((int64_t)jl_table_skipped_below(in->found)), "passed-over");
  for (size_t i = 0; i < JL_COUNT(fates); i++)
    if (fates[i].always || in->fates[fates[i].fate] > 0) fact(b, would ? fates[i].would : fates[i].did, jl_arg_integer((int64_t)in->fates[fates[i].fate]), fates[i].name);
  if (left > 0) fact(b, JL_MSG("rows left out"), jl_arg_integer((int64_t)left), "left-out");
  fact(b, would ? JL_MSG("rows that would be rejected") : JL_MSG("rows rejected"), jl_arg_integer((int64_t)in->rejected), "rejected");
  if (in->rejected > 0) jl_cell_tone(b, JL_TONE_BAD);
  if (!would) fact(b, JL_MSG("import"), jl_arg_text(in->name), "import");
  if (in->outcome.revision != 0 && !would) fact(b, JL_MSG("revision"), jl_arg_revision(in->outcome.revision), "revision");
}

static void put_value(struct jl_builder *b, struct jl_ingest *in, const struct jl_names *names, const struct jl_field *f, struct jl_bytes slice) {
  struct jl_buffer text;
  jl_buffer_init(&text, 4096);
  if (slice.size > 0) jl_names_put(names, f, slice, &text);
  jl_cell_text(b, (struct jl_bytes){text.data, text.size > 200 ? 200 : text.size});
  jl_buffer_release(&text);
  (void)in;
}

static void kept(struct jl_builder *b, struct jl_ingest *in) {
  struct jl_names names = {.cli = in->cli};
  if (in->kept_count == 0) return;
  for (size_t i = 0; i < in->kept_count; i++) {
    const struct jl_field *f = jl_field_by_number(jl_record_type_by_number(in->kept[i].record.type), in->kept[i].field);
    jl_names_want(&names, f, in->kept[i].now);
    jl_names_want(&names, f, in->kept[i].wanted);
  }
  jl_names_learn(&names, &in->cli->plan);
  jl_block_begin(b, JL_BLOCK_TABLE, "kept", JL_MSG("Changed here since the last import, and in the file: left as it is here"));
  jl_column(b, "line", JL_MSG("line"), JL_ARG_INTEGER, 3);
  jl_column(b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(b, "title", JL_MSG("title"), JL_ARG_TEXT, 4);
  jl_column(b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(b, "now", JL_MSG("now"), JL_ARG_TEXT, 1);
  jl_column(b, "file", JL_MSG("file"), JL_ARG_TEXT, 1);
  for (size_t i = 0; i < in->kept_count; i++) {
    const struct jl_ingest_kept *k = &in->kept[i];
    const struct jl_field *f = jl_field_by_number(jl_record_type_by_number(k->record.type), k->field);
    char reference[JL_REFERENCE_SIZE];
    jl_reference_text(k->record.type, k->record.number, reference);
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, jl_arg_integer((int64_t)k->line));
    jl_cell_text(b, bytes(reference));
    jl_cell_text(b, bytes(jl_title_text(in->cli, k->record.type, k->record.body)));
    jl_cell_label(b, f->label, f->name);
    put_value(b, in, &names, f, k->now);
    put_value(b, in, &names, f, k->wanted);
  }
}

static void rejected(struct jl_builder *b, const struct jl_ingest *in) {
  size_t n;
  const struct jl_ingest_rejected_row *rows = jl_ingest_rejected(in, &n);
  if (n == 0) return;
  jl_block_begin(b, JL_BLOCK_ITEMS, "rejected", JL_MSG("Rejected rows"));
  jl_column(b, "line", JL_MSG("line"), JL_ARG_INTEGER, 0);
  jl_column(b, "column", JL_MSG("column"), JL_ARG_TEXT, 1);
  jl_column(b, "reason", JL_MSG("reason"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, jl_arg_integer((int64_t)rows[i].line));
    jl_cell_text(b, bytes(rows[i].column != NULL ? rows[i].column : ""));
    jl_cell_text(b, bytes(rows[i].reason));
  }
}

static void samples(struct jl_builder *b, const struct jl_ingest *in) {
  if (in->sample_count == 0) return;
  jl_block_begin(b, JL_BLOCK_ITEMS, "records", JL_MSG("First rows, as records"));
  jl_column(b, "line", JL_MSG("line"), JL_ARG_INTEGER, 0);
  jl_column(b, "type", JL_MSG("type"), JL_ARG_LABEL, 0);
  jl_column(b, "fields", JL_MSG("fields"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < in->sample_count; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(in->samples[i].type);
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, jl_arg_integer((int64_t)in->samples[i].line));
    jl_cell_label(b, type->label, type->name);
    jl_cell_text(b, bytes(in->samples[i].text));
  }
}

static void next(struct jl_builder *b, const struct jl_ingest *in) {
  const char *command = jl_ingest_again(in->cli, in->saved_options, "");
  const struct jl_arg args[] = {jl_arg_text(command != NULL ? command : "")};
  if (command != NULL) jl_note(b, JL_TONE_MUTED, in->rejected > 0 ? JL_MSG("next, once the file is corrected, or for the rows that are right: {1}") : JL_MSG("next: {1}"), args, 1);
}

static void notes(struct jl_builder *b, const struct jl_ingest *in, const char *path) {
  bool would = in->cli->dry_run || in->preview;
  const struct jl_arg name[] = {jl_arg_text(in->name)}, file[] = {jl_arg_text(path), jl_arg_integer((int64_t)in->rejected), jl_arg_text(in->file_name)}, alike[] = {jl_arg_integer((int64_t)in->twice)};
  size_t listed;
  (void)jl_ingest_rejected(in, &listed);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  jl_table_skipped_notes(b, in->found);
  for (size_t i = 0; i < in->left_count; i++)
    jl_note(b, JL_TONE_MUTED, JL_MSG("{1}: {2} rows are passed over"), (const struct jl_arg[]){jl_arg_label(in->left[i].why), jl_arg_integer((int64_t)in->left[i].count)}, 2);
  if (in->sums_left > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("records that several rows add up to: {1}; they are not taken while rows are rejected: correct these, and import the whole file again"),
            (const struct jl_arg[]){jl_arg_integer((int64_t)in->sums_left)}, 1);
  if (in->earlier > 0)
    jl_note(b, JL_TONE_WARN, would ? JL_MSG("figures of an earlier import of these rows, which stand for another campaign or lever now, that would be taken away: {1}") : JL_MSG("figures of an earlier import of these rows, which stand for another campaign or lever now, taken away: {1}"),
            (const struct jl_arg[]){jl_arg_integer((int64_t)in->earlier)}, 1);
  if (in->earlier_kept > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("figures of an earlier import of these rows that somebody changed here since, and that stay beside the new ones: {1}; --overwrite takes them away"),
            (const struct jl_arg[]){jl_arg_integer((int64_t)in->earlier_kept)}, 1);
  if (in->beside.platform != NULL)
    jl_note(b, JL_TONE_WARN, in->beside.platform[0] != '\0' ? JL_MSG("figures of the same campaign or lever and days are there as another platform counted them ({1}, {2}): both add up; jalon figures --by platform shows each") : JL_MSG("figures of the same campaign or lever and days are there that name no platform ({1}): both add up; jalon figures --by platform shows each"),
            (const struct jl_arg[]){jl_arg_text(in->beside.reference), jl_arg_text(in->beside.platform)}, 2);
  if (in->early > 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("invoices and orders that are dated before the plan begins ({2}): {1}, the first in line {3}; they count in the totals of their budget lines, in months before the plan's"),
            (const struct jl_arg[]){jl_arg_integer((int64_t)in->early), jl_arg_date(in->input.period_start), jl_arg_integer((int64_t)in->early_line)}, 3);
  if (in->rejected > listed) jl_note(b, JL_TONE_MUTED, JL_MSG("{1} more rows are rejected"), (const struct jl_arg[]){jl_arg_integer((int64_t)(in->rejected - listed))}, 1);
  if (path != NULL)
    jl_note(b, JL_TONE_WARN, in->nothing ? JL_MSG("the rejected rows are in {1}, with their reasons: correct them in {3}, and import that again") : JL_MSG("the rejected rows are in {1}: correct them there, and import it in the same way"), file, 3);
  if ((in->fates[JL_FATE_KEPT] > 0 || in->kept_count > 0) && !in->overwrite) jl_note(b, JL_TONE_WARN, JL_MSG("what somebody changed here since the last import is kept; --overwrite takes what the file says"), NULL, 0);
  if (in->fates[JL_FATE_GONE] > 0) jl_note(b, JL_TONE_WARN, JL_MSG("what was deleted here since stays so; --restore brings it back"), NULL, 0);
  if (in->by_content && in->fates[JL_FATE_MAKE] > 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("rows are known again by all that they say: one that is changed in the file comes as another record; --key COLUMN says what makes rows different"), NULL, 0);
  if (jl_ingest_known_others(in) + in->others > 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("rows that are records which somebody typed or another import made: {1}; they were compared, not made again"), (const struct jl_arg[]){jl_arg_integer((int64_t)(jl_ingest_known_others(in) + in->others))}, 1);
  if (in->twice > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("rows alike: {1}; each is a record of its own"), alike, 1);
  if (!would && in->groups > 0) jl_note(b, JL_TONE_MUTED, JL_MSG("jalon undo --import \"{1}\" takes all of it back"), name, 1);
  if (in->cli->dry_run) jl_note(b, JL_TONE_MUTED, in->nothing ? JL_MSG("--all-or-nothing: nothing was taken") : JL_MSG("dry run: nothing was changed"), NULL, 0);
  if (would && !in->nothing && in->rows > 0) next(b, in);
}

static const char *heading(const struct jl_ingest *in) {
  return in->preview ? JL_MSG("What {1} would become: {2}") : in->cli->dry_run ? JL_MSG("What an import of {1} would do: {2}") : in->outcome.queued != 0 ? JL_MSG("import of {1}: {2}; kept, will be sent") : JL_MSG("import of {1}: {2}");
}

bool jl_ingest_report(struct jl_ingest *in, struct jl_error *err) {
  const char *path;
  if (!jl_ingest_rejects_save(in, &path, err)) return false;
  struct jl_builder *b = jl_builder_new(in->cli->arena, "import", jl_cli_today(in->cli), NULL);
  if (b == NULL) return jl_ingest_no_memory(err);
  const struct jl_arg args[] = {jl_arg_text(in->file_name), jl_arg_label(in->source->label)};
  jl_builder_title(b, heading(in), args, 2);
  counts(b, in);
  samples(b, in);
  kept(b, in);
  rejected(b, in);
  jl_table_skipped(b, in->found, true);
  notes(b, in, path);
  if (!jl_builder_ok(b)) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} is too large to be shown"), NULL, jl_arg_text(in->file_name));
  if (!in->cli->quiet && !jl_cli_print_document(in->cli, jl_builder_document(b), err)) return false;
  if (in->rejected == 0) return true;
  return jl_fail(err, JL_E_INVALID, JL_MSG("rows of {1} that were rejected: {2}"), path == NULL ? NULL : in->nothing ? JL_MSG("correct them in {1}, and import it again; {3} has them with their reasons") : JL_MSG("correct them in {3}, and import it in the same way"), jl_arg_text(in->file_name),
                 jl_arg_integer((int64_t)in->rejected), jl_arg_text(path != NULL ? path : ""));
}
