#include "loaders/statement_priv.h"

#define LOOK_BYTES 8192         /* a portal's block before the header is 1 KB */

/* ${head} without its NUL bytes, so that UTF-16 looks like plain text. */
static struct str
without_nul(char out[LOOK_BYTES], struct str head)
{
    size_t n = 0;

    for (size_t i = 0; i < head.len && n < LOOK_BYTES; i++)
        if (head.p[i] != '\0')
            out[n++] = head.p[i];
    return (struct str){ out, n };
}

/* Letters and digits in lower case. */
static struct str
squeezed(char out[LOOK_BYTES], struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out[n++] = c;
    }
    return (struct str){ out, n };
}

static bool
has(struct str s, const char *what)
{
    return s.len > 0 && memmem(s.p, s.len, what, strlen(what)) != NULL;
}

/* Does a line begin with ${what}? */
static bool
has_line(struct str s, const char *what)
{
    size_t n = strlen(what);

    for (size_t i = 0; i + n <= s.len; i++)
        if ((i == 0 || s.p[i - 1] == '\n' || s.p[i - 1] == '\r'
             || s.p[i - 1] == '{' || s.p[i - 1] == ':')
            && memcmp(s.p + i, what, n) == 0)
            return true;
    return false;
}

static bool
binary(struct str s)
{
    static const struct str magics[] = {
        { "PK\x03\x04", 4 }, { "\xD0\xCF\x11\xE0", 4 }, { "%PDF", 4 },
        { "\x1F\x8B", 2 }, { "\x89PNG", 4 }, { "\xFF\xD8\xFF", 3 },
        { "{\\rtf", 5 }
    };

    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
        if (s.len >= magics[i].len
            && memcmp(s.p, magics[i].p, magics[i].len) == 0)
            return true;
    return false;
}

enum statement_format
statement_sniff(struct str head)
{
    char plain[LOOK_BYTES], tight[LOOK_BYTES];
    struct str text = without_nul(plain, head), key;

    if (binary(head))
        return STATEMENT_UNKNOWN;
    while (text.len > 0 && (unsigned char)text.p[0] >= 0x80) {
        text.p++;                   /* a byte order mark, of any encoding */
        text.len--;
    }
    text = str_trim(text);
    if (text.len == 0)
        return STATEMENT_UNKNOWN;
    if (text.p[0] == '<')
        return has(text, "camt.05") || has(text, "BkToCstmr")
               ? STATEMENT_CAMT053 : STATEMENT_UNKNOWN;
    if (has_line(text, "1:F01")
        || (has_line(text, ":20:") && has_line(text, ":25")))
        return STATEMENT_MT940;
    key = squeezed(tight, text);
    if (has(key, "receiptno") && has(key, "completiontime")
        && has(key, "paidin"))
        return STATEMENT_MPESA;
    return STATEMENT_CSV;
}
