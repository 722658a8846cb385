#include "loaders/pain001.h"

#include "base/buf.h"
#include "base/limits.h"
#include "loaders/phone.h"
#include "loaders/xmlread.h"
#include "money/money.h"

/* Sums are of amounts as written: five decimals are more than any currency
 * has, and 90 trillion fit. */
#define SUM_DECIMALS 5

enum col {
    COL_NAME, COL_PHONE, COL_AMOUNT, COL_CCY, COL_BANK, COL_BANK_CODE,
    COL_ACCOUNT, COL_REFERENCE, COL_NARRATION, COL_ID, COL_RAIL, COLS
};

static const struct {
    const char *header, *element;
} columns[COLS] = {
    [COL_NAME] = { "name", "Cdtr/Nm" },
    [COL_PHONE] = { "phone", "CdtrAcct/Prxy/Id" },
    [COL_AMOUNT] = { "amount", "Amt/InstdAmt" },
    [COL_CCY] = { "currency", "Amt/InstdAmt/@Ccy" },
    [COL_BANK] = { "bank", "CdtrAgt/FinInstnId/BICFI" },
    [COL_BANK_CODE] = { "bank code", "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId" },
    [COL_ACCOUNT] = { "account", "CdtrAcct/Id" },
    [COL_REFERENCE] = { "reference", "PmtId/EndToEndId" },
    [COL_NARRATION] = { "narration", "RmtInf/Ustrd" },
    [COL_ID] = { "id number", "Cdtr/Id" },
    [COL_RAIL] = { "rail", "PmtTpInf/LclInstrm" }
};

/* Texts of a payment that become a field: what is below CdtTrfTxInf. */
static const struct {
    const char *path;
    enum col    col;
} texts[] = {
    { "PmtId/EndToEndId", COL_REFERENCE },
    { "PmtTpInf/LclInstrm/Prtry", COL_RAIL },
    { "PmtTpInf/LclInstrm/Cd", COL_RAIL },
    { "Amt/InstdAmt", COL_AMOUNT },
    { "CdtrAgt/FinInstnId/BIC", COL_BANK },
    { "CdtrAgt/FinInstnId/BICFI", COL_BANK },
    { "CdtrAgt/FinInstnId/Nm", COL_BANK },
    { "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId", COL_BANK_CODE },
    { "Cdtr/Nm", COL_NAME },
    { "Cdtr/Id/PrvtId/Othr/Id", COL_ID },
    { "CdtrAcct/Id/IBAN", COL_ACCOUNT },
    { "CdtrAcct/Id/Othr/Id", COL_ACCOUNT },
    { "CdtrAcct/Prxy/Id", COL_PHONE },
    { "RmtInf/Ustrd", COL_NARRATION }
};

/* What is declared of a group of payments, and what they come to. */
struct sums {
    int64_t line;
    bool    has_count, has_sum, bad_sum;    /* bad: an amount cannot be added */
    int64_t count, sum;                     /* declared ...                   */
    int64_t n, total;                       /* ... and found                  */
};

struct pain001 {
    struct table_sink sink;
    struct xmlread   *xml;
    struct pain001_facts facts;
    bool              header, stopped, failed;
    struct sums       message, info;

    /* the payment */
    int64_t           line;             /* counts them from 1                */
    struct csv_field  fields[COLS];
    struct buf        text;             /* of them, one behind the other      */
    size_t            at[COLS], len[COLS];
    bool              is_phone;         /* the account is said to be one      */
};

const char *
pain001_element(int column)
{
    return column >= 1 && column <= COLS ? columns[column - 1].element : NULL;
}

/* About the file as a whole; where in it, stands in the text. */
static void
note(struct pain001 *p, const char *code, int64_t line, struct str value,
     const char *detail)
{
    char text[ERR_TEXT_BYTES];

    snprintf(text, sizeof(text), "line %lld: %.400s", (long long)line, detail);
    p->sink.note(p->sink.owner, code, 0, 0, value, text);
}

static bool
fail(struct pain001 *p, const char *code, struct str value,
     const char *detail)
{
    p->failed = true;
    note(p, code, xmlread_line(p->xml), value, detail);
    return false;
}

/* --- records ------------------------------------------------------------ */

static bool
deliver(struct pain001 *p, int64_t line)
{
    struct csv_record rec = { .line = line, .line_end = line, .n = COLS,
                              .fields = p->fields };

    p->stopped = !p->sink.record(p->sink.owner, &rec);
    return !p->stopped;
}

static bool
deliver_header(struct pain001 *p)
{
    for (int i = 0; i < COLS; i++)
        p->fields[i] = (struct csv_field){
            .text = str_of(columns[i].header),
            .at = i + 1
        };
    p->header = true;
    return deliver(p, 0);
}

static void
begin_payment(struct pain001 *p)
{
    p->line = p->facts.payments + 1;
    p->is_phone = false;
    buf_clear(&p->text);
    for (int i = 0; i < COLS; i++) {
        p->fields[i] = (struct csv_field){ .line = p->line, .at = i + 1 };
        p->at[i] = p->len[i] = 0;
    }
}

/* A text of the payment; one that comes again is added with a blank. */
static void
put(struct pain001 *p, enum col col, struct str s)
{
    s = str_trim(s);
    if (s.len == 0 || (p->len[col] > 0 && col != COL_NARRATION))
        return;
    if (p->len[col] > 0) {
        size_t from = p->at[col];

        buf_reserve(&p->text, p->len[col] + s.len + 1);
        p->at[col] = p->text.len;
        buf_add(&p->text, p->text.p + from, p->len[col]);
        buf_char(&p->text, ' ');
        p->len[col]++;
    } else {
        p->at[col] = p->text.len;
    }
    buf_str(&p->text, s);
    p->len[col] += s.len;
}

static struct str
got(const struct pain001 *p, enum col col)
{
    return p->len[col] > 0
           ? (struct str){ p->text.p + p->at[col], p->len[col] }
           : (struct str){ "", 0 };
}

static void
swap(struct pain001 *p, enum col a, enum col b)
{
    size_t at = p->at[a], len = p->len[a];

    p->at[a] = p->at[b];
    p->len[a] = p->len[b];
    p->at[b] = at;
    p->len[b] = len;
}

/* Is the account a phone?  It says so, or it is a mobile number and nobody
 * names a bank for it. */
static bool
account_is_phone(const struct pain001 *p)
{
    char phone[PHONE_BYTES];
    int digits = 0;

    return p->len[COL_PHONE] == 0 && p->len[COL_ACCOUNT] > 0
           && (p->is_phone
               || (p->len[COL_BANK] == 0 && p->len[COL_BANK_CODE] == 0
                   && phone_read(got(p, COL_ACCOUNT), phone, &digits)
                          == PHONE_FINE));
}

static void
add_sum(struct sums *s, bool known, int64_t amount)
{
    s->n++;
    s->bad_sum = s->bad_sum || !known || minor_add(&s->total, amount) < 0;
}

static bool
end_payment(struct pain001 *p)
{
    int64_t amount = 0;
    bool known = minor_parse(&amount, got(p, COL_AMOUNT), SUM_DECIMALS) == 0;

    if (p->text.failed)
        return fail(p, "PR-XML-001", (struct str){ "", 0 },
                    "a payment has more than 64 KB of text");
    p->facts.payments++;
    add_sum(&p->message, known, amount);
    add_sum(&p->info, known, amount);
    if (account_is_phone(p))
        swap(p, COL_PHONE, COL_ACCOUNT);
    if (str_eq(got(p, COL_REFERENCE), STR("NOTPROVIDED")))
        p->len[COL_REFERENCE] = 0;
    if (p->len[COL_BANK_CODE] > 0)
        p->len[COL_BANK] = 0;           /* one says which; two may differ */
    for (int i = 0; i < COLS; i++)
        p->fields[i].text = got(p, (enum col)i);
    p->fields[COL_AMOUNT].marks = CSV_FIELD_NUMBER;
    return deliver(p, p->line);
}

/* --- counts and control sums -------------------------------------------- */

static void
declare(struct pain001 *p, struct sums *s, const char *name, struct str text)
{
    int64_t n = 0;
    bool count = strcmp(name, "NbOfTxs") == 0;

    text = str_trim(text);
    if (count ? str_i64(&n, text) < 0
              : minor_parse(&n, text, SUM_DECIMALS) < 0) {
        note(p, "PR-XML-012", xmlread_line(p->xml), text,
             count ? "NbOfTxs is no number" : "CtrlSum is no amount");
        return;
    }
    s->has_count = s->has_count || count;
    s->has_sum = s->has_sum || !count;
    *(count ? &s->count : &s->sum) = n;
}

/* 12345.60000 is 12345.60 for people. */
static struct str
shown_sum(struct buf *b, int64_t sum)
{
    size_t n = 0;

    buf_clear(b);
    buf_minor(b, sum, SUM_DECIMALS);
    n = b->len;
    while (n > 0 && b->p[n - 1] == '0' && n > 3 && b->p[n - 3] != '.')
        n--;
    return (struct str){ b->p, n };
}

static void
check_sums(struct pain001 *p, const struct sums *s, const char *where)
{
    char detail[ERR_TEXT_BYTES];
    struct buf declared, found;

    buf_init(&declared, MONEY_TEXT_BYTES);
    buf_init(&found, MONEY_TEXT_BYTES);
    if (s->has_count && s->count != s->n) {
        snprintf(detail, sizeof(detail), "%s says %lld, there are %lld",
                 where, (long long)s->count, (long long)s->n);
        note(p, "PR-XML-010", s->line, (struct str){ "", 0 }, detail);
    }
    if (s->has_sum && !s->bad_sum && s->sum != s->total) {
        bool more = s->sum > s->total;
        struct str a = shown_sum(&declared, s->sum);
        struct str b = shown_sum(&found, s->total);
        int n = snprintf(detail, sizeof(detail), "%s says %.*s, they add up "
                         "to %.*s; declared ", where, STR_ARG(a), STR_ARG(b));

        a = shown_sum(&declared, more ? s->sum - s->total
                                      : s->total - s->sum);
        snprintf(detail + n, sizeof(detail) - (size_t)n, "%.*s %s",
                 STR_ARG(a), more ? "more" : "less");
        note(p, "PR-XML-011", s->line, (struct str){ "", 0 }, detail);
    }
    buf_release(&declared);
    buf_release(&found);
}

/* --- elements ----------------------------------------------------------- */

#define ROOT    "Document/CstmrCdtTrfInitn"
#define INFO    ROOT "/PmtInf"
#define PAYMENT INFO "/CdtTrfTxInf"

/* What is below ${above}, or NULL. */
static const char *
below(const char *path, const char *above)
{
    size_t n = strlen(above);

    return strncmp(path, above, n) == 0 && path[n] == '/' ? path + n + 1
                                                          : NULL;
}

static bool
other_message(struct pain001 *p, const char *name)
{
    static const struct {
        const char *name, *what;
    } others[] = {
        { "CstmrDrctDbtInitn", "it collects money (pain.008)" },
        { "CstmrPmtStsRpt", "it is an answer to orders (pain.002)" },
        { "BkToCstmrStmt", "it is a bank statement (camt.053)" },
        { "BkToCstmrDbtCdtNtfctn", "it tells of bookings (camt.054)" },
        { "BkToCstmrAcctRpt", "it is an account report (camt.052)" }
    };

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(name, others[i].name) == 0)
            return fail(p, "PR-XML-003", str_of(name), others[i].what);
    return fail(p, "PR-XML-003", str_of(name), "a payment order begins with "
                "Document and CstmrCdtTrfInitn");
}

static void
learn_version(struct pain001 *p)
{
    const char *space = xmlread_space(p->xml);
    const char *name = strstr(space, "pain.001");
    size_t n = name != NULL ? strcspn(name, "|") : 0;

    str_copy(p->facts.version, sizeof(p->facts.version),
             (struct str){ name, n });
}

static bool
on_start(void *owner, const char *name, const char **atts)
{
    struct pain001 *p = owner;
    const char *path = xmlread_path(p->xml), *ccy = NULL;

    if (xmlread_depth(p->xml) == 1)
        return strcmp(name, "Document") == 0 || other_message(p, name);
    if (xmlread_depth(p->xml) == 2) {
        if (strcmp(name, "CstmrCdtTrfInitn") != 0)
            return other_message(p, name);
        learn_version(p);
        p->message.line = xmlread_line(p->xml);
        return deliver_header(p);
    }
    if (strcmp(path, INFO) == 0) {
        p->info = (struct sums){ .line = xmlread_line(p->xml) };
    } else if (strcmp(path, PAYMENT) == 0) {
        begin_payment(p);
    } else if (strcmp(path, PAYMENT "/Amt/InstdAmt") == 0) {
        if ((ccy = xmlread_att(atts, "Ccy")) != NULL)
            put(p, COL_CCY, str_of(ccy));
    } else if (strcmp(path, PAYMENT "/Amt/EqvtAmt") == 0) {
        p->sink.note(p->sink.owner, "PR-XML-021", p->line, COL_AMOUNT + 1,
                     (struct str){ "", 0 }, "no rate is known here");
    }
    return true;
}

static void
payment_text(struct pain001 *p, const char *path, struct str text)
{
    static const char *const phones[] = {
        "TELE", "MSISDN", "PHONE", "MOBILE", "MPESA", "M-PESA"
    };

    if (strcmp(path, "CdtrAcct/Id/Othr/SchmeNm/Cd") == 0
        || strcmp(path, "CdtrAcct/Id/Othr/SchmeNm/Prtry") == 0)
        for (size_t i = 0; i < sizeof(phones) / sizeof(phones[0]); i++)
            p->is_phone = p->is_phone
                          || str_ieq(str_trim(text), str_of(phones[i]));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (strcmp(path, texts[i].path) == 0)
            put(p, texts[i].col, text);
}

static void
info_text(struct pain001 *p, const char *path, struct str text)
{
    char day[sizeof(p->facts.pay_date)];

    text = str_trim(text);
    if (strcmp(path, "NbOfTxs") == 0 || strcmp(path, "CtrlSum") == 0) {
        declare(p, &p->info, path, text);
    } else if (strcmp(path, "PmtMtd") == 0 && !str_eq(text, STR("TRF"))) {
        note(p, "PR-XML-020", xmlread_line(p->xml), text,
             "only credit transfers (TRF) can be paid");
    } else if (strcmp(path, "ReqdExctnDt") == 0
               || strcmp(path, "ReqdExctnDt/Dt") == 0
               || strcmp(path, "ReqdExctnDt/DtTm") == 0) {
        if (str_copy(day, sizeof(day), str_cut(text, 10)) < 0
            || day[0] == '\0')
            return;
        if (p->facts.pay_date[0] != '\0'
            && strcmp(p->facts.pay_date, day) != 0)
            note(p, "PR-XML-022", xmlread_line(p->xml), text,
                 "another part of the file has another day");
        memcpy(p->facts.pay_date, day, sizeof(day));
    } else if (strcmp(path, "DbtrAcct/Id/IBAN") == 0
               || strcmp(path, "DbtrAcct/Id/Othr/Id") == 0) {
        str_copy(p->facts.debtor, sizeof(p->facts.debtor), text);
    }
}

static bool
on_end(void *owner, const char *name, struct str text)
{
    struct pain001 *p = owner;
    const char *path = xmlread_path(p->xml), *rest = NULL;

    if (strcmp(path, PAYMENT) == 0)
        return end_payment(p);
    if (strcmp(path, INFO) == 0)
        check_sums(p, &p->info, "the payment information");
    else if (strcmp(path, ROOT) == 0)
        check_sums(p, &p->message, "the group header");
    else if ((rest = below(path, PAYMENT)) != NULL)
        payment_text(p, rest, text);
    else if ((rest = below(path, INFO)) != NULL)
        info_text(p, rest, text);
    else if ((rest = below(path, ROOT "/GrpHdr")) != NULL
             && (strcmp(rest, "NbOfTxs") == 0 || strcmp(rest, "CtrlSum") == 0))
        declare(p, &p->message, name, text);
    return true;
}

/* --- bytes -------------------------------------------------------------- */

static int
say(struct pain001 *p, enum xmlread_end end, struct err *e)
{
    char detail[ERR_TEXT_BYTES];

    switch (end) {
    case XMLREAD_FINE:
        return 0;
    case XMLREAD_STOPPED:
        break;
    case XMLREAD_BROKEN:
        snprintf(detail, sizeof(detail), "%s, in %.300s", xmlread_why(p->xml),
                 xmlread_path(p->xml));
        fail(p, "PR-XML-001", (struct str){ "", 0 }, detail);
        break;
    case XMLREAD_DOCTYPE:
        fail(p, "PR-XML-002", (struct str){ "", 0 }, "it is not read any "
             "further");
        break;
    case XMLREAD_TOO_DEEP:
        fail(p, "PR-XML-001", (struct str){ "", 0 }, "elements stand deeper "
             "in one another than in any payment order");
        break;
    case XMLREAD_TOO_LONG:
        fail(p, "PR-XML-001", (struct str){ "", 0 }, "a text has more than "
             "16 KB");
        break;
    case XMLREAD_NO_MEMORY:
        return err_oom(e);
    }
    return err_set(e, ERR_DATA, "the payment order cannot be read to its end");
}

int
pain001_feed(struct pain001 *p, const void *bytes, size_t n, struct err *e)
{
    return say(p, xmlread_feed(p->xml, bytes, n), e);
}

int
pain001_end(struct pain001 *p, struct err *e)
{
    return say(p, xmlread_end(p->xml), e);
}

const struct pain001_facts *
pain001_facts(const struct pain001 *p)
{
    return &p->facts;
}

/* --- life --------------------------------------------------------------- */

struct pain001 *
pain001_new(const struct table_sink *sink, struct err *e)
{
    struct pain001 *p = calloc(1, sizeof(*p));
    const struct xmlread_sink mine = { on_start, on_end, p };

    if (p == NULL || (p->xml = xmlread_new(&mine, e)) == NULL) {
        free(p);
        err_oom(e);
        return NULL;
    }
    p->sink = *sink;
    buf_init(&p->text, CSV_LINE_BYTES_MAX);
    return p;
}

void
pain001_free(struct pain001 *p)
{
    if (p == NULL)
        return;
    xmlread_free(p->xml);
    buf_release(&p->text);
    free(p);
}
