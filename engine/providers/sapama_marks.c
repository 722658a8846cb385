#include "providers/sapama.h"

#include "providers/reference.h"

#define KEY_DIGITS     32       /* hexadecimal, behind the reference and '-'  */
#define RECEIPT_BYTES  10       /* mpesa.md 1: SG632NMUAB                     */
#define PLACEHOLDER    "0000000"

/* A machine mistakes no I for a 1, so those readings are for people and not
 * taken here. */
bool
sapama_reference(char out[REFERENCE_BYTES], struct str s)
{
    int64_t batch_id = 0;
    int seq = 0;

    s = str_trim(s);
    if (reference_read(s, &batch_id, &seq) == 0) {
        reference_write(batch_id, seq, out);
        if (str_ieq(s, str_of(out)))
            return true;
    }
    out[0] = '\0';
    return false;
}

static bool
is_hex(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.p[i] < '0' || s.p[i] > '9') && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    return s.len == KEY_DIGITS;
}

/* "" or " - 305694": what Sapama puts behind a bill's account (2.2). */
static bool
is_suffix(struct str s)
{
    s = str_trim(s);
    if (s.len == 0)
        return true;
    if (s.p[0] != '-')
        return false;
    return sapama_is_digits(str_trim((struct str){ s.p + 1, s.len - 1 }), 19);
}

/* Exactly as it was made, capitals too: a token is a secret, not a word. */
bool
sapama_token(char out[TOKEN_BYTES], struct str s)
{
    char reference[REFERENCE_BYTES];
    const char *dash = NULL;
    struct str head = { NULL, 0 };
    size_t len = 0;

    out[0] = '\0';
    s = str_trim(s);
    if (s.len == 0 || (dash = memchr(s.p, '-', s.len)) == NULL)
        return false;
    head = str_cut(s, (size_t)(dash - s.p));
    len = head.len + 1 + KEY_DIGITS;
    if (s.len < len || len >= TOKEN_BYTES
        || !sapama_reference(reference, head)
        || !str_eq(head, str_of(reference))
        || !is_hex((struct str){ dash + 1, KEY_DIGITS })
        || !is_suffix((struct str){ s.p + len, s.len - len }))
        return false;
    return str_copy(out, TOKEN_BYTES, str_cut(s, len)) == 0;
}

bool
sapama_token_in_url(char out[TOKEN_BYTES], struct str url)
{
    size_t end = 0, from = 0;

    url = str_trim(url);
    while (end < url.len && url.p[end] != '?' && url.p[end] != '#')
        end++;
    while (end > 0 && url.p[end - 1] == '/')
        end--;
    from = end;
    while (from > 0 && url.p[from - 1] != '/')
        from--;
    if (from == 0) {                /* no path at all */
        out[0] = '\0';
        return false;
    }
    return sapama_token(out, (struct str){ url.p + from, end - from });
}

void
sapama_token_reference(char out[REFERENCE_BYTES], const char *token)
{
    const char *dash = strchr(token, '-');

    if (dash == NULL
        || str_copy(out, REFERENCE_BYTES,
                    (struct str){ token, (size_t)(dash - token) }) < 0)
        out[0] = '\0';
}

bool
sapama_is_receipt(struct str s)
{
    const size_t zeros = sizeof(PLACEHOLDER) - 1;

    if (s.len != RECEIPT_BYTES || s.p[0] < 'A' || s.p[0] > 'Z')
        return false;
    for (size_t i = 0; i < s.len; i++)
        if ((s.p[i] < '0' || s.p[i] > '9') && (s.p[i] < 'A' || s.p[i] > 'Z'))
            return false;
    return memcmp(s.p + s.len - zeros, PLACEHOLDER, zeros) != 0;
}
