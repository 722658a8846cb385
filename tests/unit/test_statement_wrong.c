/*
 * Statements that are wrong: one change to a good file each, and all that is
 * said about it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/statements.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

enum file {
    MPESA, TWO, SIGNED, MARKED, CAMT8, SWIFT, GERMAN, NFILES
};

static const struct {
    const char                 *path;
    const struct statement_map *map;
} files[NFILES] = {
    [MPESA] = { "mpesa.csv", NULL },
    [TWO] = { "bank_two_columns.csv", &map_two_columns },
    [SIGNED] = { "bank_signed.csv", &map_signed },
    [MARKED] = { "bank_marked.csv", &map_marked },
    [CAMT8] = { "camt053_v8.xml", NULL },
    [SWIFT] = { "mt940_swift.sta", NULL },
    [GERMAN] = { "mt940_german.sta", NULL },
};

static const struct change {
    const char *name;
    enum file   file;
    const char *from, *to;      /* the first place; NULL: all of the file  */
    const char *problems;
} changes[] = {
    { "M-Pesa: letters in an amount", MPESA,
      "-42.00",
      "-4Z.00",
      "!PR-STM-031 15:7 f=Withdrawn v=-4Z.00 d=letters or signs in it|"
      "\n" },
    { "M-Pesa: an amount is missing", MPESA,
      ",,-42.00,",
      ",,,",
      "!PR-STM-030 15:6 f=Paid In d=neither money in nor money out|\n" },
    { "M-Pesa: in and out on one line", MPESA,
      "Completed,\"2,500.00\",,",
      "Completed,\"2,500.00\",-1.00,",
      "!PR-STM-032 13:7 f=Withdrawn v=-1.00 d=and 2,500.00 came in|\n" },
    { "M-Pesa: a minus where money came in", MPESA,
      "Completed,\"2,500.00\",,",
      "Completed,\"-2,500.00\",,",
      "!PR-STM-031 13:6 f=Paid In v=-2,500.00 d=it is negative|\n" },
    { "M-Pesa: three decimals", MPESA,
      "-42.00",
      "-42.005",
      "!PR-STM-031 15:7 f=Withdrawn v=-42.005 d=more decimals than the "
      "currency has|\n" },
    { "M-Pesa: thousands in the wrong place", MPESA,
      "\"-62,000.00\",\"892,905.00\",true,Business Payment to C",
      "\"-62,00.00\",\"892,905.00\",true,Business Payment to C",
      "!PR-STM-031 14:7 f=Withdrawn v=-62,00.00 d=thousands separators "
      "in wrong places|\n" },
    { "M-Pesa: a spreadsheet made an exponent", MPESA,
      "-42.00",
      "-4.2E+01",
      "!PR-STM-031 15:7 f=Withdrawn v=-4.2E+01 d=a spreadsheet made 1.2"
      "E+05 of it|\n" },
    { "M-Pesa: another amount", MPESA,
      "-42.00",
      "-43.00",
      "!PR-STM-041 18:0 d=total out is KES 107,095.00, but the lines ad"
      "d up to KES 107,096.00|\n"
      "!PR-STM-040 18:0 d=opening KES 1,000,000.00 and 6 lines make KES"
      " 940,404.00, but closing is KES 940,405.00: the difference is KE"
      "S 1.00|\n"
      "!PR-STM-042 16:0 d=the balance of this line is not that of the o"
      "ne before and its amount|\n" },
    { "M-Pesa: a line is gone", MPESA,
      "UKP1B0A2C3,25-11-2026 09:15:01,25-11-2026 09:15:00,B2C Charge,Co"
      "mpleted,,-53.00,\"954,947.00\",true,Business Payment to Customer"
      " Charge,,UKP1B0A2C3,\n",
      "",
      "!PR-STM-041 17:0 d=total out is KES 107,095.00, but the lines ad"
      "d up to KES 107,042.00|\n"
      "!PR-STM-040 17:0 d=opening KES 1,000,000.00 and 5 lines make KES"
      " 940,458.00, but closing is KES 940,405.00: the difference is KE"
      "S -53.00|\n"
      "!PR-STM-042 17:0 d=the balance of this line is not that of the o"
      "ne before and its amount|\n" },
    { "M-Pesa: a line is twice", MPESA,
      "UKP1B0A2C5,25-11-2026 09:15:02,25-11-2026 09:15:01,B2C Charge,",
      "UKP1B0A2C5,25-11-2026 09:15:02,25-11-2026 09:15:01,B2C Charge,Co"
      "mpleted,,-42.00,\"892,905.00\",true,Business Payment to Customer"
      " Charge,,UKP1B0A2C5,\n"
      "UKP1B0A2C5,25-11-2026 09:15:02,25-11-2026 09:15:01,B2C Charge,",
      "!PR-STM-041 19:0 d=total out is KES 107,095.00, but the lines ad"
      "d up to KES 107,137.00|\n"
      "!PR-STM-040 19:0 d=opening KES 1,000,000.00 and 7 lines make KES"
      " 940,363.00, but closing is KES 940,405.00: the difference is KE"
      "S 42.00|\n"
      "!PR-STM-042 16:0 d=the balance of this line is not that of the o"
      "ne before and its amount|\n" },
    { "M-Pesa: no date", MPESA,
      "UKT5C6D7E8,29-11-2026 08:00:00,",
      "UKT5C6D7E8,,",
      "!PR-STM-020 13:2 f=Completion Time d=this line has none|\n" },
    { "M-Pesa: no such day", MPESA,
      "UKT5C6D7E8,29-11-2026",
      "UKT5C6D7E8,31-11-2026",
      "!PR-STM-021 13:2 f=Completion Time v=31-11-2026 08:00:00 d=it is"
      " no day written as expected|\n" },
    { "M-Pesa: only a time", MPESA,
      "UKT5C6D7E8,29-11-2026 08:00:00,",
      "UKT5C6D7E8,08:00,",
      "!PR-STM-021 13:2 f=Completion Time v=08:00 d=it is no day writte"
      "n as expected|\n" },
    { "M-Pesa: day and month swapped", MPESA,
      "UKT5C6D7E8,29-11-2026",
      "UA25C6D7E8,01/02/2026",
      "!PR-STM-022 13:2 f=Completion Time v=01/02/2026 08:00:00 d=the r"
      "eceipt UA25C6D7E8 was made on 2026-01-02|\n" },
    { "M-Pesa: the other date forms are fine", MPESA,
      "UKT5C6D7E8,29-11-2026",
      "UKT5C6D7E8,2026-11-29",
      "" },
    { "M-Pesa: no receipt", MPESA,
      "UKT5C6D7E8,29",
      ",29",
      "!PR-STM-053 13:1 f=Receipt No. d=a line without a receipt|\n" },
    { "M-Pesa: a status nobody knows", MPESA,
      "INV-77,Completed",
      "INV-77,Perhaps",
      "!PR-STM-037 13:5 f=Transaction Status v=Perhaps d=only completed"
      " payments moved money|\n" },
    { "M-Pesa: a column is missing", MPESA,
      "Withdrawn,Balance,",
      "Drawn,Balance,",
      "!PR-STM-011 11:0 f=out d=\"Withdrawn\" is not among the names on"
      " this line|\n" },
    { "M-Pesa: a column is twice", MPESA,
      "Withdrawn,Balance,",
      "Withdrawn,Withdrawn,",
      "!PR-STM-012 11:8 f=Withdrawn v=Withdrawn d=columns 7 and 8|\n" },
    { "M-Pesa: too few fields", MPESA,
      ",,PR-1001-6\n",
      ",\n",
      "!PR-CSV-050 18:0 d=12 fields, and the header has 13|\n" },
    { "M-Pesa: surplus empty fields are fine", MPESA,
      ",,PR-1001-6\n",
      ",,PR-1001-6,,\n",
      "" },
    { "M-Pesa: two mistakes in two lines, both said", MPESA,
      "25-11-2026 09:15:02,25-11-2026 09:15:01,B2C Charge,Completed,,-4"
      "2.00,\"892,905.00\"",
      "25-11-26 09:15:02,25-11-2026 09:15:01,B2C Charge,Completed,,-x,"
      "\"y\"",
      "!PR-STM-021 15:2 f=Completion Time v=25-11-26 09:15:02 d=it is n"
      "o day written as expected|\n"
      "!PR-STM-031 15:7 f=Withdrawn v=-x d=letters or signs in it|\n"
      "!PR-STM-031 15:8 f=Balance v=y d=letters or signs in it|\n" },
    { "M-Pesa: an open quote", MPESA,
      "\"Reversal of",
      "\"\"\"Reversal\" of",
      "!PR-CSV-051 12:4 d=the line cannot be read|\n" },
    { "M-Pesa: the opening balance is another", MPESA,
      "\"1,000,000.00\"",
      "\"1,000,001.00\"",
      "!PR-STM-040 18:0 d=opening KES 1,000,001.00 and 6 lines make KES"
      " 940,406.00, but closing is KES 940,405.00: the difference is KE"
      "S -1.00|\n"
      "!PR-STM-040 18:0 d=opening balance KES 1,000,001.00, but the bal"
      "ances of the lines make it KES 1,000,000.00|\n" },
    { "M-Pesa: the total is another", MPESA,
      "\"47,500.00\"",
      "\"47,501.00\"",
      "!PR-STM-041 18:0 d=total in is KES 47,501.00, but the lines add "
      "up to KES 47,500.00|\n" },
    { "M-Pesa: the closing balance cannot be read", MPESA,
      "\"940,405.00\"",
      "\"940,405.00 or so\"",
      "!PR-STM-031 7:2 v=940,405.00 or so d=letters or signs in it|\n" },
    { "M-Pesa: another currency", MPESA,
      "A/C No.\n",
      "Currency\n",
      "!PR-STM-035 16:13 f=Currency v=PR-1001-7 d=this statement is rea"
      "d as KES|\n"
      "!PR-STM-035 18:13 f=Currency v=PR-1001-6 d=this statement is rea"
      "d as KES|\n" },
    { "M-Pesa: no line end, but all adds up", MPESA,
      "PR-1001-6\n",
      "PR-1001-6",
      "!PR-STM-005 18:0 d=it counts|\n" },
    { "bank: an amount with letters", TWO,
      "\"250,000.00\"",
      "\"25O,000.00\"",
      "!PR-STM-031 9:6 f=Credit v=25O,000.00 d=letters or signs in it|"
      "\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: both columns", TWO,
      ",45.00,,",
      ",45.00,1.00,",
      "!PR-STM-032 11:5 f=Debit v=45.00 d=and 1.00 came in|\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: neither column", TWO,
      ",45.00,,",
      ",,,",
      "!PR-STM-030 11:6 f=Credit d=neither money in nor money out|\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: zero", TWO,
      ",45.00,,",
      ",0.00,,",
      "!PR-STM-034 11:3 f=Narrative v=PESALINK CHARGES d=it is not coun"
      "ted|\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n"
      "!PR-STM-041 15:0 d=total out is KES 45,045.00, but the lines add"
      " up to KES 45,000.00|\n"
      "!PR-STM-040 15:0 d=opening KES 500,000.00 and 3 lines make KES 7"
      "50,000.00, but closing is KES 749,955.00: the difference is KES "
      "-45.00|\n"
      "!PR-STM-042 12:0 d=the balance of this line is not that of the o"
      "ne before and its amount|\n" },
    { "bank: a dash for nothing is fine", TWO,
      ",45.00,,",
      ",45.00,-,",
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: American dates", TWO,
      "05/11/2026,05/11/2026",
      "11/25/2026,11/25/2026",
      "!PR-STM-021 10:1 f=Transaction Date v=11/25/2026 d=it is no day "
      "written as expected|\n"
      "!PR-STM-021 10:2 f=Value Date v=11/25/2026 d=it is no day writte"
      "n as expected|\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: the total is another", TWO,
      "\"45,045.00\"",
      "\"45,046.00\"",
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n"
      "!PR-STM-041 15:0 d=total out is KES 45,046.00, but the lines add"
      " up to KES 45,045.00|\n" },
    { "bank: the closing balance is another", TWO,
      "Closing Balance,,,,\"749,955.00\"",
      "Closing Balance,,,,\"749,995.00\"",
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n"
      "!PR-STM-040 15:0 d=opening KES 500,000.00 and 4 lines make KES 7"
      "49,955.00, but closing is KES 749,995.00: the difference is KES "
      "40.00|\n"
      "!PR-STM-040 15:0 d=closing balance KES 749,995.00, but the balan"
      "ces of the lines make it KES 749,955.00|\n" },
    { "bank: a money line without a date", TWO,
      "05/11/2026,05/11/2026,PESALINK CHARGES",
      ",,PESALINK CHARGES",
      "!PR-STM-020 11:1 f=Transaction Date d=this line has none|\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: a money line that speaks of an account", TWO,
      "05/11/2026,05/11/2026,PESALINK CHARGES",
      ",,Account Number: 5",
      "!PR-STM-020 11:1 f=Transaction Date d=this line has none|\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: a payee called Total", TWO,
      "05/11/2026,05/11/2026,PESALINK CHARGES",
      ",,Total Kenya Ltd",
      "!PR-STM-020 11:1 f=Transaction Date d=this line has none|\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: no header", TWO,
      "Transaction Date,Value Date,Narrative,Reference,Debit,Credit,Run"
      "ning Balance\n",
      "",
      "!PR-STM-010 1:0 d=looked for \"Transaction Date\" and others in "
      "11 lines|\n" },
    { "bank: another header", TWO,
      "Debit,Credit",
      "Out,In",
      "!PR-STM-011 7:0 f=out d=\"Debit\" is not among the names on this"
      " line|\n"
      "!PR-STM-011 7:0 f=in d=\"Credit\" is not among the names on this"
      " line|\n" },
    { "bank: empty", TWO,
      NULL,
      "",
      "!PR-STM-001 0:0 d=no bytes|\n" },
    { "bank: only blank lines", TWO,
      NULL,
      "\n"
      "\n"
      "\n",
      "!PR-STM-002 0:0 d=not CSV, camt.053 or MT940|\n" },
    { "bank: only a title", TWO,
      NULL,
      "EQUITY BANK\n",
      "!PR-STM-010 1:0 d=looked for \"Transaction Date\" and others in "
      "1 lines|\n" },
    { "bank: no lines is fine", TWO,
      NULL,
      "Transaction Date,Value Date,Narrative,Reference,Debit,Credit,Run"
      "ning Balance\n",
      "" },
    { "bank: a stray quote", TWO,
      "RTGS FROM",
      "RTGS \"FROM",
      "!PR-CSV-051 9:3 d=the line cannot be read|\n"
      "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a lin"
      "e of this statement has 7|\n" },
    { "bank: a PDF", TWO,
      NULL,
      "%PDF-1.7 and so on",
      "!PR-STM-002 0:0 d=not CSV, camt.053 or MT940|\n" },
    { "signed: the other decimal mark", SIGNED,
      "-1.500,00",
      "-1,500.00",
      "!PR-CSV-007 1:0 d=found on this line|\n"
      "!PR-STM-031 2:3 f=Betrag v=-1,500.00 d=the decimal mark is anoth"
      "er one|\n" },
    { "signed: no amount", SIGNED,
      "+250,5",
      "",
      "!PR-CSV-007 1:0 d=found on this line|\n"
      "!PR-STM-030 3:3 f=Betrag d=it is empty|\n" },
    { "signed: another currency", SIGNED,
      "+250,5;KES",
      "+250,5;USD",
      "!PR-CSV-007 1:0 d=found on this line|\n"
      "!PR-STM-035 3:4 f=Waehrung v=USD d=this statement is read as KES"
      "|\n" },
    { "signed: a time that is none", SIGNED,
      "23:59",
      "24:59",
      "!PR-CSV-007 1:0 d=found on this line|\n"
      "!PR-STM-021 3:2 f=Uhrzeit v=24:59 d=it is no time as in hh:mm|\n" },
    { "signed: brackets are a minus", SIGNED,
      "-1.500,00",
      "(1.500,00)",
      "!PR-CSV-007 1:0 d=found on this line|\n" },
    { "signed: balances do not follow", SIGNED,
      "98.750,50",
      "98.751,50",
      "!PR-CSV-007 1:0 d=found on this line|\n"
      "!PR-STM-042 3:0 d=the balance of this line is not that of the on"
      "e before and its amount|\n" },
    { "signed: total of the column", SIGNED,
      ";Zinsen;\r\n",
      ";Zinsen;\r\n"
      "Total;;-1.249,50;;;;\r\n",
      "!PR-CSV-007 1:0 d=found on this line|\n" },
    { "signed: another total", SIGNED,
      ";Zinsen;\r\n",
      ";Zinsen;\r\n"
      "Total;;-1.249,00;;;;\r\n",
      "!PR-CSV-007 1:0 d=found on this line|\n"
      "!PR-STM-041 4:0 d=total in all is KES -1,249.00, but the lines a"
      "dd up to KES -1,249.50|\n" },
    { "signed: no line end, the balance proves it", SIGNED,
      ";Zinsen;\r\n",
      ";Zinsen;",
      "!PR-CSV-007 1:0 d=found on this line|\n"
      "!PR-STM-005 3:0 d=it counts|\n" },
    { "marked: a mark nobody knows", MARKED,
      "45000.00\tD",
      "45000.00\tX",
      "!PR-STM-033 2:3 f=DC v=X d=this word is neither|\n" },
    { "marked: no mark", MARKED,
      "45000.00\tD",
      "45000.00\t",
      "!PR-STM-033 2:3 f=DC d=this word is neither|\n" },
    { "marked: words are fine", MARKED,
      "45000.00\tD",
      "45000.00\tdebit",
      "" },
    { "marked: a credit with a minus", MARKED,
      "1000.00\tC",
      "-1000.00\tC",
      "!PR-STM-031 3:2 f=Amount v=-1000.00 d=a credit with a minus|\n" },
    { "marked: no line end and no balance", MARKED,
      "TX2\t\t\t\n",
      "TX2\t\t\t",
      "!PR-STM-004 3:0 d=the last line has no line end, and no balance "
      "shows that it is whole|\n" },
    { "marked: a fee that is none", MARKED,
      "35.00",
      "free",
      "!PR-STM-031 2:5 f=Fee v=free d=letters or signs in it|\n" },
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
replace(struct buf *out, struct str s, const char *from, const char *to)
{
    const char *at = from != NULL ? memmem(s.p, s.len, from, strlen(from))
                                  : s.p;
    size_t before = 0, gone = from != NULL ? strlen(from) : s.len;

    assert_non_null(at);
    before = (size_t)(at - s.p);
    buf_add(out, s.p, before);
    buf_text(out, to);
    buf_add(out, s.p + before + gone, s.len - before - gone);
}

static void
test_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(changes); i++) {
        const struct change *c = &changes[i];
        struct buf b, good;
        char path[128];

        snprintf(path, sizeof(path), "tests/data/statements/%s",
                 files[c->file].path);
        buf_init(&b, (size_t)1 << 20);
        buf_init(&good, (size_t)1 << 20);
        assert_int_equal(buf_read_file(&good, path, NULL), 0);
        replace(&b, buf_view(&good), c->from, c->to);
        statements_expect(c->name, files[c->file].map, buf_view(&b), NULL,
                          c->problems);
        buf_release(&b);
        buf_release(&good);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
