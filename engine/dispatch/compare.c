#include "dispatch/compare.h"

#include "base/limits.h"
#include "money/money.h"

static bool
differs(char why[ERR_TEXT_BYTES], const char *what, int64_t theirs,
        int64_t ours)
{
    snprintf(why, ERR_TEXT_BYTES, "%s %lld there, %lld was sent", what,
             (long long)theirs, (long long)ours);
    return false;
}

static bool
compare_head(const struct compare *c, char why[ERR_TEXT_BYTES])
{
    const struct file_answer *f = c->file;

    if (f->count >= 0 && f->count != c->nlines)
        return differs(why, "payments:", f->count, c->nlines);
    if (f->total_minor >= 0 && f->total_minor != c->minor)
        return differs(why, "total in minor units:", f->total_minor,
                       c->minor);
    if (f->charge_estimate_minor > c->minor + c->nlines * CHARGE_ROW_MINOR_MAX)
        return differs(why, "charges that cannot be, in minor units:",
                       f->charge_estimate_minor, c->minor);
    if (f->ccy[0] != '\0' && strcmp(f->ccy, c->ccy) != 0) {
        snprintf(why, ERR_TEXT_BYTES, "currency %s there, %s was sent",
                 f->ccy, c->ccy);
        return false;
    }
    if (c->wallet_id != NULL && c->wallet_id[0] != '\0'
        && strcmp(f->wallet_id, c->wallet_id) != 0) {
        snprintf(why, ERR_TEXT_BYTES, "wallet \"%s\" there, %s was sent",
                 f->wallet_id, c->wallet_id);
        return false;
    }
    return true;
}

/* Line ${l} against the item at the same place. */
static bool
compare_item(const struct pay_line *l, const struct item_answer *item,
             char why[ERR_TEXT_BYTES])
{
    const char *what = NULL;

    if (!str_eq(str_trim(item->account), l->account))
        what = "account";
    else if (item->minor != l->minor)
        what = "amount";
    else if (item->reference[0] != '\0'
             && strcmp(item->reference, l->reference) != 0)
        what = "reference";
    if (what == NULL)
        return true;
    snprintf(why, ERR_TEXT_BYTES, "payment %d (%s): another %s there than was "
             "sent", item->position, l->reference, what);
    return false;
}

bool
compare_file(const struct compare *c, char why[ERR_TEXT_BYTES])
{
    struct item_answer item;
    size_t at = c->file->items_at;
    int n = 0, more = 0;

    if (!compare_head(c, why))
        return false;
    while ((more = c->provider->read_item(&item, c->body, &at, n + 1)) > 0) {
        if (n == c->nlines)
            return differs(why, "payments:", n + 1, c->nlines);
        if (!compare_item(&c->lines[n], &item, why))
            return false;
        n++;
    }
    if (more < 0) {
        snprintf(why, ERR_TEXT_BYTES, "payment %d there cannot be read",
                 n + 1);
        return false;
    }
    return n == c->nlines || differs(why, "payments:", n, c->nlines);
}
