/* history heads, export, verify: evidence that nobody has changed the past (common/model/audit.h says what can be told). */
#include "client/cli/history.h"
#include "common/base/calendar.h"
#include "common/model/governance/rights.h"
#include "common/record/schema.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define HEADS_BYTES (64u << 20)
#define LOCAL_SECTIONS 16

/* ---- heads ---- */
bool jl_cmd_history_heads(struct jl_cli *cli, struct jl_error *err) {
  struct jl_id *spaces;
  struct jl_buffer out;
  size_t n;
  if (!jl_history_spaces(cli, jl_cli_option(cli, "all") != NULL, &spaces, &n, err)) return false;
  jl_buffer_init(&out, HEADS_BYTES);
  jl_heads_explain(&out);
  for (size_t i = 0; i < n; i++) {
    struct jl_heads heads;
    if (!jl_history_where(cli, &spaces[i], &heads, err)) {
      jl_buffer_release(&out);
      return false;
    }
    jl_heads_put(&heads, &out);
  }
  jl_cli_print(cli, &out);
  return true;
}

/* ---- following one log ---- */
struct one {
  struct jl_logged_space space;
  struct jl_audit_counts counts;
  struct jl_finding finding;
  bool wrong;
  struct one *next;
};
struct verifying {
  struct jl_cli *cli;
  struct jl_heads *heads; /* of files, then those of this machine's copies */
  size_t head_count, file_heads; /* file_heads of them are of files */
  struct jl_audit *audit;
  struct one *at, *first, **last;
  size_t torn; /* blocks of the files that were not written whole */
  bool from_server;
};

static bool no_memory(struct jl_error *err) { return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL); }

static bool begin(void *context, const struct jl_logged_space *space, struct jl_error *err) {
  struct verifying *v = context;
  const struct jl_audit_of of = {.space = space->at.space,
                                 .sections = space->sections,
                                 .whole = space->whole,
                                 .personal = space->personal,
                                 .heads = v->heads,
                                 .head_count = v->head_count};
  v->at = jl_arena_alloc(v->cli->arena, sizeof *v->at);
  v->audit = jl_audit_new(&of);
  if (v->at == NULL || v->audit == NULL) return no_memory(err);
  v->at->space = *space;
  *v->last = v->at;
  v->last = &v->at->next;
  return true;
}

/* The first thing that is wrong ends the checking, not the reading: an export goes on to its end. */
static bool outcome(struct verifying *v, bool fits, struct jl_error *err) {
  if (fits) return true;
  if (v->at->finding.what.code == JL_E_NO_MEMORY) return no_memory(err);
  v->at->wrong = true;
  return true;
}

static bool row(void *context, const struct jl_audit_row *of, struct jl_error *err) {
  struct verifying *v = context;
  return v->at->wrong || outcome(v, jl_audit_row(v->audit, of, &v->at->finding), err);
}

static bool unsettled(void *context) {
  struct verifying *v = context;
  struct jl_finding ignored;
  return !v->at->wrong && !jl_audit_gone(v->audit, &ignored);
}

static bool end(void *context, const struct jl_logged_space *space, struct jl_error *err) {
  struct verifying *v = context;
  const char *whose = v->from_server ? JL_MSG("the server") : JL_MSG("the end of the file");
  bool ok = v->at->wrong || (outcome(v, jl_audit_state(v->audit, space->at.revision, space->at.section, whose, &v->at->finding), err) &&
                             (v->at->wrong || outcome(v, jl_audit_end(v->audit, space->at.revision, &v->at->finding), err)));
  v->at->counts = *jl_audit_counts(v->audit);
  v->at->space = *space; /* which may be more than was to come */
  return ok;
}

static void close_audit(struct verifying *v) {
  jl_audit_free(v->audit);
  v->audit = NULL;
}

/* ---- what it is held against ---- */
static bool read_heads(struct verifying *v, struct jl_error *err) {
  struct jl_cli *cli = v->cli;
  for (size_t i = 0; i < cli->option_count; i++) {
    struct jl_bytes text;
    struct jl_heads *some, *all;
    size_t n, torn = 0;
    if (strcmp(cli->options[i].name, "heads") != 0) continue;
    if (!jl_history_read_file(cli, cli->options[i].value, HEADS_BYTES, &text, err) ||
        !jl_heads_parse(text, cli->arena, &some, &n, &torn, err))
      return false;
    v->torn += torn;
    all = jl_arena_array(cli->arena, v->head_count + n, sizeof *all);
    if (all == NULL) return no_memory(err);
    if (v->head_count > 0) memcpy(all, v->heads, v->head_count * sizeof *all);
    memcpy(all + v->head_count, some, n * sizeof *all);
    v->heads = all;
    v->head_count += n;
    v->file_heads = v->head_count;
  }
  return true;
}

/* What the server told this machine before is a head that its administrator does not hold. It is only left out when it cannot be read. */
static bool add_copies(struct verifying *v, const struct jl_id *spaces, size_t n, struct jl_error *err) {
  struct jl_cli *cli = v->cli;
  struct jl_error ignored = {0};
  struct jl_heads *all = jl_arena_array(cli->arena, v->head_count + n + 1, sizeof *all);
  if (all == NULL) return no_memory(err);
  if (v->head_count > 0) memcpy(all, v->heads, v->head_count * sizeof *all);
  v->heads = all;
  if (!jl_cli_open_local(cli, JL_LOCAL_WAIT_MS, &ignored) || !jl_cli_has_outbox(cli)) return true;
  for (size_t i = 0; i < n; i++) {
    struct jl_section_at sections[LOCAL_SECTIONS];
    struct jl_heads *h = &all[v->head_count];
    size_t count;
    *h = (struct jl_heads){.space = spaces[i], .time_us = jl_local_heard_us(cli->local)};
    if (!jl_local_sections(cli->local, &spaces[i], sections, &count, &h->revision, &ignored) || count == 0) continue;
    for (size_t s = 0; s < count; s++) {
      if (sections[s].section >= JL_SECTIONS) continue;
      h->sections |= 1U << sections[s].section;
      h->section[sections[s].section].revision = sections[s].revision;
      memcpy(h->section[sections[s].section].chain, sections[s].chain, JL_CHAIN_SIZE);
    }
    v->head_count++;
  }
  return true;
}

static bool is_met(const struct verifying *v, const struct jl_id *space) {
  for (const struct one *o = v->first; o != NULL; o = o->next)
    if (jl_id_equal(&o->space.at.space, space)) return true;
  return false;
}

/* ---- telling ---- */
static struct jl_arg text_arg(const char *text) { return jl_arg_text(text); }

static void put_where(struct jl_builder *b, const struct jl_finding *f) {
  const struct jl_arg args[] = {jl_arg_revision(f->after + 1), jl_arg_revision(f->revision)};
  if (f->after + 1 < f->revision)
    jl_cell_words(b, JL_MSG("wrong: r{1} to r{2}"), args, 2);
  else
    jl_cell_words(b, JL_MSG("wrong: r{2}"), args, 2);
}

static void put_table(struct jl_builder *b, const struct verifying *v) {
  jl_block_begin(b, JL_BLOCK_TABLE, "verified", NULL);
  jl_column(b, "space", JL_MSG("plan name"), JL_ARG_TEXT, 0);
  jl_column(b, "revision", JL_MSG("state"), JL_ARG_REVISION, 0);
  jl_column(b, "changes", JL_MSG("changes"), JL_ARG_INTEGER, 1);
  jl_column(b, "heads", JL_MSG("heads"), JL_ARG_INTEGER, 1);
  jl_column(b, "erased", JL_MSG("erased"), JL_ARG_INTEGER, 3);
  jl_column(b, "result", JL_MSG("result"), JL_ARG_TEXT, 0);
  for (const struct one *o = v->first; o != NULL; o = o->next) {
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, text_arg(o->space.at.name));
    jl_cell(b, jl_arg_revision(o->space.at.revision));
    jl_cell(b, jl_arg_integer((int64_t)o->counts.rows));
    jl_cell(b, jl_arg_integer((int64_t)o->counts.heads));
    jl_cell(b, o->counts.erased > 0 ? jl_arg_integer((int64_t)o->counts.erased) : (struct jl_arg){0});
    if (o->wrong)
      put_where(b, &o->finding);
    else
      jl_cell_words(b, JL_MSG("as recorded"), NULL, 0);
    jl_cell_tone(b, o->wrong ? JL_TONE_BAD : JL_TONE_GOOD);
  }
}

/* What is wrong, for programs in columns; on a screen as sentences. */
static void put_findings(struct jl_builder *b, const struct verifying *v) {
  jl_block_begin(b, JL_BLOCK_TABLE, "wrong", JL_MSG("what is wrong"));
  jl_column(b, "space", JL_MSG("plan name"), JL_ARG_TEXT, 0);
  jl_column(b, "after", JL_MSG("right up to"), JL_ARG_REVISION, 0);
  jl_column(b, "revision", JL_MSG("wrong by"), JL_ARG_REVISION, 0);
  jl_column(b, "section", JL_MSG("section"), JL_ARG_LABEL, 0);
  jl_column(b, "what", JL_MSG("what is wrong"), JL_ARG_TEXT, 0);
  jl_column(b, "expected", JL_MSG("expected"), JL_ARG_TEXT, 9);
  jl_column(b, "found", JL_MSG("found"), JL_ARG_TEXT, 9);
  for (const struct one *o = v->first; o != NULL; o = o->next) {
    const struct jl_finding *f = &o->finding;
    char expected[2 * JL_CHAIN_SIZE + 1] = "", found[2 * JL_CHAIN_SIZE + 1] = "";
    if (!o->wrong) continue;
    if (f->has_chains) {
      sodium_bin2hex(expected, sizeof expected, f->expected, JL_CHAIN_SIZE);
      sodium_bin2hex(found, sizeof found, f->found, JL_CHAIN_SIZE);
    }
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell(b, text_arg(o->space.at.name));
    jl_cell(b, jl_arg_revision(f->after));
    jl_cell(b, jl_arg_revision(f->revision));
    jl_cell_label(b, jl_section_label(f->section), NULL);
    jl_cell_words(b, f->what.message, f->what.args, JL_ERROR_ARGS);
    jl_cell(b, text_arg(expected));
    jl_cell(b, text_arg(found));
  }
}

static void put_notes(struct jl_builder *b, const struct verifying *v, bool machine) {
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  for (const struct one *o = v->first; o != NULL; o = o->next) {
    const struct jl_finding *f = &o->finding;
    char expected[2 * JL_CHAIN_SIZE + 1], found[2 * JL_CHAIN_SIZE + 1];
    if (o->wrong && !machine) jl_note(b, JL_TONE_BAD, f->what.message, f->what.args, JL_ERROR_ARGS);
    if (o->wrong && !machine && f->what.hint[0] != '\0') jl_note(b, JL_TONE_NONE, f->what.hint, f->what.args, JL_ERROR_ARGS);
    if (!o->wrong || machine || !f->has_chains) continue;
    sodium_bin2hex(expected, sizeof expected, f->expected, JL_CHAIN_SIZE);
    sodium_bin2hex(found, sizeof found, f->found, JL_CHAIN_SIZE);
    const struct jl_arg chains[] = {text_arg(expected), text_arg(found)};
    jl_note(b, JL_TONE_NONE, JL_MSG("expected {1}"), chains, 2);
    jl_note(b, JL_TONE_NONE, JL_MSG("found {2}"), chains, 2);
  }
  uint64_t met = 0;
  bool partial = false;
  for (const struct one *o = v->first; o != NULL; o = o->next) {
    met += o->counts.heads;
    partial = partial || !o->space.whole;
  }
  if (met > 0 && v->file_heads == 0)
    jl_note(b, JL_TONE_NONE, JL_MSG("held against what this machine had been told before; heads that were kept elsewhere show more: --heads"), NULL, 0);
  if (met == 0)
    jl_note(b, JL_TONE_WARN, JL_MSG("without heads that were kept elsewhere this shows only that the log fits together: --heads"), NULL, 0);
  const struct jl_arg torn[] = {jl_arg_integer((int64_t)v->torn)};
  if (v->torn > 0) jl_note(b, JL_TONE_WARN, JL_MSG("blocks of the heads that were not written whole, and are left out: {1}"), torn, 1);
  if (partial) jl_note(b, JL_TONE_NONE, JL_MSG("sections that you may not read were not verified"), NULL, 0);
  for (size_t i = 0; i < v->head_count; i++) {
    const struct jl_arg of[] = {text_arg(v->heads[i].name[0] != '\0' ? v->heads[i].name : "?"), jl_arg_time(v->heads[i].time_us)};
    bool again = is_met(v, &v->heads[i].space);
    for (size_t k = 0; k < i && !again; k++) again = jl_id_equal(&v->heads[k].space, &v->heads[i].space);
    if (!again) jl_note(b, JL_TONE_NONE, JL_MSG("the heads of \"{1}\" ({2}) were not needed"), of, 2);
  }
}

static bool tell(struct verifying *v, struct jl_error *err) {
  struct jl_cli *cli = v->cli;
  struct jl_builder *b = jl_builder_new(cli->arena, "verified", jl_cli_today(cli), NULL);
  bool wrong = false, machine = cli->face.face != JL_FACE_TERMINAL;
  if (b == NULL) return no_memory(err);
  for (const struct one *o = v->first; o != NULL; o = o->next) wrong = wrong || o->wrong;
  jl_builder_title(b, wrong ? JL_MSG("The history is not what was recorded") : JL_MSG("The history is as it was recorded"), NULL, 0);
  put_table(b, v);
  if (wrong && machine) put_findings(b, v);
  put_notes(b, v, machine);
  if (!jl_builder_ok(b)) return no_memory(err);
  if (!jl_cli_print_document(cli, jl_builder_document(b), err)) return false;
  if (!wrong) return true;
  cli->printed = true; /* it is told; the exit status says it too */
  return jl_fail(err, JL_E_TAMPERED, JL_MSG("The history is not what was recorded"), NULL);
}

/* ---- commands ---- */
bool jl_cmd_history_export(struct jl_cli *cli, struct jl_error *err) {
  struct verifying v = {.cli = cli, .from_server = true, .last = &v.first};
  const struct jl_log_taker taker = {begin, row, unsettled, end, &v};
  struct jl_id space = jl_cli_option(cli, "organisation") != NULL ? jl_profile_identity(cli->profile)->organisation : cli->plan;
  if (jl_id_is_zero(&space))
    return jl_fail(err, JL_E_USAGE, JL_MSG("no plan is chosen"), JL_MSG("run jalon plan use NAME, jalon plan new NAME or jalon start"));
  const struct jl_history_of of = {.space = space,
                                   .path = cli->words[0],
                                   .with_personal = jl_cli_option(cli, "with-personal") != NULL,
                                   .continued = jl_cli_option(cli, "continue") != NULL};
  bool ok = jl_history_write(cli, &of, &taker, err);
  close_audit(&v);
  if (!ok) return false;
  if (v.at->wrong) {
    *err = v.at->finding.what;
    return false;
  }
  if (strcmp(cli->words[0], "-") != 0)
    jl_say(cli, JL_MSG("{1} changes up to r{2} written to {3}"), jl_arg_integer((int64_t)v.at->counts.rows),
           jl_arg_revision(v.at->space.at.revision), jl_arg_text(cli->words[0]));
  return true;
}

static bool verify_file(struct verifying *v, struct jl_error *err) {
  const struct jl_log_taker taker = {begin, row, unsettled, end, v};
  bool ok = jl_history_read(v->cli, v->cli->words[0], &taker, err);
  if (!ok && err->code == JL_E_TAMPERED && v->at != NULL && !v->at->wrong) { /* where it stopped, what is before it fits */
    v->at->wrong = true;
    v->at->counts = *jl_audit_counts(v->audit);
    v->at->finding.what = *err;
    v->at->finding.after = jl_audit_reached(v->audit);
    v->at->finding.revision = v->at->finding.after + 1;
    ok = true;
  }
  close_audit(v);
  if (!ok) return false;
  for (size_t i = 0; i < v->head_count; i++)
    if (jl_id_equal(&v->heads[i].space, &v->at->space.at.space)) return true;
  if (v->head_count == 0) return true;
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("none of the heads is of \"{1}\""), JL_MSG("each plan has heads of its own"),
                 jl_arg_text(v->at->space.at.name));
}

static bool verify_server(struct verifying *v, struct jl_error *err) {
  struct jl_cli *cli = v->cli;
  const struct jl_log_taker taker = {begin, row, unsettled, end, v};
  struct jl_id *spaces;
  size_t n;
  char name[256];
  v->from_server = true;
  if (cli->offline) return jl_cli_needs_server(cli, err);
  if (!jl_cli_connect(cli, true, err)) return false;
  if (cli->plan_name != NULL && !jl_cli_resolve_plan(cli, cli->plan_name, &cli->plan, name, sizeof name, err)) return false;
  if (!jl_history_spaces(cli, jl_cli_option(cli, "all") != NULL, &spaces, &n, err) || !add_copies(v, spaces, n, err)) return false;
  for (size_t i = 0; i < n; i++) {
    bool ok = jl_history_fetch(cli, &spaces[i], 1, &taker, err);
    close_audit(v);
    if (!ok) return false;
  }
  return true;
}

bool jl_cmd_history_verify(struct jl_cli *cli, struct jl_error *err) {
  struct verifying v = {.cli = cli, .last = &v.first};
  if (!read_heads(&v, err)) return false;
  if (!(cli->word_count > 0 ? verify_file(&v, err) : verify_server(&v, err))) return false;
  return tell(&v, err);
}
