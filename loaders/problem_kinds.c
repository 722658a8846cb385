#include "loaders/problem.h"

/*
 * A code is never reused and never changes its meaning: people write them
 * into mails and manuals.  The tens say where to look:
 *
 *   00x the file        01x phones       02x amounts      03x duplicates
 *   04x the header      05x the row      06x text         07x rails
 *   08x totals          09x other accounts
 *   10x amounts again    11x who pays, groups
 *
 * PR-DUP is what intake finds when it compares a good file with the book.
 * PR-XLS is about workbooks (00x the file, 01x rows and cells), PR-XML about
 * payment orders (00x the file, 01x totals, 02x payments).
 * PR-STM is about statements: 00x the file, 01x the header, 02x dates, 03x
 * amounts and lines, 04x sums, 05x messages, 06x MT940.
 */
#define FILE_KIND(code, cause, fix) { "PR-CSV-" code, SEV_ERROR, cause, fix }
#define STOP_KIND(code, cause, fix) { "PR-CSV-" code, SEV_STOP, cause, fix }
#define WARN_KIND(code, cause, fix) { "PR-CSV-" code, SEV_WARNING, cause, fix }

#define STM_KIND(code, cause, fix)  { "PR-STM-" code, SEV_ERROR, cause, fix }
#define STM_WARN(code, cause, fix)  { "PR-STM-" code, SEV_WARNING, cause, fix }

#define PASS_DUPLICATES \
    "or load it with --allow-duplicates \"REASON\", which the checker sees"
#define SHEET_TEXT \
    "format the column as Text in the spreadsheet, enter the value again, " \
    "and save as CSV"

const struct problem_kind problem_kinds[] = {
    /* --- the file ------------------------------------------------------ */
    FILE_KIND("001", "the file is empty",
        "export the payroll again and load that file"),
    FILE_KIND("002", "an Excel workbook of a kind that is not read",
        "open it and choose File, Save As, \"Excel Workbook (.xlsx)\" or "
        "\"CSV UTF-8 (Comma delimited)\""),
    FILE_KIND("003", "this is not a table of text",
        "export the payroll as CSV or as an Excel workbook and load that"),
    FILE_KIND("004", "the file has a header but no rows",
        "export the payroll again, with its rows"),
    FILE_KIND("005", "a NUL byte in the row",
        "the file is damaged: export it again rather than repair it"),
    FILE_KIND("006", "bytes that are not in the encoding of the file",
        "save the file again as \"CSV UTF-8\""),
    WARN_KIND("007", "the file is not Unicode; read as Windows-1252",
        "look at the names with accents; save as \"CSV UTF-8\" to be sure"),
    FILE_KIND("008", "the file is too large",
        "cut it into several files"),
    FILE_KIND("009", "the file has too many rows",
        "cut it into several files"),

    /* --- phones -------------------------------------------------------- */
    FILE_KIND("010", "phone number missing",
        "fill in the number, 07.. or 01.. and ten digits"),
    FILE_KIND("011", "phone number in scientific notation",
        "digits may be lost, so it is not guessed: " SHEET_TEXT),
    FILE_KIND("012", "phone number with letters or signs in it",
        "write digits only, such as 0712345678"),
    FILE_KIND("013", "two phone numbers in one cell",
        "keep the one that is to be paid"),
    FILE_KIND("014", "phone number of another country",
        "only Kenyan numbers can be paid; ask for one"),
    FILE_KIND("015", "not a mobile number",
        "a landline cannot be paid; ask for a number with 07.. or 01.."),
    FILE_KIND("016", "phone number too long",
        "ask for the number again; it has ten digits, 07.. or 01.."),
    FILE_KIND("017", "phone number too short",
        "ask for the number again; it has ten digits, 07.. or 01.."),
    WARN_KIND("018", "the prefix belongs to another network",
        "fine when the number was moved; otherwise the payment will fail"),
    WARN_KIND("019", "a prefix that is in no network's list",
        "look at the number again; new ranges go into the rules file"),

    /* --- amounts ------------------------------------------------------- */
    FILE_KIND("020", "amount missing",
        "fill in the amount or take the row out"),
    FILE_KIND("021", "amount in scientific notation",
        "format the column as Number with 2 decimals, check the amount, and "
        "save as CSV"),
    FILE_KIND("022", "amount is not a number",
        "write digits, with a decimal point if needed, such as 45000.00"),
    FILE_KIND("023", "amount is negative",
        "money cannot be paid backwards; take the row out and settle it in "
        "the next payroll"),
    FILE_KIND("024", "amount is zero",
        "fill in the amount or take the row out"),
    FILE_KIND("025", "amount has more decimals than can be paid",
        "round it in the payroll, where the difference can be carried over"),
    FILE_KIND("026", "amount can be read in two ways",
        "write one amount of the file with its cents, such as 1,500.00, or "
        "write this one without the separator"),
    FILE_KIND("027", "thousands separators in the wrong places",
        "write it without them, such as 1500.00"),
    FILE_KIND("028", "amount in another format than the rest of the file",
        "use one decimal mark in the whole file"),
    FILE_KIND("029", "amount too large to be one",
        "look at the cell: it may hold a phone or an account number"),

    /* --- duplicates ---------------------------------------------------- */
    STOP_KIND("030", "same payee twice in this file",
        "take one row out, " PASS_DUPLICATES),
    STOP_KIND("031", "same payee twice in this file, different amounts",
        "put both amounts into one row, " PASS_DUPLICATES),
    WARN_KIND("032", "same employee number twice, paid to different accounts",
        "look whether both rows are right"),

    /* --- the header ---------------------------------------------------- */
    FILE_KIND("040", "a column that is needed is missing",
        "add it, or say which one it is with --map \"COLUMN=field\""),
    FILE_KIND("041", "the file has no header",
        "put the names of the columns into the first line; `payrun template` "
        "shows them"),
    FILE_KIND("042", "no column name in the first line is known",
        "put the header into the first line, or name the columns with --map "
        "\"COLUMN=field\""),
    FILE_KIND("043", "two columns for the same thing",
        "say which one it is with --map \"COLUMN=field\", or rename the other"),
    FILE_KIND("044", "a column named by --map is not in the file",
        "write it as it stands in the header"),
    FILE_KIND("045", "the header cannot be read",
        "mend the first line; `payrun template` shows one"),
    FILE_KIND("046", "a column named by --groups is not in the file",
        "write it as it stands in the header; --if-short priority without it "
        "needs a column called priority"),

    /* --- the row ------------------------------------------------------- */
    FILE_KIND("050", "wrong number of fields",
        "give the row one field per column; a value with the delimiter in it "
        "must stand in double quotes"),
    FILE_KIND("051", "a double quote in the wrong place",
        "put the whole value into double quotes, and write a quote inside it "
        "twice"),
    FILE_KIND("052", "a double quote is opened and never closed",
        "close it behind the value, or take it out"),
    FILE_KIND("053", "a cell or a line is far too long",
        "shorten it; a missing line end or double quote can be the cause"),
    FILE_KIND("054", "far too many fields",
        "take out the columns that are not needed"),

    /* --- text ---------------------------------------------------------- */
    FILE_KIND("060", "name missing",
        "fill in the name: the checker compares it"),
    WARN_KIND("061", "characters that change the order in which text is shown",
        "type the cell again by hand"),
    WARN_KIND("062", "invisible characters",
        "type the cell again by hand"),
    FILE_KIND("063", "control characters or a line break in the cell",
        "type the cell again in one line"),
    FILE_KIND("064", "text too long",
        "shorten it"),
    FILE_KIND("065", "a spreadsheet error instead of a value",
        "mend the formula in the spreadsheet and save as CSV again"),
    WARN_KIND("066", "this does not look like a KRA PIN",
        "a KRA PIN is a letter, nine digits and a letter"),

    /* --- rails --------------------------------------------------------- */
    FILE_KIND("070", "unknown way to pay",
        "leave the cell empty or use a name that is offered"),
    FILE_KIND("071", "this way to pay is not offered",
        "pay the row in a way that is offered, such as to a phone, or name in "
        "a column \"pay from\" an account that offers this one"),
    FILE_KIND("072", "another currency",
        "put it into a file of its own with an account in that currency"),
    FILE_KIND("073", "amount below the smallest that can be paid",
        "add it to another payment, or take the row out"),
    FILE_KIND("074", "amount above the largest that can be paid",
        "split it into several payments"),
    WARN_KIND("075", "the row has a phone and another account",
        "say which with a column named \"rail\", or clear the other cell"),
    FILE_KIND("076", "the row can be paid in two ways",
        "say which with a column named \"rail\", or clear the other cell"),

    WARN_KIND("077", "one row is paid in several linked payments",
        "fine when the payee expects it; otherwise load it without --split"),
    FILE_KIND("078", "more than the payee can be paid on one day",
        "pay the rest on another day or in another way"),

    /* --- totals -------------------------------------------------------- */
    FILE_KIND("080", "the rows do not add up to the expected total",
        "find out which is right before anything is paid"),
    FILE_KIND("081", "the number of rows is not the expected one",
        "find out which is right before anything is paid"),
    FILE_KIND("082", "the rows do not add up to the total row",
        "correct the rows or the total; a row may be missing"),
    FILE_KIND("083", "the total row counts another number of rows",
        "correct the rows or the count; a row may be missing"),
    FILE_KIND("084", "the total row has no amount that can be read",
        "put the total under the amounts, or take the row out"),
    FILE_KIND("085", "a row below the total row",
        "move it above the total, or take it out"),
    FILE_KIND("086", "the amounts add up to more than money can be counted in",
        "look for an amount that is no amount"),

    /* --- other accounts ------------------------------------------------ */
    FILE_KIND("090", "account number missing",
        "fill in the account, the paybill or the till number"),
    FILE_KIND("091", "account number in scientific notation",
        "digits may be lost, so it is not guessed: " SHEET_TEXT),
    FILE_KIND("092", "account number with letters or signs in it",
        "write digits only"),
    FILE_KIND("093", "account number of the wrong length",
        "look at the number again"),
    FILE_KIND("094", "bank code missing or wrong",
        "fill in the bank's code, or its name in a column named \"bank\""),
    FILE_KIND("095", "account reference missing",
        "a paybill needs the account reference it is paid to"),
    FILE_KIND("096", "a bank that is not known",
        "write the bank's code or name as it stands in the rules file, or add "
        "it there under \"banks\""),
    FILE_KIND("097", "the bank's code and its name are of two banks",
        "ask which is right, and correct or clear the other"),
    FILE_KIND("098", "account reference with signs that cannot be sent",
        "write it as it stands on the bill, in plain letters and digits"),

    /* --- amounts again ------------------------------------------------- */
    WARN_KIND("100", "commas were read as thousands separators",
        "compare the total; write one amount with its cents, such as "
        "1,500.00, to be sure"),

    /* --- who pays ------------------------------------------------------ */
    FILE_KIND("110", "the row names an account that cannot pay it",
        "write the account's name as it stands in payrun.yaml, or leave the "
        "cell empty"),
    FILE_KIND("111", "no account pays by this rail",
        "name the account that pays in a column \"pay from\", add a route "
        "for the rail to payrun.yaml, or pay the row in another way"),

    /* --- groups -------------------------------------------------------- */
    FILE_KIND("112", "a row without a group",
        "fill in the cell: who is paid together when money is short is part "
        "of what is approved"),
    FILE_KIND("113", "a priority that is no number from 1 to 999",
        "write a whole number; 1 is paid first"),
    FILE_KIND("114", "the name of a group is too long",
        "shorten it, or group by another column"),

    /* --- found by intake, against the book ------------------------------ */
    { "PR-DUP-001", SEV_STOP, "this file was loaded before",
        "look at the earlier run, " PASS_DUPLICATES },
    { "PR-DUP-002", SEV_STOP, "the same rows were loaded before, in another "
        "order or file", "look at the earlier run, " PASS_DUPLICATES },
    { "PR-DUP-003", SEV_STOP, "there is a run for this account, period and "
        "kind", "cancel that run, use another --kind, such as correction, "
        PASS_DUPLICATES },
    { "PR-DUP-004", SEV_STOP, "same payee and amount in another run of the "
        "period", "take the row out, " PASS_DUPLICATES },

    { "PR-DUP-005", SEV_STOP, "more than the payee can be paid on one day, "
        "with other runs of that day", "pay the rest on another day or by "
        "bank, " PASS_DUPLICATES },
    { "PR-DUP-006", SEV_STOP, "the payee is in doubt in another run of the "
        "period", "find out first whether that was paid (payrun resolve), "
        PASS_DUPLICATES },
    { "PR-DUP-007", SEV_STOP, "the payee got this amount in a time this "
        "database does not know", "ask the provider for that payment, then "
        "take the row out, " PASS_DUPLICATES },
    { "PR-DUP-008", SEV_STOP, "the row it corrects is not unpaid, or not so "
        "much of it", "take the row out or pay no more than what is unpaid; for "
        "something else clear its cell under \"payrun row\", " PASS_DUPLICATES },

    /* --- statements (loaders/statement*) -------------------------------- */
    STM_KIND("001", "the file is empty",
        "download the statement again and import that file"),
    STM_KIND("002", "this is no statement that payrun can read",
        "download it as CSV, camt.053 or MT940"),
    STM_KIND("003", "the CSV of a bank needs a map",
        "say which column is what in a saved map, or download the statement"
        " as camt.053 or MT940"),
    STM_KIND("004", "the file ends in the middle",
        "download it again: something is missing at its end"),
    STM_WARN("005", "the last line has no line end",
        "the balances show that its amounts are whole; look whether its text "
        "and the statement end there"),
    STM_KIND("006", "the file is too large",
        "download a shorter period, and then the rest"),
    STM_KIND("007", "a text that is too long, or too deep in others",
        "download the statement again; it may be damaged"),
    STM_WARN("008", "a line without a day and an amount was passed over",
        "look whether it is only a remark"),
    STM_KIND("010", "no line has the names of the columns",
        "download the statement again, with its header"),
    STM_KIND("011", "a column that is needed is missing",
        "download the statement with all of its columns, or correct the map"),
    STM_KIND("012", "two columns of the same name",
        "correct the map, or take one of them out"),
    STM_KIND("020", "date missing",
        "download the statement again; do not edit it"),
    STM_KIND("021", "date that cannot be read",
        "import the file as it was downloaded, or correct the dates of the "
        "map"),
    STM_KIND("022", "day and month are the other way round",
        "a spreadsheet changed the dates: import the file as it was "
        "downloaded"),
    STM_KIND("030", "amount of the statement missing",
        "download the statement again; do not edit it"),
    STM_KIND("031", "amount of the statement that cannot be read",
        "import the file as it was downloaded, or correct the amounts of "
        "the map"),
    STM_KIND("032", "money in and money out on one line",
        "find out which is right, and correct the map if its columns are "
        "mixed up"),
    STM_KIND("033", "neither debit nor credit",
        "correct the words for debit and credit in the map"),
    STM_WARN("034", "nothing moved: the amount is zero",
        "fine for a line that only tells something"),
    STM_KIND("035", "a currency that is not known, or not that of the statement",
        "import the statement of each currency on its own"),
    STM_KIND("036", "the lines add up to more than money can be counted in",
        "look for an amount that is no amount"),
    STM_KIND("037", "a status that is not known",
        "tell payrun's makers which word it is and what it means"),
    STM_KIND("040", "opening balance and lines do not make the closing balance",
        "lines are missing or twice: download the statement again, for "
        "whole days"),
    STM_KIND("041", "the lines do not add up to the totals of the statement",
        "lines are missing or twice: download the statement again, for "
        "whole days"),
    STM_WARN("042", "balances that do not follow on from one another",
        "lines may be missing or in another order; compare with the next "
        "statement"),
    STM_KIND("043", "pages that do not follow on from one another",
        "import all pages of the statement in one file, in order"),
    STM_WARN("044", "a batch is not the sum of its payments",
        "the bank may have kept charges or left out payments: ask for its "
        "list"),
    STM_KIND("050", "XML that cannot be read",
        "download the statement again; do not edit it"),
    STM_KIND("051", "XML with a document type",
        "no bank sends that: find out where the file comes from"),
    STM_KIND("052", "a message of another kind",
        "download the end-of-day statement: camt.053 or MT940"),
    STM_KIND("053", "something is missing that every statement has",
        "download the statement again; do not edit it"),
    STM_KIND("060", "a field of the statement that cannot be read",
        "download the statement again; do not edit it"),

    /* --- workbooks and payment orders ---------------------------------- */
    { "PR-XLS-001", SEV_ERROR, "the workbook cannot be opened",
      "open it in Excel, save it again as an Excel workbook (.xlsx), and load "
      "that" },
    { "PR-XLS-002", SEV_ERROR, "this is not an Excel workbook",
      "save it as an Excel workbook (.xlsx) or as CSV, and load that" },
    { "PR-XLS-003", SEV_ERROR, "the workbook is too large",
      "cut it into several, or save the sheet as CSV" },
    { "PR-XLS-004", SEV_ERROR, "the workbook has no such sheet",
      "name one of its sheets with --sheet" },
    { "PR-XLS-005", SEV_ERROR, "the workbook is damaged",
      "open it in Excel, save it again, and load that; or save the sheet as "
      "CSV" },
    { "PR-XLS-006", SEV_WARNING, "the workbook has other sheets",
      "fine when the payroll is on the one that is read; otherwise name it "
      "with --sheet" },
    { "PR-XLS-008", SEV_WARNING, "more columns than are read",
      "fine when nothing out there belongs to the payroll" },
    { "PR-XLS-010", SEV_ERROR, "a formula where it says who gets how much",
      "copy the column and paste it over itself with Paste Special, Values; "
      "then what is approved is what was checked" },
    { "PR-XLS-011", SEV_WARNING, "a formula in a cell",
      "fine when what it showed last is right" },
    { "PR-XLS-012", SEV_ERROR, "a hidden row",
      "show the row if it is to be paid, delete it if not; a filter hides "
      "rows too" },
    { "PR-XLS-013", SEV_WARNING, "the sheet has hidden columns",
      "show them, and see whether they are right" },
    { "PR-XLS-014", SEV_WARNING, "the sheet has merged cells",
      "undo the merging where there are payees" },
    { "PR-XLS-015", SEV_WARNING, "an amount with more digits than Excel shows",
      "fine: what Excel shows is what is paid" },
    { "PR-XLS-016", SEV_ERROR, "a number that lost its last digits",
      "format the column as Text and enter the number again" },
    { "PR-XML-001", SEV_ERROR, "the payment order cannot be read",
      "export it again; do not edit it" },
    { "PR-XML-002", SEV_ERROR, "XML with a document type",
      "no payroll program writes that: find out where the file comes from" },
    { "PR-XML-003", SEV_ERROR, "XML that is no payment order (pain.001)",
      "export the payroll as pain.001, Excel or CSV" },
    { "PR-XML-010", SEV_ERROR, "the number of payments is not the declared one",
      "payments are missing or twice: export the file again" },
    { "PR-XML-011", SEV_ERROR, "the control sum does not tie",
      "payments are missing or were changed: export the file again" },
    { "PR-XML-012", SEV_ERROR, "a declared total that cannot be read",
      "export the file again; do not edit it" },
    { "PR-XML-020", SEV_ERROR, "a payment method that cannot be paid",
      "have it exported as credit transfers" },
    { "PR-XML-021", SEV_ERROR, "an amount in another currency's equivalent",
      "have it exported with InstdAmt" },
    { "PR-XML-022", SEV_WARNING, "payments for different days in one order",
      "one run is paid on one day: say which with --pay-date, or export each "
      "day on its own" },
    { "PR-XML-023", SEV_WARNING, "the payment order names a day",
      "say --pay-date with the day you mean; without it nothing is loaded" },

    { NULL, SEV_ERROR, NULL, NULL }
};

_Static_assert(sizeof(problem_kinds) / sizeof(problem_kinds[0])
                   <= PROBLEM_KINDS_MAX, "by_kind has room for each");
