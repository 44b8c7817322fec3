/* Names of columns that people's files have, and what they mean: vocabulary.def, a table to read and to add to. */
#ifndef JL_TABLE_VOCABULARY_H
#define JL_TABLE_VOCABULARY_H
#include "common/base/arena.h"

enum jl_column_kind { JL_COLUMN_EMPTY, JL_COLUMN_TEXT, JL_COLUMN_NUMBER, JL_COLUMN_MONEY, JL_COLUMN_PERCENT, JL_COLUMN_DATE };
struct jl_table_field { const char *name, *label /* message id */; enum jl_column_kind kind; };
struct jl_table_word { const char *source /* "Google Ads"; "" of nobody in particular */, *field, *title; };
extern const struct jl_table_field jl_table_fields[];
extern const size_t jl_table_field_count;
extern const struct jl_table_word jl_table_words[];
extern const size_t jl_table_word_count;
const struct jl_table_field *jl_table_field_by_name(const char *name); /* NULL: none */
bool jl_table_field_groups(const char *name); /* it says whose a row is, as one value for several rows may */

/* A title as it is compared: case, accents, no-break blanks, typographic apostrophes, a trailing * and a currency in brackets do not count.
 * ret_currency: of the bracket, "" none. NULL on arena failure. */
char *jl_title_fold(struct jl_arena *a, const char *title, size_t size, char ret_currency[4], bool *ret_money);

struct jl_vocabulary; /* the words by their folded titles */
struct jl_vocabulary *jl_vocabulary_new(struct jl_arena *a); /* NULL on arena failure */
/* All words with this title; those of one title follow each other. 0: unknown. */
size_t jl_vocabulary_find(const struct jl_vocabulary *v, const char *folded, const struct jl_table_word *const **ret);
#endif
