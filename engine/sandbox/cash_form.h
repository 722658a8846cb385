#ifndef SANDBOX_CASH_FORM_H
#define SANDBOX_CASH_FORM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/str.h"

/*
 * What PHP makes of a query and a form: percent and plus decoded, brackets
 * into arrays, a repeated name overwritten by its last value, and what comes
 * after the first max_input_vars variables silently dropped.
 */

struct cash_field {
    struct str base;            /* "beneficiaries"                        */
    struct str index;           /* "0"; { NULL, 0 }: a plain variable     */
    struct str key;             /* "phone"                                */
    struct str value;
    int        next;            /* of the same entry, -1: the last        */
};

/* One element of an array of the form: beneficiaries[7]. */
struct cash_entry {
    struct str base, index;
    int        first, last;     /* its fields                             */
};

struct cash_form {
    struct cash_field *fields;
    int                n, cap;
    struct cash_entry *entries;
    int                nentries, entries_cap;
    struct cash_text  *texts;   /* what the fields point into             */
    int                dropped; /* variables beyond the limit             */
    bool               mixed;   /* entries of more than one array         */
    bool               failed;  /* out of memory                          */
};

void cash_form_release(struct cash_form *);     /* fine on a zeroed struct */

/* cash_form_add(form, name, value): one variable, already decoded. */
void cash_form_add(struct cash_form *, struct str name, struct str value);

/**
 * cash_form_read(form, body, vars_max):
 * Add the variables of an application/x-www-form-urlencoded ${body}; 0
 * ${vars_max}: as many as there are.
 */
void cash_form_read(struct cash_form *, struct str body, int64_t vars_max);

/* cash_form_get(form, name): a plain variable, or { NULL, 0 }. */
struct str cash_form_get(const struct cash_form *, const char *);

/* cash_form_entry(form, base, i): the ${i}th entry of an array in the order in
 * which they came, or NULL.  ${base} as in the form. */
const struct cash_entry *cash_form_entry(const struct cash_form *,
                                         const char *, int i);

/* cash_form_in(form, entry, key): a variable of an entry, or { NULL, 0 }. */
struct str cash_form_in(const struct cash_form *, const struct cash_entry *,
                        const char *);

/**
 * cash_form_hash(form, secret, arrays, out):
 * The hash of a request: the values of all plain variables but "hash", and the
 * secret as "api_secret", in byte order of their names, with dots between
 * them, SHA-256, hexadecimal.  With ${arrays} each array takes part with the
 * word Array, as PHP prints one.  0 or -1 (out of memory).
 */
int cash_form_hash(const struct cash_form *, struct str secret, bool arrays,
                   char out[SHA256_HEX]);

#endif
