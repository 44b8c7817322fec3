/* A KPI in the tables of several views. */
#ifndef JL_MODEL_MEASURES_KPI_CELLS_H
#define JL_MODEL_MEASURES_KPI_CELLS_H
#include "common/model/measures/light.h"
#include "common/model/view_support.h"

void jl_columns_kpi_target(struct jl_builder *b, int priority);                                              /* comparator, target */
/* > | 25 %; of the period in which it was measured, where that has a target of its own */
void jl_cells_kpi_target(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state);
struct jl_kpi_state jl_view_kpi_state(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi); /* as of today */
const char *jl_kpi_unit(struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state);
void jl_cell_kpi_number(struct jl_builder *b, const struct jl_record *kpi, const struct jl_kpi_state *state, int64_t value); /* in its unit */
void jl_cell_kpi_value(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state);
const char *jl_kpi_lack(const struct jl_kpi_state *state); /* why it has no light: message id */
/* "K1 CPL *": the * when its definition is not signed by all who share it; *io_unsigned then becomes true. */
void jl_cell_kpi_title(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, bool *io_unsigned);
void jl_note_unsigned(struct jl_builder *b, bool is_unsigned); /* what the * means */
void jl_cell_kpi_light(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state);
/* kpi_why.c: where target, value and light come from. */
void jl_why_kpi_target(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state);
void jl_why_kpi_value(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state);
void jl_why_kpi_reached(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state);
void jl_why_kpi_light(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state);
struct jl_kpi_course; /* course.h */
void jl_why_kpi_projection(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *kpi, const struct jl_kpi_state *state,
                           const struct jl_kpi_course *course);
#endif
