/* Views: ask, print, then note in the profile what was displayed. */
#include "client/cli/cli.h"
#include "common/base/limits.h"
#include "common/record/schema.h"
#include "common/wire/unpack.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct answer {
  struct jl_cli *cli;
  struct jl_error error;
  struct jl_bytes document;
  struct jl_position_at position;
  bool local;
};

static void on_view(void *context, const struct jl_reply *reply) {
  struct answer *answer = context;
  jl_cli_heard(answer->cli, reply);
  answer->error = reply->error;
  answer->position = reply->position;
  answer->local = reply->local;
  answer->document = jl_arena_dup(answer->cli->arena, reply->document);
}

void jl_cli_currency(struct jl_cli *cli, const Jalon__Document *document) {
  if (document->currency != NULL && strlen(document->currency) == 3) memcpy(cli->currency, document->currency, 4);
}

#define PARAMETERS_MAX 32 /* and two of ours */
#define PAGE_TRIES 5

/* The rows of a long view from a row on, as many as one message holds. */
static bool ask_page(struct jl_cli *cli, const struct jl_view_ask *ask, uint64_t from, Jalon__Document **ret_document,
                     uint64_t *ret_revision, struct jl_error *err) {
  struct answer answer = {.cli = cli};
  struct jl_view_ask with_today = *ask;
  struct jl_parameter parameters[PARAMETERS_MAX + 2];
  char row[24];
  with_today.has_today = cli->has_today;
  with_today.today = cli->today;
  if (ask->parameter_count <= PARAMETERS_MAX) {
    snprintf(row, sizeof row, "%" PRIu64, from);
    for (size_t i = 0; i < ask->parameter_count; i++) parameters[i] = ask->parameters[i];
    if (from > 0) parameters[with_today.parameter_count++] = (struct jl_parameter){"from", row};
    if (cli->at_text != NULL) parameters[with_today.parameter_count++] = (struct jl_parameter){"at", cli->at};
    with_today.parameters = parameters;
  }
  if (jl_client_view(cli->client, &with_today, on_view, &answer) == 0) {
    (void)jl_cli_no_link(err);
    return false;
  }
  if (!jl_cli_wait(cli, err)) return false;
  if (answer.error.code != JL_E_OK) {
    *err = answer.error;
    return false;
  }
  Jalon__Document *document =
      (Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, answer.document, JL_UNPACK_MAX, cli->arena, err);
  if (document == NULL) return false;
  /* What waits stands in it and has no revision yet: what was seen of the others is no newer than the copy. */
  if (answer.local && document->has_revision) document->revision = answer.position.revision;
  *ret_document = document;
  *ret_revision = document->has_revision && document->revision != 0 ? document->revision : answer.position.revision;
  return true;
}

static bool is_page_block(const Jalon__Block *block) { return block->name != NULL && strcmp(block->name, JL_BLOCK_PAGE) == 0; }

Jalon__Block *jl_cli_block(const Jalon__Document *document, const char *name) {
  for (size_t i = 0; document != NULL && i < document->n_blocks; i++)
    if (document->blocks[i]->name != NULL && strcmp(document->blocks[i]->name, name) == 0) return document->blocks[i];
  return NULL;
}

/* Totals stand on every page: those of the last one stay, behind all rows. */
bool jl_cli_add_rows(struct jl_cli *cli, Jalon__Block *block, const Jalon__Block *more) {
  Jalon__Row **rows = jl_arena_array(cli->arena, block->n_rows + more->n_rows + 1, sizeof *rows);
  size_t n = 0;
  if (rows == NULL) return false;
  for (size_t i = 0; i < block->n_rows; i++)
    if (block->rows[i]->style != JL_ROW_TOTAL) rows[n++] = block->rows[i];
  for (size_t i = 0; i < more->n_rows; i++) rows[n++] = more->rows[i];
  block->rows = rows;
  block->n_rows = n;
  return true;
}

/* All pages of a view have the same blocks; the one that says what is left out is the last, and not needed any more. */
static bool add_page(struct jl_cli *cli, Jalon__Document *whole, const Jalon__Document *page, struct jl_error *err) {
  while (whole->n_blocks > 0 && is_page_block(whole->blocks[whole->n_blocks - 1])) whole->n_blocks--;
  for (size_t b = 0; b < whole->n_blocks && b < page->n_blocks; b++)
    if (!jl_cli_add_rows(cli, whole->blocks[b], page->blocks[b])) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  whole->has_next_row = page->has_next_row && page->next_row > whole->next_row;
  whole->next_row = page->next_row;
  return true;
}

bool jl_cli_document(struct jl_cli *cli, const struct jl_view_ask *ask, const Jalon__Document **ret_document, uint64_t *ret_revision,
                     struct jl_error *err) {
  for (int tries = 0; tries < PAGE_TRIES; tries++) {
    Jalon__Document *whole = NULL, *page = NULL;
    uint64_t revision = 0;
    if (!ask_page(cli, ask, 0, &whole, ret_revision, err)) return false;
    for (revision = *ret_revision; whole->has_next_row && revision == *ret_revision;) {
      if (!ask_page(cli, ask, whole->next_row, &page, &revision, err)) return false;
      if (revision == *ret_revision && !add_page(cli, whole, page, err)) return false;
    }
    if (revision != *ret_revision) continue; /* somebody changed something between two pages */
    jl_cli_currency(cli, whole);
    *ret_document = whole;
    return true;
  }
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the view is long, and changes while it is read"), JL_MSG("try again in a moment"));
}

static struct jl_id ref_id(const Jalon__RecordRef *ref) {
  struct jl_id id;
  return jl_id_from_bytes((struct jl_bytes){ref->id.data, ref->id.len}, &id) ? id : (struct jl_id){{0}};
}

/* A row of a person shown in a plan's view carries a revision of another space: such rows are left out. */
static bool belongs(const struct jl_cli *cli, const struct jl_id *space, const Jalon__RecordRef *ref) {
  const struct jl_record_type *type = ref == NULL ? NULL : jl_record_type_by_number(ref->type);
  if (type == NULL) return false;
  struct jl_id organisation = jl_profile_identity(cli->profile)->organisation;
  return (type->space == JL_SPACE_ORGANISATION) == jl_id_equal(space, &organisation);
}

/* One cell of a RACI table or matrix shows several assignments: they are its sources. */
static bool mark_assignments(struct jl_cli *cli, const struct jl_id *space, const Jalon__Row *row, uint64_t revision) {
  bool ok = true;
  for (size_t c = 0; c < row->n_cells && row->record != NULL; c++)
    for (size_t i = 0; i < row->cells[c]->n_sources && ok; i++) {
      struct jl_id id;
      const ProtobufCBinaryData *source = &row->cells[c]->sources[i];
      if (jl_id_from_bytes((struct jl_bytes){source->data, source->len}, &id))
        ok = jl_profile_mark_shown(cli->profile, space, &id, JL_TYPE_RACI, 0, revision);
    }
  return ok;
}

bool jl_cli_mark_document(struct jl_cli *cli, const struct jl_id *space, const Jalon__Document *document, uint64_t revision,
                          struct jl_error *err) {
  if (jl_id_is_zero(space) || revision == 0) return true;
  bool was_locked = jl_profile_locked(cli->profile), changed = jl_profile_position(cli->profile, space) < revision, ok = true;
  bool raci = document->view != NULL && strcmp(document->view, "raci") == 0;
  changed = changed || raci;
  for (int pass = 0; pass < 2 && ok; pass++) {
    if (pass == 1 && !changed) return true;
    if (pass == 1 && !jl_cli_lock(cli, err)) return false;
    if (pass == 1) ok = jl_profile_mark_shown(cli->profile, space, NULL, 0, 0, revision);
    for (size_t b = 0; b < document->n_blocks; b++)
      for (size_t r = 0; r < document->blocks[b]->n_rows && ok; r++) {
        const Jalon__RecordRef *ref = document->blocks[b]->rows[r]->record;
        if (raci && pass == 1 && !mark_assignments(cli, space, document->blocks[b]->rows[r], revision)) ok = false;
        if (!belongs(cli, space, ref)) continue;
        struct jl_id id = ref_id(ref);
        if (pass == 0)
          changed = changed || jl_profile_shown(cli->profile, space, &id) < revision;
        else
          ok = jl_profile_mark_shown(cli->profile, space, &id, ref->type, ref->number, revision) && ok;
      }
  }
  if (!ok) (void)jl_cli_no_link(err);
  ok = ok && jl_profile_save(cli->profile, err);
  if (!was_locked) jl_profile_unlock(cli->profile);
  return ok;
}

bool jl_cli_print_document(struct jl_cli *cli, const Jalon__Document *document, struct jl_error *err) {
  struct jl_buffer out;
  jl_buffer_init(&out, 64u << 20);
  bool ok = jl_face_render(document, &cli->face, &out, err);
  if (ok) jl_cli_print(cli, &out);
  else jl_buffer_release(&out);
  return ok;
}

void jl_cli_add_note(struct jl_cli *cli, Jalon__Document *document, const char *block, const char *message, const struct jl_arg *args, int n) {
  struct jl_builder *b = jl_builder_new(cli->arena, document->view, 0, NULL);
  if (b == NULL) return;
  jl_block_begin(b, JL_BLOCK_NOTES, block, NULL);
  jl_note(b, JL_TONE_STRONG, message, args, n);
  const Jalon__Document *made = jl_builder_document(b);
  Jalon__Block **blocks = jl_arena_array(cli->arena, document->n_blocks + 1, sizeof(Jalon__Block *));
  if (!jl_builder_ok(b) || made->n_blocks == 0 || blocks == NULL) return;
  if (document->n_blocks > 0) memcpy(blocks, document->blocks, document->n_blocks * sizeof(Jalon__Block *));
  blocks[document->n_blocks] = made->blocks[0];
  document->blocks = blocks;
  document->n_blocks++;
}

/* What else a screen of now tells beside the view. */
static bool tell_more(struct jl_cli *cli, const struct jl_view_ask *ask, const Jalon__Document **io_document, struct jl_error *err) {
  const struct jl_view *view = jl_view_by_name(ask->view);
  if (view == NULL || !(view->tells_inbox || view->tells_audit) || cli->face.face != JL_FACE_TERMINAL || cli->at_text != NULL) return true;
  Jalon__Document *with_note = jl_arena_alloc(cli->arena, sizeof *with_note);
  if (with_note == NULL) return jl_cli_no_link(err);
  *with_note = **io_document;
  if (view->tells_inbox) jl_inbox_note(cli, &ask->space, with_note);
  if (view->tells_audit) jl_audit_note(cli, &ask->space, with_note);
  *io_document = with_note;
  return true;
}

bool jl_cli_view(struct jl_cli *cli, const struct jl_view_ask *ask, struct jl_error *err) {
  const Jalon__Document *document = NULL;
  uint64_t revision = 0;
  if (!jl_cli_document(cli, ask, &document, &revision, err) || !tell_more(cli, ask, &document, err)) return false;
  if (!jl_cli_print_document(cli, document, err)) return false;
  /* The base of the next edit is what was seen of now. */
  return cli->at_text != NULL || jl_cli_mark_document(cli, &ask->space, document, revision, err);
}

/* A record as the server knows it. */
static const char *known_as(struct jl_cli *cli, const char *text) {
  struct jl_id id;
  char *known = jl_cli_given(cli, text, &id) ? jl_arena_alloc(cli->arena, JL_ID_TEXT_SIZE) : NULL;
  if (known == NULL) return text;
  jl_id_format(&id, known);
  return known;
}

/* Of a history: days of this machine's clock, as instants. */
static bool take_period(struct jl_cli *cli, const struct jl_view *view, struct jl_parameter *parameter, struct jl_error *err) {
  bool since = strcmp(parameter->name, "since") == 0, until = strcmp(parameter->name, "until") == 0;
  char *moment = since || until ? jl_arena_alloc(cli->arena, JL_MOMENT_SIZE) : NULL;
  int32_t day;
  if (moment == NULL || !jl_view_takes(view, "until")) return true;
  const char *text = parameter->value;
  parameter->value = moment;
  return since ? jl_cli_since(cli, text, moment, err) : jl_cli_moment(cli, text, moment, &day, err);
}

bool jl_cli_view_here(struct jl_cli *cli, const char *view, const struct jl_parameter *parameters, size_t n, struct jl_error *err) {
  struct jl_id nowhere = jl_id_random();
  struct jl_bytes packed;
  struct jl_view_parameter *given = jl_arena_array(cli->arena, n + 1, sizeof *given);
  struct jl_replica *empty = jl_replica_new(&nowhere, JL_SPACE_PLAN);
  if (empty == NULL || given == NULL) {
    jl_replica_free(empty);
    return jl_cli_no_link(err);
  }
  for (size_t i = 0; i < n; i++) given[i] = (struct jl_view_parameter){parameters[i].name, parameters[i].value};
  struct jl_view_input in = {
      .space = empty, .sections = 1U << JL_SECTION_STRATEGY, .today = jl_cli_today(cli), .parameters = given, .parameter_count = n};
  bool ok = jl_view_build(jl_view_by_name(view), &in, cli->arena, &packed, err);
  jl_replica_free(empty);
  Jalon__Document *document =
      ok ? (Jalon__Document *)jl_unpack_within(&jalon__document__descriptor, packed, JL_UNPACK_MAX, cli->arena, err) : NULL;
  if (document == NULL) return false;
  document->has_revision = false;
  return jl_cli_print_document(cli, document, err);
}

/* A view that may need no plan, and is asked without one. false with an error: it needs one, and there is none. */
static bool is_alone(struct jl_cli *cli, const struct jl_view *view, bool *ret_alone, struct jl_error *err) {
  *ret_alone = view->alone != NULL && view->alone[0] != '\0' && cli->word_count == 0 && jl_cli_option(cli, view->alone) != NULL;
  if (view->alone == NULL || *ret_alone || jl_cli_ready(cli, JL_COMMAND_PLAN | JL_COMMAND_PAST, err)) return true;
  bool plan_known = cli->profile != NULL && !jl_id_is_zero(&cli->plan);
  *ret_alone = view->alone[0] == '\0' && !plan_known && cli->plan_name == NULL && cli->at_text == NULL;
  if (*ret_alone) *err = (struct jl_error){0};
  return *ret_alone;
}

const char *jl_cli_people_of(struct jl_cli *cli, const char *value) {
  const char *text = "";
  for (const char *at = value; text != NULL && *at != '\0';) {
    char me[JL_ID_TEXT_SIZE];
    size_t size = strcspn(at, ",");
    bool self = size == 2 && memcmp(at, "me", 2) == 0;
    if (self) jl_id_format(&jl_profile_identity(cli->profile)->person, me);
    text = jl_arena_printf(cli->arena, "%s%s%.*s", text, text[0] != '\0' ? "," : "", self ? JL_ID_TEXT_SIZE - 1 : (int)size, self ? me : at);
    at += size + (at[size] == ',');
  }
  return text != NULL ? text : value;
}

#define SCREEN_CARDS "12" /* of a board's column */

bool jl_cli_view_options(struct jl_cli *cli, const struct jl_view *view, struct jl_parameter *parameters, size_t capacity, size_t *io_n,
                         struct jl_error *err) {
  size_t n = *io_n;
  for (size_t i = 0; i < cli->option_count && n < capacity; i++) {
    if (!jl_view_takes(view, cli->options[i].name) || strcmp(cli->options[i].name, "record") == 0) continue; /* the command's own */
    const char *value = known_as(cli, cli->options[i].value);
    parameters[n++] = (struct jl_parameter){cli->options[i].name, strcmp(cli->options[i].name, "person") == 0 ? jl_cli_people_of(cli, value) : value};
    if (!take_period(cli, view, &parameters[n - 1], err)) return false;
  }
  /* People read sentences, programs read columns; a screen has room for some cards. */
  bool people = cli->face.face == JL_FACE_TERMINAL;
  if (people && jl_view_takes(view, "sentences") && jl_cli_option(cli, "sentences") == NULL && n < capacity)
    parameters[n++] = (struct jl_parameter){"sentences", "yes"};
  if (people && jl_view_takes(view, "cards") && jl_cli_option(cli, "cards") == NULL && n < capacity)
    parameters[n++] = (struct jl_parameter){"cards", SCREEN_CARDS};
  *io_n = n;
  return true;
}

bool jl_cmd_view(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_view *view = cli->command->view;
  struct jl_parameter parameters[32];
  size_t n = 0;
  bool alone = false;
  if (!is_alone(cli, view, &alone, err)) return false;
  if (cli->word_count > 0)
    parameters[n++] = (struct jl_parameter){view->by_record ? "record" : view->parameters[0], known_as(cli, cli->words[0])};
  if (!jl_cli_view_options(cli, view, parameters, JL_COUNT(parameters), &n, err)) return false;
  if (alone) return jl_cli_view_here(cli, view->name, parameters, n, err);
  struct jl_view_ask ask = {.view = view->name, .parameters = parameters, .parameter_count = n};
  if (view->needs_space) ask.space = cli->plan;
  if (strcmp(view->name, "people") == 0) ask.space = jl_profile_identity(cli->profile)->organisation;
  if (!jl_cli_view(cli, &ask, err)) return false;
  if (view->needs_log && cli->heard.local) jl_talk(cli, JL_MSG("changes that are not on this machine are left out"));
  return true;
}

/* The letter of "P3" says that it is of the organisation. */
static struct jl_id space_of_reference(const struct jl_cli *cli, const char *text) {
  const struct jl_record_type *type;
  uint64_t number;
  return jl_cli_space(cli, jl_reference_parse(text, &type, &number) ? type : NULL);
}

static bool show(struct jl_cli *cli, struct jl_id space, const char *text, struct jl_error *err) {
  if (jl_id_is_zero(&space))
    return jl_fail(err, JL_E_USAGE, JL_MSG("no plan is chosen"), JL_MSG("run jalon plan use NAME, jalon plan new NAME or jalon start"));
  struct jl_parameter parameter = {"record", known_as(cli, text)};
  struct jl_view_ask ask = {.space = space, .view = "show", .parameters = &parameter, .parameter_count = 1};
  return jl_cli_view(cli, &ask, err);
}

bool jl_cmd_show(struct jl_cli *cli, struct jl_error *err) { return show(cli, space_of_reference(cli, cli->words[0]), cli->words[0], err); }

bool jl_cmd_record_show(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = cli->command->type;
  struct jl_id space = jl_cli_space(cli, type);
  char id_text[JL_ID_TEXT_SIZE];
  if (type->singleton && cli->word_count == 0) {
    jl_id_format(&space, id_text);
    return show(cli, space, id_text, err);
  }
  if (cli->at_text != NULL) return show(cli, space, cli->words[0], err); /* it may be gone by now */
  /* By type, so that a title shared with another type does not matter. */
  struct jl_lookup one = {.text = cli->words[0], .type = type};
  if (!jl_lookup_one(cli, &one, err)) return false;
  jl_id_format(&one.record.id, id_text);
  return show(cli, space, id_text, err);
}

bool jl_cmd_record_list(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_record_type *type = cli->command->type;
  struct jl_parameter parameters[16] = {{"type", type->name}};
  size_t n = 1;
  if (!jl_cli_view_options(cli, jl_view_by_name("list"), parameters, JL_COUNT(parameters), &n, err)) return false;
  struct jl_view_ask ask = {.space = jl_cli_space(cli, type), .view = "list", .parameters = parameters, .parameter_count = n};
  return jl_cli_view(cli, &ask, err);
}

bool jl_cmd_plan_list(struct jl_cli *cli, struct jl_error *err) {
  struct jl_view_ask ask = {.view = "plans"};
  return jl_cli_view(cli, &ask, err);
}

bool jl_cmd_plan_show(struct jl_cli *cli, struct jl_error *err) {
  char id_text[JL_ID_TEXT_SIZE];
  jl_id_format(&cli->plan, id_text);
  return show(cli, cli->plan, id_text, err);
}
