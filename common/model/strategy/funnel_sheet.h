/* A funnel as a view asks for it: a funnel of the plan, or stages given with the request, then its figures.
 *
 * Parameters, as the command line writes them (client/cli/funnel.c): record; revenue, deal (minor units); customers;
 * forward "NAME=COUNT"; rates "NAME=MILLIONTHS,..." from the widest stage on, or benchmark NAME; lags "MONTHS,..."; capacity "NAME=COUNT";
 * reps; rounding stage|shown; period month|quarter|year; start 2027-01-01; periods; currency. They come before what the funnel says. */
#ifndef JL_MODEL_STRATEGY_FUNNEL_SHEET_H
#define JL_MODEL_STRATEGY_FUNNEL_SHEET_H
#include "common/model/strategy/funnel.h"
#include "common/model/view_support.h"

#define JL_NO_DAY INT32_MIN

/* What is known of a rate, so that whatever uses it says so. */
struct jl_rate_known {
  int64_t rate;           /* millionths; < 0: none */
  int32_t origin, trust;  /* 0: not told */
  int32_t date, expires;  /* JL_NO_DAY: not told */
  int64_t cases;          /* < 0: not told */
  bool expired, of_channel; /* recorded for one channel only */
  const char *source;       /* NULL: not told */
  bool source_is_message;   /* of the catalogue */
  const struct jl_record *record, *measurement; /* NULL: not of the plan */
};
/* funnel_rates.c: of what is known of a stage the best for this channel (NULL: for all of them; a channel without one of its own has that): the
 * stage's own rates, the benchmarks of the plan for a stage of this name that leads to one of that name, and those of the program. Measured on
 * enough cases before a benchmark of the stage before one of the catalogue (of the funnel's sector before one of all sectors) before what was
 * measured on fewer, or on nobody says how many, before an assumption before what the program brings along; what has expired comes last; of two
 * alike the later one. */
struct jl_rate_wanted {
  const struct jl_record *funnel, *stage;
  const char *name, *next; /* the stage behind it, or customers */
  const char *channel;
  int64_t enough;
};
struct jl_rate_known jl_rate_choose(const struct jl_view_input *in, struct jl_builder *b, const struct jl_rate_wanted *wanted);
/* What a benchmark of the plan says. */
struct jl_rate_known jl_rate_of_benchmark(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record);
/* Whether two names are those of one stage: without case, accents and a plural's s, in French and in English. */
#define JL_STAGE_NAME 256
void jl_stage_canonical(struct jl_builder *b, const char *name, char out[JL_STAGE_NAME]); /* alike for names that agree */
bool jl_stage_names_agree(struct jl_builder *b, const char *one, const char *other);
/* Measured, and on too few cases, or nobody says on how many. */
bool jl_rate_is_thin(const struct jl_rate_known *known, int64_t enough);

struct jl_sheet_stage {
  const char *name;
  bool is_message;                /* its name is one of ours, to be translated */
  const struct jl_record *record; /* NULL: not of the plan */
  int32_t side;
  struct jl_rate_known known;
};
struct jl_sheet {
  const struct jl_record *funnel; /* NULL: only what the request says */
  char currency[4];
  struct jl_funnel_plan plan;
  struct jl_funnel_step steps[JL_FUNNEL_STAGES];
  struct jl_sheet_stage stages[JL_FUNNEL_STAGES];
  int64_t reps; /* < 0: not told */
  int64_t enough; /* cases */
  int32_t period;
  bool has_calendar;
  struct jl_funnel_calendar calendar;
  size_t channel_count, shared;
  struct jl_funnel_channel channels[JL_FUNNEL_CHANNELS];
  const struct jl_record *channel_records[JL_FUNNEL_CHANNELS]; /* NULL: all the others together */
  struct jl_rate_known channel_known[JL_FUNNEL_CHANNELS][JL_FUNNEL_STAGES]; /* what is of the channel itself: of_channel */
  bool forwards;
  size_t from;
  int64_t given; /* count at that stage */
  /* figures */
  struct jl_funnel_result whole, parts[JL_FUNNEL_CHANNELS];
  struct jl_funnel_schedule schedule; /* count 0: none */
};
bool jl_sheet_asks(const struct jl_view_input *in); /* stages come with the request */
/* The first parameter that needs stages, which neither the request nor a funnel of the plan gives; NULL: none is given. */
const char *jl_sheet_wants_stages(const struct jl_view_input *in);
/* Reads it and works it out. funnel NULL: as the request says alone. */
JL_MUST_CHECK bool jl_sheet_make(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *funnel, struct jl_sheet *sheet,
                                 struct jl_error *err);
#endif
