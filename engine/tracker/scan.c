#include "tracker/scan.h"

#include "base/log.h"
#include "db/sql.h"
#include "tracker/covered.h"
#include "tracker/notice.h"
#include "tracker/pace.h"
#include "tracker/page.h"

/* --- pages ---------------------------------------------------------------- */

static int64_t
since_s(const struct scan *s)
{
    return s->oldest_s - LIST_SLACK_MS / 1000;
}

static bool
is_scanning(const struct desk *d, const struct lane *l)
{
    for (const struct flight *f = d->flights; f != NULL; f = f->next)
        if (f->lane == l && f->step == FLIGHT_SCAN)
            return true;
    return false;
}

/* Ask for the page the scan has come to. */
static int
scan_next(struct flight *f)
{
    const struct account *a = f->lane->account;
    const struct scan *s = f->note;
    const struct payer payer = account_payer(a);
    const struct list_query q = { .page = s->page, .per_page = LIST_ROWS };
    struct err e = { 0 };

    request_release(&f->request);
    f->request = (struct request){ 0 };
    if (a->provider->write_list(&f->request, &payer, &q, &e) == 0) {
        flight_start(f);
        return 0;
    }
    log_event(LOG_BUG, "scan", L_STR("account", a->name),
              L_STR("why", e.text));
    return -1;
}

static enum db_status
scan_claim(struct desk *d, struct lane *l, struct scan *s)
{
    const struct db_arg args[] = {
        A_I64(l->account->account_id), A_I64(notice_hold_ms(l)),
        A_I64(SCAN_BACK_MS)
    };
    const struct db_col cols[] = {
        C_I64("began_us", &s->began_us), C_I64("oldest_s", &s->oldest_s),
        C_INT("misses", &s->misses)
    };

    return db_one(d->db, sql_tracker_scan_claim, args, LEN(args), cols,
                  LEN(cols));
}

enum db_status
scan_ask(struct desk *d, struct lane *l)
{
    struct flight *f = NULL;
    struct scan *s = NULL;
    enum db_status st = DB_NONE;

    if (is_scanning(d, l) || (f = flight_new(d, l, FLIGHT_SCAN)) == NULL)
        return DB_NONE;
    if ((s = f->note = arena_alloc(&f->arena, sizeof(*s))) != NULL)
        st = scan_claim(d, l, s);
    if (!desk_db(d, st, "looking whether payments must be listed")
        || st == DB_NONE)
        goto out;
    s->page = 1;
    if (scan_next(f) == 0)
        return DB_OK;
    st = DB_NONE;
out:
    flight_free(f);
    return st;
}

/* --- the end -------------------------------------------------------------- */

enum db_status
scan_hold(struct db *db, const struct flight *f, int64_t hold_ms,
          int64_t gap_ms, bool missed)
{
    const struct db_arg args[] = {
        A_I64(f->lane->account->account_id), A_I64(hold_ms), A_I64(gap_ms),
        A_BOOL(missed)
    };

    return db_do(db, sql_tracker_scan_hold, args, LEN(args));
}

/* It broke off: what its pages said is stored; it begins anew later, much
 * later when it is not the line that fails. */
static enum flight_fate
scan_missed(struct flight *f, const char *why, bool may_pass)
{
    const struct scan *s = f->note;
    int64_t first_ms = notice_first_ms(f->lane);
    int64_t wait_ms = may_pass
        ? pace_open_ms(s->misses + 1, first_ms, notice_cap_ms(f->lane))
        : pace_doubt_ms(s->misses + 1, first_ms);

    log_event(LOG_WARN, "scan", L_STR("account", f->lane->account->name),
              L_I64("page", s->page), L_I64("http", f->reply.http),
              L_STR("why", why), L_I64("again_ms", wait_ms));
    desk_db(f->desk, scan_hold(f->desk->db, f, 0, wait_ms, true),
            "noting a list that broke off");
    lane_poll_due_in(f->lane, wait_ms);
    return FLIGHT_OVER;
}

void *
scan_grown(struct arena *a, void *old, size_t n, size_t *room, size_t bytes)
{
    void *list = old;

    if (n < *room)
        return old;
    list = arena_alloc(a, (*room * 2 + 64) * bytes);
    if (list != NULL && n > 0)
        memcpy(list, old, n * bytes);
    return list;
}

static enum flight_fate
scan_done(struct flight *f)
{
    const struct scan *s = f->note;
    struct covered_sum sum = { 0 };

    if (covered_enter(f, s, &sum)) {
        log_event(LOG_INFO, "scan",
                  L_STR("account", f->lane->account->name),
                  L_I64("pages", s->page), L_I64("batches", sum.batches),
                  L_I64("in_doubt", sum.lost));
        f->desk->busy = true;
        if (sum.soonest_ms >= 0)
            lane_poll_due_in(f->lane, sum.soonest_ms);
    }
    return FLIGHT_OVER;
}

/* Which payments a page showed; a scan keeps them to its end. */
static int
keep_seen(struct flight *f, const struct page *p)
{
    struct scan *s = f->note;

    for (int i = 0; i < p->nseen; i++) {
        size_t room = s->room;

        s->batches = scan_grown(&f->arena, s->batches, s->nseen, &room,
                           sizeof(*s->batches));
        s->seqs = scan_grown(&f->arena, s->seqs, s->nseen, &room,
                        sizeof(*s->seqs));
        if (s->batches == NULL || s->seqs == NULL)
            return -1;
        if (s->nseen == s->room)
            s->room = s->room * 2 + 64;
        s->batches[s->nseen] = p->seen[i].batch_id;
        s->seqs[s->nseen++] = p->seen[i].seq;
    }
    return 0;
}

static int
pages_max(const struct account *a)
{
    return a->scan_pages_max > 0 ? a->scan_pages_max : SCAN_PAGES_MAX;
}

static enum flight_fate
scan_page(struct flight *f)
{
    struct scan *s = f->note;
    struct page p = { .f = f, .since_s = since_s(s) };

    switch (page_take(&p)) {
    case PAGE_TAKEN:
        break;
    case PAGE_UNREADABLE:
        return scan_missed(f, p.why, false);
    case PAGE_NOT_STORED:
        return scan_missed(f, "the database did not take it", true);
    }
    if (keep_seen(f, &p) < 0)
        return scan_missed(f, "out of memory", true);
    if (p.passed || page_is_last(&p, s->page))
        return scan_done(f);
    if (s->page >= pages_max(f->lane->account)) {
        log_event(LOG_WARN, "scan_too_long",
                  L_STR("account", f->lane->account->name),
                  L_I64("pages", s->page));
        s->cut = true;
        return scan_done(f);
    }
    if (!desk_db(f->desk, scan_hold(f->desk->db, f, notice_hold_ms(f->lane),
                                    0, false), "going on with a list"))
        return FLIGHT_OVER;
    s->page++;
    return scan_next(f) == 0 ? FLIGHT_GOES_ON
        : scan_missed(f, "the next page cannot be asked for", false);
}

enum flight_fate
scan_land(struct flight *f)
{
    struct fault_answer fault = { 0 };
    enum answer answer = f->lane->account->provider->judge(&f->reply, &fault);

    if (answer == ANSWER_BARRED || fault.bars)
        lane_bar(f->desk, f->lane, fault.text);
    return answer == ANSWER_TAKEN ? scan_page(f)
        : scan_missed(f, fault.text, answer != ANSWER_REFUSED);
}
