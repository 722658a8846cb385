/*
 * CSV statements that are wrong: one change to a good file each, and all that is
 * said about it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/statements.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

#define MPESA  "mpesa.csv", NULL
#define TWO    "bank_two_columns.csv", &map_two_columns
#define SIGNED "bank_signed.csv", &map_signed
#define MARKED "bank_marked.csv", &map_marked

static const struct statement_change changes[] = {
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
