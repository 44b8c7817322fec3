/* With what promise: promise and positioning as canvases, the mix by its 4, 7 or 10 P (product.md P5, P6). */
#include "common/model/strategy/canvas.h"
#include "common/model/strategy/strategy_views.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"
#include <string.h>

static const struct jl_box promise_boxes[] = {{JL_PROMISE_VALUE_PROPOSITION, JL_MSG("value proposition"), "value-proposition"},
                                              {JL_PROMISE_DIFFERENCE, JL_MSG("what makes the difference"), "difference"},
                                              {JL_PROMISE_PROOFS, JL_MSG("proofs"), "proofs"},
                                              {JL_PROMISE_SEGMENTS, JL_MSG("for whom"), "segments"}};
static const struct jl_box positioning_boxes[] = {{JL_POSITIONING_SEGMENTS, JL_MSG("for whom"), "segments"},
                                                  {JL_POSITIONING_NEED, JL_MSG("need"), "need"},
                                                  {JL_POSITIONING_CATEGORY, JL_MSG("market category"), "category"},
                                                  {JL_POSITIONING_BENEFIT, JL_MSG("main benefit"), "benefit"},
                                                  {JL_POSITIONING_COMPETITORS, JL_MSG("competitors"), "competitors"},
                                                  {JL_POSITIONING_DIFFERENCE, JL_MSG("differentiation"), "difference"},
                                                  {JL_POSITIONING_PROOFS, JL_MSG("proofs"), "proofs"},
                                                  {JL_POSITIONING_TONE, JL_MSG("tone of voice"), "tone"}};

static size_t canvases(const struct jl_view_input *in, struct jl_builder *b, uint32_t type, uint32_t retired, const struct jl_box *boxes,
                       size_t box_count) {
  size_t n = 0, shown = 0;
  const struct jl_record **records = jl_view_all(in, b, type, &n);
  for (size_t i = 0; i < n; i++) {
    if (jl_view_yes(records[i], retired)) continue;
    jl_canvas_caption(b, in, records[i]);
    jl_canvas_fields(b, in, records[i], boxes, box_count);
    shown++;
  }
  return shown;
}

bool jl_positioning_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a, (void)err;
  jl_builder_title(b, JL_MSG("promise and positioning"), NULL, 0);
  jl_canvas_begin(b, "promises", JL_MSG("promises"));
  if (canvases(in, b, JL_TYPE_PROMISE, JL_PROMISE_RETIRED, promise_boxes, JL_COUNT(promise_boxes)) == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no promise yet: jalon promise add \"...\" --difference experience"), NULL, 0);
  jl_canvas_begin(b, "positionings", JL_MSG("positionings"));
  if (canvases(in, b, JL_TYPE_POSITIONING, JL_POSITIONING_RETIRED, positioning_boxes, JL_COUNT(positioning_boxes)) == 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("no positioning yet: jalon positioning add \"...\""), NULL, 0);
  jl_block_differentiation(in, b, JL_MSG("differentiation table"));
  return true;
}

/* ---- the mix ---- */
static const struct jl_box mix[] = {{JL_MIX_PRODUCT, JL_MSG("product"), "product"},
                                    {JL_MIX_PRICE, JL_MSG("price"), "price"},
                                    {JL_MIX_PLACE, JL_MSG("place"), "place"},
                                    {JL_MIX_PROMOTION, JL_MSG("promotion"), "promotion"},
                                    {JL_MIX_PEOPLE, JL_MSG("people"), "people"},
                                    {JL_MIX_PROCESS, JL_MSG("process"), "process"},
                                    {JL_MIX_EVIDENCE, JL_MSG("physical evidence"), "evidence"},
                                    {JL_MIX_PARTNERS, JL_MSG("partnership"), "partnership"},
                                    {JL_MIX_PERMISSION, JL_MSG("permission"), "permission"},
                                    {JL_MIX_PURPLE_COW, JL_MSG("purple cow"), "purple-cow"}};

/* The smallest of 4, 7 and 10 that has a place for every item. */
static size_t elements_used(const struct jl_record **items, size_t n) {
  size_t most = 4;
  for (size_t i = 0; i < n; i++) {
    int64_t element = jl_view_int(items[i], JL_MIX_ITEM_ELEMENT, 0);
    if (element > 7)
      most = 10;
    else if (element > 4 && most < 7)
      most = 7;
  }
  return most;
}

static bool elements_wanted(const struct jl_view_input *in, size_t *io_count, struct jl_error *err) {
  const char *size = jl_view_value(in, "size");
  if (size == NULL) return true;
  *io_count = strcmp(size, "4") == 0 ? 4 : strcmp(size, "7") == 0 ? 7 : strcmp(size, "10") == 0 ? 10 : 0;
  return *io_count > 0 || jl_fail(err, JL_E_INVALID, JL_MSG("the mix has 4, 7 or 10 elements, not {1}"), NULL, jl_arg_text(size));
}

enum { MIX_CELLS = 4 };
static void mix_cells(struct jl_builder *b, const struct jl_view_input *in, const struct jl_record *item) {
  jl_cell_title(b, in, item);
  jl_cell_by_number(b, in, item, JL_MIX_ITEM_OBJECTIVES);
  jl_cell_by_number(b, in, item, JL_MIX_ITEM_SEGMENTS);
  jl_cell_by_number(b, in, item, JL_MIX_ITEM_OWNER);
}

bool jl_mix_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  size_t n = 0, empty = 0, aimless = 0;
  const struct jl_record **items = jl_view_all(in, b, JL_TYPE_MIX_ITEM, &n);
  size_t count = elements_used(items, n);
  (void)a;
  if (!elements_wanted(in, &count, err)) return false;
  const struct jl_arg size = jl_arg_integer((int64_t)count);
  jl_builder_title(b, JL_MSG("marketing mix, {1}P"), &size, 1);
  jl_canvas_begin(b, "mix", NULL);
  jl_column(b, "objectives", JL_MSG("objectives"), JL_ARG_TEXT, 1);
  jl_column(b, "segments", JL_MSG("segments"), JL_ARG_TEXT, 2);
  jl_column(b, "owner", JL_MSG("owner"), JL_ARG_TEXT, 8);
  for (size_t i = 0; i < count; i++)
    if (jl_canvas_records(b, in, &mix[i], items, n, JL_MIX_ITEM_ELEMENT, mix_cells, MIX_CELLS) == 0) empty++;
  for (size_t i = 0; i < n; i++) aimless += !jl_record_has(items[i]->body, JL_MIX_ITEM_OBJECTIVES);
  const struct jl_arg counts[] = {jl_arg_integer((int64_t)empty), jl_arg_integer((int64_t)aimless)};
  if (n == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("nothing yet: jalon mix-item add \"...\" --element product"), NULL, 0);
  if (n > 0 && empty > 0) jl_note(b, JL_TONE_WARN, JL_MSG("elements of the mix without anything: {1}"), counts, 1);
  if (aimless > 0) jl_note(b, JL_TONE_WARN, JL_MSG("items of the mix that serve no objective: {2}"), counts, 2);
  return true;
}
