/* Canvases of the strategy: blocks of boxes (JL_BLOCK_CANVAS), whose rows name their box first. Every box has a row, empty or not, so that
 * what is missing is seen. */
#ifndef JL_MODEL_STRATEGY_CANVAS_H
#define JL_MODEL_STRATEGY_CANVAS_H
#include "common/model/view_support.h"

struct jl_box {
  int64_t value;           /* of the field that puts a record into this box; boxes of a record: the number of its field */
  const char *label, *text; /* message id; spelling for files */
};
void jl_canvas_begin(struct jl_builder *b, const char *name, const char *title);
/* A canvas about one record: its caption, then its fields, one a box. */
void jl_canvas_caption(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record);
void jl_canvas_fields(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, const struct jl_box *boxes,
                      size_t n);
/* Those of `records` whose `field` has the box's value, as rows: the box, then `cells` (NULL: the title). How many there were. */
size_t jl_canvas_records(struct jl_builder *b, const struct jl_view_input *in, const struct jl_box *box, const struct jl_record **records,
                         size_t n, uint32_t field,
                         void (*cells)(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record), int cell_count);
bool jl_view_yes(const struct jl_record *record, uint32_t field); /* retired, paused ... */
#endif
