#include "intake/compare.h"

#include "db/sql.h"

static const char *const sorts[] = {
    [COMPARE_NEW] = "new", [COMPARE_LEFT] = "left", [COMPARE_MOVED] = "moved",
    [COMPARE_RISEN] = "risen", [COMPARE_FALLEN] = "fallen"
};

const char *
compare_sort_name(enum compare_sort s)
{
    return s < COMPARE_SORTS ? sorts[s] : "";
}

struct reading {
    struct compare *out;
    char sort[16];
    int64_t nr, line, minor, minor_before;
    struct str who, name, account, account_before;
};

/* As much as fits, without half a character at the end. */
static void
cut_copy(char *to, size_t bytes, struct str s)
{
    if (s.len >= bytes) {
        s.len = bytes - 1;
        while (s.len > 0 && ((unsigned char)s.p[s.len] & 0xC0) == 0x80)
            s.len--;
    }
    (void)str_copy(to, bytes, s);
}

static void
name_one(const struct reading *r, int sort)
{
    struct compare *c = r->out;
    struct compare_person *p = NULL;

    if (c->named[sort] >= COMPARE_NAMED_MAX)
        return;
    p = &c->list[sort][c->named[sort]++];
    p->line = r->line;
    p->minor = r->minor;
    p->minor_before = r->minor_before;
    cut_copy(p->who, sizeof(p->who), r->who);
    cut_copy(p->name, sizeof(p->name), r->name);
    cut_copy(p->account, sizeof(p->account), r->account);
    cut_copy(p->account_before, sizeof(p->account_before), r->account_before);
}

static int
person_row(void *owner)
{
    const struct reading *r = owner;

    if (strcmp(r->sort, "people") == 0) {
        r->out->people = r->minor;
        r->out->people_before = r->minor_before;
        return 0;
    }
    for (int s = 0; s < COMPARE_SORTS; s++) {
        if (strcmp(r->sort, sorts[s]) != 0)
            continue;
        if (r->nr == 0)
            r->out->count[s] = r->minor;
        else
            name_one(r, s);
        return 0;
    }
    return -1;
}

static enum db_status
read_people(struct db *db, int64_t now, int64_t before, struct compare *out)
{
    struct reading r = { .out = out };
    const struct db_arg args[] = {
        A_I64(now), A_I64(before), A_I64(COMPARE_NAMED_MAX)
    };
    const struct db_col cols[] = {
        C_TEXT("sort", r.sort), C_I64("nr", &r.nr), C_STR("who", &r.who),
        C_STR("name", &r.name), C_I64("line_no", &r.line),
        C_I64("minor", &r.minor), C_I64("minor_before", &r.minor_before),
        C_STR("account", &r.account),
        C_STR("account_before", &r.account_before)
    };

    return db_each(db, sql_compare_people, args, LEN(args), cols, LEN(cols),
                   person_row, &r);
}

int
compare_runs(struct db *db, const struct run *run, struct compare *out,
             struct err *e)
{
    int64_t before = 0;
    const struct db_arg args[] = { A_I64(run->run_id) };
    const struct db_col cols[] = { C_I64("run_id", &before) };
    enum db_status st;

    *out = (struct compare){ 0 };
    st = db_one(db, sql_run_before, args, LEN(args), cols, LEN(cols));
    if (st == DB_NONE)
        return 0;
    if (st < 0)
        return db_fail(db, e, "looking for the run before");
    if (run_by_id(db, before, &out->before) != DB_OK
        || read_people(db, run->run_id, before, out) < 0)
        return db_fail(db, e, "comparing with the run before");
    out->found = true;
    out->minor = run->minor;
    out->minor_before = out->before.minor;
    return 0;
}
