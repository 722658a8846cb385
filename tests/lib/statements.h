#ifndef TESTS_STATEMENTS_H
#define TESTS_STATEMENTS_H

#include "base/buf.h"
#include "loaders/statement.h"

/*
 * A statement as text, for tests of tables: a line each,
 *   "+4@12 2026-11-02 09:15 +4500000 KES payment id=... ref=...|"
 * where + is a line, . a part, ? one by which nothing moved; facts as "=...",
 * and problems as "!PR-STM-031 9:6 f=Paid In v=... d=...|".
 */
struct told_statement {
    struct buf       text, problems;
    struct buf       amounts;       /* of each line: "-4500000 "             */
    bool             block;
    bool             raw;           /* raw text too                          */
};

/* The maps of the files in tests/data/statements. */
extern const struct statement_map map_two_columns, map_signed, map_marked;

/* statements_read(t, format, map, s, piece): all of ${s} in pieces of ${piece}
 * bytes.  Free with statements_release(). */
void statements_read(struct told_statement *, enum statement_format,
                     const struct statement_map *, struct str, size_t piece);
void statements_release(struct told_statement *);

/* statements_expect(name, map, s, want, problems): fail with ${name} unless
 * ${s}, in pieces of any size, is told so.  ${want} may be NULL. */
void statements_expect(const char *, const struct statement_map *, struct str,
                       const char *want, const char *problems);

/* A good file in which one thing is changed, and all that is said about it. */
struct statement_change {
    const char *name;
    const char *file;           /* in tests/data/statements                   */
    const struct statement_map *map;
    const char *from, *to;      /* the first place; NULL: all of the file     */
    const char *problems;
};

/* statements_changed(changes, n): fail with the first that is told otherwise. */
void statements_changed(const struct statement_change *, size_t);

#endif
