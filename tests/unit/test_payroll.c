/*
 * Files to rows and problems: each table row is a file, the problems it must
 * give as code@line:column in order, and what becomes of the rows.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "loaders/template.h"
#include "tests/lib/loaded.h"
#include "tests/lib/payroll_rules.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define T(s)   (s), sizeof(s) - 1
#define H      "Name,Phone,Amount\n"
#define HE     "Emp No,Name,Phone,Amount\n"

/* --- one file after the other ------------------------------------------- */

static const struct file {
    const char *name;
    const char *bytes;
    size_t      n;
    const char *problems;
    const char *rows;       /* "": none; NULL: not looked at */
} files[] = {
    /* the file */
    { "nothing", T(""), "001@0:0", "" },
    { "blank lines", T("\n\n  \n"), "001@0:0", "" },
    { "xlsx", T("PK\x03\x04\x14\0\x06\0stuff"), "XLS-001@0:0", "" },
    { "xlsx cut short", T("PK\x03\x04"), "XLS-001@0:0", "" },
    { "xls", T("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0"), "002@0:0", "" },
    { "PDF", T("%PDF-1.7\n%stuff\n"), "003@0:0", "" },
    { "gzip", T("\x1F\x8B\x08\0\0\0\0\0\0\x03"), "003@0:0", "" },
    { "web page", T("<html><table><tr><td>Name"), "003@0:0", "" },
    { "header only", T(H), "004@0:0", "" },
    { "header and empty rows", T(H ",,\n,,\n"), "004@0:0", "" },
    { "NUL", T(H "A,0712345678,15\0\nB,0712345679,20\n"), "005@2:3",
      "3 MPESA-B2C 254712345679 2000 B|" },
    { "bad bytes", T(H "\xC3\x89,0712345678,15\nB\xE9,0712345679,20\n"),
      "006@3:1", "2 MPESA-B2C 254712345678 1500 \xC3\x89|" },
    { "Windows-1252", T(H "Jos\xE9,0712345678,15\n"), "007@2:0",
      "2 MPESA-B2C 254712345678 1500 Jos\xC3\xA9|" },

    /* forms */
    { "all is well", T(H "A,0712345678,1500\nB,0112345678,20\n"), "",
      "2 MPESA-B2C 254712345678 150000 A|3 MPESA-B2C 254112345678 2000 B|" },
    { "semicolons, BOM, CRLF, decimal comma",
      T("\xEF\xBB\xBFName;Phone;Amount\r\nA;+254 712 345678;1.500,00\r\n"), "",
      "2 MPESA-B2C 254712345678 150000 A|" },
    { "tabs", T("Name\tPhone\tAmount\nA\t712345678\t1,500.00\n"), "",
      "2 MPESA-B2C 254712345678 150000 A|" },
    { "aliases", T("MSISDN,Net Pay (KES),Full Names\n0712345678,15,A\n"), "",
      "2 MPESA-B2C 254712345678 1500 A|" },
    { "quoted newline", T("Name,Remarks,Phone,Amount\nA,\"x\ny\",0712345678,"
      "15\nB,,0712,15\n"), "017@4:3", "2 MPESA-B2C 254712345678 1500 A|" },
    { "blank lines between", T(H "\n\nA,0712345678,15\n\nB,07,15\n"),
      "017@6:2", "4 MPESA-B2C 254712345678 1500 A|" },
    { "problem inside a tall row", T(H "\"A\nB\",07,15\n"),
      "017@3:2 063@2:1", "" },
    { "surplus empty fields", T(H "A,0712345678,15,,,\n"), "",
      "2 MPESA-B2C 254712345678 1500 A|" },
    { "unknown columns", T("Name,Grade,Phone,Amount,Grade,\nA,J\"\"x,0712345678"
      ",15,K2,z\n"), "051@2:2", "" },
    { "unknown columns kept", T("Name,Grade,Phone,Amount,Grade,\n"
      "A,\"J\"\"x\",0712345678,15,K2,z\nB,,0712345679,15,,\n"), "",
      "2 MPESA-B2C 254712345678 1500 A {\"Grade\":\"J\\\"x\","
      "\"Grade, column 5\":\"K2\",\"column 6\":\"z\"}|"
      "3 MPESA-B2C 254712345679 1500 B|" },
    { "apostrophes of an export", T("Name,Phone,Amount,X\n'=A,'+254712345678,"
      "'15,'-1\n"), "",
      "2 MPESA-B2C 254712345678 1500 =A {\"X\":\"-1\"}|" },
    { "columns of a rejects file", T("payrun problem,Payrun Fix,Name,Phone,"
      "Amount\nPR-CSV-017 x,do y,A,0712345678,15\n"), "",
      "2 MPESA-B2C 254712345678 1500 A|" },
    { "NFC", T(H "Wanji\xCC\x82ku,0712345678,15\n"), "",
      "2 MPESA-B2C 254712345678 1500 Wanj\xC3\xAEku|" },

    /* phones */
    { "phone empty", T(H "A,,15\n"), "010@2:2", "" },
    { "phone exponent", T(H "A,7.12E+08,15\n"), "011@2:2", "" },
    { "phone letters", T(H "A,O712345678,15\n"), "012@2:2", "" },
    { "two phones", T(H "A,0712345678/0722345678,15\n"), "013@2:2", "" },
    { "foreign phone", T(H "A,+255712345678,15\n"), "014@2:2", "" },
    { "landline", T(H "A,0202345678,15\n"), "015@2:2", "" },
    { "phone long", T(H "A,07123456789,15\n"), "016@2:2", "" },
    { "phone short", T(H "A,071234567,15\n"), "017@2:2", "" },
    { "Airtel", T(H "A,0733345678,15\n"), "018@2:2",
      "2 MPESA-B2C 254733345678 1500 A|" },
    { "new prefix", T(H "A,0190345678,15\n"), "019@2:2",
      "2 MPESA-B2C 254190345678 1500 A|" },
    { "lost zero, no warning", T(H "A,712345678,15\n"), "",
      "2 MPESA-B2C 254712345678 1500 A|" },

    /* amounts */
    { "amount empty", T(H "A,0712345678,\n"), "020@2:3", "" },
    { "amount exponent", T(H "A,0712345678,1.25E+05\n"), "021@2:3", "" },
    { "amount words", T(H "A,0712345678,ten\n"), "022@2:3", "" },
    { "amount negative", T(H "A,0712345678,-15\n"), "023@2:3", "" },
    { "amount brackets", T(H "A,0712345678,(15)\n"), "023@2:3", "" },
    { "amount zero", T(H "A,0712345678,0\n"), "024@2:3", "" },
    { "amount cents", T(H "A,0712345678,15.50\n"), "025@2:3", "" },
    { "amount mills", T(H "A,0712345678,15.505\nB,0712345679,512.375\n"),
      "026@2:3 026@3:3", "" },
    { "amount mills, decided", T(H "A,0712345678,15.505\nB,0712345679,20.00\n"
      ), "025@2:3", "3 MPESA-B2C 254712345679 2000 B|" },
    { "amount groups", T(H "A,0712345678,\"1,50,000\"\n"), "027@2:3", "" },
    { "amount huge", T(H "A,0712345678,99999999999999999\n"), "029@2:3", "" },
    { "amount small", T(H "A,0712345678,9\n"), "073@2:3", "" },
    { "amount large", T(H "A,0712345678,250001\n"), "074@2:3", "" },
    { "amounts at the limits", T(H "A,0712345678,10\nB,0712345679,250000\n"),
      "", "2 MPESA-B2C 254712345678 1000 A|"
      "3 MPESA-B2C 254712345679 25000000 B|" },

    /* one format per file */
    { "nobody tells", T(H "A,0712345678,\"1,500\"\nB,0712345679,20\n"),
      "026@2:3", "3 MPESA-B2C 254712345679 2000 B|" },
    { "a later row tells", T(H "A,0712345678,\"1,500\"\n"
      "B,0712345679,\"2,000.00\"\n"), "",
      "2 MPESA-B2C 254712345678 150000 A|3 MPESA-B2C 254712345679 200000 B|" },
    { "one hint is none", T(H "A,0712345678,\"1,525\"\nB,0712345679,20\n"),
      "026@2:3", "3 MPESA-B2C 254712345679 2000 B|" },
    { "two hints are", T(H "A,0712345678,\"1,500\"\nB,0712345679,\"2,525\"\n"
      "C,0712345677,\"3,333\"\n"), "100@3:3",
      "2 MPESA-B2C 254712345678 150000 A|3 MPESA-B2C 254712345679 252500 B|"
      "4 MPESA-B2C 254712345677 333300 C|" },
    { "hints against a vote", T(H "A,0712345678,\"1,525\"\n"
      "B,0712345679,\"2,525\"\nC,0712345677,\"20,50\"\n"),
      "025@2:3 025@3:3 025@4:3", "" },
    { "the total tells", T(H "A,0712345678,\"1,500\"\nTotal,,\"1,500.00\"\n"),
      "", "2 MPESA-B2C 254712345678 150000 A|" },
    { "most decide", T(H "A,0712345671,\"1.500,00\"\nB,0712345672,20.00\n"
      "C,0712345673,30.00\nD,0712345674,\"1,500\"\n"), "028@2:3",
      "3 MPESA-B2C 254712345672 2000 B|4 MPESA-B2C 254712345673 3000 C|"
      "5 MPESA-B2C 254712345674 150000 D|" },

    /* duplicates */
    { "twice, same amount", T(H "A,0712345678,15\nB,+254712345678,15\n"),
      "030@3:2<2", "2 MPESA-B2C 254712345678 1500 A|" },
    { "twice, other amount", T(H "A,0712345678,15\nB,0712345679,20\n"
      "A,712345678,20\n"), "031@4:2<2",
      "2 MPESA-B2C 254712345678 1500 A|3 MPESA-B2C 254712345679 2000 B|" },
    { "three times", T(H "A,0712345678,15\nB,0712345678,15\n"
      "C,0712345678,15\n"), "030@3:2<2 030@4:2<2", NULL },
    { "twice, the first one is bad", T(H "A,0712345678,x\nB,0712345678,15\n"),
      "022@2:3 030@3:2<2", "" },
    { "employee twice", T(HE "e1,A,0712345678,15\nE1,A,0712345679,15\n"),
      "032@3:1<2", "2 MPESA-B2C 254712345678 1500 A|"
      "3 MPESA-B2C 254712345679 1500 A|" },
    { "employee and phone twice", T(HE "E1,A,0712345678,15\n"
      "E1,A,0712345678,15\n"), "030@3:3<2", NULL },

    /* the header */
    { "no name column", T("Phone,Amount\n0712345678,15\n"), "040@1:0", "" },
    { "no phone column", T("Name,Amount\nA,15\n"), "040@1:0", "" },
    { "no amount column", T("Name,Phone\nA,07123\nTotal,\n"),
      "040@1:0 017@2:2", "" },
    { "a slip of the pen", T("Name,Phnoe,Amount\nA,0712345678,15\n"),
      "040@1:2", "" },
    { "no header", T("A,0712345678,1500\nB,0712345679,20\n"), "041@1:0", "" },
    { "unknown header", T("x,y,z\nA,0712345678,1500\n"), "042@1:0", "" },
    { "two phones", T("Name,Phone,Mobile,Amount\nA,0712345678,0722345678,15\n"
      ), "043@1:3", "" },
    { "two departments", T("Name,Dept,Section,Phone,Amount\nA,x,y,0712345678"
      ",15\n"), "", "2 MPESA-B2C 254712345678 1500 A {\"Section\":\"y\"}|" },
    { "bad quotes in the header", T("Name,\"Pho\"ne,Amount\nA,0712,15\n"),
      "045@1:2", "" },

    /* the row */
    { "too few fields", T(H "A,0712345678\nB,0712345679,20\n"), "050@2:0",
      "3 MPESA-B2C 254712345679 2000 B|" },
    { "a comma without quotes", T(H "A,0712345678,45,000\n"), "050@2:4", "" },
    { "bad quotes", T(H "A\"B\",0712345678,15\nC,0712345679,20\n"), "051@2:1",
      "3 MPESA-B2C 254712345679 2000 C|" },
    { "open quotes", T(H "A,\"0712345678,15\nC,0712345679,20\n"), "052@2:2",
      "3 MPESA-B2C 254712345679 2000 C|" },
    { "all of a row at once", T(HE "E1,,07,-1\nE1,\xE2\x80\xAE" "B,,x\n"),
      "017@2:3 060@2:2 023@2:4 010@3:3 061@3:2 022@3:4", "" },

    /* text */
    { "no name", T(H ",0712345678,15\n"), "060@2:1", "" },
    { "bidi", T(H "A\xE2\x80\xAE" "B,0712345678,15\n"), "061@2:1",
      "2 MPESA-B2C 254712345678 1500 A\xE2\x80\xAE" "B|" },
    { "zero width", T(H "A\xE2\x80\x8B" "B,0712345678,15\n"), "062@2:1",
      "2 MPESA-B2C 254712345678 1500 A\xE2\x80\x8B" "B|" },
    { "line break", T(H "\"A\nB\",0712345678,15\n"), "063@2:1", "" },
    { "ID number long", T("Name,Phone,Amount,ID No\nA,0712345678,15,"
      "123456789012345678901\n"), "064@2:4", "" },
    { "sheet errors", T(H "#N/A,#REF!,####\n"), "065@2:1 065@2:2 065@2:3", ""
      },
    { "KRA PIN", T("Name,Phone,Amount,KRA PIN\nA,0712345678,15,A123\n"
      "B,0712345679,15,a123456789z\n"), "066@2:4", NULL },

    /* rails */
    { "rail by name", T("Name,Phone,Amount,Rail\nA,0712345678,15,mpesa-b2c\n"
      "B,0712345679,15,M-Pesa\n"), "", "2 MPESA-B2C 254712345678 1500 A|"
      "3 MPESA-B2C 254712345679 1500 B|" },
    { "unknown rail", T("Name,Phone,Amount,Rail\nA,07,x,owl\n"),
      "070@2:4 017@2:2 022@2:3", "" },
    { "bank is not offered", T("Name,Account,Bank Code,Amount\nA,123456,68,15"
      "\n"), "071@2:2", "" },
    { "bank asked, not offered", T("Name,Phone,Account,Bank Code,Amount,Rail\n"
      "A,0712345678,123456,68,15,bank\n"), "071@2:6", "" },
    { "paybill is not offered", T("Name,Paybill,Account,Amount\n"
      "A,888880,77,15\n"), "071@2:2", "" },
    { "currency", T("Name,Phone,Amount,Currency\nA,0712345678,15,kes\n"
      "B,0712345679,15,UGX\n"), "072@3:4",
      "2 MPESA-B2C 254712345678 1500 A|" },
    { "phone and account", T("Name,Phone,Account,Bank,Amount\n"
      "A,0712345678,1234,KCB,15\n"), "075@2:3",
      "2 MPESA-B2C 254712345678 1500 A {\"Account\":\"1234\","
      "\"Bank\":\"KCB\"}|" },

    /* totals */
    { "total row", T(H "A,0712345678,15\nB,0712345679,20\nTOTAL:,,35\n"), "",
      NULL },
    { "total row with a count", T(H "A,0712345678,15\ngrand total,1,15\n"), "",
      NULL },
    { "total row with words", T(H "A,0712345678,15\nSum,1 employee,15.00\n"),
      "", NULL },
    { "only an amount", T(H "A,0712345678,15\n,,15\n"), "", NULL },
    { "total differs", T(H "A,0712345678,15\nTotals,,16\n"), "082@3:3",
      "2 MPESA-B2C 254712345678 1500 A|" },
    { "count differs", T(H "A,0712345678,15\nTotals,2,15\n"), "083@3:2",
      NULL },
    { "total in a short row", T(H "A,0712345678,15\nTotal,15\n"), "", NULL },
    { "total without an amount", T(H "A,0712345678,15\nTotal,,\n"), "084@3:0",
      NULL },
    { "total is no number", T(H "A,0712345678,15\nTotal,,x\n"), "084@3:3",
      NULL },
    { "rows below", T(H "A,0712345678,15\nTotal,,15\nB,0712345679,20\n"),
      "085@4:0<3", "2 MPESA-B2C 254712345678 1500 A|" },
    { "a person called Sum", T(H "Sum,0712345678,15\n"), "",
      "2 MPESA-B2C 254712345678 1500 Sum|" },
    { "bad rows count", T(H "A,07,15\nTotal,,15\n"), "017@2:2", "" },
    { "totals of other columns", T("Name,Gross,Phone,Amount\n"
      "A,99,0712345678,15\nTotal,99,,15\n"), "", NULL },
};

static void
test_files(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);

    (void)state;
    for (size_t i = 0; i < LEN(files); i++)
        loaded_check(files[i].name, &o, files[i].bytes, files[i].n,
                     files[i].problems, files[i].rows);
}

/* --- the other kinds of account ----------------------------------------- */

#define HB "Name,Account,Bank Code,Amount\n"
#define HP "Name,Paybill,Account,Amount\n"
#define HT "Name,Till,Amount\n"

static const struct file kinds[] = {
    { "bank", T(HB "A,0123 4567-89,68,150.50\n"), "",
      "2 PESALINK 0123456789/68/ 15050 A|" },
    { "no account", T(HB "A,,68,150\n"), "090@2:2", "" },
    { "account exponent", T(HB "A,1.2E+11,68,150\n"), "091@2:2", "" },
    { "account letters", T(HB "A,12AB34,68,150\n"), "092@2:2", "" },
    { "account short", T(HB "A,123,68,150\n"), "093@2:2", "" },
    { "account long", T(HB "A,1234567890123456789012345,68,150\n"), "093@2:2",
      "" },
    { "no bank code", T(HB "A,123456,,150\n"), "094@2:3", "" },
    { "bank code in words", T(HB "A,123456,KCB,150\n"), "094@2:3", "" },
    { "bank below its minimum", T(HB "A,123456,68,99.99\n"), "073@2:4", "" },
    { "same account, other bank", T(HB "A,123456,68,150\nB,123456,70,150\n"),
      "", NULL },
    { "same account, same bank", T(HB "A,123456,68,150\nB,123456,68,150\n"),
      "030@3:2<2", NULL },
    { "paybill", T(HP "A,888880,ACC-1,150.50\n"), "",
      "2 MPESA-PAYBILL 888880//ACC-1 15050 A|" },
    { "paybill, one decimal only", T(HP "A,888880,ACC-1,150.55\n"), "025@2:4",
      "" },
    { "paybill without a reference", T(HP "A,888880,,150\n"), "095@2:3", "" },
    { "paybill with a column for it", T("Name,Paybill,Account Ref,Amount\n"
      "A,888880,X9,150\n"), "", "2 MPESA-PAYBILL 888880//X9 15000 A|" },
    { "long reference", T(HP "A,888880,123456789012345678901,150\n"),
      "064@2:3", "" },
    { "till", T(HT "A,123456,150\n"), "", "2 MPESA-TILL 123456 15000 A|" },
    { "till too long", T(HT "A,12345678901,150\n"), "093@2:2", "" },
    { "till asked but empty", T("Name,Phone,Till,Amount,Rail\n"
      "A,0712345678,,150,till\n"), "090@2:3", "" },
    { "a rail in another currency", T("Name,Phone,Amount,Rail\n"
      "A,0712345678,150,wallet-usd\n"), "072@2:4", "" },
    { "asked by kind", T("Name,Phone,Account,Bank Code,Amount,Method\n"
      "A,0712345678,123456,68,150,Bank\nB,0712345679,,,150,\n"), "",
      "2 PESALINK 123456/68/ 15000 A {\"Phone\":\"0712345678\"}|"
      "3 MPESA-B2C 254712345679 15000 B|" },
};

static void
test_kinds(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_all);

    (void)state;
    for (size_t i = 0; i < LEN(kinds); i++)
        loaded_check(kinds[i].name, &o, kinds[i].bytes, kinds[i].n,
                     kinds[i].problems, kinds[i].rows);
}

/* --- the rails as shipped: which one, and whose bank ---------------------- */

#define HALL "Name,Phone,Paybill,Till,Account,Account Ref,Bank,Bank Code,Rail," \
             "Amount\n"
#define HBN "Name,Account,Bank,Bank Code,Amount\n"

static const struct file rails[] = {
    { "by what is filled in", T(HALL "A,0712345678,,,,,,,,150\n"
      "B,,888880,,,INV 1/26,,,,150.50\nC,,,512345,,,,,,150.05\n"
      "D,,,,0123456,,,68,,150.25\nE,,,,0123456,,KCB,,,150.25\n"), "",
      "2 MPESA-B2C 254712345678 15000 A|3 MPESA-B2B 888880//INV 1/26 15050 B|"
      "4 MPESA-B2B 512345 15005 C|5 PESALINK 0123456/68/ 15025 D|"
      "6 PESALINK 0123456/1/ 15025 E {\"Bank\":\"KCB\"}|" },
    { "by name", T(HALL "A,0712345678,,,,,,,airtime,150\n"
      "B,0712345678,,,,,,,INTASEND,150.50\nC,,888880,,77,,,,MPESA-B2B,150\n"
      "D,,,512345,,,,,mpesa-b2b,150\nE,,,,0123456,,KCB,,pesalink,150\n"
      "F,0712345678,,,,,,,MPESA-B2C,150\n"), "",
      "2 AIRTIME 254712345678 15000 A|3 INTASEND 254712345678 15050 B|"
      "4 MPESA-B2B 888880//77 15000 C|5 MPESA-B2B 512345 15000 D|"
      "6 PESALINK 0123456/1/ 15000 E {\"Bank\":\"KCB\"}|"
      "7 MPESA-B2C 254712345678 15000 F|" },
    { "an Airtel number is fine for airtime", T("Name,Phone,Rail,Amount\n"
      "A,0733345678,AIRTIME,150\n"), "", "2 AIRTIME 254733345678 15000 A|" },
    { "words for kinds never mean a rail that must be named",
      T("Name,Phone,Rail,Amount\nA,0712345678,mobile,150\n"
      "B,0712345679,phone,150\n"), "", "2 MPESA-B2C 254712345678 15000 A|"
      "3 MPESA-B2C 254712345679 15000 B|" },
    { "the name decides between two", T(HALL
      "A,0712345678,888880,512345,0123456,X1,KCB,,paybill,150\n"
      "B,0712345678,888880,512345,0123456,X1,KCB,,till,150\n"
      "C,0712345678,888880,512345,0123456,X1,KCB,,PESALINK,150\n"
      "D,0712345678,888880,512345,0123456,X1,KCB,,MPESA-B2C,150\n"), "",
      NULL },
    { "phone and bank", T(HALL "A,0712345678,,,0123456,,KCB,,,150\n"),
      "076@2:5", "" },
    { "phone and bank code", T(HALL "A,0712345678,,,0123456,,,1,,150\n"),
      "076@2:5", "" },
    { "phone and paybill", T(HALL "A,0712345678,888880,,,X,,,,150\n"),
      "076@2:3", "" },
    { "phone and till", T(HALL "A,0712345678,,512345,,,,,,150\n"), "076@2:4",
      "" },
    { "paybill and till", T(HALL "A,,888880,512345,,X,,,,150\n"), "076@2:4",
      "" },
    { "paybill and bank", T(HALL "A,,888880,,0123456,,KCB,,,150\n"),
      "076@2:5", "" },
    { "B2B by name, both filled in", T(HALL
      "A,,888880,512345,,X,,,MPESA-B2B,150\n"), "076@2:4", "" },
    { "B2B by name, none filled in", T(HALL "A,,,,,,,,MPESA-B2B,150\n"),
      "090@2:3 095@2:6", "" },
    { "B2B by name, only a column for tills", T("Name,Till,Rail,Amount\n"
      "A,,MPESA-B2B,150\n"), "090@2:2", "" },
    { "an account beside a phone may be anything",
      T(HALL "A,0712345678,,,0123456,,,,,150\n"), "075@2:5",
      "2 MPESA-B2C 254712345678 15000 A {\"Account\":\"0123456\"}|" },
    { "a bank beside a phone is no account",
      T(HALL "A,0712345678,,,,,KCB,,,150\n"), "",
      "2 MPESA-B2C 254712345678 15000 A {\"Bank\":\"KCB\"}|" },
    { "nothing at all", T(HALL "A,,,,,,,,,150\n"), "010@2:2", "" },
    { "a bank without an account", T(HALL "A,,,,,,KCB,,,150\n"), "090@2:5",
      "" },
    { "an account without a bank", T(HALL "A,,,,0123456,,,,,150\n"),
      "094@2:8", "" },
    { "a reference without a paybill", T(HALL "A,,,,,X1,,,,150\n"),
      "090@2:3", "" },
    { "a paybill without a reference", T(HALL "A,,888880,,,,,,,150\n"),
      "095@2:6", "" },
    { "a bank's account is no reference",
      T(HALL "A,,888880,,0123456,,KCB,,paybill,150\n"), "095@2:6", "" },
    { "reference with a quote", T(HALL "A,,888880,,,\"a\"\"b\",,,,150\n"),
      "098@2:6", "" },
    { "reference with a backslash", T(HALL "A,,888880,,,a\\b,,,,150\n"),
      "098@2:6", "" },
    { "reference with an accent", T(HALL "A,,888880,,,\xC3\xA9,,,,150\n"),
      "098@2:6", "" },
    { "no cents to phones, cents elsewhere", T(HALL
      "A,0712345678,,,,,,,,150.50\nB,0712345678,,,,,,,AIRTIME,150.50\n"
      "C,,,512345,,,,,,150.50\n"), "025@2:10 025@3:10",
      "4 MPESA-B2B 512345 15050 C|" },
    { "limits are the rail's", T(HALL "A,,,,0123456,,KCB,,,99.99\n"
      "B,,,,0123457,,KCB,,,999999\nC,,,,0123458,,KCB,,,999999.01\n"
      "D,0712345678,,,,,,,AIRTIME,10001\nE,,,512345,,,,,,9.99\n"),
      "073@2:10 074@4:10 074@5:10 073@6:10",
      "3 PESALINK 0123457/1/ 99999900 B {\"Bank\":\"KCB\"}|" },
    { "one number on two rails is two payees", T(HALL
      "A,0712345678,,,,,,,AIRTIME,150\nB,0712345678,,,,,,,,150\n"
      "C,0712345678,,,,,,,AIRTIME,150\n"), "030@4:2<2", NULL },
    { "a paybill is many payees", T(HALL "A,,888880,,,X1,,,,150\n"
      "B,,888880,,,X2,,,,150\nC,,888880,,,X1,,,,150\n"), "030@4:3<2", NULL },

    /* banks */
    { "names as people write them", T(HBN "A,123451,kcb,,150\n"
      "B,123452,KCB BANK (Kenya) Ltd.,,150\nC,123453,The Co-operative Bank,,"
      "150\nD,123454,I & M,,150\nE,123455,i and m bank,,150\n"
      "F,123456,EcoBank Kenya Limited,,150\nG,123457,barclays  bank plc,,150\n"
      "H,123458,68,,150\nI,123459,,equity,150\nJ,123450,,'068,150\n"), "",
      "2 PESALINK 123451/1/ 15000 A {\"Bank\":\"kcb\"}|"
      "3 PESALINK 123452/1/ 15000 B {\"Bank\":\"KCB BANK (Kenya) Ltd.\"}|"
      "4 PESALINK 123453/11/ 15000 C {\"Bank\":\"The Co-operative Bank\"}|"
      "5 PESALINK 123454/57/ 15000 D {\"Bank\":\"I & M\"}|"
      "6 PESALINK 123455/57/ 15000 E {\"Bank\":\"i and m bank\"}|"
      "7 PESALINK 123456/43/ 15000 F {\"Bank\":\"EcoBank Kenya Limited\"}|"
      "8 PESALINK 123457/3/ 15000 G {\"Bank\":\"barclays  bank plc\"}|"
      "9 PESALINK 123458/68/ 15000 H {\"Bank\":\"68\"}|"
      "10 PESALINK 123459/68/ 15000 I|11 PESALINK 123450/68/ 15000 J|" },
    { "unknown name", T(HBN "A,123456,Equitty,,150\n"), "096@2:3", "" },
    { "unknown code", T(HBN "A,123456,,99,150\n"), "096@2:4", "" },
    { "a code that begins like another", T(HBN "A,123456,,6,150\n"),
      "096@2:4", "" },
    { "unknown code, known name", T(HBN "A,123456,KCB,99,150\n"), "096@2:4",
      "" },
    { "known code, unknown name", T(HBN "A,123456,My Bank,68,150\n"), "",
      "2 PESALINK 123456/68/ 15000 A {\"Bank\":\"My Bank\"}|" },
    { "code and name differ", T(HBN "A,123456,KCB,68,150\n"), "097@2:3", "" },
    { "code and older name agree", T(HBN "A,123456,Barclays,3,150\n"), "",
      NULL },
    { "only words that say nothing", T(HBN "A,123456,The Bank,,150\n"),
      "096@2:3", "" },
    { "a name far too long", T(HBN "A,123456,abcdefghijklmnopqrstuvwxyzabcdefg"
      "hijklmnopqrstuvwxyz,,150\n"), "096@2:3", "" },
    { "no bank", T(HBN "A,123456,,,150\n"), "094@2:4", "" },
    { "no bank, no column for codes", T("Name,Account,Bank,Amount\n"
      "A,123456,,150\n"), "094@2:3", "" },
    { "same account, bank by name and by code", T(HBN "A,123456,KCB,,150\n"
      "B,123456,,01,150\n"), "030@3:2<2", NULL },
    { "same account, unknown banks", T(HBN "A,123456,x1x,,150\n"
      "B,123456,y2y,,150\n"), "096@2:3 096@3:3", "" },
    { "a bank the spreadsheet broke", T(HBN "A,123456,#REF!,,150\n"),
      "065@2:3", "" },
};

static void
test_shipped_rails(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_rails);

    (void)state;
    for (size_t i = 0; i < LEN(rails); i++)
        loaded_check(rails[i].name, &o, rails[i].bytes, rails[i].n,
                     rails[i].problems, rails[i].rows);
}

/* --- the show piece ----------------------------------------------------- */

static const char twenty[] =
    "017@3:3 016@4:3 011@5:3 012@6:3 013@7:3 014@8:3 015@9:3 010@10:3 "
    "020@11:4 021@12:4 022@14:4 023@15:4 024@16:4 025@17:4 027@18:4 028@19:4 "
    "073@20:4 074@21:4 060@22:2 063@23:2 030@25:3<2 072@26:5 070@27:6 "
    "065@28:4 051@29:2 050@30:9 050@31:0 018@32:3 066@32:7 052@33:4 "
    "082@35:4 085@36:0<35";

static void
test_twenty(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    const char *dir = getenv("PAYRUN_TEST_DATA");
    char path[PATH_BYTES_MAX];
    struct buf b;

    (void)state;
    buf_init(&b, LOADED_BYTES);
    snprintf(path, sizeof(path), "%s/twenty.csv",
             dir != NULL ? dir : "tests/data");
    assert_int_equal(buf_read_file(&b, path, NULL), 0);
    loaded_check("twenty.csv", &o, b.p, b.len, twenty, NULL);
    buf_release(&b);
}

static void
test_template(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    static const char delims[] = ",;\t";
    struct buf b;

    (void)state;
    buf_init(&b, LOADED_BYTES);
    for (const char *d = delims; *d != '\0'; d++) {
        buf_clear(&b);
        template_csv(&b, *d);
        loaded_check("template", &o, b.p, b.len, "",
              "2 MPESA-B2C 254708374149 4500000 Example Person|"
              "3 MPESA-B2C 254700000000 3850000 Example Person Two|");
    }
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_shipped_rails),
        cmocka_unit_test(test_twenty),
        cmocka_unit_test(test_template),
    };

    if (crypto_setup() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
