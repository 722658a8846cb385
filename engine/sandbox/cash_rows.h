#ifndef SANDBOX_CASH_ROWS_H
#define SANDBOX_CASH_ROWS_H

#include <stdint.h>

#include "base/buf.h"
#include "sandbox/cash_books.h"
#include "sandbox/cash_rules.h"

/*
 * Rows as callers see them (contract section 4): 67 columns, all text, in the
 * order of the provider's page, written as PHP's json_encode() does.
 */
struct cash_look {
    const struct cash_books *books;
    const struct cash_rules *rules;
    int64_t now_us;
};

/* cash_rows_write(out, look, row): with the outer extras and its counterpart.
 */
void cash_rows_write(struct buf *, const struct cash_look *,
                     const struct cash_row *);

/* cash_rows_seen(look, row): can callers find it by now? */
bool cash_rows_seen(const struct cash_look *, const struct cash_row *);

/* cash_rows_trans_id(look, row): what stands in its column trans_id. */
const char *cash_rows_trans_id(const struct cash_look *,
                               const struct cash_row *);

/* cash_rows_json(out, s): a JSON text with \/ and \u00e9, as PHP's. */
void cash_rows_json(struct buf *, struct str);

/* cash_rows_i64(out, rules, n): a number, or text under "numbers_text". */
void cash_rows_i64(struct buf *, const struct cash_rules *, int64_t);

void cash_rows_uuid(const struct cash_row *, char out[CASH_UUID_BYTES]);

/* cash_rows_local(phone, rules, out): "0722906830" for 254722906830. */
void cash_rows_local(struct str, const struct cash_rules *, char out[24]);

/* The two clocks: the provider's is UTC and slow, M-Pesa's is Nairobi's.
 * ${style} is one of enum TIME_...; TIME_DOCUMENTED counts as dashes. */
void cash_rows_stamp(int64_t us, int64_t style, char out[CASH_STAMP_BYTES]);
/* " 16/07/20 03:52 PM", as the provider's list shows a day: with a blank. */
void cash_rows_shown(int64_t us, const struct cash_rules *,
                     char out[CASH_STAMP_BYTES]);
int64_t cash_rows_provider_us(const struct cash_rules *, int64_t us);
int64_t cash_rows_mpesa_us(int64_t us);

/* cash_rows_when(look, row): its trans_time, on the clock that it is of. */
int64_t cash_rows_when(const struct cash_look *, const struct cash_row *);

/* cash_rows_said(row): the gateway's text with its result. */
const char *cash_rows_said(const struct cash_row *);

/* cash_rows_gateway_id(row, out): the gateway's own id of the request. */
void cash_rows_gateway_id(const struct cash_row *, char out[40]);

#endif
