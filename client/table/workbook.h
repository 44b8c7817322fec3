/* A sheet of a workbook (.xlsx): libzip and libxml2, which are loaded when there is one to read. What a hostile one would do is bounded:
 * sizes and ratios of what is unpacked, no document types, no entities, nothing from elsewhere. */
#ifndef JL_TABLE_WORKBOOK_H
#define JL_TABLE_WORKBOOK_H
#include "client/table/parts.h"

struct jl_workbook;
/* Chooses the sheet (option sheet), or asks. NULL with an error. */
JL_MUST_CHECK struct jl_workbook *jl_workbook_open(struct jl_reading_of *r, struct jl_error *err);
bool jl_workbook_hides(const struct jl_workbook *w, size_t column); /* of the chosen sheet */
void jl_workbook_free(struct jl_workbook *w); /* NULL is fine */
/* The rows of the chosen sheet from its first on; those opened before end. Merged cells that span rows have their value in each. */
JL_MUST_CHECK bool jl_workbook_rows(struct jl_workbook *w, struct jl_rows *ret, struct jl_error *err);
#endif
