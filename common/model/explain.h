/* Where a figure comes from (product.md M9). A view is asked for one of its cells by the parameter "explain"; while it writes that cell, and
 * only then, jl_explaining is true and the view says what the figure is made of: a tree of operations whose leaves are fields of records,
 * settings or constants. The answer is a document of its own, "why": the tree as rows in preorder with levels, so that nothing is nested on
 * the wire, every face has it, and it comes in pages like others. Nobody else pays: all other rows are skipped, and without the parameter
 * nothing of this runs.
 *
 *   jl_cell(b, jl_arg_money(remaining, currency));
 *   if (jl_explaining(b)) {
 *     jl_why_begin(b, JL_WHY_DIFFERENCE, jl_arg_money(remaining, currency), JL_MSG("remaining = planned - committed - actual"));
 *     jl_why_field(b, in, line, JL_BUDGET_LINE_PLANNED);
 *     ...
 *     jl_why_end(b);
 *   }
 *
 * A cell that jl_cell_field, jl_cell_by_number or jl_cell_record wrote explains itself. One that nobody explains is said to rest on its
 * sources. An operand whose record the reader may not read is left out, name and value. */
#ifndef JL_MODEL_EXPLAIN_H
#define JL_MODEL_EXPLAIN_H
#include "common/model/document.h"

enum jl_operation {
  JL_WHY_FIELD,      /* leaf: a field of a record, or the default that holds where it is empty */
  JL_WHY_CONSTANT,   /* leaf: stands in no record; its words say whose it is */
  JL_WHY_SUM,
  JL_WHY_DIFFERENCE, /* the first operand less all the others; of two dates the days between them */
  JL_WHY_PRODUCT,    /* rounded half to even at the end */
  JL_WHY_RATIO,      /* first / second, rounded half to even */
  JL_WHY_PROPORTION, /* first x second / third, rounded half to even */
  JL_WHY_SCALED,     /* the first x all that are marked / all others, rounded half to even once */
  JL_WHY_ROUNDED_UP, /* first / second, to the next whole number */
  JL_WHY_PORTION,    /* the part of the first that falls to the marked one of the others, by their weights: largest remainder, ties to the earlier */
  JL_WHY_COUNT,      /* of operands */
  JL_WHY_MINIMUM,
  JL_WHY_MAXIMUM,
  JL_WHY_CHOICE,     /* the marked operand; the others say what was not taken */
  JL_WHY_LAST,       /* the marked operand: of the latest date, of one date the one with the highest number */
  JL_WHY_NET,        /* excl. VAT from incl. VAT: first x 1 / (1 + second), half up */
  JL_WHY_GROSS,      /* incl. VAT from excl. VAT: first x (1 + second), half up */
  JL_WHY_VAT_SHARE,  /* first x second, half up */
  JL_WHY_COMPARED,   /* a word: what comes out when the first operand is held against the others, as the words say */
  JL_WHY_UNDEFINED,  /* no value: the words say why; operands are what was there */
  JL_WHY_RESTS_ON,   /* no arithmetic is told: records behind it */
  JL_WHY_REST,       /* made here: operands of the one above that are not listed, counted and combined as it combines them */
};
bool jl_explaining(const struct jl_builder *b); /* the last cell is the one that was asked about */
/* What follows until the end are its operands. The first call at the top is the figure itself; another one at the top replaces it. false: the
 * operands would not be shown, and may be left out; jl_why_end all the same. */
bool jl_why_begin(struct jl_builder *b, enum jl_operation operation, struct jl_arg value, const char *formula);
bool jl_why_begin_words(struct jl_builder *b, enum jl_operation operation, struct jl_arg value, const char *formula, const struct jl_arg *args, int n);
void jl_why_end(struct jl_builder *b);
bool jl_why_is_shown(const struct jl_builder *b); /* false: what would be told now is below something that is not listed, and may be left out altogether */
void jl_why_many(struct jl_builder *b, size_t n);                                                    /* of the open one: a list of n operands, so it may be cut */
void jl_why_about(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record); /* of the open one: the record that it belongs to */
void jl_why_taken(struct jl_builder *b); /* marks the operand that was completed last: the one that counts in a choice, a portion, the last of */
/* Leaves. */
void jl_why_field(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, uint32_t field);
void jl_why_field_or(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record, uint32_t field, int64_t otherwise); /* counts where it is empty */
void jl_why_constant(struct jl_builder *b, struct jl_arg value, const char *what);
void jl_why_record(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *record); /* as one of those counted, or rested on */

/* What the view was asked for (a filter), for those who explain its cells from far inside; stays as long as the builder. */
void jl_why_asked(const struct jl_builder *b, const void *what);
const void *jl_why_asked_for(const struct jl_builder *b); /* NULL: nothing in particular */

/* ---- for the builder and jl_view_build ---- */
#define JL_WHY_OPERANDS 1000 /* of a list that are shown, at most */
struct jl_explanation;
/* The cell is named "BLOCK.rROW.COLUMN" in numbers from 0, or "BLOCK.tROW.COLUMN" for the row of a total: among those of its block that are
 * totals, and those that are none. operands, first: texts of the parameters, NULL where not given. NULL with an error: they are wrong. */
struct jl_explanation *jl_explanation_new(struct jl_arena *a, const char *cell, const char *operands, const char *first, struct jl_error *err);
bool jl_explanation_row(struct jl_explanation *e, size_t block, bool total, uint64_t row); /* wanted */
void jl_explanation_cell(struct jl_explanation *e, const Jalon__Block *block, const Jalon__Row *row, const Jalon__Cell *cell);
void jl_explanation_field(struct jl_builder *b, const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_record *record,
                          const struct jl_field *field);
/* The document "why" of what was explained, into b, whose view was another one's. */
JL_MUST_CHECK bool jl_explanation_document(struct jl_explanation *e, const struct jl_view *view, const struct jl_view_input *in, struct jl_builder *b,
                                           struct jl_error *err);
#endif
