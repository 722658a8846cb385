#include "sandbox/paper.h"

#include <time.h>

#include "money/money.h"

#define HOLDER "ACME TEA GROWERS LTD"

struct paper_line *
paper_line(struct paper *p)
{
    if (p->n == p->cap) {
        size_t wide = p->cap == 0 ? 256 : p->cap * 2;
        struct paper_line *more = reallocarray(p->lines, wide, sizeof(*more));

        if (more == NULL)
            return NULL;
        p->lines = more;
        p->cap = wide;
    }
    p->lines[p->n] = (struct paper_line){ .sort = "payment" };
    return &p->lines[p->n++];
}

void
paper_release(struct paper *p)
{
    free(p->lines);
    *p = (struct paper){ .n = 0 };
}

/* The moment in Nairobi: Y y m d H M S stand for its parts, all else for
 * itself. */
static const char *
when(int64_t us, const char *shape, char out[40])
{
    time_t s = (time_t)(us / 1000000 + 3 * 3600);
    struct tm t = { .tm_mday = 1 };
    int n = 0;

    if (gmtime_r(&s, &t) == NULL)
        t = (struct tm){ .tm_mday = 1 };
    for (; *shape != '\0' && n < 30; shape++)
        switch (*shape) {
        case 'Y': n += snprintf(out + n, 8, "%04d", t.tm_year % 8000 + 1900);
            break;
        case 'y': n += snprintf(out + n, 4, "%02d", t.tm_year % 100); break;
        case 'm': n += snprintf(out + n, 4, "%02d", t.tm_mon % 12 + 1); break;
        case 'd': n += snprintf(out + n, 4, "%02d", t.tm_mday % 32); break;
        case 'H': n += snprintf(out + n, 4, "%02d", t.tm_hour % 24); break;
        case 'M': n += snprintf(out + n, 4, "%02d", t.tm_min % 60); break;
        case 'S': n += snprintf(out + n, 4, "%02d", t.tm_sec % 61); break;
        default: out[n++] = *shape; break;
        }
    out[n] = '\0';
    return out;
}

static int64_t
size_of(int64_t minor)
{
    return minor < 0 ? -minor : minor;
}

static int64_t
opening(const struct paper *p)
{
    int64_t sum = p->closing_minor;

    for (size_t i = 0; i < p->n; i++)
        sum -= p->lines[i].minor;
    return sum;
}

/* "1,234,567.89", in quotes because of its commas. */
static void
grouped(struct buf *out, int64_t minor)
{
    char digits[32];
    int n = snprintf(digits, sizeof(digits), "%lld",
                     (long long)(size_of(minor) / 100));

    buf_text(out, minor < 0 ? "\"-" : "\"");
    for (int i = 0; i < n; i++) {
        buf_char(out, digits[i]);
        if ((n - i - 1) % 3 == 0 && i < n - 1)
            buf_char(out, ',');
    }
    buf_printf(out, ".%02d\"", (int)(size_of(minor) % 100));
}

/* --- M-Pesa's organisation portal ----------------------------------------- */

static const char *
reason(const struct paper_line *l)
{
    if (strcmp(l->sort, "charge") == 0)
        return "Business Payment to Customer Charge";
    if (strcmp(l->sort, "reversal") == 0)
        return "Transaction Reversal";
    if (strcmp(l->sort, "transfer") == 0)
        return "Organization Fund Transfer";
    return l->minor < 0 ? "Business Payment to Customer via API"
                        : "Pay Bill Online";
}

static void
mpesa_line(struct buf *out, const struct paper_line *l, int64_t balance)
{
    bool party = l->account[0] != '\0' && strcmp(l->sort, "charge") != 0;
    char at[40];

    when(l->at_us, "d-m-Y H:M:S", at);
    buf_printf(out, "%s,%s,%s,", l->id, at, at);
    buf_csv(out, str_of(reason(l)), ',');
    buf_text(out, ",Completed,");
    if (l->minor > 0)
        grouped(out, l->minor);
    buf_char(out, ',');
    if (l->minor < 0)
        grouped(out, l->minor);
    buf_char(out, ',');
    grouped(out, balance);
    buf_printf(out, ",true,%s,", reason(l));
    if (party)
        buf_printf(out, "%s - ", l->account);
    if (party)
        buf_csv(out, str_of(l->name), ',');
    buf_printf(out, ",%s,", l->linked);
    buf_csv(out, str_of(l->reference), ',');
    buf_char(out, '\n');
}

/* Newest first, as the portal has them. */
static void
mpesa(struct buf *out, const struct paper *p)
{
    int64_t balance = p->closing_minor;
    char from[40], until[40];

    buf_printf(out, "Account Holder:," HOLDER "\nShort Code:,%s\n"
               "Account:,Utility Account\n", p->number);
    if (p->n > 0)
        buf_printf(out, "Time Period:,From %s To %s\n",
                   when(p->lines[0].at_us, "d-m-Y 00:00:00", from),
                   when(p->lines[p->n - 1].at_us, "d-m-Y 23:59:59", until));
    buf_text(out, "Opening Balance:,");
    grouped(out, opening(p));
    buf_text(out, "\nClosing Balance:,");
    grouped(out, p->closing_minor);
    buf_text(out, "\n\nReceipt No.,Completion Time,Initiation Time,Details,"
             "Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,"
             "Reason Type,Other Party Info,Linked Transaction ID,A/C No.\n");
    for (size_t i = p->n; i > 0; i--) {
        mpesa_line(out, &p->lines[i - 1], balance);
        balance -= p->lines[i - 1].minor;
    }
}

/* --- a bank's CSV --------------------------------------------------------- */

static void
bank_csv(struct buf *out, const struct paper *p)
{
    int64_t balance = opening(p);
    char day[40];

    buf_printf(out, "Account Number,%s\nAccount Name," HOLDER
               "\nCurrency,KES\n\nTransaction Date,Value Date,Narrative,"
               "Reference,Debit,Credit,Running Balance,Id,Payee Account,"
               "Payee\n", p->number);
    for (size_t i = 0; i < p->n; i++) {
        const struct paper_line *l = &p->lines[i];

        balance += l->minor;
        when(l->at_us, "d/m/Y", day);
        buf_printf(out, "%s,%s,%s,", day, day, reason(l));
        buf_csv(out, str_of(l->reference), ',');
        buf_char(out, ',');
        if (l->minor < 0)
            grouped(out, -l->minor);
        buf_char(out, ',');
        if (l->minor > 0)
            grouped(out, l->minor);
        buf_char(out, ',');
        grouped(out, balance);
        buf_printf(out, ",%s,%s,", l->id, l->account);
        buf_csv(out, str_of(l->name), ',');
        buf_char(out, '\n');
    }
}

/* --- camt.053 ------------------------------------------------------------- */

static void
plain(struct buf *out, int64_t minor)
{
    buf_printf(out, "%lld.%02d", (long long)(size_of(minor) / 100),
               (int)(size_of(minor) % 100));
}

static void
camt_amount(struct buf *out, int64_t minor)
{
    buf_text(out, "<Amt Ccy=\"KES\">");
    plain(out, minor);
    buf_printf(out, "</Amt><CdtDbtInd>%s</CdtDbtInd>",
               minor < 0 ? "DBIT" : "CRDT");
}

static void
camt_balance(struct buf *out, const char *code, int64_t minor, int64_t us)
{
    char day[40];

    buf_printf(out, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp>", code);
    camt_amount(out, minor);
    buf_printf(out, "<Dt><Dt>%s</Dt></Dt></Bal>\n", when(us, "Y-m-d", day));
}

static void
camt_party(struct buf *out, const struct paper_line *l)
{
    const char *who = l->minor < 0 ? "Cdtr" : "Dbtr";

    buf_printf(out, "<RltdPties><%s><Pty><Nm>", who);
    buf_html(out, str_of(l->name));
    buf_printf(out, "</Nm></Pty></%s><%sAcct><Id><Othr><Id>", who, who);
    buf_html(out, str_of(l->account));
    buf_printf(out, "</Id></Othr></Id></%sAcct></RltdPties>", who);
}

static void
camt_line(struct buf *out, const struct paper_line *l)
{
    bool charge = strcmp(l->sort, "charge") == 0;
    char at[40], day[40];

    buf_text(out, "<Ntry>");
    camt_amount(out, l->minor);
    if (strcmp(l->sort, "reversal") == 0)
        buf_text(out, "<RvslInd>true</RvslInd>");
    buf_printf(out, "<Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>%s+03:00</DtTm>"
               "</BookgDt><ValDt><Dt>%s</Dt></ValDt><AcctSvcrRef>%s"
               "</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>%s</Cd>"
               "<SubFmlyCd>%s</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls>"
               "<TxDtls><Refs><EndToEndId>",
               when(l->at_us, "Y-m-dTH:M:S", at), when(l->at_us, "Y-m-d", day), l->id,
               charge ? "MDOP" : l->minor < 0 ? "ICDT" : "RCDT",
               charge ? "CHRG" : "OTHR");
    buf_html(out, str_of(l->reference[0] != '\0' ? l->reference
                                                 : "NOTPROVIDED"));
    buf_text(out, "</EndToEndId></Refs>");
    if (l->account[0] != '\0' && !charge)
        camt_party(out, l);
    buf_printf(out, "<RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls></NtryDtls>"
               "</Ntry>\n", reason(l));
}

static void
camt053(struct buf *out, const struct paper *p)
{
    int64_t first = p->n > 0 ? p->lines[0].at_us : 0;
    int64_t last = p->n > 0 ? p->lines[p->n - 1].at_us : 0;
    char at[40];

    buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document "
               "xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n"
               "<BkToCstmrStmt><GrpHdr><MsgId>SANDBOX</MsgId><CreDtTm>"
               "%s+03:00</CreDtTm></GrpHdr>\n<Stmt><Id>SANDBOX-1</Id><Acct>"
               "<Id><Othr><Id>%s</Id></Othr></Id><Ccy>KES</Ccy><Ownr><Nm>"
               HOLDER "</Nm></Ownr></Acct>\n", when(last, "Y-m-dTH:M:S", at),
               p->number);
    camt_balance(out, "OPBD", opening(p), first);
    camt_balance(out, "CLBD", p->closing_minor, last);
    for (size_t i = 0; i < p->n; i++)
        camt_line(out, &p->lines[i]);
    buf_text(out, "</Stmt></BkToCstmrStmt></Document>\n");
}

/* --- MT940 ---------------------------------------------------------------- */

static void
mt_amount(struct buf *out, int64_t minor)
{
    buf_printf(out, "%lld,%02d", (long long)(size_of(minor) / 100),
               (int)(size_of(minor) % 100));
}

static void
mt_balance(struct buf *out, const char *tag, int64_t minor, int64_t us)
{
    char day[40];

    buf_printf(out, ":%s:%c%sKES", tag, minor < 0 ? 'D' : 'C',
               when(us, "ymd", day));
    mt_amount(out, minor);
    buf_text(out, "\r\n");
}

static void
mt_line(struct buf *out, const struct paper_line *l)
{
    bool back = strcmp(l->sort, "reversal") == 0;
    char day[40], entry[40];

    /* what takes back a debit is a credit, and says "RD" */
    buf_printf(out, ":61:%s%s%s", when(l->at_us, "ymd", day),
               when(l->at_us, "md", entry),
               back ? (l->minor < 0 ? "RC" : "RD") : l->minor < 0 ? "D" : "C");
    mt_amount(out, l->minor);
    buf_printf(out, "N%s%.16s//%.16s\r\n:86:",
               strcmp(l->sort, "charge") == 0 ? "CHG" : "TRF",
               l->reference[0] != '\0' ? l->reference : "NONREF", l->id);
    if (l->reference[0] != '\0')
        buf_printf(out, "/EREF/%.50s", l->reference);
    if (l->name[0] != '\0')
        buf_printf(out, "/NAME/%.60s", l->name);
    if (l->account[0] != '\0')
        buf_printf(out, "/ACCT/%.40s", l->account);
    buf_printf(out, "/REMI/%s\r\n", reason(l));
}

static void
mt940(struct buf *out, const struct paper *p)
{
    int64_t first = p->n > 0 ? p->lines[0].at_us : 0;
    int64_t last = p->n > 0 ? p->lines[p->n - 1].at_us : 0;

    buf_printf(out, "{1:F01SANDKENAXXXX0000000001}{2:O940SANDKENAXXXXN}{4:\r\n"
               ":20:SANDBOX\r\n:25:%s\r\n:28C:1/1\r\n", p->number);
    mt_balance(out, "60F", opening(p), first);
    for (size_t i = 0; i < p->n; i++)
        mt_line(out, &p->lines[i]);
    mt_balance(out, "62F", p->closing_minor, last);
    buf_text(out, "-}\r\n");
}

/* --- which ---------------------------------------------------------------- */

static int
by_time(const void *a, const void *b)
{
    const struct paper_line *x = a, *y = b;

    return x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
}

int
paper_write(struct buf *out, struct paper *p, const char *format)
{
    static const struct {
        const char *name;
        void (*write)(struct buf *, const struct paper *);
    } formats[] = { { "mpesa", mpesa }, { "bank-csv", bank_csv },
                    { "camt053", camt053 }, { "mt940", mt940 } };

    if (p->n > 1)
        qsort(p->lines, p->n, sizeof(*p->lines), by_time);
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (format != NULL && strcmp(formats[i].name, format) == 0) {
            formats[i].write(out, p);
            return 0;
        }
    return -1;
}
