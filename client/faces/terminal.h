#ifndef JL_FACES_TERMINAL_H
#define JL_FACES_TERMINAL_H
int jl_display_width(const char *utf8); /* columns of a terminal that the text takes */
#endif
