#include "cli/gone.h"

#include "book/lineage_left.h"
#include "money/money.h"

static int
host_row(void *owner, const struct lineage_host *n)
{
    struct gone *g = owner;

    g->silent += !n->whole && !n->excused;
    g->excused += n->excused;
    json_array_append_new(g->hosts, json_pack(
        "{s:s, s:b, s:b, s:b, s:I, s:I, s:s}", "host", n->host, "read",
        n->read, "whole", n->whole, "excused", n->excused, "entries",
        (json_int_t)n->entries, "unknown", (json_int_t)n->unknown, "note",
        n->note));
    if (g->app->json)
        return 0;
    if (n->excused)
        printf("  journal of %s: lost, somebody says: only lists tell what "
               "left from there\n", n->host);
    else if (!n->read)
        printf("  journal of %s: NOT READ YET\n", n->host);
    else
        printf("  journal of %s: %lld batches left, %lld of them unknown "
               "here%s%s\n", n->host, (long long)n->entries,
               (long long)n->unknown, n->whole ? "" : "; NOT WHOLE: ",
               n->note);
    return 0;
}

static int
run_row(void *owner, const struct lineage_gone *n)
{
    struct gone *g = owner;
    struct money m = { .minor = n->minor };
    char amount[MONEY_TEXT_BYTES];

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(n->ccy));
    money_text(m, amount);
    if (!n->here)
        g->lost += n->rows;
    json_array_append_new(g->runs, json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:o}", "run", n->run_ref,
        "period", n->period, "kind", n->kind, "account", n->account, "here",
        n->here, "batches", (json_int_t)n->batches, "payments",
        (json_int_t)n->rows, "total", json_money(n->minor, n->ccy)));
    if (g->app->json)
        return 0;
    printf("  left %s: %lld payments, %s, of run %s (%s, %s): %s\n",
           n->account, (long long)n->rows, amount, n->run_ref, n->period,
           n->kind, n->here ? "the book has them as not sent; they go in "
           "doubt, unless the provider lists them" : "LOST HERE; an upload of "
           "these payees is stopped (PR-DUP-007)");
    return 0;
}

int
gone_read(struct app *app, int64_t hold_id, struct gone *out, struct err *e)
{
    *out = (struct gone){
        .app = app, .hosts = json_array(), .runs = json_array()
    };
    return lineage_hosts(app->db, hold_id, host_row, out, e) < 0
        || lineage_gone(app->db, hold_id, run_row, out, e) < 0 ? -1 : 0;
}

void
gone_release(struct gone *g)
{
    json_decref(g->hosts);
    json_decref(g->runs);
    *g = (struct gone){ .app = NULL };
}
