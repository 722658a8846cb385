/*
 * Any request at all to the callback listener, for both kinds of provider, and
 * then the worker's look at what was stored: every request gets one answer;
 * acknowledged is what was stored and nothing else; no key of ours is stored;
 * and only what carries the right token, or no wrong challenge, makes us ask.
 *
 * The server and the database are played here, so that the fuer sees the
 * code between them.  In the input \1 stands for the right token or challenge,
 * \2 for one with a bit changed, \3 for our key, \4 begins a further request,
 * \5 in a body makes the database refuse it; the pieces of a request (flags,
 * path, query, body) are apart by \6.
 */
#include <jansson.h>

#include "base/crypto.h"
#include "base/log.h"
#include "book/inbox.h"
#include "book/placed.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/token.h"
#include "net/httpd.h"
#include "tracker/after_all.h"
#include "tracker/hints.h"
#include "web/callbacks.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerInitialize(int *, char ***);

#define MUST(x) do { if (!(x)) abort(); } while (0)

#define REQUESTS_MAX 4
#define TEXT_BYTES   ((size_t)1 << 20)
/* no hexadecimal digit in front: "%1" and a text would make another of it */
#define CHALLENGE    "zur-challenge-of-the-account"
#define KEY          "zur5ecretKey0000000000000000001"
#define FILE_KNOWN   "KNOWN1"
#define BATCH        INT64_C(100001)

struct httpd_request {
    const char *method, *path;
    struct buf  text;                   /* of the path                        */
    struct buf  query, body;
    bool        one_phase, trusting;    /* the account it was sent to        */
    bool        proven;                 /* by the reading in this file        */
    int         answers, status, stores;
};

static struct httpd_request requests[REQUESTS_MAX];
static int nrequests;
static char token[TOKEN_BYTES], token_wrong[TOKEN_BYTES];
static unsigned char token_key[TOKEN_KEY_BYTES] = "fuzz-token-key";

/* What the worker's look had for an effect. */
static struct httpd_request *looked_at;
static int effects, done;
static char verdict[ERR_TEXT_BYTES];
static uint8_t how;                     /* of this input: its first byte      */

/* --- the server, played --------------------------------------------------- */

static struct httpd_order server;

struct httpd *
httpd_new(struct net *net, const struct httpd_order *o, struct err *e)
{
    (void)net;
    (void)e;
    server = *o;
    return (struct httpd *)&server;
}

void httpd_free(struct httpd *h) { (void)h; }
int httpd_port(const struct httpd *h) { return h != NULL; }
void httpd_pause(struct httpd *h) { (void)h; }

const char *
httpd_method(const struct httpd_request *r)
{
    return r->method;
}

const char *
httpd_path(const struct httpd_request *r)
{
    return r->path;
}

struct str
httpd_body(const struct httpd_request *r)
{
    return buf_view(&r->body);
}

const char *
httpd_peer(const struct httpd_request *r)
{
    return r != NULL ? "127.0.0.1" : "";
}

/* Figures are not asked for here, so nobody looks. */
const char *
httpd_header(const struct httpd_request *r, const char *name)
{
    return r != NULL && name[0] != '\0' ? NULL : "";
}

void
httpd_blot(struct httpd_request *r, const struct secret *s)
{
    secret_blot(&r->body, s);
}

void
httpd_add_header(struct httpd_request *r, const char *name, const char *value)
{
    MUST(r->answers == 0 && strcmp(name, "Allow") == 0 && value[0] != '\0');
}

/* Split where libmicrohttpd splits; it decodes, which changes nothing here. */
void
httpd_each_query(const struct httpd_request *r, httpd_visit visit,
                 void *owner)
{
    const char *at = r->query.p;
    const char *end = at != NULL ? at + r->query.len : NULL;

    while (at != NULL && at < end) {
        const char *next = memchr(at, '&', (size_t)(end - at));
        const char *sign = NULL;

        if (next == NULL)
            next = end;
        sign = memchr(at, '=', (size_t)(next - at));
        visit(owner, (struct str){ at, (size_t)((sign != NULL ? sign : next)
                                                - at) },
              sign != NULL ? (struct str){ sign + 1,
                                           (size_t)(next - sign - 1) }
                           : (struct str){ NULL, 0 });
        at = next + 1;
    }
}

void
httpd_answer(struct httpd_request *r, int status, const char *type,
             struct str body)
{
    json_t *t = json_loadb(body.p, body.len, 0, NULL);

    MUST(r->answers++ == 0 && strcmp(type, "application/json") == 0);
    MUST(json_is_object(t));
    json_decref(t);
    r->status = status;
}

void httpd_answer_same(struct httpd_request *, int, const char *, struct str)
    __attribute__((alias("httpd_answer")));

/* --- the database, played ------------------------------------------------- */

static struct {
    struct buf body;
    char       provider[24];
    bool       trusted;
    struct httpd_request *of;
} stored[REQUESTS_MAX];
static int nstored, next_stored;

static bool
has(struct str text, const char *what)
{
    return text.len > 0
        && memmem(text.p, text.len, what, strlen(what)) != NULL;
}

/* The group's items are the requests that were not answered yet, in order. */
enum db_status
inbox_store(struct db *db, const struct inbox_item *items, size_t n)
{
    (void)db;
    MUST(n >= 1 && n <= INBOX_GROUP_MAX);
    if (how & 8)
        return DB_SOFT;
    for (size_t i = 0; i < n; i++)
        if (memchr(items[i].body.p != NULL ? items[i].body.p : "", '\5',
                   items[i].body.len) != NULL)
            return DB_HARD;
    for (size_t i = 0; i < n; i++) {
        struct httpd_request *r = requests;

        /* its own request: the first one that is not stored or answered */
        while (r < requests + nrequests
               && (r->answers > 0 || r->stores > 0))
            r++;
        MUST(r < requests + nrequests && nstored < REQUESTS_MAX);
        r->stores++;
        MUST(!has(items[i].body, KEY));
        MUST(r->trusting || !has(items[i].body, CHALLENGE));
        buf_str(&stored[nstored].body, items[i].body);
        snprintf(stored[nstored].provider, sizeof(stored[0].provider), "%s",
                 items[i].provider);
        stored[nstored].trusted = items[i].trusted;
        stored[nstored++].of = r;
    }
    return DB_OK;
}

#include "tests/fuzz/lane.h"
enum db_status
inbox_next(struct db *db, int64_t *id, char provider[24], struct buf *body,
           bool *trusted)
{
    (void)db;
    if (next_stored == nstored)
        return DB_NONE;
    *id = next_stored + 1;
    snprintf(provider, 24, "%s", stored[next_stored].provider);
    buf_str(body, buf_view(&stored[next_stored].body));
    *trusted = stored[next_stored].trusted;
    looked_at = stored[next_stored].of;
    effects = 0;
    return DB_OK;
}

/* The end of one look: had it an effect that it may not have? */
enum db_status
inbox_done(struct db *db, int64_t id, int64_t batch_id, const char *said)
{
    (void)db;
    MUST(id == next_stored + 1 && said != NULL && said[0] != '\0');
    MUST(batch_id == 0 || batch_id == BATCH);
    snprintf(verdict, sizeof(verdict), "%s", said);
    if (effects > 0 || batch_id != 0)
        MUST(looked_at->proven);
    if (looked_at->one_phase)
        MUST((strncmp(said, "refused", 7) == 0) == !looked_at->proven);
    next_stored++;
    done++;
    return DB_OK;
}

enum db_status
inbox_refused(struct db *db, int64_t id)
{
    (void)db;
    MUST(id == next_stored + 1 && effects == 0 && !stored[id - 1].trusted);
    return DB_NONE;         /* counted, and kept */
}

enum db_status
inbox_room(struct db *db, bool *room)
{
    (void)db;
    *room = (how & 4) == 0;
    return how & 8 ? DB_SOFT : DB_OK;
}

enum db_status
inbox_turned(struct db *db, const char *provider, int64_t n, const char *peer)
{
    (void)db;
    MUST((how & 4) != 0 && n >= 1 && n <= REQUESTS_MAX);
    MUST(provider[0] != '\0' && strcmp(peer, "127.0.0.1") == 0);
    return DB_OK;
}

enum db_status
inbox_match(struct db *db, const char *tracking_id, int64_t *batch_id)
{
    (void)db;
    *batch_id = strcmp(tracking_id, FILE_KNOWN) == 0 ? BATCH : 0;
    return *batch_id != 0 ? DB_OK : DB_NONE;
}

enum db_status
db_txn(struct db *db, enum db_status (*fn)(struct db *, void *), void *owner)
{
    return fn(db, owner);
}

enum db_status
db_do(struct db *db, const char *sql, const struct db_arg *args, size_t n)
{
    (void)db;
    (void)args;
    if (sql == sql_ping)
        return how & 8 ? DB_SOFT : DB_OK;
    MUST(sql == sql_tracker_sought_now || sql == sql_tracker_look_again);
    MUST(n >= 1);
    effects++;
    return DB_OK;
}

const char *
db_why(const struct db *db)
{
    (void)db;
    return "the fuzzer said so";
}

static void
fill_text(const struct db_col *cols, size_t n, const char *name,
          const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(cols[i].name, name) == 0)
            snprintf(cols[i].out, cols[i].bytes, "%s", text);
}

enum db_status
db_one(struct db *db, const char *sql, const struct db_arg *args,
       size_t nargs, const struct db_col *cols, size_t ncols)
{
    static const char *const states[] = { "", "paid", "failed", "in_doubt" };

    (void)db;
    (void)args;
    (void)nargs;
    MUST(sql == sql_tracker_listed);
    fill_text(cols, ncols, "state", states[how >> 4 & 3]);
    fill_text(cols, ncols, "receipt", how & 0x10 ? "SG632NMUAB" : "");
    return DB_OK;
}

enum db_status
db_each(struct db *db, const char *sql, const struct db_arg *args,
        size_t nargs, const struct db_col *cols, size_t ncols,
        int (*row)(void *), void *owner)
{
    (void)db;
    MUST(sql == sql_tracker_token_keys && nargs == 1 && ncols == 2);
    if (args[0].i64 != BATCH)
        return DB_NONE;
    for (int i = 0; i < 2; i++) {
        /* an older attempt's key is there too, and proves as well */
        *(struct str *)cols[0].out = i == 0 ? STR("another-key-0016")
            : (struct str){ (const char *)token_key, TOKEN_KEY_BYTES };
        *(bool *)cols[1].out = i == 1;
        MUST(row(owner) == 0);
    }
    return DB_OK;
}

enum db_status
placed_add(struct db *db, int64_t batch_id, const int32_t *seqs,
           const struct str *ids, size_t n)
{
    (void)db;
    MUST(batch_id == BATCH && n == 1 && seqs[0] == 1 && ids[0].len > 0);
    MUST(strspn(ids[0].p, "0123456789") >= ids[0].len);
    effects++;
    return DB_OK;
}

enum db_status
batch_by_id(struct db *db, int64_t batch_id, struct batch *b)
{
    static const enum batch_state states[] = {
        BATCH_READY, BATCH_SENDING, BATCH_IN_FLIGHT, BATCH_DONE
    };

    (void)db;
    *b = (struct batch){ .batch_id = batch_id, .rail = "SAPAMA-MPESA",
                         .state = states[how >> 6 & 3] };
    return DB_OK;
}

enum db_status
batch_poll_now(struct db *db, int64_t batch_id)
{
    (void)db;
    MUST(batch_id == BATCH);
    effects++;
    return DB_OK;
}

void
after_all_words(const struct batch *b, const char *proof,
                char out[ERR_TEXT_BYTES])
{
    (void)b;
    snprintf(out, ERR_TEXT_BYTES, "%s", proof);
}

enum db_status
after_all_in(struct db *db, const struct desk *d, const struct batch *b,
             const char *why)
{
    (void)db;
    (void)d;
    MUST(b->batch_id == BATCH && why[0] != '\0');
    effects++;
    return DB_OK;
}

void
after_all_tell(struct desk *d, const struct batch *b, const char *why)
{
    (void)d;
    (void)why;
    MUST(b->batch_id == BATCH);
}

bool
desk_db(struct desk *d, enum db_status st, const char *doing)
{
    (void)d;
    (void)doing;
    return st >= DB_NONE;
}

bool
desk_open(const struct desk *d)
{
    return !d->failed;
}

/* account.c would bring the whole of libpq; this is all it does. */
void
account_blot(const struct account *a, struct buf *text)
{
    secret_blot(text, &a->key);
    secret_blot(text, &a->secret);
    secret_blot(text, &a->public_key);
}

/* --- one input ------------------------------------------------------------ */

/* The next piece of ${s}, with what its marks stand for, into ${b}. */
static void
piece(struct buf *b, struct str *s, const char *right, const char *wrong)
{
    buf_init(b, TEXT_BYTES);
    for (; s->len > 0 && *s->p != '\4'; s->p++, s->len--) {
        char c = *s->p;

        if (c == '\6') {
            s->p++;
            s->len--;
            break;
        }
        if (c == '\1' || c == '\2')
            buf_text(b, c == '\1' ? right : wrong);
        else if (c == '\3')
            buf_text(b, KEY);
        else
            buf_char(b, c);
    }
    MUST(!b->failed);
}

/* Of the body, before anything was blotted: has it the right challenge, or
 * none?  Two of them are none that could be told. */
static bool
challenge_fits(struct str body, bool trusting)
{
    json_error_t e;
    json_t *t = json_loadb(body.p, body.len, 0, &e);
    const char *said = json_string_value(json_object_get(t, "challenge"));
    bool fits = trusting || said == NULL || said[0] == '\0'
        || strcmp(said, CHALLENGE) == 0 || strlen(said) >= 512;

    /* numbers beyond a double: this reader cannot say */
    if (t == NULL && json_error_code(&e) == json_error_numeric_overflow)
        fits = true;
    else if (!json_is_object(t))
        fits = false;
    json_decref(t);
    return fits;
}

static void
request_make(struct httpd_request *r, struct str *s)
{
    static const char *const names[] = { "is", "trusting", "sapama", "nobody" };
    uint8_t flags = s->len > 0 ? (uint8_t)*s->p : 0;
    const char *tail = NULL;
    struct buf path;

    *r = (struct httpd_request){ .one_phase = (flags & 3) == 2 };
    if (s->len > 0) {
        s->p++;
        s->len--;
    }
    piece(&path, s, token, token_wrong);
    piece(&r->query, s, token, token_wrong);
    piece(&r->body, s, r->one_phase ? token : CHALLENGE,
          r->one_phase ? token_wrong : "zur-challenge-of-the-accounT");
    buf_init(&r->text, TEXT_BYTES);
    if (flags & 8)
        buf_text(&r->text, "/");
    else
        buf_printf(&r->text, "/callback/%s/", names[flags & 3]);
    buf_str(&r->text, buf_view(&path));
    buf_char(&r->text, '\0');           /* a path ends where C ends it */
    buf_release(&path);
    r->path = r->text.p;
    r->method = flags & 4 ? "GET" : flags & 16 ? "PUT" : "POST";
    tail = strncmp(r->path, "/callback/sapama/", 17) == 0 ? r->path + 17 : "";
    r->one_phase = strncmp(r->path, "/callback/sapama", 16) == 0
        && (r->path[16] == '/' || r->path[16] == '\0');
    r->trusting = strncmp(r->path, "/callback/trusting", 18) == 0;
    r->proven = r->one_phase
        ? strlen(token) == strcspn(tail, "/")
          && strncmp(tail, token, strlen(token)) == 0
        : challenge_fits(buf_view(&r->body), r->trusting);
}

static void
request_check(const struct httpd_request *r)
{
    static const int may[] = { 200, 404, 405, 503 };
    bool known = false;

    MUST(r->answers == 1);
    for (size_t i = 0; i < LEN(may); i++)
        known = known || r->status == may[i];
    MUST(known);
    if (strcmp(r->path, "/health") != 0)
        MUST((r->status == 200) == (r->stores == 1));
}

static struct account *
accounts(void)
{
    static struct account a[3];

    if (a[0].provider != NULL)
        return a;
    for (int i = 0; i < 3; i++) {
        a[i].provider = i < 2 ? &provider_intasend : &provider_sapama;
        snprintf(a[i].name, sizeof(a[i].name), "%s",
                 i == 0 ? "is" : i == 1 ? "trusting" : "sapama");
        MUST(secret_set(&a[i].key, STR(KEY)) == 0);
    }
    MUST(secret_set(&a[0].challenge, STR(CHALLENGE)) == 0);
    MUST(secret_set(&a[2].challenge, STR(CHALLENGE)) == 0);
    return a;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    token_write(token_key, BATCH, 1, token);
    memcpy(token_wrong, token, sizeof(token));
    token_wrong[strlen(token) - 1] ^= 1;
    log_setup(LOG_BUG, LOG_TEXT);
    return crypto_setup();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str s = { (const char *)data, n };
    const struct callbacks_order order = {
        .accounts = accounts(), .naccounts = 3
    };
    struct callbacks *c = NULL;
    struct desk desk = { .failed = false };

    /* what the fuzzer says by itself is no secret of ours */
    if (n == 0 || has(s, KEY) || has(s, CHALLENGE))
        return 0;
    how = data[0];
    s.p++;
    s.len--;
    MUST((c = callbacks_attach(&order, NULL)) != NULL);
    nstored = next_stored = done = 0;
    for (int i = 0; i < REQUESTS_MAX; i++)
        buf_init(&stored[i].body, TEXT_BYTES);
    for (nrequests = 0; nrequests < REQUESTS_MAX && s.len > 0;) {
        request_make(&requests[nrequests++], &s);
        if (s.len > 0 && *s.p == '\4') {
            s.p++;
            s.len--;
        }
        server.handler(server.owner, &requests[nrequests - 1]);
    }
    do
        (void)callbacks_turn(c);
    while (callbacks_busy(c));
    for (int i = 0; i < nrequests; i++)
        request_check(&requests[i]);
    hints_turn(&desk);
    MUST(done == nstored);
    callbacks_free(c);
    for (int i = 0; i < nrequests; i++) {
        buf_release(&requests[i].text);
        buf_release(&requests[i].query);
        buf_release(&requests[i].body);
    }
    for (int i = 0; i < REQUESTS_MAX; i++)
        buf_release(&stored[i].body);
    return 0;
}
