#include "tracker/after_all.h"

#include "tracker/alarm.h"

void
after_all_words(const struct batch *b, const char *proof,
                char out[ERR_TEXT_BYTES])
{
    snprintf(out, ERR_TEXT_BYTES, "batch %d: %s payments of it, although the "
             "request was held for not taken. It is not sent again; its "
             "payments are followed. Ask the provider (account %s) before you "
             "resume.", b->number, proof, b->account);
}

/* Its payments are looked for soon. */
static int64_t
look_ms(const struct desk *d, const struct batch *b)
{
    for (int i = 0; i < d->nlanes; i++)
        if (d->lanes[i].account->account_id == b->account_id
            && d->lanes[i].account->poll_first_ms > 0)
            return d->lanes[i].account->poll_first_ms;
    return POLL_FIRST_MS;
}

/*
 * The pause comes first: whoever is about to send this batch again waits at
 * the door for the run's row, and then finds it closed.  If the request left
 * before, it cannot be called back; the batch is in doubt all the same, and
 * what is answered to it is kept as evidence.
 */
enum db_status
after_all_in(struct db *db, const struct desk *d, const struct batch *of,
             const char *why)
{
    struct batch b = *of;               /* this may run more than once */
    const struct batch_note note = {
        .detail = why, .charge_estimate_minor = -1,
        .poll_in_ms = look_ms(d, of)
    };
    enum db_status st = desk_pause_in(db, d, b.run_id, b.run_ref, why);

    if (st < DB_NONE)
        return st;
    st = batch_move(db, &b, b.state == BATCH_SENDING ? BATCH_ON_NO_ANSWER
                                                     : BATCH_ON_FOUND_SENT,
                    d->actor, &note);
    return st < DB_NONE ? st : DB_OK;
}

void
after_all_tell(struct desk *d, const struct batch *b, const char *why)
{
    d->busy = true;
    alarm_grave(d, b, "sent_after_all", why);
}
