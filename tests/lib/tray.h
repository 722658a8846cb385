#ifndef TESTS_TRAY_H
#define TESTS_TRAY_H

#include "tests/lib/book.h"

/*
 * A payroll file in somebody's in-tray, who uploads it: write it, make an order
 * and change what differs, check or upload, look at ${r}, ${ps} and ${e}.
 */
struct tray {
    const char          *url;           /* of the database                    */
    struct db           *db;
    struct account       a;
    char                 dir[64];
    char                 path[96];      /* dir/nov.csv, not there yet         */
    char                 rejects[96];
    struct problems      ps;
    struct intake_result r;
    struct err           e;
};

extern struct tray tray;

/* For each test, as cmocka wants them; tray_begin() is the same without an
 * account. */
int tray_open(void **);
int tray_close(void **);
void tray_begin(void);

#define TRAY_HEAD "employee_no,name,phone,amount\n"

void tray_write(const char *text);

/* tray_order(): book_order() for 2026-11. */
struct intake_order tray_order(void);
int tray_upload(const struct intake_order *);

/* tray_good(rc): fails with what ${e} says unless it is 0. */
void tray_good(int rc);

/* tray_refused(rc, kind, code): it must be -1, with such an error; and such a
 * problem, unless NULL. */
void tray_refused(int rc, enum err_kind, const char *code);

/* tray_says(text, part): ${text} must hold ${part}. */
void tray_says(const char *text, const char *part);

#endif
