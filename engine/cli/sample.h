#ifndef CLI_SAMPLE_H
#define CLI_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A generated payroll, the same for the same seed: what demo, bench and tests
 * pay.  Every payee is a different made-up person.
 */
struct sample {
    int64_t  rows;
    uint32_t seed;
    bool     mistakes;          /* plant the mistakes people really make    */
};

/* What is in it, for those who want to compare. */
struct sample_facts {
    int64_t rows, minor, mistakes;
};

/* sample_write(s, out, facts): as UTF-8 CSV with a header; ${facts} may be
 * NULL; its total leaves planted mistakes out.  Return 0, or -1 when ${out}
 * failed. */
int sample_write(const struct sample *, FILE *, struct sample_facts *);

#endif
