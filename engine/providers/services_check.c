/*
 * What is asked for, held against the providers' patterns before it is sent:
 * a person at a terminal can mend it now, and what a provider does with a
 * value it does not expect is mostly not known.
 */
#include "providers/services_parts.h"

#include "base/text.h"
#include "providers/plain.h"

#define PHONE_DIGITS 12             /* 254 and nine, the first 7 or 1 */
#define EMAIL_MAX    254            /* RFC 5321 */

/* The services in a sentence: "... needs --to". */
static const char *const titles[SERVICE_COUNT] = {
    [SERVICE_WALLETS]       = "a list of wallets",
    [SERVICE_WALLET_CREATE] = "a new wallet",
    [SERVICE_STATEMENT]     = "a statement",
    [SERVICE_TRANSFER]      = "a transfer",
    [SERVICE_FUND]          = "asking a phone to pay in",
    [SERVICE_CHECKOUT]      = "a link to pay in",
    [SERVICE_PAYMENT]       = "looking at a payment",
    [SERVICE_CHARGEBACKS]   = "a list of chargebacks",
    [SERVICE_BANKS]         = "a list of banks",
    [SERVICE_VALIDATE]      = "looking up an account",
    [SERVICE_PAYOUTS]       = "a list of payouts",
    [SERVICE_MARK]          = "marking a transaction",
    [SERVICE_POST]          = "posting transactions",
    [SERVICE_SMS]           = "an SMS"
};

struct need {
    unsigned    bit;
    const char *flag;               /* at the terminal */
    const char *means;
};

static const struct need needs_known[] = {
    { NEED_AMOUNT, "--amount", "the amount, such as 1500.00" },
    { NEED_FROM, "--from", "the wallet or till that pays" },
    { NEED_TO, "--to", "the wallet or till that gets it" },
    { NEED_PHONE, "--phone", "254 and nine digits, such as 254712345678" },
    { NEED_EMAIL, "--email", "the e-mail address of whoever pays in" },
    { NEED_ID, "ID", "the provider's number of it" },
    { NEED_STATE, "--state", "no, success, error or unreconciled" },
    { NEED_TYPE, "--type", "such as BusinessPayBill" },
    { NEED_LABEL, "--label", "what the wallet is to be called" },
    { NEED_REFERENCE, "--reference", "your own number of it" },
    { NEED_MESSAGE, "--message", "what to say" },
    { NEED_RAIL, "--rail", "such as MPESA-B2C or PESALINK" },
    { NEED_ACCOUNT, "--account-no", "the phone, till or bank account" },
    { NEED_LIST, "FILE", "a JSON list of transactions" }
};

int
service_not_offered(const struct provider *p, enum service s, struct err *e)
{
    err_set(e, ERR_USAGE, "%s is not among what the provider %s offers",
            titles[s], p->name);
    return err_fix(e, "Name an account at another provider with --account, "
                   "or do it in the provider's own console.");
}

static bool
is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* An amount of nothing and an empty text are as good as none. */
static bool
is_missing(unsigned need, const struct payer *payer,
           const struct service_ask *a)
{
    switch (need) {
    case NEED_AMOUNT:    return a->minor <= 0;
    case NEED_FROM:      return is_empty(a->from)
                                && is_empty(payer->wallet_id);
    case NEED_TO:        return is_empty(a->to);
    case NEED_PHONE:     return is_empty(a->phone);
    case NEED_EMAIL:     return is_empty(a->email);
    case NEED_ID:        return is_empty(a->id);
    case NEED_STATE:     return is_empty(a->state);
    case NEED_TYPE:      return is_empty(a->type);
    case NEED_LABEL:     return is_empty(a->label);
    case NEED_REFERENCE: return is_empty(a->reference);
    case NEED_MESSAGE:   return is_empty(a->narrative);
    case NEED_RAIL:      return is_empty(a->rail);
    case NEED_ACCOUNT:   return is_empty(a->account);
    case NEED_LIST:      return str_trim(a->list).len == 0;
    }
    return false;
}

/* All that is missing at once, so that nobody has to ask twice. */
int
service_check_needs(enum service s, unsigned needs, const struct payer *payer,
                    const struct service_ask *ask, struct err *e)
{
    char flags[ERR_TEXT_BYTES / 2] = "", means[ERR_TEXT_BYTES - 32] = "";
    size_t nf = 0, nm = 0;

    for (size_t i = 0; i < sizeof(needs_known) / sizeof(needs_known[0]); i++) {
        const struct need *n = &needs_known[i];
        const char *mark = nf > 0 ? ", " : "";

        if ((needs & n->bit) == 0 || !is_missing(n->bit, payer, ask))
            continue;
        nf += (size_t)snprintf(flags + nf, sizeof(flags) - nf, "%s%s", mark,
                               n->flag);
        nm += (size_t)snprintf(means + nm, sizeof(means) - nm, "%s%s (%s)",
                               mark, n->flag, n->means);
    }
    if (nf == 0)
        return 0;
    err_set(e, ERR_USAGE, "%s needs %s", titles[s], flags);
    return err_fix(e, "Give %s.", means);
}

static bool
is_digits(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* What a person typed, as an error repeats it: the start of a long text, and
 * nothing that steers the terminal. */
static int
wrong(struct err *e, const char *text, const char *why, const char *fix)
{
    char shown[64] = "";

    plain_copy(shown, sizeof(shown), str_of(text));
    err_set(e, ERR_USAGE, "\"%s\" %s", shown, why);
    return err_fix(e, "%s", fix);
}

int
service_check_phone(const char *phone, struct err *e)
{
    if (strlen(phone) == PHONE_DIGITS && is_digits(phone)
        && strncmp(phone, "254", 3) == 0
        && (phone[3] == '7' || phone[3] == '1'))
        return 0;
    return wrong(e, phone, "is not a mobile number in Kenya",
                 "Write 254 and nine digits without a plus, such as "
                 "254712345678.");
}

int
service_check_email(const char *email, struct err *e)
{
    /* no more than that: only a mail that arrives proves an address */
    const char *at = strchr(email, '@');
    bool plain = strlen(email) <= EMAIL_MAX;

    for (const char *p = email; *p != '\0'; p++)
        plain = plain && *p > ' ' && *p < 0x7F;
    if (plain && at != NULL && at > email && at[1] != '\0'
        && strchr(at + 1, '@') == NULL)
        return 0;
    return wrong(e, email, "is not an e-mail address",
                 "Write it like accounts@example.com.");
}

static int
check_day(int64_t *day, const char *text, struct err *e)
{
    if (service_day_read(day, str_of(text)) == 0)
        return 0;
    return wrong(e, text, "is not a day",
                 "Write year, month and day, such as 2026-11-01.");
}

int
service_check_days(const struct service_ask *ask, struct err *e)
{
    int64_t since = INT64_MIN, until = INT64_MAX;

    if ((!is_empty(ask->since) && check_day(&since, ask->since, e) < 0)
        || (!is_empty(ask->until) && check_day(&until, ask->until, e) < 0))
        return -1;
    if (since <= until)
        return 0;
    err_set(e, ERR_USAGE, "the first day, %s, is after the last, %s",
            ask->since, ask->until);
    return err_fix(e, "Give the earlier day first.");
}

int
service_check_amount(const struct service_ask *ask, bool whole,
                     struct err *e)
{
    const char *ccy = is_empty(ask->ccy) ? "KES" : ask->ccy;
    struct money m = { .minor = ask->minor };
    char text[MONEY_TEXT_BYTES];

    /* every amount here is written with two decimals or none */
    if (ccy_decimals(ccy) != 2) {
        err_set(e, ERR_USAGE, "amounts in \"%s\" are not possible here", ccy);
        return err_fix(e, "Use an account in KES, USD, EUR or GBP.");
    }
    str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, text);
    if (ask->minor <= 0 || ask->minor > MONEY_MINOR_MAX) {
        err_set(e, ERR_USAGE, "%s is no amount to move", text);
        return err_fix(e, "Give an --amount above zero.");
    }
    if (whole && ask->minor % 100 != 0) {
        err_set(e, ERR_USAGE, "%s is not in whole shillings", text);
        return err_fix(e, "Give an --amount without cents, such as 1500.");
    }
    return 0;
}

int
service_check_number(const char *what, const char *text, size_t max,
                     struct err *e)
{
    if (is_digits(text) && strlen(text) <= max)
        return 0;
    wrong(e, text, "is not a number", "");
    return err_fix(e, "Give %s, which has digits only.", what);
}

/* One of a-z A-Z 0-9 and ${extra}? */
static bool
has_only(const char *text, const char *extra)
{
    for (; *text != '\0'; text++)
        if (!(*text >= 'a' && *text <= 'z') && !(*text >= 'A' && *text <= 'Z')
            && !(*text >= '0' && *text <= '9')
            && strchr(extra, *text) == NULL)
            return false;
    return true;
}

int
service_check_id(const char *what, const char *text, size_t max,
                 struct err *e)
{
    if (text[0] != '\0' && strlen(text) <= max && has_only(text, "-_"))
        return 0;
    wrong(e, text, "cannot be right", "");
    return err_fix(e, "Give %s as the provider shows it: letters and digits, "
                   "at most %zu.", what, max);
}

int
service_check_letters(const char *what, const char *text, size_t max,
                      const char *extra, struct err *e)
{
    if (text[0] != '\0' && strlen(text) <= max && has_only(text, extra))
        return 0;
    wrong(e, text, strlen(text) > max ? "is too long" : "has characters the "
          "provider does not take", "");
    return err_fix(e, "Write %s with plain letters, digits, blanks, - and _ "
                   "only, at most %zu.", what, max);
}

int
service_check_without(const char *what, const char *text, size_t max,
                      const char *forbidden, struct err *e)
{
    unsigned flaws = text_look(str_of(text), NULL);

    if (text[0] != '\0' && strpbrk(text, forbidden) == NULL
        && (flaws & (TEXT_NOT_UTF8 | TEXT_CONTROL | TEXT_BIDI)) == 0
        && strlen(text) <= max)
        return 0;
    wrong(e, text, strlen(text) > max ? "is too long"
          : "has characters the provider does not take", "");
    return err_fix(e, "Write %s on one line, at most %zu characters%s%s.",
                   what, max, forbidden[0] != '\0' ? ", without any of " : "",
                   forbidden);
}

int
service_check_word(const char *what, const char *text,
                   const char *const *words, struct err *e)
{
    char list[ERR_TEXT_BYTES - 64] = "";
    size_t n = 0;

    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0)
            return 0;
        if (n < sizeof(list))
            n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
                                  i > 0 ? ", " : "", words[i]);
    }
    wrong(e, text, "is not known here", "");
    return err_fix(e, "Give %s as one of: %s.", what, list);
}

const char *
service_either(const char *a, const char *b)
{
    if (!is_empty(a))
        return a;
    return is_empty(b) ? "" : b;
}
