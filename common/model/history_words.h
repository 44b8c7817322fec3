/* Inside of the history view: changes as sentences, each a cell. */
#ifndef JL_MODEL_HISTORY_WORDS_H
#define JL_MODEL_HISTORY_WORDS_H
#include "common/model/document.h"

struct jl_told {
  struct jl_arg who, what;
  const struct jl_record_type *type; /* NULL: of a newer model */
  const struct jl_record *now;       /* NULL: not known here */
};
struct jl_told_field {
  const struct jl_field *field; /* NULL: of a newer model */
  struct jl_bytes before, after;
  bool erased; /* a personal value that is not there any more */
};
void jl_cell_verb_words(struct jl_builder *b, const struct jl_told *told, Jalon__Verb verb);
void jl_cell_field_words(struct jl_builder *b, const struct jl_view_input *in, const struct jl_told *told, const struct jl_told_field *f);
#endif
