/* The tree of an explanation while it is made (explain.c) and written (explain_document.c). */
#ifndef JL_MODEL_EXPLAIN_TREE_H
#define JL_MODEL_EXPLAIN_TREE_H
#include "common/model/explain.h"

#define JL_NODE_DEPTH 24   /* levels; what is deeper is left out */
#define JL_NODES_SOFT 4000 /* from here on no list gets more of its operands listed: the rest is counted */
#define JL_NODES_HARD 8000 /* nothing at all */

struct jl_node {
  size_t parent; /* SIZE_MAX: the figure itself */
  uint32_t level;
  enum jl_operation operation;
  struct jl_arg value;
  const char *formula; /* message; NULL: named by record and field */
  const struct jl_arg *args;
  int arg_count;
  const struct jl_record *record;
  const struct jl_field *field;
  uint64_t count; /* of a rest */
  bool taken, empty;
};
struct jl_rest {
  uint64_t count;
  struct jl_arg value;
};
struct jl_open {
  size_t node;
  uint64_t operands, many; /* so far; how many a list is said to have, 0: no list */
  struct jl_rest rest;     /* those not listed since the last one that was */
};
struct jl_explanation {
  const char *name; /* of the cell, as it was asked for */
  size_t block, column;
  bool total;
  uint64_t row;
  uint64_t operands, first; /* of a longer list these many are listed, from this one on */
  bool here;                /* the last cell is the one */
  const Jalon__Block *of_block;
  const Jalon__Row *of_row;
  const Jalon__Cell *of_cell; /* NULL: not met yet */
  struct jl_node *nodes;
  size_t count, capacity;
  struct jl_open open[JL_NODE_DEPTH];
  size_t depth;
  const void *asked;
  size_t last;    /* the operand that was completed last; SIZE_MAX: it is not listed */
  uint32_t muted; /* open ones that are not written down */
};
#endif
