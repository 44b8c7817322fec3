/* What the parts of the terminal face share. */
#ifndef JL_FACES_TERMINAL_H
#define JL_FACES_TERMINAL_H
#include "client/faces/face.h"

int jl_display_width(const char *utf8);           /* columns of a terminal that the text takes */
const char *jl_text_of(struct jl_buffer *b);      /* "" for an empty one */
void jl_cut(struct jl_buffer *text, int width);   /* to a display width, at a character, with an ellipsis */
/* table.c: a table or tree within options->width columns. ret_hidden is set when columns had to go. */
JL_MUST_CHECK bool jl_terminal_table(const Jalon__Block *block, const char *currency, const struct jl_face_options *options,
                                     struct jl_buffer *out, bool *ret_hidden);
/* canvas.c: boxes, in frames within options->width columns. */
void jl_terminal_canvas(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out);
/* matrix.c: the picture, and the table as its legend. */
JL_MUST_CHECK bool jl_terminal_matrix(const Jalon__Block *block, const char *currency, const struct jl_face_options *options,
                                      struct jl_buffer *out, bool *ret_hidden);
/* gantt.c: bars on a line of time. */
void jl_terminal_gantt(const Jalon__Block *block, const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out);
/* board.c: columns of cards within options->width columns. */
void jl_terminal_board(const Jalon__Block *block, const char *currency, const struct jl_face_options *options, struct jl_buffer *out);
void jl_capital(struct jl_buffer *text); /* the first letter as a capital one */
void jl_capital_words(const Jalon__Words *words, struct jl_buffer *text); /* of these words, which are in text: but a name or a file's in front stays as it is */
bool jl_terminal_fits(const Jalon__Block *block, const char *currency, int width); /* every column, no text cut */
#endif
