#include "cli/cmds.h"

#include "book/ceiling.h"
#include "money/money.h"

const struct opt limits_set_opts[] = {
    { "payment", "AMOUNT|none", "the most one payment may be", false },
    { "run", "AMOUNT|none", "the most one run may pay", false },
    { "day", "AMOUNT|none", "the most that may be paid on one day (Nairobi)",
      false },
    { "account", "NAME", "of this account; default: all of them together",
      false },
    { "currency", "CCY", "all accounts of which currency; default: KES",
      false },
    { "reason", "TEXT", "why; others read it", false },
    { NULL, NULL, NULL, false }
};

/* --- showing -------------------------------------------------------------- */

struct listing {
    json_t *list;
    bool    json;
    char    place[USER_NAME_BYTES_MAX + 32];    /* the one whose title stands */
    int     n, proposed;
};

static void
amount(int64_t minor, const char *ccy, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    if (minor == 0)
        (void)str_copy(out, MONEY_TEXT_BYTES, STR("none"));
    else
        money_text(m, out);
}

static json_t *
json_limit(const struct ceiling *c)
{
    return json_pack(
        "{s:I, s:s, s:b, s:s, s:s, s:s, s:o*, s:o*, s:o*, s:s, s:s, s:s%}",
        "limit", (json_int_t)c->id, "account", c->account, "live", c->live,
        "currency", c->ccy, "of", c->what, "state", c->state,
        "amount", c->minor != 0 ? json_money(c->minor, c->ccy) : NULL,
        "before", c->before_minor != 0 ? json_money(c->before_minor, c->ccy)
                                       : NULL,
        "today", strcmp(c->what, "day") == 0 ? json_money(c->spent, c->ccy)
                                             : NULL,
        "proposed_by", c->proposed_by, "agreed_by", c->agreed_by,
        "why", c->why.p != NULL ? c->why.p : "", c->why.len);
}

static int
note_limit(void *owner, const struct ceiling *c)
{
    struct listing *l = owner;
    char place[sizeof(l->place)], most[MONEY_TEXT_BYTES];
    char other[MONEY_TEXT_BYTES];

    l->n++;
    if (l->json)
        return json_array_append_new(l->list, json_limit(c));
    snprintf(place, sizeof(place), "%s%s%s",
             c->account[0] != '\0' ? "account " : "all accounts, ",
             c->account[0] != '\0' ? c->account : c->ccy,
             c->live ? " (LIVE)" : " (sandbox)");
    if (strcmp(place, l->place) != 0)
        printf("%s%s\n", l->n > 1 ? "\n" : "", place);
    memcpy(l->place, place, sizeof(place));
    amount(c->minor, c->ccy, most);
    if (strcmp(c->state, "proposed") == 0) {
        l->proposed++;
        amount(c->before_minor, c->ccy, other);
        printf("  %-8s  PROPOSED by %s: %s instead of %s (%.*s)\n"
               "            another person: payrun limits agree %lld\n",
               c->what, c->proposed_by, most, other, STR_ARG(c->why),
               (long long)c->id);
        return 0;
    }
    printf("  %-8s  %s", c->what, most);
    if (c->id != 0)
        printf("  (limit %lld, %s%s%s: %.*s)", (long long)c->id,
               c->proposed_by, c->agreed_by[0] != '\0' ? ", " : "",
               c->agreed_by, STR_ARG(c->why));
    if (strcmp(c->what, "day") == 0 && c->spent > 0) {
        amount(c->spent, c->ccy, other);
        printf("; today %s", other);
    }
    putchar('\n');
    return 0;
}

int
cmd_limits(struct app *app, struct err *e)
{
    struct listing l = { .json = app->json };
    int rc = app_db(app, e);

    l.list = json_array();
    if (rc == 0)
        rc = ceiling_each(app->db, note_limit, &l, e);
    if (rc == 0 && app->json)
        rc = app_json(app, json_pack("{s:O}", "limits", l.list), e);
    else if (rc == 0 && l.n == 0)
        puts("no account is known yet, so there is nothing to limit");
    json_decref(l.list);
    return rc;
}

/* --- changing ------------------------------------------------------------- */

/* "none", or an amount of the currency. */
static int
read_amount(const char *flag, const char *text, const char *ccy,
            int64_t *minor, struct err *e)
{
    struct amount_text got = { 0, AMOUNT_UNDECIDED };

    *minor = 0;
    if (strcmp(text, "none") == 0)
        return 0;
    if (amount_read(&got, str_trim(str_of(text)), AMOUNT_DOT, ccy,
                    ccy_decimals(ccy)) != AMOUNT_FINE || got.minor <= 0) {
        err_set(e, ERR_USAGE, "--%s \"%s\" is not an amount of %s", flag,
                text, ccy);
        return err_fix(e, "write it as 1500000.00, or none");
    }
    *minor = got.minor;
    return 0;
}

static int
tell_set(struct app *app, const struct ceiling_ask *a, int64_t id,
         enum ceiling_fate fate, json_t *list)
{
    static const char *const words[] = {
        [CEILING_IN_FORCE] = "in_force", [CEILING_PROPOSED] = "proposed",
        [CEILING_SAME] = "same"
    };
    char most[MONEY_TEXT_BYTES];
    const char *what = ceiling_what_name(a->what);

    if (app->json)
        return json_array_append_new(list, json_pack("{s:I, s:s, s:s}",
                                     "limit", (json_int_t)id, "of", what,
                                     "state", words[fate]));
    amount(a->minor, a->ccy, most);
    switch (fate) {
    case CEILING_IN_FORCE:
        printf("%s: %s from now on (limit %lld)\n", what, most,
               (long long)id);
        break;
    case CEILING_PROPOSED:
        printf("%s: %s is proposed (limit %lld); it allows more than before, "
               "so another person, an admin or a checker, agrees:\n"
               "  payrun limits agree %lld\n", what, most, (long long)id,
               (long long)id);
        break;
    case CEILING_SAME:
        printf("%s: %s already\n", what, most);
        break;
    }
    return 0;
}

/* Whose limit: an account the book knows, or all of a currency. */
static int
find_place(struct app *app, struct ceiling_ask *a, char ccy[4], struct err *e)
{
    const char *text = args_value(&app->args, "currency");

    a->account = args_value(&app->args, "account");
    a->live = app->live;
    a->ccy = ccy;
    if (a->account != NULL)
        return ceiling_account(app->db, a->account, &a->live, ccy, e) < 0
            ? -1 : app_env(app, a->live, a->account, e);
    a->account = "";
    if (str_copy(ccy, 4, str_of(text != NULL ? text : "KES")) < 0
        || ccy_decimals(ccy) < 0)
        return err_set(e, ERR_USAGE, "--currency \"%s\" is no currency payrun "
                       "knows", text);
    return 0;
}

int
cmd_limits_set(struct app *app, struct err *e)
{
    struct ceiling_ask a = { .why = args_value(&app->args, "reason") };
    enum ceiling_fate fate = CEILING_SAME;
    char ccy[4] = "";
    json_t *list = json_array();
    int64_t id = 0;
    int rc = -1, n = 0;

    if (app_me(app, e) < 0 || find_place(app, &a, ccy, e) < 0)
        goto out;
    for (int w = CEILING_PAYMENT; w <= CEILING_DAY; w++) {
        const char *flag = ceiling_what_name((enum ceiling_what)w);
        const char *text = args_value(&app->args, flag);

        if (text == NULL)
            continue;
        a.what = (enum ceiling_what)w;
        n++;
        if (read_amount(flag, text, ccy, &a.minor, e) < 0
            || ceiling_propose(app->db, &a, app->me.name, &id, &fate, e) < 0
            || tell_set(app, &a, id, fate, list) < 0)
            goto out;
    }
    if (n == 0) {
        err_set(e, ERR_USAGE, "say which limit: --payment, --run or --day");
        err_fix(e, "payrun limits set --day 5000000 --reason \"...\"");
        goto out;
    }
    rc = app->json ? app_json(app, json_pack("{s:O}", "limits", list), e) : 0;
out:
    json_decref(list);
    return rc;
}

static int
answer(struct app *app, bool agrees, struct err *e)
{
    int64_t id = 0;

    if (str_i64(&id, str_of(app->args.plain[0])) < 0 || id <= 0) {
        err_set(e, ERR_USAGE, "\"%s\" is no number of a limit",
                app->args.plain[0]);
        return err_fix(e, "payrun limits shows them");
    }
    if (app_me(app, e) < 0
        || ceiling_answer(app->db, id, agrees, app->me.name, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I, s:s}", "limit", (json_int_t)id,
                        "state", agrees ? "in_force" : "refused"), e);
    printf(agrees ? "limit %lld is in force\n" : "limit %lld is refused\n",
           (long long)id);
    return 0;
}

int
cmd_limits_agree(struct app *app, struct err *e)
{
    return answer(app, true, e);
}

int
cmd_limits_refuse(struct app *app, struct err *e)
{
    return answer(app, false, e);
}
