#include "money/money.h"
#include "report/html.h"

void
html_text(struct buf *b, struct str s)
{
    buf_text(b, "<bdi>");
    buf_html(b, s);
    buf_text(b, "</bdi>");
}

void
html_chip(struct buf *b, enum pay_state s)
{
    buf_printf(b, "<span class=\"chip %s\">%s</span>", pay_state_key(s),
               pay_state_name(s));
}

void
html_count(struct buf *b, int64_t n)
{
    char text[MONEY_TEXT_BYTES];

    money_count(n, text);
    buf_text(b, text);
}

void
html_money(struct page *p, int64_t minor)
{
    char text[MONEY_TEXT_BYTES];

    render_money(minor, p->m->run.ccy, text);
    buf_html(p->b, str_of(text));
}

void
html_head_cells(struct buf *b, const char *const *names)
{
    buf_text(b, "<thead><tr>");
    for (; *names != NULL; names++) {
        bool number = strncmp(*names, "r:", 2) == 0;

        buf_printf(b, "<th scope=\"col\"%s>%s</th>",
                   number ? " class=\"n\"" : "", *names + (number ? 2 : 0));
    }
    buf_text(b, "</tr></thead>\n<tbody>\n");
}
