/* audit accept: the verdict on a lever, recorded with the figures that the audit gives for it (product.md P11, seed 001 step 3), and what was learned. */
#include "client/cli/audit.h"
#include "client/cli/rhythm.h"
#include "client/faces/cell.h"
#include "common/record/schema.h"
#include <string.h>

/* ---- what the audit says ---- */
static const char *kept(struct jl_cli *cli, struct jl_buffer *text) {
  const char *copy = jl_buffer_ok(text) ? jl_arena_strndup(cli->arena, (const char *)text->data, text->size) : NULL;
  jl_buffer_release(text);
  return copy == NULL ? "" : copy;
}

static const char *shown(struct jl_cli *cli, const Jalon__Cell *cell, const char *currency) {
  struct jl_buffer text;
  jl_buffer_init(&text, 4000);
  if (cell != NULL) jl_cell_display(cell, currency, 2, &text);
  return kept(cli, &text);
}

static const char *file_word(const Jalon__Cell *cell) { return cell != NULL && cell->alternative != NULL ? cell->alternative : ""; }

/* The block of what is forgotten names it: it costs, and nobody has told what it brought. */
static bool is_measured(const Jalon__Document *document, const struct jl_id *lever) {
  const Jalon__Block *gaps = jl_cli_block(document, "gaps");
  struct jl_id id;
  for (size_t i = 0; gaps != NULL && i < gaps->n_rows; i++)
    if (jl_row_record(gaps->rows[i], JL_TYPE_LEVER, &id) && jl_id_equal(&id, lever) && jl_cell_is(jl_row_cell(gaps, gaps->rows[i], "gap"), "no-figure")) return false;
  return true;
}

bool jl_audit_ask(struct jl_cli *cli, const struct jl_id *plan, const char *period, struct jl_audit_read *ret, struct jl_error *err) {
  const struct jl_parameter of = {"period", period};
  const struct jl_view_ask ask = {.space = *plan, .view = "audit", .parameters = &of, .parameter_count = period == NULL ? 0 : 1};
  struct jl_buffer title;
  *ret = (struct jl_audit_read){.title = ""};
  if (!jl_cli_document(cli, &ask, &ret->document, &ret->revision, err)) return false;
  const Jalon__Block *block = jl_cli_block(ret->document, "proposals");
  const char *currency = ret->document->currency == NULL ? "" : ret->document->currency;
  struct jl_audit_finding *findings = jl_arena_array(cli->arena, (block == NULL ? 0 : block->n_rows) + 1, sizeof *findings);
  if (findings == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; block != NULL && i < block->n_rows; i++) {
    const Jalon__Row *row = block->rows[i];
    struct jl_audit_finding *f = &findings[ret->count];
    if (!jl_row_record(row, JL_TYPE_LEVER, &f->lever)) continue;
    *f = (struct jl_audit_finding){.lever = f->lever,
                                   .name = shown(cli, jl_row_cell(block, row, "channel"), currency),
                                   .proposal = file_word(jl_row_cell(block, row, "proposal")),
                                   .label = shown(cli, jl_row_cell(block, row, "proposal"), currency),
                                   .cause = file_word(jl_row_cell(block, row, "cause")),
                                   .reason = shown(cli, jl_row_cell(block, row, "reason"), currency),
                                   .figures = shown(cli, jl_row_cell(block, row, "figures"), currency),
                                   .measured = is_measured(ret->document, &f->lever)};
    ret->count++;
  }
  ret->findings = findings;
  jl_buffer_init(&title, 1000);
  jl_words(ret->document->title, &title);
  ret->title = kept(cli, &title);
  return true;
}

/* ---- the verdict ---- */
static const uint32_t fields[] = {JL_LEVER_VERDICT, JL_LEVER_VERDICT_REASON, JL_LEVER_VERDICT_CAUSE, JL_LEVER_VERDICT_DATE};

struct accepting {
  struct jl_cli *cli;
  struct jl_lookup lever;
  struct jl_audit_read audit;
  const struct jl_audit_finding *finding; /* NULL: the audit says nothing of it */
  const char *verdict, *cause, *text;
};

static const struct jl_enum_value *word(uint32_t field, const char *text) {
  return jl_enum_by_text(jl_field_by_number(jl_record_type_by_number(JL_TYPE_LEVER), field)->enumeration, text);
}

static bool is_verdict(const char *proposal) { return word(JL_LEVER_VERDICT, proposal) != NULL; }

/* What is not said is as the audit proposes; one that is to be improved goes on. */
static bool choose(struct accepting *a, struct jl_error *err) {
  const char *verdict = jl_cli_option(a->cli, "verdict"), *cause = jl_cli_option(a->cli, "cause"), *proposal = a->finding == NULL ? "" : a->finding->proposal;
  a->verdict = verdict != NULL ? verdict : strcmp(proposal, "improve") == 0 ? "keep" : proposal;
  a->cause = cause != NULL ? cause : a->finding == NULL ? "" : a->finding->cause;
  if (verdict == NULL && !is_verdict(a->verdict))
    return jl_fail(err, JL_E_USAGE, JL_MSG("the audit proposes nothing for {1}"), JL_MSG("say it: --verdict keep, stop or start, with --reason"), jl_cli_called(a->cli, &a->lever.record));
  if (!is_verdict(a->verdict)) return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no verdict"), JL_MSG("keep, stop or start"), jl_arg_text(a->verdict));
  if (a->cause[0] != '\0' && word(JL_LEVER_VERDICT_CAUSE, a->cause) == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no cause"), JL_MSG("lever, execution or unknown"), jl_arg_text(a->cause));
  return true;
}

/* "Too dear for what it brings.\nspend 12 000 € (40 % of all), ... (Audit, 1 Jan 2026 to 31 Dec 2026)" */
static bool word_reason(struct accepting *a, struct jl_error *err) {
  const char *own = jl_cli_option(a->cli, "reason");
  if (own == NULL && a->finding == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("a verdict without figures needs a reason"), JL_MSG("the audit of this period has none of {1}: --reason \"...\""), jl_cli_called(a->cli, &a->lever.record));
  const char *reason = own != NULL ? own : a->finding->reason;
  a->text = a->finding == NULL ? reason : jl_arena_printf(a->cli->arena, "%s\n%s (%s)", reason, a->finding->figures, a->audit.title);
  return a->text != NULL || jl_cli_no_link(err);
}

static bool put_lesson(struct accepting *a, struct jl_rhythm *r, struct jl_error *err) {
  const char *title = jl_cli_option(a->cli, "lesson");
  if (title == NULL) return true;
  struct jl_draft d = jl_draft_of(r, JL_TYPE_LESSON);
  return jl_draft_text(&d, JL_LESSON_TITLE, title, err) && jl_draft_text(&d, JL_LESSON_KIND, strcmp(a->verdict, "stop") == 0 ? "failure" : "success", err) &&
         jl_draft_text(&d, JL_LESSON_DESCRIPTION, a->text, err) && jl_draft_ids(&d, JL_LESSON_SOURCES, &a->lever.record.id, 1, err) &&
         jl_draft_number(&d, JL_LESSON_DATE, jl_cli_today(a->cli), err) && jl_draft_put(&d, err);
}

static bool submit(struct accepting *a, struct jl_outcome_of *outcome, struct jl_error *err) {
  const struct jl_enum_value *verdict = word(JL_LEVER_VERDICT, a->verdict), *cause = a->cause[0] == '\0' ? NULL : word(JL_LEVER_VERDICT_CAUSE, a->cause);
  struct jl_rhythm r;
  if (!jl_rhythm_begin(&r, a->cli, err)) return false;
  jl_group_update(r.group, JL_TYPE_LEVER, &a->lever.record.id);
  bool stale = cause == NULL && jl_record_has(a->lever.record.body, JL_LEVER_VERDICT_CAUSE); /* of an earlier verdict */
  bool ok = jl_change_number(&r, &a->lever, JL_LEVER_VERDICT, verdict->number, err) && jl_change_text(&r, &a->lever, JL_LEVER_VERDICT_REASON, a->text, err) &&
            (cause == NULL || jl_change_number(&r, &a->lever, JL_LEVER_VERDICT_CAUSE, cause->number, err)) && (!stale || jl_change_text(&r, &a->lever, JL_LEVER_VERDICT_CAUSE, "", err)) &&
            jl_change_number(&r, &a->lever, JL_LEVER_VERDICT_DATE, jl_cli_today(a->cli), err) && put_lesson(a, &r, err);
  return jl_rhythm_end(&r, ok, outcome, err);
}

/* They are longer than an argument of a message may be. */
static void say_figures(const struct accepting *a) {
  struct jl_buffer line;
  if (a->finding == NULL || a->cli->quiet || a->cli->json) return;
  jl_buffer_init(&line, 4000);
  jl_buffer_printf(&line, "%s\n", a->finding->figures);
  jl_cli_line(a->cli, stderr, &line);
  jl_buffer_release(&line);
}

bool jl_cmd_audit_accept(struct jl_cli *cli, struct jl_error *err) {
  struct accepting a = {.cli = cli, .lever = {.text = cli->words[0], .type = jl_record_type_by_number(JL_TYPE_LEVER), .base_fields = fields, .base_field_count = JL_COUNT(fields)}};
  struct jl_outcome_of outcome = {0};
  if (!jl_lookup_one(cli, &a.lever, err) || !jl_audit_ask(cli, &cli->plan, jl_cli_option(cli, "period"), &a.audit, err)) return false;
  for (size_t i = 0; i < a.audit.count; i++)
    if (jl_id_equal(&a.audit.findings[i].lever, &a.lever.record.id)) a.finding = &a.audit.findings[i];
  if (!choose(&a, err) || !word_reason(&a, err) || !jl_cli_mark_document(cli, &cli->plan, a.audit.document, a.audit.revision, err) || !submit(&a, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("{1} would have the verdict: {2}") : JL_MSG("{1} has the verdict: {2}{3}"), jl_cli_called(cli, &a.lever.record),
         jl_arg_label(word(JL_LEVER_VERDICT, a.verdict)->label), jl_cli_made(cli, &outcome));
  say_figures(&a);
  if (a.finding != NULL) jl_talk(cli, JL_MSG("{1}: these figures are part of the strategy with it: whoever may read that reads them"), jl_cli_called(a.cli, &a.lever.record));
  if (a.finding != NULL && is_verdict(a.finding->proposal) && strcmp(a.finding->proposal, a.verdict) != 0)
    jl_talk(cli, JL_MSG("the audit proposes something else: {1}"), jl_arg_text(a.finding->label));
  jl_cli_done(cli, &outcome);
  return true;
}
