/* What the words of portals and banks say. */
#include "loaders/statement_priv.h"

static bool
letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Does ${s} have ${word} as a word of its own? */
static bool
has_word(struct str s, struct str word)
{
    for (size_t i = 0; i + word.len <= s.len; i++) {
        if (i > 0 && letter(s.p[i - 1]))
            continue;
        if (i + word.len < s.len && letter(s.p[i + word.len]))
            continue;
        if (str_ieq((struct str){ s.p + i, word.len }, word))
            return true;
    }
    return false;
}

enum statement_kind
statement_words_kind(struct str s, bool type)
{
    static const struct {
        const char         *word;
        enum statement_kind kind;
        bool                only_type;
    } words[] = {
        { "charge", STATEMENT_CHARGE, false },
        { "charges", STATEMENT_CHARGE, false },
        { "excise", STATEMENT_CHARGE, false },
        { "levy", STATEMENT_CHARGE, false },
        { "fee", STATEMENT_CHARGE, true },
        { "fees", STATEMENT_CHARGE, true },
        { "commission", STATEMENT_CHARGE, true },
        { "returned", STATEMENT_RETURNED, false },
        { "unpaid", STATEMENT_RETURNED, false },
        { "interest", STATEMENT_INTEREST, true }
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if ((type || !words[i].only_type)
            && has_word(s, str_of(words[i].word)))
            return words[i].kind;
    return STATEMENT_PAYMENT;
}

bool
statement_words_reversal(struct str s)
{
    return has_word(s, STR("reversal")) || has_word(s, STR("reversed"));
}

int
statement_words_status(struct str s)
{
    static const struct {
        const char *word;
        int         booked;
    } words[] = {
        { "completed", 1 }, { "complete", 1 }, { "success", 1 },
        { "successful", 1 }, { "posted", 1 }, { "booked", 1 },
        { "failed", 0 }, { "cancelled", 0 }, { "canceled", 0 },
        { "declined", 0 }, { "expired", 0 }, { "pending", 0 },
        { "attempted", 0 }, { "authorized", 0 }, { "authorised", 0 },
        { "initiated", 0 }, { "rejected", 0 }
    };

    s = str_trim(s);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_ieq(s, str_of(words[i].word)))
            return words[i].booked;
    return -1;
}

void
statement_words_key(char out[STATEMENT_KEY_BYTES], struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len && n + 1 < STATEMENT_KEY_BYTES; i++) {
        char c = s.p[i];

        if (c == '(' && n > 0)
            break;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        /* letters beyond ASCII are kept, so that such names differ too */
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
            || (unsigned char)c >= 0x80)
            out[n++] = c;
    }
    out[n] = '\0';
}

struct str
statement_words_ref(struct str s)
{
    static const char *const none[] = { "NOTPROVIDED", "NOT PROVIDED",
                                        "NONREF", "NONE", "N/A", "UNKNOWN" };

    s = str_trim(s);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (str_ieq(s, str_of(none[i])))
            return (struct str){ NULL, 0 };
    return s;
}

const char *
statement_kind_name(enum statement_kind k)
{
    switch (k) {
    case STATEMENT_PAYMENT:  return "payment";
    case STATEMENT_CHARGE:   return "charge";
    case STATEMENT_RETURNED: return "returned";
    case STATEMENT_INTEREST: return "interest";
    case STATEMENT_BATCH:    return "batch";
    }
    return "";
}

const char *
statement_format_name(enum statement_format f)
{
    switch (f) {
    case STATEMENT_UNKNOWN: return "";
    case STATEMENT_MPESA:   return "mpesa";
    case STATEMENT_CSV:     return "csv";
    case STATEMENT_CAMT053: return "camt053";
    case STATEMENT_MT940:   return "mt940";
    }
    return "";
}
