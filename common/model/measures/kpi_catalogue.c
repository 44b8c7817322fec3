#include "common/model/measures/kpi_catalogue.h"
#include "common/base/error.h"

/* Reach, traffic and the like are what a visibility objective wants, and vanity where leads or revenue are wanted (formulas.md: "Where the seeds
 * disagree"): they come as vanity, and jalon check looks at the objective. */
#define SEO JL_MSG("SEO"), JL_MSG("Organic visibility")
#define SEA JL_MSG("SEA"), JL_MSG("Acquisition")
#define EMAIL JL_MSG("E-mailing"), JL_MSG("Re-engagement")
#define SOCIAL JL_MSG("Social networks"), JL_MSG("Awareness / Engagement")
#define INFLUENCE JL_MSG("Influence"), JL_MSG("Credibility / Buzz")
#define CRM JL_MSG("CRM"), JL_MSG("Loyalty")
#define CONTENT JL_MSG("Content marketing"), JL_MSG("Expertise")
#define BUSINESS JL_MSG("Business"), JL_MSG("Return")

const struct jl_catalogue_kpi jl_catalogue_kpis[] = {
    {SEO, JL_MSG("Traffic"), "seo", "visites", "up", "leading", "vanity", "weekly", NULL, NULL, NULL},
    {SEO, JL_MSG("Average position"), "seo", "", "down", "leading", "business", "weekly", NULL, NULL, NULL},
    {SEA, JL_MSG("CPC"), "sea", "EUR", "down", "leading", "business", "weekly", NULL, NULL, NULL},
    {SEA, JL_MSG("Conversion rate"), "sea", "percent", "up", "leading", "business", "weekly", NULL, NULL, NULL},
    {EMAIL, JL_MSG("Open rate"), "email", "percent", "up", "leading", "business", "weekly", NULL, NULL, NULL},
    {EMAIL, JL_MSG("CTR"), "email", "percent", "up", "leading", "business", "weekly", NULL, NULL, NULL},
    {SOCIAL, JL_MSG("Reach"), "social", "", "up", "leading", "vanity", "weekly", NULL, NULL, NULL},
    {SOCIAL, JL_MSG("Interactions"), "social", "", "up", "leading", "vanity", "weekly", NULL, NULL, NULL},
    {INFLUENCE, JL_MSG("Engagement rate"), "influence", "percent", "up", "leading", "business", "monthly", NULL, NULL, NULL},
    {INFLUENCE, JL_MSG("UGC generated"), "influence", "", "up", "leading", "vanity", "monthly", NULL, NULL, NULL},
    {CRM, JL_MSG("LTV"), "crm", "EUR", "up", "lagging", "business", "quarterly", "clv", NULL, NULL},
    {CRM, JL_MSG("Repurchase rate"), "crm", "percent", "up", "lagging", "business", "quarterly", NULL, NULL, NULL},
    {CONTENT, JL_MSG("Average time / page"), "content", "s", "up", "leading", "business", "monthly", NULL, NULL, NULL},
    {CONTENT, JL_MSG("downloads"), "content", "", "up", "leading", "business", "monthly", NULL, NULL, NULL},
    {BUSINESS, JL_MSG("CPL"), "business", "EUR", "down", "leading", "business", "monthly", "cpl", "MQL", NULL},
    {BUSINESS, JL_MSG("MQL"), "business", "MQL", "up", "leading", "business", "monthly", "count", "MQL", NULL},
    {BUSINESS, JL_MSG("MQL to SQL"), "business", "percent", "up", "leading", "business", "monthly", "conversion", "MQL", "SQL"},
    {BUSINESS, JL_MSG("Pipeline generated"), "business", "EUR", "up", "leading", "business", "monthly", "amount", "opportunities", NULL},
    {BUSINESS, JL_MSG("CAC"), "business", "EUR", "down", "lagging", "business", "quarterly", "cac", "customers", NULL},
    {BUSINESS, JL_MSG("Signed revenue"), "business", "EUR", "up", "lagging", "business", "monthly", "amount", "customers", NULL},
    {BUSINESS, JL_MSG("ROI"), "business", "percent", "up", "lagging", "business", "quarterly", "roi", NULL, NULL},
};
const size_t jl_catalogue_count = JL_COUNT(jl_catalogue_kpis);
