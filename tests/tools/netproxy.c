/*
 * The fault proxy of tests/lib/netproxy.h as a program, for stories:
 *   netproxy TO-PORT PORT-FILE     writes "PORT CONTROL" there and runs
 */
#include "tests/lib/netproxy.h"

#include <unistd.h>

int
main(int argc, char **argv)
{
    int port = 0, control = 0, listener, steered;
    char line[32], temp[4096];
    FILE *f;

    if (argc != 3) {
        fputs("netproxy TO-PORT PORT-FILE\n", stderr);
        return 64;
    }
    listener = netproxy_listen(&port);
    steered = netproxy_listen(&control);
    snprintf(temp, sizeof(temp), "%s.new", argv[2]);
    snprintf(line, sizeof(line), "%d %d\n", port, control);
    if (listener < 0 || steered < 0 || (f = fopen(temp, "w")) == NULL
        || fputs(line, f) == EOF || fclose(f) == EOF
        || rename(temp, argv[2]) < 0) {
        perror("netproxy");
        return 73;
    }
    netproxy_run(listener, steered, (int)strtol(argv[1], NULL, 10));
}
