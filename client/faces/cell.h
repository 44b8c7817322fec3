/* What the faces share about document cells. */
#ifndef JL_FACES_CELL_H
#define JL_FACES_CELL_H
#include "client/faces/format.h"
bool jl_render_terminal(const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out);
bool jl_render_json(const Jalon__Document *document, struct jl_buffer *out);
bool jl_render_csv(const Jalon__Document *document, struct jl_buffer *out);
bool jl_render_markdown(const Jalon__Document *document, struct jl_buffer *out);

void jl_words(const Jalon__Words *words, struct jl_buffer *out);       /* display; NULL: nothing */
/* A cell as display text; money_decimals: the column's (JL_DECIMALS_SHORT alone). The document's currency is the default. */
void jl_cell_display(const Jalon__Cell *cell, const char *currency, int money_decimals, struct jl_buffer *out);
void jl_cell_plain(const Jalon__Cell *cell, const char *currency, struct jl_buffer *out); /* for files */
const char *jl_column_heading(const Jalon__Column *column);
int jl_column_decimals(const Jalon__Block *block, size_t column, const char *currency); /* 0 when every amount in it is whole */
#endif
