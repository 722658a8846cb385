#include "intake/known.h"

#include <endian.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "db/sql.h"

#define KEY_BYTES_MAX  64       /* an amount and an account; those have 24    */
#define ROW_BYTES_LEAST 16      /* of a file: "A B,0712345678,1\n"            */
#define AMOUNT_BYTES   sizeof(uint64_t)

void
known_forget(struct known *k)
{
    seen_release(&k->keys);
    *k = (struct known){ .nruns = 0 };
    seen_init(&k->keys, 0);
}

/* --- who they are ---------------------------------------------------------- */

struct listing {
    struct known *k;
    int64_t run_id, rows, all;
    char    ref[RUN_REF_BYTES];
    bool    too_many;
};

static int
listed(void *owner)
{
    struct listing *l = owner;

    l->too_many = l->too_many || l->k->nruns == KNOWN_RUNS_MAX;
    if (!l->too_many)
        l->k->runs[l->k->nruns++] = l->run_id;
    l->all += l->rows;
    return 0;
}

/* Is it worth it?  Beside many payments a small file is joined sooner than
 * they are read. */
static bool
worth_it(const struct listing *l, const struct intake_order *o)
{
    struct stat st;

    return l->k->nruns > 0 && !l->too_many && l->all <= KNOWN_ROWS_MAX
           && stat(o->path, &st) == 0
           && st.st_size / ROW_BYTES_LEAST >= l->all;
}

/* --- what they pay ---------------------------------------------------------- */

struct reading {
    struct known *k;
    struct str    keys;
};

static int
put(struct known *k, struct str key)
{
    const struct seen_at here = { .line = 1 };
    struct seen_at before = { .line = 0 };

    return seen_put(&k->keys, hash64(key), here, &before);
}

static int
read_keys(void *owner)
{
    struct reading *r = owner;
    const char *p = r->keys.p, *end = p + r->keys.len;

    while ((size_t)(end - p) > AMOUNT_BYTES) {
        const char *stop = memchr(p + AMOUNT_BYTES, '\0',
                                  (size_t)(end - p) - AMOUNT_BYTES);
        size_t n = (size_t)((stop != NULL ? stop : end) - p);

        /* without memory for all of them it can say nothing */
        if (put(r->k, (struct str){ p, n }) < 0)
            r->k->hit = true;
        p += stop != NULL ? n + 1 : n;
    }
    return 0;
}

enum db_status
known_read(struct known *k, struct db *db, const struct intake_order *o,
           int64_t run_id)
{
    struct listing l = { .k = k };
    struct reading r = { .k = k };
    const struct db_arg args[] = { A_TEXT(o->period), A_I64(run_id) };
    const struct db_col cols[] = {
        C_I64("run_id", &l.run_id), C_TEXT("ref", l.ref),
        C_I64("rows", &l.rows)
    };
    const struct db_col keys[] = { C_BYTES("keys", &r.keys) };
    enum db_status st;

    known_forget(k);
    st = db_each(db, sql_dup_neighbours, args, LEN(args), cols, LEN(cols),
                 listed, &l);
    if (st < 0 || !worth_it(&l, o)) {
        k->nruns = 0;
        return st < 0 ? st : DB_OK;
    }
    seen_reserve(&k->keys, l.all);
    for (int i = 0; i < k->nruns && st >= 0; i++) {
        const struct db_arg run[] = { A_I64(k->runs[i]) };

        st = db_stream(db, sql_dup_keys, run, LEN(run), keys, LEN(keys),
                       read_keys, &r);
    }
    return st < 0 ? st : DB_OK;
}

/* --- and the file ----------------------------------------------------------- */

void
known_look(struct known *k, struct str account, int64_t minor)
{
    char key[KEY_BYTES_MAX];
    uint64_t amount = htobe64((uint64_t)minor);

    if (k->nruns == 0 || k->hit)
        return;
    if (account.len > sizeof(key) - AMOUNT_BYTES) {
        k->hit = true;                  /* for all we know */
        return;
    }
    memcpy(key, &amount, AMOUNT_BYTES);
    memcpy(key + AMOUNT_BYTES, account.p, account.len);
    k->hit = seen_has(&k->keys, hash64((struct str){
        key, AMOUNT_BYTES + account.len }));
}

bool
known_clears(const struct known *k, int64_t run_id)
{
    for (int i = 0; i < k->nruns && !k->hit; i++)
        if (k->runs[i] == run_id)
            return true;
    return false;
}
