#include "sandbox/pages.h"

#include <inttypes.h>
#include <time.h>

#include "sandbox/shape.h"

#define NAIROBI_S (3 * 60 * 60)
#define DAY_S     (24 * 60 * 60)

/* What a link to the next page carries on. */
static const char *const kept[] = {
    "wallet_id", "trans_type", "currency", "start_date", "end_date", "state",
    "label", "wallet_type", "can_disburse", "page_size",
};

/* A positive whole number of the query, ${out} when it is not there. */
static int
query_number(struct exchange *x, const char *key, uint64_t *out)
{
    const char *text = httpd_query(x->request, key);
    int64_t n = 0;

    if (text == NULL)
        return 0;
    if (str_i64(&n, str_of(text)) < 0 || n < 1)
        return -1;
    *out = (uint64_t)n;
    return 0;
}

int
pages_read(struct exchange *x, struct page *p, uint64_t count)
{
    *p = (struct page){ .number = 1, .count = count,
                        .rows = (uint64_t)x->sandbox->switches.page_rows };
    if (query_number(x, "page", &p->number) < 0
        || query_number(x, "page_size", &p->rows) < 0)
        return refusal_flat(&x->refusal, 404, "Invalid page.");
    /* Django cuts a page size that is too large; it does not refuse it. */
    if (p->rows > FIGURE_PAGE_ROWS_MAX)
        p->rows = FIGURE_PAGE_ROWS_MAX;
    /* The first page is there even when it is empty. */
    if (p->number > 1 && (p->number - 1) > (count - (count > 0)) / p->rows)
        return refusal_flat(&x->refusal, 404, "Invalid page.");
    p->skip = (p->number - 1) * p->rows;
    p->take = count - p->skip < p->rows ? count - p->skip : p->rows;
    return 0;
}

static void
link_value(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
            || (c >= 'a' && c <= 'z') || strchr("-_.~", c) != NULL)
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

/* A whole address, as Django gives it. */
static void
page_link(struct exchange *x, const char *key, uint64_t page)
{
    const char *host = httpd_header(x->request, "Host");
    struct buf link = { 0 };

    buf_init(&link, 4096);
    buf_printf(&link, "http://%s%s?page=%" PRIu64, host != NULL ? host : "",
               httpd_path(x->request), page);
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        const char *value = httpd_query(x->request, kept[i]);

        if (value == NULL)
            continue;
        buf_printf(&link, "&%s=", kept[i]);
        link_value(&link, value);
    }
    shape_text(&x->out, key, link.failed ? NULL : link.p);
    buf_release(&link);
}

void
pages_head(struct exchange *x, const struct page *p)
{
    shape_count(&x->out, "{\"count\":", (int64_t)p->count,
                x->manner.numbers);
    if (p->skip + p->take < p->count)
        page_link(x, ",\"next\":", p->number + 1);
    else
        buf_text(&x->out, ",\"next\":null");
    if (p->number > 1)
        page_link(x, ",\"previous\":", p->number - 1);
    else
        buf_text(&x->out, ",\"previous\":null");
    buf_text(&x->out, ",\"results\":[");
}

void
pages_next(struct buf *out, bool *first)
{
    if (!*first)
        buf_char(out, ',');
    *first = false;
}

void
pages_tail(struct buf *out)
{
    buf_text(out, "]}");
}

int
pages_day(struct exchange *x, const char *key, bool end, int64_t *us)
{
    const char *text = httpd_query(x->request, key);
    struct tm tm = { 0 };
    const char *rest;

    if (text == NULL || text[0] == '\0')
        return 0;
    rest = strptime(text, "%Y-%m-%d", &tm);
    /* With a time of day the end is that moment, not the end of its day. */
    if (rest != NULL && (*rest == 'T' || *rest == ' ')) {
        rest = strptime(rest + 1, "%H:%M:%S", &tm);
        end = false;
    }
    if (rest == NULL)
        return refusal_field(&x->refusal, key, "Enter a valid date.");
    *us = ((int64_t)timegm(&tm) - NAIROBI_S + (end ? DAY_S : 0)) * 1000000;
    return 0;
}
