/* What rows of spend and results have in common, whoever exported them: whose they are (campaign, lever, budget line), of which days, in which
 * currency and with or without VAT. Nothing of it is guessed: it stands in the file, in its lines above the table, or in --set and --value. */
#ifndef JL_IMPORT_ABOUT_H
#define JL_IMPORT_ABOUT_H
#include "client/import/carry.h"
#include "client/import/ingest.h"

/* What is the same for all rows, found out by the source's begin(); part of its state. */
struct jl_about_file {
  bool has_span;
  int32_t start, end; /* of the lines above the table */
  char currency[4];   /* of the column of amounts; "" each row says it */
  int64_t basis;      /* JL_NET, JL_GROSS */
  const char *conversions; /* stage that the platform's conversions are; NULL: not said */
  const char *impressions; /* the stage that the plan's funnel has for them; NULL: none */
  struct jl_carry *conversions_left;
};
/* Whose a row is. */
struct jl_about {
  const char *name; /* of the campaign, or of the channel; "" */
  bool lever_made /* by this file, with --create */, left /* --value "campaign:NAME=": none of the plan's */, has_action, has_lever, has_line, alone /* no other row is of this campaign and these days */;
  struct jl_id action, lever, line;
  int32_t start, end;
  const char *platform; /* that counted; "" none is told */
  bool says_platform;   /* a column or --set tells it, not whose export the file is */
  enum { JL_COST_NONE, JL_COST_THERE, JL_COST_NEW } cost; /* whether the plan has the expense of the row: then its figures were imported before too */
};

/* Slots that all of these read, for the lists of sources. */
#define JL_ABOUT_WHOSE "campaign", "channel", "lever", "line"
#define JL_ABOUT_WHEN "date", "start", "end", "overlap"
#define JL_ABOUT_MONEY "currency", "vat-basis", "vat-rate"
#define JL_ABOUT_RESULTS "platform", "account", "impressions", "clicks", "visits", "leads", "conversions", "conversion-stage", "revenue"

/* begin(): finds the period above the table, and asks for currency and basis of the amounts in `spend` (NULL: it has no amounts). */
JL_MUST_CHECK bool jl_about_begin(struct jl_ingest *in, struct jl_about_file *f, const char *spend, struct jl_error *err);
/* "HT", "TTC", net, gross ...: from slot vat-basis, else from the title of the column. */
JL_MUST_CHECK bool jl_about_basis(struct jl_ingest *in, const char *spend, int64_t *ret_basis, struct jl_error *err);
JL_MUST_CHECK bool jl_about_currency(struct jl_ingest *in, int column, char ret[4], struct jl_error *err); /* of its title or --set; "" each value says it */
/* Days of a row. INVALID: it does not say, and the file neither. */
JL_MUST_CHECK bool jl_about_when(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err);
/* The lever of a name; with --create one that the plan does not have is made. about->has_lever false: there is no name, or it is said to mean nothing. */
JL_MUST_CHECK bool jl_about_lever(struct jl_ingest *in, const char *name, struct jl_about *about, struct jl_error *err);
/* Campaign and lever; with --create a campaign that the plan does not have is made, under the lever that was said. */
JL_MUST_CHECK bool jl_about_whose(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err);
/* platform.c. Who counted: column or --set platform, else whose export the file is, and the account that column or --set account names. */
JL_MUST_CHECK bool jl_about_platform(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err);
/* Whether no other campaign of the file and platform is the same action of the plan; else the figures of these add up. `number`: of the campaign, or "". Asked
 * of each row that names a campaign, in the pass that notes names too. */
JL_MUST_CHECK bool jl_about_alone(struct jl_ingest *in, const struct jl_about *about, const char *number, bool *ret, struct jl_error *err);
/* The budget line: the one that was said, that is called like the campaign, that pays for it, or the only one of the lever; with --create the
 * campaign gets one of its own, like the lever's, and a lever that was made one too. */
JL_MUST_CHECK bool jl_about_line(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_about *about, struct jl_error *err);
/* A row's amount in minor units of its currency, half to even. *ret_has false: there is none. */
JL_MUST_CHECK bool jl_about_amount(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_ingest_row *row, const struct jl_table_cell *cell, int column, bool *ret_has, int64_t *ret_minor,
                                   char ret_currency[4], struct jl_error *err);
/* An expense that the row is, of the amount: not yet added, without key. *ret NULL: there is nothing to be made now. */
JL_MUST_CHECK bool jl_about_expense(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_ingest_row *row, const struct jl_about *about, int64_t amount, const char *currency, const char *supplier,
                                    struct jl_ingest_record **ret, struct jl_error *err);
/* A figure of the row, of what is not NULL; several of one stage, period and campaign add up, unless each row is alone in that. */
JL_MUST_CHECK bool jl_about_figure(struct jl_ingest *in, const struct jl_about *about, const char *stage, const int64_t *count, const int64_t *amount, struct jl_error *err);
/* Figures of the slots of JL_ABOUT_RESULTS. Once the row is taken: jl_carry_keep(f->conversions_left). */
JL_MUST_CHECK bool jl_about_results(struct jl_ingest *in, const struct jl_about_file *f, const struct jl_ingest_row *row, const struct jl_about *about, struct jl_error *err);
JL_MUST_CHECK bool jl_about_count(struct jl_ingest *in, const struct jl_table_cell *cell, int column, int decimals, bool *ret_has, int64_t *ret, struct jl_error *err); /* half to even */
/* overlap.c. ALREADY_EXISTS: other days that these are a part of, or that are a part of these, are there or stand in the file: they would count
 * twice. Another report of the same campaign and days is the same expense, by whichever name; of other accounts or campaigns it is another one. */
#define JL_ABOUT_KEY_PLATFORM "platform:%s" /* part of the key of a cost whose row tells its platform */
struct jl_about_cost {
  const char *supplier;
  struct jl_id of;                     /* what the row's cost is, whatever its days and platform */
  struct jl_ingest_record *campaign[2]; /* keys of the whole campaign without days, by number and by name; NULL: none */
  struct jl_ingest_record *before[2];   /* the same as long as keys had no platform; both NULL: the row tells none */
  struct jl_id own_before;              /* and the row's id of that time */
  size_t platform_at;                   /* its place in the key */
  bool broken_down;                    /* a part of the campaign */
  bool says_which;                     /* the row has the account, the platform or the campaign's number */
};
JL_MUST_CHECK bool jl_about_cost_once(struct jl_ingest *in, struct jl_ingest_record *x, const struct jl_about_cost *cost, struct jl_about *about, struct jl_error *err); /* says about->cost */
/* The figure gets its platform, or is told which record it is when that is one from before platforms were told, or one whose account was not. AMBIGUOUS: it may be. */
JL_MUST_CHECK bool jl_about_figure_once(struct jl_ingest *in, const struct jl_about *about, const char *stage, struct jl_ingest_record *g, struct jl_error *err);
bool jl_about_key_days(struct jl_ingest_record *r, struct jl_ingest *in, const struct jl_about *about); /* the day, or the whole range */
#endif
