#include <ctype.h>
#include <stdarg.h>

#include "money/money.h"
#include "sandbox/cash_inside.h"

void
cash_check_field(struct cash_exchange *x, const char *field, const char *fmt,
                 ...)
{
    char text[400];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    x->http = 400;
    if (x->list.len > 0)
        buf_char(&x->list, ',');
    buf_text(&x->list, "{\"field\":");
    cash_rows_json(&x->list, str_of(field));
    buf_text(&x->list, ",\"error\":");
    cash_rows_json(&x->list, str_of(text));
    buf_char(&x->list, '}');
}

/* "location_id" is a "location id" in the texts of its framework. */
static void
field_words(const char *name, char out[64])
{
    snprintf(out, 64, "%s", name);
    for (char *at = out; *at != '\0'; at++)
        if (*at == '_')
            *at = ' ';
}

struct str
cash_check_needs(struct cash_exchange *x, const char *name)
{
    struct str value = cash_form_get(&x->form, name);
    char words[64];

    field_words(name, words);
    if (value.len == 0)
        cash_check_field(x, name, "The %s field is required.", words);
    return value;
}

int64_t
cash_check_i64(struct cash_exchange *x, const char *name)
{
    struct str value = cash_check_needs(x, name);
    char words[64];
    int64_t n = 0;

    field_words(name, words);
    if (value.len > 0 && str_i64(&n, value) < 0)
        cash_check_field(x, name, "The %s must be an integer.", words);
    return n;
}

int
cash_check_till(struct cash_exchange *x, const char *name)
{
    int64_t location = cash_check_i64(x, name);
    int till;

    if (x->http != 200)
        return 0;
    till = cash_books_till(&x->cash->ledger.books, location);
    if (till >= 0)
        return till;
    x->http = 403;
    return 0;
}

int
cash_check_phone(struct str s, char out[24])
{
    if (s.len > 0 && s.p[0] == '+')
        s = (struct str){ s.p + 1, s.len - 1 };
    for (size_t i = 0; i < s.len; i++)
        if (!isdigit((unsigned char)s.p[i]))
            return -1;
    if (s.len < 9 || s.len > 15)
        return -1;
    if (s.len == 10 && s.p[0] == '0')
        snprintf(out, 24, "254%.9s", s.p + 1);
    else
        snprintf(out, 24, "%.*s", STR_ARG(s));
    return 0;
}

/* A float in the page's words: at most two decimals are kept. */
int
cash_check_amount(struct str s, int64_t *minor)
{
    return minor_parse(minor, s, 2) == 0 && *minor > 0 ? 0 : -1;
}

void
cash_check_answer(struct cash_exchange *x, const char *fmt, ...)
{
    const struct cash_rules *r = &x->cash->rules;
    bool snake = r->is[RULE_SNAKE] != 0;
    char text[200];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    buf_printf(&x->out, "{\"%s\":", snake ? "http_status_code"
                                          : "httpStatusCode");
    cash_rows_i64(&x->out, r, 200);
    buf_printf(&x->out, ",\"%s\":", snake ? "system_code" : "systemCode");
    cash_rows_i64(&x->out, r, 700);
    buf_text(&x->out, ",\"message\":");
    cash_rows_json(&x->out, str_of(text));
    buf_text(&x->out, ",\"data\":");
}
