/* What a workbook's files say beside its sheets: workbook.c, styles.c, and sheet.c that reads rows by it. */
#ifndef JL_TABLE_WORKBOOK_PARTS_H
#define JL_TABLE_WORKBOOK_PARTS_H
#include "client/table/package.h"
#include "client/table/workbook.h"

#define JL_PART_NAME 256
enum jl_style { JL_STYLE_PLAIN, JL_STYLE_DATE, JL_STYLE_PERCENT };
struct jl_sheet { char name[128], relation[64], part[JL_PART_NAME]; bool hidden; };
struct jl_merged { size_t row, column, last_row; };
struct jl_workbook {
  struct jl_package *package;
  struct jl_arena *arena; /* the reader's */
  struct jl_sheet *sheets;
  size_t sheet_count, chosen;
  bool from_1904;
  char part[JL_PART_NAME], folder[JL_PART_NAME], styles_part[JL_PART_NAME], texts_part[JL_PART_NAME];
  struct jl_format { uint8_t style; /* enum jl_style */ char currency[4]; /* that it shows; "" none */ } *styles; /* of each cell format */
  size_t style_count;
  struct jl_buffer texts, ends; /* what cells share: texts one behind the other, and where each ends (size_t) */
  struct jl_merged *merged;     /* those of several rows, by their first */
  size_t merged_count;
  bool *hidden; /* of JL_TABLE_COLUMNS_MAX columns: it is not shown */
};
JL_MUST_CHECK bool jl_workbook_styles(struct jl_workbook *w, struct jl_error *err);
JL_MUST_CHECK bool jl_workbook_texts(struct jl_workbook *w, struct jl_error *err);
JL_MUST_CHECK bool jl_sheet_around(struct jl_workbook *w, struct jl_error *err); /* its rows: merged cells, hidden columns */
JL_MUST_CHECK bool jl_sheet_is_empty(struct jl_workbook *w, const struct jl_sheet *sheet, bool *ret, struct jl_error *err);
bool jl_cell_place(const char *reference, size_t *ret_row, size_t *ret_column); /* "B3": 3, 1 */
#endif
