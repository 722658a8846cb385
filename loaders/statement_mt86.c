/*
 * The narrative of MT940, which has no standard of its own: the code words
 * between slashes of most banks ("/EREF/.../NAME/..."), the numbered parts of
 * German ones ("166?00...?20EREF+..."), or just text.
 */
#include "loaders/statement_mt940.h"

#define FULL_LINE 65            /* a line as long as this goes on in a word */

enum code {
    CODE_SKIP, CODE_REFERENCE, CODE_NAME, CODE_ACCOUNT, CODE_PARTY, CODE_TEXT,
    CODE_CHARGE, CODE_RETURNED
};

static const struct word {
    const char *text;
    enum code   code;
} words[] = {
    { "EREF", CODE_REFERENCE }, { "NAME", CODE_NAME }, { "CRNM", CODE_NAME },
    { "DRNM", CODE_NAME }, { "IBAN", CODE_ACCOUNT }, { "ACCT", CODE_ACCOUNT },
    { "CACT", CODE_ACCOUNT }, { "DACT", CODE_ACCOUNT },
    { "CNTP", CODE_PARTY }, { "REMI", CODE_TEXT }, { "CHGS", CODE_CHARGE },
    { "RTRN", CODE_RETURNED }, { "KREF", CODE_SKIP }, { "PREF", CODE_SKIP },
    { "IREF", CODE_SKIP }, { "CREF", CODE_SKIP }, { "TRCD", CODE_SKIP },
    { "MARF", CODE_SKIP }, { "CSID", CODE_SKIP }, { "ISDT", CODE_SKIP },
    { "ORDP", CODE_SKIP }, { "BENM", CODE_SKIP }, { "ULTC", CODE_SKIP },
    { "ULTD", CODE_SKIP }, { "ULTB", CODE_SKIP }, { "BIC", CODE_SKIP },
    { "CBIC", CODE_SKIP }, { "DBIC", CODE_SKIP }, { "PURP", CODE_SKIP },
    { "SVCL", CODE_SKIP }, { "OCMT", CODE_SKIP }, { "OAMT", CODE_SKIP },
    { "EXCH", CODE_SKIP }, { "OPRP", CODE_SKIP }, { "DCID", CODE_SKIP },
    { "NRTX", CODE_SKIP }
};

/* --- between slashes ---------------------------------------------------- */

/* The code word at ${at}, "/EREF/", or NULL. */
static const struct word *
word_at(struct str s, size_t at)
{
    if (s.p[at] != '/')
        return NULL;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t n = strlen(words[i].text);

        if (at + n + 2 <= s.len && s.p[at + n + 1] == '/'
            && memcmp(s.p + at + 1, words[i].text, n) == 0)
            return &words[i];
    }
    return NULL;
}

static struct str
trim_slashes(struct str s)
{
    s = str_trim(s);
    while (s.len > 0 && s.p[s.len - 1] == '/')
        s = str_trim(str_cut(s, s.len - 1));
    while (s.len > 0 && s.p[0] == '/')
        s = str_trim((struct str){ s.p + 1, s.len - 1 });
    return s;
}

/* "NL08INGB0000001234/INGBNL2A/ING Testrekening/AMSTERDAM" */
static void
take_party(struct statement_line *l, struct str s)
{
    for (int i = 0; i < 3; i++) {
        const char *end = s.len > 0 ? memchr(s.p, '/', s.len) : NULL;
        struct str part = str_cut(s, end != NULL ? (size_t)(end - s.p)
                                                 : s.len);

        if (i == 0)
            l->account = str_trim(part);
        if (i == 2)
            l->name = str_trim(part);
        if (end == NULL)
            return;
        s = (struct str){ end + 1, s.len - part.len - 1 };
    }
}

/* "KES30,00"; one that is not so is left out: the line itself has all that
 * moved. */
static void
take_charge(struct statement_line *l, struct str s)
{
    int64_t minor = 0;

    if (s.len > 3 && str_eq(str_cut(s, 3), str_of(l->ccy))
        && statement_amount_plain(&minor, (struct str){ s.p + 3, s.len - 3 },
                                  l->ccy) == 0)
        l->charge_minor = minor;
}

void
statement_mt_charge(struct statement_line *l, struct str s)
{
    const char *at = s.len > 0 ? memmem(s.p, s.len, "/CHGS/", 6) : NULL;
    const char *end = NULL;
    struct str value;

    if (at == NULL)
        return;
    value = (struct str){ at + 6, s.len - (size_t)(at - s.p) - 6 };
    end = value.len > 0 ? memchr(value.p, '/', value.len) : NULL;
    take_charge(l, str_cut(value, end != NULL ? (size_t)(end - value.p)
                                              : value.len));
}

static void
take_code(struct statement_line *l, enum code code, struct str value)
{
    value = trim_slashes(value);
    if (code != CODE_RETURNED && value.len == 0)
        return;
    switch (code) {
    case CODE_SKIP:      return;
    case CODE_REFERENCE:
        if (statement_words_ref(value).len > 0)
            l->reference = value;
        return;
    case CODE_NAME:      l->name = value; return;
    case CODE_ACCOUNT:   l->account = value; return;
    case CODE_PARTY:     take_party(l, value); return;
    case CODE_TEXT:      l->text = value; return;
    case CODE_CHARGE:    take_charge(l, value); return;
    case CODE_RETURNED:  l->kind = STATEMENT_RETURNED; return;
    }
}

/* All code words of ${s}; how many there were. */
static int
slashed(struct statement_line *l, struct str s)
{
    const struct word *word = NULL;
    size_t from = 0;
    int n = 0;

    for (size_t i = 0; i <= s.len; i++) {
        const struct word *next = i < s.len ? word_at(s, i) : NULL;

        if (next == NULL && i < s.len)
            continue;
        if (word != NULL)
            /* "/EREF/NAME/x": the slash between belongs to both */
            take_code(l, word->code,
                      (struct str){ s.p + from, i > from ? i - from : 0 });
        if (next != NULL) {
            n++;
            word = next;
            from = i + strlen(next->text) + 2;
            i = from - 2;               /* its last slash may begin the next */
        }
    }
    return n;
}

/* --- numbered ----------------------------------------------------------- */

/* "EREF+E2E-42SVWZ+Rechnung 9": the words of the SEPA, in running text. */
static void
take_sepa(struct statement_line *l, struct str s)
{
    static const char *const keys[] = { "EREF+", "KREF+", "MREF+", "CRED+",
                                        "DEBT+", "SVWZ+", "ABWA+", "ABWE+",
                                        "IBAN+", "BIC+", NULL };
    const char *key = NULL;
    size_t from = 0;

    l->text = s;
    for (size_t i = 0; i <= s.len; i++) {
        const char *next = NULL;

        for (size_t k = 0; keys[k] != NULL; k++)
            if (s.len - i >= strlen(keys[k])
                && memcmp(s.p + i, keys[k], strlen(keys[k])) == 0)
                next = keys[k];
        if (next == NULL && i < s.len)
            continue;
        if (key != NULL) {
            struct str value = str_trim((struct str){ s.p + from, i - from });

            if (strcmp(key, "EREF+") == 0)
                take_code(l, CODE_REFERENCE, value);
            if (strcmp(key, "SVWZ+") == 0)
                l->text = value;
        }
        if (next != NULL) {
            key = next;
            from = i + strlen(next);
            i = from - 1;
        }
    }
}

/*
 * "166?00TEXT?20...?32NAME": put the parts of one sort together in ${work} and
 * point there.  There is room for all of ${s}, and each is copied once, so
 * nothing that points there moves.
 */
static void
collect(struct buf *work, struct str s, char sep, int low, int high,
        struct str *out)
{
    size_t at = work->len;

    for (size_t i = 0; i + 2 < s.len; i++) {
        int n = 0;
        size_t end = i + 3;

        if (s.p[i] != sep || s.p[i + 1] < '0' || s.p[i + 1] > '9'
            || s.p[i + 2] < '0' || s.p[i + 2] > '9')
            continue;
        n = (s.p[i + 1] - '0') * 10 + (s.p[i + 2] - '0');
        while (end < s.len && s.p[end] != sep)
            end++;
        if (n >= low && n <= high)
            buf_str(work, (struct str){ s.p + i + 3, end - i - 3 });
        i = end - 1;
    }
    if (work->len > at)
        *out = str_trim((struct str){ work->p + at, work->len - at });
}

static void
numbered(struct statement_line *l, struct str s, struct buf *work)
{
    struct str text = { NULL, 0 };
    char sep = s.p[3];

    collect(work, s, sep, 31, 31, &l->account);
    collect(work, s, sep, 32, 33, &l->name);
    collect(work, s, sep, 20, 29, &text);
    take_sepa(l, text);
}

/* --- the lines of the field --------------------------------------------- */

/* As one: a line break is no character of the narrative; in running text a
 * line that is not full ends with a word. */
static struct str
joined(struct str s, struct buf *out, bool blanks)
{
    size_t line = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] != '\n') {
            buf_char(out, s.p[i]);
            line++;
            continue;
        }
        if (blanks && line < FULL_LINE)
            buf_char(out, ' ');
        line = 0;
    }
    return buf_view(out);
}

void
statement_mt86(struct statement_line *l, struct str s, struct buf *work)
{
    bool digits = s.len > 6 && s.p[0] >= '0' && s.p[0] <= '9'
                  && s.p[1] >= '0' && s.p[1] <= '9' && s.p[2] >= '0'
                  && s.p[2] <= '9';
    bool parts = digits && (s.p[3] == '?' || s.p[3] == '<' || s.p[3] == '~')
                 && s.p[4] >= '0' && s.p[4] <= '9';
    bool coded = !parts && memchr(s.p, '/', s.len) != NULL;
    struct str all;

    if (s.len == 0 || buf_room(work, 2 * s.len + 2) == NULL)
        return;
    all = joined(s, work, !parts);
    if (parts) {
        numbered(l, all, work);
        return;
    }
    if (coded) {
        /* a code word may be cut in two by the end of a line */
        size_t at = work->len;
        struct str tight;

        joined(s, work, false);
        tight = (struct str){ work->p + at, work->len - at };
        if (slashed(l, tight) > 0)
            return;
        all = (struct str){ work->p, at };
    }
    l->text = all;
    if (l->kind == STATEMENT_PAYMENT)
        l->kind = statement_words_kind(all, false);
    l->reversal = l->reversal || statement_words_reversal(all);
}
