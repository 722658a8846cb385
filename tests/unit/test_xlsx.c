/*
 * Excel workbooks to rows and problems, as test_payroll.c has it for CSV; and
 * what numbers and days look like in one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "loaders/problem_text.h"
#include "loaders/xlsx_priv.h"
#include "tests/lib/loaded.h"
#include "tests/lib/payroll_rules.h"
#include "tests/lib/workbook.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Cells as text in the cell itself, and as numbers. */
#define T(ref, s) "<c r=\"" ref "\" t=\"inlineStr\"><is><t>" s "</t></is></c>"
#define N(ref, v) "<c r=\"" ref "\"><v>" v "</v></c>"
#define ROW(n, cells) "<row r=\"" n "\">" cells "</row>"
#define DATA(rows) "<sheetData>" rows "</sheetData>"
#define HEAD ROW("1", T("A1", "Name") T("B1", "Phone") T("C1", "Amount"))
#define A1500 "2 MPESA-B2C 254712345678 150000 A|"

static const struct sheet {
    const char *name;
    struct workbook w;
    const char *problems, *rows;
} sheets[] = {
    { "all is well", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") T("B2", "0712345678") N("C2", "1500"))) },
      "", A1500 },
    { "phones as numbers", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678") N("C2", "1500"))
      ROW("3", T("A3", "B") N("B3", "7.12345679E8") N("C3", "15"))
      ROW("4", T("A4", "C") N("B4", "254712345670") N("C4", "15"))) },
      "", A1500 "3 MPESA-B2C 254712345679 1500 B|"
      "4 MPESA-B2C 254712345670 1500 C|" },
    { "shared strings, in pieces, with how they are read", {
      .strings = "<si><t>Name</t></si><si><t>Phone</t></si>"
      "<si><t>Amount</t></si><si><r><t>Ma</t></r><r><t>ry</t></r>"
      "<rPh sb=\"0\" eb=\"1\"><t>x</t></rPh></si>",
      .sheet = DATA(ROW("1", "<c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c>"
      "<c t=\"s\"><v>2</v></c>") ROW("2", "<c t=\"s\"><v>3</v></c>"
      N("B2", "712345678") N("C2", "1500"))) },
      "", "2 MPESA-B2C 254712345678 150000 Mary|" },
    { "a text that is not there", { .strings = "<si><t>Name</t></si>",
      .sheet = DATA(ROW("1", "<c r=\"A1\" t=\"s\"><v>1</v></c>")) },
      "XLS-005@1:1", "" },
    { "gaps, empty rows, cells beside the table", { .sheet = DATA(
      "<row r=\"1\"/>" ROW("4", T("A4", "Name") T("B4", "Phone")
      T("C4", "Amount") T("D4", "Grade")) "<row/>"
      ROW("7", T("A7", "A") N("B7", "712345678") N("C7", "1500"))
      ROW("9", T("A9", "B") N("B9", "712345679") N("C9", "15")
      T("F9", "why?"))) },
      "050@9:6", "7 MPESA-B2C 254712345678 150000 A|" },
    { "places are cells", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") T("B2", "0712") N("C2", "-5"))) },
      "017@2:2 023@2:3", "" },
    { "cents that Excel keeps otherwise", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678")
      N("C2", "1500.0000000000002"))
      ROW("3", T("A3", "B") N("B3", "712345679")
      N("C3", "1050.4999999999999"))) },
      "XLS-015@2:3 XLS-015@3:3 025@3:3", A1500 },
    { "three decimals are too many, not thousands", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678") N("C2", "1500.125"))
      ROW("3", T("A3", "B") N("B3", "712345679") N("C3", "1.125"))) },
      "025@2:3 025@3:3", "" },
    { "an amount as text, as in a CSV", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678") T("C2", "KES 1,500.00"))) },
      "", A1500 },
    { "formulas", { .sheet = DATA(HEAD
      ROW("2", "<c r=\"A2\" t=\"str\"><f>D2</f><v>A</v></c>"
      N("B2", "712345678") "<c r=\"C2\"><f>1000+500</f><v>1500</v></c>")
      ROW("3", "<c r=\"A3\" t=\"str\"><f>D3</f><v>B</v></c>"
      N("B3", "712345679") N("C3", "15"))
      ROW("4", T("A4", "C") N("B4", "712345670")
      "<c r=\"C4\"><f>NOW()</f></c>")) },
      "XLS-011@2:1 XLS-010@2:3 XLS-011@3:1 XLS-010@4:3 020@4:3",
      "3 MPESA-B2C 254712345679 1500 B|" },
    { "a total by formula", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678") N("C2", "1500"))
      ROW("3", T("A3", "Total") "<c r=\"C3\"><f>SUM(C2:C2)</f>"
      "<v>1500</v></c>")) }, "", A1500 },
    { "a total that is wrong", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678") N("C2", "1500"))
      ROW("3", T("A3", "Total") N("C3", "1501"))) }, "082@3:3", A1500 },
    { "a hidden row", { .sheet = DATA(HEAD
      "<row r=\"2\" hidden=\"1\">" T("A2", "A") N("B2", "712345678")
      N("C2", "1500") "</row>"
      ROW("3", T("A3", "B") N("B3", "712345679") N("C3", "15"))) },
      "XLS-012@2:0", "3 MPESA-B2C 254712345679 1500 B|" },
    { "hidden columns, merged cells", { .sheet =
      "<cols><col min=\"4\" max=\"5\" hidden=\"1\"/></cols>" DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678") N("C2", "1500")))
      "<mergeCells><mergeCell ref=\"A9:B9\"/><mergeCell ref=\"A8:B8\"/>"
      "</mergeCells>" }, "XLS-014@0:0 XLS-013@0:0", A1500 },
    { "a number that lost digits", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "12345678901234567") N("C2", "1500"))) },
      "XLS-016@2:2 016@2:2", "" },
    { "an error of the sheet", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678")
      "<c r=\"C2\" t=\"e\"><v>#REF!</v></c>")) }, "065@2:3", "" },
    { "days and truth in other columns", {
      .styles = "<numFmts><numFmt numFmtId=\"164\" "
      "formatCode=\"&quot;day&quot; dd/mm/yyyy\"/><numFmt numFmtId=\"165\" "
      "formatCode=\"[Red]0.00&quot; yd&quot;\"/></numFmts><cellStyleXfs>"
      "<xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>"
      "<xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs>",
      .sheet = DATA(ROW("1", T("A1", "Name") T("B1", "Phone")
      T("C1", "Amount") T("D1", "From") T("E1", "Cloth") T("F1", "In"))
      ROW("2", T("A2", "A") N("B2", "712345678") N("C2", "1500")
      "<c r=\"D2\" s=\"1\"><v>45991</v></c><c r=\"E2\" s=\"2\"><v>45991</v>"
      "</c><c r=\"F2\" t=\"b\"><v>1</v></c>")) }, "",
      "2 MPESA-B2C 254712345678 150000 A {\"From\":\"2025-11-30\","
      "\"Cloth\":\"45991\",\"In\":\"TRUE\"}|" },
    { "other sheets", { .sheet = DATA(HEAD
      ROW("2", T("A2", "A") N("B2", "712345678") N("C2", "1500"))),
      .sheets = "<sheet name=\"Old\" sheetId=\"1\" state=\"hidden\" "
      "r:id=\"rId1\"/><sheet name=\"New\" sheetId=\"2\" r:id=\"rId2\"/>" },
      "XLS-006@0:0", A1500 },
    { "only hidden sheets", { .sheet = DATA(HEAD), .sheets =
      "<sheet name=\"Old\" sheetId=\"1\" state=\"veryHidden\" "
      "r:id=\"rId1\"/>" }, "XLS-004@0:0", "" },
    { "an empty sheet", { .sheet = DATA("") }, "001@0:0", "" },
    { "rows in disorder", { .sheet = DATA(HEAD
      ROW("3", T("A3", "A") N("B3", "712345678") N("C3", "1500"))
      ROW("2", T("A2", "B") N("B2", "712345679") N("C2", "15"))) },
      "XLS-005@3:3", "" },
    { "cells in disorder", { .sheet = DATA(HEAD
      ROW("2", T("B2", "A") N("A2", "712345678"))) }, "XLS-005@2:2", "" },
    { "cut off", { .sheet = DATA(HEAD) "<oops>" }, "XLS-005@0:0", "" },
    { "a document type", { .sheet = "", .book = "<!DOCTYPE x>" },
      "XLS-005@0:0", "" }
};

static void
test_sheets(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);

    (void)state;
    for (size_t i = 0; i < LEN(sheets); i++) {
        struct buf file;

        buf_init(&file, WORKBOOK_BYTES);
        workbook_make(&file, &sheets[i].w);
        loaded_check(sheets[i].name, &o, file.p, file.len, sheets[i].problems,
                     sheets[i].rows);
        buf_release(&file);
    }
}

/* --- not a workbook ------------------------------------------------------- */

static void
test_archives(void **state)
{
    static const struct {
        const char *name;
        struct workbook_part part;
        const char *problems;
    } others[] = {
        { "ods", { "content.xml", "<x/>" }, "XLS-002@0:0" },
        { "docx", { "word/document.xml", "<x/>" }, "XLS-002@0:0" },
        { "xlsb", { "xl/workbook.bin", "x" }, "XLS-002@0:0" },
        { "any zip", { "a.txt", "x" }, "XLS-002@0:0" },
        { "broken relations", { "_rels/.rels", "<x>" }, "XLS-005@0:0" }
    };
    const struct payroll_options o = loaded_options(&test_rules_mpesa);

    (void)state;
    for (size_t i = 0; i < LEN(others); i++) {
        struct buf file;

        buf_init(&file, WORKBOOK_BYTES);
        workbook_zip(&file, &others[i].part, 1);
        loaded_check(others[i].name, &o, file.p, file.len, others[i].problems,
                     "");
        buf_release(&file);
    }
}

/* A sheet that unpacks to far more than it is packed. */
static void
test_bomb(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    const size_t blanks = (size_t)ZIPREAD_FREE_BYTES + 4096;
    struct buf sheet, file;

    (void)state;
    buf_init(&sheet, blanks + 4096);
    buf_init(&file, WORKBOOK_BYTES);
    buf_reserve(&sheet, blanks + 100);
    for (size_t i = 0; i < blanks; i++)
        buf_char(&sheet, ' ');
    workbook_zip(&file, (struct workbook_part[]){
        { "xl/workbook.xml", "<workbook><sheets><sheet name=\"x\" id=\"r\"/>"
          "</sheets></workbook>" },
        { "xl/_rels/workbook.xml.rels", "<Relationships><Relationship "
          "Id=\"r\" Type=\"/worksheet\" Target=\"s.xml\"/></Relationships>" },
        { "xl/s.xml", sheet.p } }, 3);
    assert_true(file.len < 1024 * 1024);
    buf_release(&sheet);
    loaded_check("bomb", &o, file.p, file.len, "XLS-003@0:0", "");
    buf_release(&file);
}

static void
test_sheet_by_name(void **state)
{
    const struct workbook w = { .sheet = DATA(HEAD
        ROW("2", T("A2", "A") N("B2", "712345678") N("C2", "1500"))),
        .sheets = "<sheet name=\"Summary\" sheetId=\"1\" r:id=\"rId7\"/>"
                  "<sheet name=\"Pay\" sheetId=\"2\" r:id=\"rId2\"/>" };
    struct payroll_options o = loaded_options(&test_rules_mpesa);
    struct buf file;

    (void)state;
    buf_init(&file, WORKBOOK_BYTES);
    workbook_make(&file, &w);
    o.sheet = "pay";
    loaded_check("by name", &o, file.p, file.len, "", A1500);
    o.sheet = "Wages";
    loaded_check("no such", &o, file.p, file.len, "XLS-004@0:0", "");
    buf_release(&file);
}

/* The same payroll is the same payroll, however it comes. */
static void
test_same_digest(void **state)
{
    static const char csv[] = "Name,Phone,Amount\nA,0712345678,1500\n"
                              "B,0712345679,16\n";
    const struct workbook w = { .sheet = DATA(HEAD
        ROW("5", T("A5", "B") N("B5", "712345679") N("C5", "16.0"))
        ROW("6", T("A6", "A") T("B6", "+254 712 345678") N("C6", "1.5E3"))) };
    const struct payroll_options o = loaded_options(&test_rules_all);
    struct loaded a = { .rc = 0 }, b = { .rc = 0 };
    struct problems ps, qs;
    struct buf file;

    (void)state;
    buf_init(&file, WORKBOOK_BYTES);
    workbook_make(&file, &w);
    problems_init(&ps);
    problems_init(&qs);
    loaded_load(&a, &o, csv, sizeof(csv) - 1, 4096, &ps);
    loaded_load(&b, &o, file.p, file.len, 4096, &qs);
    assert_int_equal(a.facts.good_rows, 2);
    assert_int_equal(b.facts.good_rows, 2);
    assert_memory_equal(a.facts.rows_digest, b.facts.rows_digest,
                        sizeof(a.facts.rows_digest));
    assert_string_equal(b.facts.sheet, "Nov");
    loaded_release(&a);
    loaded_release(&b);
    problems_release(&ps);
    problems_release(&qs);
    buf_release(&file);
}

static void
test_words(void **state)
{
    const struct payroll_options o = loaded_options(&test_rules_mpesa);
    const struct workbook w = { .sheet = DATA(HEAD
        ROW("2", T("A2", "A") T("B2", "0712") N("C2", "1500"))) };
    struct loaded g = { .rc = 0 };
    struct problems ps;
    struct buf file, text, json;

    (void)state;
    buf_init(&file, WORKBOOK_BYTES);
    buf_init(&text, WORKBOOK_BYTES);
    buf_init(&json, WORKBOOK_BYTES);
    workbook_make(&file, &w);
    problems_init(&ps);
    loaded_load(&g, &o, file.p, file.len, 4096, &ps);
    problem_text(&text, &ps, "nov.xlsx", 10);
    problem_text_json(&json, &ps, "nov.xlsx");
    assert_non_null(strstr(text.p, "  nov.xlsx:B2  phone \"0712\""));
    assert_non_null(strstr(json.p, "\"place\":\"B2\""));
    loaded_release(&g);
    problems_release(&ps);
    buf_release(&file);
    buf_release(&text);
    buf_release(&json);
}

/* --- numbers -------------------------------------------------------------- */

static void
test_numbers(void **state)
{
    static const struct {
        const char *in, *out;       /* NULL: no number */
        unsigned marks;
    } numbers[] = {
        { "0", "0", 0 }, { "-0", "0", 0 }, { "0.0", "0", 0 },
        { "45000", "45000", 0 }, { "45000.00", "45000", 0 },
        { "1E3", "1000", 0 }, { "1.5e+3", "1500", 0 },
        { "15e-1", "1.5", 0 }, { "-12.5", "-12.5", 0 },
        { ".5", "0.5", 0 }, { "5.", "5", 0 }, { "0.05", "0.05", 0 },
        { "1E-2", "0.01", 0 },
        { "1050.4999999999999", "1050.5", CSV_FIELD_ROUNDED },
        { "0.30000000000000004", "0.3", CSV_FIELD_ROUNDED },
        { "999999999999999.9", "1000000000000000", CSV_FIELD_ROUNDED },
        { "1050.5000000000001", "1050.5", CSV_FIELD_ROUNDED },
        { "123456789012345", "123456789012345", 0 },
        { "1234567890123456", "1234567890123460", CSV_FIELD_CUT },
        { "1234567890123450", "1234567890123450", 0 },
        { "1.2345678901234567E+16", "12345678901234600", CSV_FIELD_CUT },
        { "", NULL, 0 }, { ".", NULL, 0 }, { "1.2.3", NULL, 0 },
        { "1e", NULL, 0 }, { "1e99", NULL, 0 }, { "1e-99", NULL, 0 },
        { "12a", NULL, 0 }, { "NaN", NULL, 0 }, { "--1", NULL, 0 },
        { "1e99999", NULL, 0 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(numbers); i++) {
        char out[XLSX_VALUE_BYTES] = "";
        unsigned marks = 0;
        bool got = xlsx_number(str_of(numbers[i].in), out, &marks);

        if (got != (numbers[i].out != NULL)
            || (got && (strcmp(out, numbers[i].out) != 0
                        || marks != (numbers[i].marks | CSV_FIELD_NUMBER))))
            fail_msg("%s: got %s, marks %u", numbers[i].in,
                     got ? out : "none", marks);
    }
}

static void
test_dates(void **state)
{
    static const struct {
        const char *in;
        bool from_1904;
        const char *out;
    } dates[] = {
        { "1", false, "1900-01-01" }, { "59", false, "1900-02-28" },
        { "61", false, "1900-03-01" }, { "36526", false, "2000-01-01" },
        { "45991", false, "2025-11-30" }, { "45351", false, "2024-02-29" },
        { "2958465", false, "9999-12-31" }, { "2958466", false, NULL },
        { "0", false, NULL }, { "0.5", false, NULL },
        { "45991.75", false, "2025-11-30T18:00" },
        { "45991.999999", false, "2025-12-01" },
        { "44529", true, "2025-11-30" }, { "-1", false, NULL }
    };

    (void)state;
    for (size_t i = 0; i < LEN(dates); i++) {
        char out[XLSX_VALUE_BYTES] = "";
        bool got = xlsx_date(str_of(dates[i].in), dates[i].from_1904, out);

        if (got != (dates[i].out != NULL)
            || (got && strcmp(out, dates[i].out) != 0))
            fail_msg("%s: got %s", dates[i].in, got ? out : "none");
    }
}

static void
test_cells(void **state)
{
    static const struct {
        int column, row;
        const char *out;
    } cells[] = {
        { 1, 1, "A1" }, { 2, 7, "B7" }, { 26, 2, "Z2" }, { 27, 3, "AA3" },
        { 702, 4, "ZZ4" }, { 703, 5, "AAA5" }, { 16384, 1048576,
          "XFD1048576" }, { 3, 0, "C" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(cells); i++) {
        char out[XLSX_CELL_BYTES];

        xlsx_cell(cells[i].column, cells[i].row, out);
        assert_string_equal(out, cells[i].out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sheets),
        cmocka_unit_test(test_archives),
        cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_sheet_by_name),
        cmocka_unit_test(test_same_digest),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_cells)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
