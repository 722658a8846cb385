#include "sandbox/switches.h"

#include <inttypes.h>
#include <stddef.h>

#include "sandbox/ask.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define AT(member) offsetof(struct switches, member)

static const struct yes_no {
    const char *name;
    size_t      at;
} yes_nos[] = {
    { "check_yes", AT(check_yes) },
    { "check_no", AT(check_no) },
    { "cancel_marks", AT(cancel_marks) },
    { "lenient", AT(lenient) },
    { "keys_once", AT(keys_once) },
    { "bp101", AT(bp101) },
    { "bare_wallets", AT(bare_wallets) },
    { "list_waiting", AT(list_waiting) },
    { "unsigned_lines", AT(unsigned_lines) },
    { "public_key", AT(public_key) },
    { "one_wallet", AT(one_wallet) },
    { "line_bulk", AT(line_bulk) },
    { "no_challenge", AT(manner.no_challenge) },
    { "inner_file_id", AT(manner.inner_file_id) },
};

static const struct number {
    const char *name;
    size_t      at;
    int64_t     min, max;
    bool        http;           /* only 0, or the two ends */
} numbers[] = {
    { "items_max", AT(items_max), 0, 1000000, false },
    { "initiate_http", AT(initiate_http), 200, 201, false },
    { "expired_key", AT(expired_key), 401, 403, true },
    { "page_rows", AT(page_rows), 1, FIGURE_PAGE_ROWS_MAX, false },
    { "collect_per_mille", AT(collect_per_mille), 0, 1000, false },
    { "line_omit", AT(line_omit), 0, 1000000, false },
    { "line_amount", AT(line_amount), 0, 1000000, false },
    { "line_again", AT(line_again), 0, 1000000, false },
    { "line_charge", AT(line_charge), 0, 1000000, false },
    { "line_unknown", AT(line_unknown), 0, 1000000, false },
    { "line_late_s", AT(line_late_s), 0, 864000, false },
};

/* Words, in the order of their enums. */
static const char *const number_words[] = { "recorded", "text", "bare" };
static const char *const error_words[] = { "envelope", "detail", "details",
                                           "fields", "text" };

void
switches_begin(struct switches *sw)
{
    *sw = (struct switches){
        .check_no = true, .cancel_marks = true, .list_waiting = true,
        .public_key = true, .initiate_http = 201,
        .page_rows = FIGURE_PAGE_ROWS,
    };
}

void
switches_json(struct buf *out, const struct switches *sw)
{
    for (size_t i = 0; i < LEN(yes_nos); i++) {
        bool yes;

        memcpy(&yes, (const char *)sw + yes_nos[i].at, sizeof(yes));
        buf_printf(out, "%s\"%s\":%s", i > 0 ? "," : "", yes_nos[i].name,
                   yes ? "true" : "false");
    }
    for (size_t i = 0; i < LEN(numbers); i++) {
        int64_t n;

        memcpy(&n, (const char *)sw + numbers[i].at, sizeof(n));
        buf_printf(out, ",\"%s\":%" PRId64, numbers[i].name, n);
    }
    buf_printf(out, ",\"numbers\":\"%s\",\"errors\":\"%s\"",
               number_words[sw->manner.numbers], error_words[sw->errors]);
}

static int
read_yes_no(struct switches *sw, const struct yes_no *it, const json_t *o,
            struct refusal *r)
{
    const json_t *v = json_object_get(o, it->name);
    bool yes = json_is_true(v);

    if (v == NULL)
        return 0;
    if (!json_is_boolean(v))
        return refusal_field(r, it->name, "true or false.");
    memcpy((char *)sw + it->at, &yes, sizeof(yes));
    return 0;
}

static int
read_number(struct switches *sw, const struct number *it, const json_t *o,
            struct refusal *r)
{
    int64_t n = INT64_MIN;

    if (json_object_get(o, it->name) == NULL)
        return 0;
    if (ask_i64(&n, o, it->name) < 0)
        return refusal_field(r, it->name, "A whole number.");
    if (it->http ? n != 0 && n != it->min && n != it->max
                 : n < it->min || n > it->max)
        return refusal_field(r, it->name, it->http
                             ? "0, %" PRId64 " or %" PRId64 "."
                             : "From %" PRId64 " to %" PRId64 ".",
                             it->min, it->max);
    memcpy((char *)sw + it->at, &n, sizeof(n));
    return 0;
}

/* The place of a word; ${was} when it is not given, -1 with ${r}. */
static int
read_word(const json_t *o, const char *key, const char *const *words, int n,
          int was, struct refusal *r)
{
    if (json_object_get(o, key) == NULL)
        return was;
    for (int i = 0; i < n; i++)
        if (str_eq(str_of(words[i]), ask_text(o, key)))
            return i;
    return refusal_field(r, key, "\"%s\", \"%s\" ... : see README.md.",
                         words[0], words[1]);
}

int
switches_read(struct switches *sw, const json_t *o, struct refusal *r)
{
    int word;

    for (size_t i = 0; i < LEN(yes_nos); i++)
        if (read_yes_no(sw, &yes_nos[i], o, r) < 0)
            return -1;
    for (size_t i = 0; i < LEN(numbers); i++)
        if (read_number(sw, &numbers[i], o, r) < 0)
            return -1;
    word = read_word(o, "numbers", number_words, (int)LEN(number_words),
                     (int)sw->manner.numbers, r);
    if (word < 0)
        return -1;
    sw->manner.numbers = (enum numbers)word;
    word = read_word(o, "errors", error_words, (int)LEN(error_words),
                     (int)sw->errors, r);
    if (word < 0)
        return -1;
    sw->errors = (enum refusal_shape)word;
    return 0;
}
