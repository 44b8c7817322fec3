/* Pipeline figures: how many reached a stage of the funnel by a channel or a campaign in a period, and what they are worth. Until the
 * pipeline itself counts them they are records that people and files fill (Figure in proto/measures.proto); whoever needs one asks here, so
 * that a pipeline can answer in their place.
 *
 * Figures add up. A period that holds only a part of a figure's days has that part of it by days, rounded so that periods that follow one
 * another add up to the whole; the answer says so (split). What is rounded is for screens: ratios are taken of what is exact. */
#ifndef JL_MODEL_MEASURES_FIGURES_H
#define JL_MODEL_MEASURES_FIGURES_H
#include "common/model/view_support.h"

/* Stages that have names of their own here; any other stage of a funnel is asked for by its name. Names agree without case, accents and a
 * plural's s, in French and in English (jl_stage_names_agree). */
#define JL_STAGE_VISITS "visits"
#define JL_STAGE_LEADS "leads"
#define JL_STAGE_MQL "MQL"
#define JL_STAGE_SQL "SQL"
#define JL_STAGE_OPPORTUNITIES "opportunities" /* their amount is the pipeline: what they may bring */
#define JL_STAGE_CUSTOMERS "customers"         /* their amount is the signed revenue */

struct jl_figures;
struct jl_figure_ask {
  const char *stage;
  const struct jl_record *lever, *action; /* NULL: all of them; a campaign's figures are those of its lever too */
  bool no_lever, no_action;               /* those that name none */
  int32_t from, to;                       /* days: from the first until before the last */
  const char *platform;                   /* NULL: of all of them; "": that name none */
};
struct jl_figure_sum {
  size_t records; /* that have a part in it; 0: nobody has told, which is not the same as none */
  bool has_count, has_amount;
  int64_t count, amount; /* whole ones, as they are shown; minor units */
  int64_t exact;         /* the count in millionths: ratios are of this, 2.6 customers are no 3 */
  bool split;            /* a part of a figure is in it, by days */
};
/* All that the reader may read, once for a view. NULL: no memory, the builder has failed. */
struct jl_figures *jl_figures_read(const struct jl_view_input *in, struct jl_builder *b);
JL_MUST_CHECK bool jl_figures_sum(struct jl_figures *f, const struct jl_figure_ask *ask, struct jl_figure_sum *ret); /* false: too large */
void jl_figures_sources(struct jl_figures *f, const struct jl_figure_ask *ask); /* the records behind it become sources of the builder's last cell */
struct jl_arg jl_figure_counted(const struct jl_figure_sum *sum); /* the count that a ratio is of, as an operand of jl_why_figures */
/* The same one by one; *io_at 0 at first. NULL: no more. */
const struct jl_record *jl_figures_next(struct jl_figures *f, const struct jl_figure_ask *ask, size_t *io_at);
int64_t jl_figure_before(int64_t whole, int32_t start, int32_t end, int32_t day); /* what of a figure of these days lies before a day */
/* On how many days of the time asked for a figure tells anything, whichever its stage; that of the ask does not matter. */
int32_t jl_figures_days(struct jl_figures *f, const struct jl_figure_ask *ask);
/* The levers and campaigns that figures tell of; a pair may come more than once. */
struct jl_figure_place { const struct jl_record *lever, *action; /* NULL: none, or none that may be read */ };
const struct jl_figure_place *jl_figures_places(struct jl_figures *f, size_t *ret_n);
/* figures_why.c: a sum that was asked for, of the counts or the amounts, from the figures that are in it (common/model/explain.h). A value that is a
 * fraction is the exact count, its parts are then fractions as well. */
void jl_why_figures(const struct jl_view_input *in, struct jl_builder *b, struct jl_figures *f, const struct jl_figure_ask *ask, bool amount, struct jl_arg value, const char *words);
/* The platforms that figures name, each once, in their order; "" last, for those that name none. */
const char *const *jl_figures_platforms(struct jl_figures *f, size_t *ret_n);
/* Two of one stage, lever and campaign that have days in common: these count twice. Platforms count each for itself; one that names none may be any. */
struct jl_figure_overlap {
  const struct jl_record *one, *other;
  int32_t first, last; /* the days, both counted */
};
size_t jl_figures_overlaps(struct jl_figures *f, struct jl_figure_overlap *ret, size_t most); /* how many figures overlap one before them; of them the first `most` */
void jl_note_overlaps(struct jl_figures *f, int32_t first, int32_t last);                     /* warns of those within these days, in the builder's block */
/* The stages that figures tell of, each once: those that have a place in a funnel in its order, then others. Of those that are not above the name is
 * as one of their records has it. */
bool jl_stage_has_place(struct jl_builder *b, const char *stage); /* so that the one behind it is the next one */
const char *const *jl_figures_stages(struct jl_figures *f, size_t *ret_n);
#endif
