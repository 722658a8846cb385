/*
 * Payment orders (pain.001) to rows and problems, as test_payroll.c has it for
 * CSV.  A line is a payment, counted from 1.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loaders/pain001.h"
#include "loaders/problem_text.h"
#include "tests/lib/loaded.h"
#include "tests/lib/payroll_rules.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

#define NS   "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" \
             "<Document xmlns=\"" NS "\"><CstmrCdtTrfInitn>\n"
#define GRP(n, sum) "<GrpHdr><NbOfTxs>" n "</NbOfTxs><CtrlSum>" sum \
                    "</CtrlSum></GrpHdr>\n"
#define INFO(x) "<PmtInf><PmtMtd>TRF</PmtMtd>" x "</PmtInf>"
#define END  "</CstmrCdtTrfInitn></Document>\n"
#define TX(name, sum, acct) "<CdtTrfTxInf><PmtId><EndToEndId>E-" name \
    "</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"KES\">" sum "</InstdAmt></Amt>" \
    "<Cdtr><Nm>" name "</Nm></Cdtr><CdtrAcct>" acct "</CdtrAcct>" \
    "</CdtTrfTxInf>\n"
#define ID(x)  "<Id><Othr><Id>" x "</Id></Othr></Id>"
#define TEL(x) "<Id><Othr><Id>" x "</Id><SchmeNm><Prtry>msisdn</Prtry>" \
               "</SchmeNm></Othr></Id>"
#define PRX(x) "<Prxy><Tp><Cd>TELE</Cd></Tp><Id>" x "</Id></Prxy>"
#define A ID("254712345678")
#define B PRX("+254-712345679")

static const struct order {
    const char *name, *text, *problems, *rows;
} orders[] = {
    { "all is well", HEAD GRP("2", "1516.00")
      INFO("<NbOfTxs>2</NbOfTxs><CtrlSum>1516</CtrlSum>\n"
           TX("A", "1500", A) TX("B", "16.00", B)) END, "",
      "1 MPESA-B2C 254712345678 150000 A|"
      "2 MPESA-B2C 254712345679 1600 B|" },
    { "nothing declared", HEAD INFO(TX("A", "1500.00", TEL("0712345678"))) END,
      "", "1 MPESA-B2C 254712345678 150000 A|" },
    { "a bank account", HEAD INFO("<CdtTrfTxInf><PmtId><EndToEndId>NOTPROVIDED"
      "</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"KES\">150</InstdAmt></Amt>"
      "<CdtrAgt><FinInstnId><BICFI>KCBLKENX</BICFI><ClrSysMmbId><MmbId>68"
      "</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt><Cdtr><Nm>A</Nm></Cdtr>"
      "<CdtrAcct>" ID("0123456789") "</CdtrAcct><RmtInf><Ustrd>Salary</Ustrd>"
      "<Ustrd>November</Ustrd></RmtInf></CdtTrfTxInf>") END, "",
      "1 PESALINK 0123456789/68/ 15000 A|" },
    { "count differs", HEAD GRP("3", "15") INFO(TX("A", "15", A)) END,
      "XML-010@0:0", NULL },
    { "sum differs", HEAD GRP("1", "16.00") INFO(TX("A", "15", A)) END,
      "XML-011@0:0", NULL },
    { "sum of one part differs", HEAD GRP("1", "15")
      INFO("<CtrlSum>14</CtrlSum>" TX("A", "15", A)) END,
      "XML-011@0:0", NULL },
    { "a total that is none", HEAD GRP("one", "15")
      INFO(TX("A", "15", A)) END, "XML-012@0:0", NULL },
    { "a sum is not looked at behind a bad amount", HEAD GRP("1", "15")
      INFO(TX("A", "1,5", A)) END, "022@1:3", "" },
    { "three decimals are too many, not thousands", HEAD
      INFO(TX("A", "15.125", A)) END, "025@1:3", "" },
    { "another currency", HEAD INFO("<CdtTrfTxInf>\n<Amt><InstdAmt Ccy=\"USD\""
      ">15</InstdAmt></Amt>\n<Cdtr><Nm>A</Nm></Cdtr><CdtrAcct>" A
      "</CdtrAcct></CdtTrfTxInf>") END, "072@1:4", "" },
    { "an equivalent", HEAD INFO("<CdtTrfTxInf><Amt><EqvtAmt><Amt Ccy=\"USD\""
      ">15</Amt></EqvtAmt></Amt><Cdtr><Nm>A</Nm></Cdtr><CdtrAcct>" A
      "</CdtrAcct></CdtTrfTxInf>") END, "XML-021@1:3 020@1:3", "" },
    { "cheques", HEAD "<PmtInf><PmtMtd>CHK</PmtMtd>" TX("A", "15", A)
      "</PmtInf>" END, "XML-020@0:0", NULL },
    { "two days", HEAD INFO("<ReqdExctnDt><Dt>2026-11-30</Dt></ReqdExctnDt>")
      "\n" INFO("<ReqdExctnDt>2026-12-01</ReqdExctnDt>" TX("A", "15", A)) END,
      "XML-022@0:0", NULL },
    { "a bad phone", HEAD INFO(TX("A", "15", TEL("0712"))) END,
      "017@1:2", "" },
    { "twice", HEAD INFO(TX("A", "15", A) TX("B", "15", A)) END,
      "030@2:2<1", NULL },
    { "nobody", HEAD GRP("0", "0") END, "004@0:0", "" },
    { "cut off", HEAD INFO(TX("A", "15", A)), "XML-001@0:0", NULL },
    { "not XML", "<?xml version=\"1.0\"?>\nhello", "XML-001@0:0", "" },
    { "a document type", "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a "
      "\"b\">]>\n<Document/>", "XML-002@0:0", "" },
    { "another message", "<?xml version=\"1.0\"?>\n<Document xmlns=\"x\">"
      "<BkToCstmrStmt/></Document>", "XML-003@0:0", "" },
    { "a web page", "<?xml version=\"1.0\"?>\n<html/>", "XML-003@0:0", "" },
    { "no declaration", "<Document xmlns=\"" NS "\"><CstmrCdtTrfInitn>"
      INFO(TX("A", "15", A)) END, "", "1 MPESA-B2C 254712345678 1500 A|" }
};

static void
test_orders(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_all);

    (void)state;
    for (size_t i = 0; i < LEN(orders); i++)
        loaded_check(orders[i].name, &o, orders[i].text,
                     strlen(orders[i].text), orders[i].problems,
                     orders[i].rows);
}

static void
test_facts(void **state)
{
    static const char text[] = HEAD INFO("<ReqdExctnDt><Dt>2026-11-30</Dt>"
        "</ReqdExctnDt>" TX("A", "15", TEL("07"))) END;
    const struct payroll_options o = loaded_options(&test_rules_all);
    struct loaded g = { .rc = 0 };
    struct problems ps;
    struct buf out;

    (void)state;
    buf_init(&out, LOADED_BYTES);
    problems_init(&ps);
    loaded_load(&g, &o, text, sizeof(text) - 1, 4096, &ps);
    assert_string_equal(g.facts.pay_date, "2026-11-30");
    assert_string_equal(g.facts.sheet, "pain.001.001.09");
    problem_text(&out, &ps, "nov.xml", 10);
    assert_non_null(strstr(out.p, "  nov.xml: payment 1 (CdtrAcct/Prxy/Id)  phone "
                                  "\"07\""));
    buf_release(&out);
    loaded_release(&g);
    problems_release(&ps);
}

/* The same payroll is the same payroll, however it comes. */
static void
test_same_digest(void **state)
{
    static const char csv[] = "Name,Phone,Amount,Reference\n"
        "A,0712345678,1500,E-A\nB,0712345679,16,E-B\n";
    static const char xml[] = HEAD INFO(TX("B", "16.00", B)
                                        TX("A", "1500.00", A)) END;
    const struct payroll_options o = loaded_options(&test_rules_all);
    struct loaded a = { .rc = 0 }, b = { .rc = 0 };
    struct problems ps, qs;

    (void)state;
    problems_init(&ps);
    problems_init(&qs);
    loaded_load(&a, &o, csv, sizeof(csv) - 1, 4096, &ps);
    loaded_load(&b, &o, xml, sizeof(xml) - 1, 4096, &qs);
    assert_int_equal(b.facts.good_rows, 2);
    assert_memory_equal(a.facts.rows_digest, b.facts.rows_digest,
                        sizeof(a.facts.rows_digest));
    loaded_release(&a);
    loaded_release(&b);
    problems_release(&ps);
    problems_release(&qs);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_same_digest)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
