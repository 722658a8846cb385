#include "loaders/payroll_priv.h"

#include "base/crypto.h"
#include "loaders/payroll_limit.h"
#include "loaders/payroll_rail.h"
#include "loaders/phone.h"

#define ACCOUNT_DIGITS_MAX   24 /* IntaSend: account, 1..24              */
#define ACCOUNT_DIGITS_MIN   4
#define SHORT_DIGITS_MIN     4  /* paybills and tills have 5 to 7 today  */
#define SHORT_DIGITS_MAX     10
#define BANK_CODE_BYTES_MAX  12
#define ACCOUNT_REF_MAX      20 /* IntaSend: account_reference           */

/* --- phones ------------------------------------------------------------- */

static void
note_phone(struct payroll *p, enum phone_flaw flaw, int digits)
{
    struct payroll_where w = { .line = 0 };

    if (flaw != PHONE_FINE)
        w = payroll_place(p, PF_PHONE);
    switch (flaw) {
    case PHONE_FINE:
        return;
    case PHONE_EMPTY:
        payroll_note(p, "PR-CSV-010", w, "the cell is empty");
        return;
    case PHONE_TOO_SHORT:
        payroll_note(p, "PR-CSV-017", w, "%d digits, a Kenyan mobile number "
                     "has 10 (07.. or 01..)", digits);
        return;
    case PHONE_TOO_LONG:
        payroll_note(p, "PR-CSV-016", w, "%d digits, a Kenyan mobile number "
                     "has 10 (07.. or 01..), or 12 with 254", digits);
        return;
    case PHONE_EXPONENT:
        payroll_note(p, "PR-CSV-011", w, "a spreadsheet changed this cell and "
                     "may have dropped digits");
        return;
    case PHONE_NOT_DIGITS:
        payroll_note(p, "PR-CSV-012", w, "there is something other than "
                     "digits in it");
        return;
    case PHONE_TWO_NUMBERS:
        payroll_note(p, "PR-CSV-013", w, "it cannot be told which one is to "
                     "be paid");
        return;
    case PHONE_FOREIGN:
        payroll_note(p, "PR-CSV-014", w, "a Kenyan number begins with 254, "
                     "07 or 01");
        return;
    case PHONE_NOT_MOBILE:
        payroll_note(p, "PR-CSV-015", w, "a Kenyan mobile number begins with "
                     "07 or 01");
        return;
    }
}

/* Whose numbers a rail pays, as far as its name tells; NULL: everybody's. */
static const char *
home_network(const struct rail_rule *rail)
{
    if (strstr(rail->name, "EQUITEL") != NULL)
        return "Equitel";
    return strstr(rail->name, "MPESA") != NULL ? "Safaricom" : NULL;
}

bool
payroll_payee_short_prefixes(const struct rules *rules)
{
    for (int i = 0; i < rules->nprefixes; i++)
        if (strlen(rules->prefixes[i].prefix) > 3)
            return false;
    return true;
}

/* Whose a number is; "" when nobody's.  Looked up once for each three digits
 * behind 254, for a million rows have a few of them. */
static const char *
network_of(struct payroll *p, struct str number)
{
    const char *d = number.p + 3, *network = NULL;
    int i = (d[0] - '0') * 100 + (d[1] - '0') * 10 + (d[2] - '0');

    if (p->short_prefixes && p->network[i] != NULL)
        return p->network[i];
    network = rules_network(p->opt.rules, number);
    return p->network[i] = network != NULL ? network : "";
}

/* The rail that pays numbers of ${network}, if there is one here; or NULL. */
static const char *
rail_of(const struct payroll *p, const char *network)
{
    for (int i = 0; i < p->opt.rules->nrails; i++) {
        const struct rail_rule *r = &p->opt.rules->rails[i];
        const char *home = home_network(r);

        if (home != NULL && strcmp(home, network) == 0
            && payroll_offered(p, r))
            return r->name;
    }
    return NULL;
}

static void
note_network(struct payroll *p, const struct rail_rule *rail,
             const char *network, const char *home)
{
    struct payroll_where w = payroll_place(p, PF_PHONE);
    const char *other = rail_of(p, network);
    char fix[ERR_TEXT_BYTES];

    snprintf(fix, sizeof(fix), "write %s in a column \"rail\" to pay it there, "
             "or leave it when the number was moved to %s",
             other != NULL ? other : "", home);
    w.fix = other != NULL ? fix : NULL;
    payroll_note(p, "PR-CSV-018", w, "a number of %s; %s pays %s numbers",
                 network, rail->name, home);
}

/* Of the rail at hand, which is nearly always the one of the row before. */
static const char *
home_of(struct payroll *p, const struct rail_rule *rail)
{
    if (p->home_rail != rail) {
        p->home_rail = rail;
        p->home = home_network(rail);
    }
    return p->home;
}

static void
check_network(struct payroll *p, const struct rail_rule *rail)
{
    const char *home = home_of(p, rail), *network = NULL;

    if (home == NULL || p->opt.rules->nprefixes == 0)
        return;
    network = network_of(p, p->row.account);
    if (network[0] == '\0')
        payroll_note(p, "PR-CSV-019", payroll_place(p, PF_PHONE),
                     "%s pays %s numbers", rail->name, home);
    else if (strcmp(network, home) != 0)
        note_network(p, rail, network, home);
}

static void
read_phone(struct payroll *p)
{
    char phone[PHONE_BYTES];
    int digits = 0;
    enum phone_flaw flaw = PHONE_FINE;

    if (p->at[PF_PHONE] < 0 && p->header_blocks)
        return;                     /* the header said so already */
    flaw = phone_read(payroll_cell(p, PF_PHONE), phone, &digits);
    note_phone(p, flaw, digits);
    if (flaw != PHONE_FINE)
        return;
    memcpy(p->account, phone, sizeof(phone));
    p->row.account = str_of(p->account);
    if (p->row.rail != NULL)
        check_network(p, p->row.rail);
}

/* --- the other kinds ---------------------------------------------------- */

static bool
has_exponent(struct str s)
{
    size_t i = 0;

    while (i < s.len && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.'))
        i++;
    return i > 0 && i + 1 < s.len && (s.p[i] == 'E' || s.p[i] == 'e')
           && (s.p[i + 1] == '+' || s.p[i + 1] == '-');
}

/* Digits, with blanks and dashes to make them easier to read, into account. */
static void
read_number(struct payroll *p, enum payroll_field f, size_t least, size_t most)
{
    struct payroll_where w = payroll_place(p, f);
    struct str s = w.value;
    size_t n = 0;

    if (s.len == 0) {
        payroll_note(p, "PR-CSV-090", w, "the row has no %s",
                     payroll_field_name(f));
        return;
    }
    if (has_exponent(s)) {
        payroll_note(p, "PR-CSV-091", w, "a spreadsheet changed this cell and "
                     "may have dropped digits");
        return;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == ' ' || s.p[i] == '-' || (i == 0 && s.p[i] == '\''))
            continue;
        if (s.p[i] < '0' || s.p[i] > '9') {
            payroll_note(p, "PR-CSV-092", w, "there is something other than "
                         "digits in it");
            return;
        }
        if (n + 1 < sizeof(p->account))
            p->account[n] = s.p[i];
        n++;
    }
    if (n < least || n > most) {
        payroll_note(p, "PR-CSV-093", w, "%zu digits; %zu to %zu are taken",
                     n, least, most);
        return;
    }
    p->account[n] = '\0';
    p->row.account = str_of(p->account);
}

/* Without a list of banks, a code is taken as it comes. */
static struct str
plain_bank_code(struct payroll *p, struct str code)
{
    if (code.len == 0 || code.len > BANK_CODE_BYTES_MAX
        || !payroll_digits(code))
        payroll_note(p, "PR-CSV-094", payroll_place(p, PF_BANK_CODE),
                     "a bank code is digits, such as 68");
    return code;
}

/* The bank a cell names; NULL after saying that there is none. */
static const struct bank_name *
bank_in(struct payroll *p, enum payroll_field f, struct str text)
{
    const struct bank_name *b = bank_find(&p->banks, text);
    struct payroll_where w = payroll_place(p, f);
    char near[BANK_NEAR_BYTES];

    if (b != NULL)
        return b;
    bank_near(&p->banks, text, near);
    if (near[0] != '\0')
        payroll_note(p, "PR-CSV-096", w, "did you mean %s?", near);
    else
        payroll_note(p, "PR-CSV-096", w, "no bank in the rules has this %s",
                     payroll_digits(text) ? "code" : "name");
    return NULL;
}

/* The code of the row's bank, by its code or its name; the code decides, but
 * not against a name that is known. */
static struct str
bank_code(struct payroll *p)
{
    struct str code = payroll_cell(p, PF_BANK_CODE);
    struct str name = payroll_cell(p, PF_BANK);
    const struct bank_name *b = NULL, *other = NULL;

    if (code.len > 0 && code.p[0] == '\'')
        code = (struct str){ code.p + 1, code.len - 1 };
    if (p->opt.rules->nbanks == 0)
        return plain_bank_code(p, code);
    if (code.len == 0 && name.len == 0)
        payroll_note(p, "PR-CSV-094",
                     payroll_place(p, p->at[PF_BANK_CODE] < 0
                                      && p->at[PF_BANK] >= 0
                                          ? PF_BANK : PF_BANK_CODE),
                     "the row names no bank");
    else if (code.len == 0)
        b = bank_in(p, PF_BANK, name);
    else if ((b = bank_in(p, PF_BANK_CODE, code)) != NULL && name.len > 0
             && (other = bank_find(&p->banks, name)) != NULL && other != b)
        payroll_note(p, "PR-CSV-097", payroll_place(p, PF_BANK),
                     "%s is %s, %s is %s", b->code, b->name, other->code,
                     other->name);
    if (b == NULL || (other != NULL && other != b))
        return (struct str){ NULL, 0 };
    return str_of(b->code);
}

static void
read_bank(struct payroll *p)
{
    read_number(p, PF_ACCOUNT, ACCOUNT_DIGITS_MIN, ACCOUNT_DIGITS_MAX);
    if (!(p->broken & (1U << PF_BANK | 1U << PF_BANK_CODE)))
        p->row.bank_code = bank_code(p);
    /* the same number at a bank nobody knows is not the same account */
    if (p->row.bank_code.len == 0)
        p->row.account = (struct str){ NULL, 0 };
}

/* Can it be sent as it is?  Blanks inside it can. */
static bool
is_sendable(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
            return false;
    return true;
}

/* The reference of a paybill stands in its own column or, in most files, in
 * the one for accounts, unless that is of a bank. */
static void
read_paybill(struct payroll *p)
{
    bool own = payroll_cell(p, PF_ACCOUNT_REFERENCE).len > 0
               || payroll_cell(p, PF_BANK_CODE).len > 0
               || payroll_cell(p, PF_BANK).len > 0
               || p->at[PF_ACCOUNT] < 0;
    bool other = payroll_cell(p, PF_ACCOUNT).len > 0
                 || p->at[PF_ACCOUNT_REFERENCE] < 0;
    enum payroll_field f = own || !other ? PF_ACCOUNT_REFERENCE : PF_ACCOUNT;

    read_number(p, PF_PAYBILL, SHORT_DIGITS_MIN, SHORT_DIGITS_MAX);
    p->row.account_reference = payroll_cell(p, f);
    if (p->row.account_reference.len == 0)
        payroll_note(p, "PR-CSV-095", payroll_place(p, f),
                     "the paybill is not told whose bill it is");
    if (p->row.account_reference.len > ACCOUNT_REF_MAX)
        payroll_note(p, "PR-CSV-064", payroll_place(p, f),
                     "%zu bytes; an account reference has %d at most",
                     p->row.account_reference.len, ACCOUNT_REF_MAX);
    if (!is_sendable(p->row.account_reference))
        payroll_note(p, "PR-CSV-098", payroll_place(p, f),
                     "letters without accents, digits and signs other than "
                     "\" and \\ are taken");
}

/* --- twice -------------------------------------------------------------- */

static uint32_t
amount_word(int64_t minor, bool known)
{
    uint32_t word = (uint32_t)((uint64_t)minor ^ (uint64_t)minor >> 32);

    return known ? word | 1U << 31 : 0;     /* 0: nobody knows */
}

static void
note_twice(struct payroll *p, struct seen_at now, struct seen_at before)
{
    struct payroll_where w = payroll_place(p, payroll_rail_field(p->row.rail->account));
    bool known = now.word != 0 && before.word != 0;
    bool same = known && now.word == before.word;

    w.other_line = before.line;
    payroll_note(p, known && !same ? "PR-CSV-031" : "PR-CSV-030", w,
                 "%.*s is also on line %u, with %s",
                 STR_ARG(p->row.account), before.line,
                 same ? "the same amount"
                      : known ? "another amount"
                              : "an amount that cannot be compared");
}

static void
out_of_memory(struct payroll *p)
{
    p->dead = true;
    err_oom(&p->why);
}

/* What a payee is paid into.  A phone has one M-Pesa purse, whoever sends to
 * it; airtime and the purses that a row has to ask for by name are others. */
static const char *
purse(const struct rail_rule *rail)
{
    return rail->only_named || rail->account != ACCOUNT_PHONE ? rail->name
                                                              : "phone";
}

static uint64_t
payee_hash(struct payroll *p)
{
    struct str in = str_of(purse(p->row.rail)), key = { NULL, 0 };
    const struct payroll_row *r = &p->row;
    char *to = buf_room(&p->text, in.len + r->account.len + r->bank_code.len
                        + r->account_reference.len + 3);

    key.p = to;
    if (to == NULL)
        return 0;                   /* deliver() says that memory is short */
    to = payroll_put(to, in, '|');
    to = payroll_put(to, r->account, '|');
    to = payroll_put(to, r->bank_code, '|');
    to = payroll_put(to, r->account_reference, '\0');
    key.len = (size_t)(to - key.p) - 1;
    return hash64(key);
}

/* The hashes by which this row is found again. */
static void
prepare(struct payroll *p)
{
    struct str employee = payroll_cell(p, PF_EMPLOYEE_NO);
    char *key = NULL;

    p->has_employee = employee.len > 0
                      && (p->broken & 1U << PF_EMPLOYEE_NO) == 0;
    p->has_payee = p->row.rail != NULL && p->row.account.len > 0;
    buf_clear(&p->text);
    if (p->has_employee
        && (key = buf_room(&p->text, employee.len)) != NULL) {
        for (size_t i = 0; i < employee.len; i++) {  /* e12 and E12 are one */
            char c = employee.p[i];

            key[i] = c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
        }
        p->employee_hash = hash64((struct str){ key, employee.len });
        seen_soon(&p->employees, p->employee_hash);
    }
    if (p->has_payee) {
        p->payee_hash = payee_hash(p);
        seen_soon(&p->payees, p->payee_hash);
    }
}

/* The same employee with another account; the same with the same one, on line
 * ${payee_line}, was said already. */
static void
employee_twice(struct payroll *p, struct seen_at now, uint32_t payee_line)
{
    struct payroll_where w = { .line = 0 };
    struct seen_at before = { .line = 0 };
    int again = seen_put(&p->employees, p->employee_hash, now, &before);

    if (again < 0)
        out_of_memory(p);
    if (again > 0 && before.line != payee_line) {
        w = payroll_place(p, PF_EMPLOYEE_NO);
        w.other_line = before.line;
        payroll_note(p, "PR-CSV-032", w, "it is also on line %u",
                     before.line);
    }
}

void
payroll_payee_twice(struct payroll *p, bool amount_known)
{
    struct seen_at now = { .line = (uint32_t)p->rec->line };
    struct seen_at before = { .line = 0 };
    int again = 0;

    if (!p->has_payee)
        return;
    now.word = amount_word(p->row.minor, amount_known);
    again = seen_put(&p->payees, p->payee_hash, now, &before);
    if (again < 0)
        out_of_memory(p);
    if (again > 0)
        note_twice(p, now, before);
    if (again > 0 && amount_known)
        payroll_day(p, before);
    if (again >= 0 && p->has_employee)
        employee_twice(p, now, before.line);
}

/* --- the payee ---------------------------------------------------------- */

static void
read_account(struct payroll *p, enum account_kind kind)
{
    switch (kind) {
    case ACCOUNT_PHONE:
        read_phone(p);
        return;
    case ACCOUNT_BANK:
        read_bank(p);
        return;
    case ACCOUNT_PAYBILL:
        read_paybill(p);
        return;
    case ACCOUNT_TILL:
        read_number(p, PF_TILL, SHORT_DIGITS_MIN, SHORT_DIGITS_MAX);
        return;
    }
}

void
payroll_payee(struct payroll *p)
{
    enum account_kind kind = p->default_rail->account;

    if (payroll_rail(p, &kind)
        && !(p->broken & 1U << payroll_rail_field(kind)))
        read_account(p, kind);
    prepare(p);
}
