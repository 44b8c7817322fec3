/* Signals to a process and its children. */
#ifndef JL_TESTS_TREE_H
#define JL_TESTS_TREE_H
void tree_signal(long parent, int number);
#endif
