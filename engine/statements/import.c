#include "statements/import.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "db/sql.h"
#include "db/txn.h"
#include "statements/store.h"

#define FILE_NAME_BYTES 256

/* One that is under way. */
struct import {
    const struct import_order *order;
    struct problems      *problems;
    struct import_result *result;
    struct statement     *loader;
    struct store          store;
    struct likes          likes;
    struct db            *db;
    int                   fd;
    unsigned char         before[SHA256_BYTES];     /* the file's, at first */
    char                  name[FILE_NAME_BYTES];
    int64_t               bulk_nr;      /* of the batch whose parts come; 0   */
    struct err            why;          /* what is not the database's fault   */
    bool                  has_why;
    enum db_status        st;
};

static const struct {
    enum statement_format format;
    const char *source, *book;
} sources[] = {
    { STATEMENT_MPESA, "mpesa", "mpesa" },
    { STATEMENT_CSV, "bank-csv", "bank" },
    { STATEMENT_CAMT053, "camt053", "bank" },
    { STATEMENT_MT940, "mt940", "bank" }
};

const char *
import_source(enum statement_format f)
{
    for (size_t i = 0; i < LEN(sources); i++)
        if (sources[i].format == f)
            return sources[i].source;
    return "";
}

enum statement_format
import_format(const char *text)
{
    for (size_t i = 0; i < LEN(sources); i++)
        if (strcmp(sources[i].source, text) == 0)
            return sources[i].format;
    return STATEMENT_UNKNOWN;
}

static const char *
book_of(enum statement_format f)
{
    for (size_t i = 0; i < LEN(sources); i++)
        if (sources[i].format == f)
            return sources[i].book;
    return "bank";
}

/* --- a line --------------------------------------------------------------- */

static const char *
kind_of(const struct statement_line *l)
{
    if (l->reversal)
        return "reversal";
    switch (l->kind) {
    case STATEMENT_CHARGE:   return "charge";
    case STATEMENT_RETURNED: return "returned";
    case STATEMENT_INTEREST: return "interest";
    case STATEMENT_PAYMENT:
    case STATEMENT_BATCH:
        break;
    }
    if (memmem(l->type.len > 0 ? l->type.p : "", l->type.len, "Transfer", 8)
        != NULL)
        return "transfer";
    return l->minor < 0 ? "payment" : "deposit";
}

static void
fill(const struct import *im, const struct statement_line *l,
     struct movement *m)
{
    bool mpesa = im->result->format == STATEMENT_MPESA;

    *m = (struct movement){
        .line_no = l->line, .has_time = l->has_time,
        .booked_us = l->at_s * 1000000, .minor = l->has_amount ? l->minor : 0,
        .kind = kind_of(l), .part = (int)l->part, .parts = (int)l->parts,
        .charge_minor = l->charge_minor, .has_balance = l->has_balance,
        .balance_minor = l->balance_minor, .reference = l->reference,
        .linked = l->linked, .account = l->account, .name = l->name,
        .type = l->type, .text = l->text, .raw = l->raw
    };
    memcpy(m->ccy, l->ccy, sizeof(m->ccy));
    (void)movement_day(str_of(l->booked), &m->booked_on);
    m->has_value = movement_day(str_of(l->value_day), &m->value_on) == 0;
    if (mpesa)
        m->receipt = l->id;
    else
        m->provider_id = l->id;
    movement_ours(m);
}

/* Every line and part has a number; a batch comes behind its parts, but they
 * must name it, so it takes its own before them. */
static int64_t
number_of(struct import *im, const struct statement_line *l,
          struct movement *m)
{
    int64_t nr = im->bulk_nr;

    if (l->part > 0) {
        if (im->bulk_nr == 0)
            im->bulk_nr = store_number(&im->store);
        m->bulk_nr = im->bulk_nr;
        return store_number(&im->store);
    }
    im->bulk_nr = 0;
    return nr > 0 ? nr : store_number(&im->store);
}

static int
stop_db(struct import *im, enum db_status st, struct err *e)
{
    im->st = st;
    return err_set(e, ERR_TEMP, "the database stopped it");
}

static int
on_line(void *owner, const struct statement_line *l, struct err *e)
{
    struct import *im = owner;
    unsigned char identity[MOVEMENT_IDENTITY_BYTES];
    struct movement m;
    int64_t nr = 0;
    enum db_status st = DB_OK;

    /* What blocks now blocks for good: no use in loading the rest. */
    if (problems_block(im->problems))
        return 0;
    if (!im->store.open && (st = store_open(&im->store, 1)) < 0)
        return stop_db(im, st, e);
    if (im->store.copy.failed)
        return stop_db(im, DB_SOFT, e);
    im->result->format = statement_format(im->loader);
    fill(im, l, &m);
    nr = number_of(im, l, &m);
    if (movement_of_file(&m, &im->likes, identity) < 0)
        return err_oom(e);
    store_put(&im->store, nr, &m, identity);
    return 0;
}

/* --- a statement ---------------------------------------------------------- */

static int
wrong_account(const struct import *im, const struct statement_facts *f,
              struct err *e)
{
    const struct account *a = im->order->account;

    if (strcmp(f->ccy, a->ccy) != 0) {
        err_set(e, ERR_DATA, "%s is a statement in %s, but the account %s is "
                "in %s.", im->name, f->ccy, a->name, a->ccy);
        return err_fix(e, "Name the account it is about: --account NAME.");
    }
    if (f->format != STATEMENT_MPESA || f->account[0] == '\0'
        || a->short_code[0] == '\0' || strcmp(f->account, a->short_code) == 0)
        return 0;
    err_set(e, ERR_DATA, "%s is the statement of short code %s, but the "
            "account %s pays from %s.", im->name, f->account, a->name,
            a->short_code);
    return err_fix(e, "Name the account it is about (--account NAME), or "
                   "correct short_code: in the configuration.");
}

/* Lines are never removed again, so a slip in --account is caught first. */
static enum db_status
other_account(struct import *im, const struct statement_facts *f,
              struct err *e)
{
    const struct account *a = im->order->account;
    char other[STATEMENT_NAME_BYTES] = "";
    const struct db_arg args[] = {
        A_I64(a->account_id), A_TEXT(import_source(f->format)),
        A_TEXT(f->account)
    };
    const struct db_col cols[] = { C_TEXT("own_account", other) };
    enum db_status st = DB_NONE;

    if (f->account[0] != '\0' && !im->order->other_account)
        st = db_one(im->db, sql_statement_other_account, args, LEN(args), cols,
                    LEN(cols));
    if (st != DB_OK)
        return st;
    err_set(e, ERR_GUARD, "%s is about %s, but the statements of %s so far "
            "were about %s.", im->name, f->account, a->name, other);
    err_fix(e, "Name the account it is about (--account NAME), or say that it "
            "is the same one: --other-account.");
    im->has_why = true;
    return DB_HARD;
}

static enum db_status
add_statement(struct import *im, const struct statement_facts *f,
              int64_t *statement_id)
{
    const struct import_order *o = im->order;
    bool open = f->has_opening != STATEMENT_NO_BALANCE;
    bool close = f->has_closing != STATEMENT_NO_BALANCE;
    bool said = f->has_opening == STATEMENT_SAID
                || f->has_closing == STATEMENT_SAID;
    const struct db_arg none = A_NULL;
    const struct db_arg opening = A_I64(f->opening_minor);
    const struct db_arg closing = A_I64(f->closing_minor);
    const struct db_arg args[] = {
        A_I64(o->account->account_id), A_TEXT(book_of(f->format)),
        A_TEXT(import_source(f->format)), A_TEXT(o->map_name),
        A_TEXT(im->name),
        A_BYTES(((struct str){ (const char *)im->before, SHA256_BYTES })),
        A_I64(im->result->bytes), A_I64(f->number), A_TEXT(f->id),
        A_TEXT(f->account), A_TEXT(f->holder), A_TEXT(f->ccy),
        A_TEXT(f->from), A_TEXT(f->until), open ? opening : none,
        close ? closing : none,
        A_TEXT(!open && !close ? NULL : said ? "said" : "follow"),
        A_I64(f->lines), A_I64(f->parts), A_I64(f->unbooked),
        A_I64(f->in_minor), A_I64(f->out_minor), A_TEXT(o->person)
    };
    const struct db_col cols[] = { C_I64("statement_id", statement_id) };

    return db_one(im->db, sql_statement_add, args, LEN(args), cols, LEN(cols));
}

static void
count(struct import_result *r, const struct statement_facts *f, int64_t id,
      int64_t fresh)
{
    if (r->statements++ == 0) {
        r->first = *f;
        r->first_id = id;
    }
    r->last = *f;
    r->last_id = id;
    r->lines += f->lines;
    r->parts += f->parts;
    r->unbooked += f->unbooked;
    r->in_minor += f->in_minor;
    r->out_minor += f->out_minor;
    r->fresh += fresh;
}

static enum db_status
keep(struct import *im, const struct statement_facts *f)
{
    int64_t id = 0, fresh = 0;
    enum db_status st = other_account(im, f, &im->why);

    /* A COPY under way takes the whole connection: it is ended first. */
    if (st < 0 || (st = add_statement(im, f, &id)) < 0)
        return st;
    im->store.book = book_of(f->format);
    if (im->store.staged > 0 && (st = store_keep(&im->store, id, &fresh)) < 0)
        return st;
    const struct db_arg args[] = { A_I64(id), A_I64(fresh) };

    st = db_do(im->db, sql_statement_fresh, args, LEN(args));
    count(im->result, f, id, fresh);
    im->store.staged = 0;
    im->bulk_nr = 0;
    return st;
}

static int
on_statement(void *owner, const struct statement_facts *f, struct err *e)
{
    struct import *im = owner;
    enum db_status st = DB_OK;

    im->result->format = f->format;
    if (problems_block(im->problems))
        return 0;
    if (wrong_account(im, f, e) < 0)
        return -1;
    if (im->store.open && (st = store_end(&im->store)) < 0)
        return stop_db(im, st, e);
    if ((st = keep(im, f)) >= 0)
        return 0;
    if (im->has_why) {
        *e = im->why;
        return -1;
    }
    return stop_db(im, st, e);
}

/* --- the file ------------------------------------------------------------- */

/* Names of files may be any bytes; the book takes UTF-8 only. */
static void
take_name(struct import *im)
{
    const char *path = im->order->path, *slash = strrchr(path, '/');
    struct str s = str_of(im->order->name != NULL ? im->order->name :
                          slash != NULL ? slash + 1 : path);
    bool utf8 = true;

    s = str_cut(s, FILE_NAME_BYTES - 1);
    for (int i = 0; i < 3 && s.len > 0
                    && text_look(s, NULL) & TEXT_NOT_UTF8; i++)
        s.len--;
    utf8 = !(text_look(s, NULL) & TEXT_NOT_UTF8);
    for (size_t i = 0; i < s.len; i++)
        im->name[i] = utf8 || (unsigned char)s.p[i] < 0x80 ? s.p[i] : '?';
    im->name[s.len] = '\0';
}

static int
open_file(struct import *im, struct err *e)
{
    const char *path = im->order->path;
    struct stat st;

    im->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (im->fd < 0 || fstat(im->fd, &st) < 0)
        return err_set(e, ERR_NOINPUT, "%s cannot be read: %s.", path,
                       strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(e, ERR_NOINPUT, "%s is not a file.", path);
    return 0;
}

/* Every byte once: into the loader, or, without one, only into the hash. */
static int
read_all(struct import *im, unsigned char hash[SHA256_BYTES], struct err *e)
{
    static char chunk[READ_CHUNK_BYTES];
    struct sha256 h;
    ssize_t n = 0;

    sha256_init(&h);
    im->result->bytes = 0;
    if (lseek(im->fd, 0, SEEK_SET) != 0)
        return err_set(e, ERR_IO, "%s cannot be read again: %s.", im->name,
                       strerror(errno));
    while ((n = read(im->fd, chunk, sizeof(chunk))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_IO, "Reading %s failed half way: %s.",
                           im->name, strerror(errno));
        sha256_add(&h, chunk, (size_t)n);
        im->result->bytes += n;
        if (im->loader != NULL
            && statement_feed(im->loader, chunk, (size_t)n, e) < 0)
            return -1;
    }
    sha256_end(&h, hash);
    return im->loader != NULL ? statement_end(im->loader, e) : 0;
}

static enum db_status
stop(struct import *im)
{
    im->has_why = true;
    return DB_HARD;
}

/* How it ended when every byte was read; the numbers of problems speak. */
static enum db_status
judge(struct import *im, const unsigned char after[SHA256_BYTES])
{
    struct problems *ps = im->problems;

    im->result->format = statement_format(im->loader);
    if (problems_block(ps)) {
        err_set(&im->why, ERR_DATA, "%s has %lld mistake%s; nothing of it was "
                "taken in.", im->name, (long long)(ps->errors + ps->stops),
                ps->errors + ps->stops == 1 ? "" : "s");
        err_fix(&im->why, "Fetch it again from the bank or portal, whole and "
                "unchanged; the lines above say where and what.");
        return stop(im);
    }
    if (memcmp(after, im->before, SHA256_BYTES) != 0) {
        err_set(&im->why, ERR_TEMP, "%s changed while it was read.", im->name);
        return stop(im);
    }
    return DB_OK;
}

static enum db_status
was_there(struct import *im)
{
    struct import_result *r = im->result;
    const struct db_arg args[] = {
        A_I64(im->order->account->account_id),
        A_BYTES(((struct str){ (const char *)im->before, SHA256_BYTES }))
    };
    const struct db_col cols[] = {
        C_I64("statement_id", &r->first_id), C_TEXT("imported_by", r->by),
        C_I64("imported_us", &r->at_us)
    };
    enum db_status st = db_one(im->db, sql_statement_same_file, args,
                               LEN(args), cols, LEN(cols));

    r->again = st == DB_OK;
    return st;
}

static void
begin_again(struct import *im)
{
    struct import_result *r = im->result;

    *r = (struct import_result){ .bytes = r->bytes };
    memcpy(r->sha256, im->before, SHA256_BYTES);
    problems_release(im->problems);
    likes_release(&im->likes);
    likes_init(&im->likes);
    im->why = (struct err){ 0 };
    im->has_why = false;
    im->bulk_nr = 0;
    im->st = DB_OK;
    im->store = (struct store){
        .db = im->db, .account_id = im->order->account->account_id
    };
}

static enum db_status
import_txn(struct db *db, void *cls)
{
    struct import *im = cls;
    const struct import_order *o = im->order;
    const struct statement_options opt = {
        .format = o->format, .map = o->map, .ccy = o->account->ccy,
        .zone_min = 180
    };
    const struct statement_sink sink = {
        .line = on_line, .statement = on_statement, .owner = im
    };
    unsigned char after[SHA256_BYTES] = { 0 };
    enum db_status st = DB_OK;
    char detail[ERR_TEXT_BYTES];

    im->db = db;
    begin_again(im);
    if ((st = was_there(im)) != DB_NONE)
        return st;
    im->loader = statement_new(&opt, &sink, im->problems, &im->why);
    if (im->loader == NULL)
        return stop(im);
    if (read_all(im, after, &im->why) < 0)
        st = im->st < 0 ? im->st : stop(im);
    else
        st = judge(im, after);
    store_abort(&im->store);
    statement_free(im->loader);
    im->loader = NULL;
    if (st < 0)
        return st;
    snprintf(detail, sizeof(detail), "%.200s: %lld lines, %lld of them new",
             im->name, (long long)im->result->lines,
             (long long)im->result->fresh);
    return audit_add(db, o->person, "statement import", o->account->name,
                     detail);
}

int
import_file(struct db *db, const struct import_order *o, struct problems *ps,
            struct import_result *r, struct err *e)
{
    struct import im = { .order = o, .problems = ps, .result = r, .fd = -1,
                         .db = db };
    enum db_status st = DB_HARD;
    int rc = -1;

    *r = (struct import_result){ 0 };
    likes_init(&im.likes);
    take_name(&im);
    if (open_file(&im, e) < 0 || read_all(&im, im.before, e) < 0)
        goto out;
    st = db_txn(db, import_txn, &im);
    if (st == DB_OK)
        rc = 0;
    else if (im.has_why)
        *e = im.why;
    else
        db_fail(db, e, "taking in the statement");
out:
    likes_release(&im.likes);
    if (im.fd >= 0)
        close(im.fd);
    return rc;
}
