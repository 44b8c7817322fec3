/* What tables can be imported as, besides records of any one type: a file in this folder and a line here. */
#include "client/import/ingest.h"

extern const struct jl_ingest_source jl_source_google_ads, jl_source_meta_ads, jl_source_linkedin_ads, jl_source_spend, jl_source_analytics, jl_source_search_console, jl_source_matomo, jl_source_weekly,
    jl_source_budget, jl_source_ledger, jl_source_raci, jl_source_figures;

const struct jl_ingest_source *const jl_ingest_sources[] = {
    &jl_source_google_ads,     &jl_source_meta_ads, &jl_source_linkedin_ads, &jl_source_spend,  &jl_source_analytics, &jl_source_search_console,
    &jl_source_matomo,         &jl_source_weekly,   &jl_source_budget,       &jl_source_ledger, &jl_source_raci,     &jl_source_figures,
    NULL};
