#ifndef SANDBOX_ODD_H
#define SANDBOX_ODD_H

#include "sandbox/statement.h"
#include "sandbox/switches.h"

/*
 * The statement as the switches "line_..." show it: a file as one line, later
 * days, and what a reconciliation has to find: a line that is not there, with
 * another amount or charge, there twice, or of nobody.  The books know nothing
 * of it.
 */
struct odd_line {
    struct line line;
    int64_t at_us;
    int     copy;               /* 1: the same again; 2: one of nobody        */
};

struct odd_lines {
    struct odd_line *list;
    size_t n, cap;
    const struct switches *switches;
    bool   short_of_memory;
};

/* odd_asked(switches): is any of them on? */
bool odd_asked(const struct switches *);

/* odd_gather(o, books, switches, ask): all lines, newest first.  Release with
 * odd_release().  0 or -1. */
int odd_gather(struct odd_lines *, const struct books *,
               const struct switches *, const struct line_ask *);
void odd_release(struct odd_lines *);

#endif
