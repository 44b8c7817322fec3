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
static size_t sources(const struct jl_ingest *in, struct fit fits[2]) {
  static const char *const costs[] = {"spend", NULL}, *const whose[] = {"campaign", "channel", NULL}, *const days[] = {"date", "start", "end", NULL},
                          *const results[] = {"impressions", "clicks", "visits", "leads", "conversions", "revenue", NULL};
  const size_t channels = of_channels(in), others = filled(in, whose) + filled(in, days);
  size_t n = 0;
  if (channels >= 2 && filled(in, days) > 0) fits[n++] = (struct fit){"weekly", channels + 1, 0};
  if (filled(in, costs) > 0 && filled(in, whose) > 0 && filled(in, days) > 0) fits[n++] = (struct fit){"spend", filled(in, costs) + others + filled(in, results), 0};
  return n;
}

/* "expense (5), budget-line (4)": how many of its columns each takes. */
bool jl_ingest_suggest(struct jl_ingest *in, struct jl_error *err) {
  struct jl_arena *a = in->cli->arena;
  struct fit *fits = jl_arena_array(a, jl_record_type_count + 2, sizeof *fits);
  struct jl_table_found *copy = jl_arena_alloc(a, sizeof *copy);
  char words[JL_ARG_TEXT_MAX] = "";
  size_t n = 0, used = 0, first = 0;
  if (fits == NULL || copy == NULL) return jl_ingest_no_memory(err);
  *copy = *in->found;
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
  if (n == 0)
    return jl_fail(err, JL_E_USAGE, JL_MSG("what are the rows of {1}?"), JL_MSG("--as TYPE says it, such as --as expense; --preview shows how the file is read"), jl_arg_text(in->file_name));
  return jl_fail(err, JL_E_USAGE, JL_MSG("what are the rows of {1}? Its columns fit {2} best, of {3}"), JL_MSG("--as {4} says it; --as {4} --preview shows what it would become"), jl_arg_text(in->file_name),
                 jl_arg_text(words), jl_arg_integer((int64_t)in->found->column_count), jl_arg_text(fits[0].name));
}
