/* The portfolio: every plan in one line, the first to start first (common/model/strategy/summary_view.c). Without the server the plans of this
 * machine are looked at. */
#include "client/cli/portfolio.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

/* What may not be read of one plan is said once for all. */
static bool add_block(struct jl_cli *cli, Jalon__Document *document, Jalon__Block *block) {
  Jalon__Block **blocks = jl_arena_array(cli->arena, document->n_blocks + 1, sizeof *blocks);
  if (blocks == NULL) return false;
  memcpy(blocks, document->blocks, document->n_blocks * sizeof *blocks);
  blocks[document->n_blocks++] = block;
  document->blocks = blocks;
  return true;
}

bool jl_portfolio_take(struct jl_portfolio *p, const Jalon__Document *document) {
  Jalon__Block *rows = jl_cli_block(document, "summary"), *rights = jl_cli_block(document, "rights");
  if (rows == NULL) return true;
  if (p->whole == NULL) {
    p->whole = jl_arena_alloc(p->cli->arena, sizeof *p->whole);
    if (p->whole == NULL) return false;
    *p->whole = *document;
    return true;
  }
  Jalon__Block *here = jl_cli_block(p->whole, "summary");
  return jl_cli_add_rows(p->cli, here, rows) && (rights == NULL || jl_cli_block(p->whole, "rights") != NULL || add_block(p->cli, p->whole, rights));
}

static bool ask_plan(struct jl_portfolio *p, const struct jl_id *plan, struct jl_error *err) {
  struct jl_view_ask ask = {.space = *plan, .view = "summary"};
  const Jalon__Document *document;
  uint64_t revision;
  if (jl_cli_document(p->cli, &ask, &document, &revision, err)) return jl_portfolio_take(p, document) || jl_cli_no_link(err);
  if (err->code != JL_E_NOT_FOUND) return false; /* not on this machine, or gone meanwhile */
  *err = (struct jl_error){0};
  p->absent++;
  return true;
}

/* ---- order ---- */
struct placed {
  Jalon__Row *row;
  int64_t start; /* plans without one come last */
  const char *name;
};

static int by_start_and_name(const void *a, const void *b) {
  const struct placed *one = a, *two = b;
  return one->start != two->start ? (one->start > two->start) - (one->start < two->start) : strcmp(one->name, two->name);
}

static size_t column_named(const Jalon__Block *block, const char *name) {
  size_t c = 0;
  while (c < block->n_columns && strcmp(block->columns[c]->name, name) != 0) c++;
  return c;
}

static bool order(struct jl_cli *cli, Jalon__Block *block) {
  struct placed *placed = jl_arena_array(cli->arena, block->n_rows + 1, sizeof *placed);
  size_t start = column_named(block, "start"), name = column_named(block, "plan");
  if (placed == NULL) return false;
  for (size_t r = 0; r < block->n_rows; r++) {
    Jalon__Row *row = block->rows[r];
    const char *text = name < row->n_cells && row->cells[name]->text != NULL ? row->cells[name]->text : "";
    placed[r] = (struct placed){row, start < row->n_cells && row->cells[start]->has_number ? row->cells[start]->number : INT64_MAX,
                                jl_text_fold(cli->arena, text)};
    if (placed[r].name == NULL) return false;
  }
  qsort(placed, block->n_rows, sizeof *placed, by_start_and_name);
  for (size_t r = 0; r < block->n_rows; r++) block->rows[r] = placed[r].row;
  return true;
}

bool jl_portfolio_put_together(struct jl_portfolio *p) {
  static char title[] = JL_MSG("portfolio");
  Jalon__Words *words = jl_arena_alloc(p->cli->arena, sizeof *words);
  if (words == NULL || !order(p->cli, jl_cli_block(p->whole, "summary"))) return false;
  jalon__words__init(words);
  words->message = title;
  p->whole->title = words;
  p->whole->subtitle = NULL;
  p->whole->has_revision = false; /* each plan has its own */
  p->whole->revision = 0;
  return true;
}

bool jl_cmd_portfolio(struct jl_cli *cli, struct jl_error *err) {
  struct jl_portfolio p = {.cli = cli};
  struct jl_view_ask ask = {.view = "plans"};
  const Jalon__Document *plans;
  uint64_t revision;
  if (!jl_cli_document(cli, &ask, &plans, &revision, err)) return false;
  for (size_t b = 0; b < plans->n_blocks; b++)
    for (size_t r = 0; r < plans->blocks[b]->n_rows; r++) {
      const Jalon__RecordRef *ref = plans->blocks[b]->rows[r]->record;
      struct jl_id plan;
      if (ref == NULL || ref->type != JL_TYPE_PLAN || !jl_id_from_bytes((struct jl_bytes){ref->id.data, ref->id.len}, &plan)) continue;
      if (!ask_plan(&p, &plan, err)) return false;
    }
  if (p.whole == NULL)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no plan to look at"),
                   p.absent > 0 ? JL_MSG("with the server at hand, jalon sync brings the plans that you use to this machine") : JL_MSG("see jalon plan list"));
  if (!jl_portfolio_put_together(&p)) return jl_cli_no_link(err);
  if (!jl_cli_print_document(cli, p.whole, err)) return false;
  if (p.absent > 0) jl_talk(cli, JL_MSG("plans that are not on this machine were not looked at: {1}"), jl_arg_integer((int64_t)p.absent));
  return true;
}
