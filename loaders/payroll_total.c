#include "loaders/payroll_priv.h"

#include "loaders/columns.h"
#include "loaders/phone.h"

#define COUNT_DIGITS_MAX   8    /* as RUN_ROWS_MAX                  */
#define PHONE_DIGITS_LEAST 9    /* more than any count; see phone.c */

/* What stands in front of a total, whatever its case. */
static const struct str total_words[] = {
    STR_INIT("total"), STR_INIT("totals"), STR_INIT("grand total"),
    STR_INIT("sum"), STR_INIT("total amount"), STR_INIT("total net pay"),
    STR_INIT("total pay"), STR_INIT("jumla")
};

/* --- finding it --------------------------------------------------------- */

static bool
filled(const struct payroll *p, int i)
{
    return !(i < p->facts.columns && p->columns[i].ours)
           && columns_cell(p->rec->fields[i].text).len > 0;
}

/* The first cell that is not empty, or -1; whether there is one or more. */
static int
first_filled(const struct payroll *p, int *n)
{
    int first = -1;

    *n = 0;
    for (int i = 0; i < p->rec->n && *n < 2; i++) {
        if (!filled(p, i))
            continue;
        if (first < 0)
            first = i;
        ++*n;
    }
    return first;
}

static bool
is_total_word(struct str s)
{
    s = str_trim(s);
    if (s.len > 0 && (s.p[s.len - 1] == ':' || s.p[s.len - 1] == '.'))
        s = str_trim(str_cut(s, s.len - 1));
    for (size_t i = 0; i < sizeof(total_words) / sizeof(*total_words); i++)
        if (str_ieq(s, total_words[i]))
            return true;
    return false;
}

/* A person called "Sum" has a number to be paid to; a total has none, but
 * perhaps a count of people in its place. */
static bool
has_payee(const struct payroll *p)
{
    char phone[PHONE_BYTES];
    int digits = 0;

    phone_read(payroll_cell(p, PF_PHONE), phone, &digits);
    return digits >= PHONE_DIGITS_LEAST
           || payroll_cell(p, PF_ACCOUNT).len > 0
           || payroll_cell(p, PF_PAYBILL).len > 0
           || payroll_cell(p, PF_TILL).len > 0;
}

static bool
reads_as_amount(struct payroll *p, struct str s)
{
    int64_t minor = 0;
    enum amount_format had = p->facts.format;
    enum amount_flaw flaw = payroll_amount_read(p, s, &minor);

    p->facts.format = had;          /* only asking */
    return flaw == AMOUNT_FINE || flaw == AMOUNT_ZERO
           || flaw == AMOUNT_OTHER_FORMAT || flaw == AMOUNT_AMBIGUOUS;
}

static bool
is_trailer(struct payroll *p)
{
    int n = 0, first = first_filled(p, &n);
    bool word = false, alone = false;

    if (first < 0)
        return false;
    word = is_total_word(p->rec->fields[first].text);
    alone = n == 1 && p->facts.columns > 1 && first == p->at[PF_AMOUNT];
    if ((!word && !alone) || has_payee(p))  /* reading a phone comes last */
        return false;
    return word || reads_as_amount(p, p->rec->fields[first].text);
}

/* --- checking it -------------------------------------------------------- */

/* The total: under the amounts, or in a row with other fields than the header
 * the last that reads as one.  The column, or -1. */
static int
amount_column(struct payroll *p)
{
    int at = p->at[PF_AMOUNT];

    if (p->rec->n == p->facts.columns)
        return at >= 0 && filled(p, at) ? at : -1;
    for (int i = p->rec->n - 1; i > 0; i--)
        if (filled(p, i) && reads_as_amount(p, p->rec->fields[i].text))
            return i;
    return -1;
}

/* How the sum came about, for the message. */
static void
say_sum(const struct payroll *p, char out[ERR_TEXT_BYTES / 2])
{
    struct money m = p->ccy;
    char sum[MONEY_TEXT_BYTES], unread[MONEY_TEXT_BYTES];

    m.minor = p->sum_minor;
    money_text(m, sum);
    money_count(p->unread, unread);
    snprintf(out, ERR_TEXT_BYTES / 2, "the rows add up to %s%s%s%s", sum,
             p->unread > 0 ? ", without " : "",
             p->unread > 0 ? unread : "",
             p->unread > 0 ? " whose amount cannot be read" : "");
}

static void
note_difference(struct payroll *p, const char *code, struct payroll_where w,
                int64_t declared)
{
    struct money m = p->ccy, diff = p->ccy;
    char sum[ERR_TEXT_BYTES / 2], said[MONEY_TEXT_BYTES];
    char apart[MONEY_TEXT_BYTES];

    m.minor = declared;
    diff.minor = declared > p->sum_minor ? declared - p->sum_minor
                                         : p->sum_minor - declared;
    money_text(m, said);
    money_text(diff, apart);
    say_sum(p, sum);
    payroll_note(p, code, w, "%s; declared %s, %s %s", sum, said, apart,
                 declared > p->sum_minor ? "more" : "less");
}

static void
check_amount(struct payroll *p, struct payroll_where w, int column)
{
    int64_t declared = 0;
    enum amount_flaw flaw = AMOUNT_EMPTY;

    if (column >= 0) {
        w.column = column + 1;
        w.field = PF_AMOUNT;
        w.value = columns_cell(p->rec->fields[column].text);
        flaw = payroll_amount_read(p, w.value, &declared);
    }
    if (flaw != AMOUNT_FINE && flaw != AMOUNT_ZERO) {
        payroll_note(p, "PR-CSV-084", w, "the row was taken for the total of "
                     "the file");
        return;
    }
    if (declared != p->sum_minor)
        note_difference(p, "PR-CSV-082", w, declared);
}

/* "12", "12 employees": digits, perhaps with a word behind.  0 or -1. */
static int
read_count(struct str s, int64_t *count)
{
    size_t n = 0;

    s = str_trim(s);
    while (n < s.len && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    if (n > COUNT_DIGITS_MAX || (n < s.len && s.p[n] != ' '))
        return -1;
    return str_i64(count, str_cut(s, n));
}

/* A count stands where a row says who is paid; a number elsewhere is the total
 * of another column. */
static bool
may_count(const struct payroll *p, int i)
{
    enum payroll_field f = i < p->facts.columns ? p->columns[i].field
                                                : PF_UNKNOWN;

    return f == PF_EMPLOYEE_NO || f == PF_NAME || f == PF_PHONE
           || f == PF_ID_NUMBER;
}

static void
check_count(struct payroll *p, struct payroll_where w, int amount_at)
{
    int64_t count = 0;
    char rows[MONEY_TEXT_BYTES];

    for (int i = 0; i < p->rec->n; i++) {
        if (i == amount_at || !may_count(p, i)
            || read_count(p->rec->fields[i].text, &count) < 0)
            continue;
        if (count == p->facts.rows)
            return;
        w.column = i + 1;
        w.field = p->columns[i].field;
        w.value = columns_cell(p->rec->fields[i].text);
        money_count(p->facts.rows, rows);
        payroll_note(p, "PR-CSV-083", w, "there are %s above it", rows);
        return;
    }
}

bool
payroll_trailer(struct payroll *p)
{
    struct payroll_where w = { .field = PF_UNKNOWN };
    int at = -1;

    if (p->trailer_line != 0 || !is_trailer(p))
        return false;
    w.line = p->rec->line;
    p->trailer_line = p->rec->line;
    p->facts.has_trailer = true;
    at = amount_column(p);
    if (p->at[PF_AMOUNT] >= 0)      /* else the header said so already */
        check_amount(p, w, at);
    check_count(p, w, at);
    return true;
}

/* --- what was declared outside the file --------------------------------- */

void
payroll_declared(struct payroll *p)
{
    struct payroll_where w = { .field = PF_UNKNOWN };
    char have[MONEY_TEXT_BYTES], want[MONEY_TEXT_BYTES];

    if (p->opt.expect_count >= 0 && p->opt.expect_count != p->facts.rows) {
        money_count(p->facts.rows, have);
        money_count(p->opt.expect_count, want);
        payroll_note(p, "PR-CSV-081", w, "the file has %s rows, expected were "
                     "%s", have, want);
    }
    if (p->opt.expect_minor >= 0 && p->at[PF_AMOUNT] >= 0
        && p->opt.expect_minor != p->sum_minor)
        note_difference(p, "PR-CSV-080", w, p->opt.expect_minor);
}
