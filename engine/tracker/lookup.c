#include "tracker/lookup.h"

#include "base/log.h"
#include "db/sql.h"
#include "loaders/phone.h"
#include "providers/reference.h"
#include "tracker/notice.h"
#include "tracker/pace.h"
#include "tracker/page.h"

enum by { BY_NUMBER, BY_PHONE, BY_REFERENCE, BY_NOTHING };

/* The payment that is looked for, and how far it is. */
struct lookup {
    int64_t batch_id, left_s;
    int     seq, looks, page;
    enum by by;
    char    account[64], phone[PHONE_BYTES], id[PAYMENT_ID_BYTES],
            reference[REFERENCE_BYTES];
};

static bool
can_ask(const struct lookup *k)
{
    switch (k->by) {
    case BY_NUMBER:    return k->id[0] != '\0';
    case BY_PHONE:     return k->phone[0] != '\0';
    case BY_REFERENCE:
    case BY_NOTHING:   return true;
    }
    return true;
}

/* The next way of asking that there is. */
static void
next_way(struct lookup *k)
{
    k->page = 1;
    do
        k->by++;
    while (!can_ask(k));
}

static int
lookup_next(struct flight *f)
{
    const struct account *a = f->lane->account;
    const struct lookup *k = f->note;
    const struct payer payer = account_payer(a);
    const struct list_query q = {
        .id = k->by == BY_NUMBER ? k->id : NULL,
        .phone = k->by == BY_PHONE ? k->phone : NULL,
        .reference = k->by == BY_REFERENCE ? k->reference : NULL,
        .page = k->by == BY_NUMBER ? 0 : k->page,
        .per_page = k->by == BY_NUMBER ? 0 : LIST_ROWS
    };
    struct err e = { 0 };

    request_release(&f->request);
    f->request = (struct request){ 0 };
    if (a->provider->write_list(&f->request, &payer, &q, &e) == 0) {
        flight_start(f);
        return 0;
    }
    log_event(LOG_BUG, "lookup", L_I64("batch", k->batch_id),
              L_STR("why", e.text));
    return -1;
}

static enum db_status
lookup_claim(struct desk *d, struct lane *l, struct lookup *k)
{
    const struct db_arg args[] = {
        A_I64(l->account->account_id), A_I64(notice_hold_ms(l))
    };
    const struct db_col cols[] = {
        C_I64("batch_id", &k->batch_id), C_INT("seq", &k->seq),
        C_INT("looks", &k->looks), C_TEXT("account", k->account),
        C_TEXT("provider_id", k->id), C_I64("left_s", &k->left_s)
    };
    int digits = 0;
    enum db_status st = db_one(d->db, sql_tracker_sought_claim, args,
                               LEN(args), cols, LEN(cols));

    if (st != DB_OK)
        return st;
    reference_write(k->batch_id, k->seq, k->reference);
    if (phone_read(str_of(k->account), k->phone, &digits) != PHONE_FINE)
        k->phone[0] = '\0';
    k->page = 1;
    k->by = BY_NUMBER;
    if (!can_ask(k))
        next_way(k);
    return st;
}

static bool
is_asked(const struct desk *d, const struct flight *mine)
{
    const struct lookup *k = mine->note;

    for (const struct flight *f = d->flights; f != NULL; f = f->next) {
        const struct lookup *o = f->note;

        if (f != mine && f->step == FLIGHT_LOOKUP
            && o->batch_id == k->batch_id && o->seq == k->seq)
            return true;
    }
    return false;
}

enum db_status
lookup_ask(struct desk *d, struct lane *l)
{
    struct flight *f = flight_new(d, l, FLIGHT_LOOKUP);
    enum db_status st = DB_NONE;

    if (f == NULL)
        return DB_NONE;
    if ((f->note = arena_alloc(&f->arena, sizeof(struct lookup))) != NULL)
        st = lookup_claim(d, l, f->note);
    if (desk_db(d, st, "looking for payments to ask for") && st == DB_OK
        && !is_asked(d, f) && lookup_next(f) == 0)
        return DB_OK;
    flight_free(f);
    return st == DB_OK ? DB_NONE : st;
}

/* When to ask again; only what was asked to the end counts as a look. */
static enum flight_fate
lookup_end(struct flight *f, bool complete, const char *why)
{
    const struct lookup *k = f->note;
    int64_t wait_ms = pace_doubt_ms(k->looks + 1, notice_first_ms(f->lane));
    const struct db_arg args[] = {
        A_I64(k->batch_id), A_I64(k->seq), A_BOOL(complete), A_I64(wait_ms)
    };

    log_event(complete ? LOG_INFO : LOG_WARN, "lookup",
              L_I64("batch", k->batch_id), L_I64("row", k->seq),
              L_I64("looks", k->looks), L_STR("why", why),
              L_I64("again_ms", wait_ms));
    desk_db(f->desk, db_do(f->desk->db, sql_tracker_sought_done, args,
                           LEN(args)),
            "noting a question");
    lane_poll_due_in(f->lane, wait_ms);
    return FLIGHT_OVER;
}

/* Nothing of it on this page: the next page, or the next way of asking. */
static enum flight_fate
lookup_on(struct flight *f, bool is_last)
{
    struct lookup *k = f->note;

    if (is_last || k->by == BY_NUMBER || k->page >= LOOKUP_PAGES_MAX)
        next_way(k);
    else
        k->page++;
    if (k->by == BY_NOTHING)
        return lookup_end(f, true, "not found");
    return lookup_next(f) == 0 ? FLIGHT_GOES_ON
        : lookup_end(f, false, "it cannot be asked for");
}

static enum flight_fate
lookup_page(struct flight *f)
{
    const struct lookup *k = f->note;
    struct page p = {
        .f = f, .since_s = k->left_s - LIST_SLACK_MS / 1000,
        .want_batch = k->batch_id, .want_seq = k->seq
    };

    switch (page_take(&p)) {
    case PAGE_TAKEN:
        break;
    case PAGE_UNREADABLE:
        return lookup_end(f, false, p.why);
    case PAGE_NOT_STORED:
        return lookup_end(f, false, "the database did not take it");
    }
    return p.found ? lookup_end(f, true, "found")
        : lookup_on(f, p.passed || page_is_last(&p, k->page));
}

enum flight_fate
lookup_land(struct flight *f)
{
    struct fault_answer fault = { 0 };
    enum answer answer = f->lane->account->provider->judge(&f->reply, &fault);

    if (answer == ANSWER_BARRED || fault.bars)
        lane_bar(f->desk, f->lane, fault.text);
    if (answer == ANSWER_TAKEN)
        return lookup_page(f);
    return fault.not_found ? lookup_on(f, true)
                           : lookup_end(f, false, fault.text);
}
