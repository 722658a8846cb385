#ifndef SANDBOX_IDS_H
#define SANDBOX_IDS_H

#include <stdint.h>

#include "sandbox/figures.h"

#define IDS_STAMP_BYTES 40

/*
 * Names for things, made from their number and the salt of the books: unique
 * within the books, the same again after a restart, different in other books.
 */
enum ids_kind { IDS_WALLET, IDS_FILE, IDS_ITEM, IDS_NONCE, IDS_INVOICE,
                IDS_CHECKOUT, IDS_SIGNATURE, IDS_CHARGEBACK, IDS_LINE,
                IDS_CUSTOMER };

/* ids_alias(salt, kind, n, out): "YP3I6V4", never "0000000". */
void ids_alias(uint64_t salt, enum ids_kind, uint64_t n,
               char out[FIGURE_ALIAS_BYTES]);

void ids_uuid(uint64_t salt, enum ids_kind, uint64_t n,
              char out[FIGURE_UUID_BYTES]);

void ids_nonce(uint64_t salt, uint64_t n, char out[FIGURE_NONCE_BYTES]);

/**
 * ids_receipt(salt, n, at_us, out): an M-Pesa receipt: year, month and day as
 * one character each, then an alias.  ${n} 0 gives the placeholder that failed
 * payments carry, such as "UKM0000000".
 */
void ids_receipt(uint64_t salt, uint64_t n, int64_t at_us,
                 char out[FIGURE_RECEIPT_BYTES]);

/* ids_stamp(us, out): "2025-10-27T10:44:23.852593+03:00". */
void ids_stamp(int64_t us, char out[IDS_STAMP_BYTES]);

#endif
