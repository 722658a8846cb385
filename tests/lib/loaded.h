#ifndef TESTS_LOADED_H
#define TESTS_LOADED_H

#include "base/buf.h"
#include "loaders/payroll.h"

/*
 * A payroll file read into words, so that a test is a table.
 */
#define LOADED_BYTES ((size_t)1 << 24)

struct loaded {
    struct buf           rows;      /* "2 MPESA-B2C 254712345678 1500 A|"    */
    struct buf           problems;  /* "017@2:2 030@3:2<2": code@line:column,
                                       and the line it collides with; codes
                                       other than PR-CSV are "XLS-010"       */
    struct payroll_facts facts;
    int                  rejects;
    int                  rc;
    int64_t              stop_after;    /* rows; 0: never                    */
    bool                 bare;          /* rows without names and extras     */
};

/* loaded_options(rules): KES, MPESA-B2C, nothing declared. */
struct payroll_options loaded_options(const struct rules *);

/* loaded_load(l, options, bytes, n, piece, problems): read a file in pieces of
 * ${piece} bytes into a zeroed ${l} (stop_after and bare may be set). */
void loaded_load(struct loaded *, const struct payroll_options *,
                 const char *, size_t n, size_t piece, struct problems *);
void loaded_release(struct loaded *);

/* loaded_check(name, options, bytes, n, problems, rows): whole and in pieces,
 * or fail the test, naming ${name}.  ${rows} may be NULL. */
void loaded_check(const char *, const struct payroll_options *, const char *,
                  size_t n, const char *problems, const char *rows);

#endif
