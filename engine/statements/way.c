#include "statements/way.h"

static int64_t
size_of(int64_t minor)
{
    return minor < 0 ? -minor : minor;
}

/* ${row} happened right after ${before}. */
static void
find_way(struct service_row *row, const struct service_row *before)
{
    int64_t change = 0;

    if (row->way != 0 || row->minor == INT64_MIN || row->minor == 0
        || row->balance_minor == INT64_MIN
        || before->balance_minor == INT64_MIN
        || strcmp(row->wallet, before->wallet) != 0)
        return;
    change = row->balance_minor - before->balance_minor;
    if (size_of(change) == size_of(row->minor))
        row->way = change > 0 ? 1 : -1;
}

/* One provider writes what goes out with a sign, the other without. */
static void
sign(struct service_row *row)
{
    if (row->way != 0 && row->minor != INT64_MIN)
        row->minor = row->way < 0 ? -size_of(row->minor) : size_of(row->minor);
}

int
ways_flush(struct ways *w, struct err *e)
{
    bool holds = w->holds;

    sign(&w->held);
    w->holds = false;
    return holds ? w->row(w->owner, &w->held, e) : 0;
}

/* Newest first or oldest first: their times say it, or nothing does. */
int
ways_add(void *owner, const struct service_row *row, struct err *e)
{
    struct ways *w = owner;
    struct service_row now = *row;
    int order = w->holds ? strcmp(w->held.at, now.at) : 0;
    int rc = 0;

    if (w->ledger && order > 0)
        find_way(&w->held, &now);
    else if (w->ledger && order < 0)
        find_way(&now, &w->held);
    rc = ways_flush(w, e);
    w->held = now;
    w->holds = true;
    return rc;
}
