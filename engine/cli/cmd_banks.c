#include "cli/cmds.h"

#include "base/clock.h"
#include "cli/service.h"
#include "db/sql.h"
#include "db/txn.h"
#include "loaders/bank.h"

#define BANKS_MAX RULES_BANKS_MAX

const struct opt banks_opts[] = {
    { "refresh", NULL, "fetch the list again", false },
    SERVICE_OPT_ACCOUNT, { NULL, NULL, NULL, false }
};

struct bank_seen {
    char code[16], name[96];
};

/* A provider's list, as fetched or as stored. */
struct bank_list {
    int     n;
    struct bank_seen banks[BANKS_MAX];
    int64_t seen_us;
    struct bank_seen row;           /* while it is read from the database */
};

/* --- fetched, stored ------------------------------------------------------ */

static int
note_fetched(void *owner, const struct service_row *row, struct err *e)
{
    struct bank_list *l = owner;
    struct bank_seen *b = &l->banks[l->n];

    if (l->n == BANKS_MAX)
        return err_set(e, ERR_DATA, "the provider lists more than %d banks",
                       BANKS_MAX);
    if (str_copy(b->code, sizeof(b->code), str_of(row->id)) < 0
        || str_copy(b->name, sizeof(b->name), str_of(row->name)) < 0
        || b->code[0] == '\0')
        return err_set(e, ERR_DATA, "a bank of the provider's list has no "
                       "usable code: \"%.40s\"", row->name);
    l->n++;
    return 0;
}

struct storing {
    const struct account   *account;
    const struct bank_list *list;
};

static enum db_status
store_txn(struct db *db, void *cls)
{
    const struct storing *s = cls;
    struct str codes[BANKS_MAX], names[BANKS_MAX];
    size_t n = (size_t)s->list->n;
    const struct db_arg args[] = {
        A_TEXT(s->account->provider->name), A_BOOL(s->account->live),
        A_TEXTS(codes, n), A_TEXTS(names, n)
    };
    enum db_status st;

    for (size_t i = 0; i < n; i++) {
        codes[i] = str_of(s->list->banks[i].code);
        names[i] = str_of(s->list->banks[i].name);
    }
    st = db_do(db, sql_bank_put, args, LEN(args));
    return st < DB_NONE ? st : DB_OK;       /* none went: that is fine */
}

static int
fetch(struct asking *s, struct bank_list *l, struct err *e)
{
    struct storing storing = { s->account, l };

    l->n = 0;
    if (errand_ask(&s->errand, 0, note_fetched, l, e) < 0)
        return -1;
    if (l->n == 0)
        return err_set(e, ERR_UNAVAILABLE, "%s lists no banks; the list from "
                       "before stays", s->account->provider->name);
    if (db_txn(s->app->db, store_txn, &storing) != DB_OK)
        return db_fail(s->app->db, e, "storing the banks");
    return 0;
}

static int
note_stored(void *owner)
{
    struct bank_list *l = owner;

    if (l->n < BANKS_MAX)
        l->banks[l->n++] = l->row;
    return 0;
}

static int
read_stored(struct asking *s, struct bank_list *l, struct err *e)
{
    const struct db_arg args[] = {
        A_TEXT(s->account->provider->name), A_BOOL(s->account->live)
    };
    const struct db_col cols[] = {
        C_TEXT("code", l->row.code), C_TEXT("name", l->row.name),
        C_I64("seen_us", &l->seen_us)
    };

    l->n = 0;
    if (db_each(s->app->db, sql_bank_list, args, LEN(args), cols, LEN(cols),
                note_stored, l) < 0)
        return db_fail(s->app->db, e, "reading the banks");
    return 0;
}

/* --- against the table of ours -------------------------------------------- */

/* Where the words of a difference go: the screen, or a list. */
static void
tell(json_t *list, int *n, const char *code, const char *name,
     const char *what)
{
    char text[256];

    (*n)++;
    snprintf(text, sizeof(text), "%s \"%s\": %s", code, name, what);
    if (list != NULL)
        json_array_append_new(list, json_string(text));
    else
        printf("  %s\n", text);
}

static bool
listed(const struct bank_list *l, const char *code)
{
    for (int i = 0; i < l->n; i++)
        if (strcmp(l->banks[i].code, code) == 0)
            return true;
    return false;
}

/* A payroll names banks in the words of our table; the provider takes codes. */
static int
compare(const struct rules *rules, const struct bank_list *l, json_t *list,
        int *n, struct err *e)
{
    static struct bank_index ix;            /* large */
    const struct bank_name *b;

    if (rules->nbanks == 0)
        return 0;
    if (bank_index_make(&ix, rules, e) < 0)
        return -1;
    for (int i = 0; i < l->n; i++) {
        const struct bank_seen *seen = &l->banks[i];

        b = bank_find(&ix, str_of(seen->code));
        if (b == NULL)
            tell(list, n, seen->code, seen->name, "not in the table; add it "
                 "there to pay to it");
        else if ((b = bank_find(&ix, str_of(seen->name))) == NULL
                 || strcmp(b->code, seen->code) != 0)
            tell(list, n, seen->code, seen->name, b == NULL ?
                 "the table has the code, not this name for it" :
                 "the table gives this name another code");
    }
    for (int i = 0; i < rules->nbanks; i++)
        if ((i == 0 || strcmp(rules->banks[i].code,
                              rules->banks[i - 1].code) != 0)
            && !listed(l, rules->banks[i].code))
            tell(list, n, rules->banks[i].code, rules->banks[i].name,
                 "in the table only; the provider does not list it");
    return 0;
}

/* --- shown ---------------------------------------------------------------- */

static int
show_json(struct asking *s, const struct bank_list *l, const char *at,
          struct err *e)
{
    json_t *banks = json_array(), *differences = json_array();
    int n = 0;

    for (int i = 0; i < l->n; i++)
        json_array_append_new(banks, json_pack("{s:s, s:s}", "code",
                              l->banks[i].code, "name", l->banks[i].name));
    if (compare(&s->app->rules, l, differences, &n, e) < 0) {
        json_decref(banks);
        json_decref(differences);
        return -1;
    }
    return app_json(s->app, json_pack("{s:s, s:b, s:s, s:o, s:o}",
                    "provider", s->account->provider->name,
                    "live", s->account->live, "fetched_at", at,
                    "banks", banks, "differences", differences), e);
}

static int
show(struct asking *s, const struct bank_list *l, struct err *e)
{
    char at[CLOCK_ISO_BYTES];
    int n = 0;

    clock_iso(l->seen_us, at);
    if (s->app->json)
        return show_json(s, l, at, e);
    for (int i = 0; i < l->n; i++)
        printf("%6s  %s\n", l->banks[i].code, l->banks[i].name);
    printf("\n%d banks, fetched from %s at %s; again: payrun banks --refresh\n"
           "against the table (rules.yaml):\n", l->n,
           s->account->provider->name, at);
    if (compare(&s->app->rules, l, NULL, &n, e) < 0)
        return -1;
    if (n == 0)
        puts("  no difference");
    return 0;
}

int
cmd_banks(struct app *app, struct err *e)
{
    static struct bank_list l;              /* large */
    struct asking s;
    int rc = service_open(&s, app, NULL, SERVICE_BANKS, e);

    if (rc == 0 && !service_offered(s.account->provider, SERVICE_BANKS))
        rc = err_set(e, ERR_USAGE, "%s has no list of banks",
                     s.account->provider->name);
    if (rc == 0)
        rc = read_stored(&s, &l, e);
    if (rc == 0 && (l.n == 0 || args_has(&app->args, "refresh"))) {
        rc = fetch(&s, &l, e);
        if (rc == 0)
            rc = read_stored(&s, &l, e);
    }
    if (rc == 0)
        rc = show(&s, &l, e);
    service_close(&s);
    return rc;
}
