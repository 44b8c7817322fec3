#include "client/faces/cell.h"
#include "client/faces/terminal.h"
#include "common/record/json.h"
#include <errno.h>
#include <string.h>

bool jl_face_render(const Jalon__Document *document, const struct jl_face_options *options, struct jl_buffer *out, struct jl_error *err) {
  bool ok = false;
  errno = 0; /* a piece of text that finds no memory is empty where it is put together: only the C library's word tells */
  switch (options->face) {
  case JL_FACE_TERMINAL: ok = jl_render_terminal(document, options, out); break;
  case JL_FACE_JSON: ok = jl_render_json(document, out); break;
  case JL_FACE_CSV: ok = jl_render_csv(document, out); break;
  case JL_FACE_MARKDOWN: ok = jl_render_markdown(document, out); break;
  }
  bool starved = errno == ENOMEM || out->starved;
  if (ok && jl_buffer_ok(out) && !starved) return true;
  if (starved) return jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
  return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("this view is too large to be shown"), JL_MSG("narrow it, or use --csv"));
}

static void error_json(const struct jl_error *err, struct jl_buffer *out) {
  struct jl_buffer text;
  jl_buffer_init(&text, 4096);
  jl_format_words(err->message, err->args, JL_ERROR_ARGS, &text);
  jl_buffer_printf(out, "{\"error\": {\"code\": \"%s\", \"number\": %d, \"message\": ", jl_code_symbol(err->code), (int)err->code);
  jl_json_write_string(out, (const char *)text.data, text.size);
  jl_buffer_clear(&text);
  jl_format_words(err->hint, err->args, JL_ERROR_ARGS, &text);
  jl_buffer_text(out, ", \"hint\": ");
  jl_json_write_string(out, (const char *)text.data, text.size);
  jl_buffer_release(&text);
  if (!jl_id_is_zero(&err->record)) {
    char id[JL_ID_TEXT_SIZE];
    jl_id_format(&err->record, id);
    jl_buffer_printf(out, ", \"record\": \"%s\"", id);
  }
  const struct jl_record_type *type = jl_record_type_by_number(err->record_type);
  const struct jl_field *field = type && err->field ? jl_field_by_number(type, err->field) : NULL;
  if (type) jl_buffer_printf(out, ", \"type\": \"%s\"", type->name);
  if (field) jl_buffer_printf(out, ", \"field\": \"%s\"", field->name);
  jl_buffer_text(out, "}}\n");
}

/* The field's label in front, when the message does not name it. */
static void put_field(const struct jl_error *err, struct jl_buffer *out) {
  const struct jl_record_type *type = jl_record_type_by_number(err->record_type);
  bool about = type != NULL && err->field != 0 && err->code != JL_E_RECORD_DELETED;
  const struct jl_field *field = about ? jl_field_by_number(type, err->field) : NULL;
  for (size_t i = 0; field != NULL && i < JL_ERROR_ARGS; i++)
    if (err->args[i].kind == JL_ARG_LABEL && strcmp(err->args[i].text, field->label) == 0) return;
  const struct jl_arg label = field == NULL ? (struct jl_arg){0} : jl_arg_label(field->label);
  if (field != NULL) jl_format_words(JL_MSG("{1}: "), &label, 1, out);
}

/* In a hint a record stands by its reference alone ("A2"): it is to be typed. */
static void short_arguments(const struct jl_error *err, struct jl_arg out[JL_ERROR_ARGS]) {
  for (size_t i = 0; i < JL_ERROR_ARGS; i++) {
    out[i] = err->args[i];
    const struct jl_record_type *type;
    uint64_t number;
    size_t size = out[i].kind == JL_ARG_TEXT ? jl_reference_scan(out[i].text, &type, &number) : 0;
    if (size > 0 && type != NULL && out[i].text[size] == ' ') out[i].text[size] = '\0';
  }
}

void jl_face_error(const struct jl_error *err, const struct jl_face_options *options, struct jl_buffer *out) {
  if (options->face == JL_FACE_JSON) {
    error_json(err, out);
    return;
  }
  struct jl_buffer text, lines;
  struct jl_arg args[JL_ERROR_ARGS];
  jl_buffer_init(&text, 65536);
  jl_buffer_init(&lines, 65536);
  jl_buffer_text(&text, "jalon: ");
  put_field(err, &text);
  jl_format_words(err->message, err->args, JL_ERROR_ARGS, &text);
  jl_face_wrap(jl_text_of(&text), 0, options->width, &lines);
  jl_buffer_clear(&text);
  short_arguments(err, args);
  if (*err->hint) jl_format_words(err->hint, args, JL_ERROR_ARGS, &text);
  if (text.size > 0) jl_face_wrap(jl_text_of(&text), 2, options->width, &lines);
  size_t name = options->colour && lines.size > 6 ? 6 : 0;
  if (name > 0) jl_buffer_text(out, "\033[31mjalon:\033[m");
  jl_buffer_text(out, jl_text_of(&lines) + name);
  jl_buffer_release(&text);
  jl_buffer_release(&lines);
}
