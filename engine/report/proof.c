#include "report/proof.h"

bool
proof_hop_ties(const struct proof_hop *h)
{
    return h->off_rows == 0 && h->off_minor == 0;
}

static void
compare(struct proof_hop *h)
{
    h->off_rows = h->whole.rows;
    h->off_minor = h->by_amount ? h->whole.minor : 0;
    for (int i = 0; i < h->nparts; i++) {
        h->off_rows -= h->part[i].rows;
        h->off_minor -= h->by_amount ? h->part[i].minor : 0;
    }
}

/* A row that was held back has no amount that can be trusted, so the file is
 * proved by count, and its total by what the maker declared while loading. */
static struct proof_hop
hop_file(const struct run_sums *s)
{
    return (struct proof_hop){
        .title = "Every row of the file is in the run or held back",
        .key = "file",
        .whole = { "rows in the file", s->parsed_rows, 0 },
        .nparts = s->more_rows != 0 ? 3 : 2,
        .part = {
            { "in the run", s->approved_rows, 0 },
            { "held back, not paid", s->held_rows, 0 },
            { "further parts of split rows", -s->more_rows, 0 }
        }
    };
}

static struct proof_hop
hop_stored(const struct run_sums *s)
{
    return (struct proof_hop){
        .title = "What the checker is asked to approve is what is stored",
        .key = "stored",
        .by_amount = true,
        .whole = { "in the run", s->approved_rows, s->approved_minor },
        .nparts = 1,
        .part = { { "payments stored", s->book_rows, s->book_minor } }
    };
}

static struct proof_hop
hop_sent(const struct run_sums *s)
{
    return (struct proof_hop){
        .title = "Every payment was sent, waits, or was cancelled",
        .key = "sent",
        .by_amount = true,
        .whole = { "in the run", s->approved_rows, s->approved_minor },
        .nparts = 3,
        .part = {
            { "sent to the provider", s->sent_rows, s->sent_minor },
            { "waiting to be sent", s->waiting_rows, s->waiting_minor },
            { "cancelled before sending", s->withdrawn_rows,
              s->withdrawn_minor }
        }
    };
}

/* Each payment of a batch that was cancelled unsent has an answer that says
 * so; the others that were cancelled were cancelled by the provider. */
static struct proof_hop
hop_answered(const struct run_sums *s)
{
    return (struct proof_hop){
        .title = "Every payment that was sent has an answer or is in flight",
        .key = "answered",
        .by_amount = true,
        .whole = { "sent to the provider", s->sent_rows, s->sent_minor },
        .nparts = 5,
        .part = {
            { "paid", s->paid_rows, s->paid_minor },
            { "failed", s->failed_rows, s->failed_minor },
            { "in doubt", s->doubt_rows, s->doubt_minor },
            { "in flight, no answer yet", s->flight_rows, s->flight_minor },
            { "cancelled at the provider",
              s->cancelled_rows - s->withdrawn_rows,
              s->cancelled_minor - s->withdrawn_minor }
        }
    };
}

void
proof_never(struct proof *p)
{
    struct proof_hop *h = &p->hop[2];           /* hop_sent */

    h->title = "Every payment was sent, never will be, or was cancelled";
    h->part[1].name = "will never be sent";
}

void
proof_make(struct proof *p, const struct run_sums *s)
{
    *p = (struct proof){
        .hop = { hop_file(s), hop_stored(s), hop_sent(s), hop_answered(s) },
        .counters_tie = s->counters_tie,
        .ties = s->counters_tie
    };
    for (int i = 0; i < PROOF_HOPS; i++) {
        compare(&p->hop[i]);
        p->ties = p->ties && proof_hop_ties(&p->hop[i]);
    }
}
