/* The workbook, the PDF and the ISO 20022 renderings of every state there is,
 * of hostile names, and of 200,000 payments. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/resource.h>
#include <unistd.h>

#include "loaders/xlsx.h"
#include "tests/db/report_fixture.h"

#define BIG_RSS_KIB (96 * 1024)
#define DATA "tests/data/iso20022/"

#if defined(__SANITIZE_ADDRESS__)
/* fontconfig keeps 288 bytes for the life of the process, and forgets where. */
__attribute__((visibility("default")))
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
    return "leak:libfontconfig.so";
}
#endif

static struct db *db;
static const char *url;
static struct run hostile, big;

static int
world_open(void **state)
{
    struct err e = { 0 };

    (void)state;
    if ((db = fixture_open(&url)) == NULL
        || run_find(db, "R-2026-11-A", &hostile, &e) < 0
        || run_find(db, "R-2026-11-B", &big, &e) < 0)
        return -1;
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

/* ${run} as ${format} in a file of its own; the name is to be freed. */
static char *
in_file(const struct run *run, enum report_format format)
{
    char name[] = "/tmp/payrun-report.XXXXXX";
    struct err e = { 0 };
    int fd = mkstemp(name);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;

    assert_non_null(f);
    if (report_write(db, run, format, f, false, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(fclose(f), 0);
    return strdup(name);
}

/* What ${command} with ${name} and ${behind} prints; to be freed. */
static char *
output(const char *command, const char *name, const char *behind, int *status)
{
    struct buf b;
    char line[512], piece[4096];
    size_t n = 0;
    FILE *p = NULL;

    buf_init(&b, 16 * 1024 * 1024);
    snprintf(line, sizeof(line), "%s %s %s 2>&1", command, name, behind);
    p = popen(line, "r");
    assert_non_null(p);
    while ((n = fread(piece, 1, sizeof(piece), p)) > 0)
        buf_add(&b, piece, n);
    *status = pclose(p);
    buf_char(&b, '\0');
    return b.p;
}

/* --- ISO 20022 ------------------------------------------------------------- */

static void
is_valid(enum report_format format, const char *command)
{
    char *name = in_file(&hostile, format), *says = NULL;
    int status = -1;

    says = output(command, name, "", &status);
    if (status != 0)
        fail_msg("%s", says);
    free(says);
    unlink(name);
    free(name);
}

static void
test_iso_is_valid(void **state)
{
    (void)state;
    is_valid(REPORT_PAIN002, "xmllint --noout --schema " DATA
             "pain.002.001.03.xsd");
    is_valid(REPORT_CAMT054, "xmllint --noout --schema " DATA
             "camt.054.001.02.xsd");
}

/* --- the workbook ------------------------------------------------------------ */

struct reading {
    int state, amount, name;    /* columns; -1: not seen yet                  */
    int64_t rows, paid_rows, paid_minor, names_run;
};

static bool
record(void *owner, const struct csv_record *rec)
{
    struct reading *r = owner;
    int64_t minor = 0;

    if (r->state < 0) {
        for (int i = 0; i < rec->n; i++) {
            r->state = str_eq(rec->fields[i].text, STR("State")) ? i
                                                                 : r->state;
            r->amount = str_eq(rec->fields[i].text, STR("Amount, KES"))
                ? i : r->amount;
            r->name = str_eq(rec->fields[i].text, STR("Payee")) ? i : r->name;
        }
        return r->state >= 0 && r->amount >= 0 && r->name >= 0;
    }
    r->rows++;
    r->names_run += str_eq(rec->fields[r->name].text, STR("=cmd()"));
    if (str_eq(rec->fields[r->state].text, STR("paid"))) {
        assert_int_equal(minor_parse(&minor, rec->fields[r->amount].text, 2),
                         0);
        r->paid_rows++;
        r->paid_minor += minor;
    }
    for (int i = 0; i < rec->n; i++)
        assert_int_equal(rec->fields[i].marks & CSV_FIELD_FORMULA, 0);
    return true;
}

static void
note(void *owner, const char *code, int64_t line, int column, struct str value,
     const char *detail)
{
    (void)owner;
    (void)line;
    (void)column;
    (void)value;
    fail_msg("%s: %s", code, detail);
}

static void
read_back(const struct run *run, struct reading *r)
{
    char *name = in_file(run, REPORT_XLSX), sheet[XLSX_NAME_BYTES];
    const struct table_sink sink = { record, note, r };
    struct err e = { 0 };
    struct buf b;

    *r = (struct reading){ .state = -1, .amount = -1, .name = -1 };
    buf_init(&b, XLSX_FILE_BYTES_MAX);
    assert_int_equal(buf_read_file(&b, name, &e), 0);
    if (xlsx_read(buf_view(&b), "Payments", &sink, sheet, &e) < 0)
        fail_msg("%s", e.text);
    buf_release(&b);
    unlink(name);
    free(name);
}

/* Our own reader, which knows nothing of the writer, reads it. */
static void
test_workbook_reads_back(void **state)
{
    struct run_sums s;
    struct reading r;
    struct err e = { 0 };

    (void)state;
    read_back(&hostile, &r);
    assert_int_equal(run_sums(db, hostile.run_id, &s, &e), 0);
    assert_int_equal(r.rows, s.book_rows);
    assert_int_equal(r.paid_rows, s.paid_rows);
    assert_int_equal(r.paid_minor, s.paid_minor);
    assert_int_equal(r.names_run, 1);   /* a text, as it is */
}

/* --- the PDF ------------------------------------------------------------------- */

static void
test_pdf_has_every_state(void **state)
{
    char *name = in_file(&hostile, REPORT_PDF), *says = NULL;
    int status = -1;

    (void)state;
    says = output("pdftotext -layout", name, "-", &status);
    assert_int_equal(status, 0);
    assert_non_null(strstr(says, "R-2026-11-A"));
    assert_non_null(strstr(says, "Page 1 of "));
    assert_non_null(strstr(says, "In doubt"));
    assert_non_null(strstr(says, "=cmd()"));    /* text, and only text */
    free(says);
    unlink(name);
    free(name);
}

/* --- size, and no room --------------------------------------------------------- */

static long
peak_kib(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static void
test_memory_stays_flat(void **state)
{
    static const enum report_format formats[] = { REPORT_XLSX,
                                                  REPORT_PAIN002 };

    (void)state;
#if defined(__SANITIZE_ADDRESS__)
    return;                     /* it would be ASan's memory that is measured */
#endif
    for (size_t i = 0; i < LEN(formats); i++) {
        char *name = in_file(&big, formats[i]);

        unlink(name);
        free(name);
    }
    if (peak_kib() > BIG_RSS_KIB)
        fail_msg("%ld KiB for 200,000 payments", peak_kib());
}

static void
test_no_room(void **state)
{
    (void)state;
    for (int i = REPORT_XLSX; i < REPORT_FORMATS; i++) {
        struct err e = { 0 };
        FILE *f = fopen("/dev/full", "w");

        assert_non_null(f);
        assert_int_equal(report_write(db, &hostile, (enum report_format)i, f,
                                      false, &e), -1);
        assert_int_equal(e.kind, ERR_IO);
        fclose(f);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iso_is_valid),
        cmocka_unit_test(test_workbook_reads_back),
        cmocka_unit_test(test_pdf_has_every_state),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_memory_stays_flat)
    };

    return cmocka_run_group_tests(tests, world_open, world_close);
}
