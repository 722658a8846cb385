#include "dispatch/relist.h"

#include "base/arena.h"
#include "base/clock.h"
#include "loaders/phone.h"
#include "providers/reference.h"

#define RELIST_ARENA_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define DAY_US INT64_C(86400000000)

struct relisting {
    const struct account *account;
    struct arena arena;             /* their text                             */
    struct lineage_line *lines;
    size_t n, room;
};

static struct str
kept(struct relisting *r, struct str s, bool *failed)
{
    char *p = s.len == 0 ? NULL : arena_alloc(&r->arena, s.len + 1);

    if (s.len == 0)
        return STR("");
    if (p == NULL || str_copy(p, s.len + 1, s) < 0) {
        *failed = true;
        return STR("");
    }
    return (struct str){ p, s.len };
}

/* Phones in the one form the book has; other accounts as they stand. */
static struct str
payee_of(const struct service_row *row, char phone[PHONE_BYTES])
{
    struct str kind = str_of(row->kind), payee = str_trim(str_of(row->account));
    int digits = 0;

    if (str_eq(kind, STR("PESALINK")) || str_eq(kind, STR("MPESA-B2B")))
        return payee;
    return phone_read(payee, phone, &digits) == PHONE_FINE ? str_of(phone)
                                                           : payee;
}

/* What was cancelled before it was released is no sign that it was sent. */
static bool
is_cancelled(const struct provider *p, const struct service_row *row)
{
    const struct code_row *known = provider_item_code(p, row->state);

    return known != NULL && known->fate == (int)ITEM_CANCELLED;
}

static const char *
fate_of(const struct provider *p, const struct service_row *row)
{
    if (p->two_phase && is_cancelled(p, row))
        return "cancelled";
    switch (row->fate) {
    case SERVICE_OPEN:   return "open";
    case SERVICE_DONE:   return "paid";
    case SERVICE_FAILED: return "failed";
    case SERVICE_UNCLEAR:
    case SERVICE_SAYS_NOTHING:
        break;
    }
    return "unclear";
}

static int
relist_row(void *owner, const struct service_row *row, struct err *e)
{
    struct relisting *r = owner;
    bool two_phase = r->account->provider->two_phase, failed = false;
    struct str link = str_of(row->link);
    struct lineage_line *grown = r->lines, *l = NULL;
    char phone[PHONE_BYTES];

    if (r->n == r->room) {
        grown = realloc(r->lines, (r->room * 2 + 256) * sizeof(*grown));
        if (grown == NULL || r->n >= LINEAGE_LINES_MAX)
            return err_set(e, ERR_DATA, "it lists more than %d payments",
                           LINEAGE_LINES_MAX);
        r->lines = grown;
        r->room = r->room * 2 + 256;
    }
    l = &r->lines[r->n++];
    *l = (struct lineage_line){
        .provider_id = kept(r, str_of(row->id), &failed),
        .at = kept(r, str_of(row->at), &failed),
        .payee = kept(r, payee_of(row, phone), &failed),
        .name = kept(r, str_trim(str_of(row->name)), &failed),
        .reference = kept(r, str_of(row->reference), &failed),
        .receipt = kept(r, str_of(row->label), &failed),
        .token = two_phase ? STR("") : kept(r, link, &failed),
        .file = two_phase ? kept(r, link, &failed) : STR(""),
        .code = kept(r, str_of(row->state), &failed),
        .words = kept(r, str_of(row->text), &failed),
        .fate = fate_of(r->account->provider, row), .minor = row->minor,
        .charge_minor = row->charge_minor
    };
    if (reference_read(str_of(row->reference), &l->ref_batch, &l->ref_seq) < 0)
        l->ref_batch = l->ref_seq = 0;
    return failed ? err_oom(e) : 0;
}

int
relist(struct errand *n, const struct lineage_hold *hold, struct err *e)
{
    struct relisting r = { .account = n->account };
    char since[CLOCK_ISO_BYTES], why[ERR_TEXT_BYTES];
    int rc = -1, listed = -1;

    arena_init(&r.arena, RELIST_ARENA_BYTES_MAX);
    /* a day more: nobody says in which zone the provider counts days */
    clock_iso(hold->since_us > DAY_US ? hold->since_us - DAY_US : 0, since);
    since[strlen("2026-11-01")] = '\0';
    n->service = SERVICE_PAYOUTS;
    n->ask = (struct service_ask){ .ccy = n->account->ccy, .since = since };
    listed = errand_ask(n, 0, relist_row, &r, e);
    if (listed > 0)
        err_set(e, ERR_DATA, "the list is longer than %d pages",
                ERRAND_PAGES_MAX);
    if (listed == 0) {
        rc = lineage_list_store(n->db, hold->hold_id, n->account->account_id,
                                r.lines, r.n, e);
    } else {
        snprintf(why, sizeof(why), "%s", e->text[0] != '\0' ? e->text
                                                            : "no answer");
        rc = lineage_list_failed(n->db, hold->hold_id, n->account->account_id,
                                 why, e) < 0 ? -1 : 1;
    }
    n->ask = (struct service_ask){ .ccy = n->account->ccy };
    arena_release(&r.arena);
    free(r.lines);
    return rc;
}
