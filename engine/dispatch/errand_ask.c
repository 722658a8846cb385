#include "dispatch/errand_parts.h"

#include "db/sql.h"
#include "dispatch/exchange.h"
#include "net/loop.h"
#include "providers/plain.h"

/* --- reading an answer ---------------------------------------------------- */

/* 1: this row stood on an earlier page, which has moved since. */
static int
seen_before(struct errand_read *r, const struct service_row *row)
{
    char text[512];
    struct seen_at before;
    int n;

    if (r->seen == NULL || row->id[0] == '\0')
        return 0;
    n = snprintf(text, sizeof(text), "%s|%s|%s|%lld|%d|%lld", row->id,
                 row->kind, row->at, (long long)row->minor, row->way,
                 (long long)row->balance_minor);
    return seen_put(r->seen, hash64((struct str){ text, (size_t)n }),
                    (struct seen_at){ 1, 0 }, &before);
}

/* What a row means for what was asked for. */
static void
note_row(const struct errand *n, struct errand_read *r,
         const struct service_row *row)
{
    const char *words = row->fate == SERVICE_SAYS_NOTHING ? "" :
                        row->text[0] != '\0' ? row->text : row->state;
    bool no = row->fate == SERVICE_FAILED || row->fate == SERVICE_UNCLEAR;

    /* A transfer may be answered with the wallets: theirs is not its id. */
    if (r->rows++ == 0 && (n->service != SERVICE_TRANSFER
                           || row->fate != SERVICE_SAYS_NOTHING))
        str_copy(r->first_id, sizeof(r->first_id), str_of(row->id));
    /* With an id of its own it is there, and can be asked for; without one,
     * nobody can tell what "no" is about.  Posting moves nothing, and each
     * transaction of a list carries its own id. */
    if (no && row->id[0] == '\0' && n->service != SERVICE_POST)
        r->unclear = true;
    else if (no && (row->fate == SERVICE_FAILED || row->id[0] == '\0'))
        r->failed = true;
    if (n->ask.minor > 0 && row->minor != INT64_MIN
        && row->minor != n->ask.minor)
        r->other_amount = true;
    if (r->words[0] == '\0' || no)
        plain_copy(r->words, sizeof(r->words), str_of(words));
}

static int
show_row(const struct errand *n, struct errand_read *r,
         const struct service_row *row, struct err *e)
{
    const struct payer payer = account_payer(n->account);
    int rc = seen_before(r, row);

    if (rc < 0)
        return err_oom(e);
    if (rc > 0 || r->row == NULL || r->enough || r->sink_failed)
        return 0;
    if ((n->service == SERVICE_STATEMENT || n->service == SERVICE_PAYOUTS)
        && !service_row_fits(row, &payer, &n->ask))
        return 0;
    rc = r->row(r->owner, row, e);
    r->enough = rc > 0;
    r->sink_failed = rc < 0;
    return rc < 0 ? -1 : 0;
}

int
errand_read(const struct errand *n, struct str body, struct errand_read *r,
            struct err *e)
{
    const struct provider *p = n->account->provider;
    struct service_row row;
    size_t at = 0;
    int got = 0;

    if (service_read(p, n->service, &r->answer, body, e) < 0)
        return -1;
    plain_copy(r->words, sizeof(r->words), str_of(r->answer.text));
    if (r->page > 0 && r->answer.page > 0 && r->answer.page < r->page)
        return 0;                   /* the last page once more */
    at = r->answer.rows_at;
    while ((got = service_row_read(p, n->service, &row, &r->answer, body,
                                   &at)) > 0) {
        note_row(n, r, &row);
        r->old += service_row_older(&row, n->ask.since);
        if (show_row(n, r, &row, e) < 0)
            return -1;
    }
    return got < 0 ? err_set(e, ERR_UNAVAILABLE, "The provider's answer breaks "
                             "off in the middle.") : 0;
}

/* --- asking --------------------------------------------------------------- */

static int
no_answer(const struct errand *n, enum answer a, const struct fault_answer *f,
          struct err *e)
{
    const char *name = n->account->provider->name;
    const char *words = f->text[0] != '\0' ? f->text : "no words with it";

    if (net_stopping() != 0)
        return err_set(e, ERR_TEMP, "stopped");
    switch (a) {
    case ANSWER_REFUSED:
        return err_set(e, ERR_DATA, "%s says no: %s", name, words);
    case ANSWER_BARRED:
        err_set(e, ERR_CONFIG, "%s does not take the key of account %s: %s",
                name, n->account->name, words);
        return err_fix(e, "Look at the key of this account in payrun.yaml, and "
                       "at what it may do in %s's own settings.", name);
    case ANSWER_NOT_NOW:
        err_set(e, ERR_UNAVAILABLE, "%s cannot be asked now: %s", name, words);
        return err_fix(e, "Try again in a minute.");
    case ANSWER_TAKEN: case ANSWER_IN_DOUBT:
        break;
    }
    err_set(e, ERR_UNAVAILABLE, "%s gave no useful answer: %s", name, words);
    return err_fix(e, "Nothing was changed by asking; try again.");
}

/* One question: 0 with the reply in ${x}, or -1. */
static int
ask_once(const struct errand *n, struct exchange *x, struct err *e)
{
    struct fault_answer f = { 0 };
    enum answer a = ANSWER_IN_DOUBT;

    exchange_run(x);
    a = exchange_judge(x, &f);
    if (a == ANSWER_TAKEN || f.not_found)
        return 0;
    return no_answer(n, a, &f, e);
}

static int
ask_page(const struct errand *n, struct errand_read *r, struct err *e)
{
    struct payer payer = account_payer(n->account);
    struct request request = { 0 };
    struct exchange x = {
        .net = n->net, .account = n->account, .request = &request
    };
    int rc = -1;

    r->page = n->ask.page;
    r->rows = r->old = 0;
    r->answer = (struct service_answer){ 0 };
    if (service_write(n->account->provider, n->service, &request, &payer,
                      &n->ask, e) == 0
        && ask_once(n, &x, e) == 0
        && (rc = errand_read(n, buf_view(&x.reply.body), r, e)) < 0
        && !r->sink_failed && e->kind != ERR_TEMP) {
        char why[256];

        snprintf(why, sizeof(why), "%.200s", e->text);
        err_set(e, ERR_UNAVAILABLE, "%s's answer could not be understood: %s",
                n->account->provider->name, why);
    }
    exchange_release(&x);
    request_release(&request);
    return rc;
}

/* The page is read, and no connection is waited for. */
static int
turn(const struct errand *page, struct errand_read *r, struct err *e)
{
    int rc = page->turned == NULL ? 0
           : page->turned(page->turner, page->ask.page, e);

    r->enough = r->enough || rc > 0;
    return rc < 0 ? -1 : 0;
}

int
errand_ask(const struct errand *n, int pages_max, errand_row row, void *owner,
           struct err *e)
{
    struct errand page = *n;
    struct seen seen;
    struct errand_read r = { .row = row, .owner = owner, .seen = &seen };
    int pages = 0, old_pages = 0, rc = -1;
    int most = pages_max > 0 && pages_max < ERRAND_PAGES_MAX ? pages_max
                                                             : ERRAND_PAGES_MAX;

    seen_init(&seen, 0);
    page.ask.page = n->ask.page > 0 ? n->ask.page : 1;
    do {
        if (ask_page(&page, &r, e) < 0 || turn(&page, &r, e) < 0)
            goto out;
        page.ask.page++;
        pages++;
        /* Newest first, though no page says so: two pages of older days only
         * are taken for the end of what was asked for. */
        old_pages = r.rows > 0 && r.old == r.rows ? old_pages + 1 : 0;
    } while (r.answer.more && !r.enough && r.rows > 0 && old_pages < 2
             && pages < most);
    rc = r.enough || (r.answer.more && r.rows > 0 && old_pages < 2);
out:
    seen_release(&seen);
    return rc;
}

int
errand_wallet(const struct errand *n, struct wallet_answer *out,
              struct err *e)
{
    const struct account *a = n->account;
    const struct provider *p = a->provider;
    struct request request = { 0 };
    struct exchange x = {
        .net = n->net, .account = a, .request = &request
    };
    int rc = -1;

    if (p->write_wallets == NULL)
        return err_set(e, ERR_USAGE, "%s cannot be asked what an account "
                       "holds", p->name);
    if (p->write_wallets(&request, a->wallet_id, e) == 0
        && ask_once(n, &x, e) == 0)
        rc = p->read_wallet(out, buf_view(&x.reply.body), a->wallet_id, e);
    exchange_release(&x);
    request_release(&request);
    return rc;
}

/* --- what was asked for --------------------------------------------------- */

struct listing {
    struct errand_line line;
    int (*row)(void *, const struct errand_line *);
    void *owner;
};

static int
list_row(void *cls)
{
    struct listing *l = cls;

    return l->row(l->owner, &l->line);
}

int
errand_each(struct db *db, int64_t account_id,
            int (*row)(void *, const struct errand_line *), void *owner,
            struct err *e)
{
    struct listing l = { .row = row, .owner = owner };
    const struct db_arg args[] = {
        A_I64(account_id), A_I64(ERRAND_LIST_MAX), A_I64(ERRAND_DOOR_MS)
    };
    const struct db_col cols[] = {
        C_I64("errand_id", &l.line.errand_id),
        C_TEXT("account", l.line.account), C_BOOL("live", &l.line.live),
        C_TEXT("service", l.line.service),
        C_TEXT("asked_by", l.line.asked_by), C_STR("ask", &l.line.ask),
        C_I64("minor", &l.line.minor), C_TEXT("ccy", l.line.ccy),
        C_I64("made_us", &l.line.made_us), C_TEXT("state", l.line.state),
        C_STR("detail", &l.line.detail),
        C_TEXT("provider_id", l.line.provider_id),
        C_STR("again_why", &l.line.again_why)
    };

    if (db_each(db, sql_errand_list, args, LEN(args), cols, LEN(cols),
                list_row, &l) < 0)
        return db_fail(db, e, "reading what people asked for");
    return 0;
}
