/* The whole log of a space from the server, a message at a time. */
#include "client/cli/history.h"
#include "common/base/calendar.h"
#include "common/model/governance/rights.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- where it stands ---- */
struct where {
  struct jl_cli *cli;
  struct jl_heads *heads;
  struct jl_error error;
  bool local;
};

static void take_position(struct jl_heads *h, const struct jl_reply *reply) {
  h->space = reply->position.space;
  h->epoch = reply->position.epoch;
  h->revision = reply->position.revision;
  for (size_t i = 0; i < reply->section_position_count; i++) {
    const struct jl_section_at *s = &reply->section_positions[i];
    if (s->section >= JL_SECTIONS) continue;
    h->sections |= 1U << s->section;
    h->section[s->section].revision = s->revision;
    memcpy(h->section[s->section].chain, s->chain, JL_CHAIN_SIZE);
  }
}

static void on_where(void *context, const struct jl_reply *reply) {
  struct where *w = context;
  jl_cli_heard(w->cli, reply);
  w->error = reply->error;
  w->local = reply->local;
  if (reply->error.code != JL_E_OK) return;
  take_position(w->heads, reply);
  const struct jl_found *plan = reply->found_count > 0 ? &reply->found[0] : NULL;
  if (plan == NULL || plan->record_count == 0) return;
  struct jl_bytes name = jl_record_text(jl_record_type_by_number(JL_TYPE_PLAN), plan->records[0].body, JL_PLAN_NAME);
  struct jl_arg cut = jl_arg_textn((const char *)name.data, name.size);
  memcpy(w->heads->name, cut.text, sizeof w->heads->name);
}

bool jl_history_where(struct jl_cli *cli, const struct jl_id *space, struct jl_heads *ret_heads, struct jl_error *err) {
  static const uint32_t plan = JL_TYPE_PLAN;
  const struct jl_query query = {.types = &plan, .type_count = 1, .all = true};
  struct where w = {.cli = cli, .heads = ret_heads};
  const struct jl_profile_identity *identity = jl_profile_identity(cli->profile);
  *ret_heads = (struct jl_heads){.server = identity->server_id, .time_us = jl_now_utc_us()};
  if (jl_client_read(cli->client, space, &query, 1, on_where, &w) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  if (w.error.code != JL_E_OK) {
    *err = w.error;
    return false;
  }
  if (w.local) return jl_cli_needs_server(cli, err);
  if (jl_id_equal(space, &identity->organisation)) snprintf(ret_heads->name, sizeof ret_heads->name, "%s", jl_tr(JL_MSG("organisation")));
  return true;
}

/* ---- which ---- */
struct listing {
  struct jl_id *spaces;
  size_t count;
};

static bool add_space(struct jl_cli *cli, struct listing *l, size_t *io_capacity, const struct jl_id *space) {
  if (l->count == *io_capacity) {
    size_t capacity = *io_capacity == 0 ? 64 : *io_capacity * 2;
    struct jl_id *grown = jl_arena_array(cli->arena, capacity, sizeof *grown);
    if (grown == NULL) return false;
    if (l->count > 0) memcpy(grown, l->spaces, l->count * sizeof *grown);
    l->spaces = grown;
    *io_capacity = capacity;
  }
  l->spaces[l->count++] = *space;
  return true;
}

static bool list_all(struct jl_cli *cli, struct listing *l, struct jl_error *err) {
  const struct jl_view_ask ask = {.view = "plans"};
  const Jalon__Document *document;
  struct jl_heads organisation;
  uint64_t revision;
  size_t capacity = 0;
  struct jl_id id = jl_profile_identity(cli->profile)->organisation;
  if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  bool guest = !jl_history_where(cli, &id, &organisation, err); /* to whom it is not there */
  if (guest && err->code != JL_E_NOT_FOUND) return false;
  *err = (struct jl_error){0};
  bool ok = guest || add_space(cli, l, &capacity, &id);
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t r = 0; ok && r < document->blocks[b]->n_rows; r++) {
      const Jalon__RecordRef *record = document->blocks[b]->rows[r]->record;
      if (record == NULL || record->type != JL_TYPE_PLAN || !jl_id_from_bytes(JL_PB(record->id), &id)) continue;
      ok = add_space(cli, l, &capacity, &id);
    }
  return ok || jl_cli_no_link(err);
}

bool jl_history_spaces(struct jl_cli *cli, bool all, struct jl_id **ret_spaces, size_t *ret_n, struct jl_error *err) {
  struct listing l = {.count = 0};
  size_t capacity = 0;
  if (!all && jl_id_is_zero(&cli->plan))
    return jl_fail(err, JL_E_USAGE, JL_MSG("no plan is chosen"), JL_MSG("run jalon plan use NAME, jalon plan new NAME or jalon start"));
  if (all ? !list_all(cli, &l, err) : !add_space(cli, &l, &capacity, &cli->plan)) return all ? false : jl_cli_no_link(err);
  *ret_spaces = l.spaces;
  *ret_n = l.count;
  return true;
}

/* ---- progress ---- */
void jl_history_progress(struct jl_cli *cli, uint64_t revision, uint64_t of) {
  const struct jl_arg args[] = {jl_arg_label(JL_MSG("verifying")), jl_arg_integer((int64_t)revision), jl_arg_integer((int64_t)of)};
  struct jl_buffer line;
  if (cli->quiet || isatty(STDERR_FILENO) != 1) return;
  jl_buffer_init(&line, 4096);
  jl_buffer_text(&line, "\r");
  if (of != 0) jl_format_words(JL_MSG("{1}: {2} of {3}"), args, 3, &line);
  jl_buffer_text(&line, "\033[K");
  if (jl_buffer_ok(&line)) (void)!fwrite(line.data, 1, line.size, stderr);
  fflush(stderr);
  jl_buffer_release(&line);
}

/* ---- rows ---- */
struct fetching {
  struct jl_cli *cli;
  const struct jl_log_taker *taker;
  struct jl_logged_space space;
  struct jl_error error;
  uint64_t next;
  bool begun, more;
};

static bool begin(struct fetching *f, const struct jl_reply *reply) {
  if (f->begun) return true;
  f->begun = true;
  f->space.sections = reply->log_sections & JL_EVERYTHING;
  if (f->space.sections == 0) f->space.sections = f->space.at.sections; /* a server that does not say */
  struct jl_id organisation = jl_profile_identity(f->cli->profile)->organisation;
  f->space.whole = f->space.sections == JL_EVERYTHING || jl_id_equal(&f->space.at.space, &organisation); /* which has one section */
  return f->taker->begin(f->taker->context, &f->space, &f->error);
}

static void on_rows(void *context, const struct jl_reply *reply) {
  struct fetching *f = context;
  jl_cli_heard(f->cli, reply);
  f->error = reply->error;
  f->more = reply->has_more;
  if (f->error.code != JL_E_OK || !begin(f, reply)) return;
  for (size_t i = 0; i < reply->log_count; i++) {
    const struct jl_log_bytes *bytes = &reply->log_bytes[i];
    const struct jl_audit_row row = {.revision = reply->log[i].revision,
                                     .section = (enum jl_section)reply->log[i].section,
                                     .change = {bytes->body, bytes->private_values},
                                     .link = bytes->link};
    if (!f->taker->row(f->taker->context, &row, &f->error)) return;
    if (row.revision >= f->next) f->next = row.revision + 1;
  }
  if (reply->has_more && reply->log_last >= f->next) f->next = reply->log_last + 1;
}

/* An older server does not say how far a page went of which nothing may be read: then half as many, and one in the end. */
static bool ask(struct fetching *f, struct jl_error *err) {
  const struct jl_id *space = &f->space.at.space;
  uint64_t end = f->space.at.revision, from = f->next;
  do {
    if (jl_client_read_log(f->cli->client, space, from, end, 0, on_rows, f) == 0) return jl_cli_no_link(err);
    if (!jl_cli_wait(f->cli, err)) return false;
    if (f->error.code != JL_E_OK) {
      *err = f->error;
      return false;
    }
  } while (f->more && f->next == from && end > from && (end = from + (end - from) / 2, true));
  if (!f->more || f->next == from) f->next = end + 1;
  return true;
}

/* What came later than its end, when there is something to be found in it. */
static bool goes_on(struct fetching *f, bool *ret_more, struct jl_error *err) {
  struct jl_heads later;
  *ret_more = false;
  if (!f->begun || !f->taker->unsettled(f->taker->context)) return true;
  if (!jl_history_where(f->cli, &f->space.at.space, &later, err)) return false;
  *ret_more = later.revision > f->space.at.revision;
  if (*ret_more) f->space.at = later;
  return true;
}

bool jl_history_fetch(struct jl_cli *cli, const struct jl_id *space, uint64_t from, const struct jl_log_taker *taker, struct jl_error *err) {
  struct fetching f = {.cli = cli, .taker = taker, .space = {.personal = true}, .next = from};
  int64_t told_us = jl_monotonic_us();
  bool drawn = false, ok = true;
  if (!jl_history_where(cli, space, &f.space.at, err)) return false;
  for (bool more = f.next <= f.space.at.revision; ok && more;) {
    ok = ask(&f, err);
    more = f.next <= f.space.at.revision;
    if (ok && !more) ok = goes_on(&f, &more, err);
    if (!ok || jl_monotonic_us() - told_us < 500000) continue;
    told_us = jl_monotonic_us();
    drawn = true;
    jl_history_progress(cli, f.next - 1, f.space.at.revision);
  }
  if (drawn) jl_history_progress(cli, 0, 0);
  return ok && (f.begun || taker->begin(taker->context, &f.space, err)) && taker->end(taker->context, &f.space, err);
}
