#include "cli/cmds.h"

#include "cli/outcome.h"
#include "cli/rows.h"
#include "reconcile/kinds.h"
#include "reconcile/reconcile.h"
#include "reconcile/watch.h"

#define EXIT_DIFFERS 5          /* something does not tie                     */
#define LATE_DAYS    3          /* M-Pesa books at once, banks in two or three
                                   days                                       */
#define WATCH_DAYS   7          /* reversals come within a week, as a rule    */

const struct opt reconcile_opts[] = {
    { "account", "NAME", "an account's days instead of a run", false },
    { "from", "YYYY-MM-DD", "the first day; default: 30 days ago", false },
    { "to", "YYYY-MM-DD", "the last day, included; default: today", false },
    { "tolerance", "CENTS", "a charge may differ by so much; wages never may; "
      "default: 0", false },
    { "late-days", "N", "later is late; default: 3", false },
    { "watch-days", "N", "so long paid payments are watched; default: 7",
      false },
    { NULL, NULL, NULL, false }
};

/* --- JSON ----------------------------------------------------------------- */

static json_t *
json_found(const struct found *f)
{
    const struct finding_kind *k = finding_kind(f->kind);

    return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, "
        "s:s, s:s, s:s, s:I, s:I, s:I, s:b}", "nr", f->nr, "kind", f->kind,
        "title", k != NULL ? k->title : "", "todo", k != NULL ? k->todo : "",
        "run", f->run_ref, "account", f->account, "book", f->book,
        "ours", json_money(f->ours_minor, f->ccy),
        "theirs", json_money(f->theirs_minor, f->ccy),
        "amount", json_money(f->minor, f->ccy),
        "moved", json_money(f->moved_minor, f->ccy),
        "heals_until", f->heals_until, "about", f->about, "detail", f->detail,
        "batch", (json_int_t)f->batch_id, "seq", (json_int_t)f->seq,
        "line", (json_int_t)f->line_id, "heals", k != NULL && k->heals);
}

static json_t *
json_proof(const struct proof *v)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:I}", "account", v->account, "book", v->book,
        "from", v->from, "to", v->until,
        "opening", v->has_balances ? json_money(v->opening, v->ccy)
                                   : json_null(),
        "in", json_money(v->in, v->ccy), "paid", json_money(v->paid, v->ccy),
        "charges", json_money(v->charges, v->ccy),
        "returned", json_money(v->returned, v->ccy),
        "closing", v->has_balances ? json_money(v->closing, v->ccy)
                                   : json_null(),
        "difference", v->has_balances ? json_money(v->difference, v->ccy)
                                      : json_null(),
        "ours", json_money(v->ours, v->ccy), "off", json_money(v->off, v->ccy),
        "explained", json_money(v->explained, v->ccy),
        "tolerated", json_money(v->tolerated, v->ccy),
        "tolerated_charges", (json_int_t)v->tolerated_charges);
}

static int
tell_json(struct app *app, const struct reconcile_result *r,
          const struct watched *w, struct err *e)
{
    json_t *found = json_array(), *proofs = json_array(), *hops = json_array();

    for (int i = 0; i < r->nfound; i++)
        json_array_append_new(found, json_found(&r->found[i]));
    for (int i = 0; i < r->nproofs; i++)
        json_array_append_new(proofs, json_proof(&r->proofs[i]));
    for (int i = 0; i < r->nhops; i++)
        json_array_append_new(hops, json_pack("{s:s, s:s, s:I, s:o}",
            "run", r->hops[i].run_ref, "hop", r->hops[i].hop,
            "rows", (json_int_t)r->hops[i].rows,
            "amount", json_money(r->hops[i].minor, r->hops[i].ccy)));
    return app_json(app, json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, "
        "s:I, s:I, s:i, s:i, s:i, s:o, s:o, s:o}", "reconciliation",
        (json_int_t)r->id,
        "from", r->from, "to", r->until,
        "payments", (json_int_t)r->payments, "lines", (json_int_t)r->lines,
        "matched", (json_int_t)r->matched,
        "findings", (json_int_t)r->findings,
        "new_breaks", (json_int_t)r->new_breaks,
        "healed_breaks", (json_int_t)r->healed_breaks,
        "open_breaks", (json_int_t)r->open_breaks,
        "came_back", w->back, "doubts_ended", w->ended, "reopened", w->reopened,
        "list", found, "balances", proofs, "three_way", hops), e);
}

/* What no finding and no tolerance accounts for. */
static int64_t
unexplained(const struct proof *v)
{
    return v->off - v->explained - v->tolerated;
}

/* --- text ----------------------------------------------------------------- */

static void
tell_hops(const struct reconcile_result *r)
{
    static const struct { const char *hop, *words; } names[] = {
        { "asked", "the file: asked for" },
        { "approved", "          approved" },
        { "book", "the book: payments" },
        { "sent", "the engine: left" },
        { "answered_paid", "            answered paid" },
        { "engine_paid", "            holds for paid" },
        { "moved", "provider or bank: moved" },
        { "moved_back", "                  came back" },
        { "charges_answered", "charges: answered" },
        { "charges_engine", "         the engine's" },
        { "charges_moved", "         on statements" }
    };
    char minor[MONEY_TEXT_BYTES];

    for (int i = 0; i < r->nhops; i++) {
        const struct hop *h = &r->hops[i];
        const char *words = h->hop;

        for (size_t n = 0; n < LEN(names); n++)
            if (strcmp(names[n].hop, h->hop) == 0)
                words = names[n].words;
        if (strcmp(h->hop, "asked") == 0)
            printf("%s\n", h->run_ref);
        printf("  %-28s %9lld %20s\n", words, (long long)h->rows,
               rows_money(h->minor, h->ccy, minor));
    }
}

static void
tell_amount(const char *words, int64_t minor, const char *ccy)
{
    char text[MONEY_TEXT_BYTES];

    printf("  %-28s %30s\n", words, rows_money(minor, ccy, text));
}

static void
tell_proof(const struct proof *v)
{
    printf("\naccount %s, %s's book, %s to %s\n", v->account, v->book, v->from,
           v->until);
    if (v->has_balances)
        tell_amount("opening balance", v->opening, v->ccy);
    tell_amount("+ came in", v->in, v->ccy);
    tell_amount("- paid", v->paid, v->ccy);
    tell_amount("- charges", v->charges, v->ccy);
    tell_amount("+ came back", v->returned, v->ccy);
    if (v->has_balances) {
        tell_amount("= closing balance", v->closing, v->ccy);
        tell_amount("difference", v->difference, v->ccy);
    } else {
        puts("  no balance: no statement tells one after the last line");
    }
    tell_amount("left by our book", v->ours, v->ccy);
    tell_amount("more by the statement", v->off, v->ccy);
    if (v->off != 0)
        tell_amount("explained by findings", v->explained, v->ccy);
    if (v->tolerated_charges > 0)
        tell_amount("charges within the tolerance", v->tolerated, v->ccy);
    if (unexplained(v) != 0)
        tell_amount("NOT EXPLAINED", unexplained(v), v->ccy);
}

static void
tell_found(const struct found *f)
{
    const struct finding_kind *k = finding_kind(f->kind);
    char price[MONEY_TEXT_BYTES], ours[MONEY_TEXT_BYTES];
    char theirs[MONEY_TEXT_BYTES];

    printf("\n%d. %s: %s\n   %s\n   %s\n", f->nr,
           k != NULL ? k->title : f->kind, rows_money(f->minor, f->ccy, price),
           f->about, f->detail);
    printf("   ours %s, theirs %s%s%s\n",
           rows_money(f->ours_minor, f->ccy, ours),
           rows_money(f->theirs_minor, f->ccy, theirs),
           f->heals_until[0] != '\0' ? "; may end by waiting until " : "",
           f->heals_until);
    if (k != NULL)
        printf("   %s\n", k->todo);
}

static bool
differs(const struct reconcile_result *r)
{
    for (int i = 0; i < r->nproofs; i++)
        if (unexplained(&r->proofs[i]) != 0
            || (r->proofs[i].has_balances && r->proofs[i].difference != 0))
            return true;
    return r->nfound > 0;
}

static void
tell(const struct reconcile_result *r)
{
    tell_hops(r);
    for (int i = 0; i < r->nproofs; i++)
        tell_proof(&r->proofs[i]);
    for (int i = 0; i < r->nfound; i++)
        tell_found(&r->found[i]);
    printf("\n%lld payments, %lld lines, %lld matched: ",
           (long long)r->payments, (long long)r->lines,
           (long long)r->matched);
    if (!differs(r))
        puts("everything ties");
    else
        printf("%lld finding%s\n", (long long)r->findings,
               r->findings == 1 ? "" : "s");
    if (r->id == 0)
        puts("an auditor changes nothing: not noted");
    else if (r->open_breaks > 0)
        printf("%lld break%s open, %lld of them new: payrun breaks\n",
               (long long)r->open_breaks, r->open_breaks == 1 ? " is" : "s are",
               (long long)r->new_breaks);
    if (r->healed_breaks > 0)
        printf("%lld ended by themselves\n", (long long)r->healed_breaks);
}

/* --- the command ---------------------------------------------------------- */

static int
numbers(const struct args *a, struct reconcile_order *o, struct err *e)
{
    int64_t late = 0, watch = 0;

    if (args_i64(a, "tolerance", 0, 0, 1000000, &o->tolerance_minor, e) < 0
        || args_i64(a, "late-days", LATE_DAYS, 0, 60, &late, e) < 0
        || args_i64(a, "watch-days", WATCH_DAYS, 0, 365, &watch, e) < 0)
        return -1;
    o->late_days = (int)late;
    o->watch_days = (int)watch;
    return 0;
}

static int
what(struct app *app, struct reconcile_order *o, struct run *run,
     struct err *e)
{
    const struct args *a = &app->args;
    const char *account = args_value(a, "account");

    if ((account != NULL) == (a->nplain > 0))
        return err_set(e, ERR_USAGE, "reconcile what? payrun reconcile RUN, "
                       "or payrun reconcile --account NAME");
    if (account == NULL) {
        if (app_run(app, run, e) < 0)
            return -1;
        o->run_id = run->run_id;
        return 0;
    }
    const struct account *acc = app_account(app, account, e);

    if (acc == NULL)
        return -1;
    o->account_id = acc->account_id;
    return reconcile_days(app->db, args_value(a, "from"), args_value(a, "to"),
                          o, e);
}

/* What a statement proves is the worker's to note: a login that is none leaves
 * it to one that is. */
static int
watch(struct app *app, const struct reconcile_result *r, struct watched *w,
      struct err *e)
{
    *w = (struct watched){ 0 };
    if (r->id == 0 || r->nfound == 0 || !db_may_become(app->db, DB_AS_WORKER))
        return 0;
    if (app_as(app, DB_AS_WORKER, e) < 0)
        return -1;
    return watch_take(app->db, r->id, app->me.name, w, e);
}

static void
tell_watched(const struct watched *w)
{
    if (w->back > 0)
        printf("%d paid payment%s came back, and %s noted as returned or "
               "reversed now\n", w->back, w->back == 1 ? "" : "s",
               w->back == 1 ? "is" : "are");
    if (w->ended > 0)
        printf("%d doubt%s ended: the statement has the receipt\n", w->ended,
               w->ended == 1 ? "" : "s");
    if (w->reopened > 0)
        printf("%d closed run%s open again\n", w->reopened,
               w->reopened == 1 ? " is" : "s are");
}

int
cmd_reconcile(struct app *app, struct err *e)
{
    struct reconcile_order o = { .run_id = 0 };
    struct reconcile_result r = { .id = 0 };
    struct watched w;
    struct run run;
    int rc = -1;

    if (app_db(app, e) < 0 || app_me(app, e) < 0
        || numbers(&app->args, &o, e) < 0 || what(app, &o, &run, e) < 0)
        return -1;
    o.person = app->me.name;
    o.keep = strcmp(app->me.role, "auditor") != 0;
    if (reconcile(app->db, &o, &r, e) < 0 || watch(app, &r, &w, e) < 0)
        goto out;
    rc = differs(&r) ? EXIT_DIFFERS : EXIT_DONE;
    if (app->json && tell_json(app, &r, &w, e) < 0)
        rc = -1;
    if (!app->json) {
        tell(&r);
        tell_watched(&w);
    }
out:
    reconcile_release(&r);
    return rc;
}
