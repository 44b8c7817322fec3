/* Which numbers of a workbook are dates, percentages or of a currency: their cell's format says so. And the texts that cells share. */
#include "client/table/number.h"
#include "client/table/workbook_parts.h"
#include "common/base/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FORMATS 65536 /* formats of cells, as many as a spreadsheet has */
#define CODE 512

/* Formats that every workbook has without describing them. */
static enum jl_style built_in(unsigned long id) {
  if (id == 9 || id == 10) return JL_STYLE_PERCENT;
  return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58 ? JL_STYLE_DATE : JL_STYLE_PLAIN;
}

/* The word for any number, which LibreOffice writes out; its letters mean nothing. */
static size_t general(const char *at) { return strncasecmp(at, "General", 7) == 0 ? 7 : strncasecmp(at, "Standard", 8) == 0 ? 8 : 0; }

/* "dd/mm/yyyy;@", "[$-40C]d mmm yyyy", "0.0%": letters outside quotation marks and brackets. A time of day alone is no date. */
static enum jl_style by_code(const char *code) {
  bool day = false, percent = false;
  for (const char *at = code; *at != '\0'; at++) {
    if (*at == '"' || *at == '[') {
      const char *end = strchr(at + 1, *at == '"' ? '"' : ']');
      if (end == NULL) break;
      at = end;
    } else if (*at == '\\' || *at == '_' || *at == '*') {
      if (*++at == '\0') break;
    } else if (general(at) > 0) {
      at += general(at) - 1;
    } else {
      day = day || *at == 'd' || *at == 'D' || *at == 'y' || *at == 'Y' || *at == 'j' || *at == 'a';
      percent = percent || *at == '%';
    }
  }
  return percent ? JL_STYLE_PERCENT : day ? JL_STYLE_DATE : JL_STYLE_PLAIN;
}

/* ---- "[$€-40C]", "[$EUR]", "\"€\"", "$": the currency that is shown with the number ---- */
/* A dollar or yen of a language that names the country. */
static const struct { const char *sign, *language, *code; } countries[] = {{"$", "409", "USD"}, {"$", "1009", "CAD"}, {"$", "C0C", "CAD"}, {"$", "C09", "AUD"}, {"\xc2\xa5", "411", "JPY"}, {"\xc2\xa5", "804", "CNY"}};

static void in_brackets(const char *text, size_t size, char ret[4]) {
  const char *dash = memchr(text, '-', size);
  size_t sign = dash == NULL ? size : (size_t)(dash - text), rest = dash == NULL ? 0 : size - sign - 1;
  if (!jl_currency_written(text, sign, ret) || dash == NULL) return;
  for (size_t i = 0; i < JL_COUNT(countries); i++)
    if (strcmp(ret, countries[i].sign) == 0 && rest == strlen(countries[i].language) && strncasecmp(dash + 1, countries[i].language, rest) == 0) memcpy(ret, countries[i].code, 4);
}

static void currency_of(const char *code, char ret[4]) {
  memset(ret, 0, 4);
  for (const char *at = code; *at != '\0' && *at != ';' && ret[0] == '\0';) {
    const char *end = *at == '"' || *at == '[' ? strchr(at + 1, *at == '"' ? '"' : ']') : NULL;
    if (end != NULL && *at == '"')
      (void)jl_currency_written(at + 1, (size_t)(end - at - 1), ret);
    else if (end != NULL && at[1] == '$')
      in_brackets(at + 2, (size_t)(end - at - 2), ret);
    if (end != NULL) {
      at = end + 1;
      continue;
    }
    bool blank = (*at == '_' || *at == '*') && at[1] != '\0'; /* as wide as the next sign, or that sign repeated */
    size_t size = 1;
    at += blank;
    while (((unsigned char)at[size] & 0xc0) == 0x80) size++;
    if (!blank && (size > 1 || *at == '$')) (void)jl_currency_written(at, size, ret);
    at += size;
  }
}

struct custom { unsigned long id; struct jl_format format; };
struct reading {
  struct jl_workbook *w;
  struct custom *custom;
  size_t custom_count;
  bool in_cells;
};

static bool take_format(struct reading *r, const struct jl_xml *x) {
  char id[16], code[CODE];
  if (r->custom_count == FORMATS / 16 || !jl_xml_attribute(x, "numFmtId", id, sizeof id) || !jl_xml_attribute(x, "formatCode", code, sizeof code)) return true;
  struct custom *c = &r->custom[r->custom_count++];
  *c = (struct custom){strtoul(id, NULL, 10), {(uint8_t)by_code(code), ""}};
  currency_of(code, c->format.currency);
  return true;
}

static void take_cell_format(struct reading *r, const struct jl_xml *x) {
  char text[16];
  if (r->w->style_count == FORMATS) return;
  unsigned long id = jl_xml_attribute(x, "numFmtId", text, sizeof text) ? strtoul(text, NULL, 10) : 0;
  struct jl_format format = {(uint8_t)built_in(id), ""};
  for (size_t i = 0; i < r->custom_count; i++)
    if (r->custom[i].id == id) format = r->custom[i].format;
  r->w->styles[r->w->style_count++] = format;
}

bool jl_workbook_styles(struct jl_workbook *w, struct jl_error *err) {
  struct jl_xml x;
  enum jl_xml_node node = JL_XML_TEXT;
  struct reading r = {.w = w, .custom = jl_arena_array(w->arena, FORMATS / 16, sizeof *r.custom)};
  w->styles = jl_arena_array(w->arena, FORMATS, sizeof *w->styles);
  if (w->styles == NULL || r.custom == NULL) return jl_table_no_memory(err);
  if (!jl_xml_open(w->package, w->styles_part, &x, err)) return false;
  bool ok = true;
  while (ok && node != JL_XML_END_OF_FILE) {
    ok = jl_xml_next(&x, &node, err);
    if (!ok || (node != JL_XML_START && node != JL_XML_END)) continue;
    if (jl_xml_is(&x, "cellXfs")) r.in_cells = node == JL_XML_START;
    if (node == JL_XML_START && jl_xml_is(&x, "numFmt")) (void)take_format(&r, &x);
    if (node == JL_XML_START && r.in_cells && jl_xml_is(&x, "xf")) take_cell_format(&r, &x);
  }
  jl_xml_close(&x);
  return ok;
}

bool jl_workbook_texts(struct jl_workbook *w, struct jl_error *err) {
  struct jl_xml x;
  enum jl_xml_node node = JL_XML_TEXT;
  bool in_text = false, phonetic = false, ok = true;
  if (!jl_xml_open(w->package, w->texts_part, &x, err)) return false;
  while (ok && node != JL_XML_END_OF_FILE) {
    ok = jl_xml_next(&x, &node, err);
    if (!ok || node == JL_XML_END_OF_FILE) break;
    if (node == JL_XML_TEXT) {
      if (in_text && !phonetic) jl_buffer_text(&w->texts, jl_xml_text(&x));
      continue;
    }
    if (jl_xml_is(&x, "rPh")) phonetic = node == JL_XML_START;
    if (jl_xml_is(&x, "t")) in_text = node == JL_XML_START;
    if (node == JL_XML_END && jl_xml_is(&x, "si")) jl_buffer_append(&w->ends, &w->texts.size, sizeof w->texts.size);
    ok = (jl_buffer_ok(&w->texts) && jl_buffer_ok(&w->ends)) ||
         jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the workbook is too large: {1} in it has more than {2}"), JL_MSG("save the sheet as CSV"), jl_arg_text(x.part), jl_arg_bytes(JL_WORKBOOK_TEXTS));
  }
  jl_xml_close(&x);
  return ok;
}
