#include "common/model/strategy/canvas.h"
#include "common/record/schema.h"

void jl_canvas_begin(struct jl_builder *b, const char *name, const char *title) {
  jl_block_begin(b, JL_BLOCK_CANVAS, name, title);
  jl_column(b, "box", JL_MSG("box"), JL_ARG_LABEL, 0);
  jl_column(b, "content", JL_MSG("content"), JL_ARG_TEXT, 0);
}

void jl_canvas_caption(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record) {
  jl_row_begin(b, record, 0, JL_ROW_HEADING);
  jl_cell_title(b, in, record);
  jl_cell_empty(b);
}

void jl_canvas_fields(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, const struct jl_box *boxes,
                      size_t n) {
  for (size_t i = 0; i < n; i++) {
    const struct jl_field *field = jl_field_by_number(record->type, (uint32_t)boxes[i].value);
    jl_row_begin(b, record, 0, JL_ROW_NORMAL);
    jl_cell_label(b, boxes[i].label, boxes[i].text);
    if (field != NULL && jl_record_has(record->body, field->number))
      jl_cell_field(b, in->space, in->organisation, record, field);
    else
      jl_cell_empty(b);
  }
}

size_t jl_canvas_records(struct jl_builder *b, const struct jl_view_input *in, const struct jl_box *box, const struct jl_record **records,
                         size_t n, uint32_t field,
                         void (*cells)(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record),
                         int cell_count) {
  size_t shown = 0;
  for (size_t i = 0; i < n; i++) {
    if (jl_view_int(records[i], field, 0) != box->value) continue;
    jl_row_begin(b, records[i], 0, JL_ROW_NORMAL);
    jl_cell_label(b, box->label, box->text);
    if (cells != NULL)
      cells(b, in, records[i]);
    else
      jl_cell_title(b, in, records[i]);
    shown++;
  }
  if (shown > 0) return shown;
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(b, box->label, box->text);
  jl_cells_empty(b, cells != NULL ? cell_count : 1);
  return 0;
}

bool jl_view_yes(const struct jl_record *record, uint32_t field) { return jl_view_int(record, field, 0) != 0; }
