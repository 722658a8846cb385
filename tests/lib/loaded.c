#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/loaded.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static int
on_row(void *owner, const struct payroll_row *r, struct err *e)
{
    struct loaded *g = owner;

    buf_printf(&g->rows, "%lld %s %.*s", (long long)r->line, r->rail->name,
               STR_ARG(r->account));
    if (r->bank_code.len > 0 || r->account_reference.len > 0)
        buf_printf(&g->rows, "/%.*s/%.*s", STR_ARG(r->bank_code),
                   STR_ARG(r->account_reference));
    buf_printf(&g->rows, " %lld", (long long)r->minor);
    if (!g->bare)
        buf_printf(&g->rows, " %.*s", STR_ARG(r->name));
    if (!g->bare && r->extra.len > 0)
        buf_printf(&g->rows, " %.*s", STR_ARG(r->extra));
    buf_char(&g->rows, '|');
    if (g->stop_after > 0 && --g->stop_after == 0)
        return err_set(e, ERR_IO, "the disk is full");
    return 0;
}

static void
on_reject(void *owner, const struct csv_record *rec,
          const struct problem *first)
{
    struct loaded *g = owner;

    assert_true(rec->n > 0);
    assert_non_null(first->kind);
    assert_int_not_equal(first->severity, SEV_WARNING);
    g->rejects++;
}

struct payroll_options
loaded_options(const struct rules *rules)
{
    return (struct payroll_options){
        .rules = rules, .ccy = "KES", .default_rail = "MPESA-B2C",
        .expect_count = -1, .expect_minor = -1,
    };
}

static void
list_problems(struct loaded *g, const struct problems *ps)
{
    for (size_t i = 0; i < ps->n; i++) {
        const struct problem *p = &ps->list[i];

        buf_printf(&g->problems, "%s%s@%lld:%d", i > 0 ? " " : "",
                   p->kind->code + (strncmp(p->kind->code, "PR-CSV-", 7) == 0
                                    ? 7 : 3), (long long)p->line, p->column);
        if (p->other_line > 0)
            buf_printf(&g->problems, "<%lld", (long long)p->other_line);
    }
}

void
loaded_load(struct loaded *g, const struct payroll_options *o,
            const char *bytes, size_t n, size_t piece, struct problems *ps)
{
    const struct payroll_sink sink = { .row = on_row, .reject = on_reject,
                                       .owner = g };
    struct err e = { .kind = ERR_NONE };
    struct payroll *p = payroll_new(o, &sink, ps, &e);

    assert_non_null(p);
    buf_init(&g->rows, LOADED_BYTES);
    buf_init(&g->problems, LOADED_BYTES);
    for (size_t i = 0; i < n && g->rc == 0; i += piece)
        g->rc = payroll_feed(p, bytes + i, n - i < piece ? n - i : piece, &e);
    if (g->rc == 0)
        g->rc = payroll_end(p, &e);
    assert_int_equal(g->rc < 0, e.kind != ERR_NONE);
    g->facts = *payroll_facts(p);
    list_problems(g, ps);
    payroll_free(p);
}

void
loaded_release(struct loaded *g)
{
    buf_release(&g->rows);
    buf_release(&g->problems);
}

static const char *
text_of(const struct buf *b)
{
    return b->p != NULL ? b->p : "";
}

static const size_t pieces[] = { (size_t)1 << 24, 1, 7 };

void
loaded_check(const char *name, const struct payroll_options *o,
             const char *bytes, size_t n, const char *problems,
             const char *rows)
{
    for (size_t i = 0; i < LEN(pieces); i++) {
        struct loaded g = { .rc = 0 };
        struct problems ps;

        problems_init(&ps);
        loaded_load(&g, o, bytes, n, pieces[i], &ps);
        if (strcmp(text_of(&g.problems), problems) != 0)
            fail_msg("%s in pieces of %zu: problems\n got %s\nwant %s", name,
                     pieces[i], text_of(&g.problems), problems);
        if (rows != NULL && strcmp(text_of(&g.rows), rows) != 0)
            fail_msg("%s in pieces of %zu: rows\n got %s\nwant %s", name,
                     pieces[i], text_of(&g.rows), rows);
        assert_int_equal(g.facts.rows, g.facts.good_rows + g.facts.bad_rows);
        assert_int_equal(g.facts.bad_rows, g.rejects);
        loaded_release(&g);
        problems_release(&ps);
    }
}
