/*
 * Any base and path (apart by NUL) as what is called: a URL that is let
 * through is https or stays on this machine, names no user, and its path
 * cannot have changed whose host it is.
 */
#include <arpa/inet.h>
#include <strings.h>

#include "net/http.h"
#include "net/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)

/* A part of ${url} as libcurl itself will read it; NULL: there is none. */
static char *
part_of(const char *url, CURLUPart part)
{
    CURLU *u = curl_url();
    char *text = NULL, *mine = NULL;

    MUST(u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK);
    if (curl_url_get(u, part, &text, 0) == CURLUE_OK)
        MUST((mine = strdup(text)) != NULL);
    curl_free(text);
    curl_url_cleanup(u);
    return mine;
}

static bool
is_here(const char *host)
{
    struct in6_addr v6;
    struct in_addr v4;
    char bare[64] = "";

    if (inet_pton(AF_INET, host, &v4) == 1)
        return (ntohl(v4.s_addr) & 0xFF000000) == 0x7F000000;
    if (host[0] == '[' && strlen(host) < sizeof(bare)) {
        snprintf(bare, sizeof(bare), "%.*s", (int)strlen(host) - 2, host + 1);
        return inet_pton(AF_INET6, bare, &v6) == 1
            && memcmp(&v6, &in6addr_loopback, sizeof(v6)) == 0;
    }
    return strcasecmp(host, "localhost") == 0;
}

static void
check_same(const char *url, const char *base, CURLUPart part)
{
    char *ours = part_of(url, part), *theirs = part_of(base, part);

    MUST((ours == NULL) == (theirs == NULL));
    MUST(ours == NULL || strcmp(ours, theirs) == 0);
    free(ours);
    free(theirs);
}

static void
check_taken(const char *url, bool plain, const char *base)
{
    char *scheme = part_of(url, CURLUPART_SCHEME);
    char *host = part_of(url, CURLUPART_HOST);

    MUST(scheme != NULL && host != NULL && host[0] != '\0');
    MUST(strcmp(scheme, plain ? "http" : "https") == 0);
    MUST(!plain || is_here(host));
    MUST(part_of(url, CURLUPART_USER) == NULL
         && part_of(url, CURLUPART_PASSWORD) == NULL);
    check_same(url, base, CURLUPART_HOST);
    check_same(url, base, CURLUPART_PORT);
    /* as one line of a request it is one line */
    MUST(strpbrk(url, "\r\n") == NULL);
    free(scheme);
    free(host);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct err e = { 0 };
    char *text = malloc(n + 1), *url = NULL;
    const char *path = NULL;
    bool plain = false;

    MUST(text != NULL);
    if (n > 0)
        memcpy(text, data, n);
    text[n] = '\0';
    path = strlen(text) < n ? text + strlen(text) + 1 : text + n;
    if (url_make(&url, &plain, text, path, &e) == 0) {
        check_taken(url, plain, text);
        MUST(net_check_url(text, NULL) == 0);
    } else {
        MUST(url == NULL && e.text[0] != '\0');
        /* a password is not repeated to whoever reads the log */
        MUST(e.kind != ERR_CONFIG || strchr(text, '@') == NULL
             || strstr(e.text, text) == NULL);
    }
    free(url);
    free(text);
    return 0;
}
