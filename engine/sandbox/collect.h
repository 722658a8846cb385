#ifndef SANDBOX_COLLECT_H
#define SANDBOX_COLLECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/figures.h"

/*
 * Money that comes in, and goes back: collections (invoices), checkout links,
 * refunds of collections (chargebacks), and transfers between own wallets.
 */
enum invoice_state { INVOICE_PENDING, INVOICE_PROCESSING, INVOICE_COMPLETE,
                     INVOICE_FAILED };

/* Why a payer's side says no; the codes are M-Pesa's. */
enum decline { DECLINE_NONE, DECLINE_CANCELLED, DECLINE_TIMEOUT,
               DECLINE_FUNDS, DECLINE_PIN, DECLINE_EXPIRED, DECLINE_COUNT };

#define TEXT_BYTES (FIGURE_TEXT_MAX * 4 + 1)

struct invoice {
    uint32_t n;                     /* its place in books->invoices          */
    uint32_t wallet;
    uint32_t checkout;              /* from 1; 0: an STK push                */
    char     id[FIGURE_ALIAS_BYTES];
    enum invoice_state state;
    enum decline why;
    int64_t  value_minor;
    int64_t  charge_minor;          /* the wallet gets value less charge     */
    int64_t  refunded_minor;        /* asked back, given back or not         */
    int64_t  created_us, updated_us;
    char     provider[24];          /* "M-PESA", "CARD-PAYMENT"              */
    char     receipt[FIGURE_RECEIPT_BYTES];
    char     account[TEXT_BYTES];   /* the payer's phone or mail             */
    char     api_ref[TEXT_BYTES], name[TEXT_BYTES], email[TEXT_BYTES];
    bool     hook_busy;
};

struct checkout {
    uint32_t n, wallet;
    char     id[FIGURE_UUID_BYTES], signature[FIGURE_UUID_BYTES];
    int64_t  value_minor, created_us;
    uint32_t invoice;               /* its latest, from 1; 0: none yet       */
    char     email[TEXT_BYTES], phone[TEXT_BYTES], name[TEXT_BYTES];
    char     api_ref[TEXT_BYTES], redirect_url[FIGURE_URL_MAX + 1];
};

enum chargeback_state { CHARGEBACK_PENDING, CHARGEBACK_COMPLETED,
                        CHARGEBACK_CANCELLED };

struct chargeback {
    uint32_t n, invoice;
    char     id[FIGURE_ALIAS_BYTES];
    enum chargeback_state state;
    int64_t  value_minor, created_us, updated_us;
    char     reason[TEXT_BYTES], details[FIGURE_REASON_MAX * 4 + 1];
    bool     hook_busy;
};

struct transfer {
    uint32_t from, to;
    int64_t  value_minor, at_us;
    char     narrative[FIGURE_REASON_MAX * 4 + 1];
};

/* A growing array of things that stay where they are. */
struct shelf {
    void   **list;
    uint32_t n, cap;
};

/* shelf_add(s, thing): 0, or -1 (out of memory; still the caller's). */
int shelf_add(struct shelf *, void *);
void shelf_release(struct shelf *);         /* frees the things as well */

const char *invoice_state_name(enum invoice_state);
int invoice_state_read(enum invoice_state *, struct str);
const char *chargeback_state_name(enum chargeback_state);
int chargeback_state_read(enum chargeback_state *, struct str);

/* decline_code(d): "1032", NULL for none.  decline_text(d): as M-Pesa puts
 * it.  decline_read(out, code): DECLINE_NONE for none. */
const char *decline_code(enum decline);
const char *decline_text(enum decline);
enum decline decline_read(struct str);

#endif
