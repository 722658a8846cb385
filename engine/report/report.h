#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>

#include "base/err.h"
#include "book/run.h"
#include "db/db.h"
#include "report/scope.h"

/*
 * One model of a run, several renderings, the same numbers in all of them.
 * The model is read in one REPEATABLE READ transaction, so the numbers of one
 * report belong to one moment.
 */
enum report_format {
    REPORT_TEXT, REPORT_CSV, REPORT_JSON, REPORT_HTML, REPORT_XLSX, REPORT_PDF,
    REPORT_PAIN002, REPORT_CAMT054
};
#define REPORT_FORMATS 8

/* report_format_of(name): or -1.  report_ending(f): of a file's name: "csv",
 * "pain.002.xml". */
int report_format_of(const char *);
const char *report_ending(enum report_format);

/* What a report is about. */
struct report_what {
    const struct run *run;              /* one run; or NULL and ...           */
    struct scope scope;                 /* those of a month or account        */
};

/* report_moment(db, e): begins a transaction, which db_rollback() ends; all
 * reports in it are of one moment.  Return 0 or -1. */
int report_moment(struct db *, struct err *);

/**
 * report_in(db, what, format, as_of_us, out, color, e):
 * In such a transaction.  ${as_of_us}: the time it names; 0: now.
 * text: summary, proof of sums at every hop, failures by reason with what to
 * do, in doubt, batches.  csv: one line a payment with everything known about
 * it and the file's unknown columns, safe to open in a spreadsheet, loads back
 * as a payroll file; of several runs one line a run.  json: all of it.  html:
 * one self-contained page with inline SVG charts and a print style.  xlsx: a
 * sheet a table.  pdf: A4, to be signed.  pain.002: the status of every payment
 * (ISO 20022); camt.054: what was booked.  Payments are streamed: memory does
 * not grow with the run, but for the pages of a PDF, which has only the first
 * of each list.  Return 0 or -1 (${out} may be half written: the caller writes
 * to a temporary file when it matters).
 */
int report_in(struct db *, const struct report_what *, enum report_format,
              int64_t as_of_us, FILE *, bool color, struct err *);

/* report_write(db, run, format, out, color, e): of one run, with its own
 * beginning and end. */
int report_write(struct db *, const struct run *, enum report_format, FILE *,
                 bool color, struct err *);

/**
 * report_proof(out, sums, ccy, color):
 * The proof that sums tie, hop by hop, as text; also used by demo and status.
 */
void report_proof(FILE *, const struct run_sums *, const char *ccy, bool color);

#endif
