#include <assert.h>

#include <jansson.h>

#include "base/crypto.h"
#include "providers/services.h"

/*
 * Any words as what is asked of any service: one piece of the input for each
 * member, apart by NUL.  A request that is written has the members as JSON or
 * form fields can carry them, changes what its service changes, and holds no
 * secret; one that is not says why and leaves nothing behind.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int LLVMFuzzerInitialize(int *, char ***);

#define SECRET "5ecr3t-canary"

static const struct provider *const both[] = { &provider_intasend,
                                               &provider_sapama };

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return crypto_setup();
}

/* A query or form: visible ASCII, and only whole escapes. */
static void
check_form(const char *p)
{
    static const char hex[] = "0123456789ABCDEF";

    for (; *p != '\0'; p++) {
        assert(*p > ' ' && *p <= '~' && *p != '#' && *p != '"');
        if (*p == '%') {
            assert(p[1] != '\0' && strchr(hex, p[1]) != NULL);
            assert(p[2] != '\0' && strchr(hex, p[2]) != NULL);
        }
    }
}

static void
check_request(const struct provider *p, enum service s,
              const struct request *r)
{
    bool json = r->content_type != NULL
                && strcmp(r->content_type, "application/json") == 0;

    assert(r->changes == service_changes(s) && !r->body.failed);
    assert((strcmp(r->method, "GET") == 0) == (r->body.len == 0));
    assert(!service_changes(s) || strcmp(r->method, "POST") == 0);
    check_form(r->path);
    assert(r->path[0] != '/' && strstr(r->path, "..") == NULL
           && strstr(r->path, "//") == NULL);
    /* every path of IntaSend's ends so (1.1), and a redirect is not followed */
    if (p == &provider_intasend)
        assert(r->path[strcspn(r->path, "?") - 1] == '/');
    if (json) {
        json_t *t = json_loadb(r->body.p, r->body.len,
                               JSON_REJECT_DUPLICATES, NULL);

        assert(json_is_object(t));
        json_decref(t);
    } else if (r->body.len > 0) {
        check_form(r->body.p);
    }
    assert(strstr(r->path, SECRET) == NULL);
    assert(r->body.p == NULL || strstr(r->body.p, SECRET) == NULL);
}

static void
ask_both(const struct payer *payer, const struct service_ask *ask)
{
    for (size_t p = 0; p < 2; p++)
        for (int s = 0; s < SERVICE_COUNT; s++) {
            struct request r;
            struct err e = { 0 };

            if (service_write(both[p], (enum service)s, &r, payer, ask, &e)
                == 0) {
                check_request(both[p], (enum service)s, &r);
                request_release(&r);
                continue;
            }
            assert(r.body.p == NULL && e.text[0] != '\0' && e.fix[0] != '\0');
            assert(e.kind == ERR_USAGE || e.kind == ERR_CONFIG);
            assert(strstr(e.text, SECRET) == NULL);
        }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct payer payer = { .key = STR("key"), .secret = STR(SECRET),
                           .public_key = STR("ISPubKey_test_1"),
                           .wallet_id = "2", .short_code = "830830",
                           .callback_url = "https://pay.example/cb" };
    struct service_ask ask = { .minor = 10000 };
    const char **to[] = {
        &ask.ccy, &ask.from, &ask.to, &ask.phone, &ask.name, &ask.email,
        &ask.narrative, &ask.reference, &ask.id, &ask.state, &ask.type,
        &ask.label, &ask.since, &ask.until, &ask.rail, &ask.account,
        &ask.bank_code
    };
    char *text = NULL, *at = NULL;

    /* said by whoever asks, it may of course be in what is asked; half of it
     * too, for what cannot be seen between the halves is not shown */
    if (memmem(data, size, SECRET, (sizeof(SECRET) - 1) / 2) != NULL)
        return 0;
    at = text = malloc(size + 1);
    assert(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    for (size_t i = 0; i < sizeof(to) / sizeof(to[0])
                       && at < text + size; i++) {
        if (*at != '\0')
            *to[i] = at;
        at += strlen(at) + 1;
    }
    ask.list = (struct str){ (const char *)data, size };
    ask_both(&payer, &ask);
    free(text);
    return 0;
}
