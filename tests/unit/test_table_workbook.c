/* Workbooks: the RACI grids as Excel made them, and small ones made here, whose cells are known; what a hostile one tries is refused. */
#include "common/base/calendar.h"
#include "tests/unit/table_files.h"

/* ---- an archive of files that are stored as they are ---- */
#define ARCHIVE (256U << 10)
struct archive {
  uint8_t bytes[ARCHIVE], directory[16384];
  size_t size, directory_size;
  unsigned count;
};

static uint32_t crc_of(const char *data, size_t size) {
  uint32_t crc = 0xffffffffU;
  for (size_t i = 0; i < size; i++) {
    crc ^= (uint8_t)data[i];
    for (int k = 0; k < 8; k++) crc = (crc >> 1) ^ (0xedb88320U & (0U - (crc & 1U)));
  }
  return ~crc;
}

static void little(uint8_t **at, uint32_t n, int bytes) {
  for (int i = 0; i < bytes; i++) *(*at)++ = (uint8_t)(i < 4 ? n >> (8 * i) : 0);
}

static void put(struct archive *a, const char *name, const char *text) {
  uint32_t n = (uint32_t)strlen(name), size = (uint32_t)strlen(text), crc = crc_of(text, size), at = (uint32_t)a->size;
  uint8_t *file = a->bytes + a->size, *entry = a->directory + a->directory_size;
  assert_true(a->size + size + n + 64 < ARCHIVE);
  little(&file, 0x04034b50, 4), little(&file, 20, 2), little(&file, 0, 8), little(&file, crc, 4), little(&file, size, 4), little(&file, size, 4), little(&file, n, 2), little(&file, 0, 2);
  memcpy(file, name, n);
  memcpy(file + n, text, size);
  a->size = (size_t)(file + n + size - a->bytes);
  little(&entry, 0x02014b50, 4), little(&entry, 20, 2), little(&entry, 20, 2), little(&entry, 0, 8), little(&entry, crc, 4), little(&entry, size, 4), little(&entry, size, 4), little(&entry, n, 2);
  little(&entry, 0, 12), little(&entry, at, 4);
  memcpy(entry, name, n);
  a->directory_size = (size_t)(entry + n - a->directory);
  a->count++;
}

static void finish(struct archive *a) {
  uint32_t at = (uint32_t)a->size;
  memcpy(a->bytes + a->size, a->directory, a->directory_size);
  a->size += a->directory_size;
  uint8_t *end = a->bytes + a->size;
  little(&end, 0x06054b50, 4), little(&end, 0, 4), little(&end, a->count, 2), little(&end, a->count, 2), little(&end, (uint32_t)a->directory_size, 4), little(&end, at, 4), little(&end, 0, 2);
  a->size = (size_t)(end - a->bytes);
}

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"" OFFICE "\""
static void put_frame(struct archive *a, const char *properties, const char *sheets) {
  char text[2048];
  put(a, "_rels/.rels", "<Relationships><Relationship Id=\"rId1\" Type=\"" OFFICE "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
  (void)snprintf(text, sizeof text, "<workbook " MAIN ">%s<sheets>%s</sheets></workbook>", properties, sheets);
  put(a, "xl/workbook.xml", text);
  put(a, "xl/_rels/workbook.xml.rels",
      "<Relationships><Relationship Id=\"rId1\" Type=\"" OFFICE "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" OFFICE
      "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/><Relationship Id=\"rId3\" Type=\"" OFFICE "/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId4\" Type=\"" OFFICE
      "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>");
  put(a, "xl/styles.xml", "<styleSheet " MAIN "><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy;@\"/><numFmt numFmtId=\"165\" formatCode=\"0.00&quot; days&quot;\"/></numFmts>"
                          "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"10\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>");
  put(a, "xl/sharedStrings.xml", "<sst " MAIN "><si><t>Date</t></si><si><t>Levier</t></si><si><r><t>Dépense </t></r><r><t>(EUR)</t></r></si><si><t>Salon</t><rPh sb=\"0\" eb=\"1\"><t>x</t></rPh></si></sst>");
}
#define ONE_SHEET "<sheet name=\"Budget\" sheetId=\"1\" r:id=\"rId1\"/>"
#define TWO_SHEETS ONE_SHEET "<sheet name=\"Réalisé\" sheetId=\"2\" r:id=\"rId2\"/>"
#define HEADER "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"inlineStr\"><is><t>Taux de conversion</t></is></c></row>"
#define SHEET(rows, behind) "<worksheet " MAIN "><sheetData>" rows "</sheetData>" behind "</worksheet>"
#define ROWS                                                                                                                                       \
  HEADER                                                                                                                                           \
  "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>46044</v></c><c r=\"B2\" t=\"s\"><v>3</v></c><c r=\"C2\"><v>45362.120000000003</v></c><c r=\"D2\" s=\"3\"><v>2.81E-2</v></c></row>" \
  "<row r=\"3\"><c r=\"A3\" s=\"2\"><v>46044.5</v></c><c r=\"C3\" s=\"4\"><v>-125</v></c><c r=\"D3\" t=\"e\"><v>#VALUE!</v></c></row>"                  \
  "<row r=\"5\"><c r=\"A5\" s=\"1\"><v>46045</v></c><c r=\"B5\" t=\"str\"><f>A1</f><v>SEA</v></c></row>"                                              \
  "<row r=\"6\"><c r=\"A6\" t=\"inlineStr\"><is><t>Total</t></is></c><c r=\"C6\"><v>1</v></c></row>"

static struct archive *plain(const char *properties, const char *sheets, const char *first) {
  struct archive *a = calloc(1, sizeof *a);
  assert_non_null(a);
  put_frame(a, properties, sheets);
  put(a, "xl/worksheets/sheet1.xml", first);
  put(a, "xl/worksheets/sheet2.xml", SHEET(ROWS, ""));
  finish(a);
  return a;
}

static void test_kinds(void **state) {
  struct table t;
  struct archive *a = plain("", ONE_SHEET, SHEET(ROWS, "<mergeCells><mergeCell ref=\"B2:B3\"/><mergeCell ref=\"C1:D1\"/></mergeCells>"));
  (void)state;
  assert_true(table_bytes(&t, a->bytes, a->size, NULL));
  assert_true(t.found->is_workbook);
  assert_string_equal(t.found->sheet, "Budget");
  assert_int_equal(t.found->question_count, 0);
  assert_int_equal(t.found->row_count, 3);
  assert_int_equal(t.found->skip_counts[JL_SKIP_TOTAL], 1);
  assert_int_equal(t.found->columns[2].kind, JL_COLUMN_MONEY);
  assert_string_equal(t.found->columns[2].currency, "EUR");
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  assert_int_equal(row->line, 2);
  assert_int_equal(row->cells[0].moment.day, jl_day_from_date(2026, 1, 22)); /* 39448 is 1 January 2008 in Microsoft's manual; 6,575 days to 2026, and 21 */
  assert_string_equal(row->cells[1].text, "Salon");
  assert_int_equal(scaled(row->cells[2].number, 2), 4536212);
  assert_int_equal(scaled(row->cells[3].number, 2), 281);
  row = table_next(&t);
  assert_int_equal(row->cells[0].moment.day, jl_day_from_date(2026, 1, 22));
  assert_int_equal(row->cells[0].moment.seconds, 43200);
  assert_string_equal(row->cells[1].text, "Salon"); /* merged with the one above */
  assert_int_equal(scaled(row->cells[2].number, 2), -12500);
  assert_int_equal(row->cells[3].state, JL_CELL_BAD);
  struct jl_error err = {0};
  assert_false(jl_reader_bad(t.reader, &row->cells[3], 3, &err));
  assert_int_equal(err.args[0].number, 3);
  row = table_next(&t);
  assert_int_equal(row->line, 5);
  assert_string_equal(row->cells[1].text, "SEA");
  assert_int_equal(row->cells[2].state, JL_CELL_NONE);
  assert_null(table_next(&t));
  table_begin(&t); /* again from the first */
  assert_int_equal(table_next(&t)->line, 2);
  table_close(&t);
  free(a);
}

static void test_1904(void **state) {
  struct table t;
  struct archive *a = plain("<workbookPr date1904=\"1\"/>", ONE_SHEET, SHEET(ROWS, ""));
  (void)state;
  assert_true(table_bytes(&t, a->bytes, a->size, &(struct jl_reader_options){.empty = (const char *const[]){"Levier=none"}, .empty_count = 1}));
  table_begin(&t);
  assert_int_equal(table_next(&t)->cells[0].moment.day, jl_day_from_date(2030, 1, 23)); /* 1,462 days later */
  table_close(&t);
  free(a);
}

/* ---- what a sheet hides, and what stands above ---- */
#define CELL(at, text) "<c r=\"" at "\" t=\"inlineStr\"><is><t>" text "</t></is></c>"
#define FILTERED                                                                                                              \
  "<row r=\"1\">" CELL("A1", "Levier") CELL("B1", "Libellé") CELL("C1", "Montant") "</row>"                                    \
  "<row r=\"2\" hidden=\"1\">" CELL("A2", "SEO") CELL("B2", "Audit") "<c r=\"C2\"><v>100</v></c></row>"                         \
  "<row r=\"3\">" CELL("B3", "Textes") "<c r=\"C3\"><v>20</v></c></row>"                                                       \
  "<row r=\"4\" hidden=\"true\">" CELL("A4", "SEA") CELL("B4", "Annonces") "<c r=\"C4\"><v>3</v></c></row>"                     \
  "<row r=\"5\" hidden=\"0\">" CELL("B5", "Outil") "<c r=\"C5\"><v>0.5</v></c></row>"
static const char filtered[] = "<worksheet " MAIN "><cols><col min=\"1\" max=\"1\" width=\"9\"/><col min=\"2\" max=\"2\" hidden=\"1\"/></cols><sheetData>" FILTERED "</sheetData></worksheet>";

static const struct jl_question *question(const struct table *t, const char *option) {
  for (size_t i = 0; i < t->found->question_count; i++)
    if (strcmp(t->found->questions[i].option, option) == 0) return &t->found->questions[i];
  return NULL;
}

static void rows_are(const char *hidden, const char *empty, const char *const rows[][3]) {
  struct table t;
  struct archive *a = plain("", ONE_SHEET, filtered);
  const struct jl_reader_options options = {.hidden = hidden, .empty = &empty, .empty_count = 1};
  assert_true(table_bytes(&t, a->bytes, a->size, &options));
  assert_int_equal(t.found->question_count, 0);
  for (int again = 0; again < 2; again++) {
    table_begin(&t);
    for (size_t i = 0; rows[i][0] != NULL; i++) {
      const struct jl_table_row *row = table_next(&t);
      assert_non_null(row);
      for (size_t k = 0; k < 3; k++) assert_string_equal(row->cells[k].text, rows[i][k]);
    }
    assert_null(table_next(&t));
  }
  table_close(&t);
  free(a);
}

static void test_hidden(void **state) {
  struct table t;
  struct archive *a = plain("", ONE_SHEET, filtered);
  (void)state;
  assert_true(table_bytes(&t, a->bytes, a->size, NULL));
  assert_int_equal(t.found->hidden_count, 2);
  assert_int_equal(t.found->row_count, 4);
  assert_false(t.found->columns[0].hidden || t.found->columns[2].hidden);
  assert_true(t.found->columns[1].hidden);
  const struct jl_question *hidden = question(&t, "hidden"), *empty = question(&t, "empty");
  assert_true(hidden != NULL && empty != NULL && t.found->question_count == 2);
  assert_int_equal(hidden->args[0].number, 2);
  assert_int_equal(hidden->args[1].number, 4);
  assert_int_equal(hidden->args[2].number, 2);
  assert_string_equal(hidden->candidates[1].value, "skip");
  assert_int_equal(empty->args[1].number, 2);
  assert_int_equal(empty->args[2].number, 3);
  assert_string_equal(empty->candidates[0].value, "Levier=same");
  assert_false(jl_reader_begin(t.reader, &t.error));
  assert_int_equal(t.error.code, JL_E_USAGE);
  table_close(&t);
  assert_false(table_bytes(&t, a->bytes, a->size, &(struct jl_reader_options){.hidden = "maybe"}));
  assert_int_equal(t.error.code, JL_E_USAGE);
  table_close(&t);
  free(a);
  rows_are("keep", "Levier=same", (const char *const[][3]){{"SEO", "Audit", "100"}, {"SEO", "Textes", "20"}, {"SEA", "Annonces", "3"}, {"SEA", "Outil", "0.5"}, {NULL}});
  rows_are("skip", "levier=same", (const char *const[][3]){{"SEO", "Textes", "20"}, {"SEA", "Outil", "0.5"}, {NULL}}); /* the row above is hidden, its lever holds */
  rows_are("skip", "Levier=none", (const char *const[][3]){{"", "Textes", "20"}, {"", "Outil", "0.5"}, {NULL}});
}

/* The same of a text. A column that repeats its values, that groups nothing, or that begins empty is not asked about. */
static void test_above(void **state) {
  static const struct { const char *text; size_t questions, below; } tables[] = {
      {"Levier;Montant\nSEO;1\n;2\n;3\nSEA;4\n;5\n", 1, 3},  {"Levier;Montant\nSEO;1\nSEO;2\nSEA;3\n;4\n", 0, 1}, {"Levier;Montant\n;1\nSEO;2\n;3\n", 0, 0},
      {"Levier;Montant\nSEO;1\n;2\nSEO;3\n", 0, 1},
      {"Remarque;Montant\nSEO;1\n;2\n", 0, 0},             {"Levier;Montant\nSEO;1\n-;2\nSEA;3\n", 0, 0},       {"Levier;Montant\nSEO;1\nSEA;2\n", 0, 0},
      {"Montant;Canal;Campagne\n1;SEA;Marque\n2;SEA;Salon\n3;Meta;\n4;;\n", 0, 1} /* Canal repeats SEA, and Meta begins a group */, {"Montant;Canal;Campagne\n1;SEA;Marque\n2;;\n3;;Salon\n4;Meta;Foire\n", 2, 2}};
  struct table t;
  (void)state;
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    assert_true(table_text(&t, tables[i].text, NULL));
    assert_int_equal(t.found->question_count, tables[i].questions);
    assert_int_equal(t.found->columns[t.found->column_count == 3].below, tables[i].below);
    table_close(&t);
  }
  const char *same = "Remarque=same", *wrong = "Remarque";
  assert_true(table_text(&t, "Remarque;Montant\nA;1\n;2\n\n \xc2\xa0;3\nTotal;6\n;4\n", &(struct jl_reader_options){.empty = &same, .empty_count = 1}));
  assert_int_equal(t.found->columns[0].values, 4);
  table_begin(&t);
  for (int i = 0; i < 4; i++) assert_string_equal(table_next(&t)->cells[0].text, "A");
  assert_null(table_next(&t));
  table_close(&t);
  assert_false(table_text(&t, tables[0].text, &(struct jl_reader_options){.empty = &wrong, .empty_count = 1}));
  assert_int_equal(t.error.code, JL_E_USAGE);
  table_close(&t);
}

static void test_sheets(void **state) {
  struct table t;
  struct archive *a = plain("", TWO_SHEETS, SHEET(HEADER, ""));
  const struct jl_reader_options by_name = {.sheet = "Réalisé"}, by_place = {.sheet = "2"}, none = {.sheet = "Rien"};
  (void)state;
  assert_true(table_bytes(&t, a->bytes, a->size, NULL));
  assert_int_equal(t.found->question_count, 1);
  assert_string_equal(t.found->questions[0].option, "sheet");
  assert_int_equal(t.found->questions[0].candidate_count, 2);
  assert_string_equal(t.found->questions[0].candidates[1].value, "Réalisé");
  table_close(&t);
  assert_true(table_bytes(&t, a->bytes, a->size, &by_name));
  assert_int_equal(t.found->row_count, 3);
  table_close(&t);
  assert_true(table_bytes(&t, a->bytes, a->size, &by_place));
  assert_string_equal(t.found->sheet, "Réalisé");
  table_close(&t);
  assert_false(table_bytes(&t, a->bytes, a->size, &none));
  assert_int_equal(t.error.code, JL_E_NOT_FOUND);
  table_close(&t);
  free(a);
  a = plain("", TWO_SHEETS, SHEET("", "")); /* an empty one is no question */
  assert_true(table_bytes(&t, a->bytes, a->size, NULL));
  assert_string_equal(t.found->sheet, "Réalisé");
  assert_null(question(&t, "sheet"));
  table_close(&t);
  free(a);
}

static void refused(const char *sheet, enum jl_code code) {
  struct table t;
  struct archive *a = plain("", ONE_SHEET, sheet);
  if (table_bytes(&t, a->bytes, a->size, NULL)) fail_msg("read: %s", sheet);
  assert_int_equal(t.error.code, code);
  assert_true(t.error.message[0] != '\0');
  table_close(&t);
  free(a);
}

static void test_refused(void **state) {
  (void)state;
  refused("<!DOCTYPE worksheet [<!ENTITY a \"b\">]><worksheet " MAIN "><sheetData>" HEADER "</sheetData></worksheet>", JL_E_INVALID);
  refused("<!DOCTYPE worksheet SYSTEM \"file:///etc/passwd\"><worksheet " MAIN "><sheetData>" HEADER "</sheetData></worksheet>", JL_E_INVALID);
  refused("<worksheet " MAIN "><sheetData><row r=\"1\"><c t=\"s\"><v>99</v></c></row></sheetData></worksheet>", JL_E_INVALID);
  refused("<worksheet " MAIN "><sheetData><row r=\"1\"><c><v>1</v></c></row>", JL_E_INVALID);
  refused("<worksheet " MAIN "><sheetData><row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row></sheetData></worksheet>", JL_E_INVALID);
  refused("<worksheet " MAIN "><sheetData><row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row></sheetData></worksheet>", JL_E_TOO_LARGE);
}

/* Cut anywhere, it is an error, never a table or a crash. */
static void test_truncated(void **state) {
  struct archive *a = plain("", ONE_SHEET, SHEET(ROWS, ""));
  (void)state;
  for (size_t size = 4; size < a->size; size += 61) {
    struct table t;
    assert_false(table_bytes(&t, a->bytes, size, NULL));
    assert_int_equal(t.error.code, JL_E_INVALID);
    table_close(&t);
  }
  free(a);
}

static void test_old_workbook(void **state) {
  struct table t;
  (void)state;
  assert_false(table_bytes(&t, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, NULL));
  assert_int_equal(t.error.code, JL_E_UNSUPPORTED);
  table_close(&t);
}

static void test_raci(void **state) {
  char path[512];
  struct table t;
  (void)state;
  if (shared_path("raci/raci_en_packt.xlsx", path) == NULL) skip();
  assert_true(table_file(&t, path, NULL));
  assert_int_equal(t.found->question_count, 0);
  assert_int_equal(t.found->column_count, 8);
  static const char *const titles[] = {"Step Id", "Name", "TPM", "SDM", "PM-T", "Lead SDE", "SDE", "Business"};
  static const char *const first[] = {"1", "Requirements refinement", "A", "C", "C", "C", "C", "R"};
  static const char *const last[] = {"8", "Leadership Review", "R", "C", "A", "C", "I", "I"};
  assert_int_equal(t.found->row_count, 8);
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  for (size_t i = 0; i < 8; i++) {
    assert_string_equal(t.found->columns[i].title, titles[i]);
    assert_string_equal(row->cells[i].text, first[i]);
  }
  for (int i = 0; i < 7; i++) row = table_next(&t);
  for (size_t i = 0; i < 8; i++) assert_string_equal(row->cells[i].text, last[i]);
  assert_null(table_next(&t));
  table_close(&t);

  assert_true(table_file(&t, shared_path("raci/tpm_raci_en_packt.xlsx", path), NULL));
  assert_int_equal(t.found->question_count, 0);
  assert_int_equal(t.found->row_count, 11);
  assert_string_equal(t.found->columns[0].title, "Key Management Area");
  table_begin(&t);
  (void)table_next(&t);
  row = table_next(&t);
  assert_int_equal(row->cells[0].state, JL_CELL_NONE); /* empty there, not merged */
  assert_string_equal(row->cells[1].text, "Create functional spec");
  assert_string_equal(row->cells[2].text, "A/R");
  table_close(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds),     cmocka_unit_test(test_hidden),   cmocka_unit_test(test_above), cmocka_unit_test(test_1904),         cmocka_unit_test(test_sheets), cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_truncated), cmocka_unit_test(test_old_workbook), cmocka_unit_test(test_raci)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
