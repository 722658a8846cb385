#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "base/err.h"
#include "book/run.h"
#include "db/db.h"

/*
 * One model of a run, several renderings, the same numbers in all of them.
 * The model is read in one REPEATABLE READ transaction, so the numbers of one
 * report belong to one moment.
 */
enum report_format { REPORT_TEXT, REPORT_CSV, REPORT_JSON, REPORT_HTML };

/* report_format_of(name): or -1. */
int report_format_of(const char *);

/**
 * report_write(db, run, format, out, color, e):
 * text: summary, proof of sums at every hop, failures by reason with what to
 * do, in doubt, batches.  csv: one line a payment with everything known about
 * it and the file's unknown columns, safe to open in a spreadsheet, loads back
 * as a payroll file.  json: all of it.  html: one self-contained page with
 * inline SVG charts and a print style.  Payments are streamed: memory does not
 * grow with the run.  Return 0 or -1 (${out} may be half written: the caller
 * writes to a temporary file when it matters).
 */
int report_write(struct db *, const struct run *, enum report_format, FILE *,
                 bool color, struct err *);

/**
 * report_proof(out, sums, ccy, color):
 * The proof that sums tie, hop by hop, as text; also used by demo and status.
 */
void report_proof(FILE *, const struct run_sums *, const char *ccy, bool color);

#endif
