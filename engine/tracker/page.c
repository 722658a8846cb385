#include "tracker/page.h"

#include "base/log.h"
#include "db/sql.h"
#include "dispatch/token.h"
#include "tracker/group.h"

/* A page of rows, and what settling its batches takes. */
#define PAGE_ARENA_BYTES_MAX ((size_t)32 * 1024 * 1024)

struct work {
    struct page   *page;
    struct arena   arena;
    struct listed *rows;
    int            n;
    int            unproven;    /* a token of a batch of ours, but not its */

    int64_t        batch_id;    /* columns are read into these             */
    int            attempt_no, seq;
    struct str     key, id;
    bool           is_last;
};

/* --- reading -------------------------------------------------------------- */

static enum page_end
unreadable(struct work *w, const char *why)
{
    snprintf(w->page->why, sizeof(w->page->why), "%s", why);
    return PAGE_UNREADABLE;
}

static enum page_end
read_rows(struct work *w)
{
    struct page *p = w->page;
    const struct provider *provider = p->f->lane->account->provider;
    struct str body = buf_view(&p->f->reply.body);
    struct err e = { 0 };
    size_t at = 0;
    int more = 0;

    if (provider->read_page(&p->head, body, &e) < 0)
        return unreadable(w, e.text);
    w->rows = arena_alloc(&w->arena, LIST_ROWS_MAX * sizeof(*w->rows));
    if (w->rows == NULL)
        return unreadable(w, "out of memory");
    at = p->head.rows_at;
    while (w->n < LIST_ROWS_MAX
           && (more = provider->read_row(&w->rows[w->n].row, body, &at)) > 0)
        w->n++;
    if (more < 0)
        return unreadable(w, "a row of it cannot be read");
    p->nrows = w->n;
    return PAGE_TAKEN;
}

/* Newest first is what the provider does, not what it promises: only when the
 * page goes down in time does its last row say where the page ends. */
static bool
is_passed(const struct work *w)
{
    int64_t first = 0, last = 0;

    for (int i = 0; i < w->n; i++) {
        int64_t s = w->rows[i].row.made_s;

        if (s > 0 && first == 0)
            first = s;
        if (s > 0)
            last = s;
    }
    return last > 0 && first >= last && last < w->page->since_s;
}

/* --- whose they are ------------------------------------------------------- */

static int
key_row(void *cls)
{
    struct work *w = cls;

    if (w->key.len != TOKEN_KEY_BYTES)
        return -1;
    for (int i = 0; i < w->n; i++) {
        struct listed *r = &w->rows[i];

        if (r->ours || r->batch_id != w->batch_id
            || !token_is((const unsigned char *)w->key.p, r->batch_id, r->seq,
                         str_of(r->row.token)))
            continue;
        r->ours = true;
        r->attempt_no = w->attempt_no;
        r->is_last = w->is_last;
    }
    return 0;
}

/* A payment of ours cannot have come in: what did, only names one. */
static bool
goes_in(const struct listed *r)
{
    return strcmp(r->row.method_of, "c2b") == 0;
}

static enum db_status
by_token(struct db *db, struct work *w)
{
    int64_t ids[LIST_ROWS_MAX];
    size_t n = 0;
    enum db_status st = DB_OK;

    for (int i = 0; i < w->n; i++) {
        struct listed *r = &w->rows[i];

        if (!goes_in(r) && token_read(str_of(r->row.token), &r->batch_id,
                                      &r->seq) == 0)
            ids[n++] = r->batch_id;
    }
    if (n == 0)
        return DB_OK;
    const struct db_arg args[] = {
        A_I64(w->page->f->lane->account->account_id), A_I64S(ids, n)
    };
    const struct db_col cols[] = {
        C_I64("batch_id", &w->batch_id), C_INT("attempt_no", &w->attempt_no),
        C_BYTES("token_key", &w->key), C_BOOL("last", &w->is_last)
    };

    st = db_each(db, sql_tracker_keys, args, LEN(args), cols, LEN(cols),
                 key_row, w);
    return st;
}

/* The key of a request is lost with the history it stood in; two people took
 * its rows for ours when the hold was lifted. */
static int
adopted_row(void *cls)
{
    struct work *w = cls;

    for (int i = 0; i < w->n; i++) {
        struct listed *r = &w->rows[i];

        if (r->ours || !str_eq(str_of(r->row.token), w->id))
            continue;
        r->ours = r->is_last = true;
        r->batch_id = w->batch_id;
        r->seq = w->seq;
    }
    return 0;
}

static enum db_status
by_adoption(struct db *db, struct work *w)
{
    struct str tokens[LIST_ROWS_MAX];
    size_t n = 0;

    for (int i = 0; i < w->n; i++)
        if (!w->rows[i].ours && w->rows[i].row.token[0] != '\0'
            && !goes_in(&w->rows[i]))
            tokens[n++] = str_of(w->rows[i].row.token);
    if (n == 0)
        return DB_OK;
    const struct db_arg args[] = {
        A_I64(w->page->f->lane->account->account_id), A_TEXTS(tokens, n)
    };
    const struct db_col cols[] = {
        C_STR("token", &w->id), C_I64("batch_id", &w->batch_id),
        C_INT("seq", &w->seq)
    };

    return db_each(db, sql_tracker_adopted, args, LEN(args), cols, LEN(cols),
                   adopted_row, w);
}

static int
placed_row(void *cls)
{
    struct work *w = cls;

    for (int i = 0; i < w->n; i++) {
        struct listed *r = &w->rows[i];

        if (r->row.token[0] != '\0'
            || !str_eq(str_of(r->row.item.id), w->id))
            continue;
        /* a number that two payments have proves neither */
        r->ours = r->batch_id == 0;
        r->batch_id = w->batch_id;
        r->seq = w->seq;
        r->is_last = true;
    }
    return 0;
}

/* A row whose token is not ours is not ours, whatever its number says. */
static enum db_status
by_number(struct db *db, struct work *w)
{
    struct str ids[LIST_ROWS_MAX];
    size_t n = 0;

    for (int i = 0; i < w->n; i++)
        if (w->rows[i].row.token[0] == '\0'
            && w->rows[i].row.item.id[0] != '\0' && !goes_in(&w->rows[i]))
            ids[n++] = str_of(w->rows[i].row.item.id);
    if (n == 0)
        return DB_OK;
    const struct db_arg args[] = {
        A_I64(w->page->f->lane->account->account_id), A_TEXTS(ids, n)
    };
    const struct db_col cols[] = {
        C_STR("provider_id", &w->id), C_I64("batch_id", &w->batch_id),
        C_INT("seq", &w->seq)
    };

    return db_each(db, sql_tracker_placed, args, LEN(args), cols, LEN(cols),
                   placed_row, w);
}

/* --- each batch by itself ------------------------------------------------- */

static void
note_seen(struct page *p, const struct group *g)
{
    for (int i = 0; i < g->nrows; i++) {
        const struct listed *r = &g->rows[i];

        p->found = p->found || (r->batch_id == p->want_batch
                                && r->seq == p->want_seq);
        if (group_is_open(g, r->seq) && p->nseen < LIST_ROWS_MAX) {
            p->seen[p->nseen].batch_id = r->batch_id;
            p->seen[p->nseen++].seq = r->seq;
        }
    }
}

static enum page_end
page_groups(struct work *w)
{
    int n = 0;

    qsort(w->rows, (size_t)w->n, sizeof(*w->rows), listed_order);
    for (int i = 0; i < w->n && w->rows[i].ours; i += n) {
        struct group g = {
            .f = w->page->f, .arena = &w->arena, .rows = &w->rows[i]
        };

        for (n = 1; i + n < w->n && w->rows[i + n].ours
             && w->rows[i + n].batch_id == w->rows[i].batch_id; n++)
            continue;
        g.nrows = n;
        if (!group_take(&g))
            return PAGE_NOT_STORED;
        note_seen(w->page, &g);
    }
    return PAGE_TAKEN;
}

static enum page_end
page_work(struct work *w)
{
    struct desk *d = w->page->f->desk;
    enum page_end end = read_rows(w);

    if (end != PAGE_TAKEN)
        return end;
    w->page->passed = is_passed(w);
    if (!desk_db(d, by_token(d->db, w), "looking whose rows these are")
        || !desk_db(d, by_adoption(d->db, w), "looking whose rows these are")
        || !desk_db(d, by_number(d->db, w), "looking whose rows these are"))
        return PAGE_NOT_STORED;
    for (int i = 0; i < w->n; i++)
        if (!w->rows[i].ours && w->rows[i].batch_id != 0)
            w->unproven++;
    if (w->unproven > 0)
        log_event(LOG_INFO, "list_strangers", L_I64("rows", w->unproven),
                  L_STR("why", "they carry a reference like ours, and no "
                               "proof that they are"));
    return page_groups(w);
}

enum page_end
page_take(struct page *p)
{
    struct work w = { .page = p };
    enum page_end end = PAGE_TAKEN;

    p->found = p->passed = false;
    p->nrows = p->nseen = 0;
    arena_init(&w.arena, PAGE_ARENA_BYTES_MAX);
    end = page_work(&w);
    arena_release(&w.arena);
    return end;
}

bool
page_is_last(const struct page *p, int asked)
{
    return p->nrows == 0 || p->head.page < asked
        || p->head.page >= p->head.last_page;
}
