/* What the audit makes of the facts: much for little, gaps in what is known, proposals with what they rest on. */
#include "common/base/money.h"
#include "common/model/explain.h"
#include "common/model/measures/audit_parts.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

static const struct jl_record *record_of(const struct jl_judged *j) { return j->now->place.action != NULL ? j->now->place.action : j->now->place.lever; }
static struct jl_arg percent(int64_t millionths) { return jl_arg_fraction(millionths, "percent"); }

/* ---- much for little ---- */
/* The row's part of what all have, explained. */
static void share_cell(const struct jl_audited *a, const struct jl_judged *j, bool has, int64_t share, enum jl_fact fact, bool spend) {
  const struct jl_facts *f = &a->now;
  if (spend && j->shares.unknown) {
    jl_cell_undefined(a->b);
    if (jl_explaining(a->b)) jl_why_spend_unknown(f, jl_facts_total(f));
    return;
  }
  if (!has) {
    jl_cell_empty(a->b);
    return;
  }
  jl_cell(a->b, percent(share));
  if (spend)
    jl_sources_spend(f, j->now);
  else
    jl_sources_fact(f, j->now, fact);
  if (!jl_explaining(a->b)) return;
  if (jl_why_begin(a->b, JL_WHY_RATIO, percent(share), JL_MSG("its part of that of all"))) {
    const struct jl_facts_row *rows[] = {j->now, jl_facts_total(f)};
    for (size_t i = 0; i < JL_COUNT(rows); i++) {
      if (spend)
        jl_why_spend(f, rows[i]);
      else
        jl_why_fact(f, rows[i], fact);
    }
  }
  jl_why_end(a->b);
}

static void costly_row(const struct jl_audited *a, const struct jl_judged *j) {
  jl_row_begin(a->b, record_of(j), 0, JL_ROW_NORMAL);
  jl_cell_fact_place(&a->now, j->now);
  jl_cell_fact_money(&a->now, j->now, JL_FIGURE_ACTUAL);
  share_cell(a, j, j->shares.has_spend, j->shares.spend, JL_FACTS, true);
  jl_cell_fact(&a->now, j->now, a->now.qualified);
  share_cell(a, j, j->shares.has_leads, j->shares.leads, a->now.qualified, false);
  jl_cell_fact(&a->now, j->now, JL_FACT_SIGNED);
  share_cell(a, j, j->shares.has_signed, j->shares.signed_, JL_FACT_SIGNED, false);
  jl_cell_label(a->b, j->thin ? JL_MSG("too few") : JL_MSG("enough"), j->thin ? "too-few" : "enough");
  jl_sources_fact(&a->now, j->now, a->now.qualified);
}

void jl_block_audit_costly(const struct jl_audited *a) {
  struct jl_builder *b = a->b;
  size_t n = 0;
  if (!a->now.sees_money || !a->now.sees_figures) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "costly", JL_MSG("cost much, brought little"));
  jl_audit_column_place(a);
  jl_column(b, "spend", JL_MSG("spend"), JL_ARG_MONEY, 0);
  jl_column(b, "spend_share", JL_MSG("spend, share"), JL_ARG_FRACTION, 0);
  jl_column_fact(b, a->now.qualified, 2);
  jl_column(b, "leads_share", JL_MSG("leads, share"), JL_ARG_FRACTION, 0);
  jl_column_fact(b, JL_FACT_SIGNED, 2);
  jl_column(b, "signed_share", JL_MSG("signed, share"), JL_ARG_FRACTION, 0);
  jl_column(b, "cases", JL_MSG("cases"), JL_ARG_LABEL, 3);
  for (size_t i = 0; i < a->now.count; i++) {
    if (!jl_audited_is(a, i) || !a->judged[i].costly) continue;
    costly_row(a, &a->judged[i]);
    n++;
  }
  if (n == 0 && jl_spend_unknown(jl_facts_total(&a->now)))
    jl_note(b, JL_TONE_WARN, JL_MSG("not judged: nobody knows what was spent in all"), NULL, 0);
  else if (n == 0)
    jl_note(b, JL_TONE_GOOD, JL_MSG("none"), NULL, 0);
  const struct jl_arg rule[] = {jl_arg_share(a->judging.much), jl_arg_share(a->judging.little), jl_arg_integer(a->judging.enough)};
  jl_note(b, JL_TONE_MUTED, JL_MSG("the rule: at least {1} of the spend (--much), and of qualified leads and of signed revenue less than {2} of that share (--little)"), rule, 2);
  jl_note(b, JL_TONE_MUTED, JL_MSG("too few cases: fewer than {3} qualified leads came (--enough), and fewer would have come for its spend at the average cost"), rule, 3);
}

/* ---- gaps ---- */
static const char *gap_label(const struct jl_judged *j) {
  return j->gap == JL_GAP_NO_FIGURE ? JL_MSG("costs, and nobody has told what it brought") : JL_MSG("brings, and nothing is invoiced for it");
}

static void gap_row(const struct jl_audited *a, const struct jl_facts_row *row, const struct jl_record *record, const char *label, const char *text) {
  jl_row_begin(a->b, record, 0, JL_ROW_NORMAL);
  jl_cell_fact_place(&a->now, row);
  jl_cell_label(a->b, label, text);
  jl_cell_fact_money(&a->now, row, JL_FIGURE_ACTUAL);
  jl_cell_fact(&a->now, row, a->now.qualified);
  jl_cell_fact(&a->now, row, JL_FACT_SIGNED);
}

/* Money or results that are of no channel, or by campaign of none: nobody can be judged by them. */
static void rest_gap(const struct jl_audited *a, const struct jl_facts_row *row) {
  if (jl_facts_any(row) && (row->invoiced || row->days > 0))
    gap_row(a, row, NULL, row->place.no_lever ? JL_MSG("belongs to no channel: nobody is judged by it") : JL_MSG("belongs to no campaign: none is judged by it"), "no-channel");
}

void jl_block_audit_gaps(const struct jl_audited *a) {
  struct jl_builder *b = a->b;
  bool any = false;
  for (size_t i = 0; i < a->now.count; i++) any = any || (jl_audited_is(a, i) && a->judged[i].gap != JL_GAP_NONE) || (a->now.rows[i].place.kind == JL_PLACE_REST && jl_facts_any(&a->now.rows[i]));
  if (!any || !a->now.sees_money || !a->now.sees_figures) return;
  jl_block_begin(b, JL_BLOCK_TABLE, "gaps", JL_MSG("forgotten"));
  jl_audit_column_place(a);
  jl_column(b, "gap", JL_MSG("what is missing"), JL_ARG_LABEL, 0);
  jl_column(b, "spend", JL_MSG("spend"), JL_ARG_MONEY, 0);
  jl_column_fact(b, a->now.qualified, 1);
  jl_column_fact(b, JL_FACT_SIGNED, 2);
  for (size_t i = 0; i < a->now.count; i++) {
    const struct jl_facts_row *row = &a->now.rows[i];
    if (row->place.kind == JL_PLACE_REST)
      rest_gap(a, row);
    else if (jl_audited_is(a, i) && a->judged[i].gap != JL_GAP_NONE)
      gap_row(a, row, record_of(&a->judged[i]), gap_label(&a->judged[i]), a->judged[i].gap == JL_GAP_NO_FIGURE ? "no-figure" : "no-spend");
  }
}

/* ---- proposals ---- */
/* In files: "spend=25000.00 leads=40", of what somebody has told. */
static void put_amount(const struct jl_audited *a, char *out, size_t size, const char *name, bool is_told, int64_t minor) {
  static const int64_t scales[] = {1, 10, 100, 1000, 10000};
  size_t used = strlen(out);
  int digits = jl_currency_digits(a->now.currency);
  int64_t scale = digits < 0 || digits >= (int)JL_COUNT(scales) ? 1 : scales[digits];
  uint64_t whole = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
  if (!is_told) return;
  snprintf(out + used, size - used, "%s%s=%s%llu", used == 0 ? "" : " ", name, minor < 0 ? "-" : "", (unsigned long long)(whole / (uint64_t)scale));
  used = strlen(out);
  if (scale > 1) snprintf(out + used, size - used, ".%0*llu", digits, (unsigned long long)(whole % (uint64_t)scale));
}
static void put_count(char *out, size_t size, const char *name, bool is_told, int64_t n) {
  size_t used = strlen(out);
  if (is_told) snprintf(out + used, size - used, "%s%s=%lld", used == 0 ? "" : " ", name, (long long)n);
}

static struct jl_arg told(bool is_told, struct jl_arg value) { return is_told ? value : jl_arg_label(JL_MSG("not told")); }
static struct jl_arg ratio_arg(const struct jl_facts *f, const struct jl_facts_row *row, enum jl_ratio ratio) {
  const struct jl_ratio_of of = jl_facts_ratio(f, row, ratio);
  if (of.state == JL_RATIO_UNDEFINED) return jl_arg_label(JL_MSG("undefined"));
  return told(of.state == JL_RATIO_VALUE, ratio == JL_RATIO_RETURN || ratio == JL_RATIO_CONVERSION ? percent(of.value) : jl_arg_money(of.value, f->currency));
}

/* The figures behind it: those of the period, or where it was active only before, of that. What nobody has told is left out. */
static void figures_cell(const struct jl_audited *a, const struct jl_judged *j) {
  bool then = j->proposal == JL_PROPOSE_START || (j->unrated != NULL && j->unrated == &a->before);
  const struct jl_facts *f = then ? &a->before : &a->now;
  const struct jl_facts_row *row = then ? j->before : j->now;
  const struct jl_shares s = jl_shares_of(f, row);
  const struct jl_fact_value *leads = &row->facts[f->qualified], *revenue = &row->facts[JL_FACT_SIGNED];
  const bool spend_known = !jl_spend_unknown(row);
  const struct jl_arg args[] = {told(row->invoiced, spend_known ? jl_arg_money(row->money.actual, f->currency) : jl_arg_label(JL_MSG("undefined"))),
                                s.unknown ? jl_arg_label(JL_MSG("undefined")) : told(s.has_spend, percent(s.spend)),
                                told(leads->told, jl_arg_integer(leads->value)),
                                told(s.has_leads, percent(s.leads)),
                                ratio_arg(f, row, JL_RATIO_COST_PER_LEAD),
                                told(revenue->told, jl_arg_money(revenue->value, f->currency)),
                                told(s.has_signed, percent(s.signed_)),
                                ratio_arg(f, row, JL_RATIO_RETURN)};
  const char *words = JL_MSG("spend {1} ({2} of all)");
  if (!row->invoiced)
    words = JL_MSG("no invoice; qualified leads {3} ({4}), signed {6} ({7})");
  else if (leads->told && revenue->told)
    words = JL_MSG("spend {1} ({2} of all), qualified leads {3} ({4}) at {5}, signed {6} ({7}), ROI {8}");
  else if (leads->told)
    words = JL_MSG("spend {1} ({2} of all), qualified leads {3} ({4}) at {5}");
  else if (revenue->told)
    words = JL_MSG("spend {1} ({2} of all), signed {6} ({7}), ROI {8}");
  char text[200] = "";
  put_amount(a, text, sizeof text, "spend", row->invoiced && spend_known, row->money.actual);
  put_count(text, sizeof text, "qualified_leads", leads->told, leads->value);
  put_amount(a, text, sizeof text, "signed", revenue->told, revenue->value);
  jl_cell_words(a->b, words, args, JL_COUNT(args));
  jl_cell_alternative(a->b, text);
  jl_sources_spend(f, row);
  jl_sources_fact(f, row, f->qualified);
  jl_sources_fact(f, row, JL_FACT_SIGNED);
}

/* What was seen of how it was carried out, where that matters; numbers in files. */
static void execution_cell(const struct jl_audited *a, const struct jl_judged *j) {
  const struct jl_execution *e = &j->execution;
  const struct {
    bool is;
    const char *label;
  } flaws[] = {{e->late > 0, JL_MSG("late actions")},        {e->dropped > 0, JL_MSG("dropped actions")}, {e->kpis == 0, JL_MSG("no KPI")},
               {e->untracked, JL_MSG("results not tracked")}, {e->underspent, JL_MSG("less than half of its plan spent")}, {e->overspent, JL_MSG("more than its plan spent")}};
  char labels[JL_ARG_TEXT_MAX] = "", text[200] = "";
  if (j->cause == 0 || !jl_view_sees(a->in, JL_SECTION_ACTIONS)) {
    jl_cell_empty(a->b);
    return;
  }
  for (size_t i = 0; i < JL_COUNT(flaws); i++) {
    size_t used = strlen(labels);
    if (flaws[i].is && used + strlen(flaws[i].label) + 2 < sizeof labels) snprintf(labels + used, sizeof labels - used, "%s%s", used == 0 ? "" : "\n", flaws[i].label);
  }
  put_count(text, sizeof text, "actions", true, (int64_t)e->actions);
  put_count(text, sizeof text, "late", true, (int64_t)e->late);
  put_count(text, sizeof text, "dropped", true, (int64_t)e->dropped);
  put_count(text, sizeof text, "kpis", true, (int64_t)e->kpis);
  put_count(text, sizeof text, "tracked", e->tracked || e->untracked, e->tracked);
  put_amount(a, text, sizeof text, "planned", a->judging.compares && j->now->undated == 0 && !j->now->undated_unknown && (j->now->unknown & JL_UNKNOWN(JL_MONEY_PLANNED)) == 0 && j->now->money.planned > 0, j->now->money.planned);
  const struct jl_arg seen = jl_arg_label(e->flawed ? labels : JL_MSG("nothing wrong is seen"));
  jl_cell_words(a->b, JL_MSG("{1}"), &seen, 1);
  jl_cell_alternative(a->b, text);
  if (e->flawed) jl_cell_tone(a->b, JL_TONE_WARN);
  jl_cell_source(a->b, record_of(j));
}

static void others_cell(const struct jl_audited *a, const struct jl_judged *j) {
  if (!j->others.known || j->cause == 0) {
    jl_cell_empty(a->b);
    return;
  }
  const struct jl_arg args[] = {ratio_arg(&a->now, j->now, JL_RATIO_CONVERSION), percent(j->others.rate),
                                j->others.source_is_message ? jl_arg_label(j->others.source) : jl_arg_text(j->others.source)};
  char text[48];
  snprintf(text, sizeof text, "%lld.%06lld", (long long)(j->others.rate / JL_FRACTION_ONE), (long long)(j->others.rate % JL_FRACTION_ONE));
  const bool known = jl_facts_ratio(&a->now, j->now, JL_RATIO_CONVERSION).state == JL_RATIO_VALUE;
  jl_cell_words(a->b, known ? JL_MSG("converts {1}; others {2} ({3})") : JL_MSG("its conversion is not known; others {2} ({3})"), args, 3);
  jl_cell_alternative(a->b, text);
  if (j->others.record != NULL) jl_cell_source(a->b, j->others.record);
  jl_sources_fact(&a->now, j->now, JL_FACT_CUSTOMERS);
}

static void cause_cell(const struct jl_audited *a, int64_t cause) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_LEVER), JL_LEVER_VERDICT_CAUSE);
  const struct jl_enum_value *value = cause == 0 ? NULL : jl_enum_by_number(field->enumeration, (int32_t)cause);
  if (value == NULL)
    jl_cell_empty(a->b);
  else
    jl_cell_label(a->b, value->label, value->text);
}

static enum jl_tone tone_of(enum jl_proposal proposal) {
  switch (proposal) {
  case JL_PROPOSE_KEEP:
  case JL_PROPOSE_START:
    return JL_TONE_GOOD;
  case JL_PROPOSE_STOP:
    return JL_TONE_BAD;
  case JL_PROPOSE_IMPROVE:
  case JL_PROPOSE_UNKNOWN:
    return JL_TONE_WARN;
  case JL_PROPOSE_NOTHING:
  case JL_PROPOSE_WAIT:
    return JL_TONE_MUTED;
  }
  return JL_TONE_NONE;
}

void jl_audit_proposal_cell(const struct jl_audited *a, enum jl_proposal proposal) {
  jl_cell_label(a->b, jl_proposal_label(proposal), jl_proposal_text(proposal));
  jl_cell_tone(a->b, tone_of(proposal));
}

/* The rule; of what is not judged how many invoices are in the way, in which currency: the remark at the end has the command. */
static void reason_cell(const struct jl_audited *a, const struct jl_judged *j) {
  struct jl_apart_of apart = {.count = 0};
  size_t at = 0;
  if (j->unrated != NULL) (void)jl_apart_next(&j->unrated->remarks, JL_UNKNOWN(JL_MONEY_ACTUAL), &at, &apart);
  const struct jl_arg args[] = {jl_arg_integer(apart.count), jl_arg_text(apart.currency)};
  jl_cell_words(a->b, j->reason, args, j->unrated != NULL ? 2 : 0);
  jl_cell_alternative(a->b, j->rule);
  if (apart.first != NULL) jl_cell_source(a->b, apart.first);
}

static void proposal_row(const struct jl_audited *a, const struct jl_judged *j) {
  const struct jl_record *record = record_of(j);
  jl_row_begin(a->b, record, 0, JL_ROW_NORMAL);
  jl_cell_fact_place(&a->now, j->now);
  jl_audit_proposal_cell(a, j->proposal);
  reason_cell(a, j);
  cause_cell(a, j->cause);
  figures_cell(a, j);
  execution_cell(a, j);
  others_cell(a, j);
  if (record->type_number == JL_TYPE_LEVER)
    jl_cell_by_number(a->b, a->in, record, JL_LEVER_VERDICT);
  else
    jl_cell_empty(a->b);
}

static void proposal_columns(const struct jl_audited *a) {
  struct jl_builder *b = a->b;
  jl_audit_column_place(a);
  jl_column(b, "proposal", JL_MSG("proposal"), JL_ARG_LABEL, 0);
  jl_column(b, "reason", JL_MSG("because"), JL_ARG_TEXT, 0);
  jl_column(b, "cause", JL_MSG("lever or execution?"), JL_ARG_LABEL, 1);
  jl_column(b, "figures", JL_MSG("figures"), JL_ARG_TEXT, 1);
  jl_column(b, "execution", JL_MSG("execution"), JL_ARG_TEXT, 2);
  jl_column(b, "others", JL_MSG("beside others"), JL_ARG_TEXT, 3);
  jl_column(b, "verdict", JL_MSG("verdict so far"), JL_ARG_LABEL, 2);
}

void jl_block_audit_proposals(const struct jl_audited *a) {
  static const enum jl_proposal order[] = {JL_PROPOSE_STOP, JL_PROPOSE_IMPROVE, JL_PROPOSE_KEEP, JL_PROPOSE_START, JL_PROPOSE_WAIT, JL_PROPOSE_UNKNOWN};
  struct jl_builder *b = a->b;
  if (!a->now.sees_money || !a->now.sees_figures) {
    jl_block_begin(b, JL_BLOCK_NOTES, "proposals", NULL);
    jl_note(b, JL_TONE_WARN, JL_MSG("no proposals: they take budget and pipeline, and you may not read both"), NULL, 0);
    return;
  }
  jl_block_begin(b, JL_BLOCK_ITEMS, "proposals", JL_MSG("proposals"));
  proposal_columns(a);
  for (size_t o = 0; o < JL_COUNT(order); o++)
    for (size_t i = 0; i < a->now.count; i++)
      if (jl_audited_is(a, i) && a->judged[i].proposal == order[o]) proposal_row(a, &a->judged[i]);
  if (a->by == JL_FACTS_BY_CHANNEL) jl_audit_ideas(a);
  jl_note(b, JL_TONE_MUTED, JL_MSG("a proposal decides nothing: jalon audit accept SEA --verdict stop --reason \"...\" records the verdict with its figures; --lesson \"...\" keeps what was learned"), NULL, 0);
}
