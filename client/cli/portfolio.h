/* The portfolio under way: every plan's summary becomes a row of one document (portfolio.c), which may be watched (watch_portfolio.c). */
#ifndef JL_CLI_PORTFOLIO_H
#define JL_CLI_PORTFOLIO_H
#include "client/cli/cli.h"

struct jl_portfolio {
  struct jl_cli *cli;
  Jalon__Document *whole; /* of the first plan, to which the others are added; NULL: of none yet */
  size_t absent;          /* not on this machine */
};
bool jl_portfolio_take(struct jl_portfolio *p, const Jalon__Document *document); /* false: no memory */
bool jl_portfolio_put_together(struct jl_portfolio *p);                          /* in order, with its title; whole is not NULL */
JL_MUST_CHECK bool jl_watch_portfolio(struct jl_cli *cli, long states_wanted, struct jl_error *err);
#endif
