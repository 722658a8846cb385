#include "loaders/bank.h"

#include "loaders/columns.h"

#define NEAR_MAX      3
#define NEAR_LEAST    3     /* letters that must agree: "abc" in "abcbank"   */
#define NEAR_PER_EDIT 3     /* one slip of the pen for so many letters       */

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* --- plain names -------------------------------------------------------- */

/* What a bank may leave out of its name without becoming another one. */
static bool
says_nothing(struct str word)
{
    static const char *const words[] = {
        "bank", "kenya", "limited", "ltd", "plc", "the", "k", "ke"
    };

    for (size_t i = 0; i < LEN(words); i++)
        if (str_eq(word, str_of(words[i])))
            return true;
    return false;
}

static bool
parts_words(char c)
{
    return c == ' ' || c == '\t' || c == ',' || c == '(' || c == ')'
           || c == '/';
}

/* Letters and digits in lower case; '&' is "and".  Returns how many bytes, or
 * one too many when there is no room. */
static size_t
add_word(char *out, size_t n, struct str s, size_t *at)
{
    size_t from = n;

    for (; *at < s.len && !parts_words(s.p[*at]); ++*at) {
        unsigned char c = (unsigned char)s.p[*at];

        if (n + 3 > BANK_PLAIN_BYTES)
            return BANK_PLAIN_BYTES + 1;
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c + ('a' - 'A'));
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
            out[n++] = (char)c;
        if (c == '&') {
            memcpy(out + n, "and", 3);
            n += 3;
        }
    }
    return says_nothing((struct str){ out + from, n - from }) ? from : n;
}

/* ${s} as names are compared; empty when it is too long to be one. */
static void
make_plain(struct bank_plain *plain, struct str s)
{
    size_t n = 0, at = 0;

    while (at < s.len && n <= BANK_PLAIN_BYTES) {
        if (parts_words(s.p[at]))
            at++;
        else
            n = add_word(plain->p, n, s, &at);
    }
    plain->len = n <= BANK_PLAIN_BYTES ? n : 0;
    /* "Ecobank" and "Eco Bank" are one */
    if (plain->len > 4 && memcmp(plain->p + plain->len - 4, "bank", 4) == 0)
        plain->len -= 4;
}

static bool
same(const struct bank_plain *a, const struct bank_plain *b)
{
    return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

int
bank_index_make(struct bank_index *ix, const struct rules *rules,
                struct err *e)
{
    ix->rules = rules;
    for (int i = 0; i < rules->nbanks; i++) {
        const struct bank_name *b = &rules->banks[i];

        make_plain(&ix->names[i], str_of(b->name));
        for (int k = 0; k < i; k++)
            if (same(&ix->names[k], &ix->names[i])
                && strcmp(rules->banks[k].code, b->code) != 0)
                return err_set(e, ERR_CONFIG, "the rules have the bank \"%s\" "
                               "with the code %s and \"%s\" with %s, and "
                               "nobody can tell these names apart", b->name,
                               b->code, rules->banks[k].name,
                               rules->banks[k].code);
    }
    return 0;
}

/* --- finding ------------------------------------------------------------ */

/* The first name of the bank with this code. */
static const struct bank_name *
by_code(const struct rules *rules, struct str code)
{
    while (code.len > 1 && code.p[0] == '0') {
        code.p++;
        code.len--;
    }
    for (int i = 0; i < rules->nbanks; i++)
        if (str_eq(str_of(rules->banks[i].code), code))
            return &rules->banks[i];
    return NULL;
}

const struct bank_name *
bank_find(const struct bank_index *ix, struct str text)
{
    const struct bank_name *b = by_code(ix->rules, text);
    struct bank_plain plain = { .len = 0 };

    if (b != NULL)
        return b;
    make_plain(&plain, text);
    if (plain.len == 0)
        return NULL;
    for (int i = 0; i < ix->rules->nbanks; i++)
        if (same(&ix->names[i], &plain))
            return by_code(ix->rules, str_of(ix->rules->banks[i].code));
    return NULL;
}

/* --- guessing, for the message only ------------------------------------- */

/* How far a name is from what was written; SIZE_MAX: too far to show. */
static size_t
distance(const struct bank_plain *name, const struct bank_plain *text)
{
    const struct bank_plain *a = name, *b = text;
    size_t edits;

    if (a->len < b->len) {
        a = text;
        b = name;
    }
    if (b->len >= NEAR_LEAST && memmem(a->p, a->len, b->p, b->len) != NULL)
        return 0;
    edits = columns_edits((struct str){ a->p, a->len },
                          (struct str){ b->p, b->len });
    return edits * NEAR_PER_EDIT <= a->len ? edits : SIZE_MAX;
}

/* The nearest name that is farther than ${min}, or as far and behind
 * ${after}. */
static int
next_near(const struct bank_index *ix, const size_t far[], int after)
{
    int best = -1;

    for (int i = 0; i < ix->rules->nbanks; i++) {
        bool later = after < 0 || far[i] > far[after]
                     || (far[i] == far[after] && i > after);

        if (later && far[i] != SIZE_MAX && (best < 0 || far[i] < far[best]))
            best = i;
    }
    return best;
}

void
bank_near(const struct bank_index *ix, struct str text,
          char out[BANK_NEAR_BYTES])
{
    const struct bank_name *shown[NEAR_MAX] = { NULL };
    struct bank_plain plain = { .len = 0 };
    size_t far[RULES_BANKS_MAX], n = 0;
    int nshown = 0;

    out[0] = '\0';
    make_plain(&plain, text);
    if (plain.len == 0)
        return;
    for (int i = 0; i < ix->rules->nbanks; i++)
        far[i] = distance(&ix->names[i], &plain);
    for (int i = next_near(ix, far, -1); i >= 0 && nshown < NEAR_MAX;
         i = next_near(ix, far, i)) {
        const struct bank_name *b = by_code(ix->rules,
                                            str_of(ix->rules->banks[i].code));
        bool told = false;

        for (int k = 0; k < nshown; k++)
            told = told || shown[k] == b;
        if (told || n >= BANK_NEAR_BYTES)
            continue;
        n += (size_t)snprintf(out + n, BANK_NEAR_BYTES - n, "%s%s (%s)",
                              nshown > 0 ? ", " : "", b->name, b->code);
        shown[nshown++] = b;
    }
}
