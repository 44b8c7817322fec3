#include "common/model/pipeline/attribution.h"
#include "common/base/money.h"
#include <string.h>

/* Tenths of a percent. */
static const struct {
  int64_t first, lead, opportunity, close, last, between;
} parts[] = {[JL_ATTRIBUTION_FIRST] = {.first = 1000},
             [JL_ATTRIBUTION_LAST] = {.last = 1000},
             [JL_ATTRIBUTION_POSITION_LEAD] = {.first = 400, .lead = 400, .between = 200},
             [JL_ATTRIBUTION_POSITION_LAST] = {.first = 400, .last = 400, .between = 200},
             [JL_ATTRIBUTION_W] = {.first = 300, .lead = 300, .opportunity = 300, .between = 100},
             [JL_ATTRIBUTION_FULL_PATH] = {.first = 225, .lead = 225, .opportunity = 225, .close = 225, .between = 100}};

/* Each touch has the parts of its roles times the number of those between, which have one part each: all have one denominator. */
static bool by_role(enum jl_attribution model, const struct jl_journey *j, int64_t *weights) {
  const struct {
    size_t touch;
    int64_t part;
  } roles[] = {{0, parts[model].first}, {j->lead, parts[model].lead}, {j->opportunity, parts[model].opportunity}, {j->close, parts[model].close},
               {j->touches - 1, parts[model].last}};
  int64_t between = 0;
  memset(weights, 0, j->touches * sizeof *weights);
  for (size_t i = 0; i < JL_COUNT(roles); i++) {
    if (roles[i].part == 0 || roles[i].touch == JL_NO_TOUCH) continue;
    if (roles[i].touch >= j->touches) return false;
    weights[roles[i].touch] += roles[i].part;
  }
  for (size_t i = 0; i < j->touches; i++) between += weights[i] == 0;
  if (parts[model].between == 0 || between == 0) return true;
  for (size_t i = 0; i < j->touches; i++) weights[i] = weights[i] == 0 ? parts[model].between : weights[i] * between;
  return true;
}

/* ---- time decay ---- */
#define BITS 48
#define SCALE 63 /* of the roots */
/* 2^(-1/2), 2^(-1/4) ... times 2^63, to the nearest: each is the square root of the one before it (held in test_formulas). */
static const uint64_t roots[BITS] = {
    0x5a827999fcef3242, 0x6ba27e656b4eb57a, 0x75606373ee921c97, 0x7a92be8a92436616, 0x7d41d96db915019d, 0x7e9f06067a4360ba, 0x7f4f08ae3dc7c426,
    0x7fa765aca88f6453, 0x7fd3ab290e46d769, 0x7fe9d3a8e07bf086, 0x7ff4e9597bed93ab, 0x7ffa748dff8dc61f, 0x7ffd3a3f50020332, 0x7ffe9d1dbc0a75aa,
    0x7fff4e8e6306ed59, 0x7fffa74712c3cdfd, 0x7fffd3a381b1fa29, 0x7fffe9d1beed018a, 0x7ffff4e8defb81d7, 0x7ffffa746f5f012f, 0x7ffffd3a37a7d0a8,
    0x7ffffe9d1bd1fc58, 0x7fffff4e8de8832d, 0x7fffffa746f422d7, 0x7fffffd3a37a09bb, 0x7fffffe9d1bd02f2, 0x7ffffff4e8de80fe, 0x7ffffffa746f4060,
    0x7ffffffd3a37a028, 0x7ffffffe9d1bd012, 0x7fffffff4e8de809, 0x7fffffffa746f404, 0x7fffffffd3a37a02, 0x7fffffffe9d1bd01, 0x7ffffffff4e8de81,
    0x7ffffffffa746f40, 0x7ffffffffd3a37a0, 0x7ffffffffe9d1bd0, 0x7fffffffff4e8de8, 0x7fffffffffa746f4, 0x7fffffffffd3a37a, 0x7fffffffffe9d1bd,
    0x7ffffffffff4e8df, 0x7ffffffffffa746f, 0x7ffffffffffd3a38, 0x7ffffffffffe9d1c, 0x7fffffffffff4e8e, 0x7fffffffffffa747};

/* 2^(-days / half_life) times 2^48. The fraction of the exponent is cut after 48 bits (too large by less than 0.7 units), each of at most 48 products
 * loses less than 2^-62 of it, and the end is rounded (half a unit): together less than 2 units. */
static int64_t decayed(int64_t days, int64_t half_life) {
  int64_t halvings = days / half_life;
  uint64_t fraction = ((uint64_t)(days % half_life) << BITS) / (uint64_t)half_life, value = (uint64_t)1 << SCALE;
  if (halvings > BITS) return 0;
  for (int i = 0; i < BITS; i++)
    if ((fraction >> (BITS - 1 - i) & 1) != 0) value = (uint64_t)((unsigned __int128)value * roots[i] >> SCALE);
  value >>= halvings;
  return (int64_t)((value >> (SCALE - BITS)) + (value >> (SCALE - BITS - 1) & 1));
}

static bool by_time(const struct jl_journey *j, int64_t *weights) {
  int32_t latest = INT32_MAX;
  if (j->days == NULL || j->half_life < 1 || j->half_life > JL_HALF_LIFE_MAX) return false;
  for (size_t i = 0; i < j->touches; i++) {
    if (j->days[i] < 0) return false;
    if (j->days[i] < latest) latest = j->days[i];
  }
  for (size_t i = 0; i < j->touches; i++) weights[i] = decayed((int64_t)j->days[i] - latest, j->half_life);
  return true;
}

bool jl_attribution_weights(enum jl_attribution model, const struct jl_journey *journey, int64_t *ret_weights) {
  if (journey->touches == 0 || journey->touches > JL_TOUCHES_MAX || model < JL_ATTRIBUTION_FIRST || model > JL_ATTRIBUTION_TIME_DECAY) return false;
  if (model == JL_ATTRIBUTION_TIME_DECAY) return by_time(journey, ret_weights);
  if (model != JL_ATTRIBUTION_LINEAR) return by_role(model, journey, ret_weights);
  for (size_t i = 0; i < journey->touches; i++) ret_weights[i] = 1;
  return true;
}

bool jl_attribute(enum jl_attribution model, const struct jl_journey *journey, int64_t amount, int64_t *ret_parts) {
  int64_t weights[JL_TOUCHES_MAX];
  return jl_attribution_weights(model, journey, weights) && jl_split(amount, weights, journey->touches, ret_parts);
}
