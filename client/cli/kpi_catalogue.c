/* kpi catalogue: the KPIs that the program brings along, by channel. kpi use: those of a channel become KPIs of the plan; what is there already
 * by that name and channel stays as it is. */
#include "client/cli/kpi_catalogue.h"
#include "client/cli/rhythm.h"
#include "common/base/text.h"
#include "common/model/measures/kpi_catalogue.h"
#include "common/record/schema.h"
#include <string.h>

#define BUSINESS "business" /* of no channel: they stand in a table of their own */

static bool same_channel(size_t a, size_t b) { return strcmp(jl_catalogue_kpis[a].word, jl_catalogue_kpis[b].word) == 0; }

/* The channel that a word names: as people type it, or as it is called in one of the languages. SIZE_MAX: none. */
static size_t find_channel(struct jl_cli *cli, const char *word) {
  const char *wanted = jl_text_fold(cli->arena, word);
  for (size_t i = 0; wanted != NULL && i < jl_catalogue_count; i++) {
    const struct jl_catalogue_kpi *k = &jl_catalogue_kpis[i];
    const char *own = jl_text_fold(cli->arena, jl_tr(k->channel)), *english = jl_text_fold(cli->arena, k->channel);
    if (strcmp(k->word, wanted) == 0 || (own != NULL && strcmp(own, wanted) == 0) || (english != NULL && strcmp(english, wanted) == 0)) return i;
  }
  return SIZE_MAX;
}

static bool no_channel(const char *word, struct jl_error *err) {
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("the catalogue has no channel \"{1}\""), JL_MSG("one of: seo, sea, email, social, influence, crm, content, business"), jl_arg_text(word));
}

/* ---- catalogue ---- */
static void cell_names(struct jl_cli *cli, struct jl_builder *b, size_t first, size_t n) {
  static const char *const words[] = {JL_MSG("{1}"), JL_MSG("{1}, {2}"), JL_MSG("{1}, {2}, {3}"), JL_MSG("{1}, {2}, {3}, {4}"), JL_MSG("{1}, {2}, {3}, {4}, {5}"),
                                      JL_MSG("{1}, {2}, {3}, {4}, {5}, {6}"), JL_MSG("{1}, {2}, {3}, {4}, {5}, {6}, {7}")};
  struct jl_arg names[JL_COUNT(words)];
  if (n > JL_COUNT(words)) n = JL_COUNT(words);
  for (size_t i = 0; i < n; i++) names[i] = jl_arg_label(jl_catalogue_kpis[first + i].name);
  (void)cli;
  jl_cell_words(b, words[n - 1], names, (int)n);
}

static void block_channels(struct jl_cli *cli, struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_ITEMS, "channels", JL_MSG("by channel"));
  jl_column(b, "channel", JL_MSG("channel"), JL_ARG_LABEL, 0);
  jl_column(b, "purpose", JL_MSG("objective"), JL_ARG_LABEL, 0);
  jl_column(b, "kpis", JL_MSG("main KPI"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < jl_catalogue_count && strcmp(jl_catalogue_kpis[i].word, BUSINESS) != 0;) {
    size_t n = 1;
    while (i + n < jl_catalogue_count && same_channel(i, i + n)) n++;
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, jl_catalogue_kpis[i].channel, jl_catalogue_kpis[i].word);
    jl_cell_label(b, jl_catalogue_kpis[i].purpose, jl_catalogue_kpis[i].purpose);
    cell_names(cli, b, i, n);
    i += n;
  }
  jl_note(b, JL_TONE_MUTED, JL_MSG("jalon kpi catalogue CHANNEL shows them one by one; jalon kpi use CHANNEL --lever REF makes them KPIs of the plan"), NULL, 0);
}

static void cell_value(struct jl_builder *b, uint32_t field, const char *text) {
  const struct jl_field *of = jl_field_by_number(jl_record_type_by_number(JL_TYPE_KPI), field);
  const struct jl_enum_value *value = text == NULL ? NULL : jl_enum_by_text(of->enumeration, text);
  if (value == NULL)
    jl_cell(b, (struct jl_arg){.kind = JL_ARG_NONE});
  else
    jl_cell_label(b, value->label, value->text);
}

static void block_kpis(struct jl_builder *b, size_t first) {
  static const struct {
    const char *name, *label;
    uint32_t field;
    int priority;
  } columns[] = {{"direction", JL_MSG("direction"), JL_KPI_DIRECTION, 5}, {"timing", JL_MSG("timing"), JL_KPI_TIMING, 4},       {"nature", JL_MSG("nature"), JL_KPI_NATURE, 2},
                 {"frequency", JL_MSG("frequency"), JL_KPI_FREQUENCY, 3}, {"computed", JL_MSG("computed as"), JL_KPI_COMPUTED, 1}};
  jl_block_begin(b, JL_BLOCK_TABLE, "kpis", jl_catalogue_kpis[first].channel);
  jl_column(b, "kpi", JL_MSG("KPI"), JL_ARG_LABEL, 0);
  jl_column(b, "unit", JL_MSG("unit"), JL_ARG_TEXT, 3);
  for (size_t c = 0; c < JL_COUNT(columns); c++) jl_column(b, columns[c].name, columns[c].label, JL_ARG_LABEL, columns[c].priority);
  for (size_t i = first; i < jl_catalogue_count && same_channel(i, first); i++) {
    const struct jl_catalogue_kpi *k = &jl_catalogue_kpis[i];
    const char *values[] = {k->direction, k->timing, k->nature, k->frequency, k->computed};
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_label(b, k->name, k->name);
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)k->unit, strlen(k->unit)});
    for (size_t c = 0; c < JL_COUNT(columns); c++) cell_value(b, columns[c].field, values[c]);
  }
}

bool jl_cmd_kpi_catalogue(struct jl_cli *cli, struct jl_error *err) {
  struct jl_builder *b = jl_builder_new(cli->arena, "kpi_catalogue", jl_cli_today(cli), NULL);
  size_t channel = cli->word_count > 0 ? find_channel(cli, cli->words[0]) : 0;
  if (channel == SIZE_MAX) return no_channel(cli->words[0], err);
  if (b == NULL) return jl_cli_no_link(err);
  jl_builder_title(b, JL_MSG("catalogue of KPIs"), NULL, 0);
  if (cli->word_count > 0)
    block_kpis(b, channel);
  else {
    block_channels(cli, b);
    block_kpis(b, find_channel(cli, BUSINESS));
  }
  return jl_builder_ok(b) ? jl_cli_print_document(cli, jl_builder_document(b), err) : jl_cli_no_link(err);
}

/* ---- use ---- */
struct using {
  struct jl_rhythm r;
  const Jalon__Block *there; /* KPIs of the plan; NULL: none */
  struct jl_lookups lookups;
  struct jl_id lever, objective;
  bool has_lever, has_objective;
  size_t made, known;
};

static bool is_there(const struct using *u, const char *name, const char *channel) {
  for (size_t i = 0; u->there != NULL && i < u->there->n_rows; i++) {
    const Jalon__Cell *own = jl_row_cell(u->there, u->there->rows[i], "name"), *of = jl_row_cell(u->there, u->there->rows[i], "channel");
    if (own != NULL && own->text != NULL && strcmp(own->text, name) == 0 && strcmp(of == NULL || of->text == NULL ? "" : of->text, channel) == 0) return true;
  }
  return false;
}

static bool read_there(struct using *u, struct jl_error *err) {
  struct jl_cli *cli = u->r.cli;
  struct jl_parameter type = {"type", "kpi"};
  const struct jl_view_ask ask = {.space = cli->plan, .view = "list", .parameters = &type, .parameter_count = 1};
  const char *lever = jl_cli_option(cli, "lever"), *objective = jl_cli_option(cli, "objective");
  const Jalon__Document *document;
  uint64_t revision;
  if (!jl_cli_document(cli, &ask, &document, &revision, err)) return false;
  u->there = jl_cli_block(document, "kpi");
  u->lookups.space = cli->plan;
  const char *const texts[] = {lever, objective};
  static const uint32_t fields[] = {JL_KPI_LEVER, JL_KPI_OBJECTIVE};
  for (size_t i = 0; i < 2; i++) {
    struct jl_lookup *one = texts[i] == NULL ? NULL : jl_lookup_add(cli, &u->lookups, texts[i]);
    if (texts[i] != NULL && one == NULL) return jl_cli_no_link(err);
    if (one != NULL) one->field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_KPI), fields[i]);
  }
  if (u->lookups.count > 0 && !jl_lookups_run(cli, &u->lookups, err)) return false;
  for (size_t i = 0; i < u->lookups.count; i++)
    if (u->lookups.items[i].error.code != JL_E_OK) {
      *err = u->lookups.items[i].error;
      return false;
    }
  u->has_lever = lever != NULL;
  u->has_objective = objective != NULL;
  if (u->has_lever) u->lever = u->lookups.items[0].record.id;
  if (u->has_objective) u->objective = u->lookups.items[u->has_lever].record.id;
  return true;
}

static bool make(struct using *u, const struct jl_catalogue_kpi *k, struct jl_error *err) {
  struct jl_draft d = jl_draft_of(&u->r, JL_TYPE_KPI);
  const char *name = jl_tr(k->name), *channel = jl_tr(k->channel), *currency = u->r.input.currency;
  const char *unit = strcmp(k->unit, "EUR") == 0 && currency != NULL && currency[0] != '\0' ? currency : k->unit;
  if (is_there(u, name, channel)) {
    u->known++;
    return true;
  }
  u->made++;
  return jl_draft_text(&d, JL_KPI_NAME, name, err) && jl_draft_text(&d, JL_KPI_CHANNEL, channel, err) && jl_draft_text(&d, JL_KPI_CHANNEL_OBJECTIVE, jl_tr(k->purpose), err) &&
         (unit[0] == '\0' || jl_draft_text(&d, JL_KPI_UNIT, unit, err)) && jl_draft_text(&d, JL_KPI_DIRECTION, k->direction, err) &&
         jl_draft_text(&d, JL_KPI_TIMING, k->timing, err) && jl_draft_text(&d, JL_KPI_NATURE, k->nature, err) && jl_draft_text(&d, JL_KPI_FREQUENCY, k->frequency, err) &&
         jl_draft_text(&d, JL_KPI_COMPUTED, k->computed, err) && jl_draft_text(&d, JL_KPI_STAGE, k->stage, err) && jl_draft_text(&d, JL_KPI_NEXT_STAGE, k->next, err) &&
         (!u->has_lever || jl_draft_ids(&d, JL_KPI_LEVER, &u->lever, 1, err)) && (!u->has_objective || jl_draft_ids(&d, JL_KPI_OBJECTIVE, &u->objective, 1, err)) &&
         jl_draft_put(&d, err);
}

bool jl_cmd_kpi_use(struct jl_cli *cli, struct jl_error *err) {
  struct using u = {.made = 0};
  struct jl_outcome_of outcome = {0};
  size_t channel = find_channel(cli, cli->words[0]);
  if (channel == SIZE_MAX) return no_channel(cli->words[0], err);
  if (!jl_rhythm_begin(&u.r, cli, err)) return false;
  bool ok = read_there(&u, err);
  for (size_t i = channel; ok && i < jl_catalogue_count && same_channel(i, channel); i++) ok = make(&u, &jl_catalogue_kpis[i], err);
  if (ok && u.made == 0) {
    jl_group_free(u.r.group);
    jl_say(cli, JL_MSG("the plan has these KPIs already: {1}"), jl_arg_integer((int64_t)u.known));
    if (cli->json) jl_cli_done(cli, &outcome);
    return true;
  }
  if (!jl_rhythm_end(&u.r, ok, &outcome, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("KPIs that would be made: {1}; there already: {2}") : JL_MSG("KPIs made: {1}; there already: {2}{3}; each wants its target: jalon kpi set REF --comparator \">\" --target 100"),
         jl_arg_integer((int64_t)u.made), jl_arg_integer((int64_t)u.known), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
