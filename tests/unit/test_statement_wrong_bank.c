/*
 * Statements of banks that are wrong (camt.053, MT940): one change to a good file
 * each, and all that is said about it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/statements.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

#define CAMT8  "camt053_v8.xml", NULL
#define SWIFT  "mt940_swift.sta", NULL
#define GERMAN "mt940_german.sta", NULL

static const struct statement_change changes[] = {
    { "camt: letters in an amount", CAMT8,
      "3070.00",
      "3O70.00",
      "!PR-STM-031 50:31 f=Document/BkToCstmrStmt/Stmt/Ntry/Amt v=3O70."
      "00 d=expected digits, a point and no more decimals than the curr"
      "ency has|\n" },
    { "camt: a comma", CAMT8,
      "3070.00",
      "3070,00",
      "!PR-STM-031 50:31 f=Document/BkToCstmrStmt/Stmt/Ntry/Amt v=3070,"
      "00 d=expected digits, a point and no more decimals than the curr"
      "ency has|\n" },
    { "camt: a minus", CAMT8,
      "3070.00",
      "-3070.00",
      "!PR-STM-031 50:32 f=Document/BkToCstmrStmt/Stmt/Ntry/Amt v=-3070"
      ".00 d=expected digits, a point and no more decimals than the cur"
      "rency has|\n" },
    { "camt: too many decimals", CAMT8,
      "3070.00",
      "3070.001",
      "!PR-STM-031 50:32 f=Document/BkToCstmrStmt/Stmt/Ntry/Amt v=3070."
      "001 d=expected digits, a point and no more decimals than the cur"
      "rency has|\n" },
    { "camt: many zeros are fine", CAMT8,
      "3070.00",
      "3070.00000",
      "" },
    { "camt: no amount", CAMT8,
      "<Amt Ccy=\"KES\">3070.00</Amt>",
      "",
      "!PR-STM-030 49:0 f=Ntry/Amt d=of an entry|\n" },
    { "camt: no currency", CAMT8,
      "<Amt Ccy=\"KES\">3070.00</Amt>",
      "<Amt>3070.00</Amt>",
      "!PR-STM-035 50:21 f=Document/BkToCstmrStmt/Stmt/Ntry/Amt v=3070."
      "00 d=it has no currency|\n" },
    { "camt: a currency nobody knows", CAMT8,
      "<Amt Ccy=\"KES\">3070.00</Amt>",
      "<Amt Ccy=\"XXX\">3070.00</Amt>",
      "!PR-STM-035 50:31 f=Document/BkToCstmrStmt/Stmt/Ntry/Amt v=3070."
      "00 d=its currency is not known|\n" },
    { "camt: another currency", CAMT8,
      "<Amt Ccy=\"KES\">3070.00</Amt>",
      "<Amt Ccy=\"USD\">3070.00</Amt>",
      "!PR-STM-035 49:0 v=USD d=the statement is in KES|\n" },
    { "camt: neither credit nor debit", CAMT8,
      "3070.00</Amt><CdtDbtInd>DBIT",
      "3070.00</Amt><CdtDbtInd>DEBIT",
      "!PR-STM-033 50:53 f=Document/BkToCstmrStmt/Stmt/Ntry/CdtDbtInd v"
      "=DEBIT d=expected CRDT or DBIT|\n"
      "!PR-STM-053 49:0 f=Ntry/CdtDbtInd d=credit or debit, of an entry"
      "|\n" },
    { "camt: no side", CAMT8,
      "3070.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>",
      "3070.00</Amt>",
      "!PR-STM-053 49:0 f=Ntry/CdtDbtInd d=credit or debit, of an entry"
      "|\n" },
    { "camt: no date", CAMT8,
      "<BookgDt><Dt>2026-11-30</Dt></BookgDt>\n"
      "        <BkTxCd><Prtry>",
      "<BkTxCd><Prtry>",
      "!PR-STM-020 49:0 f=Ntry/BookgDt d=of an entry|\n" },
    { "camt: no such day", CAMT8,
      "<BookgDt><Dt>2026-11-30</Dt></BookgDt>\n"
      "        <BkTxCd><Prtry>",
      "<BookgDt><Dt>2026-11-31</Dt></BookgDt>\n"
      "        <BkTxCd><Prtry>",
      "!PR-STM-021 51:32 f=Document/BkToCstmrStmt/Stmt/Ntry/BookgDt/Dt "
      "v=2026-11-31 d=expected 2026-11-30 or 2026-11-30T09:15:00+03:00|"
      "\n"
      "!PR-STM-020 49:0 f=Ntry/BookgDt d=of an entry|\n" },
    { "camt: a status nobody knows", CAMT8,
      "<Cd>PDNG</Cd>",
      "<Cd>HALF</Cd>",
      "!PR-STM-037 59:74 f=Document/BkToCstmrStmt/Stmt/Ntry/Sts/Cd v=HA"
      "LF d=expected BOOK, PDNG, INFO or FUTR|\n" },
    { "camt: the closing balance is another", CAMT8,
      "951930",
      "951931",
      "!PR-STM-040 61:5 f=Stmt/Bal d=opening KES 1,000,000.00 and 3 lin"
      "es make KES 951,930.00, but closing is KES 951,931.00: the diffe"
      "rence is KES 1.00|\n" },
    { "camt: a balance without a side", CAMT8,
      "951930</Amt><CdtDbtInd>CRDT</CdtDbtInd>",
      "951930</Amt>",
      "!PR-STM-053 13:0 f=Bal/CdtDbtInd d=of a balance|\n" },
    { "camt: a balance that cannot be read", CAMT8,
      "951930",
      "9519E2",
      "!PR-STM-031 13:78 f=Document/BkToCstmrStmt/Stmt/Bal/Amt v=9519E2"
      " d=expected digits, a point and no more decimals than the curren"
      "cy has|\n" },
    { "camt: a payment of the batch is another", CAMT8,
      "45000.00",
      "44000.00",
      "!PR-STM-044 14:0 f=Ntry/Amt d=the entry is KES -107,000.00, its "
      "payments are KES -106,000.00|\n" },
    { "camt: a payment of the batch is missing", CAMT8,
      "<NbOfTxs>2",
      "<NbOfTxs>3",
      "!PR-STM-044 14:0 f=Btch/NbOfTxs d=3 payments are told of, and 2 "
      "are listed|\n" },
    { "camt: a payment's amount cannot be read", CAMT8,
      "45000.00",
      "45 000.00",
      "!PR-STM-031 25:37 f=Document/BkToCstmrStmt/Stmt/Ntry/NtryDtls/Tx"
      "Dtls/Amt v=45 000.00 d=expected digits, a point and no more deci"
      "mals than the currency has|\n" },
    { "camt: not closed", CAMT8,
      "</BkToCstmrStmt>\n",
      "",
      "!PR-STM-050 62:5 f=Document/BkToCstmrStmt d=mismatched tag|\n" },
    { "camt: cut", CAMT8,
      "</BkToCstmrStmt>\n"
      "</Document>\n",
      "",
      "!PR-STM-004 62:3 f=Document/BkToCstmrStmt d=this element has no "
      "end|\n" },
    { "camt: a stray sign", CAMT8,
      "Electricity",
      "Electricity < gas",
      "!PR-STM-050 56:36 f=Document/BkToCstmrStmt/Stmt/Ntry/AddtlNtryIn"
      "f d=not well-formed (invalid token)|\n" },
    { "camt: a DTD", CAMT8,
      "<Document",
      "<!DOCTYPE Document [<!ENTITY a \"b\">]>\n"
      "<Document",
      "!PR-STM-051 2:20 f=DOCTYPE v=Document d=it is not read any furth"
      "er|\n" },
    { "camt: intraday", CAMT8,
      NULL,
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"
      "\"><BkToCstmrAcctRpt></BkToCstmrAcctRpt></Document>",
      "!PR-STM-052 1:66 f=BkToCstmrAcctRpt d=camt.052 tells of a day th"
      "at is not over|\n" },
    { "camt: a notification", CAMT8,
      NULL,
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
      "\"><BkToCstmrDbtCdtNtfctn></BkToCstmrDbtCdtNtfctn></Document>",
      "!PR-STM-052 1:66 f=BkToCstmrDbtCdtNtfctn d=camt.054 has no balan"
      "ces|\n" },
    { "camt: no statement in it", CAMT8,
      NULL,
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
      "\"><BkToCstmrStmt></BkToCstmrStmt></Document>",
      "!PR-STM-052 0:0 f=Stmt d=there is no camt.053 statement in this "
      "file|\n" },
    { "camt: zero", CAMT8,
      "3070.00</Amt><CdtDbtInd>DBIT",
      "0</Amt><CdtDbtInd>DBIT",
      "!PR-STM-034 49:0 f=Ntry/Amt d=it is not counted|\n"
      "!PR-STM-040 61:5 f=Stmt/Bal d=opening KES 1,000,000.00 and 2 lin"
      "es make KES 955,000.00, but closing is KES 951,930.00: the diffe"
      "rence is KES -3,070.00|\n" },
    { "MT940: letters in an amount", SWIFT,
      "D45000,00",
      "D45OOO,00",
      "!PR-STM-060 6:0 f=:61: v=2611301130D45OOO,00NTRFPR-1001-6//FT1\n"
      "Salary d=no amount such as 1234,56|\n" },
    { "MT940: no comma", SWIFT,
      "D45000,00N",
      "D45000N",
      "!PR-STM-060 6:0 f=:61: v=2611301130D45000NTRFPR-1001-6//FT1\n"
      "Salary d=no amount such as 1234,56|\n" },
    { "MT940: two commas", SWIFT,
      "D45000,00N",
      "D45,000,00N",
      "!PR-STM-060 6:0 f=:61: v=2611301130D45,000,00NTRFPR-1001-6//FT1"
      "\n"
      "Salary d=no amount such as 1234,56|\n" },
    { "MT940: a point is fine", SWIFT,
      "D45000,00N",
      "D45000.00N",
      "" },
    { "MT940: no side", SWIFT,
      "1130D45000,00",
      "1130X45000,00",
      "!PR-STM-060 6:0 f=:61: v=2611301130X45000,00NTRFPR-1001-6//FT1\n"
      "Salary d=C, D, RC or RD must follow the day|\n" },
    { "MT940: no type", SWIFT,
      "D45000,00NTRFPR",
      "D45000,00PR",
      "!PR-STM-060 6:0 f=:61: v=2611301130D45000,00PR-1001-6//FT1\n"
      "Salary d=no type such as NTRF behind the amount|\n" },
    { "MT940: no such day", SWIFT,
      ":61:2611301130D45000",
      ":61:2611311130D45000",
      "!PR-STM-060 6:0 f=:61: v=2611311130D45000,00NTRFPR-1001-6//FT1\n"
      "Salary d=it does not begin with a day as YYMMDD|\n" },
    { "MT940: no such entry day", SWIFT,
      ":61:2611301130D45000",
      ":61:2611301131D45000",
      "!PR-STM-060 6:0 f=:61: v=2611301131D45000,00NTRFPR-1001-6//FT1\n"
      "Salary d=the second day, MMDD, is none|\n" },
    { "MT940: nothing behind the tag", SWIFT,
      ":61:2611301130D45000,00NTRFPR-1001-6//FT1",
      ":61:",
      "!PR-STM-060 6:0 f=:61: v=Salary d=it does not begin with a day a"
      "s YYMMDD|\n" },
    { "MT940: only expected", SWIFT,
      "1130D45000,00",
      "1130ED45000,00",
      "!PR-STM-040 19:0 f=:62F: d=opening KES 1,000,000.00 and 2 lines "
      "make KES 1,000,000.00, but closing is KES 955,000.00: the differ"
      "ence is KES -45,000.00|\n" },
    { "MT940: the closing balance is another", SWIFT,
      ":62F:C261201KES949955,00",
      ":62F:C261201KES949955,01",
      "!PR-STM-040 31:0 f=:62F: d=opening KES 955,000.00 and 2 lines ma"
      "ke KES 949,955.00, but closing is KES 949,955.01: the difference"
      " is KES 0.01|\n" },
    { "MT940: the closing balance cannot be read", SWIFT,
      ":62F:C261201KES949955,00",
      ":62F:C261201KES949955",
      "!PR-STM-060 28:0 f=:62F: v=C261201KES949955 d=expected C or D, a"
      " day as YYMMDD, the currency and an amount such as 1234,56|\n" },
    { "MT940: an opening balance of another sort", SWIFT,
      ":60F:C",
      ":60F:X",
      "!PR-STM-060 5:0 f=:60F: v=X261129KES1000000,00 d=expected C or D"
      ", a day as YYMMDD, the currency and an amount such as 1234,56|\n"
      "!PR-STM-042 21:0 f=:60M: v=C261130KES955000,00 d=the page before"
      " is not in this file|\n" },
    { "MT940: no opening balance", SWIFT,
      ":60F:C261129KES1000000,00\r\n",
      "",
      "!PR-STM-053 5:0 f=:60F: v=2611301130D45000,00NTRFPR-1001-6//FT1"
      "\n"
      "Salary d=a line before the opening balance|\n"
      "!PR-STM-042 20:0 f=:60M: v=C261130KES955000,00 d=the page before"
      " is not in this file|\n" },
    { "MT940: no closing balance", SWIFT,
      ":62F:C261201KES949955,00\r\n",
      "",
      "!PR-STM-004 30:0 f=:62F: d=the closing balance of statement 49/2"
      " is missing|\n" },
    { "MT940: no closing balance of the first of two", SWIFT,
      ":62M:C261130KES955000,00\r\n",
      "",
      "!PR-STM-004 18:0 f=:62F: d=the closing balance of statement 49/1"
      " is missing|\n"
      "!PR-STM-042 20:0 f=:60M: v=C261130KES955000,00 d=the page before"
      " is not in this file|\n" },
    { "MT940: another currency in the end", SWIFT,
      ":62F:C261201KES",
      ":62F:C261201USD",
      "!PR-STM-035 28:0 f=:62F: v=C261201USD949955,00 d=the opening bal"
      "ance is in KES|\n" },
    { "MT940: a currency nobody knows", SWIFT,
      ":60F:C261129KES",
      ":60F:C261129XXX",
      "!PR-STM-060 5:0 f=:60F: v=C261129XXX1000000,00 d=expected C or D"
      ", a day as YYMMDD, the currency and an amount such as 1234,56|\n"
      "!PR-STM-042 21:0 f=:60M: v=C261130KES955000,00 d=the page before"
      " is not in this file|\n" },
    { "MT940: the page does not follow", SWIFT,
      ":60M:C261130KES955000,00",
      ":60M:C261130KES955001,00",
      "!PR-STM-043 21:0 f=:60M: v=C261130KES955001,00 d=the page before"
      " ended with another balance|\n"
      "!PR-STM-040 31:0 f=:62F: d=opening KES 955,001.00 and 2 lines ma"
      "ke KES 949,956.00, but closing is KES 949,955.00: the difference"
      " is KES -1.00|\n" },
    { "MT940: the page before is missing", SWIFT,
      ":62M:C261130KES955000,00",
      ":62F:C261130KES955000,00",
      "!PR-STM-042 21:0 f=:60M: v=C261130KES955000,00 d=the page before"
      " is not in this file|\n" },
    { "MT940: intraday", SWIFT,
      ":60F:C261129KES1000000,00",
      ":34F:KES0,",
      "!PR-STM-052 5:0 f=:34F: v=KES0, d=MT942 tells of a day that is n"
      "ot over|\n"
      "!PR-STM-042 21:0 f=:60M: v=C261130KES955000,00 d=the page before"
      " is not in this file|\n" },
    { "MT940: zero", GERMAN,
      "DR1,00N",
      "DR0,00N",
      "!PR-STM-034 9:0 d=it is not counted|\n"
      "!PR-STM-040 11:0 f=:62F: d=opening EUR -100.00 and 1 line make E"
      "UR -79.50, but closing is EUR -80.50: the difference is EUR -1.0"
      "0|\n" },
    { "MT940: no statement", SWIFT,
      NULL,
      "{1:F01EQBLKENAXXXX}\r\n"
      "nothing\r\n",
      "!PR-STM-053 0:0 f=:20: d=no statement begins in this file|\n" },
};

static void
test_changes(void **state)
{
    (void)state;
    statements_changed(changes, LEN(changes));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
