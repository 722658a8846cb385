#include "loaders/columns.h"

#define PLAIN_BYTES 64      /* a header beyond that is a sentence */
#define LIKE_EDITS  2       /* "Phnoe", "Nett Pya"                */

/*
 * Letters and digits only, lower case; '#' is "no".  What a column could also
 * be called and mean something else ("id", "no", "total", "contact") is not
 * here: --map says it, and nobody is paid by a guess.
 */
static const struct alias {
    enum payroll_field field;
    const char        *plain;
} aliases[] = {
    { PF_EMPLOYEE_NO, "employeeno" },   { PF_EMPLOYEE_NO, "employeenumber" },
    { PF_EMPLOYEE_NO, "employeeid" },   { PF_EMPLOYEE_NO, "employeecode" },
    { PF_EMPLOYEE_NO, "empno" },        { PF_EMPLOYEE_NO, "empnumber" },
    { PF_EMPLOYEE_NO, "empid" },        { PF_EMPLOYEE_NO, "empcode" },
    { PF_EMPLOYEE_NO, "staffno" },      { PF_EMPLOYEE_NO, "staffnumber" },
    { PF_EMPLOYEE_NO, "staffid" },      { PF_EMPLOYEE_NO, "payrollno" },
    { PF_EMPLOYEE_NO, "payrollnumber" },{ PF_EMPLOYEE_NO, "payrollid" },
    { PF_EMPLOYEE_NO, "personnelno" },  { PF_EMPLOYEE_NO, "personnelnumber" },
    { PF_EMPLOYEE_NO, "pfno" },         { PF_EMPLOYEE_NO, "pfnumber" },
    { PF_EMPLOYEE_NO, "workerno" },     { PF_EMPLOYEE_NO, "workerid" },
    { PF_EMPLOYEE_NO, "workno" },

    { PF_NAME, "name" },                { PF_NAME, "names" },
    { PF_NAME, "fullname" },            { PF_NAME, "fullnames" },
    { PF_NAME, "employeename" },        { PF_NAME, "employeenames" },
    { PF_NAME, "nameofemployee" },      { PF_NAME, "staffname" },
    { PF_NAME, "workername" },          { PF_NAME, "payee" },
    { PF_NAME, "payeename" },           { PF_NAME, "beneficiary" },
    { PF_NAME, "beneficiaryname" },     { PF_NAME, "recipient" },
    { PF_NAME, "recipientname" },       { PF_NAME, "accountname" },
    { PF_NAME, "jina" },

    { PF_PHONE, "phone" },              { PF_PHONE, "phoneno" },
    { PF_PHONE, "phonenumber" },        { PF_PHONE, "mobile" },
    { PF_PHONE, "mobileno" },           { PF_PHONE, "mobilenumber" },
    { PF_PHONE, "mobilephone" },        { PF_PHONE, "mobilephoneno" },
    { PF_PHONE, "mobilephonenumber" },  { PF_PHONE, "msisdn" },
    { PF_PHONE, "telephone" },          { PF_PHONE, "telephoneno" },
    { PF_PHONE, "telephonenumber" },    { PF_PHONE, "tel" },
    { PF_PHONE, "telno" },              { PF_PHONE, "cell" },
    { PF_PHONE, "cellno" },             { PF_PHONE, "cellphone" },
    { PF_PHONE, "cellphoneno" },        { PF_PHONE, "cellnumber" },
    { PF_PHONE, "mpesano" },            { PF_PHONE, "mpesanumber" },
    { PF_PHONE, "mpesaphone" },         { PF_PHONE, "mpesaphoneno" },
    { PF_PHONE, "mpesaphonenumber" },   { PF_PHONE, "mpesamobile" },
    { PF_PHONE, "mpesamobileno" },      { PF_PHONE, "simu" },

    { PF_AMOUNT, "amount" },            { PF_AMOUNT, "amt" },
    { PF_AMOUNT, "netpay" },            { PF_AMOUNT, "nettpay" },
    { PF_AMOUNT, "net" },               { PF_AMOUNT, "netamount" },
    { PF_AMOUNT, "netsalary" },         { PF_AMOUNT, "netpayable" },
    { PF_AMOUNT, "netwage" },           { PF_AMOUNT, "netwages" },
    { PF_AMOUNT, "pay" },               { PF_AMOUNT, "payable" },
    { PF_AMOUNT, "salary" },            { PF_AMOUNT, "wage" },
    { PF_AMOUNT, "wages" },             { PF_AMOUNT, "amountpayable" },
    { PF_AMOUNT, "amountdue" },         { PF_AMOUNT, "amounttopay" },
    { PF_AMOUNT, "payamount" },         { PF_AMOUNT, "paymentamount" },
    { PF_AMOUNT, "takehome" },          { PF_AMOUNT, "takehomepay" },
    { PF_AMOUNT, "kiasi" },

    { PF_CURRENCY, "currency" },        { PF_CURRENCY, "currencycode" },
    { PF_CURRENCY, "ccy" },             { PF_CURRENCY, "curr" },

    { PF_RAIL, "rail" },                { PF_RAIL, "method" },
    { PF_RAIL, "paymentmethod" },       { PF_RAIL, "paymethod" },
    { PF_RAIL, "paymentmode" },         { PF_RAIL, "paymode" },
    { PF_RAIL, "modeofpayment" },       { PF_RAIL, "paymenttype" },
    { PF_RAIL, "channel" },             { PF_RAIL, "paymentchannel" },

    { PF_BANK, "bank" },                { PF_BANK, "bankname" },
    { PF_BANK_CODE, "bankcode" },       { PF_BANK_CODE, "bankcodeno" },
    { PF_BANK_CODE, "bankid" },         { PF_BANK_CODE, "sortcode" },

    { PF_ACCOUNT, "account" },          { PF_ACCOUNT, "accountno" },
    { PF_ACCOUNT, "accountnumber" },    { PF_ACCOUNT, "accno" },
    { PF_ACCOUNT, "accnumber" },        { PF_ACCOUNT, "acno" },
    { PF_ACCOUNT, "acnumber" },         { PF_ACCOUNT, "acctno" },
    { PF_ACCOUNT, "acct" },             { PF_ACCOUNT, "bankaccount" },
    { PF_ACCOUNT, "bankaccountno" },    { PF_ACCOUNT, "bankaccountnumber" },
    { PF_ACCOUNT, "bankacno" },

    { PF_PAYBILL, "paybill" },          { PF_PAYBILL, "paybillno" },
    { PF_PAYBILL, "paybillnumber" },    { PF_PAYBILL, "mpesapaybill" },
    { PF_PAYBILL, "businessno" },       { PF_PAYBILL, "businessnumber" },
    { PF_TILL, "till" },                { PF_TILL, "tillno" },
    { PF_TILL, "tillnumber" },          { PF_TILL, "buygoods" },
    { PF_TILL, "buygoodstill" },        { PF_TILL, "buygoodsno" },

    { PF_ACCOUNT_REFERENCE, "accountreference" },
    { PF_ACCOUNT_REFERENCE, "accountref" },
    { PF_ACCOUNT_REFERENCE, "paybillaccount" },
    { PF_ACCOUNT_REFERENCE, "paybillaccountno" },
    { PF_ACCOUNT_REFERENCE, "paybillreference" },
    { PF_ACCOUNT_REFERENCE, "billreference" },
    { PF_ACCOUNT_REFERENCE, "billref" },

    { PF_REFERENCE, "reference" },      { PF_REFERENCE, "ref" },
    { PF_REFERENCE, "refno" },          { PF_REFERENCE, "referenceno" },
    { PF_REFERENCE, "referencenumber" },{ PF_REFERENCE, "paymentreference" },
    { PF_REFERENCE, "paymentref" },     { PF_REFERENCE, "transactionref" },
    { PF_NARRATION, "narration" },      { PF_NARRATION, "narrative" },
    { PF_NARRATION, "description" },    { PF_NARRATION, "details" },
    { PF_NARRATION, "paymentdetails" }, { PF_NARRATION, "remark" },
    { PF_NARRATION, "remarks" },        { PF_NARRATION, "purpose" },
    { PF_NARRATION, "comment" },        { PF_NARRATION, "comments" },

    { PF_ID_NUMBER, "idnumber" },       { PF_ID_NUMBER, "idno" },
    { PF_ID_NUMBER, "nationalid" },     { PF_ID_NUMBER, "nationalidno" },
    { PF_ID_NUMBER, "nationalidnumber" },{ PF_ID_NUMBER, "nid" },
    { PF_ID_NUMBER, "idpassport" },     { PF_ID_NUMBER, "idpassportno" },
    { PF_ID_NUMBER, "idcardno" },
    { PF_KRA_PIN, "krapin" },           { PF_KRA_PIN, "krapinno" },
    { PF_KRA_PIN, "krapinnumber" },     { PF_KRA_PIN, "kra" },
    { PF_KRA_PIN, "pinno" },            { PF_KRA_PIN, "pinnumber" },
    { PF_KRA_PIN, "taxpin" },

    { PF_DEPARTMENT, "department" },    { PF_DEPARTMENT, "dept" },
    { PF_DEPARTMENT, "departmentname" },{ PF_DEPARTMENT, "section" },
    { PF_DEPARTMENT, "division" },
    { PF_BRANCH, "branch" },            { PF_BRANCH, "branchname" },
    { PF_BRANCH, "station" },           { PF_BRANCH, "location" },
    { PF_BRANCH, "site" },

    { PF_PAY_FROM, "payfrom" },         { PF_PAY_FROM, "payfromaccount" },
    { PF_PAY_FROM, "paidfrom" },        { PF_PAY_FROM, "payingaccount" },
    { PF_PAY_FROM, "fundingaccount" },  { PF_PAY_FROM, "sourceaccount" },
    { PF_PAY_FROM, "fromaccount" },     { PF_PAY_FROM, "debitaccount" },
    { PF_PAY_FROM, "wallet" },          { PF_PAY_FROM, "fromwallet" },
    { PF_PAY_FROM, "payfromwallet" },   { PF_PAY_FROM, "fundingwallet" },
    { PF_PAY_FROM, "tilltopayfrom" },   { PF_PAY_FROM, "payfromtill" }
};

#define NALIASES (sizeof(aliases) / sizeof(aliases[0]))

/* What a header says behind or before the word itself. */
static const char *const money_words[] = { "kshs", "ksh", "kes", "shs" };

/* --- names of columns --------------------------------------------------- */

/* ${s} as aliases are written; what stands in brackets only ${with_brackets}.
 * Letters beyond ASCII stay as they are. */
static struct str
plain(struct str s, bool with_brackets, char out[PLAIN_BYTES])
{
    size_t n = 0;
    int depth = 0;

    for (size_t i = 0; i < s.len && n + 2 < PLAIN_BYTES; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c == '(' || c == '[')
            depth++;
        if ((c == ')' || c == ']') && depth > 0)
            depth--;
        if (depth > 0 && !with_brackets)
            continue;
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c + ('a' - 'A'));
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
            out[n++] = (char)c;
        if (c == '#') {
            out[n++] = 'n';
            out[n++] = 'o';
        }
    }
    return (struct str){ out, n };
}

static enum payroll_field
find(struct str word)
{
    for (size_t i = 0; i < NALIASES; i++)
        if (str_eq(word, str_of(aliases[i].plain)))
            return aliases[i].field;
    return PF_UNKNOWN;
}

/* "amountkes" or "kesamount" without the currency. */
static struct str
without_money(struct str word)
{
    for (size_t i = 0; i < sizeof(money_words) / sizeof(*money_words); i++) {
        struct str w = str_of(money_words[i]);
        size_t rest = word.len > w.len ? word.len - w.len : 0;

        if (rest == 0)
            continue;
        if (memcmp(word.p + rest, w.p, w.len) == 0)
            return str_cut(word, rest);
        if (memcmp(word.p, w.p, w.len) == 0)
            return (struct str){ word.p + w.len, rest };
    }
    return word;
}

enum payroll_field
columns_field(struct str header)
{
    char room[PLAIN_BYTES];
    enum payroll_field f = find(plain(header, true, room));
    struct str word = { NULL, 0 };

    if (f != PF_UNKNOWN)
        return f;
    word = plain(header, false, room);
    if ((f = find(word)) != PF_UNKNOWN)
        return f;
    f = find(without_money(word));
    return f == PF_AMOUNT ? f : PF_UNKNOWN;
}

bool
columns_ours(struct str header)
{
    header = str_trim(header);
    return str_ieq(header, STR(COLUMNS_PROBLEM))
           || str_ieq(header, STR(COLUMNS_FIX));
}

bool
columns_row(struct str header)
{
    return str_ieq(header, STR(COLUMNS_ROW));
}

/* --- likeness ----------------------------------------------------------- */

static size_t
least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

size_t
columns_edits(struct str a, struct str b)
{
    size_t row[PLAIN_BYTES + 1];

    b = str_cut(b, PLAIN_BYTES);
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t above = row[j];

            row[j] = least(above + 1, row[j - 1] + 1,
                           corner + (a.p[i - 1] != b.p[j - 1]));
            corner = above;
        }
    }
    return row[b.len];
}

int
columns_likeness(struct str header, enum payroll_field field)
{
    char room[PLAIN_BYTES];
    struct str word = plain(header, true, room);
    int best = 0;

    for (size_t i = 0; i < NALIASES; i++) {
        struct str alias = str_of(aliases[i].plain);
        int like = 0;

        if (aliases[i].field != field || word.len < 3)
            continue;
        if (alias.len >= 4 && memmem(word.p, word.len, alias.p, alias.len))
            like = 2;
        else if (columns_edits(word, alias) <= LIKE_EDITS
                 && alias.len > 2 * LIKE_EDITS)
            like = LIKE_EDITS + 3 - (int)columns_edits(word, alias);
        if (like > best)
            best = like;
    }
    return best;
}

/* --- cells -------------------------------------------------------------- */

struct str
columns_unguard(struct str s)
{
    size_t i = 0;

    while (i < s.len && s.p[i] == '\'')
        i++;
    if (i == 0 || i == s.len || s.p[i] == '\0'
        || strchr("=+-@\t\r", s.p[i]) == NULL)
        return s;
    return (struct str){ s.p + 1, s.len - 1 };
}

/* Is it neither a blank nor the byte of one beyond ASCII, nor an apostrophe?
 * Nearly every cell begins and ends so, and a file has millions. */
static bool
solid(char c)
{
    return c > ' ' && c != '\'' && c != 0x7F;
}

struct str
columns_cell(struct str s)
{
    if (s.len == 0 || (solid(s.p[0]) && solid(s.p[s.len - 1])))
        return s;
    return str_trim(columns_unguard(s));
}

bool
columns_sheet_error(struct str s)
{
    static const char *const errors[] = {
        "#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!",
        "#SPILL!", "#CALC!"
    };

    s = str_trim(s);
    if (s.len == 0 || s.p[0] != '#')
        return false;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (str_ieq(s, str_of(errors[i])))
            return true;
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] != '#')
            return false;
    return s.len >= 3;              /* a column too narrow: "#######" */
}
