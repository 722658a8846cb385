/*
 * Any bytes at all as a payroll: rows and sums tie, every rejected row has a
 * reason, chunks do not matter, and the rejects file is one that loads.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"
#include "loaders/payroll.h"
#include "loaders/problem_text.h"
#include "loaders/rejects.h"
#include "tests/lib/payroll_rules.h"

#define TOLD_BYTES ((size_t)1 << 28)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)

struct got {
    struct payroll *payroll;
    struct problems problems;
    struct rejects  rejects;
    struct buf      told, file;
    int64_t         rows, payments, rejected, minor;
    int64_t         line;
    int             part, parts;        /* of the row at hand */
    bool            header;
};

static int
on_row(void *owner, const struct payroll_row *r, struct err *e)
{
    struct got *g = owner;

    (void)e;
    MUST(g->header && r->part >= 1 && r->part <= r->parts);
    if (r->part == 1) {
        MUST(r->line > g->line && g->part == g->parts);
        g->rows++;
    } else {
        MUST(r->line == g->line && r->part == g->part + 1);
        MUST(r->parts == g->parts);
    }
    g->part = r->part;
    g->parts = r->parts;
    MUST(r->rail != NULL && r->minor > 0 && r->account.len > 0);
    MUST(r->minor >= r->rail->min_minor && r->minor <= r->rail->max_minor);
    MUST(r->minor % rules_step(r->rail) == 0);
    g->line = r->line;
    g->payments++;
    g->minor += r->minor;
    buf_printf(&g->told, "%lld %s %.*s %lld %.*s %.*s\n", (long long)r->line,
               r->rail->name, STR_ARG(r->account), (long long)r->minor,
               STR_ARG(r->name), STR_ARG(r->extra));
    return 0;
}

static void
on_header(void *owner, const struct csv_record *header)
{
    struct got *g = owner;

    MUST(!g->header);
    g->header = true;
    rejects_begin(&g->rejects, &g->file,
                  payroll_facts(g->payroll)->delimiter, false, header);
}

static void
on_reject(void *owner, const struct csv_record *rec,
          const struct problem *first)
{
    struct got *g = owner;

    MUST(g->header && first->kind != NULL);
    MUST(first->severity != SEV_WARNING);
    MUST(problem_kind(first->kind->code) == first->kind);
    g->rejected++;
    rejects_row(&g->rejects, rec, first, &g->problems);
}

static void
read_all(struct got *g, const struct payroll_options *o, bool allow,
         struct str data, size_t piece)
{
    const struct payroll_sink sink = { on_row, on_reject, on_header, g };
    const struct payroll_facts *f = NULL;
    struct err e = { .kind = ERR_NONE };
    int rc = 0;

    *g = (struct got){ .rows = 0 };
    problems_init(&g->problems);
    g->problems.allow_stops = allow;
    buf_init(&g->told, TOLD_BYTES);
    buf_init(&g->file, TOLD_BYTES);
    MUST((g->payroll = payroll_new(o, &sink, &g->problems, &e)) != NULL);
    for (size_t i = 0; i < data.len && rc == 0; i += piece)
        rc = payroll_feed(g->payroll, data.p + i,
                          data.len - i < piece ? data.len - i : piece, &e);
    if (rc == 0)
        rc = payroll_end(g->payroll, &e);
    f = payroll_facts(g->payroll);
    MUST(f->good_rows + f->bad_rows == f->rows);
    MUST(g->rows == f->good_rows && g->rejected == f->bad_rows);
    MUST(g->part == g->parts && g->payments == f->payments);
    MUST(f->payments - f->good_rows >= f->split_rows);
    MUST(g->minor == f->good_minor);
    MUST((rc < 0) == (e.kind != ERR_NONE));
    MUST(rc == 0 || problems_block(&g->problems));
    MUST(f->bad_rows == 0 || problems_block(&g->problems));
    problem_text(&g->told, &g->problems, "f", 3);
    problem_text_json(&g->told, &g->problems, "f");
    hex_of(f->rows_digest, 16, buf_room(&g->told, 33));
    g->told.len += 32;
    MUST(!g->told.failed && !g->file.failed);
    payroll_free(g->payroll);
}

static void
got_release(struct got *g)
{
    problems_release(&g->problems);
    buf_release(&g->told);
    buf_release(&g->file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct payroll_options o = {
        .ccy = "KES", .default_rail = "MPESA-B2C", .expect_count = -1,
        .expect_minor = -1,
    };
    struct got whole, part, again;
    struct str s = { NULL, 0 };
    uint8_t how = 0;

    if (n == 0)
        return 0;
    MUST(crypto_setup() == 0);
    how = data[0];              /* chooses among the options */
    s = (struct str){ (const char *)data + 1, n - 1 };
    o.rules = how & 16 ? &test_rules_rails
                       : how & 1 ? &test_rules_all : &test_rules_mpesa;
    if (how & 2)
        o.expect_minor = 1500;
    o.split = how & 32;
    read_all(&whole, &o, how & 4, s, n);
    read_all(&part, &o, how & 4, s, how & 8 ? 1 : 7);
    MUST(str_eq(buf_view(&whole.told), buf_view(&part.told)));
    MUST(str_eq(buf_view(&whole.file), buf_view(&part.file)));
    read_all(&again, &o, how & 4, buf_view(&whole.file), 1000);
    got_release(&whole);
    got_release(&part);
    got_release(&again);
    return 0;
}
