/* The answer of why, as deep as a screen has room for. */
#include "client/cli/why.h"
#include <stdlib.h>

#define SCREEN_LEVELS 4

/* Rows below the level are not shown; those above say by themselves what they come to. */
static size_t cut(Jalon__Block *block, uint32_t levels) {
  size_t n = 0, kept = block->n_rows;
  for (size_t r = 0; r < kept; r++)
    if (block->rows[r]->level < levels) block->rows[n++] = block->rows[r];
  block->n_rows = n;
  return kept - n;
}

bool jl_why_print(struct jl_cli *cli, const Jalon__Document *why, struct jl_error *err) {
  Jalon__Block *block = jl_cli_block(why, "explanation");
  const char *depth = jl_cli_option(cli, "depth");
  uint64_t levels = cli->face.face == JL_FACE_TERMINAL ? SCREEN_LEVELS : UINT32_MAX;
  if (depth != NULL && (!jl_view_number(depth, &levels) || levels == 0 || levels > UINT32_MAX))
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} is no number of levels"), JL_MSG("--depth 9 shows nine levels"), jl_arg_text(depth));
  size_t hidden = block == NULL ? 0 : cut(block, (uint32_t)levels);
  if (block != NULL && jl_cli_option(cli, "all") == NULL && !jl_why_who(cli, block, err)) return false;
  if (!jl_cli_print_document(cli, why, err)) return false;
  if (hidden > 0) jl_talk(cli, JL_MSG("deeper, and not shown: {1}; --depth 9 shows them"), jl_arg_integer((int64_t)hidden));
  return true;
}
