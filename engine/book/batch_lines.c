#include "book/batch.h"

#include "book/digest.h"
#include "db/sql.h"
#include "providers/reference.h"

struct reading {
    const struct batch *b;
    struct arena *arena;
    struct pay_line *lines;
    int n;
    struct sha256 hash;
    struct digest_row row;          /* where the columns are read into */
    char ccy[4];
    int64_t minor, part, parts;     /* NULL is read as 0 */
    int seq;
};

/* A copy in the arena; nothing stays nothing. */
static int
keep(struct reading *r, struct str *out, struct str s)
{
    *out = (struct str){ NULL, 0 };
    if (s.len == 0)
        return 0;
    *out = arena_str(r->arena, s);
    return out->p != NULL ? 0 : -1;
}

static int
line_row(void *owner)
{
    struct reading *r = owner;
    struct digest_row *d = &r->row;
    struct pay_line *l = NULL;

    d->seq = r->seq;
    d->minor = r->minor;
    d->rail = r->b->rail;
    d->ccy = r->ccy;
    d->part = (int)r->part;
    d->parts = (int)r->parts;
    digest_row_add(&r->hash, d);
    /* More rows than the batch has are only counted: it fails below. */
    if (r->n++ >= r->b->rows)
        return 0;
    l = &r->lines[r->n - 1];
    l->seq = r->seq;
    l->minor = r->minor;
    reference_write(r->b->batch_id, r->seq, l->reference);
    if (keep(r, &l->account, d->account) < 0
        || keep(r, &l->name, d->name) < 0
        || keep(r, &l->narration, d->narration.len > 0
                ? d->narration : str_of(r->b->narration)) < 0
        || keep(r, &l->bank_code, d->bank_code) < 0
        || keep(r, &l->account_reference, d->account_reference) < 0
        || keep(r, &l->id_number, d->id_number) < 0)
        return -1;
    return 0;
}

enum db_status
batch_lines(struct db *db, const struct batch *b, struct arena *arena,
            struct pay_line **lines, unsigned char digest[SHA256_BYTES])
{
    struct reading r = { .b = b, .arena = arena };
    struct digest_row *d = &r.row;
    const struct db_arg args[] = { A_I64(b->batch_id) };
    const struct db_col cols[] = {
        C_INT("seq", &r.seq), C_I64("minor", &r.minor), C_TEXT("ccy", r.ccy),
        C_STR("account", &d->account), C_STR_NULL("bank_code", &d->bank_code),
        C_STR_NULL("account_reference", &d->account_reference),
        C_STR("name", &d->name), C_STR_NULL("narration", &d->narration),
        C_STR_NULL("reference", &d->reference),
        C_STR_NULL("id_number", &d->id_number),
        C_STR_NULL("employee_no", &d->employee_no),
        C_I64_NULL("part", &r.part), C_I64_NULL("parts", &r.parts)
    };
    enum db_status st;

    *lines = NULL;
    r.lines = arena_alloc(arena, (size_t)b->rows * sizeof(*r.lines));
    if (r.lines == NULL)
        return DB_HARD;
    sha256_init(&r.hash);
    st = db_each(db, sql_batch_lines, args, LEN(args), cols, LEN(cols),
                 line_row, &r);
    if (st < 0)
        return st;
    sha256_end(&r.hash, digest);
    /* A digest says nothing about lines that were never filled. */
    if (r.n != b->rows)
        return DB_NONE;
    *lines = r.lines;
    return DB_OK;
}
