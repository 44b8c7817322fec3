/* What is said of expenses once they are recorded: what they are above of, and that one of a closed month counts in a later one. An invoice is
 * recorded whatever it comes to (common/model/budget/excess.h), so this is no error: it goes to stderr, and does not change the exit status. */
#include "client/cli/cli.h"
#include "client/faces/cell.h"
#include "common/record/schema.h"

static void tell(const struct jl_cli *cli, const Jalon__Document *document) {
  const Jalon__Block *notes = jl_cli_block(document, "notes");
  for (size_t i = 0; notes != NULL && i < notes->n_notes; i++) {
    struct jl_buffer text;
    if (notes->note_tones[i] != JL_TONE_WARN) continue;
    jl_buffer_init(&text, 4096);
    jl_words(notes->notes[i], &text);
    const struct jl_arg words = jl_arg_text(jl_buffer_ok(&text) && text.size > 0 ? jl_buffer_cstring(&text) : "");
    jl_cli_note(cli, "{1}", &words, 1);
    jl_buffer_release(&text);
  }
}

static void ask(struct jl_cli *cli, const struct jl_parameter *parameters, size_t n, const char *view) {
  struct jl_view_ask question = {.space = cli->plan, .view = view, .parameters = parameters, .parameter_count = n};
  const Jalon__Document *document;
  struct jl_error ignored; /* it is recorded, whatever comes of the question */
  uint64_t revision;
  if (jl_cli_document(cli, &question, &document, &revision, &ignored)) tell(cli, document);
}

void jl_cli_tell_expense(struct jl_cli *cli, const struct jl_id *expense) {
  char id[JL_ID_TEXT_SIZE];
  jl_id_format(expense, id);
  const struct jl_parameter parameter = {"record", id};
  if (!cli->dry_run && !cli->quiet) ask(cli, &parameter, 1, "overspent");
}

void jl_cli_tell_overspent(struct jl_cli *cli) {
  const struct jl_parameter parameter = {"summary", "yes"};
  if (!cli->dry_run && !cli->quiet) ask(cli, &parameter, 1, "overspent");
}
