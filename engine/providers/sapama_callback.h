#ifndef PROVIDERS_SAPAMA_CALLBACK_H
#define PROVIDERS_SAPAMA_CALLBACK_H

#include <stdint.h>

#include "base/limits.h"
#include "base/str.h"

/*
 * A callback of Sapama's, form or query fields.  Its field list is documented
 * nowhere (contract sapama.md 8.1), so every place where something may stand
 * is looked at, and what comes out is a hint only: ask the list before
 * believing it.  "" and -1: not there, or there twice with different values.
 */
struct sapama_callback {
    char    id[PAYMENT_ID_BYTES];       /* proxy_trans_id                     */
    char    reference[REFERENCE_BYTES]; /* ours                               */
    char    token[TOKEN_BYTES];         /* from bill_ref_number               */
    char    receipt[16];                /* looks like M-Pesa's                */
    char    status[32];                 /* "success", "error", "received" ... */
    char    code[16];                   /* b2c_in_status_code as it stands    */
    char    reason[256];                /* the gateway's or Sapama's words    */
    char    phone[16];                  /* "2547..." or "07..." as it stands  */
    int64_t minor;
};

/**
 * sapama_read_callback(out, fields):
 * Read "a=b&c=d", the query and the form of one callback joined with '&'; '+'
 * and %XX are decoded here.  trans_id is read both ways: our reference, or the
 * receipt.  Return how many fields of Sapama's were in it; 0 means that it was
 * none.
 */
int sapama_read_callback(struct sapama_callback *, struct str fields);

#endif
