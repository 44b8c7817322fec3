/* See mutants.def. In a release every question is `false` at compile time. */
#ifndef JL_BASE_MUTANTS_H
#define JL_BASE_MUTANTS_H
#include "common/base/compiler.h"

enum jl_mutant {
#define JL_MUTANT_OF(symbol, name) JL_MUTANT_##symbol,
#include "common/base/mutants.def"
#undef JL_MUTANT_OF
};
#ifdef JALON_MUTANTS
/* A place where a test ends or halts a program: JALON_POINT=NAME:N:kill or NAME:N:stop, when it comes there the N-th time. */
void jl_point(const char *name);
bool jl_mutant(enum jl_mutant which); /* chosen by name in the environment variable JALON_MUTANT */
#else
#define jl_point(name) ((void)(name))
#define jl_mutant(which) ((void)(which), false)
#endif
#endif
