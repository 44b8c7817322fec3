/* Which record each row of a file is, found out before any is made: known.c gathers, same.c decides. For records of one type (--as TYPE). */
#ifndef JL_IMPORT_KNOWN_H
#define JL_IMPORT_KNOWN_H
#include "client/import/parts.h"

#define JL_KNOWN_PARTS 4 /* fields that may tell two records of one key apart */
#define JL_KNOWN_MOST 4000000u /* records, and rows */
#define JL_KNOWN_HASHES (64u << 20) /* bytes of hashes of single values; a longer file is told apart by whole rows alone */
#define JL_KNOWN_NONE UINT32_MAX

/* A record of the plan, deleted ones too. Hashes of values are 0 where there is none. */
struct jl_ingest_there {
  struct jl_id id;
  uint64_t number, revision, content /* of the fields that the file speaks of */, key;
  uint32_t parts[JL_KNOWN_PARTS], title, next_content, next_key /* of the same; JL_KNOWN_NONE: the last */;
  uint32_t group /* 1 more than the rows' that made it; 0: no row of this file did */, claimed /* rows that it may be */;
  bool deleted, taken;
};
/* A row of the file, in its order. */
struct jl_ingest_whose {
  uint64_t content, key;
  uint32_t parts[JL_KNOWN_PARTS], title, line, next /* of its group */, group, nth /* of its group, from 1 */, there /* JL_KNOWN_NONE: it is new */, place /* when it is new; or fixed */, candidates, candidate;
  bool read /* its values can be read */, fixed /* its place or its record stands in the file */, no_record /* that it names */, like_none /* of the records that rows of its key made, and one of them is nobody's */, is_new /* it says so itself */, has_id, same_id /* beside its reference, as that record's is */, ask, other /* a record that no import of this kind made */;
};
/* Rows that have one key, and what they made. */
struct jl_ingest_group { struct jl_id first; uint32_t row, last, rows, made; bool open, by_content /* nothing tells its rows apart */; };

struct jl_ingest_known {
  struct jl_ingest_there *there;
  struct jl_ingest_whose *rows;
  struct jl_ingest_group *groups;
  uint32_t *hashes; /* of the rows' single values, in the order of `fields`; NULL: too many */
  uint32_t there_count, there_capacity, row_count, row_capacity, hash_capacity, group_count, group_capacity;
  struct jl_ingest_index by_id, by_number, by_group;
  uint32_t *by_content, *by_key; /* the first ones, of as many places as `places` */
  size_t places;
  uint32_t fields[JL_INGEST_GIVEN], key, parts[JL_KNOWN_PARTS], title; /* fields; 0: none */
  size_t field_count, part_count;
  bool looks; /* the pass that gathers */
  uint32_t at, next; /* rows of the pass */
  uint64_t others; /* rows that are such records */
  struct { uint64_t number; uint32_t line; const char *title; bool by_id; } strange; /* the first row whose reference is another plan's; one that says so by its id before others */
  uint64_t strange_count, named_count;
};

/* known.c */
uint32_t jl_known_value(struct jl_ingest *in, uint32_t field, struct jl_bytes slice); /* hash: texts by what they look like, 0: none */
/* same.c */
JL_MUST_CHECK bool jl_known_decide(struct jl_ingest *in, struct jl_error *err);
#endif
