/* What the views share: reading only what the reader may see, names, lateness, resolving the "record" parameter. Lists are
 * empty when there is nothing or when memory ran out; the builder remembers the latter. */
#ifndef JL_MODEL_VIEW_SUPPORT_H
#define JL_MODEL_VIEW_SUPPORT_H
#include "common/model/document.h"

bool jl_view_readable(const struct jl_view_input *in,
                      const struct jl_record *record); /* its section and that of the record it belongs to */
bool jl_view_sees(const struct jl_view_input *in, enum jl_section section);
const struct jl_record **jl_view_all(const struct jl_view_input *in, struct jl_builder *b, uint32_t type, size_t *ret_n);
const struct jl_record **jl_view_referring(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *target, uint32_t type,
                                           uint32_t field, size_t *ret_n);
const struct jl_record **jl_view_directory(const struct jl_view_input *in, struct jl_builder *b, uint32_t type, size_t *ret_n);
/* The live readable record that a reference field names; NULL: none. */
const struct jl_record *jl_view_linked(const struct jl_view_input *in, const struct jl_record *record, uint32_t field);
/* The live readable ones that a field with several references names, in the order of their list, or of their numbers. */
const struct jl_record **jl_view_links(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *record, uint32_t field,
                                       uint32_t type, size_t *ret_n);
const struct jl_record *jl_view_plan(const struct jl_view_input *in);      /* NULL when it may not be read */
void *jl_view_alloc(struct jl_builder *b, size_t count, size_t item_size); /* NULL: the builder has failed */

enum jl_arg_kind jl_view_argument_kind(const struct jl_field *field); /* of a column with that field's values (cells.c) */
int64_t jl_view_int(const struct jl_record *record, uint32_t field, int64_t otherwise);
struct jl_bytes jl_view_title(const struct jl_record *record);
const char *jl_view_text(struct jl_builder *b, struct jl_bytes text); /* terminated copy, "" on failure */
const char *jl_view_folded(struct jl_builder *b, const char *text); /* without case and accents (common/base/text.h), "" on failure */
/* Name of a person, role or team. */
const char *jl_view_holder_name(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *holder);
/* "Marie (R), Paul (A)": who holds R and A. */
const char *jl_view_holders(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *target);
const char *jl_view_responsible(const struct jl_view_input *in, struct jl_builder *b, const struct jl_id *target); /* "Marie, Paul": who holds R */

bool jl_action_open(const struct jl_record *action); /* neither done nor dropped */
bool jl_action_late(const struct jl_record *action, int32_t today);
void jl_cell_action_status(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *action);
void jl_cell_action_due(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *action);
void jl_cell_title(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record); /* "A12 title" */
void jl_cell_by_number(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, uint32_t field);
void jl_cell_empty(struct jl_builder *b);
void jl_cells_empty(struct jl_builder *b, int n);
void jl_cell_month(struct jl_builder *b, int32_t day); /* "March 2026", in files "2026-03": the month of that day */

/* A set of ids, to show nothing twice. */
struct jl_seen;
struct jl_seen *jl_seen_new(struct jl_builder *b, size_t most);
bool jl_seen_add(struct jl_seen *seen, const struct jl_id *id); /* false: was there already; a full or NULL set says so too */
bool jl_seen_has(const struct jl_seen *seen, const struct jl_id *id);

/* The record that parameter "record" names, among `types` (0: any type). Sections that the reader may not see are not
 * searched, so nothing of them shows in the answer. *ret_record NULL when the parameter is not given. */
JL_MUST_CHECK bool jl_view_named(const struct jl_view_input *in, struct jl_builder *b, const uint32_t *types, size_t type_count,
                                 const struct jl_record **ret_record, struct jl_error *err);
#endif
