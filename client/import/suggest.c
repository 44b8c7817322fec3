/* What a file may be, when nobody says and it is no export that is known: the types of records that its columns fit best. */
#include "client/import/parts.h"
#include "client/import/ingest_run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUGGESTED 3

struct fit { const char *name; size_t columns, missing; };

static int better(const void *left, const void *right) {
  const struct fit *l = left, *r = right;
  size_t a = l->columns * 2 - (l->missing < l->columns ? l->missing : l->columns), b = r->columns * 2 - (r->missing < r->columns ? r->missing : r->columns);
  return a != b ? (a < b) - (a > b) : strcmp(l->name, r->name);
}

static size_t filled(const struct jl_ingest *in, const char *const *names) {
  size_t n = 0;
  for (size_t i = 0; i < in->found->column_count; i++)
    for (const char *const *name = names; *name != NULL; name++) n += in->found->columns[i].field != NULL && strcmp(in->found->columns[i].field->name, *name) == 0;
  return n;
}

/* "tv_S", "facebook_I": a column for each channel and measure. */
static size_t of_channels(const struct jl_ingest *in) {
  static const char *const endings[] = {"_s", "_i", "_p", "_spend", "_cost", "_clicks", "_impressions"};
  size_t n = 0;
  for (size_t i = 0; i < in->found->column_count; i++) {
    const char *title = in->found->columns[i].folded;
    size_t size = strlen(title);
    for (size_t k = 0; k < JL_COUNT(endings); k++)
      if (size > strlen(endings[k]) && strcmp(title + size - strlen(endings[k]), endings[k]) == 0) {
        n++;
        break;
      }
  }
  return n;
}

/* Tables that are more than records of one type: they come first, for a row of them is several records. */
static size_t sources(const struct jl_ingest *in, struct fit fits[3]) {
  static const char *const costs[] = {"spend", NULL}, *const whose[] = {"campaign", "channel", NULL}, *const days[] = {"date", "start", "end", "period", NULL},
                          *const stages[] = {"visits", "leads", "revenue", NULL}, *const results[] = {"impressions", "clicks", "visits", "leads", "conversions", "revenue", NULL};
  const size_t channels = of_channels(in), others = filled(in, whose) + filled(in, days);
  size_t n = 0;
  if (channels >= 2 && filled(in, days) > 0) fits[n++] = (struct fit){"weekly", channels + 1, 0};
  if (filled(in, costs) == 0 && filled(in, stages) > 0 && filled(in, days) > 0) fits[n++] = (struct fit){"figures", others + filled(in, stages), 0};
  if (filled(in, costs) > 0 && filled(in, whose) > 0 && filled(in, days) > 0) fits[n++] = (struct fit){"spend", filled(in, costs) + others + filled(in, results), 0};
  return n;
}

/* ---- what a later import is for ---- */
static const struct { const char *label, *by[3], *needs[10]; } later[] = {
    {JL_MSG("deals of a CRM"), {"deal", "deal-id", NULL}, {"deal-id", "deal", "stage", "amount", "currency", "created", "closed", "company", "owner", NULL}},
    {JL_MSG("leads or contacts"), {"email", "phone", NULL}, {"email", "company", "source", "created", "status", "owner", NULL}}};

static bool has_column(const struct jl_table_found *f, const char *field) {
  for (size_t i = 0; i < f->column_count; i++)
    if ((f->columns[i].field != NULL && strcmp(f->columns[i].field->name, field) == 0) || (f->columns[i].currency[0] != '\0' && strcmp(field, "currency") == 0)) return true;
  return false;
}

static void put_field(struct jl_buffer *out, const char *field) { jl_buffer_printf(out, "%s%s", out->size > 0 ? ", " : "", jl_tr(jl_table_field_by_name(field)->label)); }

static const char *text_of(struct jl_arena *a, struct jl_buffer *b) {
  const char *text = jl_arena_strndup(a, b->data != NULL ? (const char *)b->data : "", b->size);
  jl_buffer_release(b);
  return text;
}

static bool find_later(struct jl_cli *cli, const struct jl_table_found *f, struct jl_ingest_guess *ret, struct jl_error *err) {
  for (size_t k = 0; k < JL_COUNT(later) && ret->later == NULL; k++)
    for (size_t i = 0; later[k].by[i] != NULL && ret->later == NULL; i++) {
      struct jl_buffer needs, lacks;
      if (!has_column(f, later[k].by[i])) continue;
      jl_buffer_init(&needs, 4096);
      jl_buffer_init(&lacks, 4096);
      for (const char *const *field = later[k].needs; *field != NULL; field++) {
        put_field(&needs, *field);
        if (!has_column(f, *field)) put_field(&lacks, *field);
      }
      ret->later = later[k].label;
      ret->needs = text_of(cli->arena, &needs);
      ret->lacks = text_of(cli->arena, &lacks);
      if (ret->needs == NULL || ret->lacks == NULL) return jl_ingest_no_memory(err);
    }
  return true;
}

bool jl_ingest_is_later(const char *as) {
  static const char *const words[] = {"lead", "leads", "deal", "deals", "contact", "contacts", "opportunity", "opportunities", "crm", "hubspot", "pipedrive", "salesforce", "opportunité", "piste", "pistes"};
  for (size_t i = 0; i < JL_COUNT(words); i++)
    if (strcmp(words[i], as) == 0) return true;
  return false;
}

static const struct jl_ingest_source *recognised(const struct jl_table_found *f) {
  for (size_t i = 0; f->source[0] != '\0' && jl_ingest_sources[i] != NULL; i++)
    if (jl_ingest_sources[i]->vocabulary != NULL && strcmp(jl_ingest_sources[i]->vocabulary, f->source) == 0) return jl_ingest_sources[i];
  return NULL;
}

/* ---- what it may be ---- */
/* "expense (5), budget-line (4)": how many of its columns each takes. */
bool jl_ingest_guess(struct jl_cli *cli, const struct jl_table_found *found, struct jl_ingest_guess *ret, struct jl_error *err) {
  struct jl_arena *a = cli->arena;
  struct jl_ingest *in = jl_arena_alloc(a, sizeof *in);
  struct fit *fits = jl_arena_array(a, jl_record_type_count + 3, sizeof *fits);
  struct jl_table_found *copy = jl_arena_alloc(a, sizeof *copy);
  char words[JL_ARG_TEXT_MAX] = "";
  size_t n = 0, used = 0, first = 0;
  *ret = (struct jl_ingest_guess){0};
  if (fits == NULL || copy == NULL || in == NULL) return jl_ingest_no_memory(err);
  ret->known = recognised(found) != NULL;
  if (!ret->known && !find_later(cli, found, ret, err)) return false;
  if (ret->known || ret->later != NULL) return true;
  *in = (struct jl_ingest){.cli = cli, .row_arena = a, .found = found};
  *copy = *found;
  n = first = sources(in, fits);
  for (size_t i = 0; i < jl_record_type_count; i++) {
    const struct jl_record_type *type = jl_record_types[i];
    struct jl_error ignored;
    if (type->space != JL_SPACE_PLAN || type->singleton || jl_title_field(type) == NULL) continue;
    struct fit fit = {.name = type->command};
    if (!jl_ingest_fit(in, type, copy, &fit.columns, &fit.missing, &ignored)) continue;
    if (fit.columns >= 2) fits[n++] = fit;
  }
  if (n > first) qsort(fits + first, n - first, sizeof *fits, better);
  for (size_t i = 0; i < n && i < SUGGESTED; i++) used += (size_t)snprintf(words + used, sizeof words - used, "%s%s (%zu)", i > 0 ? ", " : "", fits[i].name, fits[i].columns);
  ret->as = n > 0 ? fits[0].name : NULL;
  ret->words = jl_arena_strdup(a, words);
  return ret->words != NULL || jl_ingest_no_memory(err);
}

bool jl_ingest_suggest(struct jl_ingest *in, struct jl_error *err) {
  struct jl_ingest_guess guess;
  if (!jl_ingest_guess(in->cli, in->found, &guess, err)) return false;
  if (guess.later != NULL)
    return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("{1} has {2}, which cannot be imported yet"),
                   guess.lacks[0] != '\0' ? JL_MSG("their import will need: {3}; not in this file: {4}") : JL_MSG("their import will need: {3}; all of it is in this file"), jl_arg_text(in->file_name),
                   jl_arg_label(guess.later), jl_arg_text(guess.needs), jl_arg_text(guess.lacks));
  if (guess.as == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("what are the rows of {1}?"), JL_MSG("--as TYPE says it, such as --as expense; --preview shows how the file is read"), jl_arg_text(in->file_name));
  return jl_fail(err, JL_E_USAGE, JL_MSG("what are the rows of {1}? Its columns fit {2} best, of {3}"), JL_MSG("--as {4} says it; --as {4} --preview shows what it would become"), jl_arg_text(in->file_name),
                 jl_arg_text(guess.words), jl_arg_integer((int64_t)in->found->column_count), jl_arg_text(guess.as));
}
