/* A random plan shared out and written: every line then costs what it was given, says the second calculation (budget_oracle.h), closed months keep
 * theirs, and where a plain line has its share by weight it is the whole budget to the cent. Cuts take no more than was asked. */
#ifndef JL_TESTS_UNIT_BUDGET_ALLOTTED_H
#define JL_TESTS_UNIT_BUDGET_ALLOTTED_H
#include "budget_oracle.h"
#include "common/model/document.h"
#include "model_fixture.h"

struct allotted {
  struct jl_replica *plan; /* a copy, that is written to */
  const struct jl_replica *organisation;
  struct jl_arena *a;
  int32_t today;
  unsigned seed, step;
};

static Jalon__Document *al_view(const struct allotted *al, const char *view, const char *parameter, const char *value) {
  const struct jl_view_parameter parameters[] = {{parameter, value}};
  const struct jl_view_input in = {.space = al->plan, .organisation = al->organisation, .sections = ALL_SECTIONS, .today = al->today, .parameters = parameters, .parameter_count = 1};
  struct jl_bytes packed;
  struct jl_error err;
  if (!jl_view_build(jl_view_by_name(view), &in, al->a, &packed, &err)) fail_msg("seed %u step %u: %s: %s", al->seed, al->step, view, err.message);
  Jalon__Document *d = jalon__document__unpack(NULL, packed.size, packed.data);
  assert_non_null(d);
  return d;
}

static void al_refused(const struct allotted *al, const char *view, const char *parameter, const char *value) {
  const struct jl_view_parameter parameters[] = {{parameter, value}};
  const struct jl_view_input in = {.space = al->plan, .organisation = al->organisation, .sections = ALL_SECTIONS, .today = al->today, .parameters = parameters, .parameter_count = 1};
  struct jl_bytes packed;
  struct jl_error err;
  if (jl_view_build(jl_view_by_name(view), &in, al->a, &packed, &err) || err.code != JL_E_INVALID || strstr(err.message, "without an exchange rate") == NULL)
    fail_msg("seed %u step %u: %s: not refused without a rate", al->seed, al->step, view);
}

static const Jalon__Block *al_block(const Jalon__Document *d, const char *name) {
  for (size_t i = 0; i < d->n_blocks; i++)
    if (strcmp(d->blocks[i]->name, name) == 0) return d->blocks[i];
  return NULL;
}

static const Jalon__Cell *al_cell(const Jalon__Block *block, const Jalon__Row *row, const char *column) {
  for (size_t i = 0; i < block->n_columns; i++)
    if (strcmp(block->columns[i]->name, column) == 0) return row->cells[i];
  fail_msg("no column %s", column);
  return NULL;
}

static void al_put(const struct allotted *al, uint32_t type, const struct jl_id *id, uint64_t number, struct jl_bytes body) {
  struct jl_record *record = jl_record_new(type, id, body);
  assert_non_null(record);
  record->number = number;
  record->revision = record->created_revision = 1;
  assert_true(jl_replica_put(al->plan, record));
}

static struct jl_bytes al_with(const struct allotted *al, uint32_t type, struct jl_bytes body, uint32_t field, struct jl_value value) {
  struct jl_bytes slice = jl_value_encode(al->a, jl_field_by_number(jl_record_type_by_number(type), field), &value);
  body = jl_record_with(al->a, body, field, slice);
  assert_non_null(body.data);
  return body;
}

static void al_objective(const struct allotted *al, int64_t budget) {
  struct jl_id id = fx_id(900);
  struct jl_bytes body = {NULL, 0};
  body = al_with(al, JL_TYPE_BUDGET_OBJECTIVE, body, JL_BUDGET_OBJECTIVE_TITLE, (struct jl_value){.text = {(const uint8_t *)"all", 3}});
  body = al_with(al, JL_TYPE_BUDGET_OBJECTIVE, body, JL_BUDGET_OBJECTIVE_CUSTOMERS, (struct jl_value){.number = 1});
  body = al_with(al, JL_TYPE_BUDGET_OBJECTIVE, body, JL_BUDGET_OBJECTIVE_ACQUISITION_COST, (struct jl_value){.number = budget});
  al_put(al, JL_TYPE_BUDGET_OBJECTIVE, &id, 1, body);
}

/* As the command line would. */
static void al_write(const struct allotted *al, const Jalon__Block *block, uint32_t of_line) {
  for (size_t i = 0; block != NULL && i < block->n_rows; i++) {
    const Jalon__Row *row = block->rows[i];
    struct jl_id id;
    assert_true(jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &id));
    const struct jl_record *old = jl_replica_live(al->plan, &id);
    assert_non_null(old);
    uint32_t field = old->type_number == JL_TYPE_BUDGET_LINE ? of_line : JL_BUDGET_MONTH_PLANNED;
    if (field != JL_BUDGET_LINE_LAST) assert_int_equal(o_int(old, field, 0), al_cell(block, row, "now")->number);
    al_put(al, old->type_number, &id, old->number, al_with(al, old->type_number, old->body, field, (struct jl_value){.number = al_cell(block, row, "afterwards")->number}));
  }
}

/* Nothing is worked out without the rates that are missing; with them (a unit for each) it can be. */
static void al_known(const struct allotted *al, const struct oracle *o) {
  unsigned id = 950;
  bool any = false, planned = false;
  for (size_t i = 0; i < o->whole_count; i++) {
    any = any || o->whole[i].apart[0] != '\0';
    planned = planned || (o->whole[i].apart[0] != '\0' && o->whole[i].kind == JL_MONEY_PLANNED);
  }
  if (planned) al_refused(al, "cut", "cut", "20%");
  if (any) {
    al_objective(al, 100);
    al_refused(al, "allocation", "writes", "yes");
  }
  for (size_t i = 0; i < o->whole_count; i++) {
    bool again = o->whole[i].apart[0] == '\0';
    for (size_t k = 0; k < i && !again; k++) again = strcmp(o->whole[k].apart, o->whole[i].apart) == 0;
    if (again) continue;
    struct jl_id own = fx_id(id++);
    struct jl_bytes body = {NULL, 0};
    body = al_with(al, JL_TYPE_EXCHANGE_RATE, body, JL_EXCHANGE_RATE_CURRENCY, (struct jl_value){.text = {(const uint8_t *)o->whole[i].apart, 3}});
    body = al_with(al, JL_TYPE_EXCHANGE_RATE, body, JL_EXCHANGE_RATE_DAY, (struct jl_value){.number = 10000});
    body = al_with(al, JL_TYPE_EXCHANGE_RATE, body, JL_EXCHANGE_RATE_RATE, (struct jl_value){.number = 1000000});
    body = al_with(al, JL_TYPE_EXCHANGE_RATE, body, JL_EXCHANGE_RATE_WORTH, (struct jl_value){.number = 1000000});
    al_put(al, JL_TYPE_EXCHANGE_RATE, &own, 900 + id, body);
  }
}

static int64_t al_planned(const struct oracle *o, const struct jl_id *line) {
  int64_t sum = 0;
  for (size_t i = 0; i < o->whole_count; i++)
    if (o->whole[i].kind == JL_MONEY_PLANNED && o->whole[i].apart[0] == '\0' && jl_id_equal(&o->whole[i].line->id, line)) sum += o->whole[i].sum.in[JL_BASIS_COST];
  return sum;
}

static int64_t al_closed(const struct oracle *o, const bool closed[13], int basis) {
  int64_t sum = 0;
  for (size_t i = 0; i < o->whole_count; i++) {
    const struct o_entry *entry = &o->whole[i];
    if (entry->kind != JL_MONEY_PLANNED || entry->apart[0] != '\0' || entry->day == JL_WHOLE_PERIOD) continue;
    struct jl_date date = jl_date_from_day(entry->day);
    if (date.year == 2026 && closed[date.month]) sum += entry->sum.in[basis];
  }
  return sum;
}

static bool al_plain(const struct jl_record *line) {
  char currency[4];
  o_currency(line, JL_BUDGET_LINE_CURRENCY, currency);
  return strcmp(currency, "EUR") == 0 && o_int(line, JL_BUDGET_LINE_EVERY, 0) == 0 && o_int(line, JL_BUDGET_LINE_VAT_BASIS, JL_NET) == JL_NET &&
         (o_int(line, JL_BUDGET_LINE_VAT_RECOVERABLE, 10000) == 10000 || o_int(line, JL_BUDGET_LINE_VAT_RATE, 0) == 0);
}

static void al_same(const struct allotted *al, const char *what, int64_t is, int64_t expected) {
  if (is != expected) fail_msg("seed %u step %u: %s: %lld, not %lld", al->seed, al->step, what, (long long)is, (long long)expected);
}

static void al_shared_out(const struct allotted *al, struct oracle *o, int64_t budget, const bool closed[13]) {
  int64_t before[3], sum = 0;
  bool by_weight = false;
  al_objective(al, budget);
  oracle_read(o, al->plan, al->a);
  for (int basis = 0; basis < 3; basis++) before[basis] = al_closed(o, closed, basis);
  Jalon__Document *d = al_view(al, "allocation", "writes", "yes");
  const Jalon__Block *block = al_block(d, "allocation");
  al_write(al, al_block(d, "writes"), JL_BUDGET_LINE_PLANNED);
  al_write(al, al_block(d, "ends"), JL_BUDGET_LINE_LAST);
  oracle_read(o, al->plan, al->a);
  for (size_t i = 0; i < block->n_rows; i++) {
    const Jalon__Row *row = block->rows[i];
    struct jl_id id;
    int64_t given = al_cell(block, row, "given")->number;
    const char *why = i + 1 < block->n_rows ? al_cell(block, row, "why")->alternative : "";
    if (i + 1 == block->n_rows) {
      al_same(al, "total", given, sum);
      if (by_weight) al_same(al, "all of the budget", given, budget);
      continue;
    }
    assert_true(jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &id));
    sum += given;
    al_same(al, why, al_planned(o, &id), given);
    by_weight = by_weight || (given > 0 && al_plain(jl_replica_live(al->plan, &id)) && strcmp(why, "weight") == 0);
  }
  for (int basis = 0; basis < 3; basis++) al_same(al, "closed months", al_closed(o, closed, basis), before[basis]);
  jalon__document__free_unpacked(d, NULL);
}

static void al_cut(const struct allotted *al, const char *cut, int64_t share) {
  Jalon__Document *d = al_view(al, "cut", "cut", cut);
  const Jalon__Block *block = al_block(d, "cut");
  int64_t now = 0, after = 0;
  for (size_t i = 0; i + 1 < block->n_rows; i++) {
    int64_t was = al_cell(block, block->rows[i], "now")->number, is = al_cell(block, block->rows[i], "afterwards")->number;
    assert_true(is >= 0 && is <= (was > 0 ? was : 0));
    now += was;
    after += is;
  }
  const Jalon__Row *total = block->rows[block->n_rows - 1];
  al_same(al, "now", al_cell(block, total, "now")->number, now);
  al_same(al, "afterwards", al_cell(block, total, "afterwards")->number, after);
  assert_true(now - after <= o_round((wide)now * share, 10000, true));
  jalon__document__free_unpacked(d, NULL);
}
#endif
