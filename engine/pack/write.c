#include "pack/pack.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "db/sql.h"
#include "db/txn.h"
#include "pack/archive.h"
#include "pack/members.h"
#include "pack/parts.h"
#include "report/report.h"

#define ENDING_BYTES 8

/* One pack on its way from the book to its file. */
struct writing {
    struct db         *db;
    const struct run  *run;
    struct archive     archive;
    struct err        *e;
    FILE              *out;         /* of the list under way                 */
    int64_t            records;
    struct str         line, name, body;
    bool               failed;      /* ${e} says why                         */
    char installation[40], audit_hash[SHA256_HEX];
    int64_t steps, audit_nr, as_of_us;
    char file[sizeof(PACK_FILE) + ENDING_BYTES];    /* its member; ""        */
};

/* --- lists and bodies out of one statement -------------------------------- */

static int
line_row(void *owner)
{
    struct writing *w = owner;

    w->records++;
    fwrite(w->line.p, 1, w->line.len, w->out);
    return putc('\n', w->out) == EOF ? -1 : 0;  /* archive_end() tells why */
}

static int
write_list(struct writing *w, const struct pack_list *list)
{
    const struct db_arg args[] = { A_I64(w->run->run_id) };
    const struct db_col cols[] = { C_STR("line", &w->line) };
    enum db_status st;

    w->records = 0;
    if ((w->out = archive_begin(&w->archive, list->name, w->e)) == NULL)
        return -1;
    st = db_stream(w->db, list->sql, args, LEN(args), cols, LEN(cols),
                   line_row, w);
    if (st < 0 && !ferror(w->out))
        return db_fail(w->db, w->e, "reading the run for its pack");
    return archive_end(&w->archive, w->records, w->e);
}

static int
body_row(void *owner)
{
    struct writing *w = owner;
    char name[64];

    if (str_copy(name, sizeof(name), w->name) == 0
        && archive_whole(&w->archive, name, w->body, -1, w->e) == 0)
        return 0;
    w->failed = true;
    return -1;
}

static int
write_bodies(struct writing *w, const struct pack_bodies *list)
{
    const struct db_arg args[] = { A_I64(w->run->run_id) };
    const struct db_col cols[] = {
        C_STR("name", &w->name), C_BYTES("body", &w->body)
    };

    if (db_stream(w->db, list->sql, args, LEN(args), cols, LEN(cols),
                  body_row, w) >= 0)
        return 0;
    return w->failed ? -1
        : db_fail(w->db, w->e, "reading raw answers for the pack");
}

/* --- the payroll file ----------------------------------------------------- */

/* "original-file.xlsx": its own ending when that is a plain one. */
static void
name_file(struct writing *w)
{
    const char *dot = strrchr(w->run->file_name, '.');
    char ending[ENDING_BYTES] = "";
    size_t n = 0;

    for (n = 0; dot != NULL && dot[n] != '\0' && n + 1 < sizeof(ending); n++)
        ending[n] = n > 0 && dot[n] >= 'A' && dot[n] <= 'Z'
            ? (char)(dot[n] + 'a' - 'A') : dot[n];
    if (dot == NULL || dot[n] != '\0'
        || strspn(ending, ".abcdefghijklmnopqrstuvwxyz0123456789") != n)
        ending[0] = '\0';
    snprintf(w->file, sizeof(w->file), PACK_FILE "%s", ending);
}

static int
file_row(void *owner)
{
    struct writing *w = owner;

    w->records++;
    return fwrite(w->body.p, 1, w->body.len, w->out) == w->body.len ? 0 : -1;
}

/* First of all, because the README says whether it is there. */
static int
write_file(struct writing *w)
{
    const struct db_arg args[] = { A_I64(w->run->run_id) };
    const struct db_col cols[] = { C_BYTES("body", &w->body) };

    name_file(w);
    w->records = 0;
    if ((w->out = archive_begin(&w->archive, w->file, w->e)) == NULL)
        return -1;
    if (db_stream(w->db, sql_pack_file, args, LEN(args), cols, LEN(cols),
                  file_row, w) < 0 && !ferror(w->out))
        return db_fail(w->db, w->e, "reading the payroll file");
    if (w->records > 0)
        return archive_end(&w->archive, -1, w->e);
    w->file[0] = '\0';
    return 0;
}

/* --- for people ----------------------------------------------------------- */

static int
write_report(struct writing *w, enum report_format format, const char *name)
{
    const struct report_what what = { .run = w->run };
    FILE *out = archive_begin(&w->archive, name, w->e);

    if (out == NULL
        || report_in(w->db, &what, format, w->as_of_us, out, false,
                     w->e) < 0)
        return -1;
    return archive_end(&w->archive, -1, w->e);
}

static int
write_content(struct writing *w)
{
    struct archive *a = &w->archive;

    if (write_file(w) < 0 || parts_readme(a, w->run, w->file, w->e) < 0)
        return -1;
    for (const struct pack_list *l = pack_lists; l->name != NULL; l++)
        if (write_list(w, l) < 0)
            return -1;
    if (parts_totals(a, w->db, w->run, w->e) < 0
        || parts_compare(a, w->db, w->run, w->e) < 0
        || write_report(w, REPORT_CSV, "payments.csv") < 0
        || write_report(w, REPORT_HTML, "report.html") < 0
        || write_report(w, REPORT_TEXT, "report.txt") < 0)
        return -1;
    for (const struct pack_bodies *l = pack_bodies; l->sql != NULL; l++)
        if (write_bodies(w, l) < 0)
            return -1;
    return 0;
}

/* --- the manifest, and what signs it -------------------------------------- */

static int
read_head(struct writing *w)
{
    const struct db_arg args[] = { A_I64(w->run->run_id) };
    const struct db_col cols[] = {
        C_TEXT("installation", w->installation), C_I64("steps", &w->steps),
        C_I64("audit_nr", &w->audit_nr), C_TEXT("audit_hash", w->audit_hash),
        C_I64_NULL("as_of_us", &w->as_of_us)
    };

    if (db_one(w->db, sql_pack_head, args, LEN(args), cols, LEN(cols)) == DB_OK)
        return 0;
    return db_fail(w->db, w->e, "reading which book this is");
}

static void
make_manifest(const struct writing *w, const char *program, struct buf *b)
{
    char as_of[CLOCK_ISO_BYTES], digest[SHA256_HEX];

    clock_iso(w->as_of_us, as_of);
    hex_of(w->run->digest, SHA256_BYTES, digest);
    buf_printf(b, "{\"payrun_evidence\":%d,\"program\":", PACK_VERSION);
    buf_json(b, str_of(program));
    buf_printf(b, ",\"schema\":%lld,\"installation\":\"%s\",\"run\":",
               (long long)w->steps, w->installation);
    buf_json(b, str_of(w->run->ref));
    buf_printf(b, ",\"live\":%s,\"as_of\":\"%s\",\"digest\":\"%s\","
               "\"rows\":%lld,\"minor\":%lld,\"ccy\":",
               w->run->live ? "true" : "false", as_of, digest,
               (long long)w->run->rows, (long long)w->run->minor);
    buf_json(b, str_of(w->run->ccy));
    buf_printf(b, ",\"audit\":{\"nr\":%lld,\"hash\":\"%s\"},"
               "\"members\":[\n", (long long)w->audit_nr, w->audit_hash);
    buf_str(b, buf_view(&w->archive.list));
    buf_text(b, "\n]}\n");
}

/* The time is signed too, so that nobody can give an old pack a new date. */
static int
write_seal(struct writing *w, const struct sign_key *key, struct pack_made *out)
{
    char text[512], now[CLOCK_ISO_BYTES], pem[SIGN_PEM_BYTES];
    unsigned char signature[SIGN_BYTES];
    struct str bytes = { (const char *)signature, SIGN_BYTES };

    clock_iso(clock_wall_us(), now);
    snprintf(text, sizeof(text), "payrun evidence pack %d\nrun %s\n"
             "manifest-sha256 %s\nsigned-at %s\n", PACK_VERSION, w->run->ref,
             out->sha256, now);
    sign_bytes(key, str_of(text), signature);
    sign_pem(key->public_key, pem);
    if (archive_sealed(&w->archive, PACK_SIGNED, str_of(text), w->e) < 0
        || archive_sealed(&w->archive, PACK_SIGNATURE, bytes, w->e) < 0)
        return -1;
    return archive_sealed(&w->archive, PACK_KEY, str_of(pem), w->e);
}

static int
write_manifest(struct writing *w, const struct sign_key *key,
               const char *program, struct pack_made *out)
{
    unsigned char sha256[SHA256_BYTES];
    struct buf b;
    int rc = -1;

    buf_init(&b, PACK_MANIFEST_BYTES_MAX);
    make_manifest(w, program, &b);
    if (b.failed) {
        err_oom(w->e);
        goto out;
    }
    sha256_of(buf_view(&b), sha256);
    hex_of(sha256, SHA256_BYTES, out->sha256);
    if (archive_sealed(&w->archive, PACK_MANIFEST, buf_view(&b), w->e) == 0)
        rc = write_seal(w, key, out);
out:
    buf_release(&b);
    return rc;
}

int
pack_write(struct db *db, const struct run *run, const struct sign_key *key,
           const char *program, const char *path, struct pack_made *out,
           struct err *e)
{
    struct writing w = { .db = db, .run = run, .e = e };
    struct run now = *run;
    char folder[RUN_REF_BYTES + 16];
    int rc = -1;

    *out = (struct pack_made){ 0 };
    snprintf(folder, sizeof(folder), "evidence-%s/", run->ref);
    if (report_moment(db, e) < 0)
        return -1;
    w.run = &now;
    if (run_by_id(db, run->run_id, &now) != DB_OK)
        db_fail(db, e, "reading the run");
    else if (archive_open(&w.archive, path, folder, e) == 0
             && read_head(&w) == 0 && write_content(&w) == 0
             && write_manifest(&w, key, program, out) == 0
             && archive_close(&w.archive, e) == 0)
        rc = 0;
    db_rollback(db);                    /* it only read */
    out->members = w.archive.members;
    out->bytes = w.archive.bytes;
    out->file_kept = w.file[0] != '\0';
    archive_drop(&w.archive);
    return rc;
}

int
pack_key_path(const char *dir, char out[PATH_BYTES_MAX])
{
    int n = snprintf(out, PATH_BYTES_MAX, "%s/evidence.key", dir);

    return n < 0 || n >= PATH_BYTES_MAX ? -1 : 0;
}
