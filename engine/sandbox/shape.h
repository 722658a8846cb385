#ifndef SANDBOX_SHAPE_H
#define SANDBOX_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Members of the provider's answers.  ${key} carries its comma or brace,
 * quotes and colon: ",\"amount\":".
 */

/* Money is a number here and a text there (contract 2.3, 2.5); a client must
 * read both, so both can be had everywhere. */
enum numbers { NUMBERS_RECORDED, NUMBERS_TEXT, NUMBERS_BARE };

/* shape_text(out, key, text): NULL is null. */
void shape_text(struct buf *, const char *, const char *);

/* shape_or_null(out, key, text): the empty text is null, too. */
void shape_or_null(struct buf *, const char *, const char *);

void shape_stamp(struct buf *, const char *, int64_t us);
void shape_bool(struct buf *, const char *, bool);

/* shape_money(out, key, minor, bare): "1000.00", or 1000 when ${bare}. */
void shape_money(struct buf *, const char *, int64_t, bool);

/* shape_count(out, key, n, numbers): a number, in quotes for NUMBERS_TEXT. */
void shape_count(struct buf *, const char *, int64_t, enum numbers);

/* shape_bare(numbers, recorded): is it a number where it was recorded as
 * one, or not? */
bool shape_bare(enum numbers, bool recorded);

#endif
