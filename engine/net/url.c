#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>

#include "net/http.h"
#include "net/internal.h"

/*
 * Only names and addresses that cannot leave this machine.  libcurl resolves
 * "localhost" by itself and writes every form of an IPv4 address with dots,
 * so 127.0.0.1.example.com and 0x7f.1 are no traps here.
 */
static bool
url_is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    char bare[INET6_ADDRSTRLEN];
    size_t len = strlen(host);

    if (strcasecmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (len < 3 || host[0] != '[' || host[len - 1] != ']')
        return false;
    if (str_copy(bare, sizeof(bare), (struct str){ host + 1, len - 2 }) < 0)
        return false;
    return inet_pton(AF_INET6, bare, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static int
url_refuse(struct err *e, const char *base, const char *why)
{
    /* A refused URL may hold a password: it is not shown then. */
    bool show = strchr(base, '@') == NULL;

    err_set(e, ERR_CONFIG, "The base URL %s%s%s cannot be used: %s.",
            show ? "\"" : "", show ? base : "(not shown)", show ? "\"" : "",
            why);
    return err_fix(e, "Write it as https://host/path/ without a user, a "
                      "password or a question mark.  Plain http works only to "
                      "this machine (127.0.0.1, [::1], localhost).");
}

/* Has the parsed ${u} this part?  Asking costs a copy; these are short. */
static bool
url_has(CURLU *u, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(u, part, &text, 0) == CURLUE_OK;

    curl_free(text);
    return has;
}

/* NULL, or why this base may not be called. */
static const char *
url_flaw(CURLU *u, bool *plain)
{
    char *scheme = NULL;
    char *host = NULL;
    const char *flaw = NULL;

    if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK
        || curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
        flaw = "it has no scheme or no host";
    else if (url_has(u, CURLUPART_QUERY) || url_has(u, CURLUPART_FRAGMENT))
        flaw = "it has a query or a fragment";
    else if (strcmp(scheme, "http") == 0 && !url_is_loopback(host))
        flaw = "plain http would show the secret to the network";
    else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
        flaw = "it is neither https nor http";
    else
        *plain = strcmp(scheme, "http") == 0;
    curl_free(scheme);
    curl_free(host);
    return flaw;
}

/* One slash between them, so that a path can never extend the host's name. */
static char *
url_join(const char *base, const char *path)
{
    size_t a = strlen(base), b;
    char *url;

    while (a > 0 && base[a - 1] == '/')
        a--;
    while (*path == '/')
        path++;
    b = strlen(path);
    if ((url = malloc(a + b + 2)) == NULL)
        return NULL;
    memcpy(url, base, a);
    url[a] = '/';
    memcpy(url + a + 1, path, b + 1);
    return url;
}

int
url_make(char **url, bool *plain, const char *base, const char *path,
         struct err *e)
{
    CURLU *u = NULL;
    CURLUcode bad;
    const char *flaw;
    int rc = -1;

    *url = NULL;
    *plain = false;
    if ((u = curl_url()) == NULL) {
        err_oom(e);
        goto out;
    }
    bad = curl_url_set(u, CURLUPART_URL, base, CURLU_DISALLOW_USER);
    if (bad == CURLUE_USER_NOT_ALLOWED) {
        url_refuse(e, base, "it has a user or a password in it");
        goto out;
    }
    flaw = bad == CURLUE_OK ? url_flaw(u, plain) : curl_url_strerror(bad);
    if (flaw != NULL) {
        url_refuse(e, base, flaw);
        goto out;
    }
    if ((*url = url_join(base, path)) == NULL) {
        err_oom(e);
        goto out;
    }
    /* The path may still hold what no URL can: blanks, control bytes. */
    bad = curl_url_set(u, CURLUPART_URL, *url, CURLU_DISALLOW_USER);
    if (bad == CURLUE_OUT_OF_MEMORY) {
        err_oom(e);
        goto out;
    }
    if (bad != CURLUE_OK) {
        err_set(e, ERR_BUG, "The path \"%s\" cannot be part of a URL.", path);
        goto out;
    }
    rc = 0;
out:
    if (rc < 0) {
        free(*url);
        *url = NULL;
    }
    curl_url_cleanup(u);
    return rc;
}

int
net_check_url(const char *base, struct err *e)
{
    char *url = NULL;
    bool plain;
    int rc = url_make(&url, &plain, base, "", e);

    free(url);
    return rc;
}
