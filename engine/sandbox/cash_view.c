#include "money/money.h"
#include "sandbox/cash_inside.h"
#include "sandbox/ids.h"

/* The answers of /_books: what was really paid, whoever was told what. */

static void
figure(struct buf *out, const char *name, int64_t n)
{
    buf_printf(out, "\"%s\":%lld,", name, (long long)n);
}

static void
amount(struct buf *out, const char *name, int64_t minor)
{
    buf_printf(out, "\"%s\":\"", name);
    buf_minor(out, minor, 2);
    buf_text(out, "\",");
}

static void
amounts(struct buf *out, const struct cash_books *b)
{
    int64_t current = 0, held = 0;

    for (int i = 0; i < CASH_TILLS; i++) {
        current += b->tills[i].current_minor;
        held += b->tills[i].held_minor;
    }
    figure(out, "paid_minor", b->paid_minor);
    amount(out, "paid_total", b->paid_minor);
    amount(out, "charges_total", b->charged_minor);
    amount(out, "returned_total", b->returned_minor);
    amount(out, "collected_total", b->collected_minor);
    amount(out, "given_total", b->given_minor);
    amount(out, "current_balance", current);
    amount(out, "held", held);
    figure(out, "in_flight", b->running);
    amount(out, "in_flight_total", b->running_minor);
    buf_printf(out, "\"ties\":%s,",
               b->given_minor + b->collected_minor + b->returned_minor
               == current + b->paid_minor + b->charged_minor
               ? "true" : "false");
}

static void
tills(struct buf *out, const struct cash_books *b)
{
    buf_text(out, "\"tills\":[");
    for (int i = 0; i < CASH_TILLS; i++) {
        buf_printf(out, "%s{\"location_id\":%d,\"short_code\":\"%d\","
                   "\"balance\":\"", i > 0 ? "," : "", b->tills[i].location,
                   b->tills[i].short_code);
        buf_minor(out, b->tills[i].current_minor, 2);
        buf_text(out, "\"}");
    }
    buf_text(out, "],");
}

void
cash_view_summary(struct buf *out, const struct cash *s)
{
    const struct cash_books *b = &s->ledger.books;
    const struct cash_callbacks *c = &s->callbacks;

    buf_char(out, '{');
    figure(out, "rows", b->nrows);
    figure(out, "payouts", b->npayouts);
    figure(out, "payments", b->npaid);
    figure(out, "doubles", b->doubles);
    figure(out, "transfers", b->ntransfers);
    figure(out, "smses", b->nsms);
    amounts(out, b);
    tills(out, b);
    buf_text(out, "\"requests\":{");
    for (int i = 0; i < CALL_CALLBACK; i++)
        figure(out, cash_faults_call_name((enum cash_call)i),
               s->diary.counts[i]);
    buf_printf(out, "\"refused\":%lld},\"callbacks\":{\"sent\":%lld,"
               "\"answered\":%lld,\"failed\":%lld,\"dropped\":%lld}}",
               (long long)s->diary.refused, (long long)c->sent,
               (long long)c->answered, (long long)c->failed,
               (long long)c->dropped);
}

static void
payment(struct buf *out, const struct cash *s, const struct cash_row *row)
{
    char stamp[IDS_STAMP_BYTES];
    struct cash_look look = { &s->ledger.books, &s->rules, INT64_MAX };

    ids_stamp(row->paid_us, stamp);
    buf_printf(out, "{\"id\":%u,\"account\":", cash_row_id(row));
    buf_json(out, str_of(cash_row_word(row, WORD_PHONE)));
    buf_text(out, ",\"amount\":\"");
    buf_minor(out, row->minor, 2);
    buf_printf(out, "\",\"amount_minor\":%lld,\"charge\":\"",
               (long long)row->minor);
    buf_minor(out, row->charge_minor, 2);
    buf_text(out, "\",\"key\":");
    buf_json(out, str_of(cash_row_word(row, WORD_TRANS_ID)));
    buf_text(out, ",\"gateway\":");
    buf_json(out, str_of(cash_row_word(row, WORD_GATEWAY)));
    buf_printf(out, ",\"receipt\":\"%s\",\"told\":\"%s\",\"code\":\"%s\","
               "\"listed\":%s,\"returned\":%s,\"location_id\":%d,"
               "\"at\":\"%s\"}", row->receipt,
               cash_ledger_stage(row->stage), row->in_code,
               cash_rows_seen(&look, row) ? "true" : "false",
               row->stage == STAGE_REVERSED ? "true" : "false",
               s->ledger.books.tills[row->till].location, stamp);
}

static bool
wanted(const struct cash_books *b, const struct cash_row *row,
       struct str account, bool twice_only)
{
    if (account.len > 0
        && !str_eq(account, str_of(cash_row_word(row, WORD_PHONE))))
        return false;
    return !twice_only || cash_books_twice(b, row) > 1;
}

void
cash_view_payments(struct buf *out, const struct cash *s, struct str account,
                   bool twice_only)
{
    const struct cash_books *b = &s->ledger.books;
    bool first = true;

    buf_char(out, '[');
    for (uint32_t i = 0; i < b->npaid && !(twice_only && b->doubles == 0);
         i++) {
        const struct cash_row *row = b->rows[b->paid[i]];

        if (!wanted(b, row, account, twice_only))
            continue;
        if (!first)
            buf_char(out, ',');
        first = false;
        payment(out, s, row);
    }
    buf_char(out, ']');
}

void
cash_view_csv(struct buf *out, const struct cash *s, struct str account)
{
    const struct cash_books *b = &s->ledger.books;
    char stamp[IDS_STAMP_BYTES];

    buf_text(out, "id,account,amount,charge,key,gateway,receipt,told,at\n");
    for (uint32_t i = 0; i < b->npaid; i++) {
        const struct cash_row *row = b->rows[b->paid[i]];

        if (!wanted(b, row, account, false))
            continue;
        ids_stamp(row->paid_us, stamp);
        buf_printf(out, "%u,", cash_row_id(row));
        buf_csv(out, str_of(cash_row_word(row, WORD_PHONE)), ',');
        buf_char(out, ',');
        buf_minor(out, row->minor, 2);
        buf_char(out, ',');
        buf_minor(out, row->charge_minor, 2);
        buf_char(out, ',');
        buf_csv(out, str_of(cash_row_word(row, WORD_TRANS_ID)), ',');
        buf_printf(out, ",%s,%s,%s,%s\n", cash_row_word(row, WORD_GATEWAY),
                   row->receipt, cash_ledger_stage(row->stage), stamp);
    }
}

void
cash_view_requests(struct buf *out, const struct cash *s, int64_t last)
{
    const struct cash_diary *d = &s->diary;
    int64_t kept = d->n < CASH_DIARY_MAX ? d->n : CASH_DIARY_MAX;
    char stamp[IDS_STAMP_BYTES];

    buf_char(out, '[');
    for (int64_t i = 0; i < last && i < kept; i++) {
        const struct cash_note *n =
            &d->list[(d->n - 1 - i) % CASH_DIARY_MAX];

        ids_stamp(n->at_us, stamp);
        buf_printf(out, "%s{\"at\":\"%s\",\"endpoint\":\"%s\",\"http\":%d,"
                   "\"taken\":%d,\"fault\":", i > 0 ? "," : "", stamp,
                   cash_faults_call_name(n->call), n->http, n->taken);
        if (n->fault != NULL)
            buf_json(out, str_of(n->fault));
        else
            buf_text(out, "null");
        buf_char(out, '}');
    }
    buf_char(out, ']');
}
