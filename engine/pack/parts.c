#include "pack/parts.h"

#include "intake/compare.h"
#include "pack/members.h"
#include "report/proof.h"

#define PART_BYTES_MAX (1024 * 1024)    /* none of them lists payments */

/* --- sums ----------------------------------------------------------------- */

static void
add_part(struct buf *b, const struct proof_part *p, bool by_amount)
{
    buf_text(b, "{\"name\":");
    buf_json(b, str_of(p->name));
    buf_printf(b, ",\"rows\":%lld", (long long)p->rows);
    if (by_amount)
        buf_printf(b, ",\"minor\":%lld", (long long)p->minor);
    buf_char(b, '}');
}

static void
add_hop(struct buf *b, const struct proof_hop *h)
{
    buf_text(b, " {\"hop\":");
    buf_json(b, str_of(h->key));
    buf_text(b, ",\"title\":");
    buf_json(b, str_of(h->title));
    buf_text(b, ",\"whole\":");
    add_part(b, &h->whole, h->by_amount);
    buf_text(b, ",\"parts\":[");
    for (int i = 0; i < h->nparts; i++) {
        if (i > 0)
            buf_char(b, ',');
        add_part(b, &h->part[i], h->by_amount);
    }
    buf_printf(b, "],\"off_rows\":%lld,\"off_minor\":%lld}",
               (long long)h->off_rows, (long long)h->off_minor);
}

static void
add_state(struct buf *b, const char *name, int64_t rows, int64_t minor)
{
    buf_printf(b, "%s\"%s\":{\"rows\":%lld,\"minor\":%lld}",
               strcmp(name, "paid") == 0 ? "" : ",", name, (long long)rows,
               (long long)minor);
}

int
parts_totals(struct archive *a, struct db *db, const struct run *run,
             struct err *e)
{
    struct run_sums s;
    struct proof p;
    struct buf b;
    int rc = -1;

    if (run_sums(db, run->run_id, &s, e) < 0)
        return -1;
    proof_make(&p, &s);
    buf_init(&b, PART_BYTES_MAX);
    buf_text(&b, "{\"ccy\":");
    buf_json(&b, str_of(run->ccy));
    buf_text(&b, ",\"states\":{");
    add_state(&b, "paid", s.paid_rows, s.paid_minor);
    add_state(&b, "failed", s.failed_rows, s.failed_minor);
    add_state(&b, "in_doubt", s.doubt_rows, s.doubt_minor);
    add_state(&b, "cancelled", s.cancelled_rows, s.cancelled_minor);
    add_state(&b, "in_flight", s.flight_rows, s.flight_minor);
    add_state(&b, "waiting", s.waiting_rows, s.waiting_minor);
    buf_printf(&b, "},\"charge_minor\":%lld,\"counters_tie\":%s,"
               "\"ties\":%s,\"hops\":[\n", (long long)s.charge_minor,
               p.counters_tie ? "true" : "false", p.ties ? "true" : "false");
    for (int i = 0; i < PROOF_HOPS; i++) {
        add_hop(&b, &p.hop[i]);
        buf_text(&b, i + 1 < PROOF_HOPS ? ",\n" : "\n]}\n");
    }
    rc = b.failed ? err_oom(e)
        : archive_whole(a, PACK_TOTALS, buf_view(&b), PROOF_HOPS, e);
    buf_release(&b);
    return rc;
}

/* --- the run before ------------------------------------------------------- */

static void
add_person(struct buf *b, const struct compare_person *p)
{
    buf_text(b, "{\"who\":");
    buf_json(b, str_of(p->who));
    buf_text(b, ",\"name\":");
    buf_json(b, str_of(p->name));
    buf_printf(b, ",\"line\":%lld,\"minor\":%lld,\"minor_before\":%lld,"
               "\"account\":", (long long)p->line, (long long)p->minor,
               (long long)p->minor_before);
    buf_json(b, str_of(p->account));
    buf_text(b, ",\"account_before\":");
    buf_json(b, str_of(p->account_before));
    buf_char(b, '}');
}

static void
add_sort(struct buf *b, const struct compare *c, int sort)
{
    buf_printf(b, " {\"change\":\"%s\",\"people\":%lld,\"first\":[",
               compare_sort_name((enum compare_sort)sort),
               (long long)c->count[sort]);
    for (int i = 0; i < c->named[sort]; i++) {
        if (i > 0)
            buf_char(b, ',');
        add_person(b, &c->list[sort][i]);
    }
    buf_text(b, sort + 1 < COMPARE_SORTS ? "]},\n" : "]}\n");
}

int
parts_compare(struct archive *a, struct db *db, const struct run *run,
              struct err *e)
{
    struct compare *c = calloc(1, sizeof(*c));      /* large */
    struct buf b;
    int rc = -1;

    buf_init(&b, PART_BYTES_MAX);
    if (c == NULL) {
        err_oom(e);
        goto out;
    }
    if (compare_runs(db, run, c, e) < 0)
        goto out;
    buf_text(&b, "{\"before\":");
    buf_json(&b, str_of(c->found ? c->before.ref : ""));
    buf_printf(&b, ",\"people\":%lld,\"people_before\":%lld,\"minor\":%lld,"
               "\"minor_before\":%lld,\"changes\":[\n", (long long)c->people,
               (long long)c->people_before, (long long)c->minor,
               (long long)c->minor_before);
    for (int i = 0; i < COMPARE_SORTS; i++)
        add_sort(&b, c, i);
    buf_text(&b, "]}\n");
    rc = b.failed ? err_oom(e)
        : archive_whole(a, "comparison.json", buf_view(&b), -1, e);
out:
    free(c);
    buf_release(&b);
    return rc;
}
