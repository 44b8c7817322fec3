/* What tables can be imported as, besides records of any one type: a file in this folder and a line here. */
#include "client/import/ingest.h"

const struct jl_ingest_source *const jl_ingest_sources[] = {NULL};
