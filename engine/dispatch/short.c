#include "dispatch/short.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "db/sql.h"
#include "money/money.h"

struct need {
    int64_t group_no, minor, charges;
    char    name[GROUP_NAME_BYTES];
    bool    behind;             /* one ahead of it is still being paid        */
    char    closed[USER_NAME_BYTES_MAX];    /* an account it needs, or ""     */
    char    note[ERR_TEXT_BYTES];
};

struct needs {
    struct need one, *list;
    int n;
};

static int
note_need(void *owner)
{
    struct needs *s = owner;

    if (s->n == RUN_GROUPS_MAX)
        return -1;
    s->list[s->n++] = s->one;
    return 0;
}

static enum db_status
read_needs(struct db *db, const struct short_look *l, struct needs *s)
{
    struct need *o = &s->one;
    const struct db_arg args[] = { A_I64(l->account_id), A_I64(l->run_id) };
    const struct db_col cols[] = {
        C_I64("group_no", &o->group_no), C_TEXT("name", o->name),
        C_I64("minor", &o->minor), C_I64("charges", &o->charges),
        C_BOOL("behind", &o->behind), C_TEXT("closed", o->closed),
        C_TEXT("note", o->note)
    };

    return db_each(db, sql_short_need, args, LEN(args), cols, LEN(cols),
                   note_need, s);
}

static const char *
words(const struct short_look *l, int64_t minor, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor > 0 ? minor : 0 };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(l->ccy));
    money_text(m, out);
    return out;
}

/*
 * Why a group does not go; "": it does.  ${first} is the one that waits ahead
 * of it, NULL when none does.
 */
static void
why_not(const struct short_look *l, const struct need *n,
        const struct need *first, char note[ERR_TEXT_BYTES])
{
    char is[MONEY_TEXT_BYTES], want[MONEY_TEXT_BYTES], less[MONEY_TEXT_BYTES];
    int64_t need = n->minor + n->charges;
    int64_t have = l->free_minor > 0 ? l->free_minor : 0;

    note[0] = '\0';
    if (need == 0)
        return;
    if (first != NULL && strcmp(l->policy, "priority") == 0)
        snprintf(note, ERR_TEXT_BYTES, "waits behind %s", first->name);
    else if (n->closed[0] != '\0')
        snprintf(note, ERR_TEXT_BYTES, "account %s is stopped: payrun resume "
                 "when that is mended", n->closed);
    else if (l->asked && l->free_minor < need)
        snprintf(note, ERR_TEXT_BYTES, "short by %s: %s are free, %s are "
                 "needed with charges.", words(l, need - have, less),
                 words(l, have, is), words(l, need, want));
}

static void
add_why(struct short_look *l, const char *lead, const char *name,
        const char *note)
{
    size_t at = strlen(l->why);

    snprintf(l->why + at, sizeof(l->why) - at, "%s%s %s%s%s",
             at > 0 ? "; " : "", lead, name, note[0] != '\0' ? ": " : "",
             note);
}

static enum db_status
mark(struct db *db, struct short_look *l, const struct need *n, bool covered,
     const char *note)
{
    const struct db_arg args[] = {
        A_I64(l->run_id), A_I64(l->account_id), A_I64(n->group_no),
        A_BOOL(covered), A_TEXT(note)
    };

    /* Amounts move with every look; that it waits is news only once. */
    l->news = l->news || covered || (n->note[0] == '\0' && note[0] != '\0');
    if (covered || note[0] != '\0')
        add_why(l, covered ? "covered:" : "waits:", n->name, note);
    return db_do(db, sql_short_mark, args, LEN(args));
}

static enum db_status
decide(struct db *db, struct short_look *l, const struct needs *s)
{
    const struct need *first = NULL;
    enum db_status st = DB_OK;

    for (int i = 0; i < s->n && st >= DB_NONE; i++) {
        const struct need *n = &s->list[i];
        char note[ERR_TEXT_BYTES];
        bool later = !l->asked && n->behind && n->minor > 0;

        why_not(l, n, first, note);
        if (note[0] == '\0' && !later) {
            l->covered++;
            l->free_minor -= n->minor + n->charges;
        } else {
            l->waits++;
            first = first == NULL ? n : first;
        }
        st = mark(db, l, n, note[0] == '\0' && !later, note);
    }
    return st;
}

enum db_status
short_decide(struct db *db, struct short_look *l)
{
    struct needs s = { .list = calloc(RUN_GROUPS_MAX, sizeof(*s.list)) };
    int64_t waits = 0;
    enum db_status st;

    l->covered = l->waits = 0;
    l->news = false;
    l->why[0] = '\0';
    if (s.list == NULL)
        return DB_SOFT;
    if ((st = read_needs(db, l, &s)) >= DB_NONE
        && (st = decide(db, l, &s)) >= DB_NONE) {
        const struct db_arg args[] = {
            A_I64(l->run_id), A_I64(l->account_id),
            A_I64(l->asked ? SHORT_LOOK_MS : SHORT_NEXT_MS)
        };
        const struct db_col cols[] = { C_I64("waits", &waits) };

        st = db_one(db, sql_short_marked, args, LEN(args), cols, LEN(cols));
    }
    free(s.list);
    return st;
}
