/* The reader of tables over files whose contents others have written down: attendu.json beside the ten French files, the control totals of
 * the data's README, csv-spectrum's JSON. A file of the shared data that is not there is a skip. */
#include "client/faces/face.h"
#include "common/base/calendar.h"
#include "common/base/text.h"
#include "common/model/document.h"
#include "common/record/json.h"
#include "tests/unit/table_files.h"

#define NEED(name)                                     \
  char path[512];                                      \
  if (shared_path((name), path) == NULL) skip()

static char *slurp(const char *path, size_t *ret_size) {
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  char *data = malloc(8U << 20);
  assert_non_null(data);
  *ret_size = fread(data, 1, 8U << 20, file);
  (void)fclose(file);
  return data;
}

static const struct jl_json *member(const struct jl_json *object, const char *key) {
  for (const struct jl_json *at = object->first; at != NULL; at = at->next)
    if (strcmp(at->key, key) == 0) return at;
  fail_msg("no %s", key);
  return NULL;
}

/* ---- excel_fr ---- */
struct french {
  const char *file;
  const char *asks; /* NULL: nothing */
  struct jl_reader_options answers;
};
static const struct french french[] = {
    {"01_cp1252_pointvirgule_nbsp.csv", NULL, {0}},         {"02_utf8bom_pointvirgule_nnbsp.csv", NULL, {0}},
    {"03_texte_unicode_utf16le_tab.txt", NULL, {0}},        {"04_indice_sep_cp1252.csv", NULL, {0}},
    {"05_mac_roman_cr.csv", NULL, {0}},                     {"06_double_encodage_utf8.csv", "encoding", {.encoding = "utf-8-twice"}},
    {"07_sans_groupement_utf8_pointvirgule.csv", NULL, {0}}, {"08_ambigu_virgule_virgule_decimale.csv", NULL, {0}},
    {"09_dates_courtes_jj_mm_aa.csv", NULL, {0}},           {"10_utf8_sans_bom_point_decimal_iso.csv", NULL, {0}},
};

static void same_number(const struct jl_json *expected, const struct jl_table_cell *cell, int places) {
  if (expected->kind == JL_JSON_NULL) {
    assert_int_equal(cell->state, JL_CELL_NONE);
    return;
  }
  char text[64];
  (void)snprintf(text, sizeof text, "%.*s", (int)expected->text_size, expected->text);
  assert_int_equal(cell->state, JL_CELL_VALUE);
  double value = strtod(text, NULL);
  for (int i = 0; i < places; i++) value *= 10;
  assert_int_equal(scaled(cell->number, places), (long long)(value < 0 ? value - 0.5 : value + 0.5));
}

static void same_text(const struct jl_json *expected, const struct jl_table_cell *cell) {
  assert_int_equal(expected->text_size, cell->size);
  assert_memory_equal(expected->text, cell->text, cell->size);
}

static void same_row(const struct jl_json *expected, const struct jl_table_row *row) {
  int32_t day;
  char date[16];
  const struct jl_json *text = member(expected, "date");
  (void)snprintf(date, sizeof date, "%.*s", (int)text->text_size, text->text);
  assert_true(jl_day_parse_iso(date, &day));
  assert_int_equal(row->cells[0].state, JL_CELL_VALUE);
  assert_int_equal(row->cells[0].moment.day, day);
  same_text(member(expected, "canal"), &row->cells[1]);
  same_text(member(expected, "campagne"), &row->cells[2]);
  same_number(member(expected, "depense"), &row->cells[3], 2);
  same_number(member(expected, "impressions"), &row->cells[4], 0);
  same_number(member(expected, "conversions"), &row->cells[5], 1);
  same_number(member(expected, "taux"), &row->cells[6], 2); /* the files have two decimals of a percentage, or four */
  same_text(member(expected, "commentaire"), &row->cells[7]);
}

static void test_ten_encodings(void **state) {
  (void)state;
  NEED("excel_fr/attendu.json");
  size_t size;
  char *text = slurp(path, &size);
  struct jl_arena *a = jl_arena_new(4U << 20);
  const struct jl_json *expected = NULL;
  struct jl_error err = {0};
  assert_true(jl_json_parse(a, (struct jl_bytes){(const uint8_t *)text, size}, &expected, &err));
  for (size_t i = 0; i < JL_COUNT(french); i++) {
    char name[128];
    struct table t;
    (void)snprintf(name, sizeof name, "excel_fr/%s", french[i].file);
    assert_non_null(shared_path(name, path));
    print_message("%s\n", french[i].file);
    assert_true(table_file(&t, path, NULL));
    if (french[i].asks != NULL) {
      assert_int_equal(t.found->question_count, 1);
      assert_string_equal(t.found->questions[0].option, french[i].asks);
      assert_false(jl_reader_begin(t.reader, &err));
      table_close(&t);
      assert_true(table_file(&t, path, &french[i].answers));
    }
    table_begin(&t);
    size_t rows = 0;
    const struct jl_json *row = expected->first;
    for (const struct jl_table_row *got; (got = table_next(&t)) != NULL; rows++, row = row->next) same_row(row, got);
    assert_int_equal(rows, 40);
    assert_null(row);
    assert_int_equal(t.found->row_count, 40);
    table_close(&t);
  }
  jl_arena_free(a);
  free(text);
}

/* ---- control totals ---- */
static long long total_of(struct table *t, const char *title, int places) {
  size_t column = 0;
  while (column < t->found->column_count && strcmp(t->found->columns[column].title, title) != 0) column++;
  assert_true(column < t->found->column_count);
  __int128 sum = 0;
  table_begin(t);
  for (const struct jl_table_row *row; (row = table_next(t)) != NULL;)
    if (row->cells[column].state == JL_CELL_VALUE) sum += scaled(row->cells[column].number, 10);
  for (int i = places; i < 10; i++) sum = i == 9 ? (sum + 5) / 10 : sum / 10;
  return (long long)sum;
}

static void test_robyn(void **state) {
  (void)state;
  NEED("adspend/robyn_dt_simulated_weekly.csv");
  struct table t;
  assert_true(table_file(&t, path, NULL));
  assert_int_equal(t.found->question_count, 0);
  assert_int_equal(t.found->row_count, 208);
  static const struct { const char *title; long long cents; } totals[] = {
      {"revenue", 37900569667}, {"tv_S", 308748777}, {"ooh_S", 898933173}, {"print_S", 77555551}, {"facebook_S", 44629683}, {"search_S", 123042667}};
  for (size_t i = 0; i < JL_COUNT(totals); i++) assert_int_equal(total_of(&t, totals[i].title, 2), totals[i].cents);
  table_close(&t);
}

/* The README has no totals for Meridian: 156 weeks from its Monday on, and the first cells as they stand in the file. */
static void test_meridian(void **state) {
  (void)state;
  NEED("adspend/meridian_national_all_channels.csv");
  struct table t;
  assert_true(table_file(&t, path, NULL));
  assert_int_equal(t.found->question_count, 0);
  assert_int_equal(t.found->row_count, 156);
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  assert_int_equal(t.found->columns[0].kind, JL_COLUMN_DATE);
  assert_int_equal(row->cells[0].moment.day, jl_day_from_date(2021, 1, 25));
  assert_int_equal(scaled(row->cells[1].number, 1), 3863009263);
  assert_int_equal(scaled(row->cells[8].number, 4), 3251375683);
  table_close(&t);
}

/* ---- csv-spectrum: every cell unchanged ---- */
static void test_spectrum(void **state) {
  static const char *const names[] = {"comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"};
  (void)state;
  NEED("testsuites/csv-spectrum/csvs/simple.csv");
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    char name[128];
    struct table t;
    struct jl_error err = {0};
    size_t size;
    const struct jl_json *expected = NULL;
    struct jl_arena *a = jl_arena_new(4U << 20);
    (void)snprintf(name, sizeof name, "testsuites/csv-spectrum/json/%s.json", names[i]);
    char *text = slurp(shared_path(name, path), &size);
    assert_true(jl_json_parse(a, (struct jl_bytes){(const uint8_t *)text, size}, &expected, &err));
    (void)snprintf(name, sizeof name, "testsuites/csv-spectrum/csvs/%s.csv", names[i]);
    print_message("%s\n", names[i]);
    assert_true(table_file(&t, shared_path(name, path), NULL));
    assert_int_equal(t.found->question_count, 0);
    table_begin(&t);
    const struct jl_json *row = expected->first;
    for (const struct jl_table_row *got; (got = table_next(&t)) != NULL; row = row->next)
      for (size_t c = 0; c < t.found->column_count; c++) same_text(member(row, t.found->columns[c].title), &got->cells[c]);
    assert_null(row);
    table_close(&t);
    jl_arena_free(a);
    free(text);
  }
}

/* The JSON beside this one is of another row: the cells as they stand in the file, quotation marks inside values that have none around them. */
static void test_spectrum_coordinates(void **state) {
  (void)state;
  NEED("testsuites/csv-spectrum/csvs/location_coordinates.csv");
  struct table t;
  assert_true(table_file(&t, path, NULL));
  assert_int_equal(t.found->question_count, 0);
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  assert_string_equal(row->cells[0].text, "2095257564");
  assert_string_equal(row->cells[1].text, "37\xef\xbf\xbd" "36'37.8\"N 121\xef\xbf\xbd" "2'17.9\"W");
  assert_string_equal(row->cells[3].text, "Stanislaus");
  assert_null(table_next(&t));
  table_close(&t);
}

/* ---- naughty strings, written by the rules of CSV and read again ---- */
static void test_naughty_strings(void **state) {
  (void)state;
  NEED("testsuites/blns/blns.json");
  size_t size;
  char *text = slurp(path, &size);
  struct jl_arena *a = jl_arena_new(16U << 20);
  struct jl_buffer csv;
  const struct jl_json *all = NULL;
  struct jl_error err = {0};
  assert_true(jl_json_parse(a, (struct jl_bytes){(const uint8_t *)text, size}, &all, &err));
  jl_buffer_init(&csv, 4U << 20);
  jl_buffer_text(&csv, "label;comment\r\n");
  for (const struct jl_json *one = all->first; one != NULL; one = one->next) {
    if (one->text_size == 0) continue; /* a blank line, in a table of one value */
    jl_buffer_text(&csv, "x;\"");
    for (size_t i = 0; i < one->text_size; i++) {
      if (one->text[i] == '"') jl_buffer_byte(&csv, '"');
      jl_buffer_byte(&csv, (uint8_t)one->text[i]);
    }
    jl_buffer_text(&csv, "\"\r\n");
  }
  struct table t;
  const struct jl_reader_options as_it_is = {.encoding = "utf-8", .totals = "keep"};
  assert_true(jl_buffer_ok(&csv));
  assert_true(table_bytes(&t, csv.data, csv.size, &as_it_is));
  table_begin(&t);
  size_t rows = 0;
  for (const struct jl_json *one = all->first; one != NULL; one = one->next) {
    if (one->text_size == 0) continue;
    const struct jl_table_row *row = table_next(&t);
    assert_non_null(row);
    same_text(one, &row->cells[1]);
    rows++;
  }
  assert_null(table_next(&t));
  assert_true(rows > 400);
  table_close(&t);
  jl_buffer_release(&csv);
  jl_arena_free(a);
  free(text);
}

/* ---- out by the CSV face and in again ---- */
static void same_again(const char *const *texts, const size_t *sizes, size_t n) {
  struct jl_arena *a = jl_arena_new(32U << 20);
  struct jl_builder *b = jl_builder_new(a, "sample", jl_day_from_date(2026, 3, 1), NULL);
  struct jl_buffer csv;
  struct table t;
  jl_builder_title(b, "a title", NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "rows", NULL);
  jl_column(b, "label", "label", JL_ARG_TEXT, 0);
  jl_column(b, "amount", "amount", JL_ARG_MONEY, 0);
  for (size_t i = 0; i < n; i++) {
    jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
    jl_cell_text(b, (struct jl_bytes){(const uint8_t *)texts[i], sizes[i]});
    jl_cell(b, jl_arg_money(-(int64_t)i - 1, "EUR"));
  }
  jl_buffer_init(&csv, 16U << 20);
  const struct jl_face_options options = {.face = JL_FACE_CSV};
  struct jl_error err = {0};
  assert_true(jl_face_render(jl_builder_document(b), &options, &csv, &err));
  const struct jl_reader_options as_it_is = {.encoding = "utf-8", .totals = "keep"};
  assert_true(table_bytes(&t, csv.data, csv.size, &as_it_is));
  assert_true(t.found->own);
  table_begin(&t);
  for (size_t i = 0; i < n; i++) {
    const struct jl_table_row *row = table_next(&t);
    assert_non_null(row);
    assert_int_equal(row->cells[1].size, sizes[i]);
    assert_memory_equal(row->cells[1].text, texts[i], sizes[i]);
    assert_int_equal(scaled(row->cells[2].number, 2), -(long long)i - 1); /* an amount has no apostrophe */
  }
  assert_null(table_next(&t));
  table_close(&t);
  jl_buffer_release(&csv);
  jl_arena_free(a);
}

static void test_out_and_in(void **state) {
  static const char *const texts[] = {"=1+1", "+33 1 23", "-", "@paul", "\tx", "'=1", "''=1", "'", "''", "'x", "l'été", "\"=1\"", "=\"a,b\"", "Total", "-1", "\uff1d1+1", " =1", "a\nb", "x;y", "007", "1/2"};
  const size_t n = JL_COUNT(texts);
  size_t sizes[JL_COUNT(texts)];
  (void)state;
  for (size_t i = 0; i < n; i++) sizes[i] = strlen(texts[i]);
  same_again(texts, sizes, n);
}

static void test_naughty_out_and_in(void **state) {
  (void)state;
  NEED("testsuites/blns/blns.json");
  size_t size, n = 0;
  char *text = slurp(path, &size);
  struct jl_arena *a = jl_arena_new(16U << 20);
  const struct jl_json *all = NULL;
  struct jl_error err = {0};
  const char **texts = jl_arena_array(a, 2000, sizeof *texts);
  size_t *sizes = jl_arena_array(a, 2000, sizeof *sizes);
  assert_true(jl_json_parse(a, (struct jl_bytes){(const uint8_t *)text, size}, &all, &err));
  for (const struct jl_json *one = all->first; one != NULL && n < 2000; one = one->next)
    if (one->text_size > 0 && jl_text_valid(one->text, one->text_size)) { /* what a record may hold: no control characters */
      texts[n] = one->text;
      sizes[n++] = one->text_size;
    }
  assert_true(n > 400);
  same_again(texts, sizes, n);
  jl_arena_free(a);
  free(text);
}

/* ---- exports ---- */
static size_t column_of(const struct table *t, const char *field) {
  int column = jl_reader_column(t->reader, field);
  if (column < 0) fail_msg("no column %s", field);
  return (size_t)column;
}

static void test_google_ads(void **state) {
  (void)state;
  NEED("synthetic_shapes/google_ads_fr_utf16le_tsv.csv");
  struct table t;
  assert_true(table_file(&t, path, NULL));
  assert_int_equal(t.found->question_count, 0);
  assert_string_equal(t.found->source, "Google Ads");
  assert_int_equal(t.found->header_line, 3);
  assert_int_equal(t.found->row_count, 2);
  assert_int_equal(t.found->skip_counts[JL_SKIP_BEFORE], 2);
  assert_int_equal(t.found->skip_counts[JL_SKIP_TOTAL], 2);
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  assert_string_equal(row->cells[column_of(&t, "campaign")].text, "Search | Marque | FR");
  assert_int_equal(scaled(row->cells[column_of(&t, "spend")].number, 2), 2355);
  assert_int_equal(scaled(row->cells[column_of(&t, "impressions")].number, 0), 1178);
  assert_int_equal(t.found->columns[column_of(&t, "click-rate")].kind, JL_COLUMN_PERCENT);
  assert_int_equal(scaled(row->cells[column_of(&t, "click-rate")].number, 2), 161);
  row = table_next(&t);
  assert_int_equal(row->cells[column_of(&t, "cost-per-conversion")].state, JL_CELL_NONE);
  assert_int_equal(row->line, 5);
  assert_null(table_next(&t));
  table_close(&t);
}

static void linkedin(const char *path, size_t header, size_t totals) {
  struct table t;
  const struct jl_reader_options answers = {.date_order = "month"};
  assert_true(table_file(&t, path, NULL));
  assert_string_equal(t.found->source, "LinkedIn");
  assert_int_equal(t.found->question_count, 1);
  assert_string_equal(t.found->questions[0].option, "date-order");
  table_close(&t);
  assert_true(table_file(&t, path, &answers));
  assert_int_equal(t.found->header_line, header);
  assert_int_equal(t.found->skip_counts[JL_SKIP_TOTAL], totals);
  assert_int_equal(t.found->row_count, 3);
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  assert_int_equal(row->cells[0].moment.day, jl_day_from_date(2026, 9, 1));
  assert_int_equal(scaled(row->cells[column_of(&t, "spend")].number, 2), 123450);
  assert_int_equal(scaled(row->cells[column_of(&t, "impressions")].number, 0), 10000);
  assert_string_equal(t.found->columns[column_of(&t, "impressions")].decided_by, "Daily Budget");
  assert_string_equal(row->cells[column_of(&t, "currency")].text, "EUR");
  row = table_next(&t);
  assert_int_equal(row->cells[column_of(&t, "cost-per-lead")].state, JL_CELL_NONE);
  row = table_next(&t);
  assert_string_equal(row->cells[column_of(&t, "campaign")].text, "Vidéo \"marque employeur\"");
  table_close(&t);
}

static void test_linkedin(void **state) {
  (void)state;
  NEED("synthetic_shapes/linkedin_campaign_performance_utf16le.csv");
  linkedin(path, 6, 0);
  linkedin(shared_path("synthetic_shapes/linkedin_campaign_performance_utf8_comma_total.csv", path), 4, 1);
}

static void test_crm(void **state) {
  (void)state;
  NEED("synthetic_shapes/hubspot_deals_fr_utf8bom.csv");
  struct table t;
  assert_true(table_file(&t, path, NULL));
  assert_string_equal(t.found->source, "HubSpot");
  assert_int_equal(t.found->question_count, 0);
  table_begin(&t);
  const struct jl_table_row *row = table_next(&t);
  assert_string_equal(row->cells[column_of(&t, "deal-id")].text, "189164774900");
  assert_int_equal(scaled(row->cells[column_of(&t, "amount")].number, 2), 4536212);
  assert_int_equal(row->cells[column_of(&t, "closed")].moment.day, jl_day_from_date(2026, 10, 15));
  assert_int_equal(row->cells[column_of(&t, "created")].moment.seconds, 14 * 3600 + 5 * 60);
  assert_string_equal(table_next(&t)->cells[column_of(&t, "deal")].text, "Campagne \"rentrée\"");
  table_close(&t);

  assert_true(table_file(&t, shared_path("synthetic_shapes/pipedrive_deals_en.csv", path), NULL));
  assert_string_equal(t.found->source, "Pipedrive");
  assert_int_equal(t.found->question_count, 0);
  table_begin(&t);
  row = table_next(&t);
  assert_string_equal(row->cells[column_of(&t, "deal")].text, "Refonte, lot 1");
  assert_int_equal(scaled(row->cells[column_of(&t, "amount")].number, 2), 1250000);
  assert_string_equal(row->cells[column_of(&t, "email")].text, "jean@exemple.fr,jp@exemple.fr");
  row = table_next(&t);
  assert_int_equal(row->cells[column_of(&t, "lost")].moment.seconds, 10 * 3600 + 11 * 60 + 12);
  table_close(&t);

  assert_true(table_file(&t, shared_path("synthetic_shapes/salesforce_report_latin1_footer.csv", path), NULL));
  assert_string_equal(t.found->source, "Salesforce");
  assert_int_equal(t.found->encoding, JL_ENCODING_WINDOWS);
  assert_int_equal(t.found->question_count, 0);
  assert_int_equal(t.found->row_count, 2);
  assert_int_equal(t.found->skip_counts[JL_SKIP_FOOTER], 5);
  table_begin(&t);
  row = table_next(&t);
  assert_string_equal(row->cells[0].text, "Aciéries du Rhône - 5000 unités");
  assert_int_equal(row->cells[column_of(&t, "created")].moment.day, jl_day_from_date(2026, 4, 3)); /* "03/04/2026": Close Date has the day first */
  assert_string_equal(t.found->columns[column_of(&t, "created")].decided_by, "Close Date");
  assert_string_equal(table_next(&t)->cells[0].text, "Lumen \"Pilot\"");
  assert_null(table_next(&t));
  table_close(&t);
}

static void test_salesforce_latin1(void **state) {
  (void)state;
  NEED("crm_salesforce/dataloader_accountData.csv");
  struct table t;
  assert_true(table_file(&t, path, NULL));
  assert_int_equal(t.found->encoding, JL_ENCODING_WINDOWS);
  assert_int_equal(t.found->row_count, 423);
  assert_int_equal(t.found->question_count, 0);
  table_close(&t);
  assert_true(table_file(&t, shared_path("crm_salesforce/dataloader_opportunityData.csv", path), NULL));
  assert_int_equal(t.found->row_count, 38);
  assert_string_equal(t.found->source, "Salesforce Data Loader");
  table_close(&t);
}

/* Salesforce's own files: the same text in three encodings. Those in UTF-32 have the mark of UTF-16 before it, which nothing but a guess reads. */
static void test_salesforce_encodings(void **state) {
  static const struct { const char *name; enum jl_encoding encoding; } files[] = {
      {"csvtext_BOM_UTF8.csv", JL_ENCODING_UTF8}, {"csvtext_BOM_UTF16LE.csv", JL_ENCODING_UTF16LE}, {"csvtext_BOM_UTF16BE.csv", JL_ENCODING_UTF16BE}};
  static const char *const broken[] = {"csvtext_BOM_UTF32LE.csv", "csvtext_BOM_UTF32BE.csv"};
  (void)state;
  NEED("testsuites/salesforce_dataloader_csv/csvtext.csv");
  struct table t;
  char name[128];
  for (size_t i = 0; i < JL_COUNT(files); i++) {
    (void)snprintf(name, sizeof name, "testsuites/salesforce_dataloader_csv/%s", files[i].name);
    assert_true(table_file(&t, shared_path(name, path), NULL));
    assert_int_equal(t.found->encoding, files[i].encoding);
    assert_true(t.found->has_mark);
    assert_int_equal(t.found->row_count, 2);
    assert_string_equal(t.found->columns[0].title, "column1");
    table_begin(&t);
    assert_string_equal(table_next(&t)->cells[2].text, "row1-3");
    table_close(&t);
  }
  for (size_t i = 0; i < JL_COUNT(broken); i++) {
    (void)snprintf(name, sizeof name, "testsuites/salesforce_dataloader_csv/%s", broken[i]);
    assert_false(table_file(&t, shared_path(name, path), NULL));
    assert_true(t.error.code == JL_E_INVALID || t.error.code == JL_E_BAD_UTF8);
    table_close(&t);
  }
}

static void test_maven(void **state) {
  (void)state;
  NEED("crm_maven/sales_pipeline.csv");
  struct table t;
  assert_true(table_file(&t, path, NULL));
  assert_int_equal(t.found->question_count, 0);
  assert_int_equal(t.found->row_count, 8800);
  assert_int_equal(total_of(&t, "close_value", 0), 10005534);
  table_close(&t);
}

/* ---- the separator, by the shape of the rows ---- */
struct shape {
  const char *text;
  char separator; /* 0: asked */
  const char *first, *last; /* cells of the last row */
  const char *asks;         /* NULL: nothing */
};
static const struct shape shapes[] = {
    /* a comma inside amounts is their decimal mark */
    {"Poste;janv. 2026;févr. 2026\nSalon;80,00 €;120,50 €\n", ';', "Salon", "120,50 €", NULL},
    {"Poste;janv. 2026\nSalon;80,00 €\nSEO;120 €\n", ';', "SEO", "120 €", NULL},
    {"Poste;01/2026;02/2026\nSalon;1 234,56;2 000,00\nSEO;10,00;5,00\n", ';', "SEO", "5,00", NULL},
    {"Poste\tjanv. 2026\tfévr. 2026\nSalon\t80,00 €\t120,50 €\n", '\t', "Salon", "120,50 €", NULL},
    {"Poste;Prévu, HT;Réel, HT\nSalon;80,00;90,00\nSEO;10,00;5,00\n", ';', "SEO", "5,00", NULL},
    {"Salon;80,00 €;120,50 €\nSEO;10,00 €;5,00 €\n", ';', "SEO", "5,00 €", "header-row"},
    {"Poste;2025;Qui\nSalon;80,00 €;Jean\nSEO;90,00 €;Paul\n", ';', "SEO", "Paul", "header-row"},
    {"Salons, foires, etc.\n\nPoste;janv. 2026;févr. 2026\nSalon;80,00 €;120,50 €\nSEO;10,00 €;5,00 €\n", ';', "SEO", "5,00 €", NULL},
    /* or one of a text: the header has none */
    {"Poste;janv. 2026;févr. 2026\nSalon, Paris;80,00 €;120,50 €\nSalon, Lyon;10,00 €;5,00 €\n", ';', "Salon, Lyon", "5,00 €", NULL},
    {"Poste;Note\nSalon;Paris, Lyon\nSEO;Bing, Google\n", ';', "SEO", "Bing, Google", NULL},
    /* commas between the columns */
    {"Poste,janv. 2026,févr. 2026\nSalon,\"80,00 €\",\"120,50 €\"\n", ',', "Salon", "120,50 €", NULL},
    {"Poste,janv. 2026\nSalon,80.00\nSEO,120.50\n", ',', "SEO", "120.50", NULL},
    {"\"Poste\",\"Prévu\"\n\"Salon\",\"80,00\"\n\"Foire; marché\",\"1 234,56\"\n", ',', "Foire; marché", "1 234,56", NULL},
    {"Fiche,Contacts\n12,34;56\n78,90;11\n", ',', "78", "90;11", NULL},
    {"Nom,Mots\nSalon,a;b\nSEO,c;d\n", ',', "SEO", "c;d", NULL},
    /* nobody can know */
    {"Poste;Ville,Note;Total\nSalon;Paris,x;2\nSEO;Lyon,y;3\n", '\0', NULL, NULL, "separator"},
    {"Poste;Ville,Note;Total\nSalon;Paris,x;2\nSEO;Lyon,1;3\n", '\0', NULL, NULL, "separator"},
};

static void test_separators(void **state) {
  (void)state;
  for (size_t i = 0; i < JL_COUNT(shapes); i++) {
    const struct shape *s = &shapes[i];
    const struct jl_reader_options answers = {.header_row = s->asks != NULL ? "1" : NULL, .totals = "keep"};
    struct table t;
    print_message("%s", s->text);
    assert_true(table_text(&t, s->text, NULL));
    assert_int_equal(t.found->question_count, s->asks != NULL);
    if (s->asks != NULL) assert_string_equal(t.found->questions[0].option, s->asks);
    if (s->separator != '\0') {
      table_close(&t);
      assert_true(table_text(&t, s->text, &answers));
      assert_int_equal(t.found->separator, s->separator);
      table_begin(&t);
      bool is_last = false;
      for (const struct jl_table_row *row; (row = table_next(&t)) != NULL;) {
        is_last = strcmp(row->cells[0].text, s->first) == 0;
        if (is_last) assert_string_equal(row->cells[t.found->column_count - 1].text, s->last);
      }
      assert_true(is_last);
    }
    table_close(&t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ten_encodings), cmocka_unit_test(test_robyn),     cmocka_unit_test(test_meridian),          cmocka_unit_test(test_spectrum), cmocka_unit_test(test_spectrum_coordinates),
      cmocka_unit_test(test_naughty_strings), cmocka_unit_test(test_out_and_in), cmocka_unit_test(test_naughty_out_and_in), cmocka_unit_test(test_google_ads), cmocka_unit_test(test_linkedin),          cmocka_unit_test(test_crm),
      cmocka_unit_test(test_salesforce_latin1), cmocka_unit_test(test_salesforce_encodings), cmocka_unit_test(test_maven), cmocka_unit_test(test_separators)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
