#include "client/cli/cli.h"

int main(int argc, char **argv) { return jl_cli_main(argc, argv); }
