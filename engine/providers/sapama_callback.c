#include "providers/sapama_callback.h"

#include "providers/plain.h"
#include "providers/sapama.h"

/* The working shape of section 8.1; amount has two names. */
enum {
    CB_ID, CB_TRANS, CB_TRANS_REFERENCE, CB_REFERENCE, CB_BILL, CB_THIRD,
    CB_STATUS, CB_MESSAGE, CB_SAID, CB_TRANS_AMOUNT, CB_AMOUNT, CB_PHONE,
    CB_CODE, CB_FIELDS
};
static const struct str cb_names[CB_FIELDS] = {
    [CB_ID]              = STR_INIT("proxy_trans_id"),
    [CB_TRANS]           = STR_INIT("trans_id"),
    [CB_TRANS_REFERENCE] = STR_INIT("trans_reference"),
    [CB_REFERENCE]       = STR_INIT("reference_number"),
    [CB_BILL]            = STR_INIT("bill_ref_number"),
    [CB_THIRD]           = STR_INIT("third_party_trans_id"),
    [CB_STATUS]          = STR_INIT("status"),
    [CB_MESSAGE]         = STR_INIT("message"),
    [CB_SAID]            = STR_INIT("third_party_message"),
    [CB_TRANS_AMOUNT]    = STR_INIT("trans_amount"),
    [CB_AMOUNT]          = STR_INIT("amount"),
    [CB_PHONE]           = STR_INIT("phone"),
    [CB_CODE]            = STR_INIT("b2c_in_status_code")
};

#define NAME_BYTES  32
#define VALUE_BYTES 512         /* the words are the longest of them */

struct field {
    bool   seen, differs;
    size_t len;
    char   text[VALUE_BYTES];
};

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/*
 * ${s} decoded into ${to}, as much as fits; how long it is.  A '%' that no two
 * digits follow stands for itself, as PHP reads it, and %00 ends nothing: it
 * is left out.
 */
static size_t
decode(char *to, size_t bytes, struct str s)
{
    size_t len = 0;

    for (size_t i = 0; i < s.len && len < bytes; i++) {
        char c = s.p[i] == '+' ? ' ' : s.p[i];

        if (c == '%' && s.len - i > 2 && hex_digit(s.p[i + 1]) >= 0
            && hex_digit(s.p[i + 2]) >= 0) {
            c = (char)(hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2]));
            i += 2;
        }
        if (c != '\0')
            to[len++] = c;
    }
    return len;
}

static int
name_of(struct str s)
{
    char room[NAME_BYTES];
    struct str name = { room, decode(room, sizeof(room), s) };

    for (int i = 0; i < CB_FIELDS; i++)
        if (str_eq(name, cb_names[i]))
            return i;
    return -1;
}

/* Empty ones say nothing; the same twice is the same; two are none. */
static int
take(struct field *fields, struct str one)
{
    const char *sign = one.len > 0 ? memchr(one.p, '=', one.len) : NULL;
    struct field now = { .seen = true }, *f = NULL;
    int at = -1;

    if (sign == NULL
        || (at = name_of(str_cut(one, (size_t)(sign - one.p)))) < 0)
        return 0;
    now.len = decode(now.text, sizeof(now.text),
                     (struct str){ sign + 1, (size_t)(one.p + one.len
                                                      - (sign + 1)) });
    f = &fields[at];
    if (now.len == 0)
        return 1;
    if (!f->seen)
        *f = now;
    else if (f->len != now.len || memcmp(f->text, now.text, now.len) != 0)
        f->differs = true;
    return 1;
}

static int
read_fields(struct field *fields, struct str text)
{
    size_t from = 0;
    int n = 0;

    for (size_t i = 0; text.len > 0 && i <= text.len; i++)
        if (i == text.len || text.p[i] == '&') {
            n += take(fields, (struct str){ text.p + from, i - from });
            from = i + 1;
        }
    return n;
}

/* What is longer than its room was not read to its end, so it is no id. */
static struct str
text_of(const struct field *f)
{
    if (!f->seen || f->differs || f->len == sizeof(f->text))
        return (struct str){ NULL, 0 };
    return str_trim((struct str){ f->text, f->len });
}

/* Visible ASCII that fits, or "". */
static void
copy_id(char *to, size_t bytes, const struct field *f)
{
    struct str s = text_of(f);

    to[0] = '\0';
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return;
    if (s.len < bytes)
        str_copy(to, bytes, s);
}

static void
copy_words(char *to, size_t bytes, const struct field *a,
           const struct field *b)
{
    const struct field *f = a->seen && !a->differs ? a : b;

    plain_copy(to, bytes, f->seen && !f->differs
               ? (struct str){ f->text, f->len } : (struct str){ NULL, 0 });
}

/* The reference: the token's, or the first field that reads as one. */
static void
find_reference(struct sapama_callback *out, const struct field *fields)
{
    static const int where[] = { CB_TRANS_REFERENCE, CB_REFERENCE, CB_THIRD,
                                 CB_TRANS };

    sapama_token(out->token, text_of(&fields[CB_BILL]));
    sapama_token_reference(out->reference, out->token);
    for (size_t i = 0; i < sizeof(where) / sizeof(where[0])
                       && out->reference[0] == '\0'; i++)
        sapama_reference(out->reference, text_of(&fields[where[i]]));
}

static void
find_receipt(struct sapama_callback *out, const struct field *fields)
{
    static const int where[] = { CB_TRANS, CB_THIRD };

    for (size_t i = 0; i < sizeof(where) / sizeof(where[0])
                       && out->receipt[0] == '\0'; i++) {
        struct str s = text_of(&fields[where[i]]);

        if (sapama_is_receipt(s) && !str_ieq(s, str_of(out->reference)))
            str_copy(out->receipt, sizeof(out->receipt), s);
    }
}

int
sapama_read_callback(struct sapama_callback *out, struct str text)
{
    struct field fields[CB_FIELDS] = { 0 };
    const struct field *amount = &fields[CB_TRANS_AMOUNT];
    int n = read_fields(fields, text);

    *out = (struct sapama_callback){ .minor = -1 };
    copy_id(out->id, sizeof(out->id), &fields[CB_ID]);
    if (!sapama_is_digits(str_of(out->id), sizeof(out->id) - 1)
        || strcmp(out->id, "0") == 0)
        out->id[0] = '\0';
    find_reference(out, fields);
    find_receipt(out, fields);
    copy_id(out->code, sizeof(out->code), &fields[CB_CODE]);
    copy_id(out->phone, sizeof(out->phone), &fields[CB_PHONE]);
    plain_copy(out->status, sizeof(out->status),
               text_of(&fields[CB_STATUS]));
    copy_words(out->reason, sizeof(out->reason), &fields[CB_SAID],
               &fields[CB_MESSAGE]);
    if (!amount->seen)
        amount = &fields[CB_AMOUNT];
    if (minor_parse(&out->minor, text_of(amount), SAPAMA_DECIMALS) < 0
        || out->minor < 0)
        out->minor = -1;
    return n;
}
