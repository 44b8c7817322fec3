#include "server/store/rows.h"
#include <stdlib.h>
#include <string.h>

#define OUTCOME 5 /* its column */
#define LINK 6

/* ---- the log ---- */
bool jl_kept_rows_init(struct jl_kept_rows *l, size_t max_bytes) {
  *l = (struct jl_kept_rows){.arena = jl_arena_new(max_bytes)};
  return l->arena != NULL;
}

void jl_kept_rows_clear(struct jl_kept_rows *l) {
  l->count = 0;
  l->no_memory = false;
  jl_arena_reset(l->arena);
}

void jl_kept_rows_release(struct jl_kept_rows *l) {
  free(l->rows);
  jl_arena_free(l->arena);
}

bool jl_kept_rows_add(struct jl_kept_rows *l, const PGresult *r, int row) {
  if (l->count == l->capacity) {
    size_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
    struct jl_log_row *rows = realloc(l->rows, capacity * sizeof *rows);
    if (rows == NULL) return false;
    l->rows = rows;
    l->capacity = capacity;
  }
  struct jl_bytes body = jl_arena_dup(l->arena, jl_cell_bytes(r, row, 2)),
                  private_values = jl_arena_dup(l->arena, jl_cell_bytes(r, row, 3));
  if ((body.data == NULL && body.size > 0) || (private_values.data == NULL && private_values.size > 0)) return false;
  l->rows[l->count++] = (struct jl_log_row){.revision = (uint64_t)jl_cell_number(r, row, 0),
                                            .section = (enum jl_section)jl_cell_number(r, row, 1),
                                            .change = {.body = body, .private_values = private_values},
                                            .outcome = PQnfields(r) > OUTCOME ? (uint32_t)jl_cell_number(r, row, OUTCOME) : 0};
  struct jl_bytes link = PQnfields(r) > LINK ? jl_cell_bytes(r, row, LINK) : (struct jl_bytes){NULL, 0};
  if (link.size == JL_LINK_SIZE) memcpy(l->rows[l->count - 1].link, link.data, link.size);
  return true;
}

/* ---- lanes ---- */
bool jl_kept_lanes_add(struct jl_kept_lanes *l, const PGresult *r, int row) {
  if (l->count == l->capacity) {
    size_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
    struct jl_loaded_lane *lanes = realloc(l->lanes, capacity * sizeof *lanes);
    if (lanes == NULL) return false;
    l->lanes = lanes;
    l->capacity = capacity;
  }
  struct jl_bytes verdicts = jl_arena_dup(l->arena, jl_cell_bytes(r, row, 3));
  if (verdicts.size > 0 && verdicts.data == NULL) return false;
  l->lanes[l->count++] = (struct jl_loaded_lane){
      .replica = jl_cell_id(r, row, 0), .account = jl_cell_id(r, row, 1), .seq = (uint64_t)jl_cell_number(r, row, 2), .verdicts = verdicts};
  return true;
}

bool jl_kept_decided_add(struct jl_kept_decided *l, const PGresult *r, int row) {
  if (l->count == l->capacity) {
    size_t capacity = l->capacity == 0 ? 64 : l->capacity * 2;
    struct jl_decided *groups = realloc(l->groups, capacity * sizeof *groups);
    if (groups == NULL) return false;
    l->groups = groups;
    l->capacity = capacity;
  }
  l->groups[l->count++] = (struct jl_decided){.replica = jl_cell_id(r, row, 0),
                                              .seq = (uint64_t)jl_cell_number(r, row, 1),
                                              .group = jl_cell_id(r, row, 2),
                                              .revision = (uint64_t)jl_cell_number(r, row, 3),
                                              .outcome = (uint32_t)jl_cell_number(r, row, 4)};
  return true;
}

/* ---- heads ---- */
void jl_cells_sections(const PGresult *r, int row, int revisions, int chains, struct jl_section_position ret_sections[JL_SECTIONS]) {
  struct jl_bytes all = jl_cell_bytes(r, row, revisions), links = jl_cell_bytes(r, row, chains), element;
  size_t at = 0;
  for (size_t i = 0; i < JL_SECTIONS && jl_cell_next(all, &at, &element); i++) {
    uint64_t n = 0;
    for (size_t j = 0; j < element.size && j < 8; j++) n = n << 8 | element.data[j];
    ret_sections[i].revision = n;
    if ((i + 1) * JL_CHAIN_SIZE <= links.size) memcpy(ret_sections[i].chain, links.data + i * JL_CHAIN_SIZE, JL_CHAIN_SIZE);
  }
}

void jl_head_row_read(struct jl_head_row *ret_head, const struct jl_id *space, const PGresult *r, int row) {
  *ret_head = (struct jl_head_row){.kind = (enum jl_space_kind)jl_cell_number(r, row, 0),
                                   .time_us = jl_cell_number(r, row, 4),
                                   .horizon = (uint64_t)jl_cell_number(r, row, 7),
                                   .commits = (uint64_t)jl_cell_number(r, row, 8),
                                   .lanes_revision = (uint64_t)jl_cell_number(r, row, 9),
                                   .rights_epoch = (uint64_t)jl_cell_number(r, row, 10)};
  struct jl_position *p = &ret_head->position;
  p->space = *space;
  p->epoch = (uint64_t)jl_cell_number(r, row, 1);
  p->revision = (uint64_t)jl_cell_number(r, row, 2);
  p->acl_epoch = (uint64_t)jl_cell_number(r, row, 3);
  jl_cells_sections(r, row, 5, 6, p->sections);
}
