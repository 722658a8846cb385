/*
 * `payrun evidence`: everything the book has about a run in one signed archive,
 * and is such an archive genuine?
 */
#include "cli/cmds.h"

#include "cli/version.h"
#include "pack/pack.h"
#include "pack/verify.h"

#define EXIT_DIFFERENCE 5       /* as a reconciliation that found one */

const struct opt evidence_opts[] = {
    { "output", "FILE", "default: RUN-evidence.tar here", false },
    { NULL, NULL, NULL, false }
};

const struct opt evidence_verify_opts[] = {
    { "key", "FINGERPRINT|FILE", "the key it has to be signed with: its "
      "fingerprint, or a file with the public key", false },
    { NULL, NULL, NULL, false }
};

/* --- the key -------------------------------------------------------------- */

static int
load_key(struct app *app, struct sign_key *key, struct err *e)
{
    char path[PATH_BYTES_MAX];

    if (pack_key_path(app->dir, path) < 0)
        return err_set(e, ERR_USAGE, "the path of --dir is too long");
    return sign_load(key, path, true, e);
}

int
cmd_evidence_key(struct app *app, struct err *e)
{
    char print[SIGN_PRINT_BYTES], pem[SIGN_PEM_BYTES];
    struct sign_key key;
    int rc = 0;

    if (load_key(app, &key, e) < 0)
        return -1;
    sign_print(key.public_key, print);
    sign_pem(key.public_key, pem);
    sign_release(&key);
    if (app->json)
        rc = app_json(app, json_pack("{s:s, s:s}", "fingerprint", print,
                                     "public_key", pem), e);
    else
        printf("fingerprint %s\n%s", print, pem);
    return rc;
}

/* --- what was found ------------------------------------------------------- */

/* Findings on their way to the screen or into JSON. */
struct told {
    struct app *app;
    json_t     *list;
};

static void
tell(void *owner, const char *member, const char *text)
{
    struct told *t = owner;

    if (t->app->json)
        json_array_append_new(t->list, json_pack("{s:s, s:s}", "member",
                                                 member, "text", text));
    else
        printf("WRONG  %s%s%s\n", member, member[0] != '\0' ? ": " : "", text);
}

static json_t *
json_count(int64_t rows, int64_t minor, const char *ccy)
{
    return json_pack("{s:I, s:o}", "count", (json_int_t)rows, "sum",
                     json_money(minor, ccy));
}

static json_t *
json_verdict(const struct pack_verdict *v, json_t *findings)
{
    return json_pack("{s:b, s:I, s:o, s:s, s:b, s:s, s:s, s:s, s:b, s:s, s:s,"
        " s:s, s:I, s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
        "genuine", v->findings == 0, "wrong", (json_int_t)v->findings,
        "findings", findings, "run", v->run, "live", v->live,
        "fingerprint", v->fingerprint, "signed_at", v->signed_at,
        "program", v->program, "key_expected", v->expected,
        "made_by", v->made_by, "approved_by", v->approver,
        "approved_at", v->approved_at, "members", (json_int_t)v->members,
        "audit_entry", (json_int_t)v->audit_nr, "audit_hash", v->audit_hash,
        "all", json_count(v->rows, v->minor, v->ccy),
        "paid", json_count(v->paid_rows, v->paid_minor, v->ccy),
        "failed", json_count(v->failed_rows, v->failed_minor, v->ccy),
        "in_doubt", json_count(v->doubt_rows, v->doubt_minor, v->ccy),
        "cancelled", json_count(v->cancelled_rows, v->cancelled_minor, v->ccy),
        "open", json_count(v->open_rows, v->open_minor, v->ccy));
}

static void
print_count(const char *name, int64_t rows, int64_t minor, const char *ccy)
{
    struct money m = { .minor = minor };
    char total[MONEY_TEXT_BYTES], count[MONEY_TEXT_BYTES];

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, total);
    money_count(rows, count);
    printf("%-11s %s payment%s, %s\n", name, count, rows == 1 ? "" : "s",
           total);
}

static void
print_verdict(const struct pack_verdict *v)
{
    printf("run         %s%s\nsigned at   %s\nsigned by   key %s%s\n",
           v->run, v->live ? "" : " (sandbox)", v->signed_at, v->fingerprint,
           v->expected ? ", the one asked for" : "");
    printf("made by     %s\napproved by %s%s%s\n", v->made_by,
           v->approver[0] != '\0' ? v->approver : "nobody",
           v->approver[0] != '\0' ? ", " : "", v->approved_at);
    print_count("in the run", v->rows, v->minor, v->ccy);
    print_count("paid", v->paid_rows, v->paid_minor, v->ccy);
    print_count("failed", v->failed_rows, v->failed_minor, v->ccy);
    print_count("in doubt", v->doubt_rows, v->doubt_minor, v->ccy);
    print_count("cancelled", v->cancelled_rows, v->cancelled_minor, v->ccy);
    print_count("no answer", v->open_rows, v->open_minor, v->ccy);
    printf("audit       whole up to entry %lld: payrun audit verify --against "
           "%lld:%s\n", (long long)v->audit_nr, (long long)v->audit_nr,
           v->audit_hash);
    printf("genuine: %lld members, every digest, sum and proof holds\n",
           (long long)v->members);
    if (!v->expected)
        puts("whose key is it? Ask its owner for the fingerprint on another "
             "way, and say it with --key");
}

/* Tell what is in ${v}; the exit code. */
static int
answer(struct app *app, const struct pack_verdict *v, json_t *findings,
       struct err *e)
{
    int rc = v->findings == 0 ? 0 : EXIT_DIFFERENCE;

    if (app->json)
        return app_json(app, json_verdict(v, findings), e) < 0 ? -1 : rc;
    json_decref(findings);
    if (v->findings == 0) {
        print_verdict(v);
        return rc;
    }
    if (v->findings > PACK_FINDINGS_MAX)
        printf("... and %lld more\n",
               (long long)(v->findings - PACK_FINDINGS_MAX));
    printf("NOT genuine or not whole: %lld thing%s wrong. Do not rely on it; "
           "ask for the pack again, and keep this one\n",
           (long long)v->findings, v->findings == 1 ? " is" : "s are");
    return rc;
}

/* --- making one ----------------------------------------------------------- */

static int
written(struct app *app, const char *path, const struct pack_made *made,
        const struct pack_verdict *v, struct told *told, struct err *e)
{
    int rc = v->findings == 0 ? 0 : EXIT_DIFFERENCE;

    if (app->json)
        return app_json(app, json_pack("{s:s, s:I, s:s, s:b, s:s, s:I, s:o}",
            "written", path, "members", (json_int_t)made->members,
            "manifest_sha256", made->sha256, "payroll_file", made->file_kept,
            "fingerprint", v->fingerprint, "wrong", (json_int_t)v->findings,
            "findings", told->list), e) < 0 ? -1 : rc;
    json_decref(told->list);
    printf("written: %s, %lld members, signed by key %s\n", path,
           (long long)made->members, v->fingerprint);
    if (!made->file_kept)
        puts("the payroll file itself is not in it: it was uploaded before "
             "payrun kept the bytes; its SHA-256 is");
    if (rc != 0)
        printf("%lld thing%s wrong in the book itself, see above; the pack "
               "shows them to whoever verifies it\n", (long long)v->findings,
               v->findings == 1 ? " is" : "s are");
    return rc;
}

/* What was written is verified as a stranger would: what is wrong in the book
 * is found before an auditor finds it. */
int
cmd_evidence(struct app *app, struct err *e)
{
    const char *path = args_value(&app->args, "output");
    char usual[RUN_REF_BYTES + 16], print[SIGN_PRINT_BYTES];
    struct told told = { .app = app };
    struct pack_verdict v;
    struct pack_made made;
    struct sign_key key;
    struct run run;
    int rc = -1;

    if (app_db(app, e) < 0
        || run_find(app->db, app->args.plain[0], &run, e) < 0
        || load_key(app, &key, e) < 0)
        return -1;
    snprintf(usual, sizeof(usual), "%s-evidence.tar", run.ref);
    path = path != NULL ? path : usual;
    sign_print(key.public_key, print);
    rc = pack_write(app->db, &run, &key, PAYRUN_VERSION, path, &made, e);
    sign_release(&key);
    if (rc < 0)
        return -1;
    told.list = json_array();
    if (pack_verify(path, print, tell, &told, &v, e) < 0) {
        json_decref(told.list);
        return -1;
    }
    return written(app, path, &made, &v, &told, e);
}

/* --- looking at one ------------------------------------------------------- */

/* A fingerprint, or a file with the public key. */
static int
wanted_key(const char *said, char out[SIGN_PRINT_BYTES], struct err *e)
{
    unsigned char public_key[SIGN_PUBLIC_BYTES];
    struct buf b;
    int rc = -1;

    if (strlen(said) == SIGN_PRINT_BYTES - 1
        && strspn(said, "0123456789abcdef") == SIGN_PRINT_BYTES - 1)
        return str_copy(out, SIGN_PRINT_BYTES, str_of(said));
    buf_init(&b, READ_CHUNK_BYTES);
    if (buf_read_file(&b, said, e) < 0) {
        err_fix(e, "--key is a fingerprint of %d digits as `payrun evidence "
                "key` shows it, or a file with the public key",
                SIGN_PRINT_BYTES - 1);
    } else if (sign_read_pem(public_key, buf_view(&b)) < 0) {
        err_set(e, ERR_DATA, "%s holds no public key of payrun", said);
        err_fix(e, "it begins with -----BEGIN PUBLIC KEY-----");
    } else {
        sign_print(public_key, out);
        rc = 0;
    }
    buf_release(&b);
    return rc;
}

int
cmd_evidence_verify(struct app *app, struct err *e)
{
    const char *said = args_value(&app->args, "key");
    char print[SIGN_PRINT_BYTES] = "";
    struct told told = { .app = app };
    struct pack_verdict v;

    if (said != NULL && wanted_key(said, print, e) < 0)
        return -1;
    told.list = json_array();
    if (pack_verify(app->args.plain[0], said != NULL ? print : NULL, tell,
                    &told, &v, e) < 0) {
        json_decref(told.list);
        return -1;
    }
    return answer(app, &v, told.list, e);
}
